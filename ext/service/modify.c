/*
** modify.c: PATCH /Users/{id} (RFC 7644 section 3.5.2).
**
** The members of a group are not part of the document that the operations
** change: they are noted as an edit, so that adding one member costs the same
** in a group of 10 and of 100,000. The few operations for which all of them
** must be at hand, as a filter on their display names, say so, and then the
** request is applied again with the members in the document.
*/
#include <assert.h>

#include "../model/document.h"
#include "../model/patch.h"
#include "../model/resource.h"
#include "change.h"
#include "handlers.h"
#include "reply.h"

/* The document after the request, with the members in it that are the caller's
** to change; what became of them goes into the edit. */
static Json *modify_with_members(Request *request, const Resource *resource,
                                 MemberEdit *edit) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  PatchOptions options = {.show = members_show};
  Include include = {.members = true, .source = request->caller->source};
  assert(type->members); /* only an edit of members asks for them */
  Json *doc = find_document(operation, resource, NO_TEXT, include);
  Json *old = resource_value(doc, type->members);
  Json *members = old ? json_copy(&operation->arena, old) : NULL;
  patch_apply(operation, type, doc, request->body->json, &options);
  if (failed(operation)) return doc;
  memset(edit, 0, sizeof *edit);
  member_edit_change(operation, edit, members,
                     resource_value(doc, type->members));
  return doc;
}

/* The document after the request, and the edit of its members. */
static Json *modify_apply(Request *request, const Resource *resource,
                          const Json *old, MemberEdit *edit) {
  Operation *operation = request->operation;
  PatchOptions options = {.edit = edit};
  if (!old) return NULL;
  Json *doc = json_copy(&operation->arena, old);
  patch_apply(operation, request->target->type, doc, request->body->json,
              &options);
  if (!failed(operation) && edit->needs_members)
    doc = modify_with_members(request, resource, edit);
  return doc;
}

/* What is wrong with the form of the request is told before what is wrong with
** the resource (ext/README.md, "The order of checks"). Only a request that has
** failed is looked at for it: in all others nothing is wrong. */
static void modify_check_form(Request *request) {
  Operation *operation = request->operation;
  PatchOptions options = {.form_only = true};
  if (!failed(operation) || operation->error == ERROR_DATABASE ||
      operation->error == ERROR_TOO_LARGE)
    return;
  SavedError found = error_save(operation);
  patch_apply(operation, request->target->type, NULL, request->body->json,
              &options);
  if (!failed(operation)) error_restore(operation, found);
}

/* The document is copied before it is patched: what is stored is compared with
** what came of it, and operations before one that fails must leave no trace
** (RFC 7644 section 3.5.2: all of them or none). */
static void modify_resource(Request *request) {
  Operation *operation = request->operation;
  Resource resource;
  MemberEdit edit = {0};
  if (!change_find(request, &resource)) return;
  const Json *old = find_stored(operation, &resource);
  Json *content = modify_apply(request, &resource, old, &edit);
  if (failed(operation)) return;
  change_store(request, &resource, old, content, &edit);
  if (failed(operation)) return;
  if (request->reply->status == 200) {
    reply_set_resource(request, 200, &resource);
  } else {
    reply_set_headers(request, &resource);
  }
}

void modify_handle(Request *request) {
  modify_resource(request);
  modify_check_form(request);
}
