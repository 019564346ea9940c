/*
** http.c: see http.h.
**
** civetweb gives every connection a thread for as long as it lives, so an idle
** or a greedy client can starve the others. Hence a short idle timeout, and
** "Connection: close" on every reply while all threads are taken.
**
** civetweb calls us for everything that happens: a thread begins or ends, a
** connection does, a request has arrived, something could not be parsed. What
** a thread keeps is its Worker; what a request is, its Exchange, which lives
** on the stack while the request is at work.
*/
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <assert.h>
#include <civetweb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bodies.h"
#include "framing.h"
#include "log.h"
#include "pages.h"

/* How long, in seconds, the end waits for requests at work. */
#define HTTP_DRAIN_SECONDS 20

/* What civetweb calls the threads that serve, as against its own. */
#define HTTP_WORKER_THREAD 1

struct Server {
  Service service;
  struct mg_context *context;
  int port;
  atomic_int at_work;    /* requests between their arrival and their reply */
  atomic_bool draining;  /* the end has begun: nothing new is served */
  pthread_mutex_t mutex; /* of idle alone; nobody holds it for long */
  pthread_cond_t idle;   /* while draining, at_work has become 0 */
};

/*
** Requests at work.
*/

static void http_enter(Server *server) {
  atomic_fetch_add(&server->at_work, 1);
}

/* The last request to leave wakes http_stop. It locks only while draining; and
** http_stop, which sets draining before it looks at at_work, sees either the 0
** or the signal. */
static void http_leave(Server *server) {
  int before = atomic_fetch_sub(&server->at_work, 1);
  assert(before > 0);
  if (before > 1 || !atomic_load(&server->draining)) return;
  pthread_mutex_lock(&server->mutex);
  pthread_cond_signal(&server->idle);
  pthread_mutex_unlock(&server->mutex);
}

/* Waits until no request is at work, or for as long as is bearable. The
** patience is for clients that never finish sending: nothing of theirs was
** acknowledged. */
static void http_drain(Server *server) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += HTTP_DRAIN_SECONDS;
  atomic_store(&server->draining, true);
  pthread_mutex_lock(&server->mutex);
  int code = 0;
  while (atomic_load(&server->at_work) > 0 && code == 0)
    code = pthread_cond_timedwait(&server->idle, &server->mutex, &deadline);
  pthread_mutex_unlock(&server->mutex);
}

/*
** Callbacks of civetweb: requests.
*/

/* Refuses a head with two readings. That ends the connection: where the body
** ends is not known. Returns 0 if the head is well. */
static int http_check_framing(Exchange *exchange) {
  Output detail = {0};
  int status = framing_check(exchange->info, &detail);
  if (status) {
    exchange->keep_alive = false;
    exchange_fail(exchange, status, "", output_terminate(&detail));
  }
  output_free(&detail);
  return status;
}

/* After the end has begun every request is refused, also on connections that
** are already open: a client that goes on sending would keep it from coming. */
static int http_serve(Server *server, Exchange *exchange, Worker *worker) {
  if (atomic_load(&server->draining)) {
    exchange->keep_alive = false;
    return exchange_fail(exchange, 503, PAGES_RETRY_AFTER,
                         "The service is ending.");
  }
  int status = http_check_framing(exchange);
  return status ? status : pages_serve(&server->service, exchange, worker);
}

/* Called for each request whose head civetweb could parse. Returns the status,
** which for civetweb means that the request has been dealt with. */
static int http_on_request(struct mg_connection *connection) {
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  const Options *options = server->service.options;
  if (!worker) return 0; /* without memory when the thread began */
  http_enter(server);
  Exchange exchange;
  exchange_begin(&exchange, connection, &worker->output, options->quiet);
  if (atomic_load(&server->service.open_connections) >= options->threads)
    exchange.keep_alive = false;
  int status = http_serve(server, &exchange, worker);
  worker_end(worker, server->service.readers);
  exchange_end(&exchange);
  http_leave(server);
  return status;
}

/* civetweb refuses a method that it does not know before any handler runs, with
** the words "Bad request" and no headers read; then the first line is known. */
static bool http_is_unknown_method(const struct mg_request_info *info,
                                   int status, const char *message) {
  return status == 400 && strcmp(message, "Bad request") == 0 &&
         info->request_method && info->request_uri && info->http_version &&
         strncmp(info->http_version, "1.", 2) == 0 && info->num_headers == 0;
}

/* Called instead of a page of civetweb's own for what it cannot parse. Returns
** 0: there is nothing left to send. */
static int http_on_error(struct mg_connection *connection, int status,
                         const char *message) {
  static const char allow[] = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n";
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  if (!worker) return 1;
  Exchange exchange;
  exchange_begin(&exchange, connection, &worker->output,
                 server->service.options->quiet);
  exchange.keep_alive = false;
  /* What was parsed may be of the request before: it is not to be trusted. */
  exchange.path = "-";
  exchange.method = "-";
  if (http_is_unknown_method(exchange.info, status, message)) {
    exchange.method = exchange.info->request_method;
    exchange.path = exchange.info->request_uri;
    exchange_fail(&exchange, 405, allow, "This method is not known.");
  } else {
    exchange_fail(&exchange, status, "", message);
  }
  return 0;
}

