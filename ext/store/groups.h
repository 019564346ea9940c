/*
** groups.h: the groups of the resources of a page, asked for together.
*/
#ifndef SCIM_GROUPS_H
#define SCIM_GROUPS_H

#include "members.h"

typedef struct Groups Groups;

/* Reads which groups the resources are in, directly or through others: a JSON
** array of their numbers. So many statements as groups are within each other,
** however many resources there are. With an error it may be anything. */
Groups *groups_ask(Operation *operation, Text rows);

/* What members_groups says of a resource among those; NULL for no groups. */
Json *groups_of(Groups *groups, long long resource);

/* Writes the same. False, and nothing is written, for no groups. */
bool groups_write(Groups *groups, long long resource, Buffer *buffer);

#endif
