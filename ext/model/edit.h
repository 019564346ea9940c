/*
** edit.h: changes of the members of a group, without the members.
*/
#ifndef SCIM_EDIT_H
#define SCIM_EDIT_H

#include "error.h"

/* What a request does to the members of a group, without the members that
** are there: entries are {value, type, display} to add, or {value, drop} to
** take out, the last one of a value counts; with `replace` every member that
** is not among them goes. */
typedef struct MemberEdit {
  bool used;
  bool replace;
  bool needs_members; /* an operation needs all members at hand: start again */
  Json *entries;
} MemberEdit;

/* An edit that makes the members equal to the list (NULL: none). */
void member_edit_replace(Operation *operation, MemberEdit *edit,
                         const Json *list);

/* An edit that turns one list into the other: every member that is not among
** the new ones is named to go. */
void member_edit_change(Operation *operation, MemberEdit *edit, const Json *old,
                        const Json *new);

/* One member to add, or to drop. A member without value is ignored. */
void member_edit_note(Operation *operation, MemberEdit *edit,
                      const Json *member, bool drop);

#endif
