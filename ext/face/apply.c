/*
** apply.c: the function scim_apply: one SCIM request in, one reply out.
**
**   SELECT scim_apply('POST', '/Users', '{"userName":"ann"}');
**     -- {"status":201,"headers":{"ETag":"W/\"1\"",…},"body":{…}}
**   SELECT scim_apply('DELETE', '/Users/2819…', NULL, '{"dry_run":true}');
**     -- {"status":204,"headers":{},"change":{"action":"delete",…}}
**   SELECT scim_apply('{"method":"GET","target":"/Users/2819…"}');
**
** Arguments are method, target, body and options, of which the last two may be
** left out; or one object with the members method, target and body (JSON, not
** text), and the options beside them. The options are those of README.md; a
** name that is none of them is refused.
**
** A SCIM failure is a reply with a status of 400 and above, never an SQL
** error. SQL errors are the database's own (SQLITE_BUSY, SQLITE_READONLY,
** SQLITE_FULL, SQLITE_CORRUPT, …), with their code. It writes, and can be
** called from the top level only (SQLITE_DIRECTONLY).
*/
#include "../service/handle.h"
#include "../service/reply.h"
#include "functions.h"

/* Takes a member out of the object; NULL when it is not there. */
static const Json *apply_take(Json *object, const char *name) {
  Json *value = json_member(object, name);
  if (value) json_remove(object, value);
  return value;
}

static Text apply_string(const Json *value) {
  return value && value->type == JSON_STRING ? value->text : NO_TEXT;
}

/* {"method":…, "target":…, "body":…, and the options}. What is left when the
** three are taken out are the options: so none of these can be given among the
** options of the other form, where it would be overlooked. */
static Request *apply_read_whole(Operation *operation, Text text) {
  Json *all = error_parse(operation, text, "the request");
  Text method = apply_string(apply_take(all, "method"));
  Text target = apply_string(apply_take(all, "target"));
  const Json *body = apply_take(all, "body");
  Text sent = NO_TEXT;
  if (body) sent = json_text(&operation->arena, body);
  return handle_new(operation, method, target, sent, all);
}

/* Options that are wrong set the operation's error before the request is made:
** handle_run answers with it. */
void apply_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Request *request;
  if (call->count == 1) {
    request = apply_read_whole(operation, call_text(operation, call, 0));
  } else {
    request = handle_new_as_text(
        operation, call_text(operation, call, 0), call_text(operation, call, 1),
        call_text(operation, call, 2), call_text(operation, call, 3));
  }
  handle_run(request);
  if (!failed(operation))
    call_result_over(operation, call->context, reply_text(request));
}
