/*
** preview.c: what a map would do.
**
** HOW IT WORKS
**
** The decisions are those of map.c, made one after the other as when the map is
** switched on; but rows are found in candidates.c, which is told of every
** decision. So the second of two resources that match one row is decided about
** as if the first had it, and the second of two groups with one name gets a
** number.
**
** A row that is there is compared in SQL, by the expressions of the triggers
** (map_sql_compare), since the types and defaults of its columns count. Only
** the key of another resource's row cannot be told that way: that one may come
** later, or be new. Such columns are noted, and looked at when all is decided.
**
** 100,000 documents do not fit into memory at once: what is read and computed
** for one resource is released behind it, and what is kept lies in an arena of
** its own. That belongs to the caller, who closes it also when memory runs out
** in the middle.
*/
#include "preview.h"

#include <stdlib.h>

#include "definitions.h"
#include "map_sql.h"
#include "map_walk.h"

/* A column that is to hold the key of the row of `target`. */
typedef struct PreviewReference {
  size_t row; /* of the preview, which tells of it */
  size_t column;
  Text target; /* the id of a resource */
} PreviewReference;

/* What would become of a resource, for those that refer to it. */
typedef struct PreviewOutcome {
  Text tenant, id;
  Text key;  /* of its row, as JSON; no text for a new one */
  bool gone; /* it has none any more */
} PreviewOutcome;

typedef struct PreviewRun {
  Operation *operation;
  Arena *kept;
  const Map *map;
  const MapTable *table;
  Text compare; /* the SELECT of map_sql_compare */
  Candidates *candidates;
  Preview preview;
  size_t capacity;
  PreviewReference *references;
  size_t reference_count, reference_capacity;
  PreviewOutcome *outcomes; /* only where the map refers to itself */
  size_t outcome_count, outcome_capacity;
  bool refers; /* it does */
} PreviewRun;

/*
** Rows.
*/

/* A row about the subject, in kept memory. Rows about one resource come one
** after the other and share their texts: a change of ten columns keeps its id
** once. */
static PreviewRow *preview_add(PreviewRun *run, const MapMatch *match,
                               const MapSubject *subject,
                               const MapDecision *decision) {
  Arena *kept = run->kept;
  Preview *preview = &run->preview;
  preview->rows = arena_more(kept, preview->rows, preview->count,
                             &run->capacity, sizeof *preview->rows);
  PreviewRow *row = &preview->rows[preview->count++];
  const PreviewRow *before = preview->count > 1 ? row - 1 : NULL;
  *row = (PreviewRow){.act = decision->act};
  if (before && text_equal(before->id, subject->id) &&
      text_equal(before->tenant, match->tenant)) {
    row->tenant = before->tenant;
    row->id = before->id;
    row->key = before->key;
    row->reason = before->reason;
    return row;
  }
  row->tenant = arena_copy(kept, match->tenant);
  row->id = arena_copy(kept, subject->id);
  row->key = arena_copy(kept, decision->key);
  return row;
}

/* Does the column hold the key of another resource's row? */
static bool preview_is_key(const MapColumn *column) {
  return column->content == MAP_FROM && column->as == TRANSFORM_KEY;
}

/* A column, what it holds and what it would. */
static PreviewRow *preview_add_column(PreviewRun *run, const MapMatch *match,
                                      const MapSubject *subject,
                                      const MapDecision *decision,
                                      size_t column, Text have, Text want) {
  PreviewRow *row = preview_add(run, match, subject, decision);
  row->column = run->map->columns[column].name;
  row->have = arena_copy(run->kept, have);
  row->want = arena_copy(run->kept, want);
  return row;
}

/* A column with the key of another row: hidden until it is known whose. */
static void preview_add_reference(PreviewRun *run, const MapMatch *match,
                                  const MapSubject *subject,
                                  const MapDecision *decision, size_t column,
                                  Text have) {
  const Json *target = decision->row[column];
  preview_add_column(run, match, subject, decision, column, have, NO_TEXT)
      ->hidden = true;
  run->references =
      arena_more(run->kept, run->references, run->reference_count,
                 &run->reference_capacity, sizeof *run->references);
  run->references[run->reference_count++] = (PreviewReference){
      run->preview.count - 1, column,
      target ? arena_copy(run->kept, target->text) : NO_TEXT};
}

/*
** Decisions.
*/

