/* The one thread that writes: see writer.h.
**
** A request is a Job on the stack of the thread that waits for it. The queue
** is a list under one mutex; each job has its own condition, so that a commit
** wakes those whose work it was and nobody else. */
#define _POSIX_C_SOURCE 200809L
#include "writer.h"

#include <pthread.h>
#include <stdlib.h>

#include "log.h"
#include "metrics.h"

/* More would only make the first of them wait longer: the sync is already
** shared by many. */
#define BATCH 128

/* The write-ahead log is truncated when it is over WAL_LIMIT, and tried again
** each time it has grown by WAL_STEP since: a reader that holds it must not
** make every batch wait. */
#define WAL_LIMIT (256LL << 20)
#define WAL_STEP (64LL << 20)

typedef struct Job {
  const Request *request;
  Buffer *reply;
  size_t reply_start; /* where its reply begins, for a second run */
  int status;         /* 0: well; else the HTTP status of the failure */
  bool done;
  pthread_cond_t ready;
  struct Job *next;
} Job;

struct Writer {
  Database database;
  const Options *options;
  long long wal_limit; /* above this the log is to be truncated */
  pthread_t thread;
  pthread_mutex_t mutex; /* guards all below, and done of every job */
  pthread_cond_t arrived;
  Job *first, *last;
  size_t waiting;
  bool stopping;
};

/* ---- one batch -------------------------------------------------------- */

typedef struct Batch {
  Job *jobs[BATCH];
  size_t size;
} Batch;

static void fail_job(Writer *writer, Job *job, int code) {
  job->status = database_status(code);
  log_event("database", "%s: %s (%d)", job->request->method,
            sqlite3_errmsg(writer->database.handle), code);
}

/* The transaction as a whole failed: nothing of it is in the file, and every
** client may try again. */
static void fail_batch(Writer *writer, Batch *batch, const char *what,
                       int code) {
  log_event("database", "%s: %s (%d), %zu requests refused", what,
            sqlite3_errmsg(writer->database.handle), code, batch->size);
  for (size_t i = 0; i < batch->size; i++) {
    if (!batch->jobs[i]->status) batch->jobs[i]->status = 503;
  }
}

/* Runs one job. Returns false if it failed: then the transaction is gone, with
** what the job had done before. A full disk or an I/O error ends it by itself.
*/
static bool run_job(Writer *writer, Job *job) {
  job->reply->size = job->reply_start;
  int code = database_apply(&writer->database, job->request, job->reply);
  if (code == SQLITE_OK) return true;
  fail_job(writer, job, code);
  if (!sqlite3_get_autocommit(writer->database.handle)) {
    database_run(&writer->database, "ROLLBACK");
  }
  return false;
}

/* One transaction over all jobs that have not failed. Returns false if one of
** them ended the transaction: then the others, whom nobody has answered yet,
** are run again without it. */
static bool run_transaction(Writer *writer, Batch *batch) {
  int code = database_run(&writer->database, "BEGIN IMMEDIATE");
  if (code != SQLITE_OK) {
    fail_batch(writer, batch, "BEGIN", code);
    metrics_batch(batch->size, false);
    return true;
  }
  for (size_t i = 0; i < batch->size; i++) {
    Job *job = batch->jobs[i];
    if (!job->status && !run_job(writer, job)) return false;
  }
  code = database_run(&writer->database, "COMMIT");
  if (code != SQLITE_OK) {
    fail_batch(writer, batch, "COMMIT", code);
    if (!sqlite3_get_autocommit(writer->database.handle)) {
      database_run(&writer->database, "ROLLBACK");
    }
  }
  metrics_batch(batch->size, code == SQLITE_OK);
  return true;
}

/* ---- the queue -------------------------------------------------------- */

