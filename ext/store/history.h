/*
** history.h: what was, from the log.
*/
#ifndef SCIM_HISTORY_H
#define SCIM_HISTORY_H

#include "../model/schema.h"

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

/* Which resources, and when. */
typedef struct PastQuestion {
  const ResourceType *type;
  Text time;       /* in the form of instant_canonical */
  Text id;         /* of a single one; no text for all */
  long long limit; /* how many at most */
} PastQuestion;

/* The resources of a type that were there at the time, in the order of their
** ids: each the sum of its changes until then. The list, and what it costs,
** ends with the limit. A time before the horizon of the log is an error that
** names it; a log that lacks changes of a resource that was looked at, or holds
** one that is no JSON, is SQLITE_CORRUPT. */
PastList history_as_of(Operation *operation, const PastQuestion *question);

#endif
