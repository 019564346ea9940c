/*
** prune.c: removes the oldest rows of the log.
**
** HOW IT WORKS
**
** What goes is always the beginning of the log, so that one number, the highest
** seq that is gone, says what is missing, and the chain of the rows that stay
** has one beginning. What the rows said is added to the snapshot by a trigger
** (sql/commit/prune.sql), row by row: it is what a replay from the very first
** row would have come to. The present is never asked, so that a log which does
** not lead to it is found out, now as before.
**
** A trigger holds all rows that it is about to take, so they come in parts. A
** part costs what is in it, however long the log is, and all parts are in one
** transaction: the caller's limit is there for who wants short ones.
*/
#include "prune.h"

#include <assert.h>

#include "../db/query.h"
#include "commit.h"

#define PRUNE_PART 5000 /* rows of the log in one statement */

/* What the next part would be. */
typedef struct PruneReach {
  long long seq, rows;
  Text horizon, former;
  bool last; /* there are no more after these */
} PruneReach;

/* Asks how far the next rows may go. Nothing, with an error. */
static PruneReach prune_reach(Operation *operation, Text before, Text now,
                              long long limit) {
  PruneReach reach = {0};
  Query query = query_open(operation, STATEMENT_PRUNE_REACH);
  query_bind_text(&query, PRUNE_REACH_BEFORE, before);
  query_bind_text(&query, PRUNE_REACH_NOW, now);
  query_bind_integer(&query, PRUNE_REACH_LIMIT, limit);
  for (const Operation *o = operation->outer; o; o = o->outer)
    if (o->seal) query_bind_integer(&query, PRUNE_REACH_WITHIN, o->seal->seq);
  if (query_step(&query)) {
    reach.seq = query_integer(&query, PRUNE_REACH_ROW_SEQ);
    reach.rows = query_integer(&query, PRUNE_REACH_ROW_ROWS);
    reach.horizon = query_text(&query, PRUNE_REACH_ROW_HORIZON);
    reach.former = query_text(&query, PRUNE_REACH_ROW_FORMER);
  }
  query_close(&query);
  reach.last = reach.rows < limit;
  return reach;
}

/* The part goes, and the horizon is noted. A part without rows says that
** nothing happened up to a moment. */
static void prune_part(Operation *operation, const PruneReach *reach,
                       Text now) {
  Arena *arena = &operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put(data, "seq", json_integer(arena, reach->rows ? reach->seq : 0));
  json_put_string(arena, data, "horizon", reach->horizon);
  json_put(data, "shapes", json_bool(arena, !operation->outer));
  json_put(data, "last", json_bool(arena, reach->last));
  Work work = {.action = "prune", .time = now, .data = json_text(arena, data)};
  commit_work(operation, &work);
}

/* The last part is the one that takes nothing: either the moment has come, or
** somebody needs what is next. */
Text prune_log(Operation *operation, Text before, Text now, long long limit) {
  PruneReach reach = {0};
  assert(limit > 0);
  do {
    reach = prune_reach(operation, before, now,
                        limit < PRUNE_PART ? limit : PRUNE_PART);
    if (failed(operation)) return NO_TEXT;
    if (reach.rows || !text_equal(reach.horizon, reach.former))
      prune_part(operation, &reach, now);
    limit -= reach.rows;
  } while (reach.rows && limit > 0 && !failed(operation));
  return failed(operation) ? NO_TEXT : reach.horizon;
}
