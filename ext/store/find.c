#include "find.h"

#include "members.h"
#include "plan.h"

/*
** Single resources.
*/
static bool read_resource(Query *query, const SchemaSet *set,
                          Resource *resource) {
  resource->resource = query_integer(query, 0);
  resource->type = schema_type(set, query_text(query, 1));
  resource->id = query_text(query, 2);
  resource->version = query_integer(query, 3);
  resource->created = query_text(query, 4);
  resource->modified = query_text(query, 5);
  resource->doc = query_text(query, 6);
  return resource->type != NULL;
}

bool find_by_id(Operation *operation, Connection *connection,
                const SchemaSet *set, Text tenant, const ResourceType *type,
                Text id, Resource *resource) {
  Query query = query_open(operation, connection, STATEMENT_RESOURCE_BY_ID);
  query_bind_text(&query, 1, tenant);
  query_bind_text(&query, 2, id);
  bool found = query_step(&query) && read_resource(&query, set, resource) &&
               (!type || resource->type == type);
  query_close(&query);
  return found;
}

bool find_by_row(Operation *operation, Connection *connection,
                 const SchemaSet *set, long long row, Resource *resource) {
  Query query = query_open(operation, connection, STATEMENT_RESOURCE_BY_ROW);
  query_bind_integer(&query, 1, row);
  bool found = query_step(&query) && read_resource(&query, set, resource);
  query_close(&query);
  return found;
}

/*
** Whole documents.
*/
Text find_location(Operation *operation, const Resource *resource, Text base) {
  return arena_format(&operation->arena, "%.*s%.*s/%.*s", TEXT_ARG(base),
                      TEXT_ARG(resource->type->endpoint),
                      TEXT_ARG(resource->id));
}

Json *find_meta(Operation *operation, const Resource *resource, Text base) {
  Arena *arena = &operation->arena;
  Json *meta = json_new(arena, JSON_OBJECT);
  json_put(meta, "resourceType", json_string(arena, resource->type->name));
  json_put(meta, "created", json_string(arena, resource->created));
  json_put(meta, "lastModified", json_string(arena, resource->modified));
  json_put(meta, "location",
           json_string(arena, find_location(operation, resource, base)));
  json_put(
      meta, "version",
      json_string(arena, arena_format(arena, "W/\"%lld\"", resource->version)));
  return meta;
}

Json *find_document(Operation *operation, Connection *connection,
                    const SchemaSet *set, const Resource *resource, Text tenant,
                    Text base, Parts parts) {
  const ResourceType *type = resource->type;
  Json *doc = error_parse(operation, resource->doc, "a stored document");
  if (!doc) return json_new(&operation->arena, JSON_OBJECT);
  Json *members =
      parts.members && type->members
          ? members_list(operation, connection, set, resource->resource)
          : NULL;
  if (members) json_put_text(doc, type->members->name, members);
  Json *groups =
      parts.groups && type->groups
          ? members_groups(operation, connection, set, tenant, resource->id)
          : NULL;
  if (groups) json_put_text(doc, type->groups->name, groups);
  if (parts.meta) json_put(doc, "meta", find_meta(operation, resource, base));
  return doc;
}

/*
** Searches.
*/
typedef struct Searcher {
  Operation *operation;
  Connection *connection;
  const SchemaSet *set;
  const Search *search;
  Plan plan;
  PlanParameters parameters;
  Found found;
  size_t room;
} Searcher;

static void add_row(Searcher *searcher, long long row) {
  Found *found = &searcher->found;
  if ((size_t)found->count == searcher->room) {
    size_t used = searcher->room * sizeof row;
    searcher->room = searcher->room ? searcher->room * 2 : 128;
    found->rows = (long long *)(void *)arena_grow(
        &searcher->operation->arena, (char *)found->rows, used, used,
        searcher->room * sizeof row);
  }
  found->rows[found->count++] = row;
}

