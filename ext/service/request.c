/*
** request.c: what a request is called by: the id of a new resource, and the URL
** of the one that it is about.
*/
#include "request.h"

#include "../store/secret.h"
#include "../text/instant.h"

#define REQUEST_ID_SIZE 64 /* bytes of an id that a request brings */

/* May the option `id` be one? It becomes a segment of a URL as it is, so only
** what needs no escape there is allowed (RFC 3986 section 2.3), and no dot at
** the beginning: clients take "." and ".." out of URLs, and /Users/.search is
** no resource. */
static bool request_is_id(Text id) {
  if (!id.size || id.size > REQUEST_ID_SIZE || id.data[0] == '.') return false;
  for (size_t i = 0; i < id.size; i++) {
    char c = text_lower(id.data[i]);
    bool plain = text_is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' ||
                 c == '_' || c == '.';
    if (!plain || text_begins(text_after(id, i), TEXT("bulkId"))) return false;
  }
  return true;
}

Text request_new_id(Request *request) {
  Text id = request->new_id;
  if (!id.size)
    return secret_uuid_at(request->operation,
                          instant_milliseconds(request->caller->now));
  if (!request_is_id(id))
    error_set(request->operation, ERROR_INVALID_VALUE,
              "the option 'id' cannot be an id: '%.*s'", TEXT_ARG(id));
  return id;
}

Text request_part_name(Request *request, unsigned number) {
  Arena *arena = &request->operation->arena;
  if (!request->name.size) return NO_TEXT;
  return secret_uuid_of(
      request->operation,
      arena_format(arena, "%.*s/%u", TEXT_ARG(request->name), number));
}

/* What the reply says; and where that says nothing, as when it is an error,
** what the target does. */
Text request_location(const Request *request) {
  const Target *target = request->target;
  if (request->reply->location.size) return request->reply->location;
  /* A create that failed knows its id, but nothing is there (RFC 7644 section
  ** 3.7.3). */
  if (!target->type || !target->id.size ||
      text_equal(target->method, TEXT("POST")))
    return NO_TEXT;
  return arena_format(&request->operation->arena, "%.*s%.*s/%.*s",
                      TEXT_ARG(request->caller->base),
                      TEXT_ARG(target->endpoint), TEXT_ARG(target->id));
}
