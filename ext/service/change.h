/*
** change.h: what creating, replacing, modifying and deleting have in common.
*/
#ifndef SCIM_CHANGE_H
#define SCIM_CHANGE_H

#include "../store/commit.h"
#include "../store/find.h"
#include "../store/members.h"
#include "../store/outbox.h"
#include "request.h"

/* The resource of the request, if its version is one that the request wants
** (RFC 7644 section 3.14). False with an error, or when the reply is ready:
** Not Modified. */
bool change_find(Request *request, Resource *resource);

/* Fills in what a change of the document does to the indexes: `old` is NULL
** for a create, `new` for a delete. 409 when a value that must be unique is
** that of another resource than `own`. */
void change_keys(Request *request, const Json *old, const Json *new,
                 long long own, Change *change);

/* Fills in what an edit does to the members of a group, which is returned.
** `group` is the row of the group, 0 for one that is not there yet, and `doc`
** its new document. */
MemberChange change_members(Request *request, long long group,
                            const MemberEdit *edit, const Json *doc,
                            Change *change);

/* Checks the new content of a resource against its type and `old`, the stored
** document, and stores what is different; `status` is that of the reply. A
** request that changes nothing leaves version and lastModified as they are,
** and still a row in the log. The resource is then as it is stored. */
void change_store(Request *request, Resource *resource, const Json *old,
                  Json *content, const MemberEdit *edit);

/* The method and the target of a request as the log has them. */
Text change_method(const Target *target);
Text change_target(const Target *target);

/* Fills in who, when and what for the log, and makes the change, or in a dry
** run not. */
void change_commit(Request *request, Change *change);

/* When the change of a resource is: now, or when it was last modified. */
Text change_time(const Request *request, const Resource *resource);

#endif
