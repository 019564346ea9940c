/*
** rqlite_writer.c: see rqlite_writer.h.
**
** HOW IT WORKS
**
** A request to a cluster has three ends: it was done, it was not, or nobody
** knows. A node that is killed, cut off, stopped or deposed at the wrong moment
** leaves the last, whatever it answers; so everything but a result of the
** statement itself is taken for it, and there is one rule: the same is sent
** again, to another node, until there is a result or the time is over.
**
** A statement may take long: a map that is switched on goes through everybody.
** Sent again meanwhile, it would stand in Raft's log a second time, behind the
** first, and run in its turn, on every node. So two things come before that:
**
**   the node is asked whether it is at it (rqlite_sender.c). If it is, it is
**   waited for, as for a statement on a file;
**   if nobody knows, a number alone is sent first, as often as need be. When
**   that has come through, so has everything that was in the log before it, or
**   it never will (see below). What is sent then finds done what was done, and
**   costs nothing.
**
** Why that doubles nothing, and loses nothing:
**
**   everything that is drawn is in the statement (rqlite_local.h), the id of
**   the request too: the log of the database keeps it, and the extension
**   answers what it finds done by it as it did the first time (its option
**   `again`). What is no request is known as done by its digest or its moment
**   (sql_command.c, map_command.c);
**   a request that came to a node and lay there may run after whatever was
**   written since, and after its client was told that nobody knows. So each
**   sending has a number, and the first statement puts it into a
**   row of scim_meta that is the writer's own, if it is higher than what is
**   there; those behind it run only where that has just been done. Of an old
**   one nothing runs. That first statement also makes it a write for rqlite,
**   which looks at the texts alone and would have the rest run on a connection
**   that reads;
**   several scimd may write at once: each has a row of its own.
**   Rows of writers that have not written for a week are removed when one
**   starts.
**
** A batch is one entry of the log: it is there whole or not at all, but each of
** its statements is a transaction of its own, and an error of one is no
** other's. Those that have a result are answered; the others are sent again.
**
** Whoever has waited for --busy-timeout since he came gets 503. What he asked
** for has been done, all of it, or has not; and if not it may be only until
** this writer sends anything else, which has a higher number.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "moment.h"
#include "queue.h"
#include "rqlite_sender.h"

/* Statements in one request, and bytes after which there are no more: each node
** computes all of them in turn. */
#define RQLITE_BATCH ENGINE_BATCH
#define RQLITE_BATCH_BYTES ((size_t)1 << 20)

/* How long a batch waits at most for those who came with the last one, and
** never for longer than half of what that took. */
#define RQLITE_BATCH_PATIENCE (1 * MOMENT_MILLISECOND)

/* Between two sendings: the first pause, and the longest. Elections take one to
** three seconds. */
#define RQLITE_PAUSE (20 * MOMENT_MILLISECOND)
#define RQLITE_PAUSE_MOST (400 * MOMENT_MILLISECOND)

/* Rows of writers that have not written for so many microseconds are removed.
** */
#define RQLITE_WRITER_FORGOTTEN (7LL * 24 * 3600 * 1000000)

struct RqliteWriter {
  long long patience; /* how long a statement waits to be done, ns */
  RqliteNodes *nodes;
  RqliteSender *sender;
  Queue queue;
  pthread_t thread;
  long long trip;     /* how long the last sending took, ns */
  long long relieved; /* when it was last looked after those who wait */
};

/* Statements that are sent together. */
typedef struct RqliteBatch {
  RqliteWriter *writer;
  Job *jobs[RQLITE_BATCH];
  size_t size;
  unsigned tried; /* nodes, as bits */
  long long pause;
  bool unknown; /* it may be in the log: what came of it is not known */
  bool lacks;   /* the leader has said that it lacks the extension, or tables */
} RqliteBatch;

/*
** Results.
*/

