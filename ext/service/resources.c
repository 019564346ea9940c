/*
** resources.c: one resource: create, get, replace, change, delete
** (RFC 7644 sections 3.3, 3.4.1, 3.5 and 3.6).
*/
#include "../model/canonical.h"
#include "../model/patch.h"
#include "../model/resource.h"
#include "../store/index.h"
#include "../store/members.h"
#include "reply.h"
#include "request.h"

/*
** Steps that several handlers take.
*/
static bool find(Request *request, Text id, Resource *resource) {
  if (failed(request->operation)) return false;
  bool found = find_by_id(request->operation, request->type, id, resource);
  if (!found)
    error_set(request->operation, ERROR_NOT_FOUND, "there is no %.*s '%.*s'",
              TEXT_ARG(request->type->name), TEXT_ARG(id));
  return found;
}

/*
** Conditional requests (RFC 7644 section 3.14, RFC 9110 section 13). ETags
** are weak, and compared without regard to it.
*/
static bool lists_version(Text list, long long version, Arena *arena) {
  Text own = arena_format(arena, "%lld", version);
  while (list.size) {
    Text tag = text_cut(&list, ',');
    while (tag.size && strchr(" W/\"", tag.data[0])) tag = text_after(tag, 1);
    while (tag.size && strchr(" \"", tag.data[tag.size - 1])) tag.size--;
    if (text_equal(tag, own) || text_equal(tag, text_of("*"))) return true;
  }
  return false;
}

/* The resource of the request. False with an error, or when the reply is
** ready: Not Modified. */
static bool find_current(Request *request, Resource *resource) {
  Operation *operation = request->operation;
  Arena *arena = &operation->arena;
  Text match = request->if_match, none_match = request->if_none_match;
  if (!find(request, request->resource_id, resource)) return false;
  if (match.data && !lists_version(match, resource->version, arena))
    error_set(operation, ERROR_PRECONDITION_FAILED,
              "the version is W/\"%lld\", not the one of If-Match",
              resource->version);
  if (!none_match.data || !lists_version(none_match, resource->version, arena))
    return !failed(operation);
  if (!request->reads) {
    error_set(operation, ERROR_PRECONDITION_FAILED,
              "the version is that of If-None-Match");
  } else if (!failed(operation)) {
    reply_set_headers(request, resource);
    request->reply.status = 304;
  }
  return false;
}

static void set_taken(Request *request, Text path) {
  error_set(request->operation, ERROR_UNIQUENESS,
            "the value of '%.*s' is that of another %.*s", TEXT_ARG(path),
            TEXT_ARG(request->type->name));
}

/* 409 when a value that must be unique belongs to another resource. */
static void check_unique(Request *request, const Json *uniques, long long own) {
  Operation *operation = request->operation;
  JSON_EACH (item, uniques) {
    Text attribute = json_member_string(item, "attribute");
    bool global = json_member(item, "tenant") != NULL;
    Query query = query_open(operation, STATEMENT_UNIQUE_OWNER);
    query_bind_text(&query, 1, global ? text_of("") : request->tenant.name);
    query_bind_text(&query, 2, request->type->name);
    query_bind_text(&query, 3, attribute);
    query_bind_text(&query, 4,
                    json_text(&operation->arena, json_member(item, "key")));
    if (query_step(&query) && query_integer(&query, 0) != own)
      set_taken(request, attribute);
    query_close(&query);
  }
}

/* "Group.displayName" among the tenant's unique_attributes? */
static bool wants_unique(const Request *request, Text path) {
  Arena *arena = &request->operation->arena;
  Text name = arena_format(arena, "%.*s.%.*s", TEXT_ARG(request->type->name),
                           TEXT_ARG(path));
  JSON_EACH (item, json_member(request->tenant.settings, "unique_attributes")) {
    if (item->type == JSON_STRING && text_same(item->text, name)) return true;
  }
  return false;
}

/* The same for what the tenant wants besides its schemas. */
static void check_wanted(Request *request, const Json *values, long long own) {
  Operation *operation = request->operation;
  if (!json_member(request->tenant.settings, "unique_attributes")) return;
  JSON_EACH (item, values) {
    Text attribute = json_member_string(item, "attribute");
    if (!wants_unique(request, attribute)) continue;
    Query query = query_open(operation, STATEMENT_VALUE_OWNER);
    query_bind_text(&query, 1, request->tenant.name);
    query_bind_text(&query, 2, request->type->name);
    query_bind_text(&query, 3, attribute);
    query_bind_text(&query, 4,
                    json_text(&operation->arena, json_member(item, "key")));
    query_bind_integer(&query, 5, own);
    if (query_step(&query)) set_taken(request, attribute);
    query_close(&query);
  }
}

