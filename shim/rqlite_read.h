/*
** rqlite_read.h: one read, of one node after the other, until it is answered.
**
** Every function may be called from any thread.
*/
#ifndef SHIM_RQLITE_READ_H
#define SHIM_RQLITE_READ_H

#include "rqlite_nodes.h"

/* What all reads have: the level, the nodes, and the places for them. */
typedef struct RqliteReader RqliteReader;

/* Returns NULL if there is no memory. The options, http and nodes must outlive
** it. */
RqliteReader *rqlite_reader_new(const Options *options, EngineUse use,
                                RqliteHttp *http, RqliteNodes *nodes);
void rqlite_reader_free(RqliteReader *reader);

/* Runs a statement that nodes may have (rqlite_local.h). As engine_read. */
int rqlite_read(RqliteReader *reader, const EngineStatement *statement,
                EngineClient client, EngineAnswer *answer);

/* The same for what the shim itself wants to know, whatever others read. */
int rqlite_read_now(RqliteReader *reader, const EngineStatement *statement,
                    EngineAnswer *answer);

#endif
