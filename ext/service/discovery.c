/*
** discovery.c: /ServiceProviderConfig, /ResourceTypes and /Schemas
** (RFC 7644 section 4).
**
** HOW IT WORKS
**
** Schemas and resource types are shown from the set that the operation holds,
** so that what is shown is what counts: one that is broken, and is left out,
** does not show. What a definition leaves out is put in (model/describe.c). The
** schemas of the configuration, of resource types and of schemas are no row:
** they are found by their URN, as RFC 7643 section 7 wants of every URN that a
** resource has, and are not in the list, whose readers look for what they can
** provision. The configuration is a template in sql/schemas, in which the
** numbers are those of the tenant.
**
** These lists have no pages and no order to choose (section 4 lets a service
** provider ignore the parameters): there are a handful of entries.
**
** The configuration is for everybody: RFC 7643 section 5 wants a client to read
** how it can authenticate before it can. Who has sent no token is not asked who
** it is; it is shown what holds for a tenant that has set nothing, and costs no
** look at the database. Who has sent a wrong one is told so: to read the
** configuration is how many a client tests its token.
*/
#include "discovery.h"

#include <assert.h>

#include "../model/describe.h"
#include "../store/definitions.h"
#include "../text/uri.h"
#include "caller.h"
#include "handlers.h"
#include "reply.h"
#include "target.h"

#define DISCOVERY_CONFIG "/ServiceProviderConfig"
#define DISCOVERY_TYPES "/ResourceTypes"
#define DISCOVERY_SCHEMAS "/Schemas"

/* The id as a segment of a path: a URN keeps its colons, which may stand there
** (RFC 3986 section 3.3), and what may not is encoded. */
static Text discovery_segment(Arena *arena, Text id) {
  Buffer buffer = buffer_new(arena);
  for (size_t i = 0; i < id.size; i++) {
    Text byte = text_between(id, i, i + 1);
    bool plain = byte.data[0] && strchr("!$&'()*+,;=:@", byte.data[0]);
    buffer_add(&buffer, plain ? byte : uri_encode(arena, byte));
  }
  return buffer_text(&buffer);
}

/* Puts the meta in that RFC 7643 sections 5 to 7 ask for. A meta of its own
** goes: its location would be that of where it came from. */
static Json *discovery_put_meta(Request *request, Json *doc, const char *type,
                                const char *endpoint, Text id) {
  Arena *arena = &request->operation->arena;
  Json *old = json_member(doc, "meta");
  Json *meta = json_new(arena, JSON_OBJECT);
  /* Of the configuration there is one: it is at its endpoint. */
  Text location = arena_format(
      arena, "%.*s%s%s%.*s", TEXT_ARG(request->caller->base), endpoint,
      id.size ? "/" : "", TEXT_ARG(discovery_segment(arena, id)));
  if (old) json_remove(doc, old);
  json_put(meta, "resourceType", json_string(arena, text_of(type)));
  json_put(meta, "location", json_string(arena, location));
  json_put(doc, "meta", meta);
  return doc;
}

/* A schema as it is shown (RFC 7643 section 7). Its id is the URN
** by which the definition is found, whatever spelling that has. */
static Json *discovery_schema(Request *request, const Schema *schema) {
  const Json *unique =
      json_member(request->caller->tenant.settings, "unique_attributes");
  return discovery_put_meta(request,
                            describe_schema(request->operation, schema, unique),
                            "Schema", DISCOVERY_SCHEMAS, schema->id);
}

/* The schema of what discovery itself shows, or NULL. */
static Json *discovery_meta_schema(Request *request, Text id) {
  Operation *operation = request->operation;
  JSON_EACH (schema, error_parse(operation, text_of(definitions_meta_schemas()),
                                 "the schemas of discovery")) {
    Text urn = json_member_string(schema, "id");
    if (text_same(urn, id))
      return discovery_put_meta(request, json_copy(&operation->arena, schema),
                                "Schema", DISCOVERY_SCHEMAS, urn);
  }
  return NULL;
}

