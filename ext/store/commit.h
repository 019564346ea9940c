/*
** commit.h: the one way in which the database changes.
*/
#ifndef SCIM_COMMIT_H
#define SCIM_COMMIT_H

#include "../db/query.h"

/* A row for the view scim_commit (sql/commit/commit.sql says what each
** column means). Empty texts and zeros are NULL. */
typedef struct Change {
  const char *action;
  Text tenant, type;
  long long resource;
  Text id;
  long long version;
  Text time, doc;
  Text value_add, value_drop, unique_add, unique_drop;
  Text member_add, member_drop, groups_left, source;
  long long token;
  Text method, target;
  long long status;
  Text scim_type, detail, before, after, data;
} Change;

/* Executes the INSERT. */
void commit_change(Operation *operation, const Change *change);

/* The newest row of the log, and the row that a new resource gets. Both hold
** for an operation that may write. */
long long commit_last_seq(Operation *operation);
long long commit_next_resource(Operation *operation);

#endif
