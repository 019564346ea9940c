/*
** review.c: decides what waits for a person.
**
** HOW IT WORKS
**
** A person has looked at a row of scim_review, perhaps yesterday, and decides
** by its number. Nothing is taken from what the row says but whom it is about:
** the resource, its document and the row of the application are read as they
** are now, within the transaction in which they are changed, and what does not
** fit is refused. The key may be that of any row that is nobody's, not only of
** one of the candidates: whoever decides may know better.
**
** To carry it out are the steps of map.c, as for any other decision; their
** triggers take the review away.
*/
#include "review.h"

#include "../db/transaction.h"
#include "definitions.h"
#include "find.h"
#include "map_sql.h"

/* What is decided about. */
typedef struct ReviewCase {
  Operation *operation;
  const ReviewChoice *choice;
  const Map *map;
  Text map_name, tenant;
  MapSubject subject;
} ReviewCase;

/* Every refusal names the review, since a person may decide many in one
** statement. It is a conflict: the decision was right once. */
static void review_refuse(ReviewCase *this, const char *reason) {
  error_set(this->operation, ERROR_CONFLICT,
            "the review %lld cannot be decided so: %s", this->choice->review,
            reason);
}

/*
** What there is now.
*/

/* Whom it is about. False with an error when nobody waits under the number. */
static bool review_read(ReviewCase *this) {
  Query query = query_open(this->operation, STATEMENT_REVIEW);
  query_bind_integer(&query, REVIEW_REVIEW, this->choice->review);
  bool found = query_step(&query);
  if (found) {
    this->map_name = query_text(&query, REVIEW_ROW_MAP);
    this->tenant = query_text(&query, REVIEW_ROW_TENANT);
    this->subject.id = query_text(&query, REVIEW_ROW_ID);
  }
  query_close(&query);
  if (!found)
    error_set(this->operation, ERROR_NOT_FOUND,
              "there is no review %lld: it has been decided, or what it was"
              " about is gone",
              this->choice->review);
  return found;
}

/* The map, and the document of the resource. One that went while the map was
** off waits until it is switched on. */
static bool review_find(ReviewCase *this) {
  Resource resource;
  this->map = map_find(this->operation, this->map_name);
  if (!this->map) return false;
  if (!this->map->on) {
    review_refuse(this, "the map is off, and what waits is found anew when it"
                        " is switched on");
    return false;
  }
  this->operation->tenant = this->tenant;
  if (find_by_id(this->operation, this->map->type, this->subject.id, &resource))
    this->subject.doc = find_stored(this->operation, &resource);
  else
    review_refuse(this, "the resource is gone");
  return !failed(this->operation);
}

/* The key as the table has it: 2 for '2' where keys are numbers. No text when
** the tenant has no such row. */
static Text review_row_key(ReviewCase *this) {
  const Map *map = this->map;
  Text key = NO_TEXT;
  Buffer sql = buffer_new(&this->operation->arena);
  buffer_string(&sql, "SELECT json_quote(t.");
  map_sql_identifier(&sql, map->key);
  buffer_string(&sql, ")");
  map_sql_row(&sql, map);
  Query query = query_open_text(this->operation, buffer_text(&sql));
  map_sql_bind_row(&query, map, this->choice->key, this->tenant);
  if (query_step(&query)) key = query_text(&query, 0);
  query_close(&query);
  return key;
}

/* Sets *key to the key of the resource's row, as JSON ("null": it shall have
** none), and returns whether there is a link. Without one *key is left as it
** was. */
static bool review_linked(ReviewCase *this, Text *key) {
  Query query = query_open(this->operation, STATEMENT_MAP_STATE);
  query_bind_text(&query, MAP_STATE_MAP, this->map->name);
  query_bind_text(&query, MAP_STATE_TENANT, this->tenant);
  query_bind_text(&query, MAP_STATE_ID, this->subject.id);
  if (query_step(&query)) *key = query_text(&query, MAP_STATE_ROW_KEY);
  query_close(&query);
  return key->size > 0;
}

/*
** Deciding.
*/

/* The key of the row to link; no text with an error. A row belongs to one
** resource: two that write to it would undo each other's changes. */
static Text review_key(ReviewCase *this) {
  Text key = review_row_key(this);
  if (failed(this->operation)) return NO_TEXT;
  if (!key.data) {
    review_refuse(this, arena_format(&this->operation->arena,
                                     "there is no row %.*s in '%.*s'",
                                     TEXT_ARG(this->choice->key),
                                     TEXT_ARG(this->map->table))
                            .data);
  } else if (map_match_owner(this->operation, this->map->name, this->tenant,
                             key)
                 .size) {
    review_refuse(this, arena_format(&this->operation->arena,
                                     "the row %.*s is another resource's",
                                     TEXT_ARG(key))
                            .data);
    key = NO_TEXT;
  }
  return key;
}

/* The one step that no decision of map.c comes to. */
static void review_ignore(ReviewCase *this, MapSteps *steps) {
  Json *note = map_note(this->operation, steps, this->map->name, "ignore",
                        this->subject.id);
  json_put_string(&this->operation->arena, note, "how", TEXT("review"));
}

/* A link's `how` says that a person chose the row; a row that is made is
** created like any other. */
static void review_steps(ReviewCase *this) {
  Operation *operation = this->operation;
  const ReviewChoice *choice = this->choice;
  MapSteps steps = map_steps_new(operation);
  Text key = NO_TEXT;
  if (choice->word == REVIEW_LINK) key = review_key(this);
  if (failed(operation)) return;
  if (choice->word == REVIEW_IGNORE) {
    review_ignore(this, &steps);
  } else {
    MapMatch match = map_match_new(operation, this->map, this->tenant);
    MapDecision decision = map_decide_row(
        &match, &this->subject, key,
        choice->word == REVIEW_LINK ? TEXT("review") : TEXT("created"));
    map_steps(&match, &this->subject, &decision, &steps);
  }
  map_commit(operation, this->tenant, choice->now, &steps);
}

/* All that can be wrong is found before the one statement that changes
** anything; what a constraint of the application refuses undoes that statement.
** The key is read from the link afterwards, because that of a new row is
** SQLite's to give.
*/
Text review_decide(Operation *operation, const ReviewChoice *choice) {
  ReviewCase this = {.operation = operation, .choice = choice};
  Text key = NO_TEXT;
  transaction_begin_whole(operation);
  if (definitions_require(operation) && review_read(&this) &&
      review_find(&this)) {
    if (review_linked(&this, &key))
      review_refuse(&this, "the resource has a row already");
    else
      review_steps(&this);
    if (!failed(operation)) review_linked(&this, &key);
  }
  transaction_end(operation);
  return text_equal(key, TEXT("null")) ? NO_TEXT : key;
}
