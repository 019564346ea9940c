/*
** unclaimed.c: rows that are nobody's.
**
** HOW IT WORKS
**
** The table is read into memory (candidates.c), and every resource without a
** row is decided about as if the map were just switched on. The row that one
** would be linked to, and all rows that one could be meant by, are left out: a
** person who is there twice already, in the directory and in the table, must
** not get there a third time.
**
** What is left is a list of keys; what the rows hold is read when their turn
** comes.
*/
#include "unclaimed.h"

#include <stdlib.h>

#include "definitions.h"
#include "map_sql.h"
#include "map_walk.h"

/*
** Finding.
*/

/* The walk through the resources, and what it takes from. */
typedef struct UnclaimedRun {
  Operation *operation;
  const Map *map;
  Candidates *candidates;
} UnclaimedRun;

/* Takes the rows that the resource could be linked to out of the candidates.
** That is only marked, in memory that is not released with the visit. */
static void unclaimed_visit(void *data, Text tenant,
                            const MapSubject *subject) {
  UnclaimedRun *run = data;
  Operation *operation = run->operation;
  MapMatch match = map_match_new(operation, run->map, tenant);
  match.candidates = run->candidates;
  MapDecision decision = map_decide(&match, subject);
  if (decision.act == MAP_ACT_LINK)
    candidates_take(operation, run->candidates, tenant, decision.key, NULL);
  if (!decision.candidates.data) return;
  const Json *keys = error_parse(operation, decision.candidates, "candidates");
  JSON_EACH (key, keys) {
    candidates_take(operation, run->candidates, tenant,
                    json_text(&operation->arena, key), NULL);
  }
}

/*
** The list.
*/

/* By key first: that tells most rows apart, and tenants are few. */
static int unclaimed_compare(const UnclaimedRow *a, const UnclaimedRow *b) {
  int order = text_compare(a->key, b->key);
  return order ? order : text_compare(a->tenant, b->tenant);
}

/* The same of pointers, so that sorting leaves the order of the table as it
** is: it is the one in which rows are adopted. */
static int unclaimed_compare_sorted(const void *left, const void *right) {
  return unclaimed_compare(*(const UnclaimedRow *const *)left,
                           *(const UnclaimedRow *const *)right);
}

/* What is left of the candidates. */
static void unclaimed_list(Operation *operation, Unclaimed *unclaimed,
                           const Candidates *candidates) {
  size_t capacity = 0, at = 0;
  UnclaimedRow row;
  while (candidates_next_free(candidates, &at, &row.tenant, &row.key)) {
    unclaimed->rows =
        arena_more(&operation->arena, unclaimed->rows, unclaimed->count,
                   &capacity, sizeof *unclaimed->rows);
    unclaimed->rows[unclaimed->count++] = row;
  }
  unclaimed->sorted = arena_array(&operation->arena, unclaimed->count,
                                  sizeof *unclaimed->sorted);
  for (size_t i = 0; i < unclaimed->count; i++)
    unclaimed->sorted[i] = &unclaimed->rows[i];
  if (unclaimed->count)
    qsort(unclaimed->sorted, unclaimed->count, sizeof *unclaimed->sorted,
          unclaimed_compare_sorted);
}

/*
** Reading.
*/

/* One row, each column as JSON. A blob has none, and is no value of a
** resource. */
static Text unclaimed_sql(Operation *operation, const Map *map) {
  Buffer sql = buffer_new(&operation->arena);
  buffer_string(&sql, "SELECT 1");
  for (size_t i = 0; i < map->count; i++) {
    buffer_string(&sql, ", CASE WHEN typeof(t.");
    map_sql_identifier(&sql, map->columns[i].name);
    buffer_string(&sql, ") <> 'blob' THEN json_quote(t.");
    map_sql_identifier(&sql, map->columns[i].name);
    buffer_string(&sql, ") END");
  }
  map_sql_row(&sql, map);
  return buffer_text(&sql);
}

/* The candidates stay in the operation's own arena, as long as it. */
Unclaimed *unclaimed_read(Operation *operation, const Map *map) {
  Unclaimed *unclaimed = arena_alloc(&operation->arena, sizeof *unclaimed);
  unclaimed->map = map;
  unclaimed->sql = unclaimed_sql(operation, map);
  UnclaimedRun run = {operation, map,
                      candidates_read(operation, &operation->arena, map)};
  map_walk_all(operation, map, unclaimed_visit, &run);
  if (!failed(operation)) unclaimed_list(operation, unclaimed, run.candidates);
  return unclaimed;
}

/* A cell; NULL for SQL's NULL, and for what no value can be: other bytes than
** UTF-8, U+0000, infinity. */
static Json *unclaimed_cell(Query *query, int column) {
  JsonFault fault;
  Text text = query_text_or_none(query, column);
  Json *value =
      text.data ? json_parse(&query->operation->arena, text, &fault) : NULL;
  return value && value->type != JSON_NULL ? value : NULL;
}

/* Read when its turn comes, within the transaction: what was adopted before may
** have changed the row, by triggers of the application. */
Json **unclaimed_cells(Operation *operation, const Unclaimed *unclaimed,
                       size_t number) {
  const Map *map = unclaimed->map;
  const UnclaimedRow *row = &unclaimed->rows[number];
  assert(number < unclaimed->count);
  Json **cells = arena_array(&operation->arena, map->count, sizeof *cells);
  Query query = query_open_text(operation, unclaimed->sql);
  map_sql_bind_row(&query, map, row->key, row->tenant);
  bool found = query_step(&query);
  for (size_t i = 0; found && i < map->count; i++)
    cells[i] = unclaimed_cell(&query, 1 + (int)i);
  query_close(&query);
  return found ? cells : NULL;
}

/* By bisection: it is asked for each column that holds the key of another row,
** such as a manager's, and to walk through all rows each time would take the
** square of their number. */
size_t unclaimed_find(const Unclaimed *unclaimed, Text tenant, Text key) {
  const UnclaimedRow wanted = {tenant, key}, *pointer = &wanted;
  const UnclaimedRow **found =
      unclaimed->count ? bsearch(&pointer, unclaimed->sorted, unclaimed->count,
                                 sizeof pointer, unclaimed_compare_sorted)
                       : NULL;
  return found ? (size_t)(*found - unclaimed->rows) : unclaimed->count;
}
