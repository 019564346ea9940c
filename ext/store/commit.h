/*
** commit.h: the one way in which the database changes.
*/
#ifndef SCIM_COMMIT_H
#define SCIM_COMMIT_H

#include "connection.h"

/* A row for the view scim_commit (sql/commit.sql says what each column
** means). Empty texts and zeros are NULL. */
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
void commit_change(Operation *operation, Connection *connection,
                   const Change *change);

/* The newest row of the log, and the row that a new resource gets. Both hold
** for an operation that may write. */
long long commit_last_seq(Operation *operation, Connection *connection);
long long commit_next_resource(Operation *operation, Connection *connection);

/* Makes sure that what the operation reads stays true until it writes. In
** autocommit, outside of a writing statement, that is BEGIN IMMEDIATE: a
** savepoint would begin as a reader and lose to other writers. Otherwise the
** caller's statement or transaction holds. True when a transaction was begun,
** which commit_end then ends: it commits, or rolls back when the operation
** has failed in the database. */
bool commit_begin(Operation *operation, Connection *connection);
void commit_end(Operation *operation, Connection *connection, bool began);

#endif
