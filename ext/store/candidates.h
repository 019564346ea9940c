/*
** candidates.h: the rows of an application's table in memory, as a map would
** find them after what has been decided so far.
**
** For a preview, which decides about every resource and does nothing. The table
** itself cannot be asked: it does not show what those before would have done,
** and of a map that is off there is no index by which to find a row.
*/
#ifndef SCIM_CANDIDATES_H
#define SCIM_CANDIDATES_H

#include "../db/query.h"
#include "../model/map.h"

typedef struct Candidates Candidates;

/* All rows of the table, and which of them are linked, in the arena, which is
** another than the operation's if that may be released while they are there.
** With an error it may be anything. */
Candidates *candidates_read(Operation *operation, Arena *arena, const Map *map);
/* The keys of the tenant's rows that the rule finds by the folded text and that
** are nobody's, as a JSON array of at most `most`. */
Json *candidates_find(Operation *operation, const Candidates *candidates,
                      const MapRule *rule, Text tenant, Text folded, int most);

/* Has a row of the tenant other than that of the key (JSON, or no text) the
** folded text in the column of the rule? */
bool candidates_taken(Operation *operation, const Candidates *candidates,
                      const MapRule *rule, Text tenant, Text folded, Text own);

/* The row of the key (no text: a new one) is a resource's from now on, and its
** unique columns hold what `row` wants; where that is NULL, what they held.
** With no `row` at all a row that is there is marked, and nothing is
** allocated. */
void candidates_take(Operation *operation, Candidates *candidates, Text tenant,
                     Text key, Json *const *row);

/* The columns, "upn, customer", of a UNIQUE index of the table by which another
** row stands in the way of what is wanted for the row of the key (no text: a
** new one); no text when none does. Only indexes are looked at whose columns
** are all the map's. */
Text candidates_conflict(Operation *operation, const Candidates *candidates,
                         Text tenant, Text key, Json *const *row);

/* The next row from the number *at on that is nobody's; false behind the last.
** *at is set to the number behind it. */
bool candidates_next_free(const Candidates *candidates, size_t *at,
                          Text *tenant, Text *key);

/* The row of the key is nobody's any more: inactive, deleted, or left as it is,
** as the map says. */
void candidates_free(Operation *operation, Candidates *candidates, Text tenant,
                     Text key);

/* Has the row of the key become inactive by that? */
bool candidates_is_inactive(Operation *operation, const Candidates *candidates,
                            Text tenant, Text key);

#endif
