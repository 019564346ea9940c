/*
** body.c: the size, the type and the JSON of a body.
**
** The size first: what is too large is not looked at. The media type next,
** because "415" tells more than a place in text that never was JSON.
*/
#include "body.h"

#include "caller.h"
#include "handlers.h"
#include "target.h"

#define MESSAGE "urn:ietf:params:scim:api:messages:2.0:"

/* The type without its parameters. */
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

void body_read(Request *request) {
  Operation *operation = request->operation;
  Body *body = request->body;
  if (failed(operation) || !target_has_body(request->target)) return;
  long long most = caller_limit(request->caller, LIMIT_BODY);
  if (body->truncated || (long long)body->text.size > most)
    error_set(operation, ERROR_TOO_LARGE,
              "the request body is larger than %lld bytes", most);
  body_check_media_type(operation, body);
  body->json = error_parse(operation, body->text, "the request body");
  if (body->json && body->json->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the request body must be a JSON object");
}

/* What the body of such a request is. */
static Text body_schema(const Request *request) {
  const Target *target = request->target;
  if (target->searches) return TEXT(MESSAGE "SearchRequest");
  if (target->handler == bulk_handle) return TEXT(MESSAGE "BulkRequest");
  if (target->handler == modify_handle) return TEXT(MESSAGE "PatchOp");
  return target->type ? target->type->schema->id : TEXT("");
}

static bool body_says(const Json *json, Text urn) {
  JSON_EACH (id, json_member(json, "schemas")) {
    if (text_same(id->text, urn)) return true;
  }
  return false;
}

void body_check_schemas(Request *request) {
  Operation *operation = request->operation;
  const Json *json = request->body->json;
  if (failed(operation) || !json || !(operation->strict & STRICT_SCHEMAS))
    return;
  Text urn = body_schema(request);
  if (!body_says(json, urn))
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the body's 'schemas' are without %.*s", TEXT_ARG(urn));
}