static Query open_search(Searcher *searcher, const char *format) {
  Text sql = arena_format(&searcher->operation->arena, format,
                          TEXT_ARG(searcher->plan.sql));
  Query query = query_open_text(searcher->operation, searcher->connection, sql);
  plan_bind(&query, searcher->search->tenant, searcher->search->type,
            &searcher->parameters);
  return query;
}

static void count_exact(Searcher *searcher) {
  Query query =
      open_search(searcher, "SELECT count(DISTINCT resource) FROM (%.*s)");
  if (query_step(&query)) searcher->found.total = query_integer(&query, 0);
  query_close(&query);
}

static void count_all(Searcher *searcher) {
  Query query = query_open(searcher->operation, searcher->connection,
                           STATEMENT_LIVE_COUNT);
  query_bind_text(&query, 1, searcher->search->tenant);
  query_bind_text(&query, 2, searcher->search->type->name);
  if (query_step(&query)) searcher->found.total = query_integer(&query, 0);
  query_close(&query);
}

/* Only keys are read, and only those of the page are kept. A page that is
** not full is the last one, and tells the total. */
static void search_exact(Searcher *searcher) {
  const Search *search = searcher->search;
  Query query = open_search(searcher, "SELECT DISTINCT resource FROM (%.*s) "
                                      "ORDER BY resource LIMIT ?3 OFFSET ?4");
  query_bind_integer(&query, 3, search->limit);
  query_bind_integer(&query, 4, search->offset);
  while (query_step(&query)) add_row(searcher, query_integer(&query, 0));
  query_close(&query);
  long long count = searcher->found.count;
  if (!search->filter) {
    count_all(searcher);
  } else if (count < search->limit && (count || !search->offset)) {
    searcher->found.total = search->offset + count;
  } else {
    count_exact(searcher);
  }
}

static bool matches(Searcher *searcher, Query *query) {
  Resource resource;
  const Search *search = searcher->search;
  const ResourceType *type = search->type;
  const Filter *filter = search->filter;
  if (!read_resource(query, searcher->set, &resource)) return false;
  Parts parts = {
      filter_uses(filter, schema_attribute(type->first, text_of("meta"))),
      filter_uses(filter, type->members), filter_uses(filter, type->groups)};
  Json *doc =
      find_document(searcher->operation, searcher->connection, searcher->set,
                    &resource, search->tenant, search->base, parts);
  return !failed(searcher->operation) &&
         filter_match(searcher->operation, filter, doc);
}

/* The evaluator decides on every candidate. */
static void search_candidates(Searcher *searcher) {
  const Search *search = searcher->search;
  Query query = open_search(
      searcher,
      "SELECT resource, type, id, version, created, modified, doc "
      "FROM scim_resource WHERE resource IN (%.*s) ORDER BY resource");
  while (query_step(&query)) {
    ArenaMark mark = arena_mark(&searcher->operation->arena);
    bool match = matches(searcher, &query);
    if (failed(searcher->operation)) break;
    arena_release(&searcher->operation->arena, mark);
    if (!match) continue;
    long long at = searcher->found.total++;
    if (at >= search->offset && searcher->found.count < search->limit)
      add_row(searcher, query_integer(&query, 0));
  }
  query_close(&query);
}

Found find_search(Operation *operation, Connection *connection,
                  const SchemaSet *set, const Search *search) {
  Searcher searcher = {.operation = operation,
                       .connection = connection,
                       .set = set,
                       .search = search};
  if (failed(operation)) return searcher.found;
  if (search->filter)
    searcher.plan = plan_filter(operation, search->type, search->filter,
                                &searcher.parameters);
  bool exact = !search->filter || searcher.plan.exact;
  if (!searcher.plan.sql.size)
    searcher.plan.sql = text_of("SELECT resource FROM scim_resource "
                                "WHERE tenant = ?1 AND type = ?2");
  if (exact) {
    search_exact(&searcher);
  } else {
    search_candidates(&searcher);
  }
  return searcher.found;
}
