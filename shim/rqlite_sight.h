/*
** rqlite_sight.h: what can be seen of one node.
**
** Each of these asks the node itself, which needs no leader for it, and waits
** for an answer for so many nanoseconds. Every function may be called from any
** thread.
*/
#ifndef SHIM_RQLITE_SIGHT_H
#define SHIM_RQLITE_SIGHT_H

#include "engine.h"
#include "metrics.h"
#include "rqlite_http.h"

/* No fault. */
#define RQLITE_SIGHT_WELL METRICS_UNFITS

/* What is seen of a node. */
typedef struct RqliteSight {
  MetricsUnfit fault; /* or RQLITE_SIGHT_WELL */
  bool leads;         /* it says so, */
  long long term;     /* in this one */
  long long index;    /* how far its database has come */
  char version[32];   /* of its extension */
} RqliteSight;

/* Looks at the node. *last is what it was when it was well, and becomes so. */
RqliteSight rqlite_sight_look(RqliteHttp *http, const char *url,
                              long long patience, RqliteSight *last);

/* Has it read once through the log, as a leader has to for having all there is?
** If it says why not, *fault becomes that. */
bool rqlite_sight_read_strongly(RqliteHttp *http, const char *url,
                                long long patience, MetricsUnfit *fault);

/* Does it answer a statement at all? A node does, also while another statement
** writes. *number becomes the first cell of the row, if there is one. */
bool rqlite_sight_asks(RqliteHttp *http, const char *url, long long patience,
                       const EngineStatement *statement, long long *number);

#endif
