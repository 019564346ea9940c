/*
** written.c: what a change writes into the application's tables by maps.
**
** HOW IT WORKS
**
** A dry run is done and undone, so nothing has to be worked out: the rows are
** read before the change and after it, and what differs is what was written, by
** whomever, also by triggers of the application. Which rows to look at is known
** beforehand:
**
**   the row of the resource itself, by each map that is on: that of its link
**   or, where the change links it to one, of the step that does
**   rows that hold its key ("as": "key"), which are completed when it comes
**   rows of join tables about it, or about members that come or go. What comes
**   through groups within groups is not looked for
**
** A row is read as a JSON array of the map's columns.
*/
#include "written.h"

#include <stdlib.h>

#include "definitions.h"
#include "map_sql.h"

struct WrittenRow {
  const Map *map;
  Text id;     /* of whom */
  Text key;    /* JSON; no text: there was no row that is known of */
  Json *cells; /* what it held; NULL for no row */
  WrittenRow *next;
};

/* Rows of a join table, each as a JSON array of both keys, in the order of
** their bytes. */
typedef struct WrittenPairs {
  Text *items;
  size_t count, capacity;
} WrittenPairs;

struct WrittenJoin {
  const Map *map;
  WrittenPairs pairs;
  WrittenJoin *next;
};

/*
** Rows.
*/

/* The key in the link of a resource; no text where there is none, or it shall
** have no row. */
static Text written_key(Operation *operation, const Map *map, Text tenant,
                        Text id) {
  Text key = NO_TEXT;
  Query query = query_open(operation, STATEMENT_MAP_STATE);
  query_bind_text(&query, MAP_STATE_MAP, map->name);
  query_bind_text(&query, MAP_STATE_TENANT, tenant);
  query_bind_text(&query, MAP_STATE_ID, id);
  if (query_step(&query)) key = query_text(&query, MAP_STATE_ROW_KEY);
  query_close(&query);
  return text_equal(key, TEXT("null")) ? NO_TEXT : key;
}

/* Two for each column: what it holds as JSON, and as text. A blob is no JSON,
** and told as SQL writes it. */
static Text written_select(Operation *operation, const Map *map) {
  Buffer buffer = buffer_new(&operation->arena);
  buffer_string(&buffer, "SELECT 1");
  for (size_t i = 0; i < map->count; i++) {
    buffer_string(&buffer, ", CASE WHEN typeof(t.");
    map_sql_identifier(&buffer, map->columns[i].name);
    buffer_string(&buffer, ") = 'blob' THEN json_quote(quote(t.");
    map_sql_identifier(&buffer, map->columns[i].name);
    buffer_string(&buffer, ")) ELSE json_quote(t.");
    map_sql_identifier(&buffer, map->columns[i].name);
    buffer_string(&buffer, ") END, t.");
    map_sql_identifier(&buffer, map->columns[i].name);
  }
  map_sql_row(&buffer, map);
  return buffer_text(&buffer);
}

/* What a column holds that is none of JSON's values, other bytes than UTF-8, an
** infinity or a text with U+0000, is told all the same: the change is made. */
static Json *written_cell(Query *query, size_t number) {
  Operation *operation = query->operation;
  int column = 1 + 2 * (int)number;
  Text text = query_text_or_none(query, column);
  JsonFault fault;
  Json *cell = text.data ? json_parse(&operation->arena, text, &fault) : NULL;
  if (cell || failed(operation)) return cell;
  return json_string(&operation->arena, query_shown(query, column + 1));
}

/* What the row of the key holds, a list; NULL when there is no such row. */
static Json *written_cells(Operation *operation, const Map *map, Text tenant,
                           Text key) {
  Json *cells = NULL;
  if (!key.size) return NULL;
  Query query = query_open_text(operation, written_select(operation, map));
  map_sql_bind_row(&query, map, key, tenant);
  if (query_step(&query)) {
    cells = json_new(&operation->arena, JSON_ARRAY);
    for (size_t i = 0; i < map->count && !failed(operation); i++)
      json_append(cells, written_cell(&query, i));
  }
  query_close(&query);
  return cells;
}