/* Takes out those who are done, by what `done` says, and lets them go. */
static void rqlite_writer_release(RqliteWriter *writer, RqliteBatch *batch,
                                  const bool *done) {
  Job *released[RQLITE_BATCH];
  size_t count = 0, left = 0;
  for (size_t i = 0; i < batch->size; i++)
    if (done[i])
      released[count++] = batch->jobs[i];
    else
      batch->jobs[left++] = batch->jobs[i];
  batch->size = left;
  if (count) queue_answer(&writer->queue, released, count);
}

/* An error of the statement itself, the same on each node. As database_tell. */
static void rqlite_writer_fail(Job *job, const char *error) {
  EngineAnswer *answer = job->answer;
  if (answer->complaint)
    output_text(answer->complaint, error);
  else
    log_event("rqlite", "%s: %s", engine_name(job->statement), error);
  job->status = strstr(error, "constraint failed") ? 500 : 503;
  answer->refused = true;
}

/* Hands over the next result. Returns whether the job is done; *lacks says that
** the node has no extension. */
static bool rqlite_writer_finish(RqliteWriter *writer, Job *job,
                                 RqliteReply *reply, bool *lacks) {
  EngineAnswer *answer = job->answer;
  Output error = {0};
  size_t rows;
  RqliteResult result =
      rqlite_text_result(reply, answer->row, answer->context, &rows, &error);
  const char *text = output_terminate(&error);
  bool done = result == RQLITE_ROWS &&
              (rows > 0 || !rqlite_sender_is_fenced(job->statement));
  if (done) job->status = 0;
  if (result == RQLITE_UNTAKEN) job->status = 503;
  bool failed = result == RQLITE_ERROR && !rqlite_text_may_pass(text);
  if (failed) rqlite_writer_fail(job, text);
  if (result == RQLITE_ERROR && !failed) {
    *lacks = *lacks || rqlite_text_is_lack(text);
    rqlite_nodes_tell(writer->nodes, "%s: %s", engine_name(job->statement),
                      text);
  }
  output_free(&error);
  return done || failed || result == RQLITE_UNTAKEN;
}

/* What came before of an answer counts for nothing. */
static void rqlite_writer_forget(Job *job) {
  EngineAnswer *answer = job->answer;
  if (job->ran && answer->row) answer->row(answer->context, NULL, 0);
  job->ran = true;
}

/* Answers each by its result. Those without one stay in the batch. */
static void rqlite_writer_take_results(RqliteWriter *writer, RqliteBatch *batch,
                                       int node, RqliteReply *reply) {
  bool done[RQLITE_BATCH] = {false};
  size_t rows;
  batch->lacks = false;
  rqlite_text_result(reply, NULL, NULL, &rows, NULL); /* of the number */
  for (size_t i = 0; i < batch->size; i++) {
    rqlite_writer_forget(batch->jobs[i]);
    done[i] =
        rqlite_writer_finish(writer, batch->jobs[i], reply, &batch->lacks);
  }
  if (batch->lacks) rqlite_nodes_blame(writer->nodes, node, METRICS_EXTENSION);
  rqlite_writer_release(writer, batch, done);
}

/*
** Sending.
*/

/* Others are looked after while this batch waits. */
static void rqlite_writer_relieve(RqliteWriter *writer) {
  long long now = moment_now();
  if (now - writer->relieved <= 5 * RQLITE_PAUSE) return;
  writer->relieved = now;
  queue_relieve(&writer->queue);
}

/* Has he who looks on had enough? */
static bool rqlite_writer_is_left(const EngineAnswer *answer) {
  return answer->watch && answer->watch(answer->context, -1);
}

/* The same for any of a batch. */
static bool rqlite_writer_is_ended(const RqliteBatch *batch) {
  for (size_t i = 0; i < batch->size; i++)
    if (rqlite_writer_is_left(batch->jobs[i]->answer)) return true;
  return false;
}

/* Does this status say that the request itself is at fault? */
static bool rqlite_writer_is_refused(long status) {
  return status == 400 || status == 411 || status == 413 || status == 414;
}

