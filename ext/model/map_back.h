/*
** map_back.h: a map read backwards: from a row of the application's to the
** resource that it could have come from.
*/
#ifndef SCIM_MAP_BACK_H
#define SCIM_MAP_BACK_H

#include "map.h"

/* The body of a request that would create the resource. `row` has what each of
** the map's columns holds: a string, a number, or NULL for nothing; of a column
** "as": "key" the id of the resource that is meant. NULL, which is no error,
** when the row has no value for an attribute that the type requires, as a
** user's name: nobody could find the resource. Strings may be the row's own. */
Json *map_back(Operation *operation, const Map *map, Json *const *row);

#endif
