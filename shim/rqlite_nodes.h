/*
** rqlite_nodes.h: the nodes of a cluster, and which of them are fit to be
** asked.
**
** Every function may be called from any thread.
*/
#ifndef SHIM_RQLITE_NODES_H
#define SHIM_RQLITE_NODES_H

#include "engine.h"
#include "rqlite_fitness.h"
#include "rqlite_http.h"

typedef struct RqliteNodes RqliteNodes;

/* Looks at all of them until one is fit, for as long as --busy-timeout, and
** keeps looking from a thread of its own. Returns NULL, with the reason in
** complaint, if none is or one is too old. The options and http must outlive
** them. */
RqliteNodes *rqlite_nodes_open(const Options *options, RqliteHttp *http,
                               Output *complaint);
void rqlite_nodes_close(RqliteNodes *nodes);

/* Have all nodes that could be asked the same version of the extension? If not,
** which they have is appended. */
bool rqlite_nodes_agree(RqliteNodes *nodes, Output *differences);

/* Returns a node that is not among those tried, as bits, or -1. */
int rqlite_nodes_choose(RqliteNodes *nodes, RqliteWish wish, unsigned tried);

/* Does it lead, by what was seen last? */
bool rqlite_nodes_is_leader(RqliteNodes *nodes, int node);

/* Its URL, which stays. */
const char *rqlite_nodes_url(const RqliteNodes *nodes, int node);

/* It has failed in this way: it is left out until it is seen to be fit, and for
** some seconds at least if that would not show it. */
void rqlite_nodes_blame(RqliteNodes *nodes, int node, MetricsUnfit fault);

/* A read that needs the leader to have all was not answered: has something go
** through its log, and looks again. */
void rqlite_nodes_doubt(RqliteNodes *nodes);

/* Does the node itself answer a statement, while it is at something else? It
** has a second to do so, and a read waits for no write. *number becomes the
** first cell of the row, if there is one. */
bool rqlite_nodes_asks(RqliteNodes *nodes, int node,
                       const EngineStatement *statement, long long *number);

/* Logs what has happened to a cluster, while serving. */
void rqlite_nodes_tell(const RqliteNodes *nodes, const char *format, ...)
    OUTPUT_PRINTF(2, 3);

#endif
