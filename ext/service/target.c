/*
** target.c: the request target (RFC 9112 section 3.2), the method and the
** parameters.
**
** HOW IT WORKS
**
** The path is cut at its slashes before it is decoded (RFC 3986 section 2.4),
** so that an encoded slash is part of an id, and every part is decoded once.
** Empty segments do not count, wherever they are:
**
**     /Users/a%2Fb      endpoint /Users, id a/b
**     //Users/          endpoint /Users, no id
**     /Users/a/b        nothing: no place has three segments
**
** A POST whose last segment is .search only reads (RFC 7644 section 3.4.3).
** That is decided by the path alone, before it is known whether there is such
** an endpoint: the shim decides the same way which requests may run beside the
** writer (shim/arguments.c), and tests/shim/reads.sh compares the two.
*/
#include "target.h"

#include <assert.h>

#include "../text/uri.h"

#define TARGET_SEGMENTS 2 /* an endpoint and an id */

/*
** The path.
*/

/* Cuts the path in segments, decoded. Returns how many there are, of which at
** most two are filled in. */
static size_t target_cut(Arena *arena, Text path,
                         Text segments[TARGET_SEGMENTS]) {
  size_t count = 0;
  Text segment;
  while (uri_segment(&path, &segment)) {
    if (count < TARGET_SEGMENTS)
      segments[count] = uri_decode(arena, segment, false);
    count++;
  }
  return count;
}

/* Fills in the endpoint and the id behind it. There is no endpoint where there
** are too many segments, or where one does not decode to text: a NUL in it
** would end the name early, and "/Users%00x" is not /Users. */
static void target_split(Operation *operation, Target *target) {
  Arena *arena = &operation->arena;
  Text segments[TARGET_SEGMENTS] = {NO_TEXT, NO_TEXT};
  size_t count = target_cut(arena, target->path, segments);
  if (count > TARGET_SEGMENTS) return;
  assert(!count || segments[count - 1].data); /* decoded, perhaps to nothing */
  target->searches = count && target_method_is(target, "POST") &&
                     text_equal(segments[count - 1], TEXT(".search"));
  if (!utf8_valid(segments[0]) || !utf8_valid(segments[1])) return;
  target->endpoint = arena_format(arena, "/%.*s", TEXT_ARG(segments[0]));
  target->id = segments[1];
}

/* What is missing or no text at all is an error, set last: whatever could be
** read is needed for the row in the log. */
void target_read(Operation *operation, Target *target, Text method, Text text) {
  Text query = text;
  target->method = method;
  target->path = text_cut(&query, '?');
  if (target->path.size < text.size) target->query = query;
  target_split(operation, target);
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

/* A member of a SearchRequest, which is the body, or NULL. */
static const Json *target_posted(const Request *request, const char *name) {
  const Json *value = json_member(request->body->json, name);
  return value && value->type != JSON_NULL ? value : NULL;
}

/* A number is its text, as it would be in a query. Anything else is refused: it
** is no parameter that was left out, and nothing that it could mean. */
static Text target_posted_parameter(const Request *request, const char *name,
                                    ErrorKind kind) {
  const Json *value = target_posted(request, name);
  if (!value) return NO_TEXT;
  if (value->type == JSON_STRING || value->type == JSON_NUMBER)
    return value->text.data ? value->text : TEXT("");
  error_set(request->operation, kind,
            "the parameter '%s' must be a string or a number", name);
  return NO_TEXT;
}

/* An array of names (RFC 7644 section 3.4.3) as a list with commas; such a list
** in a string is taken too. */
static Text target_posted_list(const Request *request, const char *name) {
  Buffer buffer = buffer_new(&request->operation->arena);
  const Json *value = target_posted(request, name);
  if (!value) return NO_TEXT;
  bool good = value->type == JSON_STRING || value->type == JSON_ARRAY;
  if (value->type == JSON_STRING) buffer_add(&buffer, value->text);
  JSON_EACH (item, value) {
    good = good && item->type == JSON_STRING;
    if (item != value->first) buffer_char(&buffer, ',');
    buffer_add(&buffer, item->text);
  }
  if (!good)
    error_set(request->operation, ERROR_INVALID_VALUE,
              "the parameter '%s' must be a list of names", name);
  return buffer_text(&buffer);
}

static Text target_check_text(Operation *operation, const char *name,
                              Text value, ErrorKind kind) {
  if (utf8_valid(value)) return value;
  error_set(operation, kind, "the parameter '%s' is not valid UTF-8", name);
  return NO_TEXT;
}

/* A search takes no parameters from its query: RFC 7644 section 3.4.3 has them
** in the body, and two places would be two answers. */
Text target_parameter(const Request *request, const char *name,
                      ErrorKind kind) {
  Operation *operation = request->operation;
  const Target *target = request->target;
  Text value = NO_TEXT;
  if (target->searches) return target_posted_parameter(request, name, kind);
  if (failed(operation) ||
      !uri_parameter(&operation->arena, target->query, name, &value))
    return NO_TEXT;
  return target_check_text(operation, name, value, kind);
}

/* The same of a list of names, of which there may be several in a query. */
static Text target_list(const Request *request, const char *name) {
  Operation *operation = request->operation;
  const Target *target = request->target;
  Text list = NO_TEXT;
  if (target->searches) return target_posted_list(request, name);
  if (failed(operation) ||
      !uri_list(&operation->arena, target->query, name, &list))
    return NO_TEXT;
  return target_check_text(operation, name, list, ERROR_INVALID_VALUE);
}

void target_read_projection(Request *request) {
  Target *target = request->target;
  target->attributes = target_list(request, "attributes");
  target->excluded = target_list(request, "excludedAttributes");
}
