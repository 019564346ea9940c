/*
** pages.c: see pages.h.
**
** A SCIM request passes these steps, each of which may end it: it names a base
** URL; its caller is not refused; its body arrives; scim_apply answers, on the
** thread's own reader or, for whatever may write, on the one writer. Callers
** are looked at before bodies, so that without a token nobody costs memory or
** a place in the queue.
**
** One request is another: that of an OAuth client for a token. Its credentials
** may be in the body, of which little is read; a reader looks at them, and only
** what would be granted goes to the writer.
*/
#include "pages.h"

#include <stdio.h>
#include <string.h>

#include "bodies.h"
#include "log.h"
#include "metrics.h"
#include "place.h"

#define PAGES_FORM ((size_t)8192)    /* of a body that a stranger may send */
#define PAGES_SEARCH ((size_t)65536) /* of a search: filters are far smaller */
#define PAGES_JSON "application/json"

/*
** SCIM.
*/

/* A search that took too long is one that asked for too much (RFC 7644 section
** 3.12, tooMany), and would take as long the next time. Anything else may be as
** slow as the machine is at the moment. */
static int pages_send_late(Service *service, Exchange *exchange,
                           Worker *worker) {
  bool searches = exchange->info->query_string ||
                  arguments_are_search(&worker->arguments, exchange);
  Output detail = {0};
  output_format(&detail, "The request took longer than %ld ms.",
                service->options->read_budget);
  if (searches)
    output_text(&detail, " Please narrow it: compare an attribute that has an"
                         " index by 'eq' (as userName, externalId or id), sort"
                         " by none that has no index, and ask for a smaller"
                         " page (count), or for pages by cursor.");
  int status = exchange_refuse(
      exchange, searches ? 400 : 503, searches ? "" : PAGES_RETRY_AFTER,
      searches ? "tooMany" : NULL, output_terminate(&detail));
  output_free(&detail);
  return status;
}

/* When to come again, as a header line: after as long as the writer said, if it
** was that. */
static void pages_render_retry(const Worker *worker, Output *line) {
  if (worker->retry_after)
    output_format(line, "Retry-After: %ld\r\n", worker->retry_after);
  else
    output_text(line, PAGES_RETRY_AFTER);
}

/* Sends that there is no answer now. */
static int pages_send_unavailable(Exchange *exchange, const Worker *worker,
                                  const char *detail) {
  Output line = {0};
  pages_render_retry(worker, &line);
  int status = exchange_fail(exchange, 503, output_terminate(&line), detail);
  output_free(&line);
  return status;
}

/* Sends why there is no answer: what writer_apply or worker_read said. */
static int pages_send_failure(Service *service, Exchange *exchange,
                              Worker *worker, int failure) {
  static const struct {
    int failure;
    const char *detail;
  } failures[] = {
      {503, "The database cannot take the request now."},
      {READERS_BUSY, "Too many requests take long at the moment."},
      {READERS_FULL, "Too many large replies are being sent at the moment."},
      {READERS_GONE, "The client has closed the connection."}};
  if (failure == READERS_LATE)
    return pages_send_late(service, exchange, worker);
  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
    if (failures[i].failure == failure)
      return pages_send_unavailable(exchange, worker, failures[i].detail);
  return exchange_fail(exchange, 500, "", "The request could not be handled.");
}

/* Sends what scim_apply returned, or the failure to ask it (0: none), as what
** is of this media type. */
static int pages_send_typed(Service *service, Exchange *exchange,
                            Worker *worker, int failure, const char *type) {
  HttpReply *reply = &worker->reply;
  bool understood = !failure && http_reply_parse(reply, worker->answer.data,
                                                 worker->answer.size);
  if (!failure && !understood) {
    log_event("reply", "the extension's reply is not understood");
    failure = 500;
  }
  if (failure) return pages_send_failure(service, exchange, worker, failure);
  return exchange_send(exchange, reply->status, &reply->headers, type,
                       reply->body, reply->body_size);
}

static int pages_send_answer(Service *service, Exchange *exchange,
                             Worker *worker, int failure) {
  return pages_send_typed(service, exchange, worker, failure, EXCHANGE_SCIM);
}

/* Who waits for what a reader does. */
static ReadersClient pages_client(Exchange *exchange) {
  return (ReadersClient){.gone = NULL, .client = exchange->connection};
}