/* A request that nobody will take is the fault of one of its statements: each
** is sent by itself then. */
static void rqlite_writer_split(RqliteWriter *writer, RqliteBatch *batch) {
  static const bool done[RQLITE_BATCH] = {true};
  if (batch->size > 1) {
    queue_return(&writer->queue, batch->jobs + 1, batch->size - 1);
    batch->size = 1;
    return;
  }
  rqlite_writer_fail(batch->jobs[0], "a node refuses the request");
  batch->jobs[0]->status = 500;
  rqlite_writer_release(writer, batch, done);
}

/* What a sending says of the node that brought no reply of the kind that is
** wanted. One that cannot do it now, which is what most of its errors say, is
** fit; and one that is late and answers otherwise has to wait for something
** itself, which is no fault of its. */
static void rqlite_writer_blame(RqliteWriter *writer,
                                const RqliteSending *sending) {
  long status = sending->status;
  if (sending->end == RQLITE_LATE && sending->there) return;
  if (sending->end == RQLITE_LATE)
    rqlite_nodes_blame(writer->nodes, sending->node, METRICS_SLOW);
  else if (status == 401 || status == 403)
    rqlite_nodes_blame(writer->nodes, sending->node, METRICS_FORBIDDEN);
  else if (sending->end != RQLITE_REPLIED || status < 500)
    rqlite_nodes_blame(writer->nodes, sending->node, METRICS_DOWN);
}

/* There are no results: nobody knows what became of the batch, but where it was
** not sent, or not let in. */
static void rqlite_writer_miss(RqliteWriter *writer, RqliteBatch *batch,
                               const RqliteSending *sending) {
  RqliteEnd end = sending->end;
  long status = sending->status;
  bool refused = end == RQLITE_REPLIED && rqlite_writer_is_refused(status);
  if (end != RQLITE_UNSENT && !refused) batch->unknown = true;
  for (size_t i = 0; end != RQLITE_UNSENT && i < batch->size; i++)
    rqlite_writer_forget(batch->jobs[i]);
  rqlite_nodes_tell(writer->nodes,
                    "%s does not say what became of %zu writes (%s, %ld)",
                    rqlite_nodes_url(writer->nodes, sending->node), batch->size,
                    end == RQLITE_REPLIED ? "replied"
                    : end == RQLITE_LATE  ? "late"
                    : end == RQLITE_CUT   ? "cut off"
                    : end == RQLITE_LARGE ? "over 256 MiB"
                                          : "not sent",
                    status);
  rqlite_writer_blame(writer, sending);
  if (refused) rqlite_writer_split(writer, batch);
}

/* Takes what was replied with 200. An error of all is the node's, which may
** have done them nevertheless. */
static void rqlite_writer_take(RqliteWriter *writer, RqliteBatch *batch,
                               const RqliteSending *sending,
                               RqliteReply *reply) {
  Output error = {0};
  if (rqlite_text_failed(reply, &error)) {
    rqlite_nodes_tell(writer->nodes, "%s: %s",
                      rqlite_nodes_url(writer->nodes, sending->node),
                      output_terminate(&error));
    batch->unknown = true;
    for (size_t i = 0; i < batch->size; i++)
      rqlite_writer_forget(batch->jobs[i]);
  } else if (rqlite_text_count(reply) == batch->size + 1) {
    rqlite_writer_take_results(writer, batch, sending->node, reply);
  } else {
    rqlite_writer_miss(writer, batch, sending);
  }
  output_free(&error);
}

/* Is asked while the batch is under way. */
static bool rqlite_writer_look_on(void *argument) {
  const RqliteBatch *batch = argument;
  rqlite_writer_relieve(batch->writer);
  return rqlite_writer_is_ended(batch);
}

/* To the node, on behalf of those of the batch, of whom one may wait for
** longest. */
static RqliteSending rqlite_writer_sending(const RqliteWriter *writer,
                                           RqliteBatch *batch, int node) {
  RqliteSending sending = {
      .node = node, .look_on = rqlite_writer_look_on, .who = batch};
  for (size_t i = 0; i < batch->size; i++)
    if (batch->jobs[i]->arrived + writer->patience > sending.patient)
      sending.patient = batch->jobs[i]->arrived + writer->patience;
  return sending;
}

