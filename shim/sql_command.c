/*
** sql_command.c: see sql_command.h.
**
** Each command is one SQL statement, of the kind that an operator could type
** into the sqlite3 shell: what a token is, the extension alone knows. The steps
** are the same for all (open, prepare, bind, step, end), and an error of any of
** them is told by the last, from what SQLite says then. What the extension does
** not take (a time that is none, a tenant without a name, a scope that nobody
** knows) is its error, and ends the command.
**
** The statements stand in one table. Their parameters have names, and are bound
** where a statement has them; what was not given is NULL, which to the
** extension is as if it were not there.
*/
#include "sql_command.h"

#include <stdio.h>
#include <stdlib.h>

#include "database.h"
#include "log.h"

/* Secrets are printed alone, so that a script can take them as they are, and
** those of clients with their id, as JSON: they are shown this once, and stored
** nowhere. Lists are one JSON object a line: a label may hold tabs and
** newlines. A row that is revoked stays, since the log refers to it; revoking
** what is revoked already fails, because it is most likely a slip in the
** number. */
static const struct SqlCommand {
  Command command;
  const char *sql;
  const char *complaint; /* when there is no row; NULL: that is all right */
} sql_command_table[] = {
    {COMMAND_TOKEN_ADD,
     "SELECT scim_token(:tenant, :label, json_object('expires', :expires,"
     " 'scopes', :scopes, 'idp', :idp))",
     NULL},
    {COMMAND_TOKEN_LIST,
     "SELECT json_object('token', token, 'tenant', tenant, 'label', label,"
     " 'idp', idp, 'last_four', last_four, 'scopes', scopes,"
     " 'created', created, 'expires', expires, 'revoked', revoked,"
     " 'last_used', last_used)"
     " FROM scim_token WHERE kind = 'token' ORDER BY token",
     NULL},
    {COMMAND_TOKEN_ROTATE, "SELECT scim_token_rotate(:token, :grace)", NULL},
    {COMMAND_TOKEN_REVOKE,
     "UPDATE scim_token SET revoked = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
     " WHERE token = :token AND kind = 'token' AND revoked IS NULL"
     " RETURNING NULL",
     "there is no valid token %s"},
    {COMMAND_CLIENT_ADD,
     "SELECT scim_client(:tenant, :label, json_object('expires', :expires,"
     " 'scopes', :scopes, 'idp', :idp))",
     NULL},
    {COMMAND_CLIENT_LIST,
     "SELECT json_object('client_id', client_id, 'tenant', tenant,"
     " 'label', label, 'idp', idp, 'last_four', last_four, 'scopes', scopes,"
     " 'created', created, 'expires', expires, 'revoked', revoked,"
     " 'last_used', last_used)"
     " FROM scim_client ORDER BY token",
     NULL},
    {COMMAND_RELEASE, "SELECT scim_release(:name)", NULL},
    {COMMAND_CLIENT_ROTATE, "SELECT scim_client_rotate(:which, :grace)", NULL},
    {COMMAND_CLIENT_REVOKE,
     "UPDATE scim_token SET revoked = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
     " WHERE client = :which AND kind = 'client' AND revoked IS NULL"
     " RETURNING NULL",
     "there is no valid client %s"},
};

static const struct SqlCommand *sql_command_find(Command command) {
  const struct SqlCommand *entry = sql_command_table;
  while (entry->command != command) entry++;
  return entry;
}

/* Opens an existing database, or complains. Nothing is open if it fails. */
static bool sql_command_open(Database *database, const Options *options) {
  Output complaint = {0};
  int code = database_open(database, options, DATABASE_WRITE, &complaint);
  if (code != SQLITE_OK) {
    log_complaint("%s", output_terminate(&complaint));
    database_close(database);
  }
  output_free(&complaint);
  return code == SQLITE_OK;
}

/* Binds what the statement asks for, of all that the options may say. */
static void sql_command_bind(sqlite3_stmt *statement, const Options *options) {
  const struct {
    const char *name, *value;
  } texts[] = {{":tenant", options->tenant},   {":label", options->label},
               {":expires", options->expires}, {":scopes", options->scopes},
               {":idp", options->idp},         {":which", options->which},
               {":name", options->name}};
  const struct {
    const char *name;
    long value;
  } numbers[] = {{":token", options->token}, {":grace", options->grace}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int at = sqlite3_bind_parameter_index(statement, texts[i].name);
    if (at) sqlite3_bind_text(statement, at, texts[i].value, -1, SQLITE_STATIC);
  }
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    int at = sqlite3_bind_parameter_index(statement, numbers[i].name);
    if (at) sqlite3_bind_int64(statement, at, numbers[i].value);
  }
}

/* Prints the first column of each row, and returns how many there were. What
** ends the rows, also an error, is seen by sql_command_end. */
static int sql_command_print(sqlite3_stmt *statement) {
  int rows = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    const unsigned char *text = sqlite3_column_text(statement, 0);
    if (text) puts((const char *)text); /* a NULL is no line */
    rows++;
  }
  return rows;
}

/* Ends the command: EXIT_FAILURE, with a complaint, if the statement was not
** prepared or its last step failed. */
static int sql_command_end(Database *database, sqlite3_stmt *statement) {
  int status = EXIT_SUCCESS;
  if (sqlite3_finalize(statement) != SQLITE_OK || !statement) {
    log_complaint("%s", sqlite3_errmsg(database->handle));
    status = EXIT_FAILURE;
  }
  database_close(database);
  return status;
}

/* A statement that was not prepared has no rows, and is complained of at the
** end. */
int sql_command_run(const Options *options) {
  const struct SqlCommand *entry = sql_command_find(options->command);
  Database database;
  sqlite3_stmt *statement = NULL;
  if (!sql_command_open(&database, options)) return EXIT_FAILURE;
  sqlite3_prepare_v2(database.handle, entry->sql, -1, &statement, NULL);
  if (statement) sql_command_bind(statement, options);
  int rows = sql_command_print(statement);
  int status = sql_command_end(&database, statement);
  if (status != EXIT_SUCCESS || rows || !entry->complaint) return status;
  log_complaint(entry->complaint, options->which);
  return EXIT_FAILURE;
}
