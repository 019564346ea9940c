/*
** map.h: a map, the projection of resources of one type to rows of a table of
** the application's: read from its definition, and what a document comes to.
**
** No database: whether the table and its columns are there is looked at by
** store/map_table.h.
*/
#ifndef SCIM_MAP_H
#define SCIM_MAP_H

#include "source.h"

/* What rows are found by: columns that have to agree together. */
typedef struct MapRule MapRule;
struct MapRule {
  int number;      /* among all of the map: scim_map_fold.rule */
  Text name;       /* the columns, joined by "+": scim_link.how */
  size_t count;    /* how many there are, */
  size_t *columns; /* by their numbers */
  MapRule *next;   /* the rule that comes after it, or NULL */
};

#define MAP_SEPARATOR '\x1f' /* between the values of a rule, in one text */

/* What a column holds. */
typedef enum MapContent {
  MAP_FROM,  /* what is found by paths */
  MAP_VALUE, /* always the same */
  MAP_ACTIVE /* one of two, as the resource is active or not */
} MapContent;

typedef struct MapColumn {
  Text name;            /* as the definition has it */
  MapContent content;   /* decides which of the following count */
  const Source *source; /* of MAP_FROM */
  Transform as;         /* of MAP_FROM */
  Json *value;          /* of MAP_VALUE, and of MAP_ACTIVE for who is active */
  Json *inactive;       /* of MAP_ACTIVE for who is not */
  Text of;              /* with TRANSFORM_KEY: the map whose key is meant */
  Text before, after;   /* a suffix that makes it unique: " (" and ")" */
  MapRule *unique;      /* by which the others are found; NULL: there is none */
  bool on_create;       /* written once, then the application's */
  bool keep;            /* not cleared when there is no value any more */
} MapColumn;

/* What to do: where nothing or several match, and when a resource goes. */
typedef enum MapWord {
  MAP_CREATE,
  MAP_IGNORE,
  MAP_REVIEW,
  MAP_REFUSE,
  MAP_INACTIVE,
  MAP_DELETE,
  MAP_KEEP
} MapWord;

/* The table that holds who is in a group. */
typedef struct MapMembers {
  Text table, group, member; /* it, and its two columns; no text: none */
  Text of;                   /* the map of the members */
  bool effective;            /* those in nested groups too */
} MapMembers;

typedef struct Map Map;
struct Map {
  Text name;
  const ResourceType *type;
  const Attribute *active; /* the type's attribute "active", or NULL */
  Text table, key;
  Text home;   /* the schema of the table, or no text: where SQLite finds it */
  Text tenant; /* the column that holds the tenant's name, or no text: */
  Text only;   /* then it serves this one tenant */
  MapColumn *columns;
  size_t count;   /* of columns */
  MapRule *rules; /* that match */
  int rule_count; /* of these */
  MapWord none, many, deleted;
  MapMembers members;
  bool on; /* as scim_map says; map_read leaves it false */
  Map *next;
};

/* Reads a definition. NULL with an error that begins with the place:
** "columns.email.from[1]: …". The map points into the definition, the set and
** the arena. */
Map *map_read(Operation *operation, const SchemaSet *set, Text name,
              const Json *definition);

/* The rule behind another of the map (NULL: the first): those that match, then
** those of unique columns. NULL at the end. */
const MapRule *map_next_rule(const Map *map, const MapRule *rule);

/* The number of the column, or count when there is none: in any case, as in
** SQL. */
size_t map_column(const Map *map, Text name);

/* Does the map serve the tenant? */
static inline bool map_serves(const Map *map, Text tenant) {
  return map->tenant.data || text_equal(map->only, tenant);
}

/* What the document comes to: for each column a string or a number, or NULL
** for no value. Of a unique column it is the text without a suffix, of "as":
** "key" the id of the resource that is meant. */
Json **map_project(Operation *operation, const Map *map, const Json *doc);

/* What the columns hold of a resource that is gone, by "deleted": "inactive";
** NULL for the columns that stay as they are. */
Json **map_project_gone(Operation *operation, const Map *map);

#endif