/* Takes what is waiting; waits if it is nothing. An empty batch means that it
** is time to stop. */
static void take_batch(Writer *writer, Batch *batch) {
  batch->size = 0;
  pthread_mutex_lock(&writer->mutex);
  while (!writer->first && !writer->stopping) {
    pthread_cond_wait(&writer->arrived, &writer->mutex);
  }
  while (writer->first && batch->size < BATCH) {
    batch->jobs[batch->size++] = writer->first;
    writer->first = writer->first->next;
    writer->waiting--;
  }
  if (!writer->first) writer->last = NULL;
  pthread_mutex_unlock(&writer->mutex);
}

/* After done is seen the job is gone: its thread owns it again. */
static void answer_batch(Writer *writer, Batch *batch) {
  pthread_mutex_lock(&writer->mutex);
  for (size_t i = 0; i < batch->size; i++) {
    batch->jobs[i]->done = true;
    pthread_cond_signal(&batch->jobs[i]->ready);
  }
  pthread_mutex_unlock(&writer->mutex);
}

static void run_batch(Writer *writer, Batch *batch) {
  bool settled;
  do {
    settled = run_transaction(writer, batch);
  } while (!settled);
}

/* Automatic checkpoints never wait, so while readers follow one another the
** log is never begun anew, and grows. Between batches nobody is kept waiting
** who has been told that all is written. */
static void tend_wal(Writer *writer) {
  long long size = database_wal_size(&writer->database);
  if (size > writer->wal_limit) {
    database_truncate_wal(&writer->database, writer->options);
    size = database_wal_size(&writer->database);
    writer->wal_limit = size > WAL_LIMIT ? size + WAL_STEP : WAL_LIMIT;
  }
  metrics_wal(size);
}

static void *run_writer(void *argument) {
  Writer *writer = argument;
  Batch batch;
  tend_wal(writer);
  for (take_batch(writer, &batch); batch.size; take_batch(writer, &batch)) {
    run_batch(writer, &batch);
    answer_batch(writer, &batch);
    tend_wal(writer);
  }
  return NULL;
}

static void await(Writer *writer, Job *job) {
  pthread_mutex_lock(&writer->mutex);
  if (writer->last) {
    writer->last->next = job;
  } else {
    writer->first = job;
  }
  writer->last = job;
  writer->waiting++;
  pthread_cond_signal(&writer->arrived);
  while (!job->done) pthread_cond_wait(&job->ready, &writer->mutex);
  pthread_mutex_unlock(&writer->mutex);
}

int writer_apply(Writer *writer, const Request *request, Buffer *reply) {
  Job job = {.request = request, .reply = reply, .reply_start = reply->size};
  pthread_cond_init(&job.ready, NULL);
  await(writer, &job);
  pthread_cond_destroy(&job.ready);
  return job.status;
}

size_t writer_waiting(Writer *writer) {
  pthread_mutex_lock(&writer->mutex);
  size_t waiting = writer->waiting;
  pthread_mutex_unlock(&writer->mutex);
  return waiting;
}

/* ---- start and stop --------------------------------------------------- */

Writer *writer_start(const Options *options, Buffer *complaint) {
  Writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    buffer_text(complaint, "out of memory");
    return NULL;
  }
  writer->options = options;
  writer->wal_limit = WAL_LIMIT;
  int code =
      database_open(&writer->database, options, DATABASE_CREATE, complaint);
  if (code == SQLITE_OK) {
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->arrived, NULL);
    if (pthread_create(&writer->thread, NULL, run_writer, writer) == 0) {
      return writer;
    }
    buffer_text(complaint, "cannot start the writer thread");
  }
  database_close(&writer->database);
  free(writer);
  return NULL;
}

int writer_stop(Writer *writer) {
  pthread_mutex_lock(&writer->mutex);
  writer->stopping = true;
  pthread_cond_signal(&writer->arrived);
  pthread_mutex_unlock(&writer->mutex);
  pthread_join(writer->thread, NULL);
  pthread_mutex_destroy(&writer->mutex);
  pthread_cond_destroy(&writer->arrived);
  int code = database_close(&writer->database);
  free(writer);
  return code;
}
