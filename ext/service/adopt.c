/*
** adopt.c: makes resources of an application's rows (scim_map_adopt).
**
** HOW IT WORKS
**
** An identity provider looks for a person by userName before it creates one. So
** the people who are there already are made visible to it, each by a request as
** any other (model/map_back.h makes the body), with its rules, defaults, keys
** and row in the log; only that the row of the application is known beforehand,
** and is linked in the same statement (Change.adopt_key).
**
** A row may hold the key of another, as that of a manager, who should be a
** resource by then: so the other one comes first, and the other's other before
** that. Where they go in a circle an id is named that is still to be made; ids
** follow from the seed and the key, and are known beforehand.
**
** What cannot be created is no error: it stays a row of the application, as it
** was. It is not logged either, since nobody has asked for it.
*/
#include "adopt.h"

#include <assert.h>

#include "../db/transaction.h"
#include "../model/map_back.h"
#include "../store/build.h"
#include "../store/definitions.h"
#include "../store/map_table.h"
#include "../store/secret.h"
#include "../store/unclaimed.h"
#include "body.h"
#include "caller.h"
#include "handle.h"
#include "route.h"

/* How far a row is. */
enum { ADOPT_WAITS, ADOPT_BEGUN, ADOPT_DONE };

typedef struct AdoptRun {
  Operation *operation;
  const Map *map;
  const Unclaimed *rows;
  unsigned char *states; /* of the rows */
  size_t *chain;         /* rows that have begun, each for the one before it */
  Text seed, now;
  long long count; /* of those made */
} AdoptRun;

/* The id of the resource that the row is to become. */
static Text adopt_id(const AdoptRun *run, size_t number) {
  const UnclaimedRow *row = &run->rows->rows[number];
  return secret_uuid_of(
      run->operation,
      arena_format(&run->operation->arena, "%.*s %.*s %.*s %.*s",
                   TEXT_ARG(run->seed), TEXT_ARG(run->map->name),
                   TEXT_ARG(row->tenant), TEXT_ARG(row->key)));
}

/*
** Other rows.
*/
static bool adopt_is_key(const MapColumn *column) {
  return column->content == MAP_FROM && column->as == TRANSFORM_KEY;
}

/* The row among those that wait whose key the cell holds, or the count. */
static size_t adopt_other(const AdoptRun *run, size_t number,
                          const MapColumn *column, const Json *cell) {
  if (!cell || !text_equal(column->of, run->map->name)) return run->rows->count;
  return unclaimed_find(run->rows, run->rows->rows[number].tenant,
                        json_text(&run->operation->arena, cell));
}

/* In place of the key of a row the id of the resource: that it is, or that it
** is about to become. NULL when it is nobody's and stays so. */
static Json *adopt_reference(const AdoptRun *run, size_t number,
                             const MapColumn *column, const Json *cell) {
  Arena *arena = &run->operation->arena;
  size_t other = adopt_other(run, number, column, cell);
  if (other < run->rows->count && run->states[other] == ADOPT_BEGUN)
    return json_string(arena, adopt_id(run, other));
  Text id = cell ? map_match_owner(run->operation, column->of,
                                   run->rows->rows[number].tenant,
                                   json_text(arena, cell))
                 : NO_TEXT;
  return id.data ? json_string(arena, id) : NULL;
}

/* The row that has to come before this one: the first of those whose keys it
** holds that waits. The count when there is none. */
static size_t adopt_before(const AdoptRun *run, size_t number) {
  const Map *map = run->map;
  Json **cells = unclaimed_cells(run->operation, run->rows, number);
  for (size_t i = 0; cells && i < map->count; i++) {
    if (!adopt_is_key(&map->columns[i])) continue;
    size_t other = adopt_other(run, number, &map->columns[i], cells[i]);
    if (other < run->rows->count && run->states[other] == ADOPT_WAITS)
      return other;
  }
  return run->rows->count;
}

/*
** One row.
*/

