/*
** worker.c: see worker.h.
**
** Each thread reads through a connection of its own: SQLite's readers do not
** wait for each other nor for the writer, and nothing is locked in between. It
** is opened at the first read, because most of the threads of a quiet server
** never have one.
*/
#include "worker.h"

#include <stdlib.h>

#include "log.h"

Worker *worker_new(void) { return calloc(1, sizeof(Worker)); }

void worker_free(Worker *worker) {
  if (worker->open && database_close(&worker->database) != SQLITE_OK)
    log_event("database", "a reader could not be closed");
  arguments_free(&worker->arguments);
  output_free(&worker->body);
  output_free(&worker->answer);
  output_free(&worker->reply.headers);
  output_free(&worker->output);
  free(worker);
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
