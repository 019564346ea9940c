/* scimd token add | list | revoke: each is one SQL statement. */
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "log.h"

/* Opens an existing database, or complains. */
static bool open_database(Database *database, const Options *options) {
  Buffer complaint = {0};
  int code = database_open(database, options, DATABASE_WRITE, &complaint);
  if (code != SQLITE_OK) {
    log_complaint("%.*s", (int)complaint.size, complaint.data);
    database_close(database);
  }
  buffer_free(&complaint);
  return code == SQLITE_OK;
}

/* Ends the command: EXIT_FAILURE, with a complaint, if the last step failed. */
static int close_database(Database *database, sqlite3_stmt *statement) {
  int status = EXIT_SUCCESS;
  if (sqlite3_finalize(statement) != SQLITE_OK || !statement) {
    log_complaint("%s", sqlite3_errmsg(database->handle));
    status = EXIT_FAILURE;
  }
  database_close(database);
  return status;
}

static sqlite3_stmt *prepare(Database *database, const char *sql) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);
  return statement;
}

static void print_rows(sqlite3_stmt *statement) {
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const unsigned char *text = sqlite3_column_text(statement, 0);
    if (text) puts((const char *)text);
  }
}

int token_add(const Options *options) {
  Database database;
  if (!open_database(&database, options)) return EXIT_FAILURE;
  sqlite3_stmt *statement =
      prepare(&database, "SELECT scim_token(?1, ?2, CASE WHEN ?3 IS NOT NULL"
                         " THEN json_object('expires', ?3) END)");
  sqlite3_bind_text(statement, 1, options->tenant, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, options->label, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 3, options->expires, -1, SQLITE_STATIC);
  print_rows(statement);
  return close_database(&database, statement);
}

/* One JSON object a line: a label may hold tabs and newlines. */
int token_list(const Options *options) {
  Database database;
  if (!open_database(&database, options)) return EXIT_FAILURE;
  sqlite3_stmt *statement = prepare(
      &database,
      "SELECT json_object('token', token, 'tenant', tenant, 'label', label,"
      " 'scopes', scopes, 'created', created, 'expires', expires,"
      " 'revoked', revoked, 'last_used', last_used)"
      " FROM scim_token ORDER BY token");
  print_rows(statement);
  return close_database(&database, statement);
}

int token_revoke(const Options *options) {
  Database database;
  if (!open_database(&database, options)) return EXIT_FAILURE;
  sqlite3_stmt *statement =
      prepare(&database, "UPDATE scim_token"
                         " SET revoked = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
                         " WHERE token = ?1 AND revoked IS NULL");
  sqlite3_bind_int64(statement, 1, options->token);
  bool found = sqlite3_step(statement) != SQLITE_DONE ||
               sqlite3_changes(database.handle) > 0;
  int status = close_database(&database, statement);
  if (found) return status;
  log_complaint("there is no valid token %ld", options->token);
  return EXIT_FAILURE;
}
