/*
** transaction.c: beginning, ending and undoing.
**
** HOW IT WORKS
**
** A function that writes can be called in four situations, which SQLite treats
** differently (the autocommit flag and whether a writing statement runs tell
** them apart):
**
**     SELECT scim_apply(…)              autocommit: BEGIN IMMEDIATE … COMMIT
**     BEGIN; SELECT scim_apply(…)       the caller's transaction holds
**     INSERT INTO scim VALUES (…)       the statement holds; BEGIN is refused
**     INSERT INTO t SELECT scim_apply() the same
**
** One operation is one writing statement (sql/commit), so that it is atomic
** in all four; the transaction only keeps others from writing in between what
** the operation reads and what it writes.
*/
#include "transaction.h"

#include "internal.h"
#include "query.h"

SQLITE_EXTENSION_INIT3

static bool transaction_in_autocommit(const Operation *operation) {
  return sqlite3_get_autocommit(connection_db(operation->connection)) != 0;
}

static bool transaction_holds_lock(const Operation *operation) {
  return sqlite3_txn_state(connection_db(operation->connection), "main") ==
         SQLITE_TXN_WRITE;
}

/* Is a writing statement of the caller in progress, in autocommit? Then, and
** only then, some database is locked for writing: where it is not main, the
** statement writes to a temporary or attached one. */
static bool transaction_within_write(const Operation *operation) {
  assert(transaction_in_autocommit(operation));
  return sqlite3_txn_state(connection_db(operation->connection), NULL) ==
         SQLITE_TXN_WRITE;
}

/* Is the operation within one that only reads (foreign.h)? */
static bool transaction_may_not_write(const Operation *operation) {
  for (const Operation *o = operation->outer; o; o = o->outer)
    if (o->reads) return true;
  return false;
}

/* An error where it is. */
static void transaction_check_reads(Operation *operation) {
  if (transaction_may_not_write(operation))
    error_database(operation, SQLITE_READONLY,
                   "this is called by a query that may only read");
}

/* Undoes what transaction_abandon could not. By now the caller may have done
** that, or have ended what was around it. */
static void transaction_undo_left(Operation *operation) {
  Connection *connection = operation->connection;
  int left = connection->left;
  connection->left = TRANSACTION_NONE;
  if (left == TRANSACTION_NONE || transaction_in_autocommit(operation)) return;
  if (left == TRANSACTION_OWN) {
    query_run(operation, STATEMENT_ROLLBACK);
    return;
  }
  query_run(operation, STATEMENT_UNDO_INIT);
  query_run(operation, STATEMENT_RELEASE_INIT);
  if (operation->sqlite == SQLITE_ERROR) error_clear(operation);
}

/* Immediately a writer: two operations that first read and then want to write
** would otherwise refuse each other, SQLITE_BUSY without waiting. */
void transaction_begin(Operation *operation) {
  assert(operation->began == TRANSACTION_NONE);
  transaction_check_reads(operation);
  transaction_undo_left(operation);
  if (failed(operation) || !transaction_in_autocommit(operation)) return;
  /* Without memory nothing can be prepared: so the way back comes first. */
  query_prepare(operation, STATEMENT_ROLLBACK);
  query_prepare(operation, STATEMENT_BEGIN);
  if (failed(operation)) return;
  operation->began = TRANSACTION_OWN;
  if (!transaction_within_write(operation)) {
    query_run(operation, STATEMENT_BEGIN);
    return;
  }
  operation->began = TRANSACTION_NONE;
  /* The caller's statement writes, perhaps to a temporary table only: then the
  ** lock has to be taken before anything is read, because a reader cannot
  ** become a writer once another has written. */
  if (!transaction_holds_lock(operation)) query_run(operation, STATEMENT_LOCK);
}

/* Stays open until the end: sql/query/transaction.sql says what for. */
static void transaction_keep_running(Operation *operation) {
  Query running = query_open(operation, STATEMENT_RUNNING);
  if (query_step(&running))
    assert(query_integer(&running, RUNNING_ROW_ONE) == 1);
}

/* Whoever reads already, or writes, has what he sees. */
void transaction_begin_reading(Operation *operation) {
  sqlite3 *db = connection_db(operation->connection);
  if (failed(operation)) return;
  if (sqlite3_txn_state(db, "main") == SQLITE_TXN_NONE)
    transaction_keep_running(operation);
}

/* SQLite says it in its own words of what we were about to do, and in
** autocommit only when all is done: BEGIN is not refused in the middle of a
** statement that writes, but COMMIT is. */
static void transaction_refuse_within(Operation *operation) {
  error_clear(operation);
  operation->began = TRANSACTION_NONE;
  error_database(operation, SQLITE_BUSY,
                 "this cannot be called by a statement that writes: call it by "
                 "SELECT");
}

