/*
** map_walk.c: what a map is about, one after the other.
**
** HOW IT WORKS
**
** Each step is a statement of its own, which begins behind the one before: a
** visit may write, by triggers of the application too, and SQLite says nothing
** certain about a query that reads what is being written. Between two steps no
** statement is open, and so memory can be released, of which a walk through
** 100,000 resources needs no more than one of them does.
*/
#include "map_walk.h"

#include "../model/unfit.h"
#include "../text/parse.h"

/* By tenant and id: the links that a visit takes away are behind the place
** where the walk is, and those before it are what is still to come. */
void map_walk_gone(Operation *operation, const Map *map, MapVisit visit,
                   void *data) {
  Text tenant = TEXT("");
  MapSubject subject = {.id = TEXT("")};
  bool found = true;
  while (found && !failed(operation)) {
    Query query = query_open(operation, STATEMENT_MAP_ORPHAN);
    query_bind_text(&query, MAP_ORPHAN_MAP, map->name);
    query_bind_text(&query, MAP_ORPHAN_TENANT, tenant);
    query_bind_text(&query, MAP_ORPHAN_AFTER, subject.id);
    found = query_step(&query);
    if (found) {
      tenant = query_text(&query, MAP_ORPHAN_ROW_TENANT);
      subject.id = query_text(&query, MAP_ORPHAN_ROW_ID);
    }
    query_close(&query);
    if (found) visit(data, tenant, &subject);
  }
}

/* The resource behind *resource, which moves on to it; false behind the last,
** and with an error. */
static bool map_walk_next(Operation *operation, const Map *map, MapVisit visit,
                          void *data, long long *resource) {
  JsonFault fault;
  Query query = query_open(operation, STATEMENT_MAP_NEXT);
  query_bind_text(&query, MAP_NEXT_TYPE, map->type->name);
  query_bind_integer(&query, MAP_NEXT_AFTER, *resource);
  bool found = query_step(&query);
  *resource = query_integer(&query, MAP_NEXT_ROW_RESOURCE);
  Text tenant = query_text(&query, MAP_NEXT_ROW_TENANT);
  MapSubject subject = {.id = query_text(&query, MAP_NEXT_ROW_ID)};
  Text doc = query_text(&query, MAP_NEXT_ROW_DOC);
  query_close(&query);
  if (!found || failed(operation)) return false;
  Json *parsed = json_parse(&operation->arena, doc, &fault);
  bool object = parsed && parsed->type == JSON_OBJECT;
  if (object) unfit_forget(&operation->arena, map->type, parsed);
  subject.doc = parsed;
  if (object && map_serves(map, tenant)) visit(data, tenant, &subject);
  return !failed(operation);
}

/* What a visit wants to keep it keeps elsewhere than in the operation's
** arena. */
void map_walk_all(Operation *operation, const Map *map, MapVisit visit,
                  void *data) {
  long long resource = 0;
  for (bool more = !failed(operation); more;) {
    ArenaMark mark = arena_mark(&operation->arena);
    more = map_walk_next(operation, map, visit, data, &resource);
    if (!failed(operation)) arena_release(&operation->arena, mark);
  }
}
