/* The reply of scim_apply, taken apart: see reply.h. */
#include "reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Cursor {
  const char *at;
  const char *end;
} Cursor;

/* Steps over the given text if it comes next. */
static bool accept(Cursor *cursor, const char *text) {
  size_t n = strlen(text);
  if ((size_t)(cursor->end - cursor->at) < n) return false;
  if (memcmp(cursor->at, text, n) != 0) return false;
  cursor->at += n;
  return true;
}

static bool parse_status(Cursor *cursor, int *status) {
  *status = 0;
  for (int i = 0; i < 3; i++) {
    if (cursor->at == cursor->end) return false;
    char c = *cursor->at++;
    if (c < '0' || c > '9') return false;
    *status = *status * 10 + (c - '0');
  }
  return *status >= 100 && *status < 600;
}

/* Returns the character that an escape stands for, or -1 if it is not one
** that may stand in a header: control characters must not, and what is not
** ASCII has no business there. */
static int parse_escape(Cursor *cursor) {
  if (cursor->at == cursor->end) return -1;
  char c = *cursor->at++;
  if (c == '"' || c == '\\' || c == '/') return c;
  if (c != 'u' || cursor->end - cursor->at < 4) return -1;
  char digits[5] = {cursor->at[0], cursor->at[1], cursor->at[2], cursor->at[3],
                    '\0'};
  char *end;
  long code = strtol(digits, &end, 16);
  cursor->at += 4;
  return end == digits + 4 && code >= 0x20 && code < 0x7f ? (int)code : -1;
}

/* Appends what a JSON string says. This is the place that keeps a value from
** ending its header line and beginning another. */
static bool parse_string(Cursor *cursor, Buffer *out) {
  if (!accept(cursor, "\"")) return false;
  while (cursor->at < cursor->end) {
    int c = (unsigned char)*cursor->at++;
    if (c == '"') return true;
    if (c == '\\') c = parse_escape(cursor);
    if (c < 0x20 || c == 0x7f) return false;
    char byte = (char)c;
    buffer_append(out, &byte, 1);
  }
  return false;
}

static bool is_name(const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (text[i] <= 0x20 || text[i] >= 0x7f || text[i] == ':') return false;
  }
  return n > 0;
}

/* The shim frames the message itself: these it does not take from anyone. */
static bool is_framing(const char *line) {
  return strncasecmp(line, "Content-Type:", 13) == 0 ||
         strncasecmp(line, "Content-Length:", 15) == 0 ||
         strncasecmp(line, "Connection:", 11) == 0;
}

static bool parse_header(Cursor *cursor, Buffer *headers) {
  size_t start = headers->size;
  if (!parse_string(cursor, headers)) return false;
  size_t n = headers->size - start;
  if (headers->failed || !is_name(headers->data + start, n)) return false;
  buffer_text(headers, ": ");
  if (!accept(cursor, ":") || !parse_string(cursor, headers)) return false;
  buffer_text(headers, "\r\n");
  if (headers->failed) return false;
  if (is_framing(headers->data + start)) headers->size = start;
  return true;
}

static bool parse_headers(Cursor *cursor, Buffer *headers) {
  if (!accept(cursor, ",\"headers\":{")) return false;
  if (accept(cursor, "}")) return true;
  do {
    if (!parse_header(cursor, headers)) return false;
  } while (accept(cursor, ","));
  return accept(cursor, "}");
}

bool reply_parse(Reply *reply, const char *text, size_t size) {
  Cursor cursor = {text, text + size};
  reply->body = NULL;
  reply->body_size = 0;
  if (!accept(&cursor, "{\"status\":")) return false;
  if (!parse_status(&cursor, &reply->status)) return false;
  if (!parse_headers(&cursor, &reply->headers)) return false;
  bool has_body = accept(&cursor, ",\"body\":");
  if (cursor.at == cursor.end || cursor.end[-1] != '}') return false;
  cursor.end--;
  if (!has_body) return cursor.at == cursor.end;
  reply->body = cursor.at;
  reply->body_size = (size_t)(cursor.end - cursor.at);
  return reply->body_size > 0;
}

void reply_error(Buffer *body, int status, const char *detail) {
  buffer_text(body, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:"
                    "Error\"],");
  buffer_format(body, "\"status\":\"%d\",\"detail\":", status);
  buffer_json(body, detail, strlen(detail));
  buffer_text(body, "}");
}
