/*
** rqlite_writer.h: the one thread that writes to a cluster, and group commit.
**
** It takes what is waiting, sends it as one request, which is one entry of
** Raft's log and one sync on each node, and answers each by its own result.
*/
#ifndef SHIM_RQLITE_WRITER_H
#define SHIM_RQLITE_WRITER_H

#include "engine.h"
#include "rqlite_nodes.h"

typedef struct RqliteWriter RqliteWriter;

/* Starts the thread. Returns NULL, with the reason in complaint, if that fails.
** The options, http and nodes must outlive the writer. */
RqliteWriter *rqlite_writer_start(const Options *options, RqliteHttp *http,
                                  RqliteNodes *nodes, Output *complaint);

/* Runs one statement and waits until it is committed. As engine_write; the
** statement is one that nodes may have (rqlite_local.h). */
int rqlite_writer_apply(RqliteWriter *writer, const EngineStatement *statement,
                        EngineAnswer *answer);

/* The same for several, which are sent together if they are not too large. */
void rqlite_writer_apply_all(RqliteWriter *writer, EngineWrite *writes,
                             size_t count);

/* Removes what writers have left that are long gone. As engine_write. */
int rqlite_writer_tidy(RqliteWriter *writer);

/* How many statements are waiting. */
size_t rqlite_writer_waiting(RqliteWriter *writer);

/* Finishes what is waiting, and ends the thread. */
void rqlite_writer_stop(RqliteWriter *writer);

#endif
