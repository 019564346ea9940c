/*
** checkpoint.c: see checkpoint.h.
**
** HOW IT WORKS
**
** What is committed stands in the write-ahead log. To copy it into the file
** takes tens of milliseconds and two syncs each time, so a thread does it
** beside the writer, whenever CHECKPOINT_STEP pages have been added (PASSIVE:
** it waits for nobody, and nobody for it).
**
** But a log that is copied is still a log: it is begun anew only when all of it
** is copied at a moment when nobody reads in it, and while writes and reads
** follow one another there is no such moment. So at CHECKPOINT_PAGES the writer
** makes one, between two batches (RESTART): copies what has come in the
** meantime, and waits for the readers of now, since those who begin meanwhile
** read in the file. It waits shortly at first, and twice as long each time that
** the log has grown by another step in vain: the longest is longer than any
** reader of ours may take. So there is a bound, and most of the time nobody
** notices.
**
** A reader of another process that keeps its snapshot cannot be waited for; the
** log grows until it goes, which the log of events and /metrics tell. From then
** on the writer looks every second, also without writes, and once it is gone
** the file of the log is cut. It grows up to its limit (wal_limit.h): there the
** writer waits for the longest time once more, and then refuses what is to be
** written until one of those looks finds the log free.
*/
#define _POSIX_C_SOURCE 200809L
#include "checkpoint.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"
#include "metrics.h"
#include "moment.h"
#include "wal_limit.h"

/* Pages of the log: after so many the thread copies, and from so many on the
** writer begins it anew (128 MiB; database.c cuts the file to that). */
#define CHECKPOINT_STEP 8000
#define CHECKPOINT_PAGES 32000

/* How long all writes may wait for the readers of now, in milliseconds: at
** first (WAL_LIMIT_PATIENCE at most), and when it is only looked whether a long
** one is gone. */
#define CHECKPOINT_PATIENCE 50
#define CHECKPOINT_LOOK 5

/* After waiting in vain for the longest time the writer works for so many times
** as long before it waits again. */
#define CHECKPOINT_REST 20

/* A log of so many bytes is told of: somebody holds it. */
#define CHECKPOINT_ALARM (256LL << 20)

struct Checkpoint {
  const Options *options;
  sqlite3 *handle;       /* of the thread, while that runs */
  CheckpointUrge urge;   /* wakes the writer */
  void *argument;        /* its argument */
  pthread_t thread;      /* runs checkpoint_run */
  pthread_mutex_t mutex; /* guards the next eight */
  pthread_cond_t due;    /* there is something to copy, or stopping is set */
  int pages;             /* of the log, after the last commit */
  int copied;            /* of them, when the thread began to copy last */
  bool copying;          /* the thread is at it */
  bool finishing;        /* the writer is, and the thread must not */
  bool ceding;           /* nor before the writer has seen whether it is due */
  bool held;             /* the writer has waited in vain */
  bool stopping;         /* the thread is to end */

  /* Of the writer alone: */
  int next;             /* from so many pages on it tries, */
  int patience;         /* for so many milliseconds, */
  long long not_before; /* if the clock is past this */
  bool told;            /* the log of events says that the log is held */
};

/*
** The thread.
*/

/* Sleeps until somebody has something to say; while the log is held no longer
** than a second. Returns false if the time is over. */
static bool checkpoint_sleep(Checkpoint *checkpoint) {
  if (!checkpoint->held)
    return pthread_cond_wait(&checkpoint->due, &checkpoint->mutex) == 0;
  return moment_wait(&checkpoint->due, &checkpoint->mutex,
                     moment_now() + MOMENT_SECOND);
}

static bool checkpoint_is_due(const Checkpoint *checkpoint) {
  return !checkpoint->finishing && !checkpoint->ceding &&
         checkpoint->pages - checkpoint->copied >= CHECKPOINT_STEP;
}

