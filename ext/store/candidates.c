/*
** candidates.c: the rows of an application's table, found in memory.
**
** HOW IT WORKS
**
** The table is read once, in the order of its keys: of each row its key, its
** tenant, and what the rules of the map find it by. That makes entries, a text
** each, with the rule and the number of the row:
**
**   rule 0    4:acme ann@example.com        matches
**   rule 2    4:acme sales                  a unique column
**   key       4:acme 17                     by its key
**   rule 3    0: 3:ann4:acme                an UNIQUE index, as it is written
**
** They are found by bisection (text/lookup.h). An entry is never removed: a row
** knows what its unique columns hold now, and an entry with another text of
** them does not count.
**
** A row takes about 100 bytes a rule: 100,000 rows fit well.
*/
#include "candidates.h"

#include "../text/fold.h"
#include "../text/lookup.h"
#include "map_sql.h"

#define CANDIDATES_BY_KEY (-1) /* in place of a rule's number */

/* A row. */
typedef struct Candidate {
  Text tenant;
  Text key;      /* as JSON; no text for one that is still to be made */
  bool linked;   /* it is a resource's */
  bool gone;     /* it would be deleted */
  bool inactive; /* it would be, since its resource is gone */
  Text *unique;  /* the texts of its entries of unique columns and indexes, in
                 ** the order of their rules; NULL where there are none */
} Candidate;

/* An index that lets no two rows be alike. */
typedef struct CandidateIndex CandidateIndex;
struct CandidateIndex {
  int rule;        /* its number, behind those of the map */
  Text names;      /* of its columns, for a person */
  size_t count;    /* how many these are, */
  size_t *columns; /* by their numbers; the map's count is the tenant */
  Text *collations;
  CandidateIndex *next;
};

struct Candidates {
  const Map *map;
  Arena *arena; /* where all of it is */
  Candidate *rows;
  size_t count, capacity;
  CandidateIndex *indexes;
  size_t unique_count; /* of unique columns and indexes */
  Lookup entries;      /* kinds are numbers of rules */
};

/*
** Entries.
*/

/* With the length of the tenant's name first, so that no two pairs make the
** same text. */
static Text candidates_text(Arena *arena, Text tenant, Text text) {
  Buffer buffer = buffer_new(arena);
  buffer_integer(&buffer, (long long)tenant.size);
  buffer_char(&buffer, ':');
  buffer_add(&buffer, tenant);
  buffer_char(&buffer, ' ');
  buffer_add(&buffer, text);
  return buffer_text(&buffer);
}

/* A key as we write JSON: SQLite escapes some characters otherwise, and keys
** are compared as texts. */
static Text candidates_key(Operation *operation, Text key) {
  if (!key.size || *key.data != '"') return key;
  const Json *value = error_parse(operation, key, "a key");
  return value ? json_text(&operation->arena, value) : key;
}

/* An entry of the row of the number. */
static void candidates_add(Candidates *candidates, size_t number, int rule,
                           Text tenant, Text text) {
  Candidate *row = &candidates->rows[number];
  int first = candidates->map->rule_count;
  assert(number < candidates->count);
  text = candidates_text(candidates->arena, tenant, text);
  lookup_add(&candidates->entries, (LookupEntry){rule, text, number});
  if (rule >= first) row->unique[rule - first] = text;
}

/* Does the row still have the entry's text? */
static bool candidates_counts(const Candidates *candidates,
                              const LookupEntry *entry) {
  const Candidate *row = &candidates->rows[entry->number];
  int unique = entry->kind - candidates->map->rule_count;
  if (row->gone) return false;
  return unique < 0 || row->unique[unique].data == entry->text.data;
}

/* A new row, to which entries may be added. Returns its number. */
static size_t candidates_add_row(Candidates *candidates, Text tenant, Text key,
                                 bool linked) {
  candidates->rows =
      arena_more(candidates->arena, candidates->rows, candidates->count,
                 &candidates->capacity, sizeof(Candidate));
  candidates->rows[candidates->count] =
      (Candidate){arena_copy(candidates->arena, tenant),
                  arena_copy(candidates->arena, key),
                  linked,
                  false,
                  false,
                  NULL};
  if (candidates->unique_count)
    candidates->rows[candidates->count].unique =
        arena_array(candidates->arena, candidates->unique_count, sizeof(Text));
  return candidates->count++;
}

