/*
** former.c: looks keys up in scim_former, and in the indexes of who is there.
**
** HOW IT WORKS
**
** The log knows everybody who was deleted, but not by a folded name, and SQL
** cannot fold one. So the keys that a deletion takes out of the indexes go into
** a table of their own (sql/commit/former.sql), and a look at it costs the same
** however long the log is. Which attributes somebody is known by, only the SQL
** says.
*/
#include "former.h"

#include "../db/query.h"

/* The first row with somebody in it counts: a name that is taken leads to
** nobody else. */
Former former_find(Operation *operation, const ResourceType *type,
                   const DocumentKeys *keys) {
  Former former = {.attribute = NO_TEXT};
  Arena *arena = &operation->arena;
  Query query = query_open(operation, STATEMENT_FORMER);
  query_bind_text(&query, FORMER_UNIQUES, json_text(arena, keys->uniques));
  query_bind_text(&query, FORMER_VALUES, json_text(arena, keys->values));
  query_bind_text(&query, FORMER_TENANT, operation->tenant);
  query_bind_text(&query, FORMER_TYPE, type->name);
  while (!former.attribute.size && query_step(&query)) {
    former.resource = query_integer(&query, FORMER_ROW_RESOURCE);
    former.id = query_text(&query, FORMER_ROW_ID);
    if (!former.resource && !former.id.size) continue;
    former.attribute = query_text(&query, FORMER_ROW_ATTRIBUTE);
    former.version = query_integer(&query, FORMER_ROW_VERSION);
    former.deleted = query_text(&query, FORMER_ROW_DELETED);
  }
  query_close(&query);
  return former;
}
