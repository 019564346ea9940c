/*
** create.c: POST /Users (RFC 7644 section 3.3).
**
** HOW IT WORKS
**
** The body becomes content (names of the schema, only what the client may
** write), defaults fill what is missing, and the whole is checked against the
** type. The canonical document of that is what is stored. Members of a group
** are rows of their own, so they are taken as an edit of an empty group, as a
** replace takes them as an edit of the present one.
**
** The id is drawn before anything is written, because the document's keys, the
** log and a bulk request need it.
*/
#include <assert.h>
#include <limits.h>

#include "../model/canonical.h"
#include "../model/document.h"
#include "../model/resource.h"
#include "../model/shape.h"
#include "change.h"
#include "handlers.h"
#include "rehire.h"
#include "reply.h"

/* An id that the request has brought may be that of another resource, of any
** type: ids are unique in the tenant (RFC 7643 section 3.1). A random one is
** not looked for. */
static void create_check_id(Request *request, Text id) {
  Resource other;
  if (request->new_id.size && find_by_id(request->operation, NULL, id, &other))
    error_set(request->operation, ERROR_UNIQUENESS,
              "the 'id' is that of another resource");
}

/* Commits the creation. The log's `after` is the whole document: as a merge
** patch on nothing it makes the resource. */
static void create_commit(Request *request, const Json *doc,
                          const MemberEdit *edit, const Resource *resource) {
  Change change = {.action = "create",
                   .resource = resource->resource,
                   .id = resource->id,
                   .version = resource->version,
                   .status = 201,
                   .doc = resource->doc,
                   .after = resource->doc,
                   .form = shape_form(&request->operation->arena, NULL, doc),
                   .adopt_map = request->adopt_map,
                   .adopt_key = request->adopt_key,
                   .content = doc};
  change_keys(request, NULL, doc, 0, &change);
  change_members(request, 0, edit, doc, &change);
  change_commit(request, &change);
}

/* What the body says, with defaults, if the type allows it: checked after the
** defaults, so that a required attribute may have one. A row of the
** application's that becomes a resource has no password to send. */
static Json *create_read(Request *request) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  Json *content = resource_read(operation, type, request->body->json);
  resource_fill(operation, type, content, request->body->json);
  resource_check(operation, type, content, NULL);
  if (!request->adopt_map.size)
    resource_require_sent(operation, type, content, request->body->json);
  return content;
}

/* Makes the resource under the id. */
static void create_resource(Request *request, const Json *content, Text id,
                            long long version) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  Text now = request->caller->now;
  MemberEdit edit = {0};
  assert(id.size > 0); /* request_new_id has seen to it */
  if (type->members)
    member_edit_replace(operation, &edit,
                        resource_value(content, type->members));
  Json *doc = resource_canonical(operation, type, content, id);
  Resource resource = {.resource = commit_next_resource(operation),
                       .type = type,
                       .id = id,
                       .created = now,
                       .modified = now,
                       .version = version,
                       .doc = json_text(&operation->arena, doc)};
  create_check_id(request, id);
  create_commit(request, doc, &edit, &resource);
  reply_set_resource(request, 201, &resource);
}

/* The target gets the id, for the log; request_location knows that a create
** which failed has left nothing there. Who was deleted and is revived has the
** version that would have come next, so that no ETag means two things. */
void create_handle(Request *request) {
  Operation *operation = request->operation;
  Json *content = create_read(request);
  Text id = request_new_id(request);
  Rehire rehire = rehire_find(request, content);
  long long version = 1;
  if (failed(operation)) return;
  if (rehire.is_there) {
    rehire_revive(request, &rehire, content);
    return;
  }
  if (rehire.attribute.size) {
    id = rehire.former.id;
    version = rehire.former.version;
    version += version < LLONG_MAX;
  }
  request->target->id = id;
  create_resource(request, content, id, version);
}
