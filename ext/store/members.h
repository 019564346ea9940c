/*
** members.h: the members of groups, which are rows of scim_member, and the
** groups of a resource, which follow from them.
*/
#ifndef SCIM_MEMBERS_H
#define SCIM_MEMBERS_H

#include "../db/query.h"
#include "../model/patch.h"

/* What an edit really changes in a group: JSON for member_add, joins,
** member_drop and member_patch of scim_commit, empty texts for no change; and
** how many rows come and go by it. */
typedef struct MemberChange {
  Text add, joins, drop, patch;
  long long added, dropped;
} MemberChange;

/* Compares the edit with the rows of the source: idp or manual. Those of the
** other stay as they are, whatever the edit says. `group` is 0 for one that is
** being created. */
MemberChange members_resolve(Operation *operation, long long group, Text source,
                             const MemberEdit *edit);

/* invalidValue that names members which do not exist, for tenants that want
** references to be checked; `pending` is a JSON array of ids that are going to
** exist. */
void members_check(Operation *operation, const MemberChange *change,
                   Text pending);

/* Writes the members as a JSON array of {value, $ref, type, display}, with no
** tree in between: there may be 100,000. They are those of the source; without
** one, of both, each once. False, and nothing written, when there are none. */
bool members_write(Operation *operation, long long group, Text source,
                   Buffer *buffer);

/* The same as a tree; NULL when there are none. */
Json *members_list(Operation *operation, long long group, Text source);

/* Gives members of a list the type and "$ref" that a GET shows when they are
** stored. False when that changes nothing. */
bool members_show(Operation *operation, Json *list);

/* Will the group have more rows of members than this after the change? */
bool members_exceed(Operation *operation, long long group,
                    const MemberChange *change, long long count);

/* The groups: {value, $ref, display, type: direct or indirect}, by memberships
** that the operation sees; NULL when there are none (RFC 7643 section 4.1.2).
*/
Json *members_groups(Operation *operation, Text id);

/* A group as the resources that are in it show it: a row of a statement, where
** GROUP_ROW says what its columns are, and the JSON object of that. */
typedef struct MembersGroup {
  long long resource; /* its number */
  Text id, type, display;
} MembersGroup;

MembersGroup members_read_group(Query *query);
Json *members_group(Operation *operation, const MembersGroup *group,
                    bool direct);

/* What the log says of a resource that is deleted: the ids of its members,
** and of the groups that it leaves, as JSON arrays; empty texts for none. */
void members_of_deleted(Operation *operation, long long group, Text id,
                        Text *members, Text *groups);

#endif
