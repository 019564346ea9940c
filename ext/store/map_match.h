/*
** map_match.h: finding rows of the application's tables, by what they hold,
** folded by Unicode, and within one tenant.
*/
#ifndef SCIM_MAP_MATCH_H
#define SCIM_MAP_MATCH_H

#include "../db/query.h"
#include "../model/map.h"
#include "candidates.h"

#define MAP_CANDIDATES 20 /* how many rows a review names */

/* A search for one tenant of a map. It remembers what it had to fold. */
typedef struct MapPending MapPending;
typedef struct MapMatch {
  Operation *operation;
  const Map *map;
  Text tenant;
  MapPending **pending; /* by the number of the rule; made when needed */
  Json *folds;          /* the steps that store what was folded, or NULL */
  const Candidates *candidates; /* in place of the table, or NULL */
} MapMatch;

MapMatch map_match_new(Operation *operation, const Map *map, Text tenant);

/* What rows are to be compared with by the rule: the values of its columns in
** the row, folded. No text when one of them is missing. */
Text map_match_key(Operation *operation, const MapRule *rule, Json *const *row);

/* The keys of the rows that the rule finds and that are nobody's yet, as a JSON
** array of at most MAP_CANDIDATES + 1. */
Json *map_match_find(MapMatch *match, const MapRule *rule, Text key);

/* Whose the row of the key (JSON) is, by the links as they are now: the id of a
** resource, or no text. */
Text map_match_owner(Operation *operation, Text map, Text tenant, Text key);

/* Has a row other than that of the key (JSON, or no text) the text in the
** unique column? */
bool map_match_taken(MapMatch *match, const MapColumn *column, Text text,
                     Text own);

/* Is there a row of the key (JSON)? Sets the texts that it has in the unique
** columns, by the number of the column. */
bool map_match_row(MapMatch *match, Text key, Text *texts);

#endif
