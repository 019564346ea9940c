/*
** discovery.c: /ServiceProviderConfig, /ResourceTypes and /Schemas
** (RFC 7644 section 4).
*/
#include "../store/definitions.h"
#include "caller.h"
#include "handlers.h"
#include "reply.h"
#include "target.h"

#define CONFIG "/ServiceProviderConfig"
#define TYPES "/ResourceTypes"
#define SCHEMAS "/Schemas"

/* The definition with the meta that RFC 7643 sections 5 to 7 ask for. */
static Json *with_meta(Request *request, const Json *definition,
                       const char *type, const char *endpoint, Text id) {
  Arena *arena = &request->operation->arena;
  Json *doc = json_copy(arena, definition);
  Json *old = json_member(doc, "meta");
  Json *meta = json_new(arena, JSON_OBJECT);
  Text location =
      arena_format(arena, "%.*s%s%s%.*s", TEXT_ARG(request->caller->base),
                   endpoint, id.size ? "/" : "", TEXT_ARG(id));
  if (old) json_remove(doc, old);
  json_put(meta, "resourceType", json_string(arena, text_of(type)));
  json_put(meta, "location", json_string(arena, location));
  json_put(doc, "meta", meta);
  return doc;
}

/* What a definition in the database may leave out. */
static void put_schemas(Request *request, Json *doc, const char *urn) {
  Arena *arena = &request->operation->arena;
  if (json_member(doc, "schemas")) return;
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(schemas, json_string(arena, text_of(urn)));
  json_put(doc, "schemas", schemas);
}

static Json *schema_document(Request *request, const Schema *schema) {
  Json *doc =
      with_meta(request, schema->definition, "Schema", SCHEMAS, schema->id);
  put_schemas(request, doc, "urn:ietf:params:scim:schemas:core:2.0:Schema");
  return doc;
}

static Json *type_document(Request *request, const ResourceType *type) {
  Json *doc =
      with_meta(request, type->definition, "ResourceType", TYPES, type->name);
  put_schemas(request, doc,
              "urn:ietf:params:scim:schemas:core:2.0:ResourceType");
  if (!json_member(doc, "id"))
    json_put(doc, "id", json_string(&request->operation->arena, type->name));
  return doc;
}

static void reply_one(Request *request, const Json *doc, Text id) {
  if (!doc)
    error_set(request->operation, ERROR_NOT_FOUND, "there is no '%.*s' here",
              TEXT_ARG(id));
  if (!failed(request->operation))
    reply_set_body(request, 200, json_text(&request->operation->arena, doc));
}

static void reply_list(Request *request, const Json *documents) {
  Buffer buffer = buffer_new(&request->operation->arena);
  ListHead head = {
      .total = documents->count, .start = 1, .count = documents->count};
  reply_begin_list(&buffer, &head);
  JSON_EACH (doc, documents) {
    if (doc != documents->first) buffer_char(&buffer, ',');
    json_write(&buffer, doc);
  }
  reply_end_list(&buffer);
  reply_set_body(request, 200, buffer_text(&buffer));
}

/* RFC 7644 section 4: a filter on these is Forbidden, lest a client believe
** that what it asked for is not there. False with that error. */
static bool discovery_is_allowed(Request *request) {
  if (target_parameter(request, "filter", ERROR_INVALID_FILTER).data)
    error_set(request->operation, ERROR_FORBIDDEN, "'%.*s' cannot be filtered",
              TEXT_ARG(request->target->endpoint));
  return !failed(request->operation);
}

void discovery_schemas(Request *request) {
  Text id = request->target->id;
  if (!discovery_is_allowed(request)) return;
  Json *all = json_new(&request->operation->arena, JSON_ARRAY);
  const Schema *one = schema_find(request->operation->schemas, id);
  if (id.size) {
    reply_one(request, one ? schema_document(request, one) : NULL, id);
    return;
  }
  for (const Schema *s = request->operation->schemas->schemas; s; s = s->next)
    json_append(all, schema_document(request, s));
  reply_list(request, all);
}

void discovery_types(Request *request) {
  Text id = request->target->id;
  if (!discovery_is_allowed(request)) return;
  Json *all = json_new(&request->operation->arena, JSON_ARRAY);
  const ResourceType *one = schema_type(request->operation->schemas, id);
  if (id.size) {
    reply_one(request, one ? type_document(request, one) : NULL, id);
    return;
  }
  for (const ResourceType *t = request->operation->schemas->types; t;
       t = t->next)
    json_append(all, type_document(request, t));
  reply_list(request, all);
}

/* Numbers of the template that a tenant's settings change. */
static void set_numbers(Request *request, Json *config) {
  static const struct {
    const char *part, *member;
    Limit limit;
  } numbers[] = {{"filter", "maxResults", LIMIT_PAGE_MAX},
                 {"pagination", "maxPageSize", LIMIT_PAGE_MAX},
                 {"pagination", "defaultPageSize", LIMIT_PAGE_DEFAULT},
                 {"bulk", "maxOperations", LIMIT_BULK_OPERATIONS},
                 {"bulk", "maxPayloadSize", LIMIT_BODY}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    Json *part = json_member(config, numbers[i].part);
    Json *old = json_member(part, numbers[i].member);
    long long number = caller_limit(request->caller, numbers[i].limit);
    if (old)
      json_replace(part, old, json_integer(&request->operation->arena, number));
  }
}

void discovery_config(Request *request) {
  Operation *operation = request->operation;
  Text id = request->target->id;
  if (!discovery_is_allowed(request)) return;
  Json *config =
      error_parse(operation, text_of(definitions_service_provider_config()),
                  "the service provider's configuration");
  if (failed(operation)) return;
  set_numbers(request, config);
  reply_one(request,
            id.size ? NULL
                    : with_meta(request, config, "ServiceProviderConfig",
                                CONFIG, NO_TEXT),
            id);
}
