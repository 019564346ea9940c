/*
** find.c: reads resources one by one, and makes documents of them.
**
** HOW IT WORKS
**
** A document is stored as text without what is known elsewhere: meta is in the
** columns of its row, members are rows of scim_member, and groups follow from
** these (RFC 7643 section 4.1.2). So a change of a group's members rewrites no
** document, and none can disagree with the rows.
**
** Whoever reads a Resource has that text. Three steps lead on, each only for
** who needs it, since parsing costs more than all else:
**
**   the text      is shown as it is, with the rest put in before its end
**                 (service/reply.c)
**   find_stored   the text as a tree, for who changes it, without what has
**                 become writeOnly; find_whole with that
**   find_document the tree with meta, members and groups in it, for filters,
**                 sorts and replies that leave attributes out
*/
#include "find.h"

#include <assert.h>

#include "../model/reference.h"
#include "../model/unfit.h"

/*
** Single resources.
*/
/* Its texts are read by query_text, or where they are by query_row_text. */
static bool find_columns(Query *query, Resource *resource,
                         Text (*text)(Query *query, int column)) {
  Operation *operation = query->operation;
  assert(operation->schemas); /* a type is looked up among them */
  resource->resource = query_integer(query, RESOURCE_ROW_RESOURCE);
  resource->type =
      schema_type(operation->schemas, query_row_text(query, RESOURCE_ROW_TYPE));
  resource->id = text(query, RESOURCE_ROW_ID);
  resource->version = query_integer(query, RESOURCE_ROW_VERSION);
  resource->created = text(query, RESOURCE_ROW_CREATED);
  resource->modified = text(query, RESOURCE_ROW_MODIFIED);
  resource->doc = text(query, RESOURCE_ROW_DOC);
  return resource->type != NULL;
}

bool find_read(Query *query, Resource *resource) {
  return find_columns(query, resource, query_text);
}

/* What is shown without being parsed must be a JSON object all the same: a
** reply that puts meta in before its last byte would otherwise be broken, or
** read what is not there. Nor may it hold what is put in: nothing of ours does,
** but people can change a document by hand; or what the type has no longer. */
static bool find_check(Operation *operation, Resource *resource) {
  if (unfit_look(operation->schemas, resource->type, resource->doc,
                 &resource->unfit))
    return true;
  error_corrupt(operation,
                "what scim_resource holds for '%.*s' is not a JSON object",
                TEXT_ARG(resource->id));
  return false;
}

/* Ids are unique within a tenant, whatever the type: so one that belongs to
** another type is found, and then is none of this. */
bool find_unread(Operation *operation, const ResourceType *type, Text id,
                 Resource *resource) {
  resource->unfit = false;
  Query query = query_open(operation, STATEMENT_RESOURCE_BY_ID);
  query_bind_text(&query, RESOURCE_BY_ID_TENANT, operation->tenant);
  query_bind_text(&query, RESOURCE_BY_ID_ID, id);
  bool found = query_step(&query) && find_read(&query, resource) &&
               (!type || resource->type == type);
  query_close(&query);
  return found;
}

bool find_by_id(Operation *operation, const ResourceType *type, Text id,
                Resource *resource) {
  return find_unread(operation, type, id, resource) &&
         find_check(operation, resource);
}

bool find_by_row(Operation *operation, long long row, Resource *resource) {
  Query query = query_open(operation, STATEMENT_RESOURCE_BY_NUMBER);
  query_bind_integer(&query, RESOURCE_BY_NUMBER_RESOURCE, row);
  query_bind_text(&query, RESOURCE_BY_NUMBER_TENANT, operation->tenant);
  bool found = query_step(&query) && find_read(&query, resource);
  query_close(&query);
  return found && find_check(operation, resource);
}

/* One statement for a page: to open, bind and reset one for each resource costs
** as much as to read it. */
Query find_open_page(Operation *operation, Text rows) {
  Query query = query_open(operation, STATEMENT_RESOURCES_OF_PAGE);
  query_bind_text(&query, RESOURCES_OF_PAGE_ROWS, rows);
  query_bind_text(&query, RESOURCES_OF_PAGE_TENANT, operation->tenant);
  return query;
}

bool find_next(Query *query, Resource *resource) {
  memset(resource, 0, sizeof *resource);
  while (query_step(query))
    if (find_columns(query, resource, query_row_text))
      return find_check(query->operation, resource);
  return false;
}

