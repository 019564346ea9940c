/*
** history.h: what was, from the log.
*/
#ifndef SCIM_HISTORY_H
#define SCIM_HISTORY_H

#include "../text/operation.h"

/* A resource as it stood at a moment. */
typedef struct Past {
  Text id;
  Text modified, doc; /* then; the document has no members and no groups */
  long long version;
} Past;

typedef struct PastList {
  Past *items;
  long long count;
} PastList;

/* The resources of a type that were there at the time (canonical form), in
** the order of their ids: each the sum of its changes until then. A change that
** the log holds and that is no JSON is SQLITE_CORRUPT. */
PastList history_as_of(Operation *operation, Text type, Text time);

#endif
