/*
** worker.c: see worker.h.
**
** Each thread reads through a connection of its own: SQLite's readers do not
** wait for each other nor for the writer, and nothing is locked in between. It
** is opened at the first read, because most of the threads of a quiet server
** never have one.
*/
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "worker.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"

/* How long a worker takes a caller's word, in seconds. */
#define WORKER_MEMORY 2

Worker *worker_new(void) { return calloc(1, sizeof(Worker)); }

void worker_free(Worker *worker) {
  if (worker->open && database_close(&worker->database) != SQLITE_OK)
    log_event("database", "a reader could not be closed");
  arguments_free(&worker->arguments);
  output_free(&worker->body);
  output_free(&worker->answer);
  output_free(&worker->reply.headers);
  output_free(&worker->output);
  output_free(&worker->admitted);
  free(worker);
}

/* What is of the usual size is kept for the next request. */
void worker_rest(Worker *worker) {
  output_clear(&worker->body);
  output_clear(&worker->answer);
  output_clear(&worker->output);
}

/* After a failure the next read tries again: the file may be back. */
int worker_open(Worker *worker, const Options *options) {
  if (worker->open) return SQLITE_OK;
  Output complaint = {0};
  int code =
      database_open(&worker->database, options, DATABASE_READ, &complaint);
  worker->open = code == SQLITE_OK;
  if (!worker->open) {
    log_event("database", "%s", output_terminate(&complaint));
    database_close(&worker->database);
  }
  output_free(&complaint);
  return code;
}

/* An error of SQLite is logged in full, and told to the client as a status: its
** text may name tables. */
int worker_read(Worker *worker, const Options *options,
                const DatabaseRequest *request) {
  int code = worker_open(worker, options);
  if (code != SQLITE_OK) return database_status(code);
  output_clear(&worker->answer);
  code = database_apply(&worker->database, request, &worker->answer);
  if (code == SQLITE_OK) return 0;
  log_event("database", "%s: %s (%d)", request->method,
            sqlite3_errmsg(worker->database.handle), code);
  return database_status(code);
}

/*
** Callers who were let in.
*/
static time_t worker_now(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

/* The options hold a secret, so that all of them are compared, whatever the
** first byte is that differs. */
bool worker_knows(const Worker *worker, const Output *options) {
  const Output *admitted = &worker->admitted;
  unsigned difference = 0;
  if (!admitted->size || admitted->size != options->size ||
      worker_now() - worker->admitted_at > WORKER_MEMORY)
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
  worker->admitted_at = worker_now();
}