/*
** Callbacks of civetweb: connections, threads, messages.
*/

/* Leaves a mark on the connection, for http_on_close. */
static int http_on_open(const struct mg_connection *connection, void **mark) {
  Server *server = mg_get_user_context_data(connection);
  atomic_fetch_add(&server->service.open_connections, 1);
  *mark = server;
  return 0;
}

/* A TLS handshake that failed is closed without having been opened: then there
** is no mark, and nothing was counted. */
static void http_on_close(const struct mg_connection *connection) {
  Server *server = mg_get_user_connection_data(connection);
  if (server) atomic_fetch_sub(&server->service.open_connections, 1);
}

/* Without memory the thread lives on without a worker, and serves nothing. */
static void *http_on_thread(const struct mg_context *context, int type) {
  (void)context;
  return type == HTTP_WORKER_THREAD ? worker_new() : NULL;
}

static void http_on_thread_end(const struct mg_context *context, int type,
                               void *worker) {
  (void)context;
  if (type == HTTP_WORKER_THREAD && worker) worker_free(worker);
}

/* What civetweb itself has to say goes to the log, not to a file of its own. */
static int http_on_message(const struct mg_connection *connection,
                           const char *message) {
  (void)connection;
  log_event("http", "%s", message);
  return 1;
}

static const struct mg_callbacks http_callbacks = {
    .begin_request = http_on_request,
    .http_error = http_on_error,
    .log_message = http_on_message,
    .init_connection = http_on_open,
    .connection_close = http_on_close,
    .init_thread = http_on_thread,
    .exit_thread = http_on_thread_end,
};

/*
** Start and stop.
*/

/* keep_alive_timeout_ms is how long an idle client may hold a thread;
** request_timeout_ms how long one may take over its first line, or over a
** read. max_request_size bounds the head: a filter may have 8 KiB. */
static struct mg_context *http_start_civetweb(Server *server) {
  const Options *options = server->service.options;
  char listen[300], threads[16];
  snprintf(listen, sizeof listen, "%s%s", options->listen,
           options->tls_cert ? "s" : "");
  snprintf(threads, sizeof threads, "%ld", options->threads);
  /* clang-format off */
  const char *settings[] = {
    "listening_ports", listen,
    "num_threads", threads,
    "tcp_nodelay", "1",
    "enable_keep_alive", "yes",
    "keep_alive_timeout_ms", "1000",
    "request_timeout_ms", "10000",
    "connection_queue", "256",
    "listen_backlog", "512",
    "max_request_size", "65536",
    "decode_url", "no",
    "enable_auth_domain_check", "no",
    options->tls_cert ? "ssl_certificate" : NULL, options->tls_cert,
    NULL
  };
  /* clang-format on */
  return mg_start(&http_callbacks, server, settings);
}

/* Returns NULL without memory. */
static Server *http_new(const Options *options, Readers *readers,
                        Writer *writer) {
  Server *server = calloc(1, sizeof *server);
  if (!server) return NULL;
  server->service.options = options;
  server->service.readers = readers;
  server->service.writer = writer;
  bodies_configure(options->body_memory);
  health_init(&server->service.health);
  pthread_mutex_init(&server->mutex, NULL);
  pthread_cond_init(&server->idle, NULL);
  return server;
}

static void http_free(Server *server) {
  health_free(&server->service.health);
  pthread_cond_destroy(&server->idle);
  pthread_mutex_destroy(&server->mutex);
  free(server);
  mg_exit_library();
}

/* TLS is asked for first: civetweb loads OpenSSL at run time, and one that it
** was not built for is found out only now. */
Server *http_start(const Options *options, Readers *readers, Writer *writer,
                   Output *complaint) {
  unsigned wanted = options->tls_cert ? MG_FEATURES_TLS : MG_FEATURES_DEFAULT;
  unsigned given = mg_init_library(wanted);
  if ((given & wanted) != wanted) {
    output_text(complaint, "this civetweb cannot do TLS with the OpenSSL that"
                           " is installed; put a proxy in front instead");
    return NULL;
  }
  Server *server = http_new(options, readers, writer);
  if (!server) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  server->context = http_start_civetweb(server);
  if (!server->context) {
    output_format(complaint, "cannot listen on %s", options->listen);
    http_free(server);
    return NULL;
  }
  struct mg_server_port port = {0};
  mg_get_server_ports(server->context, 1, &port);
  server->port = port.port;
  return server;
}

int http_port(const Server *server) { return server->port; }

/* civetweb stops writing the moment it is told to stop. So first every request
** at work is seen to its end, and only then is it told. */
void http_stop(Server *server) {
  http_drain(server);
  mg_stop(server->context);
  http_free(server);
}