/* The statements of the way back are prepared first, as above. In autocommit
** ROLLBACK undoes everything; within a transaction of the caller's only what
** came behind the savepoint is undone. */
void transaction_begin_whole(Operation *operation) {
  assert(operation->began == TRANSACTION_NONE);
  transaction_check_reads(operation);
  transaction_undo_left(operation);
  bool alone = transaction_in_autocommit(operation);
  query_prepare(operation, alone ? STATEMENT_ROLLBACK : STATEMENT_UNDO_INIT);
  query_prepare(operation, alone ? STATEMENT_BEGIN : STATEMENT_RELEASE_INIT);
  if (failed(operation)) return;
  operation->began = alone ? TRANSACTION_OWN : TRANSACTION_SAVEPOINT;
  if (alone && transaction_within_write(operation))
    transaction_refuse_within(operation);
  query_run(operation, alone ? STATEMENT_BEGIN : STATEMENT_BEGIN_INIT);
  if (!alone && operation->sqlite == SQLITE_BUSY)
    transaction_refuse_within(operation);
  transaction_keep_running(operation);
}

/* What ends the savepoint is prepared before it begins: to undo must need no
** memory, which may be what has run out. */
void transaction_make_whole(Operation *operation) {
  if (failed(operation) || operation->began != TRANSACTION_NONE ||
      transaction_in_autocommit(operation))
    return;
  query_prepare(operation, STATEMENT_UNDO_INIT);
  query_prepare(operation, STATEMENT_RELEASE_INIT);
  if (failed(operation)) return;
  query_run(operation, STATEMENT_BEGIN_INIT);
  if (!failed(operation))
    operation->began = TRANSACTION_SAVEPOINT;
  else if (operation->sqlite == SQLITE_BUSY)
    error_clear(operation);
}

/* query_only lets a transaction begin, and refuses what writes in it: the lock
** tells. That there are no tables yet is for others to say. */
static void transaction_lock_trial(Operation *operation) {
  if (failed(operation) || operation->began == TRANSACTION_NONE) return;
  query_run(operation, STATEMENT_LOCK);
  if (operation->sqlite == SQLITE_ERROR) error_clear(operation);
}

/* The lock for writing is taken here and not by the first write, so that a
** database that is busy is told before anything is computed. One that may not
** be written is no error: the caller does without. */
bool transaction_begin_trial(Operation *operation) {
  sqlite3 *db = connection_db(operation->connection);
  transaction_undo_left(operation);
  if (failed(operation) || transaction_may_not_write(operation) ||
      sqlite3_db_readonly(db, "main") == 1)
    return false;
  if (!transaction_in_autocommit(operation))
    transaction_make_whole(operation);
  else if (!transaction_within_write(operation))
    transaction_begin(operation);
  transaction_lock_trial(operation);
  if (failed(operation)) {
    if ((operation->sqlite & 0xff) == SQLITE_READONLY) error_clear(operation);
    transaction_abandon(operation);
    return false;
  }
  return operation->began != TRANSACTION_NONE;
}

/* An interrupt refuses ROLLBACK TO as well, and the caller's COMMIT would keep
** what is still there. A statement that writes, and is refused in the same way,
** makes SQLite undo the caller's transaction, as it does with any of his own.
** Should there still be something it is the caller who has to undo it. */
void transaction_undo(Operation *operation) {
  Connection *connection = operation->connection;
  int code = SQLITE_OK;
  query_finish(operation, STATEMENT_RUNNING);
  if (operation->began == TRANSACTION_SAVEPOINT) {
    code = query_step_prepared(connection, STATEMENT_UNDO_INIT);
    if (code != SQLITE_OK && !transaction_in_autocommit(operation))
      query_step_prepared(connection, STATEMENT_LOCK);
  }
  transaction_abandon(operation);
  if (code == SQLITE_OK && connection->left != TRANSACTION_NONE)
    code = SQLITE_NOMEM;
  if (code != SQLITE_OK && !operation->lost)
    error_database(operation, code, "a dry run could not be undone");
}

void transaction_script_alone(Operation *operation, const char *script) {
  query_finish(operation, STATEMENT_RUNNING);
  query_script(operation, script);
  transaction_keep_running(operation);
}

/* The error is put aside because it may be one of the client's, in spite of
** which the row of the log is committed; should COMMIT fail, that is the
** error. */
void transaction_end(Operation *operation) {
  bool keep = operation->error != ERROR_DATABASE;
  query_finish(operation, STATEMENT_RUNNING);
  if (operation->began == TRANSACTION_NONE || !keep) {
    transaction_abandon(operation);
    return;
  }
  SavedError saved = error_save(operation);
  query_run(operation, operation->began == TRANSACTION_OWN
                           ? STATEMENT_COMMIT
                           : STATEMENT_RELEASE_INIT);
  if (failed(operation)) {
    transaction_abandon(operation);
  } else {
    operation->began = TRANSACTION_NONE;
  }
  error_restore(operation, saved);
}