/* Notes the row of the resource by the map, unless that is noted already. */
static void written_note(Operation *operation, Written *written, const Map *map,
                         Text tenant, Text id, Text key) {
  WrittenRow **end = &written->rows;
  for (; *end; end = &(*end)->next)
    if ((*end)->map == map && text_equal((*end)->id, id)) return;
  WrittenRow *row = arena_alloc(&operation->arena, sizeof *row);
  *row = (WrittenRow){map, id, key, NULL, NULL};
  if (!key.size) row->key = written_key(operation, map, tenant, id);
  row->cells = written_cells(operation, map, tenant, row->key);
  *end = row;
}

/* The key that the steps of the change name for a resource without a link: of
** a row that becomes its own. */
static Text written_step_key(Operation *operation, const Json *steps,
                             const Map *map) {
  JSON_EACH (step, json_member(steps, "rows")) {
    const Json *key = json_member(step, "key");
    if (key && text_equal(json_member_string(step, "map"), map->name))
      return json_text(&operation->arena, key);
  }
  return NO_TEXT;
}

/* Rows of others that hold the resource's key. */
static void written_note_references(Operation *operation, Written *written,
                                    const Change *change) {
  Query query = query_open(operation, STATEMENT_WRITTEN_REFERENCES);
  query_bind_text(&query, WRITTEN_REFERENCES_TENANT, change->tenant);
  query_bind_text(&query, WRITTEN_REFERENCES_ID, change->id);
  while (query_step(&query)) {
    Text name = query_text(&query, WRITTEN_REFERENCE_ROW_MAP);
    Text id = query_text(&query, WRITTEN_REFERENCE_ROW_ID);
    for (const Map *map = operation->schemas->maps; map; map = map->next)
      if (map->on && text_equal(map->name, name))
        written_note(operation, written, map, change->tenant, id, NO_TEXT);
  }
  query_close(&query);
}

/*
** Join tables.
*/
/* The rows of the map's join table that the change may be about. They are not
** sorted by SQLite, whose order is another one where the database has UTF-16.
** Called before the change and after it, with the same arguments. A group of
** 100,000 costs no more than the members that come or go. */
static WrittenPairs written_pairs(Operation *operation, const Map *map,
                                  const Change *change) {
  WrittenPairs pairs = {NULL, 0, 0};
  Query query = query_open(operation, STATEMENT_WRITTEN_JOINS);
  query_bind_text(&query, WRITTEN_JOINS_MAP, map->name);
  query_bind_text(&query, WRITTEN_JOINS_TENANT, change->tenant);
  query_bind_text(&query, WRITTEN_JOINS_ID, change->id);
  query_bind_integer(&query, WRITTEN_JOINS_RESOURCE, change->resource);
  if (change->member_add.size)
    query_bind_text(&query, WRITTEN_JOINS_MEMBER_ADD, change->member_add);
  if (change->member_drop.size)
    query_bind_text(&query, WRITTEN_JOINS_MEMBER_DROP, change->member_drop);
  while (query_step(&query)) {
    pairs.items = arena_more(&operation->arena, pairs.items, pairs.count,
                             &pairs.capacity, sizeof *pairs.items);
    pairs.items[pairs.count++] = query_text(&query, WRITTEN_JOIN_ROW_PAIR);
  }
  query_close(&query);
  if (pairs.count)
    qsort(pairs.items, pairs.count, sizeof *pairs.items, text_compare_items);
  return pairs;
}

/* Maps are gone through in the order in which they were made, which is that in
** which their triggers run; what completes the rows of others comes last. Costs
** nothing where there are no maps. */
Written written_before(Operation *operation, const ResourceType *type,
                       const Change *change) {
  Written written = {NULL, NULL};
  if (failed(operation) || !type) return written;
  const Json *steps =
      change->maps.size ? error_parse(operation, change->maps, "steps") : NULL;
  for (const Map *map = operation->schemas->maps; map; map = map->next) {
    if (!map->on || !map_serves(map, change->tenant)) continue;
    if (map->type == type)
      written_note(operation, &written, map, change->tenant, change->id,
                   written_step_key(operation, steps, map));
    if (!map->members.table.size) continue;
    WrittenJoin *join = arena_alloc(&operation->arena, sizeof *join);
    *join = (WrittenJoin){map, written_pairs(operation, map, change),
                          written.joins};
    written.joins = join;
  }
  if (operation->schemas->maps)
    written_note_references(operation, &written, change);
  return written;
}

/*
** Differences.
*/

