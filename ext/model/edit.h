/*
** edit.h: what a request does to the members of a group, as a list of changes.
**
** A group may have 100,000 members, which are rows and not part of its
** document. Most requests can be carried out without reading them: "add these
** two", "remove that one", "these are all". A MemberEdit says it in that form;
** it is compared with the rows (store/members.c), which yields what changes.
*/
#ifndef SCIM_EDIT_H
#define SCIM_EDIT_H

#include "error.h"

typedef struct MemberEdit {
  bool used;          /* the request is about members at all */
  bool replace;       /* who is not among the entries is to go */
  bool whole;         /* an entry says all of a member: what it lacks goes */
  bool needs_members; /* the request cannot be said in this form: start again
                         with the members in the document */
  Json *entries;      /* in the order of the request: {value, type, display} to
                         add, {value, drop} to take out; the last one of a
                         value counts */
} MemberEdit;

/* Gives members of a list the parts that they are shown with: an operation may
** have brought them without. False where all have these. */
typedef bool MemberShow(Operation *operation, Json *members);

/* Makes it an edit after which the members are those of the list (NULL: none),
** as it has them, whatever was noted before. Who is added afterwards is whole
** as well: either the list has him, or he was gone. */
void member_edit_replace(Operation *operation, MemberEdit *edit,
                         const Json *list);

/* Notes what turns one list into the other: old members that the new one has
** not are named to go, and to be added those that are new or another now, with
** all that they are. */
void member_edit_change(Operation *operation, MemberEdit *edit, const Json *old,
                        const Json *new);

/* Notes one member to add, or to drop. One to add must have a value
** (invalidValue): a success must not lose anybody. One to drop without a value
** names nobody. */
void member_edit_note(Operation *operation, MemberEdit *edit,
                      const Json *member, bool drop);

#endif
