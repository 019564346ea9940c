#include "index.h"

#include "../model/document.h"
#include "commit.h"

static bool is_listed(const Json *list, const Json *item) {
  JSON_EACH (other, list) {
    if (json_equal(item, other)) return true;
  }
  return false;
}

/* {"attribute", "key"}; with the tenant "" when the key is unique among all
** tenants, as scim_unique has it. */
static Json *key_item(Arena *arena, const Attribute *attribute, bool global,
                      const Key *key) {
  Json *item = json_new(arena, JSON_OBJECT);
  if (global) json_put(item, "tenant", json_string(arena, text_of("")));
  json_put(item, "attribute", json_string(arena, attribute->path));
  json_put(item, "key", key_json(arena, key));
  return item;
}

/* Appends the keys of every value of the attribute within `value`. */
static void add_keys(Operation *operation, const Attribute *attribute,
                     const Json *value, bool global, Json *list) {
  Key key;
  if (!value) return;
  if (value->type == JSON_ARRAY) {
    JSON_EACH (element, value)
      add_keys(operation, attribute, element, global, list);
    return;
  }
  if (attribute->parent && value->type == JSON_OBJECT) {
    add_keys(operation, attribute, json_member_text(value, attribute->name),
             global, list);
    return;
  }
  if (!key_of(operation, attribute, value, &key)) return;
  Json *item = key_item(&operation->arena, attribute, global, &key);
  if (!is_listed(list, item)) json_append(list, item);
}

static void add_unique(Operation *operation, const Attribute *first,
                       const Json *doc, Json *list) {
  for (const Attribute *a = first; a; a = a->next) {
    bool accepted = a->mutability != MUTABILITY_READ_ONLY;
    if (accepted && a->uniqueness != UNIQUENESS_NONE)
      add_keys(operation, a, resource_value(doc, a),
               a->uniqueness == UNIQUENESS_GLOBAL, list);
    add_unique(operation, a->first, doc, list);
  }
}

DocumentKeys index_keys(Operation *operation, const ResourceType *type,
                        const Json *doc) {
  DocumentKeys keys = {json_new(&operation->arena, JSON_ARRAY),
                       json_new(&operation->arena, JSON_ARRAY)};
  if (!doc) return keys;
  for (const Index *index = type->indexes; index; index = index->next)
    add_keys(operation, index->attribute, resource_value(doc, index->attribute),
             false, keys.values);
  add_unique(operation, type->first, doc, keys.uniques);
  for (const Extension *e = type->extensions; e; e = e->next)
    add_unique(operation, e->first, doc, keys.uniques);
  return keys;
}

Text index_difference(Operation *operation, const Json *keys,
                      const Json *others) {
  Buffer buffer = buffer_new(&operation->arena);
  JSON_EACH (item, keys) {
    if (is_listed(others, item)) continue;
    buffer_char(&buffer, buffer.size ? ',' : '[');
    json_write(&buffer, item);
  }
  if (buffer.size) buffer_char(&buffer, ']');
  return buffer_text(&buffer);
}

/*
** Building.
*/
typedef struct Row {
  long long resource;
  Text id, tenant, doc;
} Row;

static bool next_row(Operation *operation, Text type, long long after,
                     Row *row) {
  Query query = query_open(operation, STATEMENT_NEXT_OF_TYPE);
  query_bind_text(&query, 1, type);
  query_bind_integer(&query, 2, after);
  bool found = query_step(&query);
  if (found) {
    row->resource = query_integer(&query, 0);
    row->id = query_text(&query, 2);
    row->doc = query_text(&query, 6);
    row->tenant = query_text(&query, 7);
  }
  query_close(&query);
  return found;
}

static void step(Operation *operation, const char *action, Text type) {
  Change change = {.action = action, .type = type};
  commit_change(operation, &change);
}

static bool build_row(Operation *operation, const ResourceType *type,
                      long long *resource) {
  Row row;
  if (!next_row(operation, type->name, *resource, &row)) return false;
  /* One broken document must not stop every write: it has no keys, and is
  ** reported to who asks for it. */
  JsonFault fault;
  const Json *doc = json_parse(&operation->arena, row.doc, &fault);
  DocumentKeys keys = index_keys(operation, type, doc);
  Change change = {.action = "index",
                   .type = type->name,
                   .tenant = row.tenant,
                   .resource = row.resource,
                   .value_add = index_difference(operation, keys.values, NULL),
                   .unique_add =
                       index_difference(operation, keys.uniques, NULL)};
  commit_change(operation, &change);
  *resource = row.resource;
  return !failed(operation);
}

static void build_type(Operation *operation, const ResourceType *type) {
  long long resource = 0;
  bool more = true;
  step(operation, "rebuild", type->name);
  while (more && !failed(operation)) {
    ArenaMark mark = arena_mark(&operation->arena);
    more = build_row(operation, type, &resource);
    if (!failed(operation)) arena_release(&operation->arena, mark);
  }
  step(operation, "built", type->name);
}

static bool is_stale(const ResourceType *type) {
  for (const Index *index = type->indexes; index; index = index->next)
    if (!index->built) return true;
  return false;
}

void index_build(Operation *operation) {
  bool built = false;
  if (failed(operation)) return;
  bool all = operation->schemas->stale;
  for (const ResourceType *type = operation->schemas->types; type;
       type = type->next) {
    if (!all && !is_stale(type)) continue;
    build_type(operation, type);
    built = true;
  }
  if (all) step(operation, "built", NO_TEXT);
  if (built) definitions_require(operation);
}