/* The request, with the body; NULL when the row stays out. */
static Request *adopt_request(const AdoptRun *run, size_t number) {
  Operation *operation = run->operation;
  Arena *arena = &operation->arena;
  const Map *map = run->map;
  const UnclaimedRow *row = &run->rows->rows[number];
  Json **cells = unclaimed_cells(operation, run->rows, number);
  for (size_t i = 0; cells && i < map->count; i++)
    if (adopt_is_key(&map->columns[i]))
      cells[i] = adopt_reference(run, number, &map->columns[i], cells[i]);
  Json *body = cells ? map_back(operation, map, cells) : NULL;
  if (!body || failed(operation)) return NULL;
  Json *options = json_new(arena, JSON_OBJECT);
  json_put(options, "tenant", json_string(arena, row->tenant));
  json_put(options, "now", json_string(arena, run->now));
  json_put(options, "id", json_string(arena, adopt_id(run, number)));
  Request *request = handle_new(operation, TEXT("POST"), map->type->endpoint,
                                NO_TEXT, options);
  request->body->json = body;
  request->adopt_map = map->name;
  request->adopt_key = row->key;
  return request;
}

/* Creates the resource of the row. Only an error of the database stays one. */
static void adopt_row(AdoptRun *run, size_t number) {
  Operation *operation = run->operation;
  Request *request = adopt_request(run, number);
  if (request) {
    caller_identify(operation, request->caller);
    caller_authorise(operation, request->caller);
    route_request(request);
    body_check_schemas(request);
    if (!failed(operation)) request->target->handler(request);
    if (!failed(operation)) run->count++;
  }
  if (failed(operation) && operation->error != ERROR_DATABASE)
    error_clear(operation);
  run->states[number] = ADOPT_DONE;
}

/*
** All of them.
*/

/* Runs the step, and releases what it has allocated. */
typedef size_t (*AdoptStep)(AdoptRun *run, size_t number);

static size_t adopt_released(AdoptRun *run, size_t number, AdoptStep step) {
  Operation *operation = run->operation;
  ArenaMark mark = arena_mark(&operation->arena);
  size_t outcome = step(run, number);
  operation->tenant = NO_TEXT;
  if (!failed(operation)) arena_release(&operation->arena, mark);
  return outcome;
}

static size_t adopt_find_step(AdoptRun *run, size_t number) {
  return adopt_before(run, number);
}

static size_t adopt_row_step(AdoptRun *run, size_t number) {
  adopt_row(run, number);
  return 0;
}

/* The row, behind those that come before it. The chain is no longer than there
** are rows: each of them begins once. */
static void adopt_chain(AdoptRun *run, size_t number) {
  size_t depth = 0;
  if (run->states[number] != ADOPT_WAITS) return;
  while (number < run->rows->count) {
    run->states[number] = ADOPT_BEGUN;
    assert(depth < run->rows->count);
    run->chain[depth++] = number;
    number = adopt_released(run, number, adopt_find_step);
  }
  while (depth && !failed(run->operation))
    adopt_released(run, run->chain[--depth], adopt_row_step);
}

/* The definition is held to the tables again, which may have been changed. */
static void adopt_all(AdoptRun *run, Text name) {
  Operation *operation = run->operation;
  Arena *arena = &operation->arena;
  run->map = map_find(operation, name);
  if (!run->map || !map_table_read(operation, run->map)) return;
  build_indexes(operation);
  run->rows = unclaimed_read(operation, run->map);
  if (failed(operation)) return;
  run->states = arena_array(arena, run->rows->count, sizeof *run->states);
  run->chain = arena_array(arena, run->rows->count, sizeof *run->chain);
  for (size_t i = 0; i < run->rows->count && !failed(operation); i++)
    adopt_chain(run, i);
}

long long adopt_rows(Operation *operation, Text map, Text seed, Text now) {
  AdoptRun run = {.operation = operation, .seed = seed, .now = now};
  transaction_begin_whole(operation);
  if (definitions_require(operation)) adopt_all(&run, map);
  transaction_end(operation);
  return run.count;
}
