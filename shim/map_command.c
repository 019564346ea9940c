/*
** map_command.c: see map_command.h.
**
** It is SELECT scim_map_switch(NAME, 'on' or 'off') for who has no sqlite3 at
** hand, and for who has so many resources that they want to see it move. An
** engine that heard nothing of the first time sends it again: by its moment it
** is known as done, and answered as it was.
**
** HOW IT WORKS
**
** One call of the function, which is one transaction. While it runs the engine
** calls map_command_watch now and then. That looks at a clock which nobody
** sets, and once a second tells how many rows have been written by then. How
** many there will be nobody knows. On several machines nobody knows the first
** either, since what a transaction has written is seen by nobody before its
** end, and it tells how long that takes; the engine asks from a thread of its
** own then.
**
** SIGINT and SIGTERM leave a mark, by which the next call of it ends the
** statement: all is undone. The second one ends the program at once, which
** leaves a file as it was too. On several machines the statement may have come
** to its end by then, and is done.
*/
#include "map_command.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine.h"
#include "interrupt.h"
#include "log.h"
#include "moment.h"

static const char map_command_sql[] =
    "SELECT scim_map_switch(?1, ?2,"
    " json_object('now', ?3, 'again', json('true')))";

/* What the functions below know. */
typedef struct MapCommand {
  const char *name;
  long long start; /* moment_now */
  long long told;  /* seconds after the start when it last told something */
  long long count; /* of resources, at the end */
} MapCommand;

/* Whole seconds since the start. */
static long long map_command_seconds(const MapCommand *command) {
  return (moment_now() - command->start) / MOMENT_SECOND;
}

/* An EngineWatch. */
static bool map_command_watch(void *context, long long changes) {
  MapCommand *command = context;
  long long seconds = map_command_seconds(command);
  if (seconds > command->told && changes >= 0)
    log_complaint("%s: %lld rows written, %lld s", command->name, changes,
                  seconds);
  else if (seconds > command->told)
    log_complaint("%s: the cluster is at it, %lld s", command->name, seconds);
  if (seconds > command->told) command->told = seconds;
  return interrupt_came();
}

/* An EngineRow. */
static bool map_command_count(void *context, const EngineValue *cells,
                              size_t count) {
  MapCommand *command = context;
  command->count = cells && count ? engine_number(&cells[0]) : 0;
  return true;
}

/* Every resource has been looked at when a map is on. One that is off has left
** all of them alone, so that there is no number to tell. */
static void map_command_tell(const Options *options, long long count) {
  if (options->off)
    printf("%s is off\n", options->name);
  else
    printf("%s is on: %lld %s\n", options->name, count,
           count == 1 ? "resource" : "resources");
}

/* Runs the statement. Returns false, with the reason in complaint. */
static bool map_command_run(Engine *engine, const Options *options,
                            Output *complaint) {
  MapCommand command = {.name = options->name, .start = moment_now()};
  char now[MOMENT_TEXT];
  moment_write(now);
  EngineStatement statement = {
      .sql = map_command_sql,
      .count = 3,
      .values = {engine_text(options->name),
                 engine_text(options->off ? "off" : "on"), engine_text(now)}};
  EngineAnswer answer = {.row = map_command_count,
                         .watch = map_command_watch,
                         .context = &command,
                         .complaint = complaint};
  interrupt_catch();
  if (engine_write(engine, &statement, &answer)) return false;
  map_command_tell(options, command.count);
  return true;
}

int map_command(const Options *options) {
  Output complaint = {0};
  Engine *engine = engine_open(options, ENGINE_WRITE, &complaint);
  bool done = engine && map_command_run(engine, options, &complaint);
  if (!done) log_complaint("%s", output_terminate(&complaint));
  if (engine) engine_close(engine);
  output_free(&complaint);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
