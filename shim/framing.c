/*
** framing.c: see framing.h.
**
** civetweb is generous to the heads that it parses. It keeps 64 header fields
** and drops what follows, it stops without a word at a line that begins with a
** space, a colon or a byte beyond ASCII, it takes "Content-Length : 5" and
** "Content-Length: 5abc", and of two fields of one name it uses the first. A
** proxy in front may be generous in another way.
**
** HOW IT WORKS
**
** What civetweb dropped can still be seen. It parses in place: the space after
** a word, the colon after a name, the CR and the LF at the end of a line become
** NUL, and nothing moves. So the head is well formed exactly if the texts it
** left lie one behind the other with no other gap between them:
**
**     GET 0 /Users 0 HTTP/1.1 0 0 Host 0 _ h 0 0 Accept 0 _ text/html 0 0 CR
**
** where 0 is a NUL, _ any number of spaces, and the CR begins the empty line.
**
** And what was before them? An empty line must be borne there (RFC 9112 section
** 2.2). civetweb bears any white space, and from two ends of lines on takes
** these for the whole head when it counts bytes, while it parses what follows,
** to the end of its buffer: the request is then run twice, or it is one that
** was left there by somebody else. The buffer is the thread's for its life, and
** every head but these begins where it does: so the lowest place where a head
** ever began is its beginning, and nothing is let through that begins behind.
*/
#include "framing.h"

#include <string.h>
#include <strings.h>

#include "target.h"

#define BAD_REQUEST 400
#define EXPECTATION_FAILED 417 /* RFC 9110 section 15.5.18 */
#define HEAD_TOO_LARGE 431     /* RFC 6585 section 5 */
#define NOT_IMPLEMENTED 501

/* Bytes of a head: a filter may have 8 KiB. civetweb's buffer has twice that,
** so that of most that are larger the end is seen, and they can be refused in
** words (http.c). */
#define FRAMING_HEAD ((ptrdiff_t)65536)

/*
** The lines.
*/

/* Is there but the one space between the words of the first line? White space
** of other kinds, ends of lines among it, has become NUL as well. */
static bool framing_is_plain_line(const struct mg_request_info *info,
                                  bool is_cut) {
  const char *method = info->request_method;
  const char *end = info->request_uri;
  if (method + strlen(method) + 1 != end) return false;
  if (is_cut && info->query_string) end = info->query_string;
  return end + strlen(end) + 1 + strlen("HTTP/") == info->http_version;
}

/* Returns where the line after the one that ends with text begins, if that
** line ends in CR LF. A bare LF leaves one NUL less, and the text after it is
** not found where it should be. */
static const char *framing_next_line(const char *text) {
  return text + strlen(text) + 2;
}

/* Where the name ends that a text begins with: letters, digits and a few signs
** (RFC 9110 section 5.6.2). Nearly all of it is letters. */
static const char *framing_skip_name(const char *at) {
  for (;; at++) {
    char letter = *at | 0x20;
    if (letter >= 'a' && letter <= 'z') continue;
    if (*at == '-' || (*at >= '0' && *at <= '9')) continue;
    if (!*at || !strchr("!#$%&'*+.^_`|~", *at)) return at;
  }
}

/* Is the name one, and nothing but a colon and spaces between it and the value?
** A space before the colon has become a NUL besides that of the colon (RFC 9112
** section 5.1 wants it refused: others take it for a part of the name). */
static bool framing_is_plain_field(const struct mg_header *field) {
  const char *at = framing_skip_name(field->name);
  if (*at) return false;
  at++;
  while (at < field->value && *at == ' ') at++;
  return at == field->value;
}

/* Returns the end of the head if civetweb has read it to its end, and each line
** whole; or NULL. Without any field it has turned the empty line to NUL as
** well, and whatever other white space may have been there: that is a request
** of HTTP/1.0, for want of a Host, and the last of its connection, so nothing
** behind it is read in any way. It takes any line that begins with a CR for the
** empty one, though what it has counted goes on to a real one, the LF of which
** became NUL. */
static const char *framing_find_end(const struct mg_request_info *info) {
  const char *next = framing_next_line(info->http_version);
  for (int i = 0; i < info->num_headers; i++) {
    const struct mg_header *field = &info->http_headers[i];
    if (field->name != next || !framing_is_plain_field(field)) return NULL;
    next = framing_next_line(field->value);
  }
  bool ends = next[0] == (info->num_headers ? '\r' : '\0') && !next[1];
  return ends ? next : NULL;
}

/* Begins the head where the buffer does, or behind one empty line? Where the
** buffer begins is learned here: see the top of the file. */
static bool framing_is_first(const struct mg_request_info *info,
                             const char **buffer) {
  const char *start = info->request_method;
  if (!*buffer || start < *buffer) *buffer = start;
  return start == *buffer ||
         (start == *buffer + 2 && memcmp(*buffer, "\r\n", 2) == 0);
}

/*
** The fields that say where the message ends, whom it is for, who sends it, and
** what it depends on.
*/

