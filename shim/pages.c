/*
** pages.c: see pages.h.
**
** A SCIM request passes these steps, each of which may end it: it names a base
** URL; its caller is not refused; its body arrives; scim_apply answers, by what
** reads or, for whatever may write, by what writes (engine.h). Callers
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
#include <strings.h>

#include "admission.h"
#include "bodies.h"
#include "guest.h"
#include "log.h"
#include "metrics.h"
#include "wal_limit.h"

#define PAGES_FORM ((size_t)8192)    /* of a body that a stranger may send */
#define PAGES_SEARCH ((size_t)65536) /* of a search: filters are far smaller */
#define PAGES_JSON "application/json"

/*
** SCIM.
*/

/* Does the reply show that its caller's token is good? Whoever has none gets
** such a reply only where he has sent none: of a token that is there the
** extension sees first whether it is good. */
static bool pages_lets_in(const Exchange *exchange, int status) {
  return exchange_header(exchange, "Authorization") && status != 400 &&
         status != 401 && status != 403 && status != 429;
}

/* A search that took too long is one that asked for too much (RFC 7644 section
** 3.12, tooMany), and would take as long the next time. Anything else may be as
** slow as the machine is at the moment. */
static int pages_send_late(Service *service, Exchange *exchange,
                           Worker *worker) {
  bool searches =
      exchange->query || arguments_are_search(&worker->arguments, exchange);
  Output detail = {0};
  output_format(&detail, "The request took longer than %ld ms.",
                service->options->read_budget);
  if (searches)
    output_text(&detail, " Please narrow it: compare an attribute that has an"
                         " index by 'eq' (as userName, externalId or id), sort"
                         " by none that has no index, and ask for a smaller"
                         " page (count), or for pages by cursor.");
  int status = exchange_refuse(
      exchange, searches ? 400 : 503, searches ? "" : EXCHANGE_RETRY_AFTER,
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
    output_text(line, EXCHANGE_RETRY_AFTER);
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

/* Sends that nothing is written, which is for the operator to mend. */
static int pages_send_held(Exchange *exchange, const Worker *worker) {
  Output detail = {0};
  wal_limit_explain(&detail);
  int status =
      pages_send_unavailable(exchange, worker, output_terminate(&detail));
  output_free(&detail);
  return status;
}

/* Sends why there is no answer: what worker_read or worker_write said. */
static int pages_send_failure(Service *service, Exchange *exchange,
                              Worker *worker, int failure) {
  static const struct {
    int failure;
    const char *detail;
  } failures[] = {
      {503, "The database cannot take the request now."},
      {ENGINE_BUSY, "Too many requests take long at the moment."},
      {WORKER_FULL, "Too many large replies are being sent at the moment."},
      {ENGINE_GONE, "The client has closed the connection."}};
  if (failure == ENGINE_LATE) return pages_send_late(service, exchange, worker);
  if (failure == ENGINE_HELD) return pages_send_held(exchange, worker);
  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
    if (failures[i].failure == failure)
      return pages_send_unavailable(exchange, worker, failures[i].detail);
  return exchange_fail(exchange, 500, "", "The request could not be handled.");
}

/* Sends what scim_apply returned, or the failure to ask it (0: none), as what
** is of this media type. In the request for a token, which is not SCIM, the
** header says nothing. */
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
  if (strcmp(type, EXCHANGE_SCIM) == 0 &&
      pages_lets_in(exchange, reply->status))
    exchange_admit(exchange);
  return exchange_send(exchange, reply->status, &reply->headers,
                       reply->dry ? PAGES_JSON : type, reply->body,
                       reply->body_size);
}

static int pages_send_answer(Service *service, Exchange *exchange,
                             Worker *worker, int failure) {
  return pages_send_typed(service, exchange, worker, failure, EXCHANGE_SCIM);
}

static bool pages_is_gone(void *nobody) {
  (void)nobody;
  return guest_is_gone(guest_current());
}

/* Who waits for what a reader does: the guest of this thread, which is the one
** that asks. */
static EngineClient pages_client(const Worker *worker) {
  return (EngineClient){.who = {.gone = pages_is_gone},
                        .tenant = worker->tenant};
}

/* Asks a reader about the caller, by a read of nothing. Returns the status, 0
** if the reader cannot tell. */
static int pages_ask_about_caller(Service *service, Worker *worker) {
  EngineStatement statement = {
      .sql = engine_apply_read,
      .count = 4,
      .values = {engine_text("GET"), engine_text("/-"), engine_text(NULL),
                 engine_output(&worker->arguments.options)}};
  if (worker_read(worker, service->engine, &statement, pages_client(worker)) !=
          0 ||
      !http_reply_parse(&worker->reply, worker->answer.data,
                        worker->answer.size))
    return 0;
  return worker->reply.status;
}

/* Is the caller refused? Then the worker's answer says so: by a 401, or the 400
** of a header without a token in it. The writer, which may see the token
** revoked in between, asks again: so whom the worker has let in a moment ago
** need not be asked about. If the reader cannot tell, the request goes on to
** where that is reported. */
static bool pages_is_refused(Service *service, Exchange *exchange,
                             Worker *worker, const Admission *admission) {
  Arguments *arguments = &worker->arguments;
  arguments_render_options(arguments, exchange, 0);
  if (arguments_failed(arguments)) return false;
  if (!worker_knows(worker, &arguments->options)) {
    int status = pages_ask_about_caller(service, worker);
    if (status == 0 || status >= 500) return false;
    if (status == 401 || status == 400) {
      admission_refuse(admission);
      return true;
    }
    admission_grant(admission);
    worker_note(worker, &arguments->options);
  }
  exchange_admit(exchange);
  return false;
}

/* Learns the caller's terms where they are not known, or not lately: of a
** thousand requests with one token in a second, one asks. They hold from the
** next request on. */
static void pages_learn_terms(Service *service, const Exchange *exchange,
                              Worker *worker, const Admission *admission) {
  RatesTerms terms;
  if (!admission->asks) return;
  arguments_render_options(&worker->arguments, exchange, 0);
  if (arguments_failed(&worker->arguments)) return;
  if (!worker_ask_terms(worker, service->engine, &terms)) return;
  worker->tenant = terms.tenant;
  admission_set_terms(admission, &terms);
}

static bool pages_is_options(const Exchange *exchange) {
  return strcmp(exchange->method, "OPTIONS") == 0;
}

/* A body in gzip or the like is not read: what it would become has no limit but
** that of memory (RFC 9110 section 15.5.16). */
static bool pages_is_encoded(const Exchange *exchange) {
  const char *coding = exchange_header(exchange, "Content-Encoding");
  size_t size = coding ? target_value_size(coding) : 0;
  return exchange->unread && size > 0 &&
         (size != 8 || strncasecmp(coding, "identity", 8) != 0);
}

/* What the worker has read of a request, for scim_apply, which reads or writes
** by this SQL: without the body where that is not whole, of which the options
** tell. */
static EngineStatement pages_statement(const Worker *worker, const char *sql,
                                       const char *method, bool whole) {
  const Arguments *arguments = &worker->arguments;
  const Output *body = &worker->body;
  return (EngineStatement){
      .sql = sql,
      .count = 4,
      .values = {engine_text(method), engine_text(arguments->target.data),
                 engine_blob(whole ? body->data : NULL, body->size),
                 engine_output(&arguments->options)}};
}

/* Sends what may be done at a place, which the extension says where it refuses
** OPTIONS itself (RFC 9110 section 9.3.7). */
static int pages_send_options(Service *service, Exchange *exchange,
                              Worker *worker, int failure) {
  HttpReply *reply = &worker->reply;
  if (failure ||
      !http_reply_parse(reply, worker->answer.data, worker->answer.size) ||
      reply->status != 405)
    return pages_send_answer(service, exchange, worker, failure);
  return exchange_send(exchange, 204, &reply->headers, NULL, NULL, 0);
}

/* Is the body one that the writer would refuse? Then it is not sent, but why.
** Only bodies that are large are looked at: a small one is parsed in less time
** than it takes to ask. Nor are those that a reader will parse. */
static bool pages_has_fault(Service *service, Exchange *exchange,
                            Worker *worker, bool reads) {
  if (reads || worker->body.size <= BODIES_SMALL) return false;
  arguments_render_options(&worker->arguments, exchange, 0);
  if (arguments_failed(&worker->arguments)) return false;
  worker_check_body(worker, service->engine);
  return worker->arguments.refused.size > 0;
}

/* Asks the extension, and sends what it says. GET, HEAD and searches read, and
** OPTIONS asks; whatever else there is may write, and the extension decides
** whether it does. */
static int pages_ask(Service *service, Exchange *exchange, Worker *worker,
                     BodyState state) {
  Arguments *arguments = &worker->arguments;
  bool has_body = worker->body.size > 0, large = state == BODY_LARGE;
  bool get = exchange_is_get(exchange), asks = pages_is_options(exchange);
  bool reads = get || asks || arguments_are_search(arguments, exchange);
  bool whole =
      has_body && !large && !pages_has_fault(service, exchange, worker, reads);
  arguments_render_options(
      arguments, exchange,
      (has_body || large ? ARGUMENTS_BODY : 0) |
          (large ? ARGUMENTS_TRUNCATED : 0) |
          (asks || arguments->dry ? ARGUMENTS_DRY_RUN : 0));
  if (arguments_failed(arguments))
    return pages_send_answer(service, exchange, worker, 503);
  EngineStatement statement =
      pages_statement(worker, reads ? engine_apply_read : engine_apply_write,
                      get ? "GET" : exchange->method, whole);
  int failure = reads ? worker_read(worker, service->engine, &statement,
                                    pages_client(worker))
                      : worker_write(worker, service->engine, &statement);
  return asks ? pages_send_options(service, exchange, worker, failure)
              : pages_send_answer(service, exchange, worker, failure);
}

/* The request for a token, as scim_apply takes it. */
static EngineStatement pages_token_statement(Worker *worker, Exchange *exchange,
                                             const char *sql, unsigned more) {
  arguments_render_options(&worker->arguments, exchange, more | ARGUMENTS_BODY);
  return pages_statement(worker, sql, "POST", !(more & ARGUMENTS_TRUNCATED));
}

/* Asks a reader first, as a dry run: a client that is refused must not wait for
** the writer, nor others for it. What was granted is asked again of the writer,
** which may see the client revoked in between. */
static int pages_grant_token(Service *service, Exchange *exchange,
                             Worker *worker, const Admission *admission,
                             unsigned more) {
  EngineStatement statement = pages_token_statement(
      worker, exchange, engine_apply_read, more | ARGUMENTS_DRY_RUN);
  if (arguments_failed(&worker->arguments))
    return pages_send_answer(service, exchange, worker, 503);
  int failure =
      worker_read(worker, service->engine, &statement, pages_client(worker));
  if (failure || !http_reply_parse(&worker->reply, worker->answer.data,
                                   worker->answer.size))
    return pages_send_typed(service, exchange, worker, failure, PAGES_JSON);
  if (worker->reply.status == 200) {
    admission_grant(admission);
    statement =
        pages_token_statement(worker, exchange, engine_apply_write, more);
    failure = worker_write(worker, service->engine, &statement);
  } else {
    admission_refuse(admission);
  }
  return pages_send_typed(service, exchange, worker, failure, PAGES_JSON);
}

/* The body comes first: the client's name and secret may be in it. */
static int pages_serve_token(Service *service, Exchange *exchange,
                             Worker *worker) {
  Admission admission;
  output_clear(&worker->body);
  BodyState state = exchange_read_body(exchange, PAGES_FORM, &worker->body);
  if (state != BODY_READ && state != BODY_LARGE)
    return exchange_fail_body(exchange, state);
  admission_begin(&admission, exchange, &worker->arguments.tenant,
                  &worker->body);
  int status = admission_delay(&admission, exchange);
  if (status) return status;
  return pages_grant_token(service, exchange, worker, &admission,
                           state == BODY_LARGE ? ARGUMENTS_TRUNCATED : 0);
}

/* A GET without a body is its own question about the caller, if that is not a
** new one; and one with a body is answered without it, where the caller is
** refused: that is a 401 as well, or the configuration, which is for
** everybody. */
static int pages_serve_admitted(Service *service, Exchange *exchange,
                                Worker *worker, const Admission *admission) {
  const Options *options = service->options;
  bool get = exchange_is_get(exchange);
  output_clear(&worker->body);
  if ((!get || exchange->unread || admission_is_new(admission)) &&
      pages_is_refused(service, exchange, worker, admission))
    return get ? pages_ask(service, exchange, worker, BODY_READ)
               : pages_send_answer(service, exchange, worker, 0);
  pages_learn_terms(service, exchange, worker, admission);
  bool searches = arguments_are_search(&worker->arguments, exchange);
  size_t limit = (size_t)options->max_body;
  if (searches && limit > PAGES_SEARCH) limit = PAGES_SEARCH;
  BodyState state = exchange_read_body(exchange, limit, &worker->body);
  if (state != BODY_READ && state != BODY_LARGE)
    return exchange_fail_body(exchange, state);
  if (state == BODY_LARGE && searches)
    return exchange_fail(exchange, 413, "",
                         "The body of a search is larger than 65536 bytes.");
  int status = pages_ask(service, exchange, worker, state);
  if (status == 401) admission_refuse(admission);
  return status;
}

/* The target has been read. */
static int pages_serve_scim(Service *service, Exchange *exchange,
                            Worker *worker) {
  Admission admission;
  worker->retry_after = 0;
  if (pages_is_encoded(exchange))
    return exchange_fail(exchange, 415, "Accept-Encoding: identity\r\n",
                         "A body must not be compressed.");
  arguments_read_base_url(&worker->arguments, service->options, exchange);
  if (arguments_ask_token(&worker->arguments, exchange))
    return pages_serve_token(service, exchange, worker);
  admission_begin(&admission, exchange, &worker->arguments.tenant, NULL);
  worker->tenant = admission.tenant;
  int status = admission_delay(&admission, exchange);
  return status ? status
                : pages_serve_admitted(service, exchange, worker, &admission);
}

/*
** The shim's own pages, which need no token.
*/

/* Well is who can read the database; what is wrong in it is told with that. */
static int pages_serve_health(Service *service, Exchange *exchange,
                              Worker *worker) {
  Output *answer = &worker->answer;
  output_clear(answer);
  if (health_render(&service->health, answer) && !answer->failed)
    return exchange_send(exchange, 200, NULL, EXCHANGE_SCIM, answer->data,
                         answer->size);
  return exchange_fail(exchange, 503, EXCHANGE_RETRY_AFTER,
                       "The database cannot be read.");
}

/* Also without a database: that is when somebody looks at the metrics. The
** mistakes are left out then, since nobody knows. */
static int pages_serve_metrics(Service *service, Exchange *exchange,
                               Worker *worker) {
  long long mistakes = 0;
  output_clear(&worker->answer);
  metrics_render(&worker->answer, engine_waiting(service->engine),
                 atomic_load(&service->open_connections));
  metrics_render_bodies(&worker->answer, bodies_taken());
  if (health_count(&service->health, &mistakes))
    metrics_render_mistakes(&worker->answer, mistakes);
  return exchange_send(exchange, 200, NULL, "text/plain; version=0.0.4",
                       worker->answer.data, worker->answer.size);
}

/*
** Routes.
*/

/* Answers OPTIONS (RFC 9110 section 9.3.7), of one page or of the server. */
static int pages_send_allow(Exchange *exchange, const char *allow) {
  Output headers = {0};
  output_text(&headers, allow);
  exchange_send(exchange, 204, &headers, NULL, NULL, 0);
  output_free(&headers);
  return 204;
}

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
    return pages_is_options(exchange)
               ? pages_send_allow(exchange, "Allow: GET, HEAD\r\n")
               : exchange_fail(exchange, 405, "Allow: GET, HEAD\r\n",
                               "This page can only be read.");
  }
  if (strcmp(exchange->path, "*") == 0)
    return pages_send_allow(exchange, PAGES_ALLOW);
  if (arguments_read_target(&worker->arguments, service->options, exchange))
    return pages_serve_scim(service, exchange, worker);
  return exchange_fail(exchange, 404, "", "There is nothing at this path.");
}
