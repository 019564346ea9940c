/*
** functions.c: the scalar functions.
**
**   SELECT scim_init();                                      -- 1
**   SELECT scim_apply('POST', '/Users', '{"userName":"ann"}', NULL);
**     -- {"status":201,"headers":{"ETag":"W/\"1\"",…},"body":{…}}
**   SELECT scim_apply('{"method":"GET","target":"/Users/…"}');
**   SELECT scim_match('userName sw "a"', '{"schemas":[…],"userName":"ann"}');
**   SELECT scim_patch(doc, '{"Operations":[…]}');
**   SELECT scim_validate('User', '{}');     -- the SCIM error, or NULL
**   SELECT scim_token('acme', 'Entra ID', '{"expires":"2027-01-01"}');
**
** scim_init, scim_apply and scim_token write, and may only be called from
** the top level (SQLITE_DIRECTONLY); the others are pure but for reading the
** definitions of the database.
**
** A SCIM failure is a reply of scim_apply, with a status of 400 and above,
** never an SQL error. SQL errors are the database's own (SQLITE_BUSY,
** SQLITE_READONLY, SQLITE_FULL, …), with their code, or a wrong call of a pure
** function.
*/
#include <sodium.h>
#include <utf8proc.h>

#include "../model/match.h"
#include "../model/patch.h"
#include "../model/resource.h"
#include "../service/reply.h"
#include "../service/request.h"
#include "../store/index.h"
#include "../text/instant.h"
#include "face.h"

SQLITE_EXTENSION_INIT3

#ifndef SCIM_VERSION
#define SCIM_VERSION "0.1.0"
#endif

/*
** A call: arguments in, result out.
*/
typedef struct Call {
  sqlite3_context *context;
  int count;
  sqlite3_value **arguments;
} Call;

static Text argument(const Call *call, int number) {
  Text none = {NULL, 0};
  return number < call->count ? face_text(call->arguments[number]) : none;
}

static bool is_null(const Call *call, int number) {
  return number >= call->count ||
         sqlite3_value_type(call->arguments[number]) == SQLITE_NULL;
}

/* The message first: it resets the code. */
static void run(sqlite3_context *context, int count, sqlite3_value **arguments,
                FaceBody body) {
  Call call = {context, count, arguments};
  char *message = NULL;
  int code = face_call(sqlite3_user_data(context), body, &call, &message, NULL);
  if (code == SQLITE_OK) return;
  if (message) sqlite3_result_error(context, message, -1);
  sqlite3_free(message);
  sqlite3_result_error_code(context, code);
}

/*
** scim_init, scim_apply, scim_token.
*/
static void init_body(Operation *operation, Connection *connection,
                      void *data) {
  Call *call = data;
  int version = definitions_init(operation, connection);
  bool began = commit_begin(operation, connection);
  const SchemaSet *set = definitions_require(operation, connection);
  index_build(operation, connection, set);
  commit_end(operation, connection, began);
  sqlite3_result_int(call->context, version);
}

void face_init(sqlite3_context *context, int count, sqlite3_value **values) {
  run(context, count, values, init_body);
}

/* {"method":…,"target":…,"body":…, and the options}. */
static void read_whole(Operation *operation, Connection *connection, Text text,
                       Request *request) {
  Json *all = error_parse(operation, text, "the request");
  Json *body = json_member(all, "body");
  Text sent = {NULL, 0};
  if (body) sent = json_text(&operation->arena, body);
  request_read(request, operation, connection,
               json_member_string(all, "method"),
               json_member_string(all, "target"), sent, all);
}

static void apply_body(Operation *operation, Connection *connection,
                       void *data) {
  Call *call = data;
  Request request;
  if (call->count == 1) {
    read_whole(operation, connection, argument(call, 0), &request);
  } else {
    Json *options = face_options(operation, argument(call, 3));
    request_read(&request, operation, connection, argument(call, 0),
                 argument(call, 1), argument(call, 2), options);
  }
  request_handle(&request);
  if (!failed(operation)) face_result(call->context, reply_text(&request));
}

void face_apply(sqlite3_context *context, int count, sqlite3_value **values) {
  run(context, count, values, apply_body);
}