/* Returns the name of a field that is there more than once and must not be, or
** NULL (RFC 9110 section 5.3). Two conditions could be put together, but no
** client sends them: whoever does means one to be overlooked. */
static const char *framing_find_twice(const struct mg_request_info *info) {
  static const char *const names[] = {
      "Host",          "Content-Length", "Transfer-Encoding",
      "Authorization", "Content-Type",   "Content-Encoding",
      "Expect",        "If-Match",       "If-None-Match"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    int count = 0;
    for (int j = 0; j < info->num_headers; j++)
      count += target_is_named(info->http_headers[j].name, names[i]);
    if (count > 1) return names[i];
  }
  return NULL;
}

/* Digits, and spaces after them, which civetweb leaves there. A number that is
** too large for any type is one of a body that is too large. */
static bool framing_is_length(const char *text) {
  size_t size = strspn(text, "0123456789");
  return size > 0 && size == target_value_size(text);
}

static int framing_refuse(Output *detail, int status, const char *text) {
  output_text(detail, text);
  return status;
}

/* RFC 9112 section 6.1: a coding below chunks that is not known is 501. Where
** the chunks do not come last, nobody can say where the message ends (section
** 6.3), and they come once only. */
static int framing_check_coding(const char *coding, Output *detail) {
  const char *last = strrchr(coding, ',');
  last = last ? last + 1 : coding;
  last += strspn(last, " ");
  if (strcasecmp(coding, "chunked") == 0) return 0;
  if (target_value_size(last) != 7 || strncasecmp(last, "chunked", 7) != 0 ||
      strncasecmp(coding, "chunked", 7) == 0)
    return framing_refuse(detail, BAD_REQUEST,
                          "The last transfer coding must be chunked, once.");
  return framing_refuse(detail, NOT_IMPLEMENTED,
                        "The only transfer coding known here is chunked.");
}

/* RFC 9112 sections 6.1 to 6.3. A length beside chunks may be ignored by the
** letter, and is what most attacks are made of. */
static int framing_check_body(const struct mg_request_info *info,
                              Output *detail) {
  const char *length = target_field(info, "Content-Length");
  const char *coding = target_field(info, "Transfer-Encoding");
  if (length && !framing_is_length(length))
    return framing_refuse(detail, BAD_REQUEST,
                          "The header field Content-Length is not a number.");
  if (!coding) return 0;
  int status = framing_check_coding(coding, detail);
  if (status) return status;
  if (length)
    return framing_refuse(detail, BAD_REQUEST,
                          "The header fields Content-Length and "
                          "Transfer-Encoding exclude each other.");
  if (strcmp(info->http_version, "1.0") == 0)
    return framing_refuse(detail, BAD_REQUEST,
                          "HTTP/1.0 has no header field Transfer-Encoding.");
  return 0;
}

/* RFC 9110 section 10.1.1 knows one expectation. A client of HTTP/1.0 does not
** know what it asks for, and is not answered. */
static int framing_check_expect(const struct mg_request_info *info,
                                Output *detail) {
  const char *expect = target_field(info, "Expect");
  if (!expect || strcmp(info->http_version, "1.0") == 0) return 0;
  if (target_value_size(expect) == strlen("100-continue") &&
      strncasecmp(expect, "100-continue", strlen("100-continue")) == 0)
    return 0;
  return framing_refuse(detail, EXPECTATION_FAILED,
                        "The only expectation known here is 100-continue.");
}

/*
** The whole.
*/

const char *framing_body(const struct mg_request_info *info) {
  const char *end = framing_find_end(info);
  return end ? end + strlen("\r\n") : NULL;
}

/* What has no end that can be seen has too many fields or too strange ones. */
static int framing_check_lines(const struct mg_request_info *info, bool is_cut,
                               const char **buffer, Output *detail) {
  bool first = framing_is_first(info, buffer);
  const char *end = framing_find_end(info);
  if (!end && info->num_headers == MG_MAX_HEADERS)
    return framing_refuse(detail, HEAD_TOO_LARGE,
                          "The request has too many header fields.");
  if (!first || !end || !framing_is_plain_line(info, is_cut))
    return framing_refuse(detail, BAD_REQUEST,
                          "A line of the request's head is malformed.");
  if (end - info->request_method > FRAMING_HEAD)
    return framing_refuse(detail, HEAD_TOO_LARGE,
                          "The request's head is larger than 65536 bytes.");
  return 0;
}

/* The lines come first: what the fields say counts only if all are there. */
int framing_check(const struct mg_request_info *info, bool is_cut,
                  const char **buffer, Output *detail) {
  int status = framing_check_lines(info, is_cut, buffer, detail);
  if (status) return status;
  const char *twice = framing_find_twice(info);
  if (twice) {
    output_format(detail, "The header field %s is there more than once.",
                  twice);
    return BAD_REQUEST;
  }
  status = framing_check_body(info, detail);
  return status ? status : framing_check_expect(info, detail);
}
