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

/* A SELECT of the row of a key (?2, as JSON, and where the map has such a
** column, the tenant, ?3), that compares it with the wanted values (?1, a JSON
** array): behind a first column three for each column of the map: what it
** holds, what it would be set to, and whether that differs. Of a column that is
** not set, or holds the key of another row, only the first says anything. */
Text map_sql_compare(Operation *operation, const Map *map,
                     const MapTable *table);

/* The name of the index by which a rule finds rows. */
Text map_sql_index(Arena *arena, const Map *map, const MapRule *rule);

/* The table of the map, for a statement of ours: a trigger finds it in its own
** database, and so must we, whatever temporary table has its name. */
void map_sql_table(Buffer *buffer, const Map *map);

/* The tenant of a row of the application: its column, as a text that compares
** letter for letter, or the only one of the map. row is SQL that stands before
** a column, as "t.". */
void map_sql_tenant(Buffer *buffer, const Map *map, const char *row);

/* What is wrong where a column of numbers has made another tenant's row. */
Text map_sql_not_own(Arena *arena, const Map *map);

/* " AND …": the row is of the tenant, where the map has such a column. row as
** above, the tenant what it is to be. */
void map_sql_of_tenant(Buffer *buffer, const Map *map, const char *row,
                       const char *tenant);

/* " FROM … AS t WHERE …": the one row of a key, and of the tenant where the map
** has such a column. map_sql_bind_row binds both, the key as JSON. */
void map_sql_row(Buffer *buffer, const Map *map);
void map_sql_bind_row(Query *query, const Map *map, Text key, Text tenant);

/* An identifier in quotes, a text as a literal of SQL. */
void map_sql_identifier(Buffer *buffer, Text name);
void map_sql_literal(Buffer *buffer, Text text);

#endif
