/*
** build.c: filling scim_value and scim_unique for attributes that were marked,
** and for types whose definition was replaced.
**
** HOW IT WORKS
**
** The first write after the mark builds, in its own transaction: all rows of a
** type are emptied, then filled one resource at a time, in the order of their
** rows, and last the type is marked as built. So a build that fails leaves
** nothing half done, and the next write begins it anew. Until then the index is
** not used, and searches answer without it (plan.c).
**
** Every step is a row of its own: the work 'rebuild', the change 'index' for
** each resource, the work 'built'. Memory is given back after each resource, so
** that a million of them need no more than one.
*/
#include "build.h"

#include <assert.h>

#include "../db/query.h"
#include "../model/budget.h"
#include "commit.h"
#include "definitions.h"
#include "keys.h"

/* What is needed of a resource: types are built for all tenants at once. */
typedef struct BuildRow {
  long long resource;
  Text tenant, doc;
} BuildRow;

/* The row of the type that comes next, by a statement that is closed again
** before the row is written. False when there is none. */
static bool build_next_row(Operation *operation, Text type, long long after,
                           BuildRow *row) {
  Query query = query_open(operation, STATEMENT_NEXT_OF_TYPE);
  query_bind_text(&query, NEXT_OF_TYPE_TYPE, type);
  query_bind_integer(&query, NEXT_OF_TYPE_AFTER, after);
  bool found = query_step(&query);
  if (found) {
    row->resource = query_integer(&query, DOCUMENT_ROW_RESOURCE);
    row->doc = query_text(&query, DOCUMENT_ROW_DOC);
    row->tenant = query_text(&query, DOCUMENT_ROW_TENANT);
  }
  query_close(&query);
  assert(!found || row->resource > after); /* or the walk would never end */
  return found;
}

/* A step that is about a whole type, or about all of them (no text). */
static void build_step(Operation *operation, const char *action, Text type) {
  Work work = {.action = action, .type = type};
  commit_work(operation, &work);
}

/* Writes the keys of the resource that comes behind *resource, and moves that
** on. False when there is none left. */
static bool build_row(Operation *operation, const ResourceType *type,
                      long long *resource) {
  BuildRow row;
  if (!build_next_row(operation, type->name, *resource, &row)) return false;
  /* One broken document must not stop every write: it has no keys, and is
  ** reported to who asks for it. */
  JsonFault fault;
  const Json *doc = json_parse(&operation->arena, row.doc, &fault);
  DocumentKeys keys = keys_of_document(operation, type, doc, NULL);
  Change change = {.action = "index",
                   .type = type->name,
                   .tenant = row.tenant,
                   .resource = row.resource,
                   .value_add = keys_difference(operation, keys.values, NULL),
                   .unique_add =
                       keys_difference(operation, keys.uniques, NULL)};
  commit_change(operation, &change);
  *resource = row.resource;
  return !failed(operation);
}

/* Builds all indexes of a type. Those that were complete are made anew as well:
** they share the walk over the documents, which is what costs. */
static void build_type(Operation *operation, const ResourceType *type) {
  long long resource = 0;
  bool more = true;
  build_step(operation, "rebuild", type->name);
  while (more && !failed(operation)) {
    ArenaMark mark = arena_mark(&operation->arena);
    more = build_row(operation, type, &resource);
    if (!failed(operation)) arena_release(&operation->arena, mark);
  }
  build_step(operation, "built", type->name);
}

/* Is an attribute marked whose values are not in the index yet? */
static bool build_is_due(const ResourceType *type) {
  for (const Index *index = type->indexes; index; index = index->next)
    if (!index->built) return true;
  return false;
}

/* When a definition was replaced (stale) no key that is stored can be relied
** on, so every type is built. The step "built" takes the mark away, when all of
** them are done. */
static void build_due(Operation *operation) {
  bool built = false;
  bool all = operation->schemas->stale;
  for (const ResourceType *type = operation->schemas->types; type;
       type = type->next) {
    if (!all && !build_is_due(type)) continue;
    build_type(operation, type);
    built = true;
  }
  if (all) build_step(operation, "built", NO_TEXT);
  if (built) definitions_require(operation);
}

/* The request that happens to come next has not asked for all these keys: by
** its budget none would be taken any more where there are many resources. */
void build_indexes(Operation *operation) {
  if (failed(operation)) return;
  size_t paused = budget_pause(operation);
  build_due(operation);
  budget_go_on(operation, paused);
}