/*
** Searches.
*/

/* The text is put together like that of an entry, but goes with the operation's
** arena. */
static LookupSearch candidates_search(Operation *operation,
                                      const Candidates *candidates, int rule,
                                      Text tenant, Text text) {
  return lookup_search(&candidates->entries, rule,
                       candidates_text(&operation->arena, tenant, text));
}

/* The next row; NULL behind the last. Entries that no longer count are passed
** over. */
static const Candidate *candidates_next(const Candidates *candidates,
                                        LookupSearch *search) {
  const LookupEntry *entry = lookup_next(search);
  while (entry && !candidates_counts(candidates, entry))
    entry = lookup_next(search);
  return entry ? &candidates->rows[entry->number] : NULL;
}

/* A row that is linked stays in the way of unique columns, but is nobody's to
** take. */
Json *candidates_find(Operation *operation, const Candidates *candidates,
                      const MapRule *rule, Text tenant, Text folded, int most) {
  Json *keys = json_new(&operation->arena, JSON_ARRAY);
  LookupSearch search =
      candidates_search(operation, candidates, rule->number, tenant, folded);
  for (const Candidate *row; (row = candidates_next(candidates, &search));) {
    if (row->linked || keys->count >= (unsigned)most) continue;
    Json *key = error_parse(operation, row->key, "a key");
    if (key) json_append(keys, key);
  }
  return keys;
}

/* Has a row other than that of the key the text by the rule? */
static bool candidates_has_other(Operation *operation,
                                 const Candidates *candidates, int rule,
                                 Text tenant, Text text, Text own) {
  LookupSearch search =
      candidates_search(operation, candidates, rule, tenant, text);
  own = candidates_key(operation, own);
  for (const Candidate *row; (row = candidates_next(candidates, &search));)
    if (!own.data || !row->key.data || !text_equal(row->key, own)) return true;
  return false;
}

bool candidates_taken(Operation *operation, const Candidates *candidates,
                      const MapRule *rule, Text tenant, Text folded, Text own) {
  return candidates_has_other(operation, candidates, rule->number, tenant,
                              folded, own);
}

/*
** Reading.
*/
/* Names of the application are always in quotes: no name can be SQL. */
static void candidates_identifier(Buffer *sql, const char *before, Text name) {
  buffer_string(sql, before);
  map_sql_identifier(sql, name);
}

/* A column of a rule. No resource is found by a blob. */
static void candidates_column(Buffer *sql, Text name) {
  candidates_identifier(sql, ", CASE WHEN typeof(t.", name);
  candidates_identifier(sql, ") <> 'blob' THEN t.", name);
  buffer_string(sql, " END");
}

/* SELECT key, tenant, whether it is linked, the columns of each rule, and those
** of the map where there are indexes. The plus keeps away the affinity of the
** key's column, with which SQLite could not search scim_link by it. */
static Text candidates_sql(Operation *operation, const Candidates *candidates) {
  const Map *map = candidates->map;
  Buffer sql = buffer_new(&operation->arena);
  candidates_identifier(&sql, "SELECT CASE WHEN typeof(t.", map->key);
  candidates_identifier(&sql, ") <> 'blob' THEN json_quote(t.", map->key);
  buffer_string(&sql, ") END, ");
  map_sql_tenant(&sql, map, "t.");
  buffer_string(&sql, ", EXISTS (SELECT 1 FROM scim_link AS l"
                      " WHERE l.map = ?1 AND l.tenant = ");
  map_sql_tenant(&sql, map, "t.");
  candidates_identifier(&sql, " AND l.key = +t.", map->key);
  buffer_char(&sql, ')');
  for (const MapRule *rule = NULL; (rule = map_next_rule(map, rule));)
    for (size_t i = 0; i < rule->count; i++)
      candidates_column(&sql, map->columns[rule->columns[i]].name);
  for (size_t i = 0; i < map->count && candidates->indexes; i++)
    candidates_column(&sql, map->columns[i].name);
  buffer_string(&sql, " FROM ");
  map_sql_table(&sql, map);
  candidates_identifier(&sql, " AS t WHERE t.", map->key);
  buffer_string(&sql, " IS NOT NULL");
  if (map->tenant.data) {
    candidates_identifier(&sql, " AND t.", map->tenant);
    buffer_string(&sql, " IS NOT NULL");
  }
  candidates_identifier(&sql, " ORDER BY t.", map->key);
  if (map->tenant.data) candidates_identifier(&sql, ", t.", map->tenant);
  return buffer_text(&sql);
}

