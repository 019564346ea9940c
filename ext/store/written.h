/*
** written.h: what a change writes into the application's tables by maps, for a
** dry run: looked at before it is done, and again when it is.
*/
#ifndef SCIM_WRITTEN_H
#define SCIM_WRITTEN_H

#include "commit.h"
#include "map.h"

typedef struct WrittenRow WrittenRow;
typedef struct WrittenJoin WrittenJoin;

typedef struct Written {
  WrittenRow *rows;   /* of resources */
  WrittenJoin *joins; /* of memberships */
} Written;

/* Notes the rows that the change of a resource of the type may be about, as
** they are. The change is complete, and not done yet. */
Written written_before(Operation *operation, const ResourceType *type,
                       const Change *change);

/* Looks again, now that it is done: an array with an object for each row that
** has become another, {"map", "table", "action", "id", "key", "columns"}; the
** columns are {"name": {"have", "want"}}, those of them that differ. Action is
** create, update or delete. Of a row of a join table there is no id and no
** key. */
Json *written_after(Operation *operation, const Written *written,
                    const Change *change);

#endif