/* A resource type as it is shown (RFC 7643 section 6). */
static Json *discovery_type(Request *request, const ResourceType *type) {
  return discovery_put_meta(request, describe_type(request->operation, type),
                            "ResourceType", DISCOVERY_TYPES,
                            describe_type_id(type));
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
  reply_set_list(request, &buffer);
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

/* One schema. The URN counts in any case. */
static void discovery_reply_schema(Request *request, Text id) {
  const Schema *one = schema_find(request->operation->schemas, id);
  Json *doc =
      one ? discovery_schema(request, one) : discovery_meta_schema(request, id);
  discovery_reply_one(request, doc, id);
}

/* /Schemas, or one of them. */
void discovery_schemas(Request *request) {
  Text id = request->target->id;
  if (!discovery_is_allowed(request)) return;
  if (id.size) {
    discovery_reply_schema(request, id);
    return;
  }
  Json *all = json_new(&request->operation->arena, JSON_ARRAY);
  for (const Schema *s = request->operation->schemas->schemas; s; s = s->next)
    json_append(all, discovery_schema(request, s));
  discovery_reply_list(request, all);
}

/* The type of this id, or else of this name, by which people know it. */
static const ResourceType *discovery_find_type(const SchemaSet *set, Text id) {
  for (const ResourceType *type = set->types; type; type = type->next)
    if (text_same(describe_type_id(type), id)) return type;
  return schema_type(set, id);
}

/* /ResourceTypes, or one of them. */
void discovery_types(Request *request) {
  Text id = request->target->id;
  const SchemaSet *set = request->operation->schemas;
  if (!discovery_is_allowed(request)) return;
  if (id.size) {
    const ResourceType *one = discovery_find_type(set, id);
    discovery_reply_one(request, one ? discovery_type(request, one) : NULL, id);
    return;
  }
  Json *all = json_new(&request->operation->arena, JSON_ARRAY);
  for (const ResourceType *t = set->types; t; t = t->next)
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

/* Some clients refuse a configuration with a member that RFC 7643 does not
** have, as `pagination`, which is of RFC 9865: a tenant may leave it out. */
static void discovery_hide_pagination(Request *request, Json *config) {
  const Tenant *tenant = &request->caller->tenant;
  if (json_member(tenant->settings, "advertise_pagination") &&
      !tenant_flag(tenant, "advertise_pagination"))
    json_remove(config, json_member(config, "pagination"));
}

/* The configuration is one document (RFC 7643 section 5), with nothing below
** it: an id is answered as one that is not there. It is no list, and so a
** filter is a parameter that is ignored (RFC 7644 section 3.4.2 has filters for
** lists; the 403 of section 4 is for the other two). */
void discovery_config(Request *request) {
  Operation *operation = request->operation;
  Text id = request->target->id;
  Json *config =
      error_parse(operation, text_of(definitions_service_provider_config()),
                  "the service provider's configuration");
  if (failed(operation)) return;
  discovery_set_numbers(request, config);
  discovery_hide_pagination(request, config);
  discovery_put_meta(request, config, "ServiceProviderConfig", DISCOVERY_CONFIG,
                     NO_TEXT);
  discovery_reply_one(request, id.size ? NULL : config, id);
}

/*
** For everybody.
*/
bool discovery_is_public(const Request *request) {
  const Caller *caller = request->caller;
  const Target *target = request->target;
  return caller->has_authorization && !token_is_sent(caller->authorization) &&
         (target_method_is(target, "GET") ||
          target_method_is(target, "HEAD")) &&
         text_same(target->endpoint, TEXT(DISCOVERY_CONFIG)) &&
         !target->id.size;
}

void discovery_run_public(Request *request) {
  caller_stay_unknown(request->operation, request->caller);
  discovery_config(request);
  if (failed(request->operation)) reply_set_error(request);
  error_clear(request->operation);
}