/* The wanted values as an array, for map_sql_compare: the same that a step
** would carry to the triggers. It is written as text at once, since the values
** belong to the decision and can be in no second tree. */
static Text preview_wanted(PreviewRun *run, Json *const *row) {
  Buffer buffer = buffer_new(&run->operation->arena);
  for (size_t i = 0; i < run->map->count; i++) {
    buffer_char(&buffer, i ? ',' : '[');
    if (row[i])
      json_write(&buffer, row[i]);
    else
      buffer_string(&buffer, "null");
  }
  buffer_char(&buffer, ']');
  return buffer_text(&buffer);
}

/* Is the column one that the decision is about? Of who is gone only those that
** tell it. */
static bool preview_concerns(const PreviewRun *run, const MapDecision *decision,
                             size_t column) {
  return decision->act != MAP_ACT_INACTIVE ||
         run->map->columns[column].content == MAP_ACTIVE;
}

/* Of a row that the one before has left inactive, the column that tells it: it
** would not hold any more what the table still has. */
static bool preview_compare_active(PreviewRun *run, const MapMatch *match,
                                   const MapSubject *subject,
                                   const MapDecision *decision, size_t column) {
  const MapColumn *definition = &run->map->columns[column];
  const Json *want = decision->row[column];
  if (definition->content != MAP_ACTIVE || definition->on_create ||
      decision->act != MAP_ACT_LINK ||
      !candidates_is_inactive(run->operation, run->candidates, match->tenant,
                              decision->key))
    return false;
  if (!json_equal(definition->inactive, want))
    preview_add_column(run, match, subject, decision, column,
                       definition->inactive->text, want->text);
  return true;
}

/* A column of a row that is there. The query has three columns for each: what
** it holds, what it would be set to, and whether these differ. */
static void preview_compare_column(PreviewRun *run, const MapMatch *match,
                                   const MapSubject *subject,
                                   const MapDecision *decision, Query *query,
                                   size_t column) {
  const MapColumn *definition = &run->map->columns[column];
  int first = 1 + 3 * (int)column;
  if (preview_compare_active(run, match, subject, decision, column)) return;
  if (preview_is_key(definition) && !definition->on_create)
    preview_add_reference(run, match, subject, decision, column,
                          query_shown(query, first));
  else if (query_integer(query, first + 2))
    preview_add_column(run, match, subject, decision, column,
                       query_shown(query, first), query_text(query, first + 1));
}

/* The differences of a row that is there. One that is not there any more has
** none. */
static void preview_compare(PreviewRun *run, const MapMatch *match,
                            const MapSubject *subject,
                            const MapDecision *decision) {
  Query query = query_open_text(run->operation, run->compare);
  query_bind_text(&query, 1, preview_wanted(run, decision->row));
  query_bind_text(&query, 2, decision->key);
  if (run->map->tenant.data) query_bind_text(&query, 3, match->tenant);
  bool there = query_step(&query);
  for (size_t i = 0; there && i < run->map->count; i++)
    if (preview_concerns(run, decision, i))
      preview_compare_column(run, match, subject, decision, &query, i);
  query_close(&query);
}

/* What a new row would hold. Columns without a value are not told: they get
** their default, which only SQLite can work out. */
static void preview_create(PreviewRun *run, const MapMatch *match,
                           const MapSubject *subject,
                           const MapDecision *decision) {
  for (size_t i = 0; i < run->map->count; i++) {
    if (!decision->row[i]) continue;
    if (preview_is_key(&run->map->columns[i]))
      preview_add_reference(run, match, subject, decision, i, NO_TEXT);
    else
      preview_add_column(run, match, subject, decision, i, NO_TEXT,
                         decision->row[i]->text);
  }
}

/* For a person: why, and which rows could be meant. Candidates that are an
** empty list, "[]", are not told. */
static Text preview_reason(PreviewRun *run, const MapDecision *decision) {
  Arena *kept = run->kept;
  if (decision->reason.data && decision->candidates.size > 2)
    return arena_format(kept, "%.*s: %.*s", TEXT_ARG(decision->reason),
                        TEXT_ARG(decision->candidates));
  if (decision->reason.data) return arena_copy(kept, decision->reason);
  if (decision->act == MAP_ACT_LINK)
    return arena_format(kept, "it matches by '%.*s'", TEXT_ARG(decision->how));
  return decision->stale ? TEXT("the row that it had is gone") : NO_TEXT;
}

/* The word of a decision. That a person has decided for no row is done, and
** not told; that the definition says so is. */
static MapAct preview_act(const MapDecision *decision) {
  if (decision->act == MAP_ACT_IGNORE) return MAP_ACT_NONE;
  if (decision->act == MAP_ACT_NONE && decision->reason.data)
    return MAP_ACT_IGNORE;
  return decision->act;
}

