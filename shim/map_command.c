/*
** map_command.c: see map_command.h.
**
** It is SELECT scim_map_switch(NAME, 'on' or 'off') for who has no sqlite3 at
** hand, and for who has so many resources that they want to see it move.
**
** HOW IT WORKS
**
** One call of the function, which is one transaction. While it runs SQLite
** calls map_command_watch every so many steps of its machine. That looks at a
** clock which nobody sets, and once a second tells how many rows have been
** written by then, those of the extension included: SQLite counts them anyway,
** and no SQL may run there. How many there will be nobody knows.
**
** SIGINT and SIGTERM leave a mark, by which the next call of it makes SQLite
** interrupt the statement: all is undone. The second one ends the program at
** once, which leaves the file as it was too.
*/
#include "map_command.h"

#include <stdio.h>
#include <stdlib.h>

#include "database.h"
#include "interrupt.h"
#include "log.h"
#include "moment.h"

/* A look at the clock costs less than a hundredth of so many. */
#define MAP_COMMAND_STEPS 1000

/* What map_command_watch knows. */
typedef struct MapCommand {
  sqlite3 *handle;
  const char *name;
  long long start; /* moment_now */
  long long told;  /* seconds after the start when it last told something */
  sqlite3_int64 changes; /* that there were at the start */
} MapCommand;

/* Whole seconds since the start. */
static long long map_command_seconds(const MapCommand *command) {
  return (moment_now() - command->start) / MOMENT_SECOND;
}

/* Called by SQLite: another value than 0 interrupts the statement. */
static int map_command_watch(void *context) {
  MapCommand *command = context;
  long long seconds = map_command_seconds(command);
  if (seconds > command->told) {
    command->told = seconds;
    log_complaint("%s: %lld rows written, %lld s", command->name,
                  (long long)(sqlite3_total_changes64(command->handle) -
                              command->changes),
                  seconds);
  }
  return interrupt_came();
}

/* Every resource has been looked at when a map is on. One that is off has left
** all of them alone, so that there is no number to tell. */
static void map_command_tell(const Options *options, sqlite3_int64 count) {
  if (options->off)
    printf("%s is off\n", options->name);
  else
    printf("%s is on: %lld %s\n", options->name, (long long)count,
           count == 1 ? "resource" : "resources");
}

/* Runs the statement on an open database. The message of an error is that of
** the last step. */
static int map_command_run(Database *database, const Options *options) {
  sqlite3_stmt *statement = NULL;
  sqlite3_int64 count = 0;
  sqlite3_prepare_v2(database->handle, "SELECT scim_map_switch(?1, ?2)", -1,
                     &statement, NULL);
  sqlite3_bind_text(statement, 1, options->name, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, options->off ? "off" : "on", -1,
                    SQLITE_STATIC);
  if (sqlite3_step(statement) == SQLITE_ROW)
    count = sqlite3_column_int64(statement, 0);
  if (sqlite3_finalize(statement) == SQLITE_OK && statement) {
    map_command_tell(options, count);
    return EXIT_SUCCESS;
  }
  log_complaint("%s", sqlite3_errmsg(database->handle));
  return EXIT_FAILURE;
}

/* The same, watched. */
static int map_command_run_watched(Database *database, const Options *options) {
  MapCommand command = {.handle = database->handle,
                        .name = options->name,
                        .changes = sqlite3_total_changes64(database->handle)};
  command.start = moment_now();
  interrupt_catch();
  sqlite3_progress_handler(database->handle, MAP_COMMAND_STEPS,
                           map_command_watch, &command);
  int status = map_command_run(database, options);
  sqlite3_progress_handler(database->handle, 0, NULL, NULL);
  return status;
}

int map_command(const Options *options) {
  Database database;
  Output complaint = {0};
  int status = EXIT_FAILURE;
  if (database_open(&database, options, DATABASE_WRITE, &complaint) ==
      SQLITE_OK)
    status = map_command_run_watched(&database, options);
  else
    log_complaint("%s", output_terminate(&complaint));
  database_close(&database);
  output_free(&complaint);
  return status;
}
