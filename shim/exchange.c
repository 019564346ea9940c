/*
** exchange.c: see exchange.h.
**
** civetweb parses the head and knows where the body ends; the rest is done
** here, because its own functions would send a reply in several writes, each
** a packet that waits for the acknowledgement of the one before (Nagle's
** algorithm against delayed ACK: 40 ms a request). A request ends with
** exactly one exchange_send, which is where it is counted and logged.
*/
#define _POSIX_C_SOURCE 200809L
#include "exchange.h"

#include <assert.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "bodies.h"
#include "framing.h"
#include "guest.h"
#include "http_reply.h"
#include "log.h"
#include "metrics.h"
#include "moment.h"
#include "tap.h"
#include "target.h"

/* How far a body is read only to be dropped, if GUEST_LINGER is long enough. */
#define EXCHANGE_LINGER (4L * 1024 * 1024)

/* Of how much of a reply a copy is made. */
#define EXCHANGE_COPIED ((size_t)65536)

/* A path longer than this is cut in the log. */
#define EXCHANGE_PATH_LOGGED ((size_t)512)

/*
** The head.
*/

/* Names of fields count in any case (RFC 9110 section 5.1). Of a field that is
** there twice this is the first; where that matters framing_check has refused
** the request. */
const char *exchange_header(const Exchange *exchange, const char *name) {
  return target_field(exchange->info, name);
}

bool exchange_is_get(const Exchange *exchange) {
  return strcmp(exchange->method, "GET") == 0 ||
         strcmp(exchange->method, "HEAD") == 0;
}

/* RFC 9112 section 9.3. Any other wish than plainly "keep-alive" is met by
** closing, which is always allowed. The field may be there more than once. */
static bool exchange_wants_keep_alive(const Exchange *exchange) {
  const struct mg_request_info *info = exchange->info;
  bool wishes = info->http_version && strcmp(info->http_version, "1.1") == 0;
  for (int i = 0; i < info->num_headers; i++) {
    const struct mg_header *field = &info->http_headers[i];
    if (!target_is_named(field->name, "Connection")) continue;
    if (strcasecmp(field->value, "keep-alive") != 0) return false;
    wishes = true;
  }
  return wishes;
}

/* No other transfer coding gets past framing_check. */
static bool exchange_is_chunked(const Exchange *exchange) {
  return exchange_header(exchange, "Transfer-Encoding") != NULL;
}

/* What it is for is not known yet. */
void exchange_begin(Exchange *exchange, struct mg_connection *connection,
                    Output *output, bool quiet) {
  const struct mg_request_info *info = mg_get_request_info(connection);
  *exchange = (Exchange){.connection = connection,
                         .info = info,
                         .method = info->request_method,
                         .path = "-",
                         .quiet = quiet,
                         .output = output};
  exchange->keep_alive = exchange_wants_keep_alive(exchange);
  exchange->unread = info->content_length > 0 || exchange_is_chunked(exchange);
  exchange->start = moment_now();
}

/*
** The body.
*/

/* A client that asked waits for this before it sends (RFC 9110 section
** 10.1.1); civetweb leaves it to the handler. framing_check has seen that it is
** this that was asked for; one of HTTP/1.0 cannot have meant it. */
static void exchange_invite(Exchange *exchange) {
  static const char invitation[] = "HTTP/1.1 100 Continue\r\n\r\n";
  if (exchange_header(exchange, "Expect") &&
      strcmp(exchange->info->http_version, "1.0") != 0)
    mg_write(exchange->connection, invitation, sizeof invitation - 1);
}

/* Asks for so many bytes, or the first of them. Returns what mg_read does. */
static int exchange_read_some(Exchange *exchange, Output *body, size_t size) {
  if (size > GUEST_STEP) size = GUEST_STEP;
  int count = mg_read(exchange->connection, body->data + body->size, size);
  if (guest_end() != GUEST_STAYS) return -1;
  if (count > 0) body->size += (size_t)count;
  if (count > 0) guest_moved((size_t)count);
  return count;
}

static BodyState exchange_lost_body(void) {
  return guest_end() == GUEST_STAYS ? BODY_BROKEN : BODY_LATE;
}

/* Takes room for so many more bytes: as much again as there is already, since
** that is how an output grows, but no more than the limit. */
static bool exchange_make_room(Exchange *exchange, Output *body, size_t more,
                               size_t limit) {
  size_t wanted = body->size + more, taken = exchange->taken;
  if (wanted > BODIES_SMALL && wanted > taken) {
    if (wanted < 2 * taken) wanted = 2 * taken < limit ? 2 * taken : limit;
    if (!bodies_take(wanted - taken)) return false;
    exchange->taken = wanted;
  }
  return output_reserve(body, more);
}

