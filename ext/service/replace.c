/*
** replace.c: PUT /Users/{id} (RFC 7644 section 3.5.1).
**
** What the client leaves out goes, but for what it may not write: readOnly
** values, immutable ones, and those that have a default (resource_keep).
*/
#include "../model/document.h"
#include "../model/resource.h"
#include "change.h"
#include "handlers.h"
#include "reply.h"

/* The body, of which something does not fit its attribute: again, over what is
** stored, that may be what it is. It stays wrong when nothing is there. */
static Json *replace_read_again(Request *request) {
  Operation *operation = request->operation;
  Resource resource;
  SavedError wrong = error_save(operation);
  const Json *old = change_find(request, &resource)
                        ? find_stored(operation, &resource)
                        : NULL;
  if (operation->error == ERROR_DATABASE) return NULL;
  error_clear(operation);
  if (old)
    return resource_read_over(operation, request->target->type,
                              request->body->json, old);
  error_restore(operation, wrong);
  return NULL;
}

/* The body is read before the resource is looked for: what is wrong with it is
** told first (ext/README.md, "The order of checks"). Members are an edit that
** leaves none but those of the body. */
void replace_handle(Request *request) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  Resource resource;
  MemberEdit edit = {0};
  Json *content = resource_read(operation, type, request->body->json);
  if (operation->error == ERROR_INVALID_VALUE)
    content = replace_read_again(request);
  if (!change_find(request, &resource)) return;
  const Json *old = find_stored(operation, &resource);
  if (failed(operation)) return;
  resource_keep(operation, type, content, old, request->body->json);
  if (type->members)
    member_edit_replace(operation, &edit,
                        resource_value(content, type->members));
  change_store(request, &resource, old, content, &edit);
  reply_set_resource(request, 200, &resource);
}
