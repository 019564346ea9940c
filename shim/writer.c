/*
** writer.c: see writer.h.
**
** A request is a Job on the stack of the thread that waits for it. The queue
** is a list under one mutex; each job has its own condition, so that a commit
** wakes those whose work it was and nobody else.
**
** The writer takes up to BATCH_SIZE jobs at a time. While it waits for the
** disk the next ones gather, so the batches grow with the load by themselves
** and there is no delay to tune. When a job fails in a way that ends the
** transaction (a full disk, an I/O error), what the others did is gone too, but
** nobody has answered them: they are run again without it. One that a
** trigger of the application has refused in such a way is then run by itself,
** so that it gets the answer it would have had alone.
*/
#define _POSIX_C_SOURCE 200809L
#include "writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "log.h"
#include "metrics.h"
#include "place.h"

/* More would only make the first of them wait longer: the sync is already
** shared by many. */
#define BATCH_SIZE 128

/* The write-ahead log is truncated when it is over WAL_LIMIT, and again each
** time it has grown by WAL_STEP since: a reader that holds it must not make
** every batch wait. */
#define WAL_LIMIT (256LL << 20)
#define WAL_STEP (64LL << 20)

/* Each less than what malloc takes from the system by itself, and together less
** than what it gives back (main.c). */
#define WRITER_PIECE (1000 << 10)
#define WRITER_PIECES 15

typedef struct Job {
  const DatabaseRequest *request;
  Output *reply;
  size_t reply_start;   /* where its reply begins, for a second run */
  int status;           /* 0: well; else the HTTP status of the failure */
  bool alone;           /* to be run by itself, when the others are done */
  bool done;            /* committed or failed: its thread may go on */
  pthread_cond_t ready; /* done has become true */
  struct Job *next;     /* in the queue */
} Job;

struct Writer {
  const Options *options;
  Database database;      /* of the thread, while that runs */
  long long wal_limit;    /* above this the log is to be truncated */
  pthread_t thread;       /* runs writer_run */
  pthread_mutex_t mutex;  /* guards all below, and done of every job */
  pthread_cond_t arrived; /* the queue has got a job, or stopping is set */
  Job *first, *last;      /* the queue, oldest first; both NULL if empty */
  size_t waiting;         /* jobs in the queue */
  bool stopping;          /* no job will come any more */
};

/* What one transaction carries. */
typedef struct Batch {
  Job *jobs[BATCH_SIZE];
  size_t size;
} Batch;

/*
** One batch.
*/

static void writer_fail_job(Writer *writer, Job *job, int code) {
  job->status = database_status(code);
  log_event("database", "%s: %s (%d)", job->request->method,
            sqlite3_errmsg(writer->database.handle), code);
}

/* The transaction as a whole failed: nothing of it is in the file, and every
** client may try again. */
static void writer_fail_batch(Writer *writer, Batch *batch, const char *what,
                              int code) {
  log_event("database", "%s: %s (%d), %zu requests refused", what,
            sqlite3_errmsg(writer->database.handle), code, batch->size);
  for (size_t i = 0; i < batch->size; i++)
    if (!batch->jobs[i]->status && !batch->jobs[i]->alone)
      batch->jobs[i]->status = 503;
}

/* SQLite may have rolled back by itself. */
static void writer_roll_back(Writer *writer) {
  if (!sqlite3_get_autocommit(writer->database.handle))
    database_run(&writer->database, "ROLLBACK");
  assert(sqlite3_get_autocommit(writer->database.handle));
}

/* Hands the request to the extension. */
static int writer_apply_job(Writer *writer, Job *job) {
  assert(!job->done && job->reply->size >= job->reply_start);
  job->reply->size = job->reply_start;
  return database_apply(&writer->database, job->request, job->reply);
}

/* Runs one job. Returns false if it failed: then the transaction is gone, with
** what the jobs before it had done. */
static bool writer_run_job(Writer *writer, Job *job) {
  int code = writer_apply_job(writer, job);
  if (code == SQLITE_OK) return true;
  job->alone = (code & 0xff) == SQLITE_CONSTRAINT;
  if (!job->alone) writer_fail_job(writer, job, code);
  writer_roll_back(writer);
  return false;
}

/* Runs those that have to be by themselves: the extension begins and ends the
** transaction, and can do so again when it was rolled back. */
static void writer_run_alone(Writer *writer, Batch *batch) {
  for (size_t i = 0; i < batch->size; i++) {
    Job *job = batch->jobs[i];
    if (!job->alone) continue;
    int code = writer_apply_job(writer, job);
    if (code != SQLITE_OK) writer_fail_job(writer, job, code);
    writer_roll_back(writer);
  }
}

/* One transaction over all jobs that have not failed. Returns false if one of
** them ended it: then the others have to be run again. A COMMIT that fails is
** the failure of all, and is not tried again: what failed may be the disk. */
static bool writer_run_transaction(Writer *writer, Batch *batch) {
  int code = database_run(&writer->database, "BEGIN IMMEDIATE");
  if (code != SQLITE_OK) {
    writer_fail_batch(writer, batch, "BEGIN", code);
    metrics_batch(batch->size, false);
    return true;
  }
  for (size_t i = 0; i < batch->size; i++) {
    Job *job = batch->jobs[i];
    if (!job->status && !job->alone && !writer_run_job(writer, job))
      return false;
  }
  code = database_run(&writer->database, "COMMIT");
  if (code != SQLITE_OK) {
    writer_fail_batch(writer, batch, "COMMIT", code);
    writer_roll_back(writer);
  }
  metrics_batch(batch->size, code == SQLITE_OK);
  return true;
}

