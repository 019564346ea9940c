/*
** alert.c: reads what the breaker goes by, and releases what it holds.
**
** HOW IT WORKS
**
** There is no counter of deactivations: they are rows of scim_log, found by an
** index that holds them and next to nothing else. So what was rolled back does
** not count, and a window that slides needs nobody to move it. The rows in it
** are few, because the breaker keeps them so; where it was set when many had
** gone already, they are counted no further than it takes to decide.
**
** What a release has let through does not count afterwards: the window begins
** no earlier than the last release ended. A release that has not ended begins
** one in the future, in which there is nothing.
*/
#include "alert.h"

#include "../db/query.h"
#include "../text/json.h"
#include "commit.h"

/* How many are active is read from scim_count, which triggers keep up to date:
** to count them would be a walk over all users before each deactivation. */
AlertWindow alert_window(Operation *operation, Text now, long long minutes) {
  AlertWindow window = {NO_TEXT, 0};
  Query query = query_open(operation, STATEMENT_BREAKER_WINDOW);
  query_bind_text(&query, BREAKER_WINDOW_NOW, now);
  query_bind_integer(&query, BREAKER_WINDOW_MINUTES, minutes);
  query_bind_text(&query, BREAKER_WINDOW_TENANT, operation->tenant);
  if (query_step(&query)) {
    window.since = query_text(&query, BREAKER_WINDOW_ROW_SINCE);
    window.active = query_integer(&query, BREAKER_WINDOW_ROW_ACTIVE);
  }
  query_close(&query);
  return window;
}

/* The user who is changed now is left out, and counted by the caller: one who
** is switched off and then deleted is one loss. */
AlertLosses alert_losses(Operation *operation, Text since, Text id,
                         long long most) {
  AlertLosses losses = {0, NO_TEXT};
  Query query = query_open(operation, STATEMENT_BREAKER_LOSSES);
  query_bind_text(&query, BREAKER_LOSSES_TENANT, operation->tenant);
  query_bind_text(&query, BREAKER_LOSSES_SINCE, since);
  query_bind_text(&query, BREAKER_LOSSES_ID, id);
  query_bind_integer(&query, BREAKER_LOSSES_MOST, most);
  if (query_step(&query)) {
    losses.number = query_integer(&query, LOSSES_ROW_NUMBER);
    losses.first = query_text(&query, LOSSES_ROW_FIRST);
  }
  query_close(&query);
  return losses;
}

/* A time so many minutes on, by SQLite's calendar. */
static Text alert_add_minutes(Operation *operation, Text now,
                              long long minutes) {
  Text time = NO_TEXT;
  Query query = query_open(operation, STATEMENT_ADD_MINUTES);
  query_bind_text(&query, ADD_MINUTES_NOW, now);
  query_bind_integer(&query, ADD_MINUTES_MINUTES, minutes);
  if (query_step(&query)) time = query_text(&query, MOMENT_ROW_TIME);
  query_close(&query);
  return time;
}

/* The rows are written by commit_work. */
Text alert_release(Operation *operation, Text tenant, Text now,
                   long long minutes) {
  Arena *arena = &operation->arena;
  Text until = alert_add_minutes(operation, now, minutes);
  if (failed(operation)) return NO_TEXT;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "until", until);
  Work work = {.action = "release",
               .tenant = tenant,
               .time = now,
               .data = json_text(arena, data)};
  commit_work(operation, &work);
  return failed(operation) ? NO_TEXT : until;
}
