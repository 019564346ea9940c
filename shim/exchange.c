/* One HTTP request and its reply: see exchange.h. */
#define _POSIX_C_SOURCE 200809L
#include "exchange.h"

#include <string.h>
#include <strings.h>

#include "log.h"
#include "metrics.h"
#include "reply.h"

/* How far a body is read only to be dropped. */
#define LINGER (64L * 1024 * 1024)

/* A path longer than this is cut in the log. */
#define PATH_LOGGED 512

const char *exchange_header(const Exchange *exchange, const char *name) {
  return mg_get_header(exchange->connection, name);
}

/* RFC 9112 section 9.3. Any other wish than plainly "keep-alive" is met by
** closing, which is always allowed. */
static bool wants_keep_alive(const Exchange *exchange) {
  const char *wish = exchange_header(exchange, "Connection");
  if (wish) return strcasecmp(wish, "keep-alive") == 0;
  const char *version = exchange->info->http_version;
  return version && strcmp(version, "1.1") == 0;
}

/* No other transfer coding gets past framing_check. */
static bool is_chunked(const Exchange *exchange) {
  return exchange_header(exchange, "Transfer-Encoding") != NULL;
}

void exchange_begin(Exchange *exchange, struct mg_connection *connection,
                    Buffer *out, bool quiet) {
  const struct mg_request_info *info = mg_get_request_info(connection);
  *exchange = (Exchange){.connection = connection,
                         .info = info,
                         .method = info->request_method,
                         .path = info->local_uri_raw,
                         .quiet = quiet,
                         .out = out};
  exchange->keep_alive = wants_keep_alive(exchange);
  exchange->unread = info->content_length > 0 || is_chunked(exchange);
  clock_gettime(CLOCK_MONOTONIC, &exchange->start);
}

/* ---- the body --------------------------------------------------------- */

/* A client that asked waits for this before it sends; civetweb leaves it to
** the handler. */
static void invite(Exchange *exchange) {
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
  const char *expect = exchange_header(exchange, "Expect");
  if (expect && strcasecmp(expect, "100-continue") == 0) {
    mg_write(exchange->connection, go_on, sizeof go_on - 1);
  }
}

static BodyState read_sized(Exchange *exchange, size_t size, Buffer *body) {
  if (!buffer_reserve(body, size)) return BODY_LARGE;
  while (body->size < size) {
    int n = mg_read(exchange->connection, body->data + body->size,
                    size - body->size);
    if (n <= 0) return BODY_BROKEN;
    body->size += (size_t)n;
  }
  return BODY_READ;
}

/* One byte more than the limit is asked for: that tells a body of exactly the
** limit from a longer one, and reads the end of the last chunk, without which
** the connection could not be used again. */
static BodyState read_chunks(Exchange *exchange, size_t limit, Buffer *body) {
  for (;;) {
    size_t step = limit + 1 - body->size;
    if (step > 65536) step = 65536;
    if (!buffer_reserve(body, step)) return BODY_LARGE;
    int n = mg_read(exchange->connection, body->data + body->size, step);
    if (n < 0) return BODY_BROKEN;
    if (n == 0) return BODY_READ;
    body->size += (size_t)n;
    if (body->size > limit) return BODY_LARGE;
  }
}

BodyState exchange_read_body(Exchange *exchange, size_t limit, Buffer *body) {
  BodyState state = BODY_READ;
  long long size = exchange->info->content_length;
  if (is_chunked(exchange)) {
    invite(exchange);
    state = read_chunks(exchange, limit, body);
  } else if (size > 0) {
    if ((unsigned long long)size > limit) {
      state = BODY_LARGE;
    } else {
      invite(exchange);
      state = read_sized(exchange, (size_t)size, body);
    }
  }
  exchange->unread = state == BODY_LARGE;
  if (state != BODY_READ) exchange->keep_alive = false;
  return state;
}

void exchange_end(Exchange *exchange) {
  char waste[16384];
  long left = exchange->unread ? LINGER : 0;
  while (left > 0) {
    int n = mg_read(exchange->connection, waste, sizeof waste);
    if (n <= 0) return;
    left -= n;
  }
}

/* ---- the reply -------------------------------------------------------- */

/* A 204 and a 304 have neither a body nor a length (RFC 9110 section 8.6). */
static bool has_length(int status) { return status != 204 && status != 304; }

static void render_head(Exchange *exchange, int status, const Buffer *headers,
                        const char *type, size_t body_size) {
  Buffer *out = exchange->out;
  char date[64];
  struct tm utc;
  time_t now = time(NULL);
  gmtime_r(&now, &utc);
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  buffer_format(out, "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: %s\r\n", status,
                mg_get_response_code_text(exchange->connection, status), date,
                exchange->keep_alive ? "keep-alive" : "close");
  if (headers) buffer_append(out, headers->data, headers->size);
  if (has_length(status)) {
    if (body_size) buffer_format(out, "Content-Type: %s\r\n", type);
    buffer_format(out, "Content-Length: %zu\r\n", body_size);
  }
  buffer_text(out, "\r\n");
}

static double seconds_since(const struct timespec *start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start->tv_sec) +
         (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* The path without the query: a filter names people, and a stray client may
** put its token there. */
static void log_access(const Exchange *exchange, int status, size_t bytes,
                       double seconds) {
  Buffer line = {0};
  log_begin(&line);
  buffer_text(&line, ",\"method\":");
  buffer_json(&line, exchange->method, strlen(exchange->method));
  buffer_text(&line, ",\"path\":");
  size_t n = strcspn(exchange->path, "?");
  buffer_json(&line, exchange->path, n < PATH_LOGGED ? n : PATH_LOGGED);
  buffer_format(&line, ",\"status\":%d,\"bytes\":%zu,\"microseconds\":%.0f",
                status, bytes, seconds * 1e6);
  log_write(&line);
  buffer_free(&line);
}

int exchange_send(Exchange *exchange, int status, const Buffer *headers,
                  const char *type, const char *body, size_t body_size) {
  Buffer *out = exchange->out;
  bool silent = strcmp(exchange->method, "HEAD") == 0 || !has_length(status);
  size_t sent = silent || !body ? 0 : body_size;
  if (exchange->unread) exchange->keep_alive = false;
  buffer_clear(out);
  render_head(exchange, status, headers, type, body ? body_size : 0);
  buffer_append(out, body, sent);
  /* Out of memory: a closed connection is all that is left to say. */
  if (out->failed) exchange->keep_alive = false;
  if (!exchange->keep_alive) {
    mg_disable_connection_keep_alive(exchange->connection);
  }
  if (!out->failed) mg_write(exchange->connection, out->data, out->size);

  double seconds = seconds_since(&exchange->start);
  metrics_request(exchange->method, status, seconds);
  if (!exchange->quiet) log_access(exchange, status, sent, seconds);
  return status;
}

int exchange_fail(Exchange *exchange, int status, const char *headers,
                  const char *detail) {
  Buffer lines = {0};
  Buffer body = {0};
  buffer_text(&lines, headers);
  reply_error(&body, status, detail);
  exchange_send(exchange, status, &lines, "application/scim+json", body.data,
                body.size);
  buffer_free(&lines);
  buffer_free(&body);
  return status;
}
