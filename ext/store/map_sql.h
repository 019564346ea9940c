/*
** map_sql.h: the SQL of a map: its triggers, and what puts the tables in the
** state that these keep up.
*/
#ifndef SCIM_MAP_SQL_H
#define SCIM_MAP_SQL_H

#include "map_table.h"

/* The statements that switch a map on, as one script. */
Text map_sql_on(Operation *operation, const Map *map, const MapTable *table);

/* The one after it, when all resources have their rows: join rows. The empty
** text when there are none. */
Text map_sql_settle(Operation *operation, const Map *map,
                    const MapTable *table);

/* The name of the index by which a rule finds rows. */
Text map_sql_index(Arena *arena, const Map *map, const MapRule *rule);

/* An identifier in quotes, a text as a literal of SQL. */
void map_sql_identifier(Buffer *buffer, Text name);
void map_sql_literal(Buffer *buffer, Text text);

#endif
