/*
** build.c: filling scim_value and scim_unique for attributes that were marked,
** and for types whose definition was replaced.
**
** HOW IT WORKS
**
** The first write after the mark builds, in its own transaction: all rows of a
** type are emptied, then filled one resource at a time, in the order of their
** rows, and last the type is marked as built. So a build that fails leaves
** nothing half done, and the next write begins it anew. Memory is given back
** after each resource.
*/
#include "build.h"

#include "../db/query.h"
#include "commit.h"
#include "definitions.h"
#include "keys.h"

typedef struct BuildRow {
  long long resource;
  Text id, tenant, doc;
} BuildRow;

static bool build_next_row(Operation *operation, Text type, long long after,
                           BuildRow *row) {
  Query query = query_open(operation, STATEMENT_NEXT_OF_TYPE);
  query_bind_text(&query, NEXT_OF_TYPE_TYPE, type);
  query_bind_integer(&query, NEXT_OF_TYPE_AFTER, after);
  bool found = query_step(&query);
  if (found) {
    row->resource = query_integer(&query, DOCUMENT_ROW_RESOURCE);
    row->id = query_text(&query, DOCUMENT_ROW_ID);
    row->doc = query_text(&query, DOCUMENT_ROW_DOC);
    row->tenant = query_text(&query, DOCUMENT_ROW_TENANT);
  }
  query_close(&query);
  return found;
}

static void build_step(Operation *operation, const char *action, Text type) {
  Change change = {.action = action, .type = type};
  commit_change(operation, &change);
}

static bool build_row(Operation *operation, const ResourceType *type,
                      long long *resource) {
  BuildRow row;
  if (!build_next_row(operation, type->name, *resource, &row)) return false;
  /* One broken document must not stop every write: it has no keys, and is
  ** reported to who asks for it. */
  JsonFault fault;
  const Json *doc = json_parse(&operation->arena, row.doc, &fault);
  DocumentKeys keys = keys_of_document(operation, type, doc);
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

static bool build_is_due(const ResourceType *type) {
  for (const Index *index = type->indexes; index; index = index->next)
    if (!index->built) return true;
  return false;
}

void build_indexes(Operation *operation) {
  bool built = false;
  if (failed(operation)) return;
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