/* What a change of the document does to the indexes. */
static void index_change(Request *request, const Json *old, const Json *new,
                         long long own, Change *change) {
  Operation *operation = request->operation;
  if (failed(operation)) return;
  DocumentKeys before = index_keys(operation, request->type, old);
  DocumentKeys after = index_keys(operation, request->type, new);
  check_unique(request, after.uniques, own);
  check_wanted(request, after.values, own);
  change->value_add = index_difference(operation, after.values, before.values);
  change->value_drop = index_difference(operation, before.values, after.values);
  change->unique_add =
      index_difference(operation, after.uniques, before.uniques);
  change->unique_drop =
      index_difference(operation, before.uniques, after.uniques);
}

static MemberChange member_change(Request *request, long long group,
                                  const MemberEdit *edit, Change *change) {
  MemberChange members = members_resolve(request->operation, group, edit);
  if (tenant_is(&request->tenant, "dangling_references", "reject"))
    members_check(request->operation, &members, request->pending);
  change->member_add = members.add;
  change->member_drop = members.drop;
  return members;
}

/* The change is made, or in a dry run not. */
static void commit(Request *request, Change *change) {
  request_log(request, change);
  if (failed(request->operation) || request->dry_run) return;
  commit_change(request->operation, change);
}

/*
** Create.
*/
static void create(Request *request, const Json *doc, const MemberEdit *edit,
                   const Resource *resource) {
  Change change = {.action = "create",
                   .type = request->type->name,
                   .resource = resource->resource,
                   .id = resource->id,
                   .version = 1,
                   .status = 201,
                   .doc = resource->doc,
                   .after = resource->doc};
  index_change(request, NULL, doc, 0, &change);
  member_change(request, 0, edit, &change);
  commit(request, &change);
}

/* An id that the request has brought may be that of another. */
static void check_free(Request *request, Text id) {
  Resource other;
  if (find_by_id(request->operation, NULL, id, &other))
    error_set(request->operation, ERROR_UNIQUENESS,
              "the 'id' is that of another resource");
}

void resource_create(Request *request) {
  Operation *operation = request->operation;
  const ResourceType *type = request->type;
  MemberEdit edit = {0};
  Json *read = resource_read(operation, type, request->json);
  resource_fill(operation, type, read);
  resource_check(operation, type, read, NULL);
  Text id = request_new_id(request);
  if (failed(operation)) return;
  if (type->members)
    member_edit_replace(operation, &edit, resource_value(read, type->members));
  Json *doc = resource_canonical(operation, type, read, id);
  Resource resource = {.resource = commit_next_resource(operation),
                       .type = type,
                       .id = id,
                       .created = request->now,
                       .modified = request->now,
                       .version = 1,
                       .doc = json_text(&operation->arena, doc)};
  request->log_id = id;
  if (request->id.size) check_free(request, id);
  create(request, doc, &edit, &resource);
  reply_set_resource(request, 201, &resource);
}

/*
** Get.
*/
void resource_get(Request *request) {
  Resource resource;
  if (find_current(request, &resource))
    reply_set_resource(request, 200, &resource);
}

/*
** Replace and change.
*/

/* A PUT answers with the resource; a PATCH with 200 and the resource, or 204
** (RFC 7644 section 3.5.2): a large group would cost more to show than to
** change. */
static int update_status(Request *request, long long resource,
                         const MemberChange *members) {
  long long most = request_limit(request, LIMIT_GROUP_REPLY);
  if (request->handler != resource_patch) return 200;
  bool brief = tenant_is(&request->tenant, "patch_reply", "204") ||
               (request->type->members &&
                members_exceed(request->operation, resource, members, most));
  return brief ? 204 : 200;
}

