/* The HTTP server: see http.h.
**
** civetweb gives every connection a thread for as long as it lives, so an idle
** or a greedy client can starve the others. Hence a short idle timeout, and
** "Connection: close" on every reply while all threads are taken.
**
** Each thread has its own read-only connection to the database, opened at its
** first read. What may write goes to the writer. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <civetweb.h>
#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "exchange.h"
#include "framing.h"
#include "log.h"
#include "metrics.h"
#include "reply.h"

#define SCIM_JSON "application/scim+json"
#define RETRY_AFTER "Retry-After: 2\r\n"

/* How long the end waits for requests at work: 20 seconds of 5 ms. */
#define DRAIN_MOMENTS 4000

struct Server {
  const Options *options;
  Writer *writer;
  struct mg_context *context;
  int port;
  atomic_int open_connections;
  atomic_int at_work; /* requests between their arrival and their reply */
  atomic_bool draining;
};

/* What one thread keeps between requests. */
typedef struct Worker {
  Database database;
  bool open;
  Buffer out, body, settings, url, target, answer;
  Reply reply;
} Worker;

/* ---- reading the request ---------------------------------------------- */

/* RFC 9112 section 3.2: what Host may be made of. It becomes part of URLs in
** replies, so nothing else is let through. */
static bool is_host(const char *host) {
  size_t n = strlen(host);
  if (n == 0 || n > 255) return false;
  for (size_t i = 0; i < n; i++) {
    if (!isalnum((unsigned char)host[i]) && !strchr(".-_:[]", host[i])) {
      return false;
    }
  }
  return true;
}

/* Leaves the URL that clients know this service by in worker->url. Returns
** false if the request has no usable Host. */
static bool find_base_url(const Server *server, const Exchange *exchange,
                          Worker *worker) {
  const Options *options = server->options;
  buffer_clear(&worker->url);
  if (options->public_url) {
    buffer_text(&worker->url, options->public_url);
    return true;
  }
  const char *host = exchange_header(exchange, "Host");
  bool old = strcmp(exchange->info->http_version, "1.0") == 0;
  if (host ? !is_host(host) : !old) return false;
  buffer_format(&worker->url, "%s://%s%s",
                exchange->info->is_ssl ? "https" : "http",
                host ? host : options->listen, options->base_path);
  return true;
}

static void add_setting(Buffer *settings, const char *key, const char *value) {
  if (!value) return;
  buffer_format(settings, ",\"%s\":", key);
  buffer_json(settings, value, strlen(value));
}

/* The options argument of scim_apply. "authorization" is always there: without
** it the extension would take the caller for trusted. */
static void render_settings(const Exchange *exchange, Worker *worker,
                            BodyState state) {
  Buffer *settings = &worker->settings;
  const char *authorization = exchange_header(exchange, "Authorization");
  buffer_clear(settings);
  buffer_text(settings, "{\"base_url\":");
  buffer_json(settings, worker->url.data, worker->url.size);
  add_setting(settings, "authorization", authorization ? authorization : "");
  if (worker->body.size || state == BODY_LARGE) {
    add_setting(settings, "content_type",
                exchange_header(exchange, "Content-Type"));
  }
  add_setting(settings, "if_match", exchange_header(exchange, "If-Match"));
  add_setting(settings, "if_none_match",
              exchange_header(exchange, "If-None-Match"));
  if (state == BODY_LARGE) buffer_text(settings, ",\"truncated\":true");
  buffer_text(settings, "}");
}

/* Leaves the target as it came, without the base path, in worker->target.
** Returns false if the path is not under the base path. */
static bool find_target(const Server *server, const Exchange *exchange,
                        Worker *worker) {
  const char *base = server->options->base_path;
  size_t n = strlen(base);
  if (strncmp(exchange->path, base, n) != 0) return false;
  const char *rest = exchange->path + n;
  if (*rest != '\0' && *rest != '/') return false;
  const char *query = exchange->info->query_string;
  buffer_clear(&worker->target);
  buffer_text(&worker->target, *rest ? rest : "/");
  if (query) {
    buffer_text(&worker->target, "?");
    buffer_text(&worker->target, query);
  }
  buffer_append(&worker->target, "", 1);
  return true;
}

/* ---- asking the extension --------------------------------------------- */

/* Opens the thread's own connection if this is its first read. */
static int open_reader(const Server *server, Worker *worker) {
  if (worker->open) return SQLITE_OK;
  Buffer complaint = {0};
  int code = database_open(&worker->database, server->options, DATABASE_READ,
                           &complaint);
  worker->open = code == SQLITE_OK;
  if (!worker->open) {
    log_event("database", "%.*s", (int)complaint.size, complaint.data);
    database_close(&worker->database);
  }
  buffer_free(&complaint);
  return code;
}

