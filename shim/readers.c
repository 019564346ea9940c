/*
** readers.c: see readers.h.
**
** HOW IT WORKS
**
** Readers of SQLite wait neither for each other nor for the writer. More of
** them than processors do not read faster, but each has a cache and statements
** of its own. So there are few, whatever the number of threads. Who is idle
** lies on a stack, so that the one whose memory is still in the processor's
** cache is taken first, and one that nobody needs yet has not read the schema.
** Nothing is handed to another thread: a hop would cost
** more than most reads.
**
** A request that goes on for long must not keep the short ones waiting, and
** nobody knows before which it is. So every request begins alike. SQLite calls
** readers_watch every few hundred instructions; that looks at the clock, and
** when a request has had its READERS_QUICK, it must have a place among the long
** ones, of which there are half as many as there are readers. If none is free
** the request is interrupted, gives its reader back, waits without one for such
** a place, and begins again. At most half of the readers are busy with long
** requests, therefore, and the others with what takes milliseconds. While
** somebody waits for a reader, long is what takes longer than READERS_HURRY.
**
** The places of long requests are shared out among the tenants (share.h): one
** that has more of them than another who waits gives them up, and begins again
** as well. Half of the threads may wait for one; who comes then is told to come
** again at once, since a thread that waits is one that serves nobody.
**
** A long request is ended when it has had --read-budget, or when its client
** has hung up; and it waits as long as that at most, and after having begun
** again and again READERS_WHOLE times as long in all. Only what reads runs
** here, so that an interrupt undoes nothing. While the write-ahead log is at
** its limit it is ended sooner than a longer budget says, lest all writes are
** refused for it (wal_limit.h).
*/
#include "readers.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "log.h"
#include "moment.h"
#include "place.h"
#include "wal_limit.h"

#define READERS_STEPS 500     /* instructions of SQLite between two looks */
#define READERS_QUICK 50      /* milliseconds: what takes more is long */
#define READERS_HURRY 10      /* the same while somebody waits */
#define READERS_PATIENCE 2000 /* milliseconds to wait for a reader */
#define READERS_WHOLE 4       /* budgets: when a request is not begun again */

/* Why a request was interrupted. */
typedef enum ReadersEnd {
  END_NONE,
  END_LONG, /* it has to wait for a place among the long ones */
  END_LATE,
  END_PRESSED, /* it has taken too long for a log that is at its limit */
  END_GONE
} ReadersEnd;

typedef struct Reader {
  Database database;
  struct Readers *readers;
  struct Reader *next; /* on the stack of those that are idle */
  bool watched;        /* a statement with a budget is at work */
  bool ours;           /* it is of no client, and waits for nobody */
  bool is_long;        /* it has a place among the long ones */
  ReadersEnd end;
  long long start; /* when it began, in milliseconds */
  long long look;  /* when readers_watch looks again */
  EngineClient client;
} Reader;

struct Readers {
  const Options *options;
  Keeper *keeper;          /* told of every read */
  Reader *all;             /* options->readers of them */
  long opened;             /* so many of them are open */
  pthread_mutex_t mutex;   /* guards what follows; held for moments only */
  pthread_cond_t returned; /* a reader has become idle, */
  pthread_cond_t promised; /* and is for one who goes first */
  long first;              /* who goes first, and waits for a reader */
  Reader *idle;            /* the one that was used last is first */
  Share longs;             /* the places for long requests */
  atomic_int waiting;      /* who waits for a reader; read without the mutex */
};

/*
** Borrowing.
*/

/* Is there one to be had? As long as somebody waits who goes first, it is for
** him. */
static bool readers_has_one(const Readers *readers, bool first) {
  return readers->idle && (first || !readers->first);
}

/* Until one is idle, or for READERS_PATIENCE. Called with the mutex, which
** others have meanwhile. */
static void readers_await_one(Readers *readers, bool first) {
  long long until = moment_now() + READERS_PATIENCE * MOMENT_MILLISECOND;
  atomic_fetch_add(&readers->waiting, 1);
  readers->first += first;
  while (!readers_has_one(readers, first) &&
         moment_wait(first ? &readers->promised : &readers->returned,
                     &readers->mutex, until))
    continue;
  readers->first -= first;
  atomic_fetch_sub(&readers->waiting, 1);
}

/* Whom to tell that there is a reader: NULL if nobody waits. */
static pthread_cond_t *readers_find_waiting(Readers *readers) {
  if (readers->first) return &readers->promised;
  return atomic_load(&readers->waiting) > 0 ? &readers->returned : NULL;
}

/* Not before the mutex is let go of: who is woken would only wait for it. */
static void readers_leave(Readers *readers, pthread_cond_t *waiting) {
  pthread_mutex_unlock(&readers->mutex);
  if (waiting) pthread_cond_signal(waiting);
}