/* The rows of a decision: first one of the whole, which is hidden where a
** column tells it as well (preview_settle). */
static void preview_tell(PreviewRun *run, const MapMatch *match,
                         const MapSubject *subject, MapDecision decision) {
  decision.act = preview_act(&decision);
  if (decision.act == MAP_ACT_NONE || decision.act == MAP_ACT_KEEP) return;
  PreviewRow *whole = preview_add(run, match, subject, &decision);
  whole->reason = preview_reason(run, &decision);
  whole->hidden =
      decision.act == MAP_ACT_UPDATE || decision.act == MAP_ACT_INACTIVE;
  if (decision.act == MAP_ACT_CREATE)
    preview_create(run, match, subject, &decision);
  else if (decision.act == MAP_ACT_LINK || decision.act == MAP_ACT_UPDATE ||
           decision.act == MAP_ACT_INACTIVE)
    preview_compare(run, match, subject, &decision);
}

/*
** What follows for the others.
*/

/* Has the resource a row afterwards? By this decision: one that waits for a
** person, or is refused, gets none. */
static bool preview_has_row(const MapDecision *decision) {
  return decision->act == MAP_ACT_CREATE || decision->act == MAP_ACT_LINK ||
         decision->act == MAP_ACT_UPDATE;
}

/* Notes what becomes of a resource, if others may refer to it. What is refused
** changes nothing, so whoever refers to it goes by the link that is there. */
static void preview_note(PreviewRun *run, const MapMatch *match,
                         const MapSubject *subject,
                         const MapDecision *decision) {
  if (!run->refers || decision->act == MAP_ACT_REFUSE) return;
  run->outcomes = arena_more(run->kept, run->outcomes, run->outcome_count,
                             &run->outcome_capacity, sizeof *run->outcomes);
  bool has_row = preview_has_row(decision);
  run->outcomes[run->outcome_count++] = (PreviewOutcome){
      arena_copy(run->kept, match->tenant), arena_copy(run->kept, subject->id),
      arena_copy(run->kept, has_row ? decision->key : NO_TEXT), !has_row};
}

/* A row that is taken is found by nobody else, and what it holds in unique
** columns is in the way of others; one whose resource is gone is free. */
static void preview_take(PreviewRun *run, const MapMatch *match,
                         const MapSubject *subject,
                         const MapDecision *decision) {
  if (preview_has_row(decision))
    candidates_take(run->operation, run->candidates, match->tenant,
                    decision->key, decision->row);
  else if (!subject->doc && decision->key.data)
    candidates_free(run->operation, run->candidates, match->tenant,
                    decision->key);
}

/* Would a new row be the tenant's? A column of numbers may make another's of
** it. */
static bool preview_is_own(PreviewRun *run, const MapMatch *match,
                           const MapDecision *decision) {
  if (decision->act != MAP_ACT_CREATE || !run->table->numbers) return true;
  Query query = query_open(run->operation, STATEMENT_MAP_HOLDS);
  query_bind_text(&query, MAP_HOLDS_TENANT, match->tenant);
  query_bind_integer(&query, MAP_HOLDS_FLOATS, run->table->floats);
  bool own =
      query_step(&query) && query_integer(&query, MAP_HOLDS_ROW_HOLDS) != 0;
  query_close(&query);
  return own;
}

/* A row that the table's own UNIQUE would not let in is no row: a request is
** refused then, and so is switching on. */
static void preview_check(PreviewRun *run, const MapMatch *match,
                          MapDecision *decision) {
  if (!preview_has_row(decision)) return;
  if (!preview_is_own(run, match, decision)) {
    decision->act = MAP_ACT_REFUSE;
    decision->reason = map_sql_not_own(&run->operation->arena, run->map);
    return;
  }
  Text columns =
      candidates_conflict(run->operation, run->candidates, match->tenant,
                          decision->key, decision->row);
  if (!columns.data) return;
  decision->act = MAP_ACT_REFUSE;
  decision->reason = arena_format(
      &run->operation->arena, "another row has the value of the UNIQUE %.*s",
      TEXT_ARG(columns));
}

/* One decision: what is told of it, and what follows for those that come
** after. */
static void preview_visit(void *data, Text tenant, const MapSubject *subject) {
  PreviewRun *run = data;
  MapMatch match = map_match_new(run->operation, run->map, tenant);
  match.candidates = run->candidates;
  MapDecision decision = map_decide(&match, subject);
  if (failed(run->operation)) return;
  preview_check(run, &match, &decision);
  preview_tell(run, &match, subject, decision);
  preview_take(run, &match, subject, &decision);
  preview_note(run, &match, subject, &decision);
}

