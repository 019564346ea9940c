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
** resource when the next id begins is how it stood, and goes into the list. A
** log that was pruned begins with what was known then (scim_snapshot).
**
** Walking back from the present, by the patches `before`, would be shorter for
** a moment that is not long ago. But the way forward is the shorter one for a
** single resource as often as not, and for a whole type the rows are read
** anyway, because of the following.
**
** Rows of the log that somebody has deleted must not make up a document that
** never was. Versions grow by one with each change, so they are counted along,
** beyond the moment that is asked for and up to what is there now: a gap
** anywhere is an error. A group has a new version also when one of its members
** is deleted, of which the row of that deletion tells. A trigger of the
** application that asks within a change finds what is there now ahead of the
** log, which is written last: then only the rows of the log are compared.
*/
#include "history.h"

#include "../db/query.h"
#include "../model/error.h"
#include "../text/instant.h"

/* The resource that is being replayed, and those before it. */
typedef struct Replay {
  Operation *operation;
  const PastQuestion *question;
  PastList list;
  size_t capacity;   /* of the list */
  Text id, modified; /* the resource, as it stood at the moment … */
  long long version;
  Json *doc;         /* … NULL: not there */
  long long current; /* its version where the replay is; 0: not there */
  bool is_there;     /* now */
} Replay;

/* A row of the log. */
typedef struct PastEvent {
  Text action, time;
  long long seq, version;
  bool counts; /* it was by the moment */
} PastEvent;

static void history_lacks(const Replay *replay, const char *what) {
  error_corrupt(replay->operation, "scim_log lacks %s of '%.*s'", what,
                TEXT_ARG(replay->id));
}

/* All changes of the resource have come: it goes into the list, if there is
** something left of it. */
static void history_keep(Replay *replay) {
  if (replay->current && !replay->is_there && !replay->operation->outer)
    history_lacks(replay, "the deletion");
  if (!replay->doc || failed(replay->operation)) return;
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
  replay->current = 0;
  replay->is_there = false;
}

/* Does the row follow what came before it? A deletion has the version of what
** it deletes, and so has what is there now; a member that leaves is nobody's
** row, and says nothing of a resource that is not there. */
static void history_check(Replay *replay, const PastEvent *event) {
  bool begins = text_equal(event->action, TEXT("create")) ||
                text_equal(event->action, TEXT("known"));
  bool stays = text_equal(event->action, TEXT("delete")) ||
               text_equal(event->action, TEXT("now"));
  if (begins && replay->current) history_lacks(replay, "the deletion");
  if (!begins &&
      (!replay->current || event->version != replay->current + !stays))
    history_lacks(replay, "a change");
}

/* The document after a row. One without a patch is a change that left it as it
** was, as of the members of a group. */
static void history_merge(Replay *replay, Query *row, const PastEvent *event) {
  Operation *operation = replay->operation;
  replay->version = replay->current;
  replay->modified = event->time;
  if (!replay->current) replay->doc = NULL;
  if (!replay->current || query_is_null(row, CHANGE_ROW_AFTER)) return;
  Json *after =
      error_parse_stored(operation, query_text(row, CHANGE_ROW_AFTER),
                         event->seq ? "scim_log" : "scim_snapshot", replay->id);
  if (!after) return;
  if (!text_equal(event->action, TEXT("update"))) replay->doc = NULL;
  replay->doc = json_merge(&operation->arena, replay->doc, after);
}

/* A member of the group was deleted: its version grows, and `modified` does not
** go back (sql/commit/resource.sql). */
static void history_leave(Replay *replay, const PastEvent *event) {
  if (!replay->current) return;
  replay->current++;
  if (!event->counts || !replay->doc) return;
  replay->version = replay->current;
  replay->modified =
      instant_after(&replay->operation->arena, replay->modified, event->time);
}

/* Takes one row over into the resource. */
static void history_apply(Replay *replay, Query *row) {
  PastEvent event = {.action = query_text(row, CHANGE_ROW_ACTION),
                     .time = query_text(row, CHANGE_ROW_TIME),
                     .seq = query_integer(row, CHANGE_ROW_SEQ),
                     .version = query_integer(row, CHANGE_ROW_VERSION)};
  event.counts = text_compare(event.time, replay->question->time) <= 0;
  if (text_equal(event.action, TEXT("left"))) {
    history_leave(replay, &event);
    return;
  }
  replay->is_there = text_equal(event.action, TEXT("now"));
  if (replay->is_there && replay->operation->outer) return;
  history_check(replay, &event);
  if (failed(replay->operation) || replay->is_there) return;
  bool ends = text_equal(event.action, TEXT("delete"));
  replay->current = ends ? 0 : event.version;
  if (event.counts) history_merge(replay, row, &event);
}

/* What the log has told up to the horizon is known for the horizon only. */
static void history_check_horizon(Operation *operation, Text time) {
  Query query = query_open(operation, STATEMENT_HORIZON);
  Text horizon =
      query_step(&query) ? query_text(&query, HORIZON_ROW_VALUE) : NO_TEXT;
  query_close(&query);
  if (!failed(operation) && text_compare(time, horizon) < 0)
    error_set(operation, ERROR_INVALID_VALUE,
              "the log was pruned up to %.*s, and does not tell what was "
              "before",
              TEXT_ARG(horizon));
}

/* Without an id, from the first to the last there may be. */
static Query history_open(Operation *operation, const PastQuestion *question) {
  Query query = query_open(operation, STATEMENT_LOG_OF_TYPE);
  query_bind_text(&query, LOG_OF_TYPE_TENANT, operation->tenant);
  query_bind_text(&query, LOG_OF_TYPE_TYPE, question->type->name);
  query_bind_text(&query, LOG_OF_TYPE_TIME, question->time);
  query_bind_text(&query, LOG_OF_TYPE_FIRST,
                  question->id.data ? question->id : TEXT(""));
  query_bind_text(&query, LOG_OF_TYPE_LAST, question->id);
  query_bind_integer(&query, LOG_OF_TYPE_MEMBERS, question->type->members != 0);
  return query;
}

/* Behind the last resource no other id comes that would put it into the list:
** so it is kept when the rows have ended. */
PastList history_as_of(Operation *operation, const PastQuestion *question) {
  Replay replay = {.operation = operation, .question = question};
  history_check_horizon(operation, question->time);
  Query query = history_open(operation, question);
  while (replay.list.count < question->limit && query_step(&query)) {
    Text id = query_row_text(&query, CHANGE_ROW_ID);
    if (!text_equal(id, replay.id))
      history_begin(&replay, arena_copy(&operation->arena, id));
    if (replay.list.count < question->limit) history_apply(&replay, &query);
  }
  query_close(&query);
  if (replay.list.count < question->limit) history_keep(&replay);
  return replay.list;
}
