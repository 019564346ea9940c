/*
** token_command.c: see token_command.h.
**
** Each command is one SQL statement, of the kind that an operator could type
** into the sqlite3 shell: what a token is, the extension alone knows. The steps
** are the same for all three (open, prepare, step, end), and an error of any of
** them is told by the last, from what SQLite says then.
*/
#include "token_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "log.h"

/* Opens an existing database, or complains. Nothing is open if it fails. */
static bool token_command_open(Database *database, const Options *options) {
  Output complaint = {0};
  int code = database_open(database, options, DATABASE_WRITE, &complaint);
  if (code != SQLITE_OK) {
    log_complaint("%s", output_terminate(&complaint));
    database_close(database);
  }
  output_free(&complaint);
  return code == SQLITE_OK;
}

/* Ends the command: EXIT_FAILURE, with a complaint, if the statement was not
** prepared or its last step failed. */
static int token_command_end(Database *database, sqlite3_stmt *statement) {
  int status = EXIT_SUCCESS;
  if (sqlite3_finalize(statement) != SQLITE_OK || !statement) {
    log_complaint("%s", sqlite3_errmsg(database->handle));
    status = EXIT_FAILURE;
  }
  database_close(database);
  return status;
}

/* Returns NULL if it fails; token_command_end then complains. */
static sqlite3_stmt *token_command_prepare(Database *database,
                                           const char *sql) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);
  return statement;
}

/* Prints the first column of each row. What ends the rows, also an error, is
** seen by token_command_end. */
static void token_command_print(sqlite3_stmt *statement) {
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const unsigned char *text = sqlite3_column_text(statement, 0);
    if (text) puts((const char *)text); /* a NULL is no line */
  }
}

/* Prints the secret alone, so that a script can take it as it is: it is shown
** this once, and stored nowhere. What the extension does not take (a time that
** is none, a tenant without a name) is its error, and ends the command. */
int token_command_add(const Options *options) {
  Database database;
  if (!token_command_open(&database, options)) return EXIT_FAILURE;
  sqlite3_stmt *statement = token_command_prepare(
      &database, "SELECT scim_token(?1, ?2, CASE WHEN ?3 IS NOT NULL"
                 " THEN json_object('expires', ?3) END)");
  sqlite3_bind_text(statement, 1, options->tenant, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, options->label, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 3, options->expires, -1, SQLITE_STATIC);
  token_command_print(statement);
  return token_command_end(&database, statement);
}

/* One JSON object a line: a label may hold tabs and newlines. */
int token_command_list(const Options *options) {
  Database database;
  if (!token_command_open(&database, options)) return EXIT_FAILURE;
  sqlite3_stmt *statement = token_command_prepare(
      &database,
      "SELECT json_object('token', token, 'tenant', tenant, 'label', label,"
      " 'scopes', scopes, 'created', created, 'expires', expires,"
      " 'revoked', revoked, 'last_used', last_used)"
      " FROM scim_token ORDER BY token");
  token_command_print(statement);
  return token_command_end(&database, statement);
}

/* The row stays: the log refers to it. Revoking what is revoked already is a
** failure, because it is most likely a slip in the number. */
int token_command_revoke(const Options *options) {
  Database database;
  if (!token_command_open(&database, options)) return EXIT_FAILURE;
  sqlite3_stmt *statement = token_command_prepare(
      &database, "UPDATE scim_token"
                 " SET revoked = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
                 " WHERE token = ?1 AND revoked IS NULL");
  sqlite3_bind_int64(statement, 1, options->token);
  bool found = sqlite3_step(statement) != SQLITE_DONE ||
               sqlite3_changes(database.handle) > 0;
  int status = token_command_end(&database, statement);
  if (found) return status;
  log_complaint("there is no valid token %ld", options->token);
  return EXIT_FAILURE;
}
