/*
** patch.h: PATCH (RFC 7644 section 3.5.2), and every spelling of it that IdPs
** are known to send.
*/
#ifndef SCIM_PATCH_H
#define SCIM_PATCH_H

#include "path.h"
#include "resource.h"

#define PATCH_OPERATIONS 10000

/* What a request does to the members of a group, without the members that
** are there: entries are {value, type, display} to add, or {value, drop} to
** take out, the last one of a value counts; with `replace` every member that
** is not among them goes. */
typedef struct MemberEdit {
  bool touched;
  bool replace;
  bool whole; /* an operation needs all members at hand: start again */
  Json *entries;
} MemberEdit;

/* An edit that makes the members equal to the list (NULL: none). */
void member_edit_replace(Operation *operation, MemberEdit *edit,
                         const Json *list);

/* An edit that turns one list into the other: every member that is not among
** the new ones is named to go. */
void member_edit_change(Operation *operation, MemberEdit *edit, const Json *old,
                        const Json *new);

typedef struct PatchOptions {
  MemberEdit *edit; /* NULL: members are an attribute like others */
} PatchOptions;

/* Applies the body of a PATCH request to the document, which it changes.
** Nothing of the document may be used once the operation has failed. */
void patch_apply(Operation *operation, const ResourceType *type, Json *doc,
                 const Json *body, const PatchOptions *options);

#endif