/* Returns 0, or the HTTP status of the failure, as writer_apply does. */
static int apply_read(const Server *server, Worker *worker,
                      const Request *request) {
  int code = open_reader(server, worker);
  if (code != SQLITE_OK) return database_status(code);
  code = database_apply(&worker->database, request, &worker->answer);
  if (code == SQLITE_OK) return 0;
  log_event("database", "%s: %s (%d)", request->method,
            sqlite3_errmsg(worker->database.handle), code);
  return database_status(code);
}

static int send_answer(Exchange *exchange, Worker *worker, int failure) {
  if (failure == 503) {
    return exchange_fail(exchange, 503, RETRY_AFTER,
                         "The database cannot take the request now.");
  }
  Reply *reply = &worker->reply;
  buffer_clear(&reply->headers);
  if (failure ||
      !reply_parse(reply, worker->answer.data, worker->answer.size)) {
    if (!failure) log_event("reply", "the extension's reply is not understood");
    return exchange_fail(exchange, 500, "",
                         "The request could not be handled.");
  }
  return exchange_send(exchange, reply->status, &reply->headers, SCIM_JSON,
                       reply->body, reply->body_size);
}

/* A POST to a path that ends in /.search: a GET whose parameters are a body.
** A slash at the end does not count, as for the extension: what it takes for a
** search must not run on the writer, where every write waits for it, and what
** it does not must not run on a reader, which cannot log a refusal. */
static bool is_search(const Exchange *exchange, const char *target) {
  static const char ending[] = "/.search";
  size_t size = strcspn(target, "?"), tail = sizeof ending - 1;
  if (size > 0 && target[size - 1] == '/') size--;
  return strcmp(exchange->method, "POST") == 0 && size >= tail &&
         strncmp(target + size - tail, ending, tail) == 0;
}

/* A HEAD is a GET whose body is not sent. These read; whatever else there is
** may write, and the extension decides whether it does. */
static int ask(Server *server, Exchange *exchange, Worker *worker,
               BodyState state) {
  bool get = strcmp(exchange->method, "GET") == 0 ||
             strcmp(exchange->method, "HEAD") == 0;
  bool read = get || is_search(exchange, worker->target.data);
  bool whole = state == BODY_READ && worker->body.size > 0;
  Request request = {.method = get ? "GET" : exchange->method,
                     .target = worker->target.data,
                     .body = whole ? worker->body.data : NULL,
                     .body_size = whole ? worker->body.size : 0,
                     .settings = worker->settings.data,
                     .settings_size = worker->settings.size};
  buffer_clear(&worker->answer);
  if (worker->settings.failed || worker->target.failed || worker->url.failed) {
    return send_answer(exchange, worker, 503);
  }
  int failure = read ? apply_read(server, worker, &request)
                     : writer_apply(server->writer, &request, &worker->answer);
  return send_answer(exchange, worker, failure);
}

/* Is the caller refused? Then worker->answer says so. Asked of a reader, with a
** read of nothing, before a body is read or the writer has work: whoever has no
** token costs no memory, no lock and no place in the queue. The writer, which
** may see the token revoked in between, asks again. If the reader cannot tell,
** the request goes on to where that is reported. */
static bool is_refused(Server *server, Exchange *exchange, Worker *worker) {
  Request request = {.method = "GET", .target = "/-"};
  buffer_clear(&worker->body);
  render_settings(exchange, worker, BODY_READ);
  request.settings = worker->settings.data;
  request.settings_size = worker->settings.size;
  buffer_clear(&worker->answer);
  if (worker->settings.failed || open_reader(server, worker) != SQLITE_OK ||
      database_apply(&worker->database, &request, &worker->answer) !=
          SQLITE_OK) {
    return false;
  }
  buffer_clear(&worker->reply.headers);
  return reply_parse(&worker->reply, worker->answer.data,
                     worker->answer.size) &&
         worker->reply.status == 401;
}

