/*
** http.c: see http.h.
**
** civetweb gives every connection that it sees a thread for as long as it
** lives. What keeps an idle or a greedy client from starving the others is at
** the door (door.h: who has no head yet has no thread), in each wait (guest.h:
** they end), and here: only a caller who was let in may keep his connection,
** and only while half of the threads are free.
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

#include "bodies.h"
#include "door.h"
#include "framing.h"
#include "guest.h"
#include "log.h"
#include "moment.h"
#include "pages.h"
#include "rates.h"
#include "tap.h"
#include "tls.h"

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
  long long deadline = moment_now() + HTTP_DRAIN_SECONDS * MOMENT_SECOND;
  atomic_store(&server->draining, true);
  pthread_mutex_lock(&server->mutex);
  while (atomic_load(&server->at_work) > 0 &&
         moment_wait(&server->idle, &server->mutex, deadline))
    continue;
  pthread_mutex_unlock(&server->mutex);
}

/*
** Callbacks of civetweb: requests.
*/

/* Refuses a head with two readings. That ends the connection: where the body
** ends is not known. Returns 0 if the head is well. */
static int http_check_framing(Exchange *exchange, bool is_cut) {
  Output detail = {0};
  int status = framing_check(exchange->info, is_cut, tap_buffer(), &detail);
  if (status) {
    exchange->keep_alive = false;
    exchange_fail(exchange, status, "", output_terminate(&detail));
  }
  output_free(&detail);
  return status;
}

/* Refuses what is not for this server (RFC 9112 section 3.2). Returns 0 if the
** target is well. */
static int http_check_target(Exchange *exchange, bool is_target) {
  static const char detail[] =
      "The request's target or its Host is not usable.";
  if (is_target) return 0;
  exchange->keep_alive = false;
  return exchange_fail(exchange, 400, "", detail);
}

/* After the end has begun every request is refused, also on connections that
** are already open: a client that goes on sending would keep it from coming. */
static int http_serve(Server *server, Exchange *exchange, Worker *worker,
                      bool is_cut) {
  Target *target = &worker->target;
  bool is_target = target_read(target, exchange->info, is_cut);
  exchange->path = target->path;
  exchange->query = target->query;
  exchange->host = target->host;
  exchange->host_size = target->host_size;
  if (atomic_load(&server->draining)) {
    exchange->keep_alive = false;
    return exchange_fail(exchange, 503, EXCHANGE_RETRY_AFTER,
                         "The service is ending.");
  }
  int status = http_check_framing(exchange, is_cut);
  if (!status) status = http_check_target(exchange, is_target);
  return status ? status : pages_serve(&server->service, exchange, worker);
}

/* Answers a request whose head civetweb could parse; is_cut says that it has
** cut off the query. Whoever sends chunks gets one reply: civetweb reads
** "5\ra" as the number 5, which another may not, and does not show it to us.
** What follows must then not be taken for a request. Returns the status. */
static int http_answer(Server *server, struct mg_connection *connection,
                       Worker *worker, bool is_cut) {
  const Options *options = server->service.options;
  http_enter(server);
  Exchange exchange;
  exchange_begin(&exchange, connection, &worker->output, options->quiet);
  if (!is_cut || exchange_header(&exchange, "Transfer-Encoding") ||
      atomic_load(&server->service.open_connections) > options->threads / 2)
    exchange.keep_alive = false;
  int status = http_serve(server, &exchange, worker, is_cut);
  worker_end(worker);
  exchange_end(&exchange);
  http_leave(server);
  return status;
}

/* Called for each request that civetweb takes for its own. Returns the status,
** which for civetweb means that the request has been dealt with. */
static int http_on_request(struct mg_connection *connection) {
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  if (!worker) return 0; /* without memory when the thread began */
  return http_answer(server, connection, worker, true);
}

/*
** What civetweb does not take for a request.
*/

/* civetweb refuses a method that it does not know before any handler runs, with
** the words "Bad request" and no headers read; then the first line is known. */
static bool http_is_unknown_method(const struct mg_request_info *info,
                                   int status, const char *message) {
  return status == 400 && strcmp(message, "Bad request") == 0 &&
         info->request_method && info->request_uri && info->http_version &&
         strncmp(info->http_version, "1.", 2) == 0 && info->num_headers == 0;
}

