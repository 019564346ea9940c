/*
** map_reach.h: how far a change of members reaches by maps that count those in
** nested groups: how many rows may come, and whether that is too many.
*/
#ifndef SCIM_MAP_REACH_H
#define SCIM_MAP_REACH_H

#include "commit.h"

/* ERROR_TOO_LARGE, which names the map, where more than `most` rows might come.
** What goes is never too much, or somebody who leaves would keep his rows. */
void map_reach(Operation *operation, const Change *change, long long most);

#endif
