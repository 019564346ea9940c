/*
** map_walk.h: what a map is about, one after the other: for switching it on,
** for its preview and for what it could adopt.
*/
#ifndef SCIM_MAP_WALK_H
#define SCIM_MAP_WALK_H

#include "map.h"

/* Called for each; the walk goes on until the operation has failed. */
typedef void (*MapVisit)(void *data, Text tenant, const MapSubject *subject);

/* The resources that have a row, or had one, and are gone: they went while the
** map was off. What a visit allocates stays. */
void map_walk_gone(Operation *operation, const Map *map, MapVisit visit,
                   void *data);

/* The resources of the map's type and tenants, in the order of their creation.
** One whose document is broken is passed over: it must not keep all others from
** their rows. What a visit allocates is released after it. */
void map_walk_all(Operation *operation, const Map *map, MapVisit visit,
                  void *data);

#endif
