/*
** writer.c: see writer.h.
**
** HOW IT WORKS
**
** A transaction begins when a request has come (queue.h), and carries whatever
** else comes while it runs, up to BATCH_SIZE requests or BATCH_TIME. While it
** waits for the disk the next ones gather, so the batches grow with the load by
** themselves. Nobody is answered before the COMMIT.
**
** When a job fails in a way that ends the transaction (a full disk, an I/O
** error), what the others did is gone too, but nobody has answered them: they
** go back to the front of the queue. One that a trigger of the application has
** refused in such a way is then run by itself, so that it gets the answer it
** would have had alone.
**
** While another process has the lock the writer tries again and again, and all
** the time sees to those who wait: nobody does for longer than the busy
** timeout, and readers keep their threads.
*/
#define _POSIX_C_SOURCE 200809L
#include "writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "log.h"
#include "metrics.h"
#include "moment.h"
#include "place.h"
#include "queue.h"
#include "retention.h"
#include "wal_limit.h"

/* More would only make the first of them wait longer: the sync is already
** shared by many. */
#define BATCH_SIZE 128

/* For the same reason a transaction that has run for so many nanoseconds takes
** nobody else in. */
#define BATCH_TIME 50000000LL

/* How long, in nanoseconds, a commit waits at most for those who came with the
** last one. Never for longer than half of what that took: on a quick disk there
** is not much to share. */
#define BATCH_PATIENCE 400000LL

/* Each less than what malloc takes from the system by itself, and together less
** than what it gives back (main.c). */
#define WRITER_PIECE (1000 << 10)
#define WRITER_PIECES 15

/* A request that takes longer, in nanoseconds, is told of. */
#define WRITER_SLOW 500000000LL

/* How long the writer sleeps between two attempts to get the lock, in
** milliseconds: at first, when it may be another's quick commit, and then. */
#define WRITER_NAP 1
#define WRITER_SLEEP 10

struct Writer {
  const Options *options;
  Keeper *keeper;         /* of the newest snapshot, or NULL */
  Database database;      /* of the thread, while that runs */
  Queue queue;            /* of those who wait */
  Checkpoint *checkpoint; /* moves the log into the file meanwhile */
  Retention *retention;   /* says when to prune scim_log, or NULL */
  pthread_t thread;       /* runs writer_run */
  const Job *alone;       /* the job that is run by itself, or NULL */
  long long sync;         /* how long the last COMMIT took, ns */
};

/* What one transaction carries. */
typedef struct Batch {
  Job *jobs[BATCH_SIZE];
  size_t size;
  long long begun; /* when, by moment_now */
} Batch;

/*
** One job.
*/

static void writer_fail_job(Writer *writer, Job *job, int code) {
  job->status =
      database_tell(&writer->database, job->statement, job->answer, code);
}

/* SQLite may have rolled back by itself. */
static void writer_roll_back(Writer *writer) {
  if (!sqlite3_get_autocommit(writer->database.handle))
    database_run(&writer->database, "ROLLBACK");
  assert(sqlite3_get_autocommit(writer->database.handle));
}

/* Whoever has to wait for one request shall be able to find out which. The
** query of its target is not told: it may name people. */
static void writer_tell_slow(const Job *job, long long spent) {
  const EngineStatement *statement = job->statement;
  if (spent <= WRITER_SLOW || !engine_is_apply(statement)) return;
  const char *target = statement->values[1].bytes;
  log_event("slow", "%s %.*s kept all writes waiting for %lld ms",
            engine_name(statement), (int)strcspn(target, "?"), target,
            spent / 1000000);
}

/* Runs the statement. What it said the time before, if it has run, was
** undone. */
static int writer_apply_job(Writer *writer, Job *job) {
  long long start = moment_now();
  EngineAnswer *answer = job->answer;
  if (job->ran && answer->row) answer->row(answer->context, NULL, 0);
  job->ran = true;
  int code = database_ask(&writer->database, job->statement, answer);
  writer_tell_slow(job, moment_now() - start);
  return code;
}

/* Runs one outside of a transaction: the extension begins and ends its own, and
** can do so again when that was rolled back. */
static void writer_run_alone(Writer *writer, Job *job) {
  writer->alone = job;
  int code = writer_apply_job(writer, job);
  if (code != SQLITE_OK) writer_fail_job(writer, job, code);
  writer_roll_back(writer);
  writer->alone = NULL;
}

/* The last job of the batch has failed with this code, and ended the
** transaction. The others are to be run again, without it. */
static void writer_drop_job(Writer *writer, Batch *batch, int code) {
  Job *job = batch->jobs[--batch->size];
  bool alone = (code & 0xff) == SQLITE_CONSTRAINT;
  if (!alone) writer_fail_job(writer, job, code);
  writer_roll_back(writer);
  if (alone) writer_run_alone(writer, job);
  queue_return(&writer->queue, batch->jobs, batch->size);
  queue_answer(&writer->queue, &job, 1);
}

