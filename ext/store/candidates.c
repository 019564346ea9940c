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
**
** They are sorted, and found by bisection. What is added later stands behind
** them unsorted, and is looked through, until it is so much that all are sorted
** again. An entry is never removed: a row knows what its unique columns hold
** now, and an entry with another text of them does not count.
**
** A row takes about 100 bytes a rule: 100,000 rows fit well.
*/
#include "candidates.h"

#include <stdlib.h>

#include "../text/fold.h"
#include "map_sql.h"

#define CANDIDATES_BY_KEY (-1) /* in place of a rule's number */
#define CANDIDATES_TAIL 1000   /* entries that may stay unsorted */

/* A row. */
typedef struct Candidate {
  Text tenant;
  Text key;     /* as JSON; no text for one that is still to be made */
  bool linked;  /* it is a resource's */
  bool gone;    /* it would be deleted */
  Text *unique; /* the texts of the entries of the unique columns, in the order
                ** of their rules; NULL where the map has none */
} Candidate;

typedef struct CandidateEntry {
  int rule;   /* its number */
  size_t row; /* the number of the row */
  Text text;  /* the tenant, and what the row is found by */
} CandidateEntry;

struct Candidates {
  const Map *map;
  Arena *arena; /* where all of it is */
  Candidate *rows;
  size_t count, capacity;
  size_t unique_count; /* of the map's unique columns */
  CandidateEntry *entries;
  size_t entry_count, entry_capacity;
  size_t sorted; /* so many entries are in order */
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

static int candidates_compare_text(const CandidateEntry *entry, int rule,
                                   Text text) {
  if (entry->rule != rule) return entry->rule < rule ? -1 : 1;
  return text_compare(entry->text, text);
}

/* In the order of the table where all else is the same. */
static int candidates_compare(const void *left, const void *right) {
  const CandidateEntry *a = left, *b = right;
  int order = candidates_compare_text(a, b->rule, b->text);
  if (order) return order;
  return a->row < b->row ? -1 : a->row > b->row;
}

static void candidates_sort(Candidates *candidates) {
  if (candidates->entry_count)
    qsort(candidates->entries, candidates->entry_count, sizeof(CandidateEntry),
          candidates_compare);
  candidates->sorted = candidates->entry_count;
}

/* An entry of the row of the number. */
static void candidates_add(Candidates *candidates, size_t number, int rule,
                           Text tenant, Text text) {
  Candidate *row = &candidates->rows[number];
  int first = candidates->map->rule_count;
  candidates->entries = arena_more(
      candidates->arena, candidates->entries, candidates->entry_count,
      &candidates->entry_capacity, sizeof(CandidateEntry));
  assert(number < candidates->count);
  text = candidates_text(candidates->arena, tenant, text);
  candidates->entries[candidates->entry_count++] =
      (CandidateEntry){rule, number, text};
  if (rule >= first) row->unique[rule - first] = text;
}

/* Does the row still have the entry's text? */
static bool candidates_counts(const Candidates *candidates,
                              const CandidateEntry *entry) {
  const Candidate *row = &candidates->rows[entry->row];
  int unique = entry->rule - candidates->map->rule_count;
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
                  arena_copy(candidates->arena, key), linked, false, NULL};
  if (candidates->unique_count)
    candidates->rows[candidates->count].unique =
        arena_array(candidates->arena, candidates->unique_count, sizeof(Text));
  return candidates->count++;
}

/*
** Searches.
*/

/* A search: entries of the rule that have the text and count. */
typedef struct CandidateSearch {
  const Candidates *candidates;
  int rule;
  Text text;
  size_t at; /* the entry to look at next */
} CandidateSearch;

/* Begins with the first sorted entry that is not before the text. */
static CandidateSearch candidates_search(Operation *operation,
                                         const Candidates *candidates, int rule,
                                         Text tenant, Text text) {
  CandidateSearch search = {
      candidates, rule, candidates_text(&operation->arena, tenant, text), 0};
  size_t high = candidates->sorted;
  while (search.at < high) {
    size_t middle = search.at + (high - search.at) / 2;
    if (candidates_compare_text(&candidates->entries[middle], rule,
                                search.text) < 0)
      search.at = middle + 1;
    else
      high = middle;
  }
  return search;
}

/* The next entry, or NULL. Behind the sorted entries of the text come all that
** are not sorted. */
static const CandidateEntry *candidates_next(CandidateSearch *search) {
  const Candidates *candidates = search->candidates;
  while (search->at < candidates->entry_count) {
    const CandidateEntry *entry = &candidates->entries[search->at++];
    if (!candidates_compare_text(entry, search->rule, search->text)) {
      if (candidates_counts(candidates, entry)) return entry;
    } else if (search->at <= candidates->sorted) {
      search->at = candidates->sorted;
    }
  }
  return NULL;
}

Json *candidates_find(Operation *operation, const Candidates *candidates,
                      const MapRule *rule, Text tenant, Text folded, int most) {
  Json *keys = json_new(&operation->arena, JSON_ARRAY);
  CandidateSearch search =
      candidates_search(operation, candidates, rule->number, tenant, folded);
  for (const CandidateEntry *entry; (entry = candidates_next(&search));) {
    const Candidate *row = &candidates->rows[entry->row];
    if (row->linked || keys->count >= (unsigned)most) continue;
    Json *key = error_parse(operation, row->key, "a key");
    if (key) json_append(keys, key);
  }
  return keys;
}

