/*
** unclaimed.h: the rows of an application's table that are nobody's, and that
** none of the resources there are would get: what scim_map_adopt makes
** resources of.
*/
#ifndef SCIM_UNCLAIMED_H
#define SCIM_UNCLAIMED_H

#include "map.h"

typedef struct UnclaimedRow {
  Text tenant; /* whose it is */
  Text key;    /* as JSON */
} UnclaimedRow;

typedef struct Unclaimed {
  const Map *map;
  UnclaimedRow *rows; /* in the order of the table */
  size_t count;
  const UnclaimedRow **sorted; /* by tenant and key */
  Text sql;                    /* reads one */
} Unclaimed;

/* Finds them, for a map on or off. With an error it may be anything. */
Unclaimed *unclaimed_read(Operation *operation, const Map *map);

/* What the row of the number holds, by the map's columns: strings, numbers and
** NULL, as model/map_back.h wants it; of the key of another row the JSON of
** that key. NULL when the row is gone by now. */
Json **unclaimed_cells(Operation *operation, const Unclaimed *unclaimed,
                       size_t number);

/* The number of the row with the key, or count when it is not among them. */
size_t unclaimed_find(const Unclaimed *unclaimed, Text tenant, Text key);

#endif
