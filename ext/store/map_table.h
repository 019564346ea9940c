/*
** map_table.h: the tables of the application that a map writes to: whether they
** are as its definition says, and what of them its triggers need to know.
*/
#ifndef SCIM_MAP_TABLE_H
#define SCIM_MAP_TABLE_H

#include "../db/query.h"
#include "../model/map.h"

/* A column of the map, as the table has it. */
typedef struct MapTarget {
  Text default_value; /* an SQL expression, or no text */
  bool literal;       /* one that always gives the same? */
  bool required;      /* NOT NULL */
} MapTarget;

/* How the key of a new row comes about. */
typedef enum MapKey {
  MAP_KEY_ROWID,  /* it is the rowid: SQLite's */
  MAP_KEY_COLUMN, /* columns of the map give it */
  MAP_KEY_DRAWN,  /* its DEFAULT, read again by the rowid */
  MAP_KEY_ID      /* the id of the resource */
} MapKey;

typedef struct MapTable {
  Text name;          /* as SQLite spells it */
  const char *rowid;  /* what its rowid is called; NULL: WITHOUT ROWID */
  MapTarget *targets; /* by the number of the column */
  MapKey key;
  bool numbers;     /* does its tenant column make numbers of texts? */
  bool floats;      /* 17.0 of 17, too? */
  Text tenant_type; /* as it is declared, in upper case */
} MapTable;

/* Reads the tables of a map and checks its definition against them. NULL with
** an error that begins with the place in the definition. */
MapTable *map_table_read(Operation *operation, const Map *map);

/* Refuses one that is new and could serve no tenant of a number. What an
** earlier program has let in goes on. */
void map_table_check_new(Operation *operation, const Map *map,
                         const MapTable *table);

#endif