/*
** One batch.
*/

static void writer_refuse_batch(Batch *batch) {
  for (size_t i = 0; i < batch->size; i++) batch->jobs[i]->status = 503;
}

/* The transaction as a whole failed: nothing of it is in the file, and every
** client may try again. */
static void writer_fail_batch(Writer *writer, Batch *batch, const char *what,
                              int code) {
  log_event("database", "%s: %s (%d), %zu requests refused", what,
            sqlite3_errmsg(writer->database.handle), code, batch->size);
  writer_refuse_batch(batch);
}

/* Takes the next job of the batch, if it may have one more. */
static Job *writer_take_job(Writer *writer, Batch *batch) {
  long long patience = writer->sync / 2;
  if (patience > BATCH_PATIENCE) patience = BATCH_PATIENCE;
  if (batch->size == BATCH_SIZE ||
      (batch->size && moment_now() - batch->begun > BATCH_TIME))
    return NULL;
  Job *job = queue_take(&writer->queue, patience);
  if (job) batch->jobs[batch->size++] = job;
  return job;
}

/* Runs all that come. Returns the code of the one that has ended the
** transaction, the last of the batch then. */
static int writer_run_jobs(Writer *writer, Batch *batch) {
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    Job *job = writer_take_job(writer, batch);
    if (!job) break;
    code = writer_apply_job(writer, job);
  }
  return code;
}

/* A COMMIT that fails is the failure of all, and is not tried again: what
** failed may be the disk. So is one to a file that is not at its place any
** more: what was committed to it is nowhere. */
static void writer_commit(Writer *writer, Batch *batch) {
  long long start = moment_now();
  int code = database_run(&writer->database, "COMMIT");
  writer->sync = moment_now() - start;
  if (code != SQLITE_OK) {
    writer_fail_batch(writer, batch, "COMMIT", code);
    writer_roll_back(writer);
  }
  if (!place_is_there()) writer_refuse_batch(batch);
  if (batch->size) metrics_batch(batch->size, code == SQLITE_OK);
  checkpoint_note(writer->checkpoint, writer->database.wal_frames);
  queue_answer(&writer->queue, batch->jobs, batch->size);
}

/* Without a transaction nobody can be served who waits by now. A lock that
** others have is no such failure: writer_busy has seen to who waited. Nor is a
** file that is not there: place.h has told of it. */
static void writer_refuse(Writer *writer, Batch *batch, int code) {
  if ((code & 0xff) == SQLITE_BUSY) return;
  while (writer_take_job(writer, batch)) continue;
  if (code == SQLITE_OK)
    writer_refuse_batch(batch);
  else
    writer_fail_batch(writer, batch, "BEGIN", code);
  metrics_batch(batch->size, false);
  queue_answer(&writer->queue, batch->jobs, batch->size);
}

/* Nothing is begun while the log is at its limit. */
static void writer_hold_off(Writer *writer, Batch *batch) {
  long retry_after = queue_retry_after(moment_now() - wal_limit_since());
  while (writer_take_job(writer, batch)) continue;
  for (size_t i = 0; i < batch->size; i++) {
    batch->jobs[i]->status = ENGINE_HELD;
    batch->jobs[i]->retry_after = retry_after;
    metrics_write_refused();
  }
  queue_answer(&writer->queue, batch->jobs, batch->size);
}

/* One transaction, for whoever waits now or comes while it runs. */
static void writer_run_batch(Writer *writer) {
  Batch batch = {.begun = moment_now()};
  if (wal_limit_is_reached()) {
    writer_hold_off(writer, &batch);
    return;
  }
  bool there = place_is_there();
  int code =
      there ? database_run(&writer->database, "BEGIN IMMEDIATE") : SQLITE_OK;
  if (!there || code != SQLITE_OK) {
    writer_refuse(writer, &batch, code);
    return;
  }
  code = writer_run_jobs(writer, &batch);
  if (code != SQLITE_OK)
    writer_drop_job(writer, &batch, code);
  else
    writer_commit(writer, &batch);
}

/* SQLite calls it while another process has the lock. Returns whether to try
** again: if somebody still waits for that. */
static int writer_busy(void *argument, int count) {
  Writer *writer = argument;
  size_t left = queue_relieve(&writer->queue);
  if (writer->alone)
    left = moment_now() - writer->alone->arrived <= writer->queue.patience;
  if (left) sqlite3_sleep(count < WRITER_SLEEP ? WRITER_NAP : WRITER_SLEEP);
  return left > 0;
}

/*
** The threads of the server.
*/

