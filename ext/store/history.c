#include "history.h"

#include "../db/query.h"
#include "../model/error.h"

typedef struct Replay {
  Operation *operation;
  PastList list;
  size_t room;
  Text id, modified;
  long long version;
  Json *doc; /* NULL: not there */
} Replay;

static void keep(Replay *replay) {
  if (!replay->doc) return;
  Arena *arena = &replay->operation->arena;
  PastList *list = &replay->list;
  list->items = arena_more(arena, list->items, (size_t)list->count,
                           &replay->room, sizeof *list->items);
  Past past = {replay->id, replay->modified, json_text(arena, replay->doc),
               replay->version};
  list->items[list->count++] = past;
}

/* One row of the log: id, action, version, time, after. */
static void apply(Replay *replay, Query *row) {
  Operation *operation = replay->operation;
  Text id = query_text(row, 0);
  if (!text_equal(id, replay->id)) {
    keep(replay);
    replay->id = id;
    replay->doc = NULL;
  }
  bool deleted = text_equal(query_text(row, 1), text_of("delete"));
  replay->version = query_integer(row, 2);
  replay->modified = query_text(row, 3);
  if (deleted) {
    replay->doc = NULL;
  } else if (!query_is_null(row, 4)) {
    Json *after =
        error_parse_stored(operation, query_text(row, 4), "scim_log", id);
    if (after) replay->doc = json_merge(&operation->arena, replay->doc, after);
  }
}

PastList history_as_of(Operation *operation, Text type, Text time) {
  Replay replay = {.operation = operation};
  Query query = query_open(operation, STATEMENT_LOG_OF_TYPE);
  query_bind_text(&query, 1, operation->tenant);
  query_bind_text(&query, 2, type);
  query_bind_text(&query, 3, time);
  while (query_step(&query)) apply(&replay, &query);
  query_close(&query);
  keep(&replay);
  return replay.list;
}