/* Reads a body whose length is known. */
static BodyState exchange_read_sized(Exchange *exchange, size_t size,
                                     Output *body) {
  while (body->size < size) {
    if (exchange_read_some(exchange, body, size - body->size) <= 0)
      return exchange_lost_body();
  }
  return BODY_READ;
}

/* Reads a body in chunks. One byte more than the limit is asked for: that
** tells a body of exactly the limit from a longer one, and reads the end of
** the last chunk, without which the connection could not be used again. */
static BodyState exchange_read_chunks(Exchange *exchange, size_t limit,
                                      Output *body) {
  for (;;) {
    assert(body->size <= limit);
    size_t step = limit + 1 - body->size;
    if (step > GUEST_STEP) step = GUEST_STEP;
    if (!exchange_make_room(exchange, body, step, limit + 1))
      return BODY_CROWDED;
    int count = exchange_read_some(exchange, body, step);
    if (count < 0) return exchange_lost_body();
    if (count == 0) return BODY_READ;
    if (body->size > limit) return BODY_LARGE;
  }
}

/* The length is looked at, and room is made, before the client is invited to
** send: one that asked learns that its body is too large, or one too many,
** without sending it. */
BodyState exchange_read_body(Exchange *exchange, size_t limit, Output *body) {
  BodyState state = BODY_READ;
  long long size = exchange->info->content_length;
  assert(body->size == 0);
  if (!exchange->unread) return BODY_READ;
  guest_begin(GUEST_PATIENCE);
  if (exchange_is_chunked(exchange)) {
    exchange_invite(exchange);
    state = exchange_read_chunks(exchange, limit, body);
  } else if (size > 0 && (unsigned long long)size > limit) {
    state = BODY_LARGE;
  } else if (size > 0 &&
             !exchange_make_room(exchange, body, (size_t)size, limit)) {
    state = BODY_CROWDED;
  } else if (size > 0) {
    exchange_invite(exchange);
    state = exchange_read_sized(exchange, (size_t)size, body);
  }
  exchange->unread = state == BODY_LARGE || state == BODY_CROWDED;
  if (state != BODY_READ) exchange->keep_alive = false;
  return state;
}

/* The limits are for a client that sends for ever. */
static void exchange_linger(Exchange *exchange) {
  char waste[16384];
  long left = EXCHANGE_LINGER;
  guest_begin(GUEST_LINGER);
  while (left > 0) {
    int count = mg_read(exchange->connection, waste, sizeof waste);
    if (count <= 0) return;
    left -= count;
  }
}

/* Has the next head begun, in the packet of this request? */
static bool exchange_is_followed(const Exchange *exchange) {
  const char *body = framing_body(exchange->info);
  long long size = exchange->info->content_length;
  return body && tap_has_more(body + (size > 0 ? size : 0));
}

/* Who has begun another head is waited for as anybody with a head. */
void exchange_end(Exchange *exchange) {
  bodies_give(exchange->taken);
  if (exchange->unread) exchange_linger(exchange);
  if (!exchange->keep_alive) return;
  if (exchange_is_followed(exchange))
    guest_begin(GUEST_PATIENCE);
  else
    guest_idle();
}

/*
** The reply.
*/

/* A 204 and a 304 have neither a body nor a length (RFC 9110 section 8.6). */
static bool exchange_has_length(int status) {
  return status != 204 && status != 304;
}

/* Appends the field Date. It is the same for a second, and rendered once in
** that by each thread. */
static void exchange_render_date(Output *output) {
  static _Thread_local time_t rendered;
  static _Thread_local char date[64];
  time_t now = time(NULL);
  if (now != rendered) {
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    rendered = now;
  }
  output_text(output, date);
}

/* The length is that of the body a GET would get, also for a HEAD. No printf:
** every reply has one. */
static void exchange_render_head(Exchange *exchange, int status,
                                 const Output *headers, const char *type,
                                 size_t body_size) {
  Output *output = exchange->output;
  output_text(output, "HTTP/1.1 ");
  output_number(output, (size_t)status);
  output_text(output, " ");
  output_text(output, mg_get_response_code_text(exchange->connection, status));
  output_text(output, "\r\n");
  exchange_render_date(output);
  output_text(output, exchange->keep_alive ? "Connection: keep-alive\r\n"
                                           : "Connection: close\r\n");
  if (headers) output_bytes(output, headers->data, headers->size);
  if (exchange_has_length(status)) {
    if (body_size) {
      output_text(output, "Content-Type: ");
      output_text(output, type);
      output_text(output, "\r\n");
    }
    output_text(output, "Content-Length: ");
    output_number(output, body_size);
    output_text(output, "\r\n");
  }
  output_text(output, "\r\n");
}