int writer_apply(Writer *writer, const EngineStatement *statement,
                 EngineAnswer *answer) {
  Job job = {.statement = statement, .answer = answer};
  queue_submit(&writer->queue, &job);
  answer->retry_after = job.retry_after;
  return job.status;
}

size_t writer_waiting(Writer *writer) { return queue_waiting(&writer->queue); }

/*
** The thread.
*/

/* Between two batches, when those who have been told that all is written are
** not kept waiting. */
static void writer_tend_wal(Writer *writer, bool urged) {
  checkpoint_finish(writer->checkpoint, &writer->database, urged);
  sqlite3_busy_handler(writer->database.handle, writer_busy, writer);
  metrics_wal(database_wal_size(&writer->database), writer->options->wal_bytes);
  keeper_renew(writer->keeper);
}

/* glibc makes the heap of a thread larger by a page at a time, a system call
** each, while SQLite fills its cache. Taken and given back at once the room is
** there, and costs memory only where it is used. */
static void writer_make_room(void) {
  void *volatile room[WRITER_PIECES];
  for (int i = 0; i < WRITER_PIECES; i++) room[i] = malloc(WRITER_PIECE);
  for (int i = 0; i < WRITER_PIECES; i++) free(room[i]);
}

/* What is there at the start, and who holds it, is known after a commit, or an
** attempt to begin it anew: which is made at once where the file is as long as
** the log may be. */
static void writer_find_wal(Writer *writer) {
  Database *database = &writer->database;
  database->wal_frames =
      (int)(database_wal_size(database) / database->wal_frame);
  if (!wal_limit_is_passed(writer->options, database)) database->wal_frames = 0;
}

/* What has been accepted is finished before the end. */
static void *writer_run(void *argument) {
  Writer *writer = argument;
  bool urged = false;
  writer_make_room();
  writer_find_wal(writer);
  writer_tend_wal(writer, urged);
  while (queue_await(&writer->queue, &urged)) {
    if (queue_waiting(&writer->queue)) writer_run_batch(writer);
    if (retention_tend(writer->retention))
      checkpoint_note(writer->checkpoint, writer->database.wal_frames);
    writer_tend_wal(writer, urged);
  }
  return NULL;
}

static void writer_urge(void *argument) {
  Writer *writer = argument;
  queue_urge(&writer->queue);
}

/* A RetentionAsk, for the thread. Nothing is done to a file that is not at its
** place any more, and nothing is written to a log that is at its limit. */
static int writer_prune(void *argument, const EngineStatement *statement,
                        bool writes, EngineAnswer *answer) {
  Writer *writer = argument;
  if (!place_is_there() || (writes && wal_limit_is_reached()))
    return ENGINE_BUSY;
  int code = database_ask(&writer->database, statement, answer);
  if ((code & 0xff) == SQLITE_BUSY) return ENGINE_BUSY;
  return database_tell(&writer->database, statement, answer, code);
}

/* The thread has a database of its own once it runs; until then a failure is
** undone by writer_start. */
static bool writer_open(Writer *writer, Output *complaint) {
  const Options *options = writer->options;
  if (database_open(&writer->database, options, DATABASE_CREATE, complaint) !=
      SQLITE_OK)
    return false;
  place_note(options->db, database_wal(&writer->database));
  writer->database.deferred = true;
  writer->database.keeper = writer->keeper;
  writer->checkpoint =
      checkpoint_start(options, writer_urge, writer, complaint);
  if (!writer->checkpoint) return false;
  writer->retention =
      retention_start(options, writer_urge, writer_prune, writer, complaint);
  if (!writer->retention && options->keep_days) {
    checkpoint_stop(writer->checkpoint);
    return false;
  }
  if (pthread_create(&writer->thread, NULL, writer_run, writer) == 0)
    return true;
  output_text(complaint, "cannot start the writer thread");
  retention_stop(writer->retention);
  checkpoint_stop(writer->checkpoint);
  return false;
}

Writer *writer_start(const Options *options, Keeper *keeper,
                     Output *complaint) {
  Writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  writer->options = options;
  writer->keeper = keeper;
  queue_init(&writer->queue, (size_t)options->queue, options->busy_timeout);
  if (writer_open(writer, complaint)) return writer;
  database_close(&writer->database);
  queue_free(&writer->queue);
  free(writer);
  return NULL;
}

/* Whoever may call writer_apply must have ended before. The threads of the
** checkpoints and of the retention may urge the writer, and so end before the
** queue does. */
int writer_stop(Writer *writer) {
  queue_stop(&writer->queue);
  pthread_join(writer->thread, NULL);
  retention_stop(writer->retention);
  checkpoint_stop(writer->checkpoint);
  queue_free(&writer->queue);
  int code = database_close(&writer->database);
  free(writer);
  return code;
}