static int serve_scim(Server *server, Exchange *exchange, Worker *worker) {
  bool get = strcmp(exchange->method, "GET") == 0 ||
             strcmp(exchange->method, "HEAD") == 0;
  if (!find_base_url(server, exchange, worker)) {
    return exchange_fail(exchange, 400, "", "The Host header is not usable.");
  }
  if ((!get || exchange->unread) && is_refused(server, exchange, worker)) {
    return send_answer(exchange, worker, 0);
  }
  buffer_clear(&worker->body);
  BodyState state = exchange_read_body(
      exchange, (size_t)server->options->max_body, &worker->body);
  if (state == BODY_BROKEN) {
    return exchange_fail(exchange, 400, "", "The body did not arrive whole.");
  }
  render_settings(exchange, worker, state);
  return ask(server, exchange, worker, state);
}

/* ---- routes ----------------------------------------------------------- */

static int serve_health(Server *server, Exchange *exchange, Worker *worker) {
  static const char well[] = "{\"status\":\"ok\"}";
  if (open_reader(server, worker) == SQLITE_OK &&
      database_run(&worker->database, "SELECT 1 FROM sqlite_schema LIMIT 1") ==
          SQLITE_OK) {
    return exchange_send(exchange, 200, NULL, SCIM_JSON, well, sizeof well - 1);
  }
  return exchange_fail(exchange, 503, RETRY_AFTER,
                       "The database cannot be read.");
}

static int serve_metrics(Server *server, Exchange *exchange, Worker *worker) {
  buffer_clear(&worker->answer);
  metrics_render(&worker->answer, writer_waiting(server->writer),
                 atomic_load(&server->open_connections));
  return exchange_send(exchange, 200, NULL, "text/plain; version=0.0.4",
                       worker->answer.data, worker->answer.size);
}

static int serve(Server *server, Exchange *exchange, Worker *worker) {
  static const struct {
    const char *path;
    int (*serve)(Server *, Exchange *, Worker *);
  } pages[] = {{"/healthz", serve_health}, {"/metrics", serve_metrics}};

  if (atomic_load(&server->draining)) {
    exchange->keep_alive = false;
    return exchange_fail(exchange, 503, RETRY_AFTER, "The service is ending.");
  }
  for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
    if (strcmp(exchange->path, pages[i].path) != 0) continue;
    if (strcmp(exchange->method, "GET") == 0 ||
        strcmp(exchange->method, "HEAD") == 0) {
      return pages[i].serve(server, exchange, worker);
    }
    return exchange_fail(exchange, 405, "Allow: GET, HEAD\r\n",
                         "This page can only be read.");
  }
  if (find_target(server, exchange, worker)) {
    return serve_scim(server, exchange, worker);
  }
  return exchange_fail(exchange, 404, "", "There is nothing at this path.");
}

/* A head with two readings ends the connection: where its body ends is not
** known. */
static int check_framing(Exchange *exchange) {
  Buffer detail = {0};
  int status = framing_check(exchange->info, &detail);
  if (status) {
    exchange->keep_alive = false;
    buffer_append(&detail, "", 1);
    exchange_fail(exchange, status, "", detail.failed ? "" : detail.data);
  }
  buffer_free(&detail);
  return status;
}

/* ---- callbacks of civetweb -------------------------------------------- */

static int on_request(struct mg_connection *connection) {
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  if (!worker) return 0;
  atomic_fetch_add(&server->at_work, 1);
  Exchange exchange;
  exchange_begin(&exchange, connection, &worker->out, server->options->quiet);
  if (atomic_load(&server->open_connections) >= server->options->threads) {
    exchange.keep_alive = false;
  }
  int status = check_framing(&exchange);
  if (!status) status = serve(server, &exchange, worker);
  exchange_end(&exchange);
  atomic_fetch_sub(&server->at_work, 1);
  return status;
}

/* civetweb refuses a method that it does not know before any handler runs, with
** the words "Bad request" and no headers read; then the first line is known. */
static bool is_unknown_method(const struct mg_request_info *info, int status,
                              const char *message) {
  return status == 400 && strcmp(message, "Bad request") == 0 &&
         info->request_method && info->request_uri && info->http_version &&
         strncmp(info->http_version, "1.", 2) == 0 && info->num_headers == 0;
}

/* Called instead of a page of civetweb's own for what it cannot parse. */
static int on_error(struct mg_connection *connection, int status,
                    const char *message) {
  static const char allow[] = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n";
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  if (!worker) return 1;
  Exchange exchange;
  exchange_begin(&exchange, connection, &worker->out, server->options->quiet);
  exchange.keep_alive = false;
  /* What was parsed may be of the request before: it is not to be trusted. */
  exchange.path = "-";
  exchange.method = "-";
  if (is_unknown_method(exchange.info, status, message)) {
    exchange.method = exchange.info->request_method;
    exchange.path = exchange.info->request_uri;
    exchange_fail(&exchange, 405, allow, "This method is not known.");
  } else {
    exchange_fail(&exchange, status, "", message);
  }
  return 0;
}

