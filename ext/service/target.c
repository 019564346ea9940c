/*
** target.c: the request target (RFC 9112 section 3.2) and its parameters.
**
** The path is cut at its slashes before it is decoded, so that an encoded one
** is part of an id. Empty segments do not count: "/Users/" is "/Users".
*/
#include "target.h"

#include "../text/uri.h"

/*
** The path.
*/

/* The endpoint, and the id behind it. A target with more segments is left
** without an endpoint, as is one that does not decode to UTF-8: there is
** nothing at such a place. */
static void target_split(Operation *operation, Target *target) {
  Arena *arena = &operation->arena;
  Text path = target->path, segment;
  Text endpoint = TEXT("/"), id = NO_TEXT;
  if (uri_segment(&path, &segment))
    endpoint = arena_format(arena, "/%.*s",
                            TEXT_ARG(uri_decode(arena, segment, false)));
  if (uri_segment(&path, &segment)) id = uri_decode(arena, segment, false);
  if (uri_segment(&path, &segment) || !utf8_valid(endpoint) || !utf8_valid(id))
    return;
  target->endpoint = endpoint;
  target->id = id;
}

void target_read(Operation *operation, Target *target, Text method, Text text) {
  Text query = text;
  target->method = method;
  target->path = text_cut(&query, '?');
  if (target->path.size < text.size) target->query = query;
  target_split(operation, target);
  Text last = target->id.size ? target->id : target->endpoint;
  target->searches =
      target_method_is(target, "POST") &&
      (text_equal(last, TEXT(".search")) || text_equal(last, TEXT("/.search")));
  target->reads = target->searches || target_method_is(target, "GET") ||
                  target_method_is(target, "HEAD");
  if (!utf8_valid(method) || !utf8_valid(text) || !method.size)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the method or the target is missing or not valid UTF-8");
}

/*
** The method.
*/
bool target_method_is(const Target *target, const char *method) {
  return text_equal(target->method, text_of(method));
}

bool target_has_body(const Target *target) {
  return target_method_is(target, "POST") || target_method_is(target, "PUT") ||
         target_method_is(target, "PATCH");
}

bool target_changes(const Target *target) {
  return target_has_body(target) || target_method_is(target, "DELETE");
}

/*
** Parameters.
*/

/* A member of the body: a string, a number, or an array of names. */
static Text target_posted_parameter(const Request *request, const char *name) {
  Buffer buffer = buffer_new(&request->operation->arena);
  const Json *value = json_member(request->body->json, name);
  if (!value || value->type == JSON_NULL) return NO_TEXT;
  if (value->type != JSON_ARRAY)
    return value->text.data ? value->text : TEXT("");
  JSON_EACH (item, value) {
    if (buffer.size) buffer_char(&buffer, ',');
    buffer_add(&buffer, item->text);
  }
  return buffer_text(&buffer);
}

Text target_parameter(const Request *request, const char *name,
                      ErrorKind kind) {
  Operation *operation = request->operation;
  const Target *target = request->target;
  Text value = NO_TEXT;
  if (target->searches) return target_posted_parameter(request, name);
  if (failed(operation) ||
      !uri_parameter(&operation->arena, target->query, name, &value))
    return NO_TEXT;
  if (utf8_valid(value)) return value;
  error_set(operation, kind, "the parameter '%s' is not valid UTF-8", name);
  return NO_TEXT;
}

void target_read_projection(Request *request) {
  Target *target = request->target;
  target->attributes =
      target_parameter(request, "attributes", ERROR_INVALID_VALUE);
  target->excluded =
      target_parameter(request, "excludedAttributes", ERROR_INVALID_VALUE);
}