/* What the rule finds the row of the query by, whose columns begin at `column`:
** no text when one of them is NULL. */
static Text candidates_folded(Query *query, const MapRule *rule, int column) {
  Arena *arena = &query->operation->arena;
  Buffer buffer = buffer_new(arena);
  for (size_t i = 0; i < rule->count; i++) {
    Text text = query_text_or_none(query, column + (int)i);
    if (!text.data) return NO_TEXT;
    if (i) buffer_char(&buffer, MAP_SEPARATOR);
    buffer_add(&buffer, fold(arena, text));
  }
  return buffer_text(&buffer);
}

/* The same text for all that are the same to a collation of SQLite's own; to
** one of the application's at least those are that are equal. */
static Text candidates_collated(Arena *arena, Text text, Text collation) {
  Buffer buffer = buffer_new(arena);
  if (text_same(collation, TEXT("RTRIM")))
    while (text.size && text.data[text.size - 1] == ' ') text.size--;
  if (!text_same(collation, TEXT("NOCASE"))) return text;
  for (size_t i = 0; i < text.size; i++)
    buffer_char(&buffer, text_lower(text.data[i]));
  return buffer_text(&buffer);
}

/* The values of an index, of the tenant's row; no text when one of them is
** NULL. `cells` are by the number of the map's columns. */
static Text candidates_exact(Arena *arena, const Candidates *candidates,
                             const CandidateIndex *index, Text tenant,
                             const Text *cells) {
  Buffer buffer = buffer_new(arena);
  for (size_t i = 0; i < index->count; i++) {
    size_t column = index->columns[i];
    Text text = column == candidates->map->count ? tenant : cells[column];
    if (!text.data) return NO_TEXT;
    text = candidates_collated(arena, text, index->collations[i]);
    buffer_integer(&buffer, (long long)text.size);
    buffer_char(&buffer, ':');
    buffer_add(&buffer, text);
  }
  return buffer_text(&buffer);
}

/* The entries of a row by the indexes: of no tenant, since indexes may go
** across them. */
static void candidates_add_exact(Candidates *candidates, size_t row,
                                 Text tenant, const Text *cells) {
  for (const CandidateIndex *i = candidates->indexes; i; i = i->next) {
    Text exact =
        candidates_exact(candidates->arena, candidates, i, tenant, cells);
    if (exact.data) candidates_add(candidates, row, i->rule, TEXT(""), exact);
  }
}

/* The key of the current row. No text for one that no step can name
** (map_match.c). */
static Text candidates_read_key(Query *query) {
  Operation *operation = query->operation;
  Text key = query_text_or_none(query, 0);
  if (!key.size || failed(operation)) return NO_TEXT;
  if (key.data[key.size - 1] >= '0' && key.data[key.size - 1] <= '9')
    return key;
  JsonFault fault;
  const Json *value = json_parse(&operation->arena, key, &fault);
  return value && value->type == JSON_STRING
             ? json_text(&operation->arena, value)
             : NO_TEXT;
}

/* The current row of the query, and its entries. One that no step can name, or
** whose tenant cannot be one, stays in the way as one that is linked does. */
static void candidates_read_row(Candidates *candidates, Query *query) {
  Text key = candidates_read_key(query), tenant = query_text_or_none(query, 1);
  int column = 3;
  bool linked = !key.data || !tenant.data || query_integer(query, 2) != 0;
  if (!key.data) key = TEXT("?");
  if (!tenant.data) tenant = TEXT("");
  size_t row = candidates_add_row(candidates, tenant, key, linked);
  candidates_add(candidates, row, CANDIDATES_BY_KEY, tenant, key);
  for (const MapRule *rule = NULL;
       (rule = map_next_rule(candidates->map, rule));) {
    Text folded = candidates_folded(query, rule, column);
    column += (int)rule->count;
    if (folded.data)
      candidates_add(candidates, row, rule->number, tenant, folded);
  }
  if (!candidates->indexes) return;
  size_t count = candidates->map->count;
  Text *cells = arena_array(&query->operation->arena, count, sizeof *cells);
  for (size_t i = 0; i < count; i++)
    cells[i] = query_text_or_none(query, column++);
  candidates_add_exact(candidates, row, tenant, cells);
}