/* Refuses all of them if the file is not there, or not any more: what was
** committed to it is nowhere. */
static bool writer_has_file(Batch *batch) {
  if (place_is_there()) return true;
  for (size_t i = 0; i < batch->size; i++) batch->jobs[i]->status = 503;
  return false;
}

/* Ends, because each run that does not settle the batch fails one job more. */
static void writer_run_batch(Writer *writer, Batch *batch) {
  bool settled;
  if (!writer_has_file(batch)) return;
  do {
    settled = writer_run_transaction(writer, batch);
  } while (!settled);
  writer_run_alone(writer, batch);
  writer_has_file(batch);
}

/*
** The queue.
*/

/* Appends a job, and waits until it is done. */
static void writer_await(Writer *writer, Job *job) {
  pthread_mutex_lock(&writer->mutex);
  assert(!writer->stopping && !job->next);
  if (writer->last)
    writer->last->next = job;
  else
    writer->first = job;
  writer->last = job;
  writer->waiting++;
  pthread_cond_signal(&writer->arrived);
  while (!job->done) pthread_cond_wait(&job->ready, &writer->mutex);
  pthread_mutex_unlock(&writer->mutex);
}

/* Takes what is waiting; waits if that is nothing. An empty batch means that
** it is time to stop: so what has been accepted is finished first. */
static void writer_take_batch(Writer *writer, Batch *batch) {
  batch->size = 0;
  pthread_mutex_lock(&writer->mutex);
  while (!writer->first && !writer->stopping)
    pthread_cond_wait(&writer->arrived, &writer->mutex);
  while (writer->first && batch->size < BATCH_SIZE) {
    batch->jobs[batch->size++] = writer->first;
    writer->first = writer->first->next;
    writer->waiting--;
  }
  if (!writer->first) writer->last = NULL;
  assert(writer->first || writer->waiting == 0);
  pthread_mutex_unlock(&writer->mutex);
}

/* After done is seen the job is gone: its thread owns it again. */
static void writer_answer_batch(Writer *writer, Batch *batch) {
  pthread_mutex_lock(&writer->mutex);
  for (size_t i = 0; i < batch->size; i++) {
    batch->jobs[i]->done = true;
    pthread_cond_signal(&batch->jobs[i]->ready);
  }
  pthread_mutex_unlock(&writer->mutex);
}

int writer_apply(Writer *writer, const DatabaseRequest *request,
                 Output *reply) {
  Job job = {.request = request, .reply = reply, .reply_start = reply->size};
  pthread_cond_init(&job.ready, NULL);
  writer_await(writer, &job);
  pthread_cond_destroy(&job.ready);
  return job.status;
}

size_t writer_waiting(Writer *writer) {
  pthread_mutex_lock(&writer->mutex);
  size_t waiting = writer->waiting;
  pthread_mutex_unlock(&writer->mutex);
  return waiting;
}

/*
** The thread.
*/

/* Automatic checkpoints never wait, so while readers follow one another the
** log is never begun anew, and grows. This is done between batches, when those
** who have been told that all is written are not kept waiting. */
static void writer_tend_wal(Writer *writer) {
  long long size = database_wal_size(&writer->database);
  if (size > writer->wal_limit) {
    database_truncate_wal(&writer->database, writer->options);
    size = database_wal_size(&writer->database);
    writer->wal_limit = size > WAL_LIMIT ? size + WAL_STEP : WAL_LIMIT;
  }
  metrics_wal(size);
}

/* glibc makes the heap of a thread larger by a page at a time, a system call
** each, while SQLite fills its cache. Taken and given back at once the room is
** there, and costs memory only where it is used. */
static void writer_make_room(void) {
  void *volatile room[WRITER_PIECES];
  for (int i = 0; i < WRITER_PIECES; i++) room[i] = malloc(WRITER_PIECE);
  for (int i = 0; i < WRITER_PIECES; i++) free(room[i]);
}

/* The thread: ends with an empty batch. */
static void *writer_run(void *argument) {
  Writer *writer = argument;
  Batch batch;
  writer_make_room();
  writer_tend_wal(writer);
  for (;;) {
    writer_take_batch(writer, &batch);
    if (!batch.size) return NULL;
    writer_run_batch(writer, &batch);
    writer_answer_batch(writer, &batch);
    writer_tend_wal(writer);
    keeper_renew(writer->database.keeper);
  }
}

/* The thread has a database of its own once it runs; until then a failure is
** undone here. */
static bool writer_open(Writer *writer, Keeper *keeper, Output *complaint) {
  int code = database_open(&writer->database, writer->options, DATABASE_CREATE,
                           complaint);
  if (code != SQLITE_OK) return false;
  writer->database.keeper = keeper;
  place_note(writer->options->db);
  pthread_mutex_init(&writer->mutex, NULL);
  pthread_cond_init(&writer->arrived, NULL);
  if (pthread_create(&writer->thread, NULL, writer_run, writer) == 0)
    return true;
  output_text(complaint, "cannot start the writer thread");
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
  writer->wal_limit = WAL_LIMIT;
  if (writer_open(writer, keeper, complaint)) return writer;
  database_close(&writer->database);
  free(writer);
  return NULL;
}

/* Whoever may call writer_apply must have ended before. */
int writer_stop(Writer *writer) {
  pthread_mutex_lock(&writer->mutex);
  writer->stopping = true;
  pthread_cond_signal(&writer->arrived);
  pthread_mutex_unlock(&writer->mutex);
  pthread_join(writer->thread, NULL);
  assert(!writer->first);
  pthread_mutex_destroy(&writer->mutex);
  pthread_cond_destroy(&writer->arrived);
  int code = database_close(&writer->database);
  free(writer);
  return code;
}