/* SQLite may have rolled back by itself, and then there is nothing to undo.
** An interrupt refuses ROLLBACK too; but a statement that would write, and is
** interrupted, makes SQLite roll back: BEGIN is one. What cannot be undone for
** want of memory is left to the next operation. */
void transaction_abandon(Operation *operation) {
  Connection *connection = operation->connection;
  bool left = false;
  if (operation->began == TRANSACTION_OWN) {
    if (!transaction_in_autocommit(operation))
      query_step_prepared(connection, STATEMENT_ROLLBACK);
    if (!transaction_in_autocommit(operation))
      query_step_prepared(connection, STATEMENT_BEGIN);
    left = !transaction_in_autocommit(operation);
  } else if (operation->began == TRANSACTION_SAVEPOINT) {
    query_step_prepared(connection, STATEMENT_UNDO_INIT);
    left =
        query_step_prepared(connection, STATEMENT_RELEASE_INIT) == SQLITE_NOMEM;
  }
  if (left) connection->left = operation->began;
  operation->began = TRANSACTION_NONE;
}

/*
** One change.
*/
bool transaction_guard(Operation *operation) {
  query_prepare(operation, STATEMENT_UNDO_CHANGE);
  query_prepare(operation, STATEMENT_RELEASE_CHANGE);
  query_run(operation, STATEMENT_BEGIN_CHANGE);
  if (!failed(operation)) return true;
  if (operation->sqlite == SQLITE_BUSY) error_clear(operation);
  return false;
}

void transaction_guard_end(Operation *operation, bool undo) {
  Connection *connection = operation->connection;
  if (undo) query_step_prepared(connection, STATEMENT_UNDO_CHANGE);
  query_step_prepared(connection, STATEMENT_RELEASE_CHANGE);
}

long long transaction_changes(const Operation *operation) {
  return sqlite3_total_changes64(connection_db(operation->connection));
}

bool transaction_has_dangling_keys(const Operation *operation) {
  int dangling = 0, highest;
  return sqlite3_db_status(connection_db(operation->connection),
                           SQLITE_DBSTATUS_DEFERRED_FKS, &dangling, &highest,
                           0) == SQLITE_OK &&
         dangling;
}

/* An operation that changes something holds the lock; without a transaction
** nobody does. */
TransactionLoss transaction_loss(Operation *operation) {
  if (transaction_holds_lock(operation)) return LOSS_NONE;
  if (operation->began != TRANSACTION_OWN) return LOSS_CALLER;
  SavedError saved = error_save(operation);
  operation->began = TRANSACTION_NONE;
  operation->lost = true;
  transaction_begin(operation);
  error_restore(operation, saved);
  return LOSS_OWN;
}

/*
** What is undone by others.
*/
static bool transaction_is_in(const Operation *operation, const char *database,
                              const char *table) {
  return sqlite3_table_column_metadata(connection_db(operation->connection),
                                       database, table, NULL, NULL, NULL, NULL,
                                       NULL, NULL) == SQLITE_OK;
}

bool transaction_in_main(const Operation *operation, const char *table) {
  return transaction_is_in(operation, "main", table);
}

/* Numbers 0 and 1 are "main" and "temp"; a name is good until somebody detaches
** it. */
Text transaction_home(Operation *operation, const char *table) {
  sqlite3 *db = connection_db(operation->connection);
  const char *name;
  for (int i = 0; (name = sqlite3_db_name(db, i)) != NULL; i++)
    if (i != 1 && transaction_is_in(operation, name, table))
      return arena_copy(&operation->arena, text_of(name));
  return NO_TEXT;
}

bool transaction_uncommitted(const Operation *operation, const char *table) {
  sqlite3 *db = connection_db(operation->connection);
  bool in_main = transaction_in_main(operation, table);
  return sqlite3_txn_state(db, in_main ? "main" : NULL) == SQLITE_TXN_WRITE;
}

/* A hook would be the host's, who has one of each only. But SQLite also tells
** the virtual tables that a transaction has written to, and a write that
** changes nothing is one. It is not kept prepared: a statement that uses
** scim_stmt would keep it from being disconnected. Where the transaction does
** not write to "main", it would lock that.
**
** SQLite undoes the whole transaction when a write that is not undone by itself
** is interrupted. Then there is nothing to go on with. */
bool transaction_watch(Operation *operation) {
  if (!transaction_holds_lock(operation)) return false;
  sqlite3 *db = connection_db(operation->connection);
  int code =
      sqlite3_exec(db, "DELETE FROM scim_stmt WHERE 0", NULL, NULL, NULL);
  if (code != SQLITE_OK && !transaction_holds_lock(operation))
    error_database(operation, code, sqlite3_errmsg(db));
  return code == SQLITE_OK;
}

/* SQLite counts the states that the pages of a connection have been of. It
** looks whether there is a new one when a transaction begins to read; and it
** counts when the connection's own commits or rolls back. */
bool transaction_version(const Operation *operation, unsigned *version) {
  sqlite3 *db = connection_db(operation->connection);
  return sqlite3_txn_state(db, "main") == SQLITE_TXN_READ &&
         sqlite3_file_control(db, "main", SQLITE_FCNTL_DATA_VERSION, version) ==
             SQLITE_OK;
}

bool transaction_version_of(const Operation *operation, const char *table,
                            unsigned *version) {
  return transaction_in_main(operation, table) &&
         transaction_version(operation, version);
}

void transaction_undone(Connection *connection) {
  connection_attach(connection, CONNECTION_SCHEMAS, NULL, NULL);
}