/* Sends the batch to a node, once. */
static void rqlite_writer_send(RqliteWriter *writer, RqliteBatch *batch,
                               int node) {
  RqliteSending sending = rqlite_writer_sending(writer, batch, node);
  const EngineStatement *statements[RQLITE_BATCH];
  long long start = moment_now();
  for (size_t i = 0; i < batch->size; i++)
    statements[i] = batch->jobs[i]->statement;
  RqliteReply *reply =
      rqlite_sender_send(writer->sender, &sending, statements, batch->size);
  if (reply)
    rqlite_writer_take(writer, batch, &sending, reply);
  else
    rqlite_writer_miss(writer, batch, &sending);
  if (reply) rqlite_text_free(reply);
  writer->trip = moment_now() - start;
}

/* Sends a number alone, once. A result, whatever it is, says that it has come
** through the log, and everything before it: then the batch is known to have
** been done, or that it never will be by what was sent so far. */
static void rqlite_writer_settle(RqliteWriter *writer, RqliteBatch *batch,
                                 int node) {
  RqliteSending sending = rqlite_writer_sending(writer, batch, node);
  RqliteReply *reply = rqlite_sender_send(writer->sender, &sending, NULL, 0);
  if (reply && !rqlite_text_failed(reply, NULL))
    batch->unknown = rqlite_text_count(reply) != 1;
  if (reply)
    rqlite_text_free(reply);
  else
    rqlite_writer_blame(writer, &sending);
}

/*
** One batch.
*/

static void rqlite_writer_fill(RqliteWriter *writer, RqliteBatch *batch) {
  size_t bytes = 0;
  long long patience = writer->trip / 2;
  if (patience > RQLITE_BATCH_PATIENCE) patience = RQLITE_BATCH_PATIENCE;
  while (batch->size < RQLITE_BATCH && bytes < RQLITE_BATCH_BYTES) {
    Job *job = queue_take(&writer->queue, patience);
    if (!job) break;
    for (size_t i = 0; i < job->statement->count; i++)
      bytes += job->statement->values[i].size;
    batch->jobs[batch->size++] = job;
  }
}

/* What the leader lacks, the others may have: then they have done what it has
** not, and go on without it until it is given a new disk. */
static void rqlite_writer_explain(const RqliteWriter *writer, const Job *job,
                                  const RqliteBatch *batch) {
  static const char reason[] = "the node that leads has no extension, or no "
                               "tables: nothing can be written until it has, "
                               "or until another one leads";
  if (!batch->lacks) return;
  rqlite_nodes_tell(writer->nodes, "%s", reason);
  if (job->answer->complaint) output_text(job->answer->complaint, reason);
}

/* Refuses those whose time is over, and who do not want to wait any more.
** Returns how many that are. Whoever comes again after as long as he has waited
** is in good time (queue.c). */
static size_t rqlite_writer_expire(RqliteWriter *writer, RqliteBatch *batch) {
  bool done[RQLITE_BATCH] = {false};
  size_t before = batch->size;
  for (size_t i = 0; i < batch->size; i++) {
    Job *job = batch->jobs[i];
    long long waited = moment_now() - job->arrived;
    done[i] = waited >= writer->patience || rqlite_writer_is_left(job->answer);
    if (!done[i]) continue;
    job->status = 503;
    job->retry_after = 1 + (long)(waited / MOMENT_SECOND);
    rqlite_writer_explain(writer, job, batch);
    metrics_write_refused();
  }
  rqlite_writer_release(writer, batch, done);
  return before - batch->size;
}

/* Chooses where to send the batch. When all nodes have been tried it is time to
** wait, longer each time. */
static int rqlite_writer_choose(RqliteWriter *writer, RqliteBatch *batch) {
  int node = rqlite_nodes_choose(writer->nodes, RQLITE_WRITE, batch->tried);
  if (node < 0) {
    struct timespec nap = {.tv_nsec = (long)batch->pause};
    nanosleep(&nap, NULL);
    rqlite_writer_relieve(writer);
    batch->pause *= 2;
    if (batch->pause > RQLITE_PAUSE_MOST) batch->pause = RQLITE_PAUSE_MOST;
    batch->tried = 0;
    node = rqlite_nodes_choose(writer->nodes, RQLITE_WRITE, 0);
  }
  batch->tried |= 1u << node;
  return node;
}

