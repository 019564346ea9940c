#include "commit.h"

SQLITE_EXTENSION_INIT3

static void bind_number(Query *query, int parameter, long long number) {
  if (number) query_bind_integer(query, parameter, number);
}

static void bind_all(Query *query, const Change *change) {
  const Text *const texts[] = {NULL,
                               NULL,
                               &change->tenant,
                               &change->type,
                               NULL,
                               &change->id,
                               NULL,
                               &change->time,
                               &change->doc,
                               &change->value_add,
                               &change->value_drop,
                               &change->unique_add,
                               &change->unique_drop,
                               &change->member_add,
                               &change->member_drop,
                               &change->groups_left,
                               &change->source,
                               NULL,
                               &change->method,
                               &change->target,
                               NULL,
                               &change->scim_type,
                               &change->detail,
                               &change->before,
                               &change->after,
                               &change->data};
  enum {
    RESOURCE = 4,
    VERSION = 6,
    TOKEN = 17,
    METHOD = 18,
    TARGET = 19,
    STATUS = 20
  };
  query_bind_text(query, 1, text_of(change->action));
  for (int i = 2; i < (int)(sizeof texts / sizeof *texts); i++) {
    if (texts[i] && texts[i]->size) query_bind_text(query, i, *texts[i]);
  }
  if (change->status && !change->method.size)
    query_bind_text(query, METHOD, text_of(""));
  if (change->status && !change->target.size)
    query_bind_text(query, TARGET, text_of(""));
  bind_number(query, RESOURCE, change->resource);
  bind_number(query, VERSION, change->version);
  bind_number(query, TOKEN, change->token);
  bind_number(query, STATUS, change->status);
}

void commit_change(Operation *operation, Connection *connection,
                   const Change *change) {
  Query query = query_open(operation, connection, STATEMENT_COMMIT_CHANGE);
  bind_all(&query, change);
  query_step(&query);
  query_close(&query);
}

static long long read_number(Operation *operation, Connection *connection,
                             Statement statement) {
  Query query = query_open(operation, connection, statement);
  long long number = query_step(&query) ? query_integer(&query, 0) : 0;
  query_close(&query);
  return number;
}

long long commit_last_seq(Operation *operation, Connection *connection) {
  return read_number(operation, connection, STATEMENT_LAST_SEQ);
}

long long commit_next_resource(Operation *operation, Connection *connection) {
  return read_number(operation, connection, STATEMENT_LAST_RESOURCE) + 1;
}

/* Is a writing statement of the caller in progress? SQLite refuses a
** savepoint then, and only then. */
static bool within_write(Operation *operation, Connection *connection) {
  sqlite3 *db = connection_db(connection);
  if (sqlite3_txn_state(db, "main") == SQLITE_TXN_WRITE) return true;
  query_run(operation, connection, STATEMENT_PROBE_SAVEPOINT);
  if (operation->sqlite == SQLITE_BUSY) {
    error_clear(operation);
    return true;
  }
  query_run(operation, connection, STATEMENT_RELEASE_PROBE);
  return false;
}

/* The caller's statement writes, perhaps to a temporary table only: then the
** lock has to be taken before anything is read, because a reader cannot become
** a writer once another has written. */
static bool join_write(Operation *operation, Connection *connection) {
  if (!within_write(operation, connection)) return false;
  if (sqlite3_txn_state(connection_db(connection), "main") != SQLITE_TXN_WRITE)
    query_run(operation, connection, STATEMENT_LOCK);
  if (!failed(operation)) connection_done(connection);
  return true;
}

bool commit_begin(Operation *operation, Connection *connection) {
  if (failed(operation) || !sqlite3_get_autocommit(connection_db(connection)))
    return false;
  connection_undo(operation, connection, STATEMENT_ROLLBACK);
  if (failed(operation) || join_write(operation, connection)) return false;
  query_run(operation, connection, STATEMENT_BEGIN);
  return !failed(operation);
}

static void end(Operation *operation, Connection *connection, bool keep) {
  query_run(operation, connection,
            keep ? STATEMENT_COMMIT : STATEMENT_ROLLBACK);
  /* SQLite may have rolled back by itself. */
  if (!keep) error_clear(operation);
}

/* A SCIM error is an outcome too: its row of the log is kept. */
void commit_end(Operation *operation, Connection *connection, bool began) {
  if (!began) return;
  HeldError held = error_hold(operation);
  end(operation, connection, held.error != ERROR_DATABASE);
  if (failed(operation)) {
    held = error_hold(operation);
    end(operation, connection, false);
  }
  error_return(operation, held);
  if (sqlite3_get_autocommit(connection_db(connection)))
    connection_done(connection);
}
