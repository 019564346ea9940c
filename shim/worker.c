/*
** worker.c: see worker.h.
**
** What a request is made of has memory that the thread keeps, so that most
** requests allocate nothing. What holds the database is not the thread's
** (engine.h).
*/
#include "worker.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bodies.h"
#include "memory.h"
#include "moment.h"
#include "replies.h"

/* How long a worker takes a caller's word. */
#define WORKER_MEMORY (2 * MOMENT_SECOND)

Worker *worker_new(void) { return calloc(1, sizeof(Worker)); }

void worker_free(Worker *worker) {
  target_free(&worker->target);
  arguments_free(&worker->arguments);
  output_free(&worker->body);
  output_free(&worker->answer);
  output_free(&worker->reply.headers);
  output_free(&worker->output);
  output_free(&worker->admitted);
  free(worker);
}

/*
** Requests.
*/

/* An answer that was not sent after all is given back as well. */
static void worker_drop_answer(Worker *worker) {
  if (worker->counted) replies_end(&worker->answer);
  worker->counted = false;
  output_clear(&worker->answer);
}

int worker_read(Worker *worker, Engine *engine,
                const EngineStatement *statement, EngineClient client) {
  EngineAnswer answer = {.row = engine_append, .context = &worker->answer};
  worker_drop_answer(worker);
  int outcome = engine_read(engine, statement, client, &answer);
  if (outcome != 0) return outcome;
  worker->counted = replies_begin(&worker->answer);
  if (worker->counted) return 0;
  output_free(&worker->answer);
  return WORKER_FULL;
}

/* What was there may be the answer to a read, whether the caller is let in, and
** is counted as that. */
int worker_write(Worker *worker, Engine *engine,
                 const EngineStatement *statement) {
  EngineAnswer answer = {.row = engine_append, .context = &worker->answer};
  worker_drop_answer(worker);
  int outcome = engine_write(engine, statement, &answer);
  worker->retry_after = answer.retry_after;
  return outcome;
}

/* output_clear keeps what is small. */
void worker_end(Worker *worker) {
  worker_drop_answer(worker);
  output_clear(&worker->body);
  output_clear(&worker->output);
  memory_tidy(false);
}

/*
** What the shim wants to know itself.
*/

/* One at a time: a tree takes many times the memory of its text, and the writer
** never has more than one either. Meanwhile the writer goes on. If nobody can
** tell, the writer will find it. */
void worker_check_body(Worker *worker, Engine *engine) {
  static const char sql[] = "SELECT scim_body_fault(?1, ?2)"
                            " FROM scim_meta WHERE name = 'version'";
  static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
  Arguments *arguments = &worker->arguments;
  const Output *body = &worker->body;
  if (body->size <= BODIES_SMALL) return;
  EngineStatement statement = {.sql = sql,
                               .count = 2,
                               .options = 1,
                               .target = arguments->target.data,
                               .values = {engine_output(&arguments->options),
                                          engine_blob(body->data, body->size)}};
  EngineAnswer answer = {.row = engine_append, .context = &arguments->refused};
  pthread_mutex_lock(&turn);
  engine_read(engine, &statement, (EngineClient){0}, &answer);
  pthread_mutex_unlock(&turn);
}

/* What worker_ask_terms finds. */
typedef struct WorkerTerms {
  RatesTerms *terms;
  bool found;
} WorkerTerms;

/* The one row of scim_limits; who has no tenant counts as nobody. */
static bool worker_keep_terms(void *context, const EngineValue *cells,
                              size_t count) {
  WorkerTerms *told = context;
  told->found = cells && count == 3;
  if (!told->found) return !cells;
  *told->terms =
      (RatesTerms){.rate = (long)cells[1].integer,
                   .burst = (long)cells[2].integer,
                   .tenant = cells[0].bytes ? rates_caller(cells[0].bytes,
                                                           cells[0].size, "", 0)
                                            : 0};
  return true;
}

/* It asks once, and takes the answer apart. An error is none of this request's:
** the next statement will meet it again. */
bool worker_ask_terms(Worker *worker, Engine *engine, RatesTerms *terms) {
  static const char sql[] =
      "WITH told (limits) AS MATERIALIZED ("
      "SELECT scim_limits(?1) FROM scim_meta WHERE name = 'version') "
      "SELECT json_extract(limits, '$.tenant'),"
      " coalesce(json_extract(limits, '$.rate'), -1),"
      " coalesce(json_extract(limits, '$.burst'), 0)"
      " FROM told WHERE limits IS NOT NULL";
  EngineStatement statement = {
      .sql = sql,
      .count = 1,
      .options = 1,
      .values = {engine_output(&worker->arguments.options)}};
  WorkerTerms told = {.terms = terms};
  EngineAnswer answer = {.row = worker_keep_terms, .context = &told};
  return engine_read(engine, &statement, (EngineClient){0}, &answer) == 0 &&
         told.found;
}

/*
** Callers who were let in.
*/
/* The options hold a secret, so that all of them are compared, whatever the
** first byte is that differs. */
bool worker_knows(const Worker *worker, const Output *options) {
  const Output *admitted = &worker->admitted;
  unsigned difference = 0;
  if (!admitted->size || admitted->size != options->size ||
      moment_now() - worker->admitted_at > WORKER_MEMORY)
    return false;
  for (size_t i = 0; i < options->size; i++)
    difference |= (unsigned char)(admitted->data[i] ^ options->data[i]);
  return difference == 0;
}

void worker_note(Worker *worker, const Output *options) {
  Output *admitted = &worker->admitted;
  output_clear(admitted);
  output_bytes(admitted, options->data, options->size);
  if (admitted->failed) admitted->size = 0;
  worker->admitted_at = moment_now();
}