/* Writes what is different; a request that changes nothing leaves version
** and lastModified as they are, and still a row in the log. */
static void update(Request *request, Resource *resource, const Json *old,
                   const Json *new, const MemberEdit *edit) {
  Operation *operation = request->operation;
  Arena *arena = &operation->arena;
  Change change = {.action = "update",
                   .type = request->type->name,
                   .resource = resource->resource,
                   .id = resource->id,
                   .version = resource->version + 1,
                   .doc = json_text(arena, new)};
  MemberChange members =
      member_change(request, resource->resource, edit, &change);
  change.status = request->reply.status =
      update_status(request, resource->resource, &members);
  const Json *after = json_difference(arena, old, new);
  if (after) {
    const Json *before = json_difference(arena, new, old);
    index_change(request, old, new, resource->resource, &change);
    change.after = json_text(arena, after);
    change.before = json_text(arena, before);
  }
  if (!after && !change.member_add.size && !change.member_drop.size) {
    change.action = "none";
    change.version = resource->version;
  } else {
    resource->modified = request->now;
    resource->version++;
    resource->doc = change.doc;
  }
  commit(request, &change);
}

/* Checks the new content and stores it. `old` is the stored document. */
static void store(Request *request, Resource *resource, const Json *old,
                  Json *content, const MemberEdit *edit) {
  Operation *operation = request->operation;
  resource_check(operation, request->type, content, old);
  if (failed(operation)) return;
  Json *new =
      resource_canonical(operation, request->type, content, resource->id);
  resource_keep_unfit(operation, request->type, new, content, old);
  update(request, resource, old, new, edit);
}

void resource_put(Request *request) {
  Operation *operation = request->operation;
  const ResourceType *type = request->type;
  Resource resource;
  MemberEdit edit = {0};
  if (!find_current(request, &resource)) return;
  Json *old = find_stored(operation, &resource);
  Json *content = resource_read(operation, type, request->json);
  if (failed(operation)) return;
  resource_keep(operation, type, content, old);
  if (type->members)
    member_edit_replace(operation, &edit,
                        resource_value(content, type->members));
  store(request, &resource, old, content, &edit);
  reply_set_resource(request, 200, &resource);
}

/* The rare operation that needs all members at hand: with them in the
** document, and what became of them as an edit. */
static Json *patch_whole(Request *request, const Resource *resource,
                         PatchOptions options, MemberEdit *edit) {
  Operation *operation = request->operation;
  const ResourceType *type = request->type;
  Parts parts = {false, true, false};
  Text none = {NULL, 0};
  MemberEdit fresh = {0};
  Json *doc = find_document(operation, resource, none, parts);
  Json *old = resource_value(doc, type->members);
  Json *members = old ? json_copy(&operation->arena, old) : NULL;
  options.edit = NULL;
  patch_apply(operation, type, doc, request->json, &options);
  if (failed(operation)) return doc;
  *edit = fresh;
  member_edit_change(operation, edit, members,
                     resource_value(doc, type->members));
  return doc;
}

static Json *patch(Request *request, const Resource *resource, const Json *old,
                   MemberEdit *edit) {
  Operation *operation = request->operation;
  PatchOptions options = {.edit = edit};
  if (!old) return NULL;
  Json *doc = json_copy(&operation->arena, old);
  patch_apply(operation, request->type, doc, request->json, &options);
  if (!failed(operation) && edit->needs_members)
    doc = patch_whole(request, resource, options, edit);
  return doc;
}

void resource_patch(Request *request) {
  Operation *operation = request->operation;
  Resource resource;
  MemberEdit edit = {0};
  if (!find_current(request, &resource)) return;
  Json *old = find_stored(operation, &resource);
  Json *content = patch(request, &resource, old, &edit);
  if (failed(operation)) return;
  store(request, &resource, old, content, &edit);
  if (failed(operation)) return;
  if (request->reply.status == 200) {
    reply_set_resource(request, 200, &resource);
  } else {
    reply_set_headers(request, &resource);
  }
}

/*
** Delete.
*/
void resource_delete(Request *request) {
  Operation *operation = request->operation;
  Resource resource;
  if (!find_current(request, &resource)) return;
  const Json *old = find_stored(operation, &resource);
  Change change = {.action = "delete",
                   .type = request->type->name,
                   .resource = resource.resource,
                   .id = resource.id,
                   .version = resource.version,
                   .status = 204,
                   .before = resource.doc};
  index_change(request, old, NULL, resource.resource, &change);
  members_of_deleted(operation, resource.resource, resource.id,
                     &change.member_drop, &change.groups_left);
  commit(request, &change);
  request->reply.status = 204;
}
