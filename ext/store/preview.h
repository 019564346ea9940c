/*
** preview.h: what a map would do, and nothing of it done: if it is off, when it
** is switched on; if it is on, what has come to differ since.
*/
#ifndef SCIM_PREVIEW_H
#define SCIM_PREVIEW_H

#include "map.h"

/* A column that would change, or what happens to a resource without any. */
typedef struct PreviewRow {
  Text tenant, id; /* of the resource */
  Text key;        /* of its row, as JSON; no text when there is none yet */
  MapAct act;
  Text column;     /* no text: none in particular */
  Text have, want; /* what it holds, and what it would; no text for NULL */
  Text reason;     /* for a person; no text where the decision says it all */
  bool hidden;     /* a column that turned out not to differ */
} PreviewRow;

typedef struct Preview {
  PreviewRow *rows;
  size_t count;
} Preview;

/* Goes through all resources of the map in the order of their creation, behind
** those that are gone. What it finds is in the arena `kept`, which the caller
** closes, whatever happens; names of columns are the map's own. */
Preview preview_run(Operation *operation, Arena *kept, Text name);

#endif
