/*
** map_match.c: finds rows of the application's tables.
**
** HOW IT WORKS
**
** Two texts are the same if they are so folded by Unicode, of which SQL knows
** lower() alone. That is right for ASCII: so a row whose values are ASCII is
** found by an index of the application's table on lower(). Rows with any other
** value stand in scim_map_fold. Triggers on the table note them there, which
** cannot fold either, so that such a row is found in one of two ways:
**
**   folded = 'böb@example.com'   an index search
**   folded IS NULL               rows that were written since the last search:
**                                they are read and folded here, once, and the
**                                folded text is stored with the change that
**                                asked (MapMatch.folds)
**
** What is found is compared again with what the row holds now: an application
** may replace rows in ways that fire no trigger (INSERT OR REPLACE).
**
** A preview brings the rows along (candidates.h), and is answered out of these.
*/
#include "map_match.h"

#include "../text/fold.h"
#include "map_sql.h"

/* A row that was not folded yet. */
struct MapPending {
  Text key;    /* as JSON */
  Text folded; /* what it is found by */
  MapPending *next;
};

MapMatch map_match_new(Operation *operation, const Map *map, Text tenant) {
  return (MapMatch){operation, map, tenant, NULL, NULL, NULL};
}

/* Folded part by part, so that it can be cut up again for a search by each
** of the columns. */
Text map_match_key(Operation *operation, const MapRule *rule,
                   Json *const *row) {
  Buffer buffer = buffer_new(&operation->arena);
  for (size_t i = 0; i < rule->count; i++) {
    const Json *value = row[rule->columns[i]];
    if (!value || !value->text.size) return NO_TEXT;
    if (i) buffer_char(&buffer, MAP_SEPARATOR);
    buffer_add(&buffer, fold(&operation->arena, value->text));
  }
  return buffer_text(&buffer);
}

/*
** SQL.
*/
/* Text of ours, then a name of the application's, in quotes. */
static void map_match_column(Buffer *buffer, const char *before, Text name) {
  buffer_string(buffer, before);
  map_sql_identifier(buffer, name);
}

/* The key as JSON, then the columns of the rule: all searches read the same, so
** that they can be put together by UNION ALL. */
static void map_match_columns(Buffer *buffer, const Map *map,
                              const MapRule *rule) {
  map_match_column(buffer, "SELECT CASE WHEN typeof(t.", map->key);
  map_match_column(buffer, ") = 'blob' THEN '?' ELSE json_quote(t.", map->key);
  buffer_string(buffer, ") END");
  for (size_t i = 0; i < rule->count; i++)
    map_match_column(buffer, ", t.", map->columns[rule->columns[i]].name);
}

/* Bound, and outside of anything that comes from a value: a row of another
** tenant is never found, whatever it holds. */
static void map_match_tenant(Buffer *buffer, const Map *map) {
  map_sql_of_tenant(buffer, map, "t.", "?3");
}

/* Rows of scim_map_fold. ?1 is the map, ?2 the rule, ?3 the tenant. */
static void map_match_wide(Buffer *buffer, const Map *map,
                           const MapRule *rule) {
  map_match_columns(buffer, map, rule);
  buffer_string(buffer, " FROM scim_map_fold AS f CROSS JOIN ");
  map_sql_table(buffer, map);
  map_match_column(buffer, " AS t ON t.", map->key);
  buffer_string(buffer, " = f.key");
  map_match_tenant(buffer, map);
  buffer_string(buffer, " WHERE f.map = ?1 AND f.rule = ?2 AND f.tenant = ?3");
}

/* Rows that lower() finds, with a parameter for each column from ?5 on. */
static void map_match_narrow(Buffer *buffer, const Map *map,
                             const MapRule *rule) {
  map_match_columns(buffer, map, rule);
  buffer_string(buffer, " FROM ");
  map_sql_table(buffer, map);
  buffer_string(buffer, " AS t WHERE 1");
  map_match_tenant(buffer, map);
  for (size_t i = 0; i < rule->count; i++) {
    map_match_column(buffer, " AND lower(t.",
                     map->columns[rule->columns[i]].name);
    buffer_string(buffer, ") = ?");
    buffer_integer(buffer, (long long)i + 5);
  }
}

/* The three parameters that every search has. */
static Query map_match_open(MapMatch *match, const MapRule *rule,
                            const Buffer *buffer) {
  Query query = query_open_text(match->operation, buffer_text(buffer));
  query_bind_text(&query, 1, match->map->name);
  query_bind_integer(&query, 2, rule->number);
  query_bind_text(&query, 3, match->tenant);
  return query;
}

