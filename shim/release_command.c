/*
** release_command.c: see release_command.h.
**
** Lets through what the breaker of a tenant holds, and prints until when: it is
** SELECT scim_release(TENANT) for who has no sqlite3 at hand.
*/
#include "release_command.h"

#include <stdio.h>
#include <stdlib.h>

#include "database.h"
#include "log.h"

/* Runs the statement on an open database. The message of an error is that of
** the last step. */
static int release_command_run(Database *database, const char *tenant) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2(database->handle, "SELECT scim_release(?1)", -1,
                     &statement, NULL);
  sqlite3_bind_text(statement, 1, tenant, -1, SQLITE_STATIC);
  if (sqlite3_step(statement) == SQLITE_ROW)
    printf("%s\n", (const char *)sqlite3_column_text(statement, 0));
  if (sqlite3_finalize(statement) == SQLITE_OK && statement)
    return EXIT_SUCCESS;
  log_complaint("%s", sqlite3_errmsg(database->handle));
  return EXIT_FAILURE;
}

int release_command(const Options *options) {
  Database database;
  Output complaint = {0};
  int status = EXIT_FAILURE;
  if (database_open(&database, options, DATABASE_WRITE, &complaint) ==
      SQLITE_OK)
    status = release_command_run(&database, options->name);
  else
    log_complaint("%s", output_terminate(&complaint));
  database_close(&database);
  output_free(&complaint);
  return status;
}