/* Says what it is that civetweb could not parse, where we know it better: a
** length or a coding, when it has got to those, or a head that never ends. */
static int http_explain(const struct mg_request_info *info, int status,
                        const char *message, Output *detail) {
  int known = 0;
  if (info->http_version && info->num_headers > 0 &&
      strcmp(message, "Bad request") == 0)
    known = framing_check(info, false, tap_buffer(), detail);
  if (known) return known;
  if (guest_end() != GUEST_STAYS) {
    output_text(detail, "The head came too slowly.");
    return 408;
  }
  if (strcmp(message, "Malformed message") == 0 && tap_is_full()) status = 431;
  output_text(detail,
              status == 431 ? "The request's head is too large." : message);
  return status;
}

/* Ends the connection with an Error in place of civetweb's page. */
static void http_fail(Exchange *exchange, int status, const char *message) {
  Output detail = {0};
  exchange->keep_alive = false;
  if (http_is_unknown_method(exchange->info, status, message)) {
    exchange->method = exchange->info->request_method;
    exchange->path = exchange->info->request_uri;
    exchange_fail(exchange, 405, PAGES_ALLOW, "This method is not known.");
  } else {
    /* What was parsed may be of the request before: it is not to be trusted. */
    exchange->method = "-";
    status = http_explain(exchange->info, status, message, &detail);
    exchange_fail(exchange, status, "", output_terminate(&detail));
  }
  output_free(&detail);
}

/* Called instead of a page of civetweb's own for what it cannot parse, and for
** a URL as the target in which it sees no path, or a colon in the path. Returns
** 0: there is nothing left to send. */
static int http_on_error(struct mg_connection *connection, int status,
                         const char *message) {
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  if (!worker) return 1;
  worker->failed = true;
  if (strcmp(message, "Invalid URI") == 0) {
    http_answer(server, connection, worker, false);
    return 0;
  }
  Exchange exchange;
  exchange_begin(&exchange, connection, &worker->output,
                 server->service.options->quiet);
  http_fail(&exchange, status, message);
  if (!exchange.info->is_ssl) tap_linger();
  return 0;
}

/* civetweb parses "OPTIONS *" and a URL of another port or scheme, and then
** closes the connection without a word. There is no path where it would have
** put that of its own, and nothing has been said of it. */
static bool http_is_forgotten(const struct mg_request_info *info,
                              const Worker *worker) {
  return info && worker && !worker->failed && info->request_method &&
         info->request_uri && info->http_version && !info->local_uri_raw;
}

/* Answers what civetweb was about to close the connection for: its socket is
** still open, and its body not read. The connection is const only by the type
** of the callback; it is that of the calling thread. */
static void http_remember(Server *server,
                          const struct mg_connection *connection) {
  Worker *worker = mg_get_thread_pointer(connection);
  struct mg_connection *own;
  if (!http_is_forgotten(mg_get_request_info(connection), worker)) return;
  memcpy(&own, &connection, sizeof own);
  http_answer(server, own, worker, false);
}

/*
** Callbacks of civetweb: connections, threads, messages.
*/

/* Leaves a mark on the connection, for http_on_close. */
static int http_on_open(const struct mg_connection *connection, void **mark) {
  Server *server = mg_get_user_context_data(connection);
  Worker *worker = mg_get_thread_pointer(connection);
  if (worker) worker->failed = false;
  atomic_fetch_add(&server->service.open_connections, 1);
  *mark = server;
  return 0;
}

/* A TLS handshake that failed is closed without having been opened: then there
** is no mark, and nothing was counted. */
static void http_on_close(const struct mg_connection *connection) {
  Server *server = mg_get_user_connection_data(connection);
  if (server) http_remember(server, connection);
  guest_leave();
  if (server) atomic_fetch_sub(&server->service.open_connections, 1);
}

