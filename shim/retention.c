/*
** retention.c: see retention.h.
**
** HOW IT WORKS
**
** The log is pruned by scim_prune, and the writer calls it: between two
** batches, so many rows at a time, so that whoever writes waits no longer than
** for another's request. As long as there is more to go, a step comes a moment
** after the last one; then the next look is an hour later. A thread says when,
** since the writer sleeps until somebody wakes it. Where the writer takes
** statements from anybody (rqlite_writer.h), the thread itself gives it one.
**
** Several processes may prune one log: a step removes what is too old when its
** turn comes, and that may be nothing.
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
#include <time.h>

#include "log.h"
#include "moment.h"

/* Rows that go in one step: some ten milliseconds of work. */
#define RETENTION_STEP 500

/* When the next step comes, if there is more; the next look, if there is not;
** and the next attempt, if another process is writing. */
#define RETENTION_PAUSE (100 * MOMENT_MILLISECOND)
#define RETENTION_PERIOD (3600 * MOMENT_SECOND)
#define RETENTION_BUSY (60 * MOMENT_SECOND)

struct Retention {
  long days;
  RetentionUrge *urge; /* wakes the writer; NULL: it need not be woken */
  RetentionAsk *ask;   /* asks it, */
  void *argument;      /* both with this */
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
  if (retention->urge)
    retention->urge(retention->argument);
  else
    retention_tend(retention);
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

/* Writes down the time of day of so many days ago, and says in the options of
** scim_prune what it is now, which must not be drawn where the log is. */
static void retention_render_times(const Retention *retention, char *moment,
                                   size_t size, Output *options) {
  struct tm day;
  char now[MOMENT_TEXT];
  time_t then = time(NULL) - retention->days * 86400;
  gmtime_r(&then, &day);
  strftime(moment, size, "%Y-%m-%dT%H:%M:%SZ", &day);
  moment_write(now);
  output_format(options, "{\"now\":\"%s\"}", now);
}

/* An EngineRow: how far the log is gone. */
static bool retention_keep_seq(void *context, const EngineValue *cells,
                               size_t count) {
  if (cells && count) *(long long *)context = cells[0].integer;
  return true;
}

/* Prunes, and asks how far the log is gone by now. The status is the first that
** is not 0. */
static int retention_prune(const Retention *retention, long long *seq,
                           Output *complaint) {
  static const char prune_sql[] = "SELECT scim_prune(?1, ?2, ?3)";
  static const char seq_sql[] = "SELECT value FROM scim_meta"
                                " WHERE name = 'horizon_seq'";
  char moment[32];
  Output options = {0};
  EngineAnswer answer = {.complaint = complaint};
  retention_render_times(retention, moment, sizeof moment, &options);
  EngineStatement prune = {.sql = prune_sql,
                           .count = 3,
                           .values = {engine_text(moment),
                                      engine_integer(RETENTION_STEP),
                                      engine_output(&options)}};
  EngineStatement ask = {.sql = seq_sql};
  int status = retention->ask(retention->argument, &prune, true, &answer);
  output_free(&options);
  if (status) return status;
  answer.row = retention_keep_seq;
  answer.context = seq;
  return retention->ask(retention->argument, &ask, false, &answer);
}

/* One step, and when the next one comes. */
static long long retention_step(Retention *retention) {
  long long seq = retention->seq;
  Output complaint = {0};
  int status = retention_prune(retention, &seq, &complaint);
  if (status && status != ENGINE_BUSY)
    log_event("database", "scim_prune: %s",
              complaint.size ? output_terminate(&complaint) : "no answer");
  output_free(&complaint);
  if (status) return status == ENGINE_BUSY ? RETENTION_BUSY : RETENTION_PERIOD;
  bool more = seq != retention->seq;
  if (!more && seq) log_event("log", "pruned up to row %lld", seq);
  retention->seq = seq;
  return more ? RETENTION_PAUSE : RETENTION_PERIOD;
}

/* The mutex is let go of while the step runs: only the writer clears
** `wanted`. */
bool retention_tend(Retention *retention) {
  if (!retention) return false;
  pthread_mutex_lock(&retention->mutex);
  bool wanted = retention->wanted;
  pthread_mutex_unlock(&retention->mutex);
  if (!wanted) return false;
  long long pause = retention_step(retention);
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
                           RetentionAsk *ask, void *argument,
                           Output *complaint) {
  if (!options->keep_days) return NULL;
  Retention *retention = calloc(1, sizeof *retention);
  if (!retention) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  retention->days = options->keep_days;
  retention->urge = urge;
  retention->ask = ask;
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