static void token_body(Operation *operation, Connection *connection,
                       void *data) {
  Call *call = data;
  Json *options = face_options(operation, argument(call, 2));
  bool began = commit_begin(operation, connection);
  definitions_require(operation, connection);
  Text secret =
      token_mint(operation, connection, argument(call, 0), argument(call, 1),
                 options, instant_now(&operation->arena));
  commit_end(operation, connection, began);
  if (!failed(operation)) face_result(call->context, secret);
}

void face_token(sqlite3_context *context, int count, sqlite3_value **values) {
  run(context, count, values, token_body);
}

/*
** scim_match, scim_patch, scim_validate.
*/
static Json *parse_document(Operation *operation, const Call *call,
                            int number) {
  Json *doc = error_parse(operation, argument(call, number), "the document");
  if (doc && doc->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX, "the document is no object");
  return doc;
}

/* A document says by its schemas what it is; one that does not is taken for
** the first type, which is User. */
static const ResourceType *type_of(const SchemaSet *set, const Json *doc) {
  const ResourceType *type = schema_type_of(set, doc);
  return type ? type : set->types;
}

static void match_body(Operation *operation, Connection *connection,
                       void *data) {
  Call *call = data;
  if (is_null(call, 0) || is_null(call, 1)) return;
  const SchemaSet *set = definitions_load(operation, connection);
  Json *doc = parse_document(operation, call, 1);
  if (failed(operation)) return;
  Filter *filter =
      filter_parse(operation, type_of(set, doc), NULL, argument(call, 0));
  if (filter)
    sqlite3_result_int(call->context, filter_match(operation, filter, doc));
}

void face_match(sqlite3_context *context, int count, sqlite3_value **values) {
  run(context, count, values, match_body);
}

static void patch_body(Operation *operation, Connection *connection,
                       void *data) {
  Call *call = data;
  PatchOptions options = {NULL};
  if (is_null(call, 0) || is_null(call, 1)) return;
  const SchemaSet *set = definitions_load(operation, connection);
  Json *doc = parse_document(operation, call, 0);
  Json *patch = error_parse(operation, argument(call, 1), "the patch");
  if (failed(operation)) return;
  patch_apply(operation, type_of(set, doc), doc, patch, &options);
  if (!failed(operation))
    face_result(call->context, json_text(&operation->arena, doc));
}

void face_patch(sqlite3_context *context, int count, sqlite3_value **values) {
  run(context, count, values, patch_body);
}

static void validate_body(Operation *operation, Connection *connection,
                          void *data) {
  Call *call = data;
  const SchemaSet *set = definitions_load(operation, connection);
  if (failed(operation)) return;
  const ResourceType *type = schema_type(set, argument(call, 0));
  if (!type)
    error_set(operation, ERROR_INVALID_VALUE,
              "there is no resource type '%.*s'", TEXT_ARG(argument(call, 0)));
  Json *body = error_parse(operation, argument(call, 1), "the document");
  if (!failed(operation))
    resource_check(operation, type, resource_read(operation, type, body), NULL);
  if (!failed(operation) || operation->error == ERROR_DATABASE) return;
  face_result(call->context,
              json_text(&operation->arena, error_json(operation)));
  error_clear(operation);
}

void face_validate(sqlite3_context *context, int count,
                   sqlite3_value **values) {
  run(context, count, values, validate_body);
}

/*
** scim_version, scim_debug.
*/
void face_version(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count, (void)values;
  sqlite3_result_text(context, SCIM_VERSION, -1, SQLITE_STATIC);
}

void face_debug(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count, (void)values;
  char *text = sqlite3_mprintf(
      "scim %s\nsqlite %s (built with %s)\nutf8proc %s\nlibsodium %s\n"
      "compiler %s\nlimits: JSON depth %d, filter %d bytes, "
      "%d PATCH operations",
      SCIM_VERSION, sqlite3_libversion(), SQLITE_VERSION, utf8proc_version(),
      sodium_version_string(), __VERSION__, JSON_DEPTH, FILTER_SIZE,
      PATCH_OPERATIONS);
  if (text) {
    sqlite3_result_text(context, text, -1, sqlite3_free);
  } else {
    sqlite3_result_error_nomem(context);
  }
}
