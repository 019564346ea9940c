/*
** wal_limit.c: see wal_limit.h.
**
** HOW IT WORKS
**
** The log is begun anew when all of it has been copied into the file, and
** nobody reads in it. Somebody who keeps a snapshot, in the shell of an analyst
** or by a tool that makes a backup, forbids both: then each write makes the log
** longer. One that has filled the disk is worse than one that is refused more:
** other programs have no room either, and the copy that would end it needs some
** itself. So from --wal-limit on there are no more writes, until a checkpoint
** gets through.
**
** What counts is what the log has in it, not how long its file is: that may
** have been longer, and the rest is written over. It has passed its limit when
** a transaction is done, so it may be longer by that one.
**
** One that is long is none that is held: it may be one huge transaction, or
** what another process has written, which the next checkpoint takes away. So
** nothing is refused before the writer has tried (checkpoint.c), and has waited
** for longer than any read of ours may take then: one that has had
** WAL_LIMIT_READ is ended (readers.c), however much --read-budget gives it. So
** who is left is another process, and named where the system tells which.
*/
#define _POSIX_C_SOURCE 200809L
#include "wal_limit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "moment.h"
#include "wal_holder.h"

/* How long, in milliseconds, the writer sleeps while another process makes a
** checkpoint of its own: SQLite does not wait for that. */
#define WAL_LIMIT_NAP 10

static atomic_bool wal_limit_reached;
static atomic_bool wal_limit_waits; /* the writer does, at the limit */

static pthread_mutex_t wal_limit_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct WalLimit {
  char held[MOMENT_TEXT]; /* the first attempt in vain; "": there was none */
  char reason[200];       /* why the last one was, if nobody holds it; "" */
  long long bytes;        /* that the log has */
  long long since;        /* when it was decided, by moment_now */
  long holder;            /* the process that holds it; 0: nobody knows */
} wal_limit;              /* the mutex is its guard */

static long long wal_limit_bytes(const Database *database) {
  return database->wal_frames * database->wal_frame;
}

bool wal_limit_is_passed(const Options *options, const Database *database) {
  return options->wal_bytes && wal_limit_bytes(database) > options->wal_bytes;
}

/*
** Trying.
*/

/* Remembers since when it is in vain, and why: a disk may be full as well. The
** time is that before the attempt, which waits. */
static void wal_limit_note(const Database *database, const char *before,
                           bool begun, int code) {
  struct WalLimit *limit = &wal_limit;
  long holder = begun ? 0 : wal_holder(database_wal(database));
  pthread_mutex_lock(&wal_limit_mutex);
  limit->bytes = wal_limit_bytes(database);
  limit->reason[0] = '\0';
  limit->holder = holder;
  if (begun)
    limit->held[0] = '\0';
  else if (!limit->held[0])
    memcpy(limit->held, before, sizeof limit->held);
  if (!begun && code != SQLITE_BUSY)
    snprintf(limit->reason, sizeof limit->reason, "%s",
             sqlite3_errmsg(database->handle));
  pthread_mutex_unlock(&wal_limit_mutex);
}

/* SQLite waits for those who read. */
bool wal_limit_restart(Database *database, int patience) {
  char before[MOMENT_TEXT];
  moment_write(before);
  long long until = moment_milliseconds() + patience;
  bool begun = database_restart_wal(database, patience);
  int code = sqlite3_errcode(database->handle) & 0xff;
  long long left = until - moment_milliseconds();
  while (!begun && code == SQLITE_BUSY && left > 0) {
    sqlite3_sleep(WAL_LIMIT_NAP);
    begun = database_restart_wal(database, (int)left);
    code = sqlite3_errcode(database->handle) & 0xff;
    left = until - moment_milliseconds();
  }
  wal_limit_note(database, before, begun, code);
  return begun;
}

/*
** Deciding.
*/

static void wal_limit_tell(bool reached) {
  Output line = {0};
  if (reached)
    wal_limit_explain(&line);
  else
    output_text(&line, "Writes are taken again.");
  log_event("wal", "%s", output_terminate(&line));
  output_free(&line);
}

bool wal_limit_decide(const Options *options, const Database *database) {
  pthread_mutex_lock(&wal_limit_mutex);
  bool reached = wal_limit.held[0] && wal_limit_is_passed(options, database);
  bool changed = atomic_exchange(&wal_limit_reached, reached) != reached;
  if (changed) wal_limit.since = moment_now();
  pthread_mutex_unlock(&wal_limit_mutex);
  if (changed) wal_limit_tell(reached);
  return reached;
}

/*
** Telling.
*/

bool wal_limit_is_reached(void) { return atomic_load(&wal_limit_reached); }

void wal_limit_wait(bool waits) { atomic_store(&wal_limit_waits, waits); }

bool wal_limit_presses(void) {
  return atomic_load_explicit(&wal_limit_waits, memory_order_relaxed) ||
         atomic_load_explicit(&wal_limit_reached, memory_order_relaxed);
}

long long wal_limit_since(void) {
  pthread_mutex_lock(&wal_limit_mutex);
  long long since = wal_limit.since;
  pthread_mutex_unlock(&wal_limit_mutex);
  return since;
}

/* Who keeps the snapshot. A read of scimd itself ends by itself; but where it
** is all that the system names there may be a process that it does not, as one
** of another container. */
static void wal_limit_explain_holder(const struct WalLimit *limit,
                                     Output *output) {
  if (limit->holder && limit->holder != (long)getpid())
    output_format(output, "another process (perhaps %ld) keeps", limit->holder);
  else if (limit->holder)
    output_text(output,
                "a read of scimd itself, or a process that the system does not "
                "name, keeps");
  else
    output_text(output, "another process keeps");
  output_format(output,
                " a snapshot of the database, since %s at least. The operator "
                "finds and ends it (fuser -v names all that have the file "
                "open); then the log is moved into the file, and writes are "
                "taken again.",
                limit->held);
}

void wal_limit_explain(Output *output) {
  pthread_mutex_lock(&wal_limit_mutex);
  struct WalLimit limit = wal_limit;
  pthread_mutex_unlock(&wal_limit_mutex);
  output_format(output,
                "Nothing is written now: the write-ahead log has %lld MB, its "
                "limit (--wal-limit), and ",
                limit.bytes / 1000000);
  if (limit.reason[0])
    output_format(output,
                  "cannot be moved into the file: %s. Writes are taken again "
                  "once it can.",
                  limit.reason);
  else
    wal_limit_explain_holder(&limit, output);
}