/* Is the caller refused? Then the worker's answer says so. Asked of a reader,
** by a read of nothing, since it is only the 401 that counts, or the 400 of a
** header without a token in it. The writer, which
** may see the token revoked in between, asks again: so whom the worker has let
** in a moment ago need not be asked about. If the reader cannot tell, the
** request goes on to where that is reported. */
static bool pages_is_refused(Service *service, Exchange *exchange,
                             Worker *worker) {
  Arguments *arguments = &worker->arguments;
  HttpReply *reply = &worker->reply;
  arguments_render_options(arguments, exchange, 0);
  DatabaseRequest request = {.method = "GET",
                             .target = "/-",
                             .options = arguments->options.data,
                             .options_size = arguments->options.size};
  if (arguments_failed(arguments) ||
      worker_knows(worker, &arguments->options) ||
      worker_read(worker, service->readers, &request, pages_client(exchange)) !=
          0 ||
      !http_reply_parse(reply, worker->answer.data, worker->answer.size))
    return false;
  if (reply->status == 401 || reply->status == 400) return true;
  worker_note(worker, &arguments->options);
  return false;
}

/* What the worker has read of a request, for scim_apply: without the body where
** that is not whole, of which the options tell. */
static DatabaseRequest pages_request(const Worker *worker, const char *method,
                                     bool whole) {
  const Arguments *arguments = &worker->arguments;
  return (DatabaseRequest){.method = method,
                           .target = arguments->target.data,
                           .body = whole ? worker->body.data : NULL,
                           .body_size = whole ? worker->body.size : 0,
                           .options = arguments->options.data,
                           .options_size = arguments->options.size};
}

/* Asks the extension, and sends what it says. GET, HEAD and searches read;
** whatever else there is may write, and the extension decides whether it
** does. */
static int pages_ask(Service *service, Exchange *exchange, Worker *worker,
                     BodyState state) {
  Arguments *arguments = &worker->arguments;
  bool has_body = worker->body.size > 0, large = state == BODY_LARGE;
  arguments_render_options(arguments, exchange,
                           (has_body || large ? ARGUMENTS_BODY : 0) |
                               (large ? ARGUMENTS_TRUNCATED : 0));
  if (arguments_failed(arguments))
    return pages_send_answer(service, exchange, worker, 503);
  bool get = exchange_is_get(exchange);
  bool reads = get || arguments_are_search(arguments, exchange);
  DatabaseRequest request =
      pages_request(worker, get ? "GET" : exchange->method, has_body && !large);
  int failure =
      reads ? worker_read(worker, service->readers, &request,
                          pages_client(exchange))
            : worker_write(worker, service->readers, service->writer, &request);
  return pages_send_answer(service, exchange, worker, failure);
}

/* Sends what became of a body that is not to be had. */
static int pages_send_no_body(Exchange *exchange, BodyState state) {
  if (state == BODY_CROWDED)
    return exchange_fail(exchange, 503, PAGES_RETRY_AFTER,
                         "Too many large bodies are at work now.");
  return exchange_fail(exchange, 400, "", "The body did not arrive whole.");
}

/* The request for a token, as scim_apply takes it. */
static DatabaseRequest pages_token_request(Worker *worker, Exchange *exchange,
                                           unsigned more) {
  arguments_render_options(&worker->arguments, exchange, more | ARGUMENTS_BODY);
  return pages_request(worker, "POST", !(more & ARGUMENTS_TRUNCATED));
}

/* Asks a reader first, as a dry run: a client that is refused must not wait for
** the writer, nor others for it. What was granted is asked again of the writer,
** which may see the client revoked in between. */
static int pages_serve_token(Service *service, Exchange *exchange,
                             Worker *worker) {
  output_clear(&worker->body);
  worker->retry_after = 0;
  BodyState state = exchange_read_body(exchange, PAGES_FORM, &worker->body);
  unsigned more = state == BODY_LARGE ? ARGUMENTS_TRUNCATED : 0;
  if (state != BODY_READ && state != BODY_LARGE)
    return pages_send_no_body(exchange, state);
  DatabaseRequest request =
      pages_token_request(worker, exchange, more | ARGUMENTS_DRY_RUN);
  if (arguments_failed(&worker->arguments))
    return pages_send_answer(service, exchange, worker, 503);
  int failure =
      worker_read(worker, service->readers, &request, pages_client(exchange));
  if (!failure &&
      http_reply_parse(&worker->reply, worker->answer.data,
                       worker->answer.size) &&
      worker->reply.status == 200) {
    request = pages_token_request(worker, exchange, more);
    failure = worker_write(worker, service->readers, service->writer, &request);
  }
  return pages_send_typed(service, exchange, worker, failure, PAGES_JSON);
}