/* Copies what is there by now. With the mutex held, but for the work itself.
** One that fails is tried again after the next step: until then nothing is
** lost, since the log has it. */
static void checkpoint_copy(Checkpoint *checkpoint) {
  checkpoint->copied = checkpoint->pages;
  checkpoint->copying = true;
  pthread_mutex_unlock(&checkpoint->mutex);
  int code = sqlite3_wal_checkpoint_v2(checkpoint->handle, "main",
                                       SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  metrics_checkpoint(code == SQLITE_OK);
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    log_event("database", "checkpoint: %s (%d)",
              sqlite3_errmsg(checkpoint->handle), code);
  pthread_mutex_lock(&checkpoint->mutex);
  checkpoint->copying = false;
}

/* The mutex is let go of while it copies and while it sleeps. While it copied
** the writer was kept from beginning the log anew, and has its turn now: if it
** writes faster than this copies there is always more to copy. */
static void *checkpoint_run(void *argument) {
  Checkpoint *checkpoint = argument;
  pthread_mutex_lock(&checkpoint->mutex);
  while (!checkpoint->stopping) {
    bool urgent = false;
    if (checkpoint_is_due(checkpoint)) {
      checkpoint_copy(checkpoint);
      urgent = checkpoint->ceding = checkpoint->pages >= CHECKPOINT_PAGES;
    } else {
      urgent = !checkpoint_sleep(checkpoint);
    }
    if (urgent) checkpoint->urge(checkpoint->argument);
  }
  pthread_mutex_unlock(&checkpoint->mutex);
  return NULL;
}

/*
** The writer.
*/

/* A log that is shorter than before has been begun anew by SQLite itself, in a
** moment of quiet. */
void checkpoint_note(Checkpoint *checkpoint, int pages) {
  pthread_mutex_lock(&checkpoint->mutex);
  if (pages < checkpoint->pages) checkpoint->copied = 0;
  checkpoint->pages = pages;
  bool due = checkpoint_is_due(checkpoint) && !checkpoint->copying;
  pthread_mutex_unlock(&checkpoint->mutex);
  if (due) pthread_cond_signal(&checkpoint->due);
}

/* Is it time? Then the thread is kept off. While it copies it is not: the
** writer would have to wait for it. Once the limit is reached it is looked, and
** not waited: nobody shall wait to be refused. */
static bool checkpoint_begin(Checkpoint *checkpoint, bool passed, bool look) {
  pthread_mutex_lock(&checkpoint->mutex);
  bool long_enough = checkpoint->pages >= checkpoint->next &&
                     moment_milliseconds() >= checkpoint->not_before;
  bool due = !wal_limit_is_reached() && (passed || long_enough);
  checkpoint->finishing =
      !checkpoint->copying && (due || (look && checkpoint->held));
  if (!checkpoint->copying) checkpoint->ceding = false;
  bool begun = checkpoint->finishing;
  pthread_mutex_unlock(&checkpoint->mutex);
  return begun;
}

/* Says once that somebody holds the log, and once that nobody does. */
static void checkpoint_tell(Checkpoint *checkpoint, Database *database,
                            bool held) {
  long long size = database_wal_size(database);
  if (held && !checkpoint->told && size > CHECKPOINT_ALARM) {
    checkpoint->told = true;
    log_event("wal",
              "%lld bytes, and growing: a reader, of another process as a "
              "rule, does not let go of what it began to read long ago",
              size);
  } else if (!held && checkpoint->told) {
    checkpoint->told = false;
    log_event("wal", "the write-ahead log is begun anew");
  }
}

/* Begun anew, the log has no pages. Else the next attempt is a step further,
** and waits for longer; after the longest wait it is not for long that the
** writer waits again. */
static void checkpoint_settle(Checkpoint *checkpoint, int pages, bool held,
                              bool look, long long spent) {
  pthread_mutex_lock(&checkpoint->mutex);
  checkpoint->finishing = false;
  checkpoint->held = held;
  checkpoint->pages = pages;
  if (!held || pages < checkpoint->copied) checkpoint->copied = 0;
  pthread_mutex_unlock(&checkpoint->mutex);
  /* The thread may be asleep until there is something to copy. */
  if (held) pthread_cond_signal(&checkpoint->due);
  if (!held) {
    checkpoint->next = CHECKPOINT_PAGES;
    checkpoint->patience = CHECKPOINT_PATIENCE;
    checkpoint->not_before = 0;
  } else if (!look) {
    checkpoint->next = pages + CHECKPOINT_STEP;
    if (checkpoint->patience < WAL_LIMIT_PATIENCE)
      checkpoint->patience *= 2;
    else
      checkpoint->not_before = moment_milliseconds() + spent * CHECKPOINT_REST;
  }
}

/* A look costs nobody more than a moment; but nothing is refused before whoever
** reads has been waited for, also where it turns out only now that others have
** made the log as long as it may be: then the next attempt waits. */
void checkpoint_finish(Checkpoint *checkpoint, Database *database, bool look) {
  bool passed = wal_limit_is_passed(checkpoint->options, database);
  if (!checkpoint_begin(checkpoint, passed, look)) return;
  bool waits = passed && !wal_limit_is_reached();
  long long start = moment_milliseconds();
  wal_limit_wait(waits);
  bool held = !wal_limit_restart(database, waits  ? WAL_LIMIT_PATIENCE
                                           : look ? CHECKPOINT_LOOK
                                                  : checkpoint->patience);
  metrics_wal_restart(!held);
  checkpoint_settle(checkpoint, database->wal_frames, held, look,
                    moment_milliseconds() - start);
  checkpoint_tell(checkpoint, database, held);
  if (waits || !held || wal_limit_is_reached())
    wal_limit_decide(checkpoint->options, database);
  wal_limit_wait(false);
}

/*
** Start and stop.
*/

/* It needs nothing of the extension. The log is part of the connection once a
** page has been read. */
static int checkpoint_open(Checkpoint *checkpoint, const Options *options) {
  char pragma[40];
  snprintf(pragma, sizeof pragma, "PRAGMA synchronous = %s",
           options->synchronous);
  int code = sqlite3_open_v2(options->db, &checkpoint->handle,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec(checkpoint->handle, pragma, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec(checkpoint->handle,
                        "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
  return code;
}

static void checkpoint_init(Checkpoint *checkpoint) {
  pthread_mutex_init(&checkpoint->mutex, NULL);
  moment_init_condition(&checkpoint->due);
  checkpoint->next = CHECKPOINT_PAGES;
  checkpoint->patience = CHECKPOINT_PATIENCE;
}

static void checkpoint_free(Checkpoint *checkpoint) {
  sqlite3_close(checkpoint->handle);
  pthread_mutex_destroy(&checkpoint->mutex);
  pthread_cond_destroy(&checkpoint->due);
  free(checkpoint);
}

Checkpoint *checkpoint_start(const Options *options, CheckpointUrge urge,
                             void *argument, Output *complaint) {
  Checkpoint *checkpoint = calloc(1, sizeof *checkpoint);
  if (!checkpoint) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  checkpoint->options = options;
  checkpoint->urge = urge;
  checkpoint->argument = argument;
  checkpoint_init(checkpoint);
  if (checkpoint_open(checkpoint, options) == SQLITE_OK &&
      pthread_create(&checkpoint->thread, NULL, checkpoint_run, checkpoint) ==
          0)
    return checkpoint;
  output_text(complaint, "cannot start the thread of the checkpoints");
  checkpoint_free(checkpoint);
  return NULL;
}

void checkpoint_stop(Checkpoint *checkpoint) {
  pthread_mutex_lock(&checkpoint->mutex);
  checkpoint->stopping = true;
  pthread_mutex_unlock(&checkpoint->mutex);
  pthread_cond_signal(&checkpoint->due);
  pthread_join(checkpoint->thread, NULL);
  checkpoint_free(checkpoint);
}
