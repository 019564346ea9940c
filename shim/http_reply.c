/*
** http_reply.c: see http_reply.h.
**
** The order of the three keys is part of the extension's promise, and the body
** comes last, up to the closing brace. So no JSON parser is needed, and a body
** of megabytes is neither looked at nor copied: it is sent as it stands. Only
** the headers are read character by character, because a value that held the
** end of a line would begin a header, or a reply, of its own.
*/
#include "http_reply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What is left of the text. */
typedef struct ReplyParser {
  const char *at;
  const char *end;
} ReplyParser;

/* Steps over the given text if it comes next. */
static bool reply_accept(ReplyParser *parser, const char *text) {
  size_t size = strlen(text);
  assert(parser->at <= parser->end);
  if ((size_t)(parser->end - parser->at) < size) return false;
  if (memcmp(parser->at, text, size) != 0) return false;
  parser->at += size;
  return true;
}

/* Three digits that are an HTTP status (RFC 9110 section 15). */
static bool reply_parse_status(ReplyParser *parser, int *status) {
  *status = 0;
  for (int i = 0; i < 3; i++) {
    if (parser->at == parser->end) return false;
    char c = *parser->at++;
    if (c < '0' || c > '9') return false;
    *status = *status * 10 + (c - '0');
  }
  return *status >= 100 && *status < 600;
}

/*
** Headers.
*/

/* Returns the character that an escape stands for, or -1 if it is none that
** may stand in a header: control characters must not, and what is not ASCII
** has no business there. The backslash has been read. */
static int reply_parse_escape(ReplyParser *parser) {
  if (parser->at == parser->end) return -1;
  char c = *parser->at++;
  if (c == '"' || c == '\\' || c == '/') return c;
  if (c != 'u' || parser->end - parser->at < 4) return -1;
  char digits[5] = {parser->at[0], parser->at[1], parser->at[2], parser->at[3],
                    '\0'};
  char *end;
  long code = strtol(digits, &end, 16);
  parser->at += 4;
  return end == digits + 4 && code >= 0x20 && code < 0x7f ? (int)code : -1;
}

/* Steps over bytes that stand for themselves in a string and may stand in a
** header: plain ones, and those beyond ASCII. */
static void reply_skip_plain(ReplyParser *parser) {
  do {
    parser->at += output_plain(parser->at, (size_t)(parser->end - parser->at));
  } while (parser->at < parser->end && (unsigned char)*parser->at >= 0x80 &&
           ++parser->at);
}

/* Appends what a JSON string says, a run of plain bytes at a time. Returns
** false at a control character: this is the place that keeps a value from
** ending its line and beginning another (RFC 9110 section 5.5). */
static bool reply_parse_string(ReplyParser *parser, Output *output) {
  if (!reply_accept(parser, "\"")) return false;
  while (parser->at < parser->end) {
    const char *run = parser->at;
    reply_skip_plain(parser);
    output_bytes(output, run, (size_t)(parser->at - run));
    if (reply_accept(parser, "\"")) return true;
    if (!reply_accept(parser, "\\")) return false;
    int c = reply_parse_escape(parser);
    if (c < 0) return false;
    char byte = (char)c;
    output_bytes(output, &byte, 1);
  }
  return false;
}

/* What may stand before the colon (RFC 9110 section 5.1), or nearly: enough
** that a name cannot end its line or be taken for two. */
static bool reply_is_name(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (text[i] <= 0x20 || text[i] >= 0x7f || text[i] == ':') return false;
  return size > 0;
}

/* The shim frames the message itself: these it does not take from anyone. */
static bool reply_is_framing(const char *line) {
  return strncasecmp(line, "Content-Type:", 13) == 0 ||
         strncasecmp(line, "Content-Length:", 15) == 0 ||
         strncasecmp(line, "Connection:", 11) == 0;
}

/* Appends one header as a line; the line of a header that is the shim's own is
** taken back. */
static bool reply_parse_header(ReplyParser *parser, Output *headers) {
  size_t start = headers->size;
  if (!reply_parse_string(parser, headers)) return false;
  size_t size = headers->size - start;
  if (headers->failed || !reply_is_name(headers->data + start, size))
    return false;
  output_text(headers, ": ");
  if (!reply_accept(parser, ":") || !reply_parse_string(parser, headers))
    return false;
  output_text(headers, "\r\n");
  if (headers->failed) return false;
  if (reply_is_framing(headers->data + start)) headers->size = start;
  return true;
}

/* {"name":"value",...}, as the extension writes it: without spaces. */
static bool reply_parse_headers(ReplyParser *parser, Output *headers) {
  if (!reply_accept(parser, ",\"headers\":{")) return false;
  if (reply_accept(parser, "}")) return true;
  do {
    if (!reply_parse_header(parser, headers)) return false;
  } while (reply_accept(parser, ","));
  return reply_accept(parser, "}");
}

/*
** The whole.
*/

/* What a dry run would have done is the text itself. */
static bool reply_set_dry(HttpReply *reply, const char *text, size_t size) {
  output_clear(&reply->headers);
  reply->dry = true;
  reply->status = 200;
  reply->body = text;
  reply->body_size = size;
  return true;
}

/* The text comes from our own extension, and is still not believed: another
** one may have been loaded, and what is sent on becomes HTTP. */
bool http_reply_parse(HttpReply *reply, const char *text, size_t size) {
  ReplyParser parser = {text, text + size};
  output_clear(&reply->headers);
  reply->dry = false;
  reply->body = NULL;
  reply->body_size = 0;
  if (!reply_accept(&parser, "{\"status\":")) return false;
  if (!reply_parse_status(&parser, &reply->status)) return false;
  if (!reply_parse_headers(&parser, &reply->headers)) return false;
  if (reply_accept(&parser, ",\"change\":")) {
    if (reply->status < 400) return reply_set_dry(reply, text, size);
    if (!reply_accept(&parser, "{\"action\":\"none\"}")) return false;
  }
  bool has_body = reply_accept(&parser, ",\"body\":");
  if (parser.at == parser.end || parser.end[-1] != '}') return false;
  parser.end--;
  if (!has_body) return parser.at == parser.end;
  reply->body = parser.at;
  reply->body_size = (size_t)(parser.end - parser.at);
  return reply->body_size > 0;
}

void http_reply_error(Output *body, int status, const char *scim_type,
                      const char *detail) {
  output_text(body, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:"
                    "Error\"],");
  output_format(body, "\"status\":\"%d\",", status);
  if (scim_type) output_format(body, "\"scimType\":\"%s\",", scim_type);
  output_text(body, "\"detail\":");
  output_json(body, detail, strlen(detail));
  output_text(body, "}");
}
