/*
** discovery.c: /ServiceProviderConfig, /ResourceTypes and /Schemas
** (RFC 7644 section 4).
**
** HOW IT WORKS
**
** Schemas and resource types are shown as they were defined, from the schemas
** that the operation holds, so that what is shown is what counts: one that is
** broken, and is left out, does not show. The configuration is a template in
** sql/schemas, in which the numbers are those of the tenant.
**
** These lists have no pages and no order to choose (section 4 lets a service
** provider ignore the parameters): there are a handful of entries.
*/
#include <assert.h>

#include "../store/definitions.h"
#include "caller.h"
#include "handlers.h"
#include "reply.h"
#include "target.h"

#define DISCOVERY_CONFIG "/ServiceProviderConfig"
#define DISCOVERY_TYPES "/ResourceTypes"
#define DISCOVERY_SCHEMAS "/Schemas"

/* A copy of the definition with the meta that RFC 7643 sections 5 to 7 ask for.
** A meta of its own goes: its location would be that of where it came from. */
static Json *discovery_with_meta(Request *request, const Json *definition,
                                 const char *type, const char *endpoint,
                                 Text id) {
  Arena *arena = &request->operation->arena;
  Json *doc = json_copy(arena, definition);
  Json *old = json_member(doc, "meta");
  Json *meta = json_new(arena, JSON_OBJECT);
  /* Of the configuration there is one: it is at its endpoint. */
  Text location =
      arena_format(arena, "%.*s%s%s%.*s", TEXT_ARG(request->caller->base),
                   endpoint, id.size ? "/" : "", TEXT_ARG(id));
  if (old) json_remove(doc, old);
  json_put(meta, "resourceType", json_string(arena, text_of(type)));
  json_put(meta, "location", json_string(arena, location));
  json_put(doc, "meta", meta);
  return doc;
}

/* Puts in the `schemas` that a definition in the database may leave out, since
** the table says what it is. */
static void discovery_put_schemas(Request *request, Json *doc,
                                  const char *urn) {
  Arena *arena = &request->operation->arena;
  if (json_member(doc, "schemas")) return;
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(schemas, json_string(arena, text_of(urn)));
  json_put(doc, "schemas", schemas);
}

/* A schema as it is shown (RFC 7643 section 7). Its id is the URN
** by which the definition is found, whatever spelling that has. */
static Json *discovery_schema(Request *request, const Schema *schema) {
  Json *doc = discovery_with_meta(request, schema->definition, "Schema",
                                  DISCOVERY_SCHEMAS, schema->id);
  discovery_put_schemas(request, doc,
                        "urn:ietf:params:scim:schemas:core:2.0:Schema");
  return doc;
}

/* A resource type as it is shown (RFC 7643 section 6); its id is its name. */
static Json *discovery_type(Request *request, const ResourceType *type) {
  Json *doc = discovery_with_meta(request, type->definition, "ResourceType",
                                  DISCOVERY_TYPES, type->name);
  discovery_put_schemas(request, doc,
                        "urn:ietf:params:scim:schemas:core:2.0:ResourceType");
  if (!json_member(doc, "id"))
    json_put(doc, "id", json_string(&request->operation->arena, type->name));
  return doc;
}

/* Replies with the document, or with 404 when there is none of that id. */
static void discovery_reply_one(Request *request, const Json *doc, Text id) {
  if (!doc)
    error_set(request->operation, ERROR_NOT_FOUND, "there is no '%.*s' here",
              TEXT_ARG(id));
  if (!failed(request->operation))
    reply_set_body(request, 200, json_text(&request->operation->arena, doc));
}

/* Replies with a list of everything (RFC 7644 section 3.4.2): one page, whose
** numbers are those of a list by index. */
static void discovery_reply_list(Request *request, const Json *documents) {
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

/* RFC 7644 section 4: a filter on schemas and resource types is Forbidden, lest
** a client believe that what it asked for is not there. False with that error.
** Other parameters are for lists that have pages, and do no harm here; nor does
** a filter on the configuration, which is no list (section 3.4.2 has filters
** apply to those). */
static bool discovery_is_allowed(Request *request) {
  if (target_parameter(request, "filter", ERROR_INVALID_FILTER).data)
    error_set(request->operation, ERROR_FORBIDDEN, "'%.*s' cannot be filtered",
              TEXT_ARG(request->target->endpoint));
  return !failed(request->operation);
}

/* /Schemas, or one of them. The URN counts in any case. */
void discovery_schemas(Request *request) {
  Text id = request->target->id;
  if (!discovery_is_allowed(request)) return;
  Json *all = json_new(&request->operation->arena, JSON_ARRAY);
  const Schema *one = schema_find(request->operation->schemas, id);
  if (id.size) {
    discovery_reply_one(request, one ? discovery_schema(request, one) : NULL,
                        id);
    return;
  }
  for (const Schema *s = request->operation->schemas->schemas; s; s = s->next)
    json_append(all, discovery_schema(request, s));
  discovery_reply_list(request, all);
}

/* /ResourceTypes, or one of them. */
void discovery_types(Request *request) {
  Text id = request->target->id;
  if (!discovery_is_allowed(request)) return;
  Json *all = json_new(&request->operation->arena, JSON_ARRAY);
  const ResourceType *one = schema_type(request->operation->schemas, id);
  if (id.size) {
    discovery_reply_one(request, one ? discovery_type(request, one) : NULL, id);
    return;
  }
  for (const ResourceType *t = request->operation->schemas->types; t;
       t = t->next)
    json_append(all, discovery_type(request, t));
  discovery_reply_list(request, all);
}

/* Puts the tenant's numbers into the template. What the template does not name
** is not added: it says what there is. */
static void discovery_set_numbers(Request *request, Json *config) {
  static const struct {
    const char *part, *member; /* an object of the template, and where in it */
    Limit limit;               /* the number that stands there */
  } numbers[] = {{"filter", "maxResults", LIMIT_PAGE_MAX},
                 {"pagination", "maxPageSize", LIMIT_PAGE_MAX},
                 {"pagination", "defaultPageSize", LIMIT_PAGE_DEFAULT},
                 {"bulk", "maxOperations", LIMIT_BULK_OPERATIONS},
                 {"bulk", "maxPayloadSize", LIMIT_BODY}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    Json *part = json_member(config, numbers[i].part);
    Json *old = json_member(part, numbers[i].member);
    assert(old); /* the template and this table are both ours */
    long long number = caller_limit(request->caller, numbers[i].limit);
    json_replace(part, old, json_integer(&request->operation->arena, number));
  }
}

/* The configuration is one document (RFC 7643 section 5), with nothing below
** it: an id is answered as one that is not there. */
void discovery_config(Request *request) {
  Operation *operation = request->operation;
  Text id = request->target->id;
  Json *config =
      error_parse(operation, text_of(definitions_service_provider_config()),
                  "the service provider's configuration");
  if (failed(operation)) return;
  discovery_set_numbers(request, config);
  discovery_reply_one(request,
                      id.size ? NULL
                              : discovery_with_meta(request, config,
                                                    "ServiceProviderConfig",
                                                    DISCOVERY_CONFIG, NO_TEXT),
                      id);
}
