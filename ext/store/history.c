/*
** history.c: resources as they stood at a moment, replayed from the log.
**
** HOW IT WORKS
**
** The log holds every change as a merge patch (RFC 7396) that turns the old
** document into the new one. A create turns nothing into a document, an update
** that document into the next, and a delete ends it:
**
**   create  {"userName":"ann","title":"A"}      {"userName":"ann","title":"A"}
**   update  {"title":null,"active":true} {"userName":"ann","active":true}
**   delete                                      not there
**
** The rows come in the order of ids, and of each id in the order in which they
** were written. So one document is at hand at a time: what is known of a
** resource when the next id begins is how it stood, and goes into the list.
** There are no snapshots to begin with, since a log that was pruned says less
** and one that was not says everything.
*/
#include "history.h"

#include "../db/query.h"
#include "../model/error.h"

/* The resource that is being replayed, and those before it. */
typedef struct Replay {
  Operation *operation;
  PastList list;
  size_t capacity; /* of the list */
  Text id, modified;
  long long version;
  Json *doc; /* NULL: not there, at this point of its history */
} Replay;

/* All changes of the resource have come: it goes into the list, if there is
** something left of it. */
static void history_keep(Replay *replay) {
  if (!replay->doc) return;
  Arena *arena = &replay->operation->arena;
  PastList *list = &replay->list;
  list->items = arena_more(arena, list->items, (size_t)list->count,
                           &replay->capacity, sizeof *list->items);
  Past past = {replay->id, replay->modified, json_text(arena, replay->doc),
               replay->version};
  list->items[list->count++] = past;
}

/* Another id begins. One that was deleted and then made again is a single
** history: only the id tells where one ends. */
static void history_begin(Replay *replay, Text id) {
  history_keep(replay);
  replay->id = id;
  replay->doc = NULL;
}

/* Takes one row of the log over into the resource. One without a patch is a
** change that left the document as it was, as of the members of a group. */
static void history_apply(Replay *replay, Query *row) {
  Operation *operation = replay->operation;
  Text id = query_text(row, CHANGE_ROW_ID);
  if (!text_equal(id, replay->id)) history_begin(replay, id);
  replay->version = query_integer(row, CHANGE_ROW_VERSION);
  replay->modified = query_text(row, CHANGE_ROW_TIME);
  if (text_equal(query_text(row, CHANGE_ROW_ACTION), TEXT("delete"))) {
    replay->doc = NULL;
  } else if (!query_is_null(row, CHANGE_ROW_AFTER)) {
    Json *after = error_parse_stored(
        operation, query_text(row, CHANGE_ROW_AFTER), "scim_log", id);
    if (after) replay->doc = json_merge(&operation->arena, replay->doc, after);
  }
}

/* Behind the last resource no other id comes that would put it into the list:
** so it is kept when the rows have ended. */
PastList history_as_of(Operation *operation, Text type, Text time) {
  Replay replay = {.operation = operation};
  Query query = query_open(operation, STATEMENT_LOG_OF_TYPE);
  query_bind_text(&query, LOG_OF_TYPE_TENANT, operation->tenant);
  query_bind_text(&query, LOG_OF_TYPE_TYPE, type);
  query_bind_text(&query, LOG_OF_TYPE_TIME, time);
  while (query_step(&query)) history_apply(&replay, &query);
  query_close(&query);
  history_keep(&replay);
  return replay.list;
}