/* Without memory the thread lives on without a worker, and serves nothing. */
static void *http_on_thread(const struct mg_context *context, int type) {
  (void)context;
  if (type != HTTP_WORKER_THREAD) return NULL;
  guest_expect();
  return worker_new();
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

/* How long civetweb waits for the next request of a connection, until all of
** its head is there: where somebody guards the door he ends the wait. */
#ifdef __linux__
#define HTTP_KEEP_ALIVE "6000"
#else
#define HTTP_KEEP_ALIVE "1000"
#endif

/* request_timeout_ms is how long one may take over its head, or over a read:
** more than GUEST_PATIENCE, so that it matters only where nobody guards the
** door. max_request_size is that of the buffer: see tap.h and framing.c. */
static struct mg_context *http_start_civetweb(Server *server) {
  const Options *options = server->service.options;
  char listen[300], threads[16], buffer[16];
  snprintf(listen, sizeof listen, "%s%s",
           door_is_given() ? "127.0.0.1:0" : options->listen,
           options->tls_cert ? "s" : "");
  snprintf(threads, sizeof threads, "%ld", options_workers(options));
  snprintf(buffer, sizeof buffer, "%d", TAP_BUFFER);
  /* clang-format off */
  const char *settings[] = {
    "listening_ports", listen,
    "num_threads", threads,
    "tcp_nodelay", "1",
    "enable_keep_alive", "yes",
    "keep_alive_timeout_ms", HTTP_KEEP_ALIVE,
    "request_timeout_ms", "6000",
    "connection_queue", "256",
    "listen_backlog", "512",
    "max_request_size", buffer,
    "decode_url", "no",
    "enable_auth_domain_check", "no",
    options->tls_cert ? "ssl_certificate" : NULL, options->tls_cert,
    NULL
  };
  /* clang-format on */
  return mg_start(&http_callbacks, server, settings);
}

static void http_free(Server *server) {
  door_close();
  health_stop(&server->service.health);
  pthread_cond_destroy(&server->idle);
  pthread_mutex_destroy(&server->mutex);
  free(server);
  mg_exit_library();
}

/* Returns NULL without memory. */
static Server *http_new(const Options *options, Engine *engine) {
  Server *server = calloc(1, sizeof *server);
  if (!server) return NULL;
  rates_configure(
      &(RatesLimits){.failures = options->failures,
                     .rate = options->rate,
                     .burst = options->burst ? options->burst : options->rate});
  server->service.options = options;
  server->service.engine = engine;
  bodies_configure(options->body_memory);
  pthread_mutex_init(&server->mutex, NULL);
  moment_init_condition(&server->idle);
  if (health_start(&server->service.health, engine)) return server;
  http_free(server);
  return NULL;
}

/* Says why nobody is listened to. Of what civetweb says in the log, that it
** cannot read an address of IPv6, nobody would learn that it has none. */
static void http_complain(const Options *options, bool suits,
                          Output *complaint) {
  if (complaint->size) return;
  if (!suits)
    output_text(complaint,
                "the socket that was passed on is not an IPv4 socket; for "
                "systemd, ListenStream= needs the address, too");
  else if (options->listen[0] == '[' && !mg_check_feature(MG_FEATURES_IPV6))
    output_format(complaint,
                  "cannot listen on %s: this civetweb has no IPv6; listen on "
                  "an address of IPv4, and put a proxy in front",
                  options->listen);
  else
    output_format(complaint,
                  options->tls_cert ? "cannot listen on %s, or there is no "
                                      "certificate with its key in %s: see "
                                      "the line above"
                                    : "cannot listen on %s",
                  options->listen, options->tls_cert);
}

/* TLS is asked for first: civetweb loads OpenSSL at run time, and one that it
** was not built for is found out only now. */
Server *http_start(const Options *options, Engine *engine, Output *complaint) {
  unsigned wanted = options->tls_cert ? MG_FEATURES_TLS : MG_FEATURES_DEFAULT;
  if (options->tls_cert) tls_prepare(options);
  unsigned given = mg_init_library(wanted);
  if ((given & wanted) != wanted) {
    output_text(complaint, "this civetweb cannot do TLS with the OpenSSL that"
                           " is installed; put a proxy in front instead");
    return NULL;
  }
  Server *server = http_new(options, engine);
  if (!server) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  guest_configure(options->threads);
  bool suits = door_suits();
  if (suits && door_open(options, complaint))
    server->context = http_start_civetweb(server);
  if (!server->context) {
    http_complain(options, suits, complaint);
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
** at work is seen to its end, and only then is it told. Nobody who is waited
** for can put that off: their time is limited. */
void http_stop(Server *server) {
  door_shut();
  guest_call_last();
  http_drain(server);
  mg_stop(server->context);
  http_free(server);
}