/* The target has been read. A GET without a body is its own question about the
** caller; and one with a body is answered without it, where the caller is
** refused: that is a 401 as well, or the configuration, which is for
** everybody. */
static int pages_serve_scim(Service *service, Exchange *exchange,
                            Worker *worker) {
  const Options *options = service->options;
  if (!arguments_read_base_url(&worker->arguments, options, exchange))
    return exchange_fail(exchange, 400, "", "The Host header is not usable.");
  if (arguments_ask_token(&worker->arguments, exchange))
    return pages_serve_token(service, exchange, worker);
  bool get = exchange_is_get(exchange);
  output_clear(&worker->body);
  worker->retry_after = 0;
  if ((!get || exchange->unread) && pages_is_refused(service, exchange, worker))
    return get ? pages_ask(service, exchange, worker, BODY_READ)
               : pages_send_answer(service, exchange, worker, 0);
  bool searches = arguments_are_search(&worker->arguments, exchange);
  size_t limit = (size_t)options->max_body;
  if (searches && limit > PAGES_SEARCH) limit = PAGES_SEARCH;
  BodyState state = exchange_read_body(exchange, limit, &worker->body);
  if (state != BODY_READ && state != BODY_LARGE)
    return pages_send_no_body(exchange, state);
  if (state == BODY_LARGE && searches)
    return exchange_fail(exchange, 413, "",
                         "The body of a search is larger than 65536 bytes.");
  return pages_ask(service, exchange, worker, state);
}

/*
** The shim's own pages, which need no token.
*/

/* Well is who can read the database; what is wrong in it is told with that. */
static int pages_serve_health(Service *service, Exchange *exchange,
                              Worker *worker) {
  Output *answer = &worker->answer;
  Database *database = NULL;
  if (place_is_there()) database = readers_borrow(service->readers);
  output_clear(answer);
  int code = SQLITE_BUSY;
  if (database) {
    code = health_render(&service->health, database, answer);
    readers_return(service->readers, database);
  }
  if (code == SQLITE_OK && !answer->failed)
    return exchange_send(exchange, 200, NULL, EXCHANGE_SCIM, answer->data,
                         answer->size);
  return exchange_fail(exchange, 503, PAGES_RETRY_AFTER,
                       "The database cannot be read.");
}

/* Also without a database: that is when somebody looks at the metrics. The
** mistakes are left out then, since nobody knows. */
static int pages_serve_metrics(Service *service, Exchange *exchange,
                               Worker *worker) {
  long long mistakes = 0;
  output_clear(&worker->answer);
  metrics_render(&worker->answer, writer_waiting(service->writer),
                 atomic_load(&service->open_connections));
  metrics_render_bodies(&worker->answer, bodies_taken());
  Database *database = readers_borrow(service->readers);
  if (database) {
    if (health_count(&service->health, database, &mistakes) == SQLITE_OK)
      metrics_render_mistakes(&worker->answer, mistakes);
    readers_return(service->readers, database);
  }
  return exchange_send(exchange, 200, NULL, "text/plain; version=0.0.4",
                       worker->answer.data, worker->answer.size);
}

/*
** Routes.
*/

/* The shim's own pages come first, so that a base path of "/" does not hide
** them. */
int pages_serve(Service *service, Exchange *exchange, Worker *worker) {
  static const struct {
    const char *path;
    int (*serve)(Service *, Exchange *, Worker *);
  } pages[] = {{"/healthz", pages_serve_health},
               {"/metrics", pages_serve_metrics}};

  for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
    if (strcmp(exchange->path, pages[i].path) != 0) continue;
    if (exchange_is_get(exchange))
      return pages[i].serve(service, exchange, worker);
    return exchange_fail(exchange, 405, "Allow: GET, HEAD\r\n",
                         "This page can only be read.");
  }
  if (arguments_read_target(&worker->arguments, service->options, exchange))
    return pages_serve_scim(service, exchange, worker);
  return exchange_fail(exchange, 404, "", "There is nothing at this path.");
}
