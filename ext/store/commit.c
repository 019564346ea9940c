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
  query_bind_text(query, 1, text_of(change->action));
  for (int i = 2; i < (int)(sizeof texts / sizeof *texts); i++) {
    /* detail may be empty; a target is never NULL. */
    if (texts[i] && (texts[i]->size || i == 18))
      query_bind_text(query, i, texts[i]->data ? *texts[i] : text_of(""));
  }
  bind_number(query, 4, change->resource);
  bind_number(query, 6, change->version);
  bind_number(query, 16, change->token);
  bind_number(query, 19, change->status);
}

long long commit_change(Operation *operation, Connection *connection,
                        const Change *change) {
  long long seq = 0;
  Query query = query_open(operation, connection, STATEMENT_COMMIT_CHANGE);
  bind_all(&query, change);
  if (query_step(&query)) {
    seq = query_integer(&query, 0);
    query_step(&query);
  }
  query_close(&query);
  return seq;
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

bool commit_begin(Operation *operation, Connection *connection) {
  if (failed(operation) || !sqlite3_get_autocommit(connection_db(connection)))
    return false;
  if (within_write(operation, connection)) return false;
  query_run(operation, connection, STATEMENT_BEGIN);
  if (!failed(operation)) connection_undo(connection, "ROLLBACK");
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
  connection_undo(connection, NULL);
}