/* The path without the query: a filter names people, and a stray client may
** put its token there. */
static void exchange_log(const Exchange *exchange, int status, size_t bytes,
                         double seconds) {
  Output line = {0};
  size_t size = strcspn(exchange->path, "?");
  if (size > EXCHANGE_PATH_LOGGED) size = EXCHANGE_PATH_LOGGED;
  log_begin(&line);
  output_text(&line, ",\"method\":");
  output_json(&line, exchange->method, strlen(exchange->method));
  output_text(&line, ",\"path\":");
  output_json(&line, exchange->path, size);
  output_format(&line, ",\"status\":%d,\"bytes\":%zu,\"microseconds\":%.0f",
                status, bytes, seconds * 1e6);
  log_write(&line);
  output_free(&line);
}

void exchange_admit(Exchange *exchange) {
  exchange->admitted = true;
  guest_admit();
}

/* Writes in steps, so that it is known how far it has come. A write that fails
** is not reported: the client has gone, and what was committed stays
** committed. */
static void exchange_write(Exchange *exchange, const char *data, size_t size) {
  for (size_t at = 0; at < size; at += GUEST_STEP) {
    size_t step = size - at < GUEST_STEP ? size - at : GUEST_STEP;
    if (mg_write(exchange->connection, data + at, step) <= 0) return;
    guest_moved(step);
  }
}

/* Head and body go out in one write, so that they share packets, and the body
** is copied for that; a large one is written by itself. */
int exchange_send(Exchange *exchange, int status, const Output *headers,
                  const char *type, const char *body, size_t body_size) {
  Output *output = exchange->output;
  bool silent =
      strcmp(exchange->method, "HEAD") == 0 || !exchange_has_length(status);
  size_t sent = silent || !body ? 0 : body_size;
  if (exchange->unread || !exchange->admitted) exchange->keep_alive = false;
  output_clear(output);
  exchange_render_head(exchange, status, headers, type, body ? body_size : 0);
  bool large = sent > EXCHANGE_COPIED;
  if (!large) output_bytes(output, body, sent);
  /* Out of memory: a closed connection is all that is left to say. */
  if (output->failed) exchange->keep_alive = false;
  if (!exchange->keep_alive)
    mg_disable_connection_keep_alive(exchange->connection);
  guest_begin(GUEST_PATIENCE);
  if (!output->failed) exchange_write(exchange, output->data, output->size);
  if (!output->failed && large) exchange_write(exchange, body, sent);

  double seconds =
      (double)(moment_now() - exchange->start) / (double)MOMENT_SECOND;
  metrics_request(exchange->method, status, seconds);
  if (!exchange->quiet) exchange_log(exchange, status, sent, seconds);
  return status;
}

/* A client of SCIM expects the errors of the shim in the form of the
** extension's. */
int exchange_fail(Exchange *exchange, int status, const char *headers,
                  const char *detail) {
  return exchange_refuse(exchange, status, headers, NULL, detail);
}

int exchange_refuse(Exchange *exchange, int status, const char *headers,
                    const char *scim_type, const char *detail) {
  Output lines = {0};
  Output body = {0};
  output_text(&lines, headers);
  http_reply_error(&body, status, scim_type, detail);
  exchange_send(exchange, status, &lines, EXCHANGE_SCIM, body.data, body.size);
  output_free(&lines);
  output_free(&body);
  return status;
}

/* 408 is RFC 9110 section 15.5.9. */
int exchange_fail_body(Exchange *exchange, BodyState state) {
  exchange->keep_alive = false;
  if (state == BODY_CROWDED)
    return exchange_fail(exchange, 503, EXCHANGE_RETRY_AFTER,
                         "Too many large bodies are at work now.");
  if (state != BODY_LATE)
    return exchange_fail(exchange, 400, "", "The body did not arrive whole.");
  if (guest_end() == GUEST_OVERDUE)
    return exchange_fail(exchange, 408, "", "The body came too slowly.");
  return exchange_fail(exchange, 503, EXCHANGE_RETRY_AFTER,
                       "Too many requests are waiting for their bodies.");
}