static int on_message(const struct mg_connection *connection,
                      const char *message) {
  (void)connection;
  log_event("http", "%s", message);
  return 1;
}

static int on_open(const struct mg_connection *connection, void **mark) {
  Server *server = mg_get_user_context_data(connection);
  atomic_fetch_add(&server->open_connections, 1);
  *mark = server;
  return 0;
}

/* A TLS handshake that failed is closed without having been opened. */
static void on_close(const struct mg_connection *connection) {
  Server *server = mg_get_user_connection_data(connection);
  if (server) atomic_fetch_sub(&server->open_connections, 1);
}

static void *on_thread(const struct mg_context *context, int type) {
  (void)context;
  return type == 1 ? calloc(1, sizeof(Worker)) : NULL;
}

static void on_thread_end(const struct mg_context *context, int type,
                          void *pointer) {
  (void)context;
  Worker *worker = pointer;
  if (type != 1 || !worker) return;
  if (worker->open && database_close(&worker->database) != SQLITE_OK) {
    log_event("database", "a reader could not be closed");
  }
  Buffer *buffers[] = {
      &worker->out,    &worker->body,   &worker->settings,     &worker->url,
      &worker->target, &worker->answer, &worker->reply.headers};
  for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
    buffer_free(buffers[i]);
  }
  free(worker);
}

/* ---- start and stop --------------------------------------------------- */

static const struct mg_callbacks callbacks = {
    .begin_request = on_request,
    .http_error = on_error,
    .log_message = on_message,
    .init_connection = on_open,
    .connection_close = on_close,
    .init_thread = on_thread,
    .exit_thread = on_thread_end,
};

/* keep_alive_timeout_ms is how long an idle client may hold a thread;
** request_timeout_ms how long one may take over its first line, or over a
** read. max_request_size bounds the head: a filter may have 8 KiB. */
static struct mg_context *start_civetweb(Server *server) {
  const Options *options = server->options;
  char listen[300], threads[16];
  snprintf(listen, sizeof listen, "%s%s", options->listen,
           options->tls_cert ? "s" : "");
  snprintf(threads, sizeof threads, "%ld", options->threads);
  const char *settings[] = {"listening_ports",
                            listen,
                            "num_threads",
                            threads,
                            "tcp_nodelay",
                            "1",
                            "enable_keep_alive",
                            "yes",
                            "keep_alive_timeout_ms",
                            "1000",
                            "request_timeout_ms",
                            "10000",
                            "connection_queue",
                            "256",
                            "listen_backlog",
                            "512",
                            "max_request_size",
                            "65536",
                            "decode_url",
                            "no",
                            "enable_auth_domain_check",
                            "no",
                            options->tls_cert ? "ssl_certificate" : NULL,
                            options->tls_cert,
                            NULL};
  return mg_start(&callbacks, server, settings);
}

Server *http_start(const Options *options, Writer *writer, Buffer *complaint) {
  unsigned wanted = options->tls_cert ? MG_FEATURES_TLS : MG_FEATURES_DEFAULT;
  unsigned given = mg_init_library(wanted);
  if ((given & wanted) != wanted) {
    buffer_text(complaint, "this civetweb cannot do TLS with the OpenSSL that"
                           " is installed; put a proxy in front instead");
    return NULL;
  }
  Server *server = calloc(1, sizeof *server);
  if (!server) {
    buffer_text(complaint, "out of memory");
    return NULL;
  }
  server->options = options;
  server->writer = writer;
  server->context = start_civetweb(server);
  if (!server->context) {
    buffer_format(complaint, "cannot listen on %s", options->listen);
    free(server);
    mg_exit_library();
    return NULL;
  }
  struct mg_server_port port = {0};
  mg_get_server_ports(server->context, 1, &port);
  server->port = port.port;
  return server;
}

int http_port(const Server *server) { return server->port; }

/* civetweb stops writing the moment it is told to stop. So first every request
** at work is seen to its end, and only then is it told. The patience is for
** clients that never finish sending: nothing of theirs was acknowledged. */
void http_stop(Server *server) {
  static const struct timespec moment = {.tv_nsec = 5000000};
  atomic_store(&server->draining, true);
  for (int i = 0; i < DRAIN_MOMENTS && atomic_load(&server->at_work); i++) {
    nanosleep(&moment, NULL);
  }
  mg_stop(server->context);
  mg_exit_library();
  free(server);
}
