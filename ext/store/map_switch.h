/*
** map_switch.h: making, replacing, switching and dropping maps. Each is one
** transaction, or a savepoint within one of the caller's.
*/
#ifndef SCIM_MAP_SWITCH_H
#define SCIM_MAP_SWITCH_H

#include "map.h"

/* Stores a definition, JSON text, under the name: a new map is off; one that is
** on stays on, and its rows are brought to what is defined now. Nothing is
** stored, with an error that names the place, when the definition is wrong. */
void map_define(Operation *operation, Text name, Text definition, Text now);

/* On: makes the triggers and gives every resource its row, in the order of
** their creation. Off: takes the triggers away; rows and links stay. Returns
** how many resources it went through.
**
** With `again` it may have been done before, in a database that is replicated:
** a map that is in this state since the moment `now` is left alone, and the
** answer is that of the first time, by the resources as they are. */
typedef struct MapSwitching {
  bool on;
  Text now;
  bool again;
} MapSwitching;

long long map_switch(Operation *operation, Text name,
                     const MapSwitching *switching);

/* Takes the map away with its links and what waits for review; the rows of the
** application stay. */
void map_drop(Operation *operation, Text name, Text now);

/* Makes the triggers of maps that are on as this program makes them, where they
** are others: those of an earlier one may be slow, or wrong. The rows stay as
** they are. A map that does not fit its table is left alone. The definitions
** are loaded, and the operation may write. */
void map_renew(Operation *operation);

/* The SQL by which the map is switched on. */
Text map_sql(Operation *operation, Text name);

#endif