/* White space around an object is JSON, but no text of ours (find_check). */
Json *find_whole(Operation *operation, const Resource *resource) {
  Text doc = resource->doc;
  bool whole = doc.size && doc.data[0] == '{' && doc.data[doc.size - 1] == '}';
  return error_parse_stored(operation, whole ? doc : NO_TEXT, "scim_resource",
                            resource->id);
}

/* What nobody may see or compare is left out once and for all, before a filter,
** an operation of a PATCH, a map or a reply meets it. */
static Json *find_kept(Operation *operation, const Resource *resource,
                       bool *unkept) {
  Json *doc = find_whole(operation, resource);
  *unkept = doc && unfit_forget(&operation->arena, resource->type, doc);
  return doc;
}

Json *find_stored(Operation *operation, Resource *resource) {
  return find_kept(operation, resource, &resource->unkept);
}

/*
** Whole documents.
*/
Text find_location(Operation *operation, const Resource *resource, Text base) {
  Buffer buffer = buffer_new(&operation->arena);
  assert(text_begins(resource->type->endpoint, TEXT("/")));
  buffer_add(&buffer, base);
  buffer_add(&buffer, resource->type->endpoint);
  buffer_char(&buffer, '/');
  buffer_add(&buffer, resource->id);
  return buffer_text(&buffer);
}

/* Weak, because the same version is shown in different ways: with attributes
** left out, under another base (RFC 9110 section 8.8.1). */
Text find_version(Operation *operation, const Resource *resource) {
  Buffer buffer = buffer_new(&operation->arena);
  buffer_string(&buffer, "W/\"");
  buffer_integer(&buffer, resource->version);
  buffer_char(&buffer, '"');
  return buffer_text(&buffer);
}

/* The members come in the order in which RFC 7643 section 3.1 lists them. */
Json *find_meta(Operation *operation, const Resource *resource, Text base) {
  Arena *arena = &operation->arena;
  Text location = find_location(operation, resource, base);
  Text version = find_version(operation, resource);
  Json *meta = json_new(arena, JSON_OBJECT);
  json_put(meta, "resourceType", json_string(arena, resource->type->name));
  json_put(meta, "created", json_string(arena, resource->created));
  json_put(meta, "lastModified", json_string(arena, resource->modified));
  json_put(meta, "location", json_string(arena, location));
  json_put(meta, "version", json_string(arena, version));
  return meta;
}

/* Puts what is computed into the document, in place of what is stored under its
** name: nothing of ours, but whoever has changed the document by hand must not
** make a reply with two members of one name. NULL takes it away. */
static void find_put(Json *doc, Text name, Json *value) {
  Json *old = json_member_text(doc, name);
  if (old) json_remove(doc, old);
  if (value) json_put_text(doc, name, value);
}

/* The members of a group that are to be in its document. */
static Json *find_members(Operation *operation, const Resource *resource,
                          const Include *include) {
  Text source = include->source.size ? include->source : operation->sees;
  if (!include->members) return NULL;
  Json *list = members_list(operation, resource->resource, source);
  if (list || !include->empty_members) return list;
  return json_new(&operation->arena, JSON_ARRAY);
}

/* The groups of a resource, which those of its page have told, or NULL. */
static Json *find_groups(Operation *operation, const Resource *resource,
                         Groups *page) {
  return page ? groups_of(page, resource->resource)
              : members_groups(operation, resource->id);
}

/* Nothing is put in that is empty, unless it is asked for (RFC 7643 section
** 2.5: no value and no attribute are the same), and nothing that the type does
** not have. A "$ref" cannot be there without its sign, which most documents
** lack. */
Json *find_document(Operation *operation, const Resource *resource, Text base,
                    Include include) {
  const ResourceType *type = resource->type;
  bool unkept;
  Json *doc = find_kept(operation, resource, &unkept);
  if (!doc) return json_new(&operation->arena, JSON_OBJECT);
  if (memchr(resource->doc.data, '$', resource->doc.size))
    reference_refresh(operation, type, doc);
  if (type->members)
    find_put(doc, type->members->name,
             find_members(operation, resource, &include));
  if (type->groups)
    find_put(doc, type->groups->name,
             include.groups ? find_groups(operation, resource, include.page)
                            : NULL);
  find_put(doc, TEXT("meta"),
           include.meta ? find_meta(operation, resource, base) : NULL);
  return doc;
}
