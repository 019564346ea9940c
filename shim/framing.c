/*
** framing.c: see framing.h.
**
** civetweb is generous to the heads that it parses. It keeps 64 header fields
** and drops what follows, it stops without a word at a line that begins with a
** space, a colon or a byte beyond ASCII, it takes "Content-Length : 5" and
** "Content-Length: 5abc", and of two fields of one name it uses the first. A
** proxy in front may be generous in another way.
**
** What it dropped can still be seen. It parses in place: the colon after a
** name, the CR and the LF at the end of a line become NUL, and nothing moves.
** So the head is well formed exactly if the texts it left lie one behind the
** other with no other gap between them:
**
**     HTTP/1.1 0 0 Host 0 _ example.com 0 0 Accept 0 _ text/html 0 0 CR
**
** where 0 is a NUL, _ any number of spaces, and the CR begins the empty line.
*/
#include "framing.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define BAD_REQUEST 400
#define HEAD_TOO_LARGE 431 /* RFC 6585 section 5 */
#define NOT_IMPLEMENTED 501

/*
** The lines.
*/

/* Returns where the line after the one that ends with text begins, if that
** line ends in CR LF. A bare LF leaves one NUL less, and the text after it is
** not found where it should be. */
static const char *framing_next_line(const char *text) {
  return text + strlen(text) + 2;
}

/* Is there nothing but a colon and spaces between a name and its value? A
** space before the colon has become a NUL besides that of the colon (RFC 9112
** section 5.1 wants it refused: others take it for a part of the name). */
static bool framing_is_plain_field(const struct mg_header *field) {
  const char *at = field->name + strlen(field->name) + 1;
  while (at < field->value && *at == ' ') at++;
  return at == field->value;
}

/* Has civetweb read the head to its end, and each line whole? It also stops at
** a CR that begins a line, whatever follows; at the end of the head that is a
** NUL, which it puts in place of the last LF. Without any field it has turned
** the empty line to NUL as well. */
static bool framing_is_whole(const struct mg_request_info *info) {
  const char *next = framing_next_line(info->http_version);
  for (int i = 0; i < info->num_headers; i++) {
    const struct mg_header *field = &info->http_headers[i];
    if (field->name != next || !framing_is_plain_field(field)) return false;
    next = framing_next_line(field->value);
  }
  if (info->num_headers == 0) return *next == '\0';
  return next[0] == '\r' && next[1] == '\0';
}

/*
** The fields that say where the message ends, whom it is for, and who sends it.
*/

static const char *framing_value(const struct mg_request_info *info,
                                 const char *name) {
  for (int i = 0; i < info->num_headers; i++)
    if (strcasecmp(info->http_headers[i].name, name) == 0)
      return info->http_headers[i].value;
  return NULL;
}

/* Returns the name of a field that is there more than once and must not be, or
** NULL (RFC 9110 section 5.3). */
static const char *framing_find_twice(const struct mg_request_info *info) {
  static const char *const names[] = {"Host", "Content-Length",
                                      "Transfer-Encoding", "Authorization",
                                      "Content-Type"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    int count = 0;
    for (int j = 0; j < info->num_headers; j++)
      count += strcasecmp(info->http_headers[j].name, names[i]) == 0;
    if (count > 1) return names[i];
  }
  return NULL;
}

/* Digits, and spaces after them, which civetweb leaves there. */
static bool framing_is_length(const char *text) {
  size_t size = strspn(text, "0123456789");
  return size > 0 && text[size + strspn(text + size, " ")] == '\0';
}

static int framing_refuse(Output *detail, int status, const char *text) {
  output_text(detail, text);
  return status;
}

/* RFC 9112 sections 6.1 to 6.3. A length beside chunks may be ignored by the
** letter, and is what most attacks are made of. */
static int framing_check_body(const struct mg_request_info *info,
                              Output *detail) {
  const char *length = framing_value(info, "Content-Length");
  const char *coding = framing_value(info, "Transfer-Encoding");
  if (length && !framing_is_length(length))
    return framing_refuse(detail, BAD_REQUEST,
                          "The header field Content-Length is not a number.");
  if (!coding) return 0;
  if (strcasecmp(coding, "chunked") != 0)
    return framing_refuse(detail, NOT_IMPLEMENTED,
                          "The only transfer coding known here is chunked.");
  if (length)
    return framing_refuse(detail, BAD_REQUEST,
                          "The header fields Content-Length and "
                          "Transfer-Encoding exclude each other.");
  if (strcmp(info->http_version, "1.0") == 0)
    return framing_refuse(detail, BAD_REQUEST,
                          "HTTP/1.0 has no header field Transfer-Encoding.");
  return 0;
}

/* The lines come first: what the fields say counts only if all are there. */
int framing_check(const struct mg_request_info *info, Output *detail) {
  if (!framing_is_whole(info))
    return info->num_headers == MG_MAX_HEADERS
               ? framing_refuse(detail, HEAD_TOO_LARGE,
                                "The request has too many header fields.")
               : framing_refuse(detail, BAD_REQUEST,
                                "A line of the request's head is malformed.");
  const char *twice = framing_find_twice(info);
  if (!twice) return framing_check_body(info, detail);
  output_format(detail, "The header field %s is there more than once.", twice);
  return BAD_REQUEST;
}