/*
** Indexes.
*/

/* The number of the column, the count for the tenant's; more when it is
** neither, or holds what is not known here. */
static size_t candidates_index_column(const Map *map, Text name) {
  size_t number = map_column(map, name);
  if (number == map->count)
    return map->tenant.data && text_same(name, map->tenant) ? number
                                                            : number + 1;
  const MapColumn *column = &map->columns[number];
  bool key = column->content == MAP_FROM && column->as == TRANSFORM_KEY;
  return key ? map->count + 1 : number;
}

/* Takes in one column of an index; an index with one that is not the map's, or
** with more than there is room for, since one may stand in it twice, is left
** out: its rule is -1. */
static void candidates_add_column(Candidates *candidates, CandidateIndex *index,
                                  Text name, Text collation) {
  size_t column = candidates_index_column(candidates->map, name);
  if (column > candidates->map->count ||
      index->count > candidates->map->count) {
    index->rule = -1;
    return;
  }
  index->names =
      arena_format(candidates->arena, "%.*s%s%.*s", TEXT_ARG(index->names),
                   index->count ? ", " : "", TEXT_ARG(name));
  index->collations[index->count] = arena_copy(candidates->arena, collation);
  index->columns[index->count++] = column;
}

/* Puts an index into the list, unless it was left out. The numbers of their
** rules go on behind the map's. */
static void candidates_keep_index(Candidates *candidates,
                                  CandidateIndex *index) {
  if (!index || index->rule < 0) return;
  index->rule = candidates->map->rule_count + (int)candidates->unique_count++;
  index->next = candidates->indexes;
  candidates->indexes = index;
}

/* Of an index the columns of the map count, and the tenant's: there is room for
** so many. */
static void candidates_read_indexes(Operation *operation,
                                    Candidates *candidates) {
  const Map *map = candidates->map;
  CandidateIndex *index = NULL;
  long long number = -1;
  Query query = query_open(operation, STATEMENT_MAP_UNIQUE);
  query_bind_text(&query, MAP_UNIQUE_TABLE, map->table);
  while (query_step(&query)) {
    if (!index || query_integer(&query, MAP_UNIQUE_ROW_NUMBER) != number) {
      candidates_keep_index(candidates, index);
      number = query_integer(&query, MAP_UNIQUE_ROW_NUMBER);
      index = arena_alloc(candidates->arena, sizeof *index);
      index->columns = arena_array(candidates->arena, map->count + 1,
                                   sizeof *index->columns);
      index->collations = arena_array(candidates->arena, map->count + 1,
                                      sizeof *index->collations);
    }
    if (index->rule >= 0)
      candidates_add_column(candidates, index,
                            query_text(&query, MAP_UNIQUE_ROW_NAME),
                            query_text(&query, MAP_UNIQUE_ROW_COLLATION));
  }
  query_close(&query);
  candidates_keep_index(candidates, index);
}

/* Of what the query reads only the copies are kept, where they are in an arena
** of their own. */
Candidates *candidates_read(Operation *operation, Arena *arena,
                            const Map *map) {
  Candidates *candidates = arena_alloc(arena, sizeof *candidates);
  candidates->map = map;
  candidates->arena = arena;
  candidates->entries = lookup_new(arena);
  for (size_t i = 0; i < map->count; i++)
    if (map->columns[i].unique) candidates->unique_count++;
  candidates_read_indexes(operation, candidates);
  Query query =
      query_open_text(operation, candidates_sql(operation, candidates));
  query_bind_text(&query, 1, map->name);
  for (bool more = true; more;) {
    ArenaMark mark = arena_mark(&operation->arena);
    more = query_step(&query);
    if (more) candidates_read_row(candidates, &query);
    if (!failed(operation) && arena != &operation->arena)
      arena_release(&operation->arena, mark);
  }
  query_close(&query);
  lookup_build(&candidates->entries);
  return candidates;
}

/*
** What has been decided.
*/

/* The number of the row of the key; the count when there is none. */
static size_t candidates_number(Operation *operation,
                                const Candidates *candidates, Text tenant,
                                Text key) {
  if (!key.data) return candidates->count;
  key = candidates_key(operation, key);
  LookupSearch search =
      candidates_search(operation, candidates, CANDIDATES_BY_KEY, tenant, key);
  const Candidate *row = candidates_next(candidates, &search);
  return row ? (size_t)(row - candidates->rows) : candidates->count;
}