/*
** Keys of other rows.
*/
/* The id tells most apart; it is unique within its tenant only. */
static int preview_compare_outcomes(const void *left, const void *right) {
  const PreviewOutcome *a = left, *b = right;
  int order = text_compare(a->id, b->id);
  return order ? order : text_compare(a->tenant, b->tenant);
}

/* The key of the row by another map, or by what was before. No text when the
** resource has none. */
static Text preview_linked(PreviewRun *run, Text map, Text tenant, Text id) {
  Text key = NO_TEXT;
  Query query = query_open(run->operation, STATEMENT_MAP_STATE);
  query_bind_text(&query, MAP_STATE_MAP, map);
  query_bind_text(&query, MAP_STATE_TENANT, tenant);
  query_bind_text(&query, MAP_STATE_ID, id);
  if (query_step(&query)) key = query_text(&query, MAP_STATE_ROW_KEY);
  query_close(&query);
  return text_equal(key, TEXT("null")) ? NO_TEXT : key;
}

/* JSON as SQL has it: a text without its quotes, as `have` is read from the
** table, so that the two can be compared. */
static Text preview_plain(PreviewRun *run, Text json) {
  if (!json.size || *json.data != '"') return json;
  const Json *text = error_parse(run->operation, json, "a key");
  return text ? text->text : json;
}

/* What the column is to hold: the key of the other's row. Of a row that is not
** there yet nobody knows it: then the id of the resource stands for it. */
static void preview_settle_reference(PreviewRun *run,
                                     const PreviewReference *reference) {
  PreviewRow *row = &run->preview.rows[reference->row];
  const MapColumn *column = &run->map->columns[reference->column];
  PreviewOutcome wanted = {row->tenant, reference->target, NO_TEXT, false};
  const PreviewOutcome *other =
      text_equal(column->of, run->map->name) && run->outcome_count
          ? bsearch(&wanted, run->outcomes, run->outcome_count, sizeof wanted,
                    preview_compare_outcomes)
          : NULL;
  if (other && !other->gone && !other->key.data) {
    row->want = reference->target;
    row->reason = TEXT("the key of the new row of that resource");
    row->hidden = false;
    return;
  }
  Text key =
      other ? other->key
            : preview_linked(run, column->of, row->tenant, reference->target);
  row->want = arena_copy(run->kept, preview_plain(run, key));
  bool clears = !row->want.data;
  row->hidden = clears ? column->keep || !row->have.data
                       : text_equal(row->want, row->have);
}

/* Takes out what turned out not to differ: hidden rows, and the one of a whole
** decision where columns tell it. */
static void preview_settle(PreviewRun *run) {
  Preview *preview = &run->preview;
  size_t kept = 0;
  if (run->outcome_count)
    qsort(run->outcomes, run->outcome_count, sizeof *run->outcomes,
          preview_compare_outcomes);
  for (size_t i = 0; i < run->reference_count && !failed(run->operation); i++)
    preview_settle_reference(run, &run->references[i]);
  for (size_t i = 0; i < preview->count; i++) {
    const PreviewRow *row = &preview->rows[i];
    const PreviewRow *whole = kept ? &preview->rows[kept - 1] : NULL;
    if (row->hidden) continue;
    if (whole && !whole->column.data && row->column.data &&
        whole->id.data == row->id.data)
      kept--;
    preview->rows[kept++] = *row;
  }
  preview->count = kept;
}

/*
** All of it.
*/

/* Those that are gone come first, as they do when the map is switched on: so
** that their rows are free. */
static void preview_walk(PreviewRun *run) {
  map_walk_gone(run->operation, run->map, preview_visit, run);
  map_walk_all(run->operation, run->map, preview_visit, run);
}

/* The definition is held to the tables again: they may have been changed since
** it was stored, and a map that could not be switched on has no preview. */
Preview preview_run(Operation *operation, Arena *kept, Text name) {
  PreviewRun run = {.operation = operation, .kept = kept};
  if (!definitions_require(operation)) return run.preview;
  run.map = map_find(operation, name);
  run.table = run.map ? map_table_read(operation, run.map) : NULL;
  if (!run.table) return run.preview;
  kept->escape = operation->arena.escape;
  run.compare = map_sql_compare(operation, run.map, run.table);
  for (size_t i = 0; i < run.map->count; i++)
    if (preview_is_key(&run.map->columns[i]) &&
        text_equal(run.map->columns[i].of, name))
      run.refers = true;
  run.candidates = candidates_read(operation, kept, run.map);
  preview_walk(&run);
  preview_settle(&run);
  kept->escape = NULL;
  return run.preview;
}
