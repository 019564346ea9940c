#include "find.h"

#include "../text/check.h"
#include "members.h"

/*
** Single resources.
*/
bool find_read(Query *query, Resource *resource) {
  resource->resource = query_integer(query, 0);
  resource->type = schema_type(query->operation->schemas, query_text(query, 1));
  resource->id = query_text(query, 2);
  resource->version = query_integer(query, 3);
  resource->created = query_text(query, 4);
  resource->modified = query_text(query, 5);
  resource->doc = query_text(query, 6);
  return resource->type != NULL;
}

/* What is shown without being parsed must be a JSON object all the same. */
static bool check_stored(Operation *operation, const Resource *resource) {
  if (json_is_object(resource->doc)) return true;
  error_corrupt(operation,
                "what scim_resource holds for '%.*s' is not a JSON object",
                TEXT_ARG(resource->id));
  return false;
}

bool find_by_id(Operation *operation, const ResourceType *type, Text id,
                Resource *resource) {
  Query query = query_open(operation, STATEMENT_RESOURCE_BY_ID);
  query_bind_text(&query, 1, operation->tenant);
  query_bind_text(&query, 2, id);
  bool found = query_step(&query) && find_read(&query, resource) &&
               (!type || resource->type == type);
  query_close(&query);
  return found && check_stored(operation, resource);
}

bool find_by_row(Operation *operation, long long row, Resource *resource) {
  Query query = query_open(operation, STATEMENT_RESOURCE_BY_ROW);
  query_bind_integer(&query, 1, row);
  query_bind_text(&query, 2, operation->tenant);
  bool found = query_step(&query) && find_read(&query, resource);
  query_close(&query);
  return found && check_stored(operation, resource);
}

Json *find_stored(Operation *operation, const Resource *resource) {
  return error_parse_stored(operation, resource->doc, "scim_resource",
                            resource->id);
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

Json *find_document(Operation *operation, const Resource *resource, Text base,
                    Include include) {
  const ResourceType *type = resource->type;
  Json *doc = find_stored(operation, resource);
  if (!doc) return json_new(&operation->arena, JSON_OBJECT);
  Json *members = include.members && type->members
                      ? members_list(operation, resource->resource)
                      : NULL;
  if (members) json_put_text(doc, type->members->name, members);
  Json *groups = include.groups && type->groups
                     ? members_groups(operation, resource->id)
                     : NULL;
  if (groups) json_put_text(doc, type->groups->name, groups);
  if (include.meta) json_put(doc, "meta", find_meta(operation, resource, base));
  return doc;
}