/* Takes one off the stack, and waits for it if need be; with `first` not behind
** others. NULL when there was none until then. Two may have been returned while
** one was waited for. */
static Reader *readers_take(Readers *readers, bool first) {
  keeper_touch(readers->keeper);
  pthread_mutex_lock(&readers->mutex);
  if (!readers_has_one(readers, first)) readers_await_one(readers, first);
  Reader *reader = readers_has_one(readers, first) ? readers->idle : NULL;
  if (reader) readers->idle = reader->next;
  readers_leave(readers, readers->idle ? readers_find_waiting(readers) : NULL);
  return reader;
}

static void readers_put(Readers *readers, Reader *reader) {
  assert(reader->readers == readers && !reader->watched);
  pthread_mutex_lock(&readers->mutex);
  reader->next = readers->idle;
  readers->idle = reader;
  readers_leave(readers, readers_find_waiting(readers));
}

/*
** Long requests.
*/

static bool readers_is_gone(const Reader *reader) {
  ShareClient who = reader->client.who;
  return who.gone && who.gone(who.client);
}

/* Waits for a place, without a reader, as long as a read may take, and until
** then at most, in milliseconds. Returns 0, ENGINE_BUSY or ENGINE_GONE. */
static int readers_await_long(Readers *readers, EngineClient client,
                              long long last) {
  static const int outcomes[] = {
      [SHARE_HAS] = 0, [SHARE_FULL] = ENGINE_BUSY, [SHARE_GONE] = ENGINE_GONE};
  long long end = moment_milliseconds() + readers->options->read_budget;
  if (end > last) end = last;
  return outcomes[share_wait(&readers->longs, client.tenant,
                             end * MOMENT_MILLISECOND, client.who)];
}

/* Looks at a request that is long, and has had so many milliseconds. One that
** gives way has no place any more. */
static ReadersEnd readers_judge_long(Reader *reader, long long spent) {
  Readers *readers = reader->readers;
  if (spent >= readers->options->read_budget) return END_LATE;
  if (spent >= WAL_LIMIT_READ && wal_limit_presses()) return END_PRESSED;
  if (readers_is_gone(reader)) return END_GONE;
  reader->is_long = !share_yield(&readers->longs, reader->client.tenant);
  return reader->is_long ? END_NONE : END_LONG;
}

/* The clock has come to where this was to be looked at. A request that is not
** long yet has until READERS_QUICK, unless somebody waits. */
static ReadersEnd readers_judge(Reader *reader, long long now) {
  Readers *readers = reader->readers;
  long long spent = now - reader->start;
  if (reader->ours) {
    reader->look = now + READERS_QUICK;
    return spent >= readers->options->read_budget ? END_LATE : END_NONE;
  }
  if (!reader->is_long && spent < READERS_QUICK &&
      !atomic_load_explicit(&readers->waiting, memory_order_relaxed)) {
    reader->look = now + READERS_HURRY;
    return END_NONE;
  }
  if (!reader->is_long)
    reader->is_long = share_enter(&readers->longs, reader->client.tenant);
  if (!reader->is_long) return END_LONG;
  reader->look = now + READERS_QUICK;
  return readers_judge_long(reader, spent);
}

/* SQLite calls it now and then while a statement runs; anything but 0 ends that
** with SQLITE_INTERRUPT. The answer stays the same: the extension may have
** other statements to run before it comes back. */
static int readers_watch(void *argument) {
  Reader *reader = argument;
  if (!reader->watched) return 0;
  if (reader->end == END_NONE) {
    long long now = moment_milliseconds();
    if (now >= reader->look) reader->end = readers_judge(reader, now);
  }
  return reader->end != END_NONE;
}

/*
** Requests.
*/

/* Runs the request within its budget, from the beginning. Leaves in reader->end
** why it was interrupted, if it was. Returns SQLite's code. */
static int readers_run(Reader *reader, const EngineStatement *statement,
                       EngineAnswer *answer) {
  reader->end = END_NONE;
  int code = database_get_ready(&reader->database, reader->readers->options);
  if (code != SQLITE_OK) return code;
  reader->start = moment_milliseconds();
  reader->look = reader->start + READERS_HURRY;
  reader->watched = true;
  code = database_ask(&reader->database, statement, answer);
  reader->watched = false;
  return code;
}

/* What has become of the request, as readers_apply says it. An error of SQLite
** is logged in full, and told to the client as a status: its text may name
** tables. */
static int readers_outcome(Reader *reader, const EngineStatement *statement,
                           EngineAnswer *answer, int code) {
  if (code == SQLITE_OK) return 0;
  if (reader->end == END_GONE) return ENGINE_GONE;
  if (reader->end == END_PRESSED) {
    log_event("wal", "%s: ended, since the log is at its limit",
              engine_name(statement));
    return ENGINE_BUSY;
  }
  if (reader->end != END_LATE)
    return database_tell(&reader->database, statement, answer, code);
  log_event("budget", "%s: ended after %ld ms", engine_name(statement),
            reader->readers->options->read_budget);
  return ENGINE_LATE;
}

