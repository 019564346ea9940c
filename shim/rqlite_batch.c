/*
** rqlite_batch.c: see rqlite_batch.h.
**
** HOW IT WORKS
**
** Each node computes all statements of a request in turn, so there are only so
** many in one. A statement that has a result of its own is answered by it, an
** error of SQL included, and leaves the batch; one whose error says that the
** node cannot do it now stays, and is sent again. Whoever has waited for
** --busy-timeout since he came gets 503: with that what he asked for has been
** done whole, or will not be done (rqlite_writer.c).
*/
#include "rqlite_batch.h"

#include <string.h>

#include "log.h"
#include "metrics.h"
#include "moment.h"
#include "rqlite_sender.h"

/* Bytes in one request after which there are no more statements. */
#define RQLITE_BATCH_BYTES ((size_t)1 << 20)

/*
** Taking.
*/

void rqlite_batch_fill(RqliteBatch *batch, long long patience) {
  size_t bytes = 0;
  while (batch->size < ENGINE_BATCH && bytes < RQLITE_BATCH_BYTES) {
    Job *job = queue_take(batch->queue, patience);
    if (!job) break;
    for (size_t i = 0; i < job->statement->count; i++)
      bytes += job->statement->values[i].size;
    batch->jobs[batch->size++] = job;
  }
}

/*
** Answering.
*/

/* Takes out those who are done, by what `done` says, and lets them go. */
static void rqlite_batch_release(RqliteBatch *batch, const bool *done) {
  Job *released[ENGINE_BATCH];
  size_t count = 0, left = 0;
  for (size_t i = 0; i < batch->size; i++)
    if (done[i])
      released[count++] = batch->jobs[i];
    else
      batch->jobs[left++] = batch->jobs[i];
  batch->size = left;
  if (count) queue_answer(batch->queue, released, count);
}

/* An error of the statement itself, the same on each node. As database_tell. */
static void rqlite_batch_fail(Job *job, const char *error) {
  EngineAnswer *answer = job->answer;
  if (answer->complaint)
    output_text(answer->complaint, error);
  else
    log_event("rqlite", "%s: %s", engine_name(job->statement), error);
  job->status = strstr(error, "constraint failed") ? 500 : 503;
  answer->refused = true;
}

/* Hands over the next result. Returns whether the job is done. */
static bool rqlite_batch_finish(RqliteBatch *batch, Job *job,
                                RqliteReply *reply) {
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
  if (failed) rqlite_batch_fail(job, text);
  if (result == RQLITE_ERROR && !failed) {
    batch->lacks = batch->lacks || rqlite_text_is_lack(text);
    rqlite_nodes_tell(batch->nodes, "%s: %s", engine_name(job->statement),
                      text);
  }
  output_free(&error);
  return done || failed || result == RQLITE_UNTAKEN;
}

/* What came before of an answer counts for nothing. */
static void rqlite_batch_forget_job(Job *job) {
  EngineAnswer *answer = job->answer;
  if (job->ran && answer->row) answer->row(answer->context, NULL, 0);
  job->ran = true;
}

void rqlite_batch_forget(RqliteBatch *batch) {
  for (size_t i = 0; i < batch->size; i++)
    rqlite_batch_forget_job(batch->jobs[i]);
}

/* The node is left out before anybody goes: what he asks for next would come to
** it again. */
void rqlite_batch_answer(RqliteBatch *batch, RqliteReply *reply, int node) {
  bool done[ENGINE_BATCH] = {false};
  size_t rows;
  batch->lacks = false;
  rqlite_text_result(reply, NULL, NULL, &rows, NULL); /* of the number */
  for (size_t i = 0; i < batch->size; i++) {
    rqlite_batch_forget_job(batch->jobs[i]);
    done[i] = rqlite_batch_finish(batch, batch->jobs[i], reply);
  }
  if (batch->lacks) rqlite_nodes_blame(batch->nodes, node, METRICS_EXTENSION);
  rqlite_batch_release(batch, done);
}

/* It is the fault of one of them: each is sent by itself then. */
void rqlite_batch_split(RqliteBatch *batch) {
  static const bool done[ENGINE_BATCH] = {true};
  if (batch->size > 1) {
    queue_return(batch->queue, batch->jobs + 1, batch->size - 1);
    batch->size = 1;
    return;
  }
  rqlite_batch_fail(batch->jobs[0], "a node refuses the request");
  batch->jobs[0]->status = 500;
  rqlite_batch_release(batch, done);
}

/*
** Waiting.
*/

/* Has he who looks on had enough? */
static bool rqlite_batch_is_left(const EngineAnswer *answer) {
  return answer->watch && answer->watch(answer->context, -1);
}

bool rqlite_batch_is_ended(const RqliteBatch *batch) {
  for (size_t i = 0; i < batch->size; i++)
    if (rqlite_batch_is_left(batch->jobs[i]->answer)) return true;
  return false;
}

long long rqlite_batch_patient(const RqliteBatch *batch) {
  long long patient = 0;
  for (size_t i = 0; i < batch->size; i++)
    if (batch->jobs[i]->arrived + batch->patience > patient)
      patient = batch->jobs[i]->arrived + batch->patience;
  return patient;
}

/* What the leader lacks, the others may have: then they have done what it has
** not, and go on without it until it is given a new disk. */
static void rqlite_batch_explain(const RqliteBatch *batch, const Job *job) {
  static const char reason[] = "the node that leads has no extension, or no "
                               "tables: nothing can be written until it has, "
                               "or until another one leads";
  if (!batch->lacks) return;
  rqlite_nodes_tell(batch->nodes, "%s", reason);
  if (job->answer->complaint) output_text(job->answer->complaint, reason);
}

/* Whoever comes again after as long as he has waited is in good time (queue.c).
*/
size_t rqlite_batch_expire(RqliteBatch *batch) {
  bool done[ENGINE_BATCH] = {false};
  size_t before = batch->size;
  for (size_t i = 0; i < batch->size; i++) {
    Job *job = batch->jobs[i];
    long long waited = moment_now() - job->arrived;
    done[i] = waited >= batch->patience || rqlite_batch_is_left(job->answer);
    if (!done[i]) continue;
    job->status = 503;
    job->retry_after = 1 + (long)(waited / MOMENT_SECOND);
    rqlite_batch_explain(batch, job);
    metrics_write_refused();
  }
  rqlite_batch_release(batch, done);
  return before - batch->size;
}
