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

/*
** Finding.
*/

/* Takes the rows that the resource could be linked to out of the candidates. */
static void unclaimed_claim(MapMatch *match, Candidates *candidates,
                            const MapSubject *subject) {
  Operation *operation = match->operation;
  MapDecision decision = map_decide(match, subject);
  if (decision.act == MAP_ACT_LINK)
    candidates_take(operation, candidates, match->tenant, decision.key, NULL);
  if (!decision.candidates.data) return;
  const Json *keys = error_parse(operation, decision.candidates, "candidates");
  JSON_EACH (key, keys) {
    candidates_take(operation, candidates, match->tenant,
                    json_text(&operation->arena, key), NULL);
  }
}

/* The next resource; false behind the last. What it takes is only marked, in
** memory that is not released with it. */
static bool unclaimed_next(Operation *operation, const Map *map,
                           Candidates *candidates, long long *resource) {
  JsonFault fault;
  Query query = query_open(operation, STATEMENT_MAP_NEXT);
  query_bind_text(&query, MAP_NEXT_TYPE, map->type->name);
  query_bind_integer(&query, MAP_NEXT_AFTER, *resource);
  bool found = query_step(&query);
  *resource = query_integer(&query, MAP_NEXT_ROW_RESOURCE);
  Text tenant = query_text(&query, MAP_NEXT_ROW_TENANT);
  Text id = query_text(&query, MAP_NEXT_ROW_ID);
  Text doc = query_text(&query, MAP_NEXT_ROW_DOC);
  query_close(&query);
  if (!found || failed(operation)) return false;
  MapSubject subject = {id, json_parse(&operation->arena, doc, &fault), NULL};
  MapMatch match = map_match_new(operation, map, tenant);
  match.candidates = candidates;
  if (subject.doc && subject.doc->type == JSON_OBJECT &&
      map_serves(map, tenant))
    unclaimed_claim(&match, candidates, &subject);
  return !failed(operation);
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
  buffer_string(&sql, " FROM ");
  map_sql_identifier(&sql, map->table);
  buffer_string(&sql, " AS t WHERE t.");
  map_sql_identifier(&sql, map->key);
  buffer_string(&sql, " = json_extract(?1, '$')");
  if (map->tenant.data) {
    buffer_string(&sql, " AND t.");
    map_sql_identifier(&sql, map->tenant);
    buffer_string(&sql, " = ?2");
  }
  return buffer_text(&sql);
}

/* The candidates stay in the operation's own arena, as long as it. */
Unclaimed *unclaimed_read(Operation *operation, const Map *map) {
  Unclaimed *unclaimed = arena_alloc(&operation->arena, sizeof *unclaimed);
  long long resource = 0;
  unclaimed->map = map;
  unclaimed->sql = unclaimed_sql(operation, map);
  Candidates *candidates = candidates_read(operation, &operation->arena, map);
  for (bool more = !failed(operation); more;) {
    ArenaMark mark = arena_mark(&operation->arena);
    more = unclaimed_next(operation, map, candidates, &resource);
    if (!failed(operation)) arena_release(&operation->arena, mark);
  }
  if (!failed(operation)) unclaimed_list(operation, unclaimed, candidates);
  return unclaimed;
}

/* A cell; NULL for SQL's NULL. */
static Json *unclaimed_cell(Query *query, int column) {
  Text text = query_text(query, column);
  Json *value =
      text.data ? error_parse(query->operation, text, "a column") : NULL;
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
  query_bind_text(&query, 1, row->key);
  if (map->tenant.data) query_bind_text(&query, 2, row->tenant);
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

/* Asked of the links as they are now, which the adoption of other rows has
** added to. */
Text unclaimed_owner(Operation *operation, Text map, Text tenant, Text key) {
  Text id = NO_TEXT;
  Query query = query_open(operation, STATEMENT_MAP_OWNER);
  query_bind_text(&query, MAP_OWNER_MAP, map);
  query_bind_text(&query, MAP_OWNER_TENANT, tenant);
  query_bind_text(&query, MAP_OWNER_KEY, key);
  if (query_step(&query)) id = query_text(&query, MAP_OWNER_ROW_ID);
  query_close(&query);
  return id;
}
