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
** other's. Those that have a result are answered; the others are sent again
** (rqlite_batch.c).
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
#include "rqlite_batch.h"
#include "rqlite_sender.h"

/* How long a batch waits at most for those who came with the last one, and
** never for longer than half of what that took. */
#define RQLITE_WRITER_LULL (1 * MOMENT_MILLISECOND)

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

/* A batch on its way, until all of it is answered. */
typedef struct RqliteRound {
  RqliteWriter *writer;
  RqliteBatch batch;
  unsigned tried; /* nodes, as bits */
  long long pause;
  bool unknown; /* it may be in the log: what came of it is not known */
} RqliteRound;

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

/* Does this status say that the request itself is at fault? */
static bool rqlite_writer_is_refused(long status) {
  return status == 400 || status == 411 || status == 413 || status == 414;
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
static void rqlite_writer_miss(RqliteRound *round,
                               const RqliteSending *sending) {
  RqliteNodes *nodes = round->writer->nodes;
  RqliteEnd end = sending->end;
  long status = sending->status;
  bool refused = end == RQLITE_REPLIED && rqlite_writer_is_refused(status);
  if (end != RQLITE_UNSENT && !refused) round->unknown = true;
  if (end != RQLITE_UNSENT) rqlite_batch_forget(&round->batch);
  rqlite_nodes_tell(nodes,
                    "%s does not say what became of %zu writes (%s, %ld)",
                    rqlite_nodes_url(nodes, sending->node), round->batch.size,
                    end == RQLITE_REPLIED ? "replied"
                    : end == RQLITE_LATE  ? "late"
                    : end == RQLITE_CUT   ? "cut off"
                    : end == RQLITE_LARGE ? "over 256 MiB"
                                          : "not sent",
                    status);
  rqlite_writer_blame(round->writer, sending);
  if (refused) rqlite_batch_split(&round->batch);
}

/* Takes what was replied with 200. An error of all is the node's, which may
** have done them nevertheless. */
static void rqlite_writer_take(RqliteRound *round, const RqliteSending *sending,
                               RqliteReply *reply) {
  RqliteNodes *nodes = round->writer->nodes;
  Output error = {0};
  if (rqlite_text_failed(reply, &error)) {
    rqlite_nodes_tell(nodes, "%s: %s", rqlite_nodes_url(nodes, sending->node),
                      output_terminate(&error));
    round->unknown = true;
    rqlite_batch_forget(&round->batch);
  } else if (rqlite_text_count(reply) == round->batch.size + 1) {
    rqlite_batch_answer(&round->batch, reply, sending->node);
  } else {
    rqlite_writer_miss(round, sending);
  }
  output_free(&error);
}

/* Is asked while the batch is under way. */
static bool rqlite_writer_look_on(void *argument) {
  const RqliteRound *round = argument;
  rqlite_writer_relieve(round->writer);
  return rqlite_batch_is_ended(&round->batch);
}

/* To the node, on behalf of those of the batch, of whom one may wait for
** longest. */
static RqliteSending rqlite_writer_sending(RqliteRound *round, int node) {
  return (RqliteSending){.node = node,
                         .patient = rqlite_batch_patient(&round->batch),
                         .look_on = rqlite_writer_look_on,
                         .who = round};
}

/* Sends the batch to a node, once. */
static void rqlite_writer_send(RqliteRound *round, int node) {
  RqliteSending sending = rqlite_writer_sending(round, node);
  const RqliteBatch *batch = &round->batch;
  const EngineStatement *statements[ENGINE_BATCH];
  long long start = moment_now();
  for (size_t i = 0; i < batch->size; i++)
    statements[i] = batch->jobs[i]->statement;
  RqliteReply *reply = rqlite_sender_send(round->writer->sender, &sending,
                                          statements, batch->size);
  if (reply)
    rqlite_writer_take(round, &sending, reply);
  else
    rqlite_writer_miss(round, &sending);
  if (reply) rqlite_text_free(reply);
  round->writer->trip = moment_now() - start;
}

/* Sends a number alone, once. A result, whatever it is, says that it has come
** through the log, and everything before it: then the batch is known to have
** been done, or that it never will be by what was sent so far. */
static void rqlite_writer_settle(RqliteRound *round, int node) {
  RqliteSending sending = rqlite_writer_sending(round, node);
  RqliteReply *reply =
      rqlite_sender_send(round->writer->sender, &sending, NULL, 0);
  if (reply && !rqlite_text_failed(reply, NULL))
    round->unknown = rqlite_text_count(reply) != 1;
  if (reply)
    rqlite_text_free(reply);
  else
    rqlite_writer_blame(round->writer, &sending);
}

/*
** One batch.
*/

/* Chooses where to send the batch. When all nodes have been tried it is time to
** wait, longer each time. */
static int rqlite_writer_choose(RqliteRound *round) {
  RqliteNodes *nodes = round->writer->nodes;
  int node = rqlite_nodes_choose(nodes, RQLITE_WRITE, round->tried);
  if (node < 0) {
    struct timespec nap = {.tv_nsec = (long)round->pause};
    nanosleep(&nap, NULL);
    rqlite_writer_relieve(round->writer);
    round->pause *= 2;
    if (round->pause > RQLITE_PAUSE_MOST) round->pause = RQLITE_PAUSE_MOST;
    round->tried = 0;
    node = rqlite_nodes_choose(nodes, RQLITE_WRITE, 0);
  }
  round->tried |= 1u << node;
  return node;
}

/* How long a batch waits for others. */
static long long rqlite_writer_lull(const RqliteWriter *writer) {
  long long lull = writer->trip / 2;
  return lull < RQLITE_WRITER_LULL ? lull : RQLITE_WRITER_LULL;
}

/* Until all of it is answered. */
static void rqlite_writer_run_batch(RqliteWriter *writer) {
  RqliteRound round = {.writer = writer,
                       .batch = {.queue = &writer->queue,
                                 .nodes = writer->nodes,
                                 .patience = writer->patience},
                       .pause = RQLITE_PAUSE};
  RqliteBatch *batch = &round.batch;
  rqlite_batch_fill(batch, rqlite_writer_lull(writer));
  size_t size = batch->size, refused = 0;
  while (batch->size) {
    int node = rqlite_writer_choose(&round);
    if (round.unknown) rqlite_writer_settle(&round, node);
    if (!round.unknown) rqlite_writer_send(&round, node);
    if (!batch->size) break;
    refused += rqlite_batch_expire(batch);
    if (batch->size) metrics_retry();
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