/* What the columns are to hold; no text for those of which that is not known:
** that get a default, or stay. */
static Text *candidates_wanted(Operation *operation, const Map *map, Text key,
                               Json *const *row) {
  Text *cells = arena_array(&operation->arena, map->count, sizeof *cells);
  for (size_t i = 0; i < map->count; i++)
    if (row[i] && !(key.data && (map->columns[i].on_create ||
                                 text_same(map->columns[i].name, map->key))))
      cells[i] = row[i]->text;
  return cells;
}

/* What is not known of a row (a default, a column that is kept) cannot be
** compared: such an index is passed over, and SQLite may still refuse the row.
*/
Text candidates_conflict(Operation *operation, const Candidates *candidates,
                         Text tenant, Text key, Json *const *row) {
  if (!candidates->indexes || !row) return NO_TEXT;
  const Text *cells = candidates_wanted(operation, candidates->map, key, row);
  for (const CandidateIndex *i = candidates->indexes; i; i = i->next) {
    Text exact =
        candidates_exact(&operation->arena, candidates, i, tenant, cells);
    if (exact.data && candidates_has_other(operation, candidates, i->rule,
                                           TEXT(""), exact, key))
      return i->names;
  }
  return NO_TEXT;
}

/* Takes out what the row held in a column that is cleared: of a unique one, and
** of the indexes over it. */
static void candidates_clear(Candidates *candidates, size_t number,
                             size_t column) {
  const Map *map = candidates->map;
  Text *unique = candidates->rows[number].unique;
  const MapRule *rule = map->columns[column].unique;
  if (rule) unique[rule->number - map->rule_count] = NO_TEXT;
  for (const CandidateIndex *index = candidates->indexes; index;
       index = index->next)
    for (size_t i = 0; i < index->count; i++)
      if (index->columns[i] == column)
        unique[index->rule - map->rule_count] = NO_TEXT;
}

/* What a map does not write after a row was made stays as it is. */
void candidates_take(Operation *operation, Candidates *candidates, Text tenant,
                     Text key, Json *const *row) {
  const Map *map = candidates->map;
  size_t number = candidates_number(operation, candidates, tenant, key);
  if (number == candidates->count && !row) return;
  if (number == candidates->count)
    candidates_add_row(candidates, tenant, key, true);
  candidates->rows[number].linked = true;
  for (size_t i = 0; i < map->count && row; i++) {
    const MapColumn *column = &map->columns[i];
    bool stays = key.data && (column->on_create || column->keep);
    if (!row[i] && !stays) candidates_clear(candidates, number, i);
    if (!column->unique || !row[i] || (column->on_create && key.data)) continue;
    candidates_add(candidates, number, column->unique->number, tenant,
                   fold(&operation->arena, row[i]->text));
  }
  if (row && candidates->indexes)
    candidates_add_exact(candidates, number, tenant,
                         candidates_wanted(operation, map, key, row));
}

/* Whoever is deleted leaves what was unique to others; whoever is only inactive
** goes on holding it. */
void candidates_free(Operation *operation, Candidates *candidates, Text tenant,
                     Text key) {
  size_t number = candidates_number(operation, candidates, tenant, key);
  if (number == candidates->count) return;
  Candidate *row = &candidates->rows[number];
  row->linked = false;
  row->gone = candidates->map->deleted == MAP_DELETE;
  row->inactive = candidates->map->deleted == MAP_INACTIVE;
}

/* False for a row that is inactive in the table already: what that holds is
** read when it is compared. */
bool candidates_is_inactive(Operation *operation, const Candidates *candidates,
                            Text tenant, Text key) {
  size_t number = candidates_number(operation, candidates, tenant, key);
  return number < candidates->count && candidates->rows[number].inactive;
}

/* In the order of keys, so that every node adopts alike. */
bool candidates_next_free(const Candidates *candidates, size_t *at,
                          Text *tenant, Text *key) {
  for (; *at < candidates->count; (*at)++) {
    const Candidate *row = &candidates->rows[*at];
    if (row->linked) continue;
    *tenant = row->tenant;
    *key = row->key;
    (*at)++;
    return true;
  }
  return false;
}
