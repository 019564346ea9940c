/*
** keeper.c: see keeper.h.
**
** HOW IT WORKS
**
** Who reads a database with a write-ahead log holds a shared lock on one of
** five marks for as long as that takes: so the log is not written over from its
** beginning under him. All connections of a process to a file share one object
** for these locks, with one mutex, and the first to take a lock and the last to
** drop it ask the system for it, by fcntl, with the mutex held. With a few
** readers each is the first and the last all the time. A thread loses the
** processor in a system call more than anywhere else; when that happens, all
** others queue for the mutex, and eight clients are served no faster than one.
**
** The keeper is one more connection, which holds the newest snapshot while
** nobody needs it. Whoever reads that snapshot as well has the same lock, is
** neither first nor last, and gets it by counting.
**
** A snapshot that is held and old does harm. Readers of the new one have
** another lock, so the keeper saves nothing; and a checkpoint cannot go beyond
** the old one, so that the log grows and each commit tries again. Hence:
**
**     after each commit the keeper moves on;
**     for a checkpoint it lets go. After one that has moved the whole log into
**     the file, the next snapshot is of the file alone, and does not keep the
**     log from being begun anew;
**     every KEEPER_PERIOD it moves on, since other processes write as well, and
**     lets go if nobody has read in between.
*/
#include "keeper.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "moment.h"

#define KEEPER_PERIOD (100 * MOMENT_MILLISECOND)

struct Keeper {
  const Options *options;
  atomic_bool touched; /* somebody has read since the thread looked last */
  atomic_bool asleep;  /* the thread waits to be woken */
  atomic_bool held;    /* set with the mutex; a hint without it */
  pthread_t thread;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t woken;  /* somebody reads, or it is the end */
  bool stopping;
  sqlite3 *handle;    /* NULL before the first time */
  sqlite3_stmt *read; /* at its row while a snapshot is held */
};

/*
** The snapshot. All of it with the mutex held.
*/

/* A reset statement has ended its transaction, and dropped the lock. */
static void keeper_drop(Keeper *keeper) {
  sqlite3_reset(keeper->read);
  atomic_store(&keeper->held, false);
}

static void keeper_close(Keeper *keeper) {
  sqlite3_finalize(keeper->read);
  sqlite3_close(keeper->handle);
  keeper->read = NULL;
  keeper->handle = NULL;
}

/* Opens the file. What goes wrong is no matter: it is tried again. */
static bool keeper_open(Keeper *keeper) {
  static const char read[] = "SELECT value FROM scim_meta";
  if (keeper->read) return true;
  if (sqlite3_open_v2(keeper->options->db, &keeper->handle,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                      NULL) == SQLITE_OK &&
      sqlite3_prepare_v3(keeper->handle, read, -1, SQLITE_PREPARE_PERSISTENT,
                         &keeper->read, NULL) == SQLITE_OK)
    return true;
  keeper_close(keeper);
  return false;
}

/* Lets go of what is held, and takes the newest. */
static void keeper_take(Keeper *keeper) {
  keeper_drop(keeper);
  if (keeper->stopping || !keeper_open(keeper)) return;
  if (sqlite3_step(keeper->read) == SQLITE_ROW)
    atomic_store(&keeper->held, true);
  else
    sqlite3_reset(keeper->read);
}

/*
** What others say.
*/

/* Costs a look at two variables that change ten times a second. Either the
** thread sees touched before it sleeps, or this sees that it sleeps. */
void keeper_touch(Keeper *keeper) {
  if (!keeper) return;
  if (!atomic_load(&keeper->touched)) atomic_store(&keeper->touched, true);
  if (!atomic_load(&keeper->asleep)) return;
  pthread_mutex_lock(&keeper->mutex);
  pthread_cond_signal(&keeper->woken);
  pthread_mutex_unlock(&keeper->mutex);
}

void keeper_renew(Keeper *keeper) {
  if (!keeper || !atomic_load(&keeper->touched)) {
    keeper_release(keeper);
    return;
  }
  pthread_mutex_lock(&keeper->mutex);
  keeper_take(keeper);
  pthread_mutex_unlock(&keeper->mutex);
}

void keeper_release(Keeper *keeper) {
  if (!keeper || !atomic_load(&keeper->held)) return;
  pthread_mutex_lock(&keeper->mutex);
  keeper_drop(keeper);
  pthread_mutex_unlock(&keeper->mutex);
}

/*
** The thread.
*/

/* Waits for somebody who reads, if there was nobody lately. */
static void keeper_sleep(Keeper *keeper) {
  keeper_drop(keeper);
  atomic_store(&keeper->asleep, true);
  while (!keeper->stopping && !atomic_load(&keeper->touched))
    pthread_cond_wait(&keeper->woken, &keeper->mutex);
  atomic_store(&keeper->asleep, false);
}

static void keeper_wait(Keeper *keeper) {
  long long until = moment_now() + KEEPER_PERIOD;
  while (!keeper->stopping &&
         moment_wait(&keeper->woken, &keeper->mutex, until))
    continue;
}

/* The thread: takes the newest snapshot and waits a period; if nobody has read
** in it, it lets go and sleeps until somebody does. */
static void *keeper_run(void *argument) {
  Keeper *keeper = argument;
  pthread_mutex_lock(&keeper->mutex);
  while (!keeper->stopping) {
    if (!atomic_exchange(&keeper->touched, false)) keeper_sleep(keeper);
    keeper_take(keeper);
    keeper_wait(keeper);
  }
  keeper_drop(keeper);
  pthread_mutex_unlock(&keeper->mutex);
  return NULL;
}

/*
** Start and stop.
*/

void keeper_free(Keeper *keeper) {
  if (!keeper) return;
  pthread_cond_destroy(&keeper->woken);
  pthread_mutex_destroy(&keeper->mutex);
  free(keeper);
}

Keeper *keeper_start(const Options *options) {
  Keeper *keeper = calloc(1, sizeof *keeper);
  if (!keeper) return NULL;
  keeper->options = options;
  pthread_mutex_init(&keeper->mutex, NULL);
  moment_init_condition(&keeper->woken);
  if (pthread_create(&keeper->thread, NULL, keeper_run, keeper) == 0)
    return keeper;
  keeper_free(keeper);
  return NULL;
}

void keeper_stop(Keeper *keeper) {
  if (!keeper) return;
  pthread_mutex_lock(&keeper->mutex);
  keeper->stopping = true;
  pthread_cond_signal(&keeper->woken);
  pthread_mutex_unlock(&keeper->mutex);
  pthread_join(keeper->thread, NULL);
  keeper_close(keeper);
}
