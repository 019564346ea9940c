/*
** retention.c: see retention.h.
**
** HOW IT WORKS
**
** The log is pruned by scim_prune, and the writer calls it: between two
** batches, so many rows at a time, so that whoever writes waits no longer than
** for another's request. As long as there is more to go, a step comes a moment
** after the last one; then the next look is an hour later. A thread says when,
** since the writer sleeps until somebody wakes it.
**
** What cannot be done now is tried again later: while another process has the
** lock in a minute, and otherwise with the next look; that is told in the log
** of events, as is how far it has come.
*/
#define _POSIX_C_SOURCE 200809L
#include "retention.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"
#include "moment.h"
#include "place.h"

/* Rows that go in one step: some ten milliseconds of work. */
#define RETENTION_STEP 500

/* When the next step comes, if there is more; the next look, if there is not;
** and the next attempt, if another process is writing. */
#define RETENTION_PAUSE (100 * MOMENT_MILLISECOND)
#define RETENTION_PERIOD (3600 * MOMENT_SECOND)
#define RETENTION_BUSY (60 * MOMENT_SECOND)

struct Retention {
  long days;
  RetentionUrge *urge; /* wakes the writer, */
  void *argument;      /* with this */
  long long seq;       /* the highest that is gone; of the writer alone */
  pthread_t thread;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t woken;  /* there is another time, or it is the end */
  long long due;         /* when the writer shall look in */
  bool wanted;           /* it is time, and the writer has not been here */
  bool stopping;
};

/*
** The thread.
*/
/* With the mutex held, but for the call. */
static void retention_ask(Retention *retention) {
  retention->wanted = true;
  pthread_mutex_unlock(&retention->mutex);
  retention->urge(retention->argument);
  pthread_mutex_lock(&retention->mutex);
}

/* Waits for the time, then for the writer, and so on until the end. */
static void *retention_run(void *argument) {
  Retention *retention = argument;
  pthread_mutex_lock(&retention->mutex);
  while (!retention->stopping) {
    if (retention->wanted)
      pthread_cond_wait(&retention->woken, &retention->mutex);
    else if (moment_now() < retention->due)
      moment_wait(&retention->woken, &retention->mutex, retention->due);
    else
      retention_ask(retention);
  }
  pthread_mutex_unlock(&retention->mutex);
  return NULL;
}

/*
** What the writer does.
*/

/* Prunes, and asks how far the log is gone by now. The code is the first that
** is not SQLITE_OK. */
static int retention_prune(const Retention *retention, Database *database,
                           long long *seq) {
  sqlite3_stmt *ask = NULL;
  char sql[160];
  snprintf(sql, sizeof sql,
           "SELECT scim_prune(strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now', "
           "'-%ld days'), %d)",
           retention->days, RETENTION_STEP);
  int code = database_run(database, sql);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(database->handle,
                              "SELECT value FROM scim_meta"
                              " WHERE name = 'horizon_seq'",
                              -1, &ask, NULL);
  if (code == SQLITE_OK && sqlite3_step(ask) == SQLITE_ROW)
    *seq = sqlite3_column_int64(ask, 0);
  sqlite3_finalize(ask);
  return code;
}

/* One step, and when the next one comes. Nothing is done to a file that is not
** at its place any more. */
static long long retention_step(Retention *retention, Database *database) {
  long long seq = retention->seq;
  if (!place_is_there()) return RETENTION_BUSY;
  int code = retention_prune(retention, database, &seq);
  if ((code & 0xff) == SQLITE_BUSY) return RETENTION_BUSY;
  if (code != SQLITE_OK) {
    log_event("database", "scim_prune: %s (%d)",
              sqlite3_errmsg(database->handle), code);
    return RETENTION_PERIOD;
  }
  bool more = seq != retention->seq;
  if (!more && seq) log_event("log", "pruned up to row %lld", seq);
  retention->seq = seq;
  return more ? RETENTION_PAUSE : RETENTION_PERIOD;
}

/* The mutex is let go of while the step runs: only the writer clears
** `wanted`. */
bool retention_tend(Retention *retention, Database *database) {
  if (!retention) return false;
  pthread_mutex_lock(&retention->mutex);
  bool wanted = retention->wanted;
  pthread_mutex_unlock(&retention->mutex);
  if (!wanted) return false;
  long long pause = retention_step(retention, database);
  pthread_mutex_lock(&retention->mutex);
  retention->wanted = false;
  retention->due = moment_now() + pause;
  pthread_cond_signal(&retention->woken);
  pthread_mutex_unlock(&retention->mutex);
  return true;
}

/*
** Beginning and end.
*/
static void retention_free(Retention *retention) {
  pthread_cond_destroy(&retention->woken);
  pthread_mutex_destroy(&retention->mutex);
  free(retention);
}

/* The first look is at once: whoever restarts the server each night would
** otherwise never prune. */
Retention *retention_start(const Options *options, RetentionUrge *urge,
                           void *argument, Output *complaint) {
  if (!options->keep_days) return NULL;
  Retention *retention = calloc(1, sizeof *retention);
  if (!retention) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  retention->days = options->keep_days;
  retention->urge = urge;
  retention->argument = argument;
  pthread_mutex_init(&retention->mutex, NULL);
  moment_init_condition(&retention->woken);
  if (pthread_create(&retention->thread, NULL, retention_run, retention) == 0)
    return retention;
  output_text(complaint, "cannot start the thread that prunes the log");
  retention_free(retention);
  return NULL;
}

/* The thread may be asleep, or waiting for a writer that is gone by now. */
void retention_stop(Retention *retention) {
  if (!retention) return;
  pthread_mutex_lock(&retention->mutex);
  retention->stopping = true;
  pthread_cond_signal(&retention->woken);
  pthread_mutex_unlock(&retention->mutex);
  pthread_join(retention->thread, NULL);
  retention_free(retention);
}