/* What the row of the query is found by, as it is now. */
static Text map_match_folded(Query *query, const MapRule *rule) {
  Operation *operation = query->operation;
  Buffer buffer = buffer_new(&operation->arena);
  for (size_t i = 0; i < rule->count; i++) {
    if (i) buffer_char(&buffer, MAP_SEPARATOR);
    buffer_add(&buffer,
               fold(&operation->arena, query_text_or_none(query, (int)i + 1)));
  }
  return buffer_text(&buffer);
}

/* The key of the row, which has one. What cannot be read is no JSON either. */
static Text map_match_row_key(Query *query) {
  Text key = query_text_or_none(query, 0);
  return key.data ? key : TEXT("?");
}

/* The key as a value. NULL for one that no step can name: a blob, other bytes
** than UTF-8, a text with U+0000, an infinity. Such a row is the application's
** alone: nobody gets it, and what it holds is taken. */
static Json *map_match_json(Operation *operation, Text key) {
  JsonFault fault;
  return failed(operation) ? NULL : json_parse(&operation->arena, key, &fault);
}

/*
** Rows that are still to be folded.
*/

/* The step that stores what was folded. It is written with the change that
** asked: a search itself writes nothing. */
static void map_match_add_fold(MapMatch *match, const MapRule *rule, Text key,
                               Text folded) {
  Arena *arena = &match->operation->arena;
  Json *value = map_match_json(match->operation, key);
  if (!value) return;
  Json *step = json_new(arena, JSON_OBJECT),
       *data = json_new(arena, JSON_OBJECT);
  if (!match->folds) match->folds = json_new(arena, JSON_ARRAY);
  json_put_string(arena, step, "map", match->map->name);
  json_put_string(arena, step, "step", TEXT("fold"));
  json_put(step, "key", value);
  json_put(data, "rule", json_integer(arena, rule->number));
  json_put_string(arena, data, "folded", folded);
  json_put(step, "data", data);
  json_append(match->folds, step);
}

/* Reads and folds them, at the first search by the rule; later ones get the
** same list. An empty element is its head, so that a list that was read and is
** empty differs from one that was not read yet. */
static const MapPending *map_match_pending(MapMatch *match,
                                           const MapRule *rule) {
  Operation *operation = match->operation;
  Buffer buffer = buffer_new(&operation->arena);
  MapPending *first = NULL;
  if (!match->pending)
    match->pending = arena_array(
        &operation->arena, match->map->count + (size_t)match->map->rule_count,
        sizeof *match->pending);
  if (match->pending[rule->number]) return match->pending[rule->number]->next;
  map_match_wide(&buffer, match->map, rule);
  buffer_string(&buffer, " AND f.folded IS NULL");
  Query query = map_match_open(match, rule, &buffer);
  while (query_step(&query)) {
    MapPending *pending = arena_alloc(&operation->arena, sizeof *pending);
    *pending = (MapPending){map_match_row_key(&query),
                            map_match_folded(&query, rule), first};
    first = pending;
  }
  query_close(&query);
  for (const MapPending *p = first; p && !failed(operation); p = p->next)
    map_match_add_fold(match, rule, p->key, p->folded);
  MapPending *head = arena_alloc(&operation->arena, sizeof *head);
  head->next = first;
  match->pending[rule->number] = head;
  return first;
}

/*
** Searches.
*/

Text map_match_owner(Operation *operation, Text map, Text tenant, Text key) {
  Text id = NO_TEXT;
  Query query = query_open(operation, STATEMENT_MAP_OWNER);
  query_bind_text(&query, MAP_OWNER_MAP, map);
  query_bind_text(&query, MAP_OWNER_TENANT, tenant);
  query_bind_text(&query, MAP_OWNER_KEY, key);
  if (query_step(&query)) id = query_text(&query, MAP_OWNER_ROW_ID);
  query_close(&query);
  return id;
}

/* Appends the key unless the row is somebody's, or is in the list: a row may be
** found both by lower() and by its folded text. */
static void map_match_add(MapMatch *match, Text key, Json *keys) {
  if (keys->count > MAP_CANDIDATES) return;
  Json *value = map_match_json(match->operation, key);
  if (!value ||
      map_match_owner(match->operation, match->map->name, match->tenant, key)
          .size)
    return;
  JSON_EACH (other, keys) {
    if (json_equal(other, value)) return;
  }
  json_append(keys, value);
}