/* An object for a row that was written, in the list. */
static Json *written_new(Operation *operation, Json *list, const Map *map,
                         Text table, const char *action) {
  Arena *arena = &operation->arena;
  Json *row = json_new(arena, JSON_OBJECT);
  json_append(list, row);
  json_put_string(arena, row, "map", map->name);
  json_put_string(arena, row, "table", table);
  json_put_string(arena, row, "action", text_of(action));
  return row;
}

/* A copy, since a value of a row that was read cannot be in a second tree; JSON
** null for what is not there. */
static Json *written_null(Arena *arena, const Json *value) {
  return value ? json_copy(arena, value) : json_new(arena, JSON_NULL);
}

/* What a column has and is to have, unless that is the same; NULL as a value is
** none, and the same as no row. */
static void written_put(Arena *arena, Json *columns, Text name,
                        const Json *have, const Json *want) {
  Json *left = written_null(arena, have), *right = written_null(arena, want);
  if (json_equal(left, right)) return;
  Json *column = json_new(arena, JSON_OBJECT);
  json_put(column, "have", left);
  json_put(column, "want", right);
  json_put_text(columns, name, column);
}

/* The columns of a row in which it differs. */
static Json *written_columns(Operation *operation, const Map *map,
                             const Json *before, const Json *after) {
  Json *columns = json_new(&operation->arena, JSON_OBJECT);
  const Json *have = before ? before->first : NULL;
  const Json *want = after ? after->first : NULL;
  for (size_t i = 0; i < map->count; i++) {
    written_put(&operation->arena, columns, map->columns[i].name, have, want);
    if (have) have = have->next;
    if (want) want = want->next;
  }
  return columns;
}

/* A row as it is now; one that is linked only now has another key. */
static void written_compare(Operation *operation, const WrittenRow *row,
                            Text tenant, Json *list) {
  Arena *arena = &operation->arena;
  Text key = written_key(operation, row->map, tenant, row->id);
  if (!key.size) key = row->key;
  const Json *before = text_equal(key, row->key) ? row->cells : NULL;
  const Json *after = written_cells(operation, row->map, tenant, key);
  if (failed(operation) || (!before && !after)) return;
  Json *columns = written_columns(operation, row->map, before, after);
  if (before && after && !columns->count) return;
  Json *found = written_new(operation, list, row->map, row->map->table,
                            !before  ? "create"
                            : !after ? "delete"
                                     : "update");
  json_put_string(arena, found, "id", row->id);
  json_put(found, "key", error_parse(operation, key, "a key"));
  json_put(found, "columns", columns);
}

/* A row of a join table that has come or gone. */
static void written_add_join(Operation *operation, const Map *map, Text pair,
                             bool gone, Json *list) {
  Arena *arena = &operation->arena;
  const MapMembers *members = &map->members;
  const Json *keys = error_parse(operation, pair, "a pair of keys");
  if (failed(operation)) return;
  Json *row = written_new(operation, list, map, members->table,
                          gone ? "delete" : "create");
  Json *columns = json_new(arena, JSON_OBJECT);
  const Json *group = keys->first, *member = group->next;
  written_put(arena, columns, members->group, gone ? group : NULL,
              gone ? NULL : group);
  written_put(arena, columns, members->member, gone ? member : NULL,
              gone ? NULL : member);
  json_put(row, "columns", columns);
}

/* Both lists are in order, and gone through side by side. */
static void written_compare_joins(Operation *operation, const WrittenJoin *join,
                                  const Change *change, Json *list) {
  const WrittenPairs want = written_pairs(operation, join->map, change);
  const WrittenPairs *have = &join->pairs;
  size_t i = 0, j = 0;
  while ((i < have->count || j < want.count) && !failed(operation)) {
    int order = i == have->count  ? 1
                : j == want.count ? -1
                                  : text_compare(have->items[i], want.items[j]);
    if (order)
      written_add_join(operation, join->map,
                       order < 0 ? have->items[i] : want.items[j], order < 0,
                       list);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
}

/* The list is in the order of the notes, rows of resources before those of join
** tables, as a foreign key of the application's would have them. */
Json *written_after(Operation *operation, const Written *written,
                    const Change *change) {
  Json *list = json_new(&operation->arena, JSON_ARRAY);
  for (const WrittenRow *row = written->rows; row; row = row->next)
    written_compare(operation, row, change->tenant, list);
  for (const WrittenJoin *join = written->joins; join; join = join->next)
    written_compare_joins(operation, join, change, list);
  return list;
}
