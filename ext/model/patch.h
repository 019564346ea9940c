/*
** patch.h: PATCH (RFC 7644 section 3.5.2), and every spelling of it that IdPs
** are known to send. How it works, and the dialects: patch.c.
*/
#ifndef SCIM_PATCH_H
#define SCIM_PATCH_H

#include "edit.h"
#include "schema.h"

/* Operations of a request, and values for lists that they bring together. */
#define PATCH_OPERATIONS 10000

typedef struct PatchOptions {
  MemberEdit *edit; /* NULL: members are an attribute like others */
  MemberShow *show; /* NULL: members are shown as they are sent */
  bool form_only;   /* op, path and value of each, without a document */
} PatchOptions;

/* Applies the body of a PATCH request to the document, which it changes.
** Nothing of the document may be used once the operation has failed. When the
** edit says needs_members, neither: then the members have to be put into the
** document and the request applied again, without an edit. */
void patch_apply(Operation *operation, const ResourceType *type, Json *doc,
                 const Json *body, const PatchOptions *options);

#endif
