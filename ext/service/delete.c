/*
** delete.c: DELETE /Users/{id} (RFC 7644 section 3.6).
**
** The resource goes, and with it its keys, its own members and its memberships
** in groups, which count as changes of these groups: their versions grow. The
** log keeps the whole document, so that it can be told who it was.
*/
#include "../model/budget.h"
#include "../model/shape.h"
#include "breaker.h"
#include "change.h"
#include "handlers.h"

/* What goes is read before the row does: keys, members, groups. Keys that came
** by an index of later may be more than a request may compare: to be deleted
** they have to be found all the same. The log gets nothing that may not be
** stored any more. */
void delete_handle(Request *request) {
  Operation *operation = request->operation;
  Resource resource;
  if (!change_find(request, &resource)) return;
  const Json *old = find_stored(operation, &resource);
  if (failed(operation)) return;
  if (resource.unkept) resource.doc = json_text(&operation->arena, old);
  breaker_check(request, old, NULL);
  Change change = {.action = "delete",
                   .resource = resource.resource,
                   .id = resource.id,
                   .version = resource.version,
                   .time = change_time(request, &resource),
                   .status = 204,
                   .before = resource.doc,
                   .form = shape_form(&operation->arena, old, NULL),
                   .former = old};
  budget_spare(operation, true);
  change_keys(request, old, NULL, resource.resource, &change);
  budget_spare(operation, false);
  members_of_deleted(operation, resource.type->members ? resource.resource : 0,
                     resource.id, &change.member_drop, &change.groups_left);
  change_commit(request, &change);
  request->reply->status = 204;
}