/* One run on one reader, from the beginning. What it leaves in *again: it was
** interrupted because it has to have a place among the long ones first. With
** is_long it has one already, and gives it back. */
static int readers_try(Readers *readers, const EngineStatement *statement,
                       EngineClient client, EngineAnswer *answer, bool is_long,
                       bool *again) {
  Reader *reader = readers_take(readers, false);
  int outcome = ENGINE_BUSY;
  *again = false;
  if (reader) {
    reader->ours = false;
    reader->is_long = is_long;
    reader->client = client;
    int code = readers_run(reader, statement, answer);
    is_long = reader->is_long;
    *again = code != SQLITE_OK && reader->end == END_LONG;
    if (!*again) outcome = readers_outcome(reader, statement, answer, code);
    readers_put(readers, reader);
  }
  if (is_long) share_leave(&readers->longs, client.tenant);
  return outcome;
}

/* From the second time on the request has a place among the long ones: its
** budget can end it then, its client, or another tenant, for which it gives way
** and waits again. Its one row comes when all is done, so that none has come of
** one that was interrupted. */
int readers_apply(Readers *readers, const EngineStatement *statement,
                  EngineClient client, EngineAnswer *answer) {
  bool again;
  long long now = moment_milliseconds();
  long long last = now + READERS_WHOLE * readers->options->read_budget;
  assert(engine_is_apply(statement));
  if (!place_was_there(now)) return 503;
  int outcome = readers_try(readers, statement, client, answer, false, &again);
  while (again) {
    outcome = readers_await_long(readers, client, last);
    if (outcome != 0) break;
    outcome = readers_try(readers, statement, client, answer, true, &again);
  }
  return outcome;
}

/* Such a statement is one of ours, rare and short; the one that looks at all
** definitions is as long as these are many, and has a budget. So it goes first:
** behind searches of which each has a few milliseconds before it is found to be
** long, and there may be a hundred of them, /healthz would wait for most of a
** second. And the file system may be asked each time: it is what /healthz says.
*/
int readers_ask(Readers *readers, const EngineStatement *statement,
                EngineAnswer *answer) {
  if (!place_is_there()) return 503;
  Reader *reader = readers_take(readers, true);
  if (!reader) return ENGINE_BUSY;
  reader->ours = true;
  int code = readers_run(reader, statement, answer);
  int outcome = readers_outcome(reader, statement, answer, code);
  readers_put(readers, reader);
  return outcome;
}

/*
** Opening and closing.
*/

/* Returns false, with the reason in complaint, and nothing is open then. */
static bool readers_open_one(Readers *readers, Reader *reader,
                             DatabaseMode mode, Output *complaint) {
  int code =
      database_open(&reader->database, readers->options, mode, complaint);
  if (code != SQLITE_OK) {
    database_close(&reader->database);
    return false;
  }
  reader->readers = readers;
  reader->next = readers->idle;
  readers->idle = reader;
  sqlite3_progress_handler(reader->database.handle, READERS_STEPS,
                           readers_watch, reader);
  return true;
}

/* The condition waits by the clock that nobody sets. False without memory. */
static bool readers_init(Readers *readers, const Options *options) {
  readers->options = options;
  pthread_mutex_init(&readers->mutex, NULL);
  moment_init_condition(&readers->returned);
  moment_init_condition(&readers->promised);
  return share_init(&readers->longs, (options->readers + 1) / 2,
                    (options->threads + 1) / 2);
}

/* All are opened before the first request: to load the extension sets variables
** that are shared by all connections, which nobody may be using then. The last
** is taken first, and tells whether the file can be served. */
Readers *readers_open(const Options *options, Keeper *keeper,
                      Output *complaint) {
  Readers *readers = calloc(1, sizeof *readers);
  Reader *all = calloc((size_t)options->readers, sizeof *all);
  if (!readers || !all || !readers_init(readers, options)) {
    free(readers);
    free(all);
    output_text(complaint, "out of memory");
    return NULL;
  }
  readers->keeper = keeper;
  readers->all = all;
  while (readers->opened < options->readers &&
         readers_open_one(readers, &all[readers->opened],
                          readers->opened + 1 < options->readers
                              ? DATABASE_LATER
                              : DATABASE_READ,
                          complaint))
    readers->opened++;
  if (readers->opened == options->readers) return readers;
  readers_close(readers);
  return NULL;
}

void readers_close(Readers *readers) {
  for (long i = 0; i < readers->opened; i++)
    if (database_close(&readers->all[i].database) != SQLITE_OK)
      log_event("database", "a reader could not be closed");
  pthread_cond_destroy(&readers->returned);
  pthread_cond_destroy(&readers->promised);
  share_free(&readers->longs);
  pthread_mutex_destroy(&readers->mutex);
  free(readers->all);
  free(readers);
}
