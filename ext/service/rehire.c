/*
** rehire.c: the setting `rehire`: a POST that names somebody who was here.
**
** HOW IT WORKS
**
** A person leaves, is deactivated or deleted, and is hired again a year later;
** the identity provider has forgotten them and sends a POST. By default they
** are somebody new: who was deleted gets a new id, and who is inactive has the
** userName still, so that it is 409. A tenant may want its own rows, which
** refer to the id, to mean the same person again ("revive"), or people to look
** at it first ("refuse").
**
**            inactive                        deleted
**   revive   their resource gets the POST's  a resource with their id and the
**            content: an update              next version: a create
**   refuse   409                             409
**
** Who has the userName comes before who had it, and both before whoever the
** externalId is of: the name is what an IdP looks people up by.
*/
#include "rehire.h"

#include <assert.h>

#include "../model/resource.h"
#include "caller.h"
#include "change.h"
#include "reply.h"

/* Is the row that of somebody inactive? */
static bool rehire_is_inactive(Operation *operation, long long row,
                               Resource *resource) {
  if (!find_by_row(operation, row, resource)) return false;
  const Json *active = json_member(find_stored(operation, resource), "active");
  return active && active->type == JSON_FALSE;
}

/* The value is the client's own, and whose it was is what it has to know, if it
** may read users at all. */
static void rehire_refuse(Request *request, const Rehire *rehire) {
  if (!caller_may_read(request->caller, request->target->type))
    error_set(request->operation, ERROR_UNIQUENESS,
              "the '%.*s' is that of somebody who was here: the setting rehire "
              "of the tenant refuses to create them anew",
              TEXT_ARG(rehire->attribute));
  Text id = rehire->is_there ? rehire->resource.id : rehire->former.id;
  error_set(request->operation, ERROR_UNIQUENESS,
            "the '%.*s' is that of User '%.*s', who %s%.*s: the setting rehire "
            "of the tenant refuses to create them anew",
            TEXT_ARG(rehire->attribute), TEXT_ARG(id),
            rehire->is_there ? "is inactive" : "was deleted at ",
            rehire->is_there ? 0 : (int)rehire->former.deleted.size,
            rehire->former.deleted.data);
}

/* The default is the first thing looked at: it costs nothing. */
Rehire rehire_find(Request *request, const Json *content) {
  Operation *operation = request->operation;
  const Tenant *tenant = &request->caller->tenant;
  Rehire rehire = {.attribute = NO_TEXT};
  bool revive = tenant_is(tenant, "rehire", "revive");
  if ((!revive && !tenant_is(tenant, "rehire", "refuse")) ||
      failed(operation) ||
      !text_equal(request->target->type->name, TEXT("User")))
    return rehire;
  DocumentKeys keys =
      keys_of_document(operation, request->target->type, content, NULL);
  rehire.former = former_find(operation, request->target->type, &keys);
  if (rehire.former.resource)
    rehire.is_there =
        rehire_is_inactive(operation, rehire.former.resource, &rehire.resource);
  if (!rehire.former.resource || rehire.is_there)
    rehire.attribute = rehire.former.attribute;
  if (!rehire.attribute.size) return rehire;
  if (!revive) rehire_refuse(request, &rehire);
  /* Others of the circle have been given another id by now. */
  if (request->pending.size)
    error_set(operation, ERROR_CONFLICT,
              "who is revived cannot be created in a circle of bulkIds");
  return rehire;
}

/* What a PUT keeps is kept. The reply is that of a create all the same: it is
** what the client has asked for, and it looks for the id in it. */
void rehire_revive(Request *request, Rehire *rehire, Json *content) {
  Operation *operation = request->operation;
  MemberEdit edit = {0};
  Resource *resource = &rehire->resource;
  assert(rehire->is_there);
  request->target->id = resource->id;
  const Json *old = find_stored(operation, resource);
  if (failed(operation)) return;
  resource_keep(operation, request->target->type, content, old,
                request->body->json);
  change_store(request, resource, old, content, &edit);
  reply_set_resource(request, 201, resource);
}
