/*
** body.c: the size, the media type and the JSON of a body.
**
** HOW IT WORKS
**
** The size first: what is too large is not looked at (413). The media type
** next, because "415" tells more than a place in text that never was JSON
** (400). Since an operation keeps its first error, the order of the checks is
** the order of what a client is told.
**
** A body that comes with GET or DELETE is nothing (RFC 9110 section 9.3.1) and
** is not even parsed.
*/
#include "body.h"

#include <assert.h>

#include "caller.h"
#include "handlers.h"
#include "target.h"

/* What the URNs of messages begin with (RFC 7644 section 8.2). */
#define BODY_MESSAGE "urn:ietf:params:scim:api:messages:2.0:"

/* The media type without its parameters (RFC 9110 section 8.3.1): a charset
** says nothing, since JSON is UTF-8. */
static Text body_media_type(Text content_type) {
  size_t size = 0;
  while (size < content_type.size && content_type.data[size] != ';' &&
         content_type.data[size] != ' ')
    size++;
  return text_first(content_type, size);
}

/* RFC 7644 section 3.1: application/scim+json; application/json too, with any
** parameters, or nothing said. */
static void body_check_media_type(Operation *operation, const Body *body) {
  Text type = body_media_type(body->content_type);
  if (!type.size || text_same(type, TEXT("application/scim+json")) ||
      text_same(type, TEXT("application/json")))
    return;
  error_set(operation, ERROR_MEDIA_TYPE,
            "the Content-Type must be application/scim+json, not '%.*s'",
            TEXT_ARG(type));
}

/* A tree takes forty times the memory of the text, and time on the one writer:
** so what has too many values is not parsed. A text has no more values than
** bytes. */
static void body_check_values(const Request *request, Text text) {
  long long most = caller_limit(request->caller, LIMIT_VALUES);
  if (failed(request->operation) || (long long)text.size <= most ||
      (long long)json_count(text) <= most)
    return;
  error_set(
      request->operation, ERROR_TOO_LARGE,
      "the request body has more than %lld JSON values; it must be sent in "
      "several parts",
      most);
}

/* Leaves the tree, which is an object. */
static void body_parse(Request *request) {
  Operation *operation = request->operation;
  Body *body = request->body;
  body_check_values(request, body->text);
  body->json = error_parse(operation, body->text, "the request body");
  if (body->json && body->json->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the request body must be a JSON object");
}

/* A host may find the fault before the writer's time is spent on it, by
** body_fault; then it says that in place of the body. */
static void body_refuse(Request *request) {
  Text why = request->body->refused;
  bool large = text_begins(why, TEXT("413 "));
  if (!why.data) return;
  if (large || text_begins(why, TEXT("400 ")))
    error_set(request->operation,
              large ? ERROR_TOO_LARGE : ERROR_INVALID_SYNTAX, "%.*s",
              TEXT_ARG(text_after(why, 4)));
  else
    error_set(request->operation, ERROR_INVALID_VALUE,
              "the option 'refused' begins with 400 or 413, and a space");
}

/* What is too large is left to body_read, which refuses it without a look into
** it; what was found wrong already is that. */
Text body_fault(Request *request) {
  Operation *operation = request->operation;
  if (request->body->refused.data) return request->body->refused;
  long long most = caller_limit(request->caller, LIMIT_BODY);
  if ((long long)request->body->text.size > most) return NO_TEXT;
  body_parse(request);
  if (!failed(operation) || operation->error == ERROR_DATABASE) return NO_TEXT;
  return error_take(operation);
}

/* `truncated` is what the shim says of a body that it did not read to its end:
** its size is not known, only that it is too large. */
void body_read(Request *request) {
  Operation *operation = request->operation;
  Body *body = request->body;
  if (failed(operation) || !target_has_body(request->target)) return;
  assert(!body->json); /* only parts of a bulk request come parsed */
  long long most = caller_limit(request->caller, LIMIT_BODY);
  if (body->truncated || (long long)body->text.size > most)
    error_set(operation, ERROR_TOO_LARGE,
              "the request body is larger than %lld bytes", most);
  body_check_media_type(operation, body);
  body_refuse(request);
  body_parse(request);
}

/* The URN of the message that the body is; NULL for none. */
static const char *body_message(const Target *target) {
  if (target->searches) return BODY_MESSAGE "SearchRequest";
  if (target->handler == bulk_handle) return BODY_MESSAGE "BulkRequest";
  if (target->handler == modify_handle) return BODY_MESSAGE "PatchOp";
  return NULL;
}

/* The type of the resource that the body is; NULL for a message, and for what
** is no resource either. */
static const ResourceType *body_type(const Target *target) {
  return body_message(target) ? NULL : target->type;
}

/* The URN of either. Of what is neither there is nothing to be said. */
static Text body_schema(const Target *target) {
  const char *message = body_message(target);
  const ResourceType *type = body_type(target);
  return message ? text_of(message) : type ? type->schema->id : TEXT("");
}

/* Without regard to case, as URNs of schemas are compared everywhere (RFC 7643
** section 2.1). */
static bool body_says(const Json *json, Text urn) {
  return json_lists(json_member(json, "schemas"), urn);
}

/* RFC 7643 section 3: "schemas" has no URN but that of the schema and those of
** extensions of the type, and has that of each extension whose object is in the
** body. */
static void body_check_extensions(Request *request, Text urn) {
  const Json *json = request->body->json;
  const ResourceType *type = body_type(request->target);
  JSON_EACH (id, json_member(json, "schemas")) {
    if (!text_same(id->text, urn) &&
        !(type && schema_extension(type, id->text)))
      error_set(request->operation, ERROR_INVALID_SYNTAX,
                "the body's 'schemas' have '%.*s', which is none of %.*s",
                TEXT_ARG(id->text), TEXT_ARG(urn));
  }
  for (const Extension *e = type ? type->extensions : NULL; e; e = e->next) {
    Text name = e->schema->id;
    if (json_member_text(json, name) && !body_says(json, name))
      error_set(request->operation, ERROR_INVALID_SYNTAX,
                "the body's 'schemas' are without %.*s, of which it has values",
                TEXT_ARG(name));
  }
}

/* Not part of body_read: the URN depends on the route, and parts of a bulk
** request have bodies that are parsed already. */
void body_check_schemas(Request *request) {
  Operation *operation = request->operation;
  const Json *json = request->body->json;
  if (failed(operation) || !json || !(operation->strict & STRICT_SCHEMAS))
    return;
  Text urn = body_schema(request->target);
  if (!body_says(json, urn))
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the body's 'schemas' are without %.*s", TEXT_ARG(urn));
  body_check_extensions(request, urn);
}