bool candidates_taken(Operation *operation, const Candidates *candidates,
                      const MapRule *rule, Text tenant, Text folded, Text own) {
  CandidateSearch search =
      candidates_search(operation, candidates, rule->number, tenant, folded);
  for (const CandidateEntry *entry; (entry = candidates_next(&search));) {
    Text key = candidates->rows[entry->row].key;
    if (!own.data || !key.data || !text_equal(key, own)) return true;
  }
  return false;
}

/*
** Reading.
*/
static void candidates_identifier(Buffer *sql, const char *before, Text name) {
  buffer_string(sql, before);
  map_sql_identifier(sql, name);
}

/* The tenant of a row, as SQL. */
static void candidates_tenant(Buffer *sql, const Map *map) {
  if (map->tenant.data) {
    candidates_identifier(sql, "CAST(t.", map->tenant);
    buffer_string(sql, " AS TEXT)");
  } else {
    map_sql_literal(sql, map->only);
  }
}

/* A column of a rule. No resource is found by a blob. */
static void candidates_column(Buffer *sql, Text name) {
  candidates_identifier(sql, ", CASE WHEN typeof(t.", name);
  candidates_identifier(sql, ") <> 'blob' THEN t.", name);
  buffer_string(sql, " END");
}

/* SELECT key, tenant, whether it is linked, and the columns of each rule. The
** plus keeps away the affinity of the key's column, with which SQLite could not
** search scim_link by it. */
static Text candidates_sql(Operation *operation, const Map *map) {
  Buffer sql = buffer_new(&operation->arena);
  candidates_identifier(&sql, "SELECT json_quote(t.", map->key);
  buffer_string(&sql, "), ");
  candidates_tenant(&sql, map);
  buffer_string(&sql, ", EXISTS (SELECT 1 FROM scim_link AS l"
                      " WHERE l.map = ?1 AND l.tenant = ");
  candidates_tenant(&sql, map);
  candidates_identifier(&sql, " AND l.key = +t.", map->key);
  buffer_char(&sql, ')');
  for (const MapRule *rule = NULL; (rule = map_next_rule(map, rule));)
    for (size_t i = 0; i < rule->count; i++)
      candidates_column(&sql, map->columns[rule->columns[i]].name);
  candidates_identifier(&sql, " FROM ", map->table);
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
    Text text = query_text(query, column + (int)i);
    if (!text.data) return NO_TEXT;
    if (i) buffer_char(&buffer, MAP_SEPARATOR);
    buffer_add(&buffer, fold(arena, text));
  }
  return buffer_text(&buffer);
}

/* The current row of the query, and its entries. */
static void candidates_read_row(Candidates *candidates, Query *query) {
  Text key = query_text(query, 0), tenant = query_text(query, 1);
  int column = 3;
  size_t row =
      candidates_add_row(candidates, tenant, key, query_integer(query, 2) != 0);
  candidates_add(candidates, row, CANDIDATES_BY_KEY, tenant, key);
  for (const MapRule *rule = NULL;
       (rule = map_next_rule(candidates->map, rule));) {
    Text folded = candidates_folded(query, rule, column);
    column += (int)rule->count;
    if (folded.data)
      candidates_add(candidates, row, rule->number, tenant, folded);
  }
}

/* Of what the query reads only the copies are kept, where they are in an arena
** of their own. */
Candidates *candidates_read(Operation *operation, Arena *arena,
                            const Map *map) {
  Candidates *candidates = arena_alloc(arena, sizeof *candidates);
  candidates->map = map;
  candidates->arena = arena;
  for (size_t i = 0; i < map->count; i++)
    if (map->columns[i].unique) candidates->unique_count++;
  Query query = query_open_text(operation, candidates_sql(operation, map));
  query_bind_text(&query, 1, map->name);
  for (bool more = true; more;) {
    ArenaMark mark = arena_mark(&operation->arena);
    more = query_step(&query);
    if (more) candidates_read_row(candidates, &query);
    if (!failed(operation) && arena != &operation->arena)
      arena_release(&operation->arena, mark);
  }
  query_close(&query);
  candidates_sort(candidates);
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
  CandidateSearch search =
      candidates_search(operation, candidates, CANDIDATES_BY_KEY, tenant, key);
  const CandidateEntry *entry = candidates_next(&search);
  return entry ? entry->row : candidates->count;
}

/* What a map does not write after a row was made stays as it is. */
void candidates_take(Operation *operation, Candidates *candidates, Text tenant,
                     Text key, Json *const *row) {
  const Map *map = candidates->map;
  size_t number = candidates_number(operation, candidates, tenant, key);
  if (number == candidates->count)
    candidates_add_row(candidates, tenant, key, true);
  candidates->rows[number].linked = true;
  for (size_t i = 0; i < map->count && row; i++) {
    const MapColumn *column = &map->columns[i];
    if (!column->unique || !row[i] || (column->on_create && key.data)) continue;
    candidates_add(candidates, number, column->unique->number, tenant,
                   fold(&operation->arena, row[i]->text));
  }
  if (candidates->entry_count - candidates->sorted > CANDIDATES_TAIL)
    candidates_sort(candidates);
}

void candidates_free(Operation *operation, Candidates *candidates, Text tenant,
                     Text key, bool gone) {
  size_t number = candidates_number(operation, candidates, tenant, key);
  if (number == candidates->count) return;
  candidates->rows[number].linked = false;
  candidates->rows[number].gone = gone;
}

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