/* Until all of it is answered. */
static void rqlite_writer_run_batch(RqliteWriter *writer) {
  RqliteBatch batch = {.writer = writer, .pause = RQLITE_PAUSE};
  rqlite_writer_fill(writer, &batch);
  size_t size = batch.size, refused = 0;
  while (batch.size) {
    int node = rqlite_writer_choose(writer, &batch);
    if (batch.unknown) rqlite_writer_settle(writer, &batch, node);
    if (!batch.unknown) rqlite_writer_send(writer, &batch, node);
    if (!batch.size) break;
    refused += rqlite_writer_expire(writer, &batch);
    if (batch.size) metrics_retry();
  }
  metrics_batch(size, refused == 0);
}

/*
** Those who wait, and the thread.
*/

int rqlite_writer_apply(RqliteWriter *writer, const EngineStatement *statement,
                        EngineAnswer *answer) {
  Job job = {.statement = statement, .answer = answer};
  queue_submit(&writer->queue, &job);
  answer->retry_after = job.retry_after;
  return job.status;
}

void rqlite_writer_apply_all(RqliteWriter *writer, EngineWrite *writes,
                             size_t count) {
  Job jobs[ENGINE_BATCH] = {{.statement = NULL}};
  assert(count <= ENGINE_BATCH);
  for (size_t i = 0; i < count; i++) {
    jobs[i].statement = &writes[i].statement;
    jobs[i].answer = &writes[i].answer;
  }
  queue_submit_all(&writer->queue, jobs, count);
  for (size_t i = 0; i < count; i++) {
    writes[i].failure = jobs[i].status;
    writes[i].answer.retry_after = jobs[i].retry_after;
  }
}

size_t rqlite_writer_waiting(RqliteWriter *writer) {
  return queue_waiting(&writer->queue);
}

/* What has been accepted is finished before the end. */
static void *rqlite_writer_run(void *argument) {
  RqliteWriter *writer = argument;
  bool urged;
  while (queue_await(&writer->queue, &urged))
    if (queue_waiting(&writer->queue)) rqlite_writer_run_batch(writer);
  return NULL;
}

static void rqlite_writer_free(RqliteWriter *writer) {
  queue_free(&writer->queue);
  if (writer->sender) rqlite_sender_free(writer->sender);
  free(writer);
}

RqliteWriter *rqlite_writer_start(const Options *options, RqliteHttp *http,
                                  RqliteNodes *nodes, Output *complaint) {
  RqliteWriter *writer = calloc(1, sizeof *writer);
  if (!writer) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  writer->nodes = nodes;
  writer->patience = options->busy_timeout * MOMENT_MILLISECOND;
  queue_init(&writer->queue, (size_t)options->queue, options->busy_timeout);
  writer->sender = rqlite_sender_new(options, http, nodes);
  if (writer->sender &&
      pthread_create(&writer->thread, NULL, rqlite_writer_run, writer) == 0)
    return writer;
  output_text(complaint, "cannot start the writer thread");
  rqlite_writer_free(writer);
  return NULL;
}

int rqlite_writer_tidy(RqliteWriter *writer) {
  static const char sql[] = "DELETE FROM scim_meta"
                            " WHERE name GLOB 'writer *' AND value < ?1";
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  EngineStatement tidy = {.sql = sql,
                          .count = 1,
                          .values = {engine_integer(now.tv_sec * 1000000LL -
                                                    RQLITE_WRITER_FORGOTTEN)}};
  EngineAnswer answer = {0};
  return rqlite_writer_apply(writer, &tidy, &answer);
}

/* Whoever may call rqlite_writer_apply must have ended before. */
void rqlite_writer_stop(RqliteWriter *writer) {
  queue_stop(&writer->queue);
  pthread_join(writer->thread, NULL);
  rqlite_writer_free(writer);
}
