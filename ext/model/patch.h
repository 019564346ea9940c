/*
** patch.h: PATCH (RFC 7644 section 3.5.2), and every spelling of it that IdPs
** are known to send.
*/
#ifndef SCIM_PATCH_H
#define SCIM_PATCH_H

#include "document.h"
#include "edit.h"
#include "path.h"
#include "value.h"

#define PATCH_OPERATIONS 10000

typedef struct PatchOptions {
  MemberEdit *edit; /* NULL: members are an attribute like others */
} PatchOptions;

/* Applies the body of a PATCH request to the document, which it changes.
** Nothing of the document may be used once the operation has failed. */
void patch_apply(Operation *operation, const ResourceType *type, Json *doc,
                 const Json *body, const PatchOptions *options);

#endif