/* Rows whose folded text is known, one after the other, of which some come
** twice; and a row without a key when there are others still to be folded. */
static Query map_match_known(MapMatch *match, const MapRule *rule, Text key) {
  Buffer buffer = buffer_new(&match->operation->arena);
  map_match_narrow(&buffer, match->map, rule);
  buffer_string(&buffer, " UNION ALL ");
  map_match_wide(&buffer, match->map, rule);
  buffer_string(&buffer, " AND f.folded = ?4 UNION ALL SELECT NULL");
  for (size_t i = 0; i < rule->count; i++) buffer_string(&buffer, ", NULL");
  buffer_string(&buffer, " WHERE EXISTS (SELECT 1 FROM scim_map_fold AS f"
                         " WHERE f.map = ?1 AND f.rule = ?2 AND f.tenant = ?3"
                         " AND f.folded IS NULL)");
  Query query = map_match_open(match, rule, &buffer);
  query_bind_text(&query, 4, key);
  for (size_t i = 0; i < rule->count; i++)
    query_bind_text(&query, (int)i + 5, text_cut(&key, MAP_SEPARATOR));
  return query;
}

/* Puts the keys in an order that neither a plan of SQLite's has a part in nor a
** collation: a review stores them, and a preview says the same. There are few,
** mostly none or one, so they are exchanged in their places until nothing is
** left to be exchanged; by their JSON, which is what people read. */
static void map_match_sort(Arena *arena, Json *keys) {
  for (bool sorted = false; !sorted;) {
    sorted = true;
    for (Json *key = keys->first; key && key->next; key = key->next) {
      Json *other = key->next;
      if (text_compare(json_text(arena, key), json_text(arena, other)) <= 0)
        continue;
      Text text = key->text;
      JsonType type = key->type;
      key->text = other->text;
      key->type = other->type;
      other->text = text;
      other->type = type;
      sorted = false;
    }
  }
}

/* The keys that the table has. More than a review can name are not read: there
** are many. */
static Json *map_match_read(MapMatch *match, const MapRule *rule, Text key) {
  Json *keys = json_new(&match->operation->arena, JSON_ARRAY);
  const MapPending *pending = NULL;
  bool unfolded = false;
  Query query = map_match_known(match, rule, key);
  while (keys->count <= MAP_CANDIDATES && query_step(&query)) {
    if (query_is_null(&query, 0))
      unfolded = true;
    else if (text_equal(map_match_folded(&query, rule), key))
      map_match_add(match, map_match_row_key(&query), keys);
  }
  query_close(&query);
  if (unfolded) pending = map_match_pending(match, rule);
  for (; pending; pending = pending->next)
    if (text_equal(pending->folded, key))
      map_match_add(match, pending->key, keys);
  return keys;
}

/* Rows that somebody has are passed over, so that several rows of which all but
** one are linked leave no doubt. */
Json *map_match_find(MapMatch *match, const MapRule *rule, Text key) {
  Json *keys = match->candidates
                   ? candidates_find(match->operation, match->candidates, rule,
                                     match->tenant, key, MAP_CANDIDATES + 1)
                   : map_match_read(match, rule, key);
  map_match_sort(&match->operation->arena, keys);
  return keys;
}

/* Whether linked or not: the application's own rows have their names as
** well. */
bool map_match_taken(MapMatch *match, const MapColumn *column, Text text,
                     Text own) {
  const MapRule *rule = column->unique;
  Text key = fold(&match->operation->arena, text);
  const MapPending *pending = NULL;
  bool taken = false, unfolded = false;
  if (match->candidates)
    return candidates_taken(match->operation, match->candidates, rule,
                            match->tenant, key, own);
  Query query = map_match_known(match, rule, key);
  while (!taken && query_step(&query)) {
    if (query_is_null(&query, 0))
      unfolded = true;
    else
      taken = text_equal(map_match_folded(&query, rule), key) &&
              !text_equal(map_match_row_key(&query), own);
  }
  query_close(&query);
  if (unfolded && !taken) pending = map_match_pending(match, rule);
  for (; pending; pending = pending->next)
    taken = taken || (text_equal(pending->folded, key) &&
                      !text_equal(pending->key, own));
  return taken;
}

/* One look tells that the row is there and what an unique column of it
** holds, which keeps its number. */
bool map_match_row(MapMatch *match, Text key, Text *texts) {
  const Map *map = match->map;
  Buffer buffer = buffer_new(&match->operation->arena);
  int column = 0;
  buffer_string(&buffer, "SELECT 1");
  for (size_t i = 0; i < map->count; i++)
    if (map->columns[i].unique)
      map_match_column(&buffer, ", t.", map->columns[i].name);
  map_sql_row(&buffer, map);
  Query query = query_open_text(match->operation, buffer_text(&buffer));
  map_sql_bind_row(&query, map, key, match->tenant);
  bool found = query_step(&query);
  for (size_t i = 0; found && i < map->count; i++)
    if (map->columns[i].unique) texts[i] = query_text_or_none(&query, ++column);
  query_close(&query);
  return found;
}
