/*
** rqlite_batch.h: statements that are sent to a cluster together, and what
** becomes of those who wait for them.
**
** Used by the thread that writes (rqlite_writer.h), which sends them until none
** is left.
*/
#ifndef SHIM_RQLITE_BATCH_H
#define SHIM_RQLITE_BATCH_H

#include "queue.h"
#include "rqlite_nodes.h"
#include "rqlite_text.h"

typedef struct RqliteBatch {
  Queue *queue;       /* where they come from */
  RqliteNodes *nodes; /* who are told what is logged */
  long long patience; /* how long a statement waits to be done, ns */
  Job *jobs[ENGINE_BATCH];
  size_t size;
  bool lacks; /* the leader has said that it lacks the extension, or tables */
} RqliteBatch;

/* Takes from the queue what is there, and waits for so many nanoseconds at most
** for those who came with the last one. */
void rqlite_batch_fill(RqliteBatch *batch, long long patience);

/* What came so far of the answers counts for nothing. */
void rqlite_batch_forget(RqliteBatch *batch);

/* Answers each by its result, of which the first is that of the number. Those
** without one stay. The node whose reply it is is left out if it lacks the
** extension. */
void rqlite_batch_answer(RqliteBatch *batch, RqliteReply *reply, int node);

/* Nobody takes these together: all but the first go back into the queue, and
** one that was alone is refused. */
void rqlite_batch_split(RqliteBatch *batch);

/* Refuses those whose time is over, and who do not want to wait any more.
** Returns how many that are. */
size_t rqlite_batch_expire(RqliteBatch *batch);

/* Has one of those who look on had enough? */
bool rqlite_batch_is_ended(const RqliteBatch *batch);

/* Until when one of them waits, by moment_now. */
long long rqlite_batch_patient(const RqliteBatch *batch);

#endif
