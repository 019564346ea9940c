/*
** map.c: decides what maps do about a resource, and says it as steps.
**
** HOW IT WORKS
**
** The projection of a document (model/map.h) says what its row should hold.
** What is to be done follows from what there is:
**
**   linked, and the row is there        update
**   linked, but the application has     as if there were no link
**   deleted the row
**   not linked: by each rule in turn, rows that are nobody's and hold the same
**     one                               link
**     several                           "many": review or refuse
**     none, by any rule                 "none": create, ignore, review, refuse
**   the resource is gone                "deleted": inactive, delete, keep
**
** What waits for a person stays so, whatever is found later: its candidates are
** found anew, but nobody is linked behind the person's back.
**
** A unique column is completed here: a text that is another row's gets a
** number, counted from 2. A row that has one keeps it as long as the text
** without it stays the same, so that neither a rename nor a deletion of
** another changes it.
**
** Nothing is written here. The steps travel in the one INSERT that is the
** change itself (Change.maps), where triggers do them.
*/
#include "map.h"

#include "../model/event.h"
#include "../text/fold.h"
#include "definitions.h"

#define MAP_SUFFIXES 100000 /* numbers that are tried for a unique text */

/* The words of the steps, which the triggers go by, and of scim_map_preview: in
** the order of MapAct. */
const char *map_act_name(MapAct act) {
  static const char *const names[] = {"none",     "create", "link", "update",
                                      "inactive", "delete", "keep", "review",
                                      "refuse",   "ignore"};
  return names[act];
}

/* One that is there but cannot be read says why: its definition was right
** once, and a schema has changed since. */
const Map *map_find(Operation *operation, Text name) {
  if (failed(operation)) return NULL;
  for (const Map *map = operation->schemas->maps; map; map = map->next)
    if (text_equal(map->name, name)) return map;
  const LeftOut *left_out = schema_left_out(
      operation->schemas,
      arena_format(&operation->arena, "scim_map.%.*s", TEXT_ARG(name)));
  if (left_out)
    error_set(operation, ERROR_INVALID_VALUE, "the map '%.*s' is broken: %.*s",
              TEXT_ARG(name), TEXT_ARG(left_out->reason));
  else
    error_set(operation, ERROR_INVALID_VALUE, "there is no map '%.*s'",
              TEXT_ARG(name));
  return NULL;
}

/*
** Unique columns.
*/

/* The text with its number; 1 is the text alone: "Sales", "Sales (2)",
** "Sales (3)". */
static Text map_suffixed(Operation *operation, const MapColumn *column,
                         Text text, long long number) {
  Buffer buffer = buffer_new(&operation->arena);
  if (number == 1) return text;
  buffer_add(&buffer, text);
  buffer_add(&buffer, column->before);
  buffer_integer(&buffer, number);
  buffer_add(&buffer, column->after);
  return buffer_text(&buffer);
}

/* The number that the row's own text has behind the wanted one, as it compares:
** 1 for none, 0 for another text altogether. Of "sales (3)" it is 3 where
** "Sales" is wanted, and 0 where "Marketing" is. */
static long long map_own_number(Operation *operation, const MapColumn *column,
                                Text text, Text own) {
  Arena *arena = &operation->arena;
  Text base = fold(arena, text), rest = fold(arena, own);
  Text before = fold(arena, column->before), after = fold(arena, column->after);
  long long number = 0;
  if (text_equal(base, rest)) return 1;
  if (rest.size <= base.size + before.size + after.size ||
      !text_equal(text_first(rest, base.size), base))
    return 0;
  rest = text_after(rest, base.size);
  if (!text_equal(text_first(rest, before.size), before) ||
      !text_equal(text_after(rest, rest.size - after.size), after))
    return 0;
  rest = text_between(rest, before.size, rest.size - after.size);
  return text_integer(rest, &number) && number > 1 ? number : 0;
}

/* The wanted text of a unique column, with a number if it needs one. `own` is
** what the row has now, if it has one: its number is kept, without a search.
** When all numbers are taken the last is written nevertheless, and it is for a
** UNIQUE of the table to refuse that. */
static Json *map_unique(MapMatch *match, const MapColumn *column, Text text,
                        Text key, Text own) {
  Operation *operation = match->operation;
  long long number =
      own.size ? map_own_number(operation, column, text, own) : 0;
  if (!number)
    for (number = 1; number < MAP_SUFFIXES; number++)
      if (!map_match_taken(match, column,
                           map_suffixed(operation, column, text, number), key))
        break;
  return json_string(&operation->arena,
                     map_suffixed(operation, column, text, number));
}

/* Completes the wanted values for the row of the key (no text: a new one), of
** which `texts` are those of its unique columns. */
static void map_complete(MapMatch *match, Json **row, Text key,
                         const Text *texts) {
  assert(row); /* map_decide has projected the document */
  for (size_t i = 0; i < match->map->count; i++) {
    const MapColumn *column = &match->map->columns[i];
    if (column->unique && row[i])
      row[i] = map_unique(match, column, row[i]->text, key, texts[i]);
  }
}

/*
** Decisions.
*/

/* A decision that is being made. */
typedef struct MapCase {
  MapMatch *match;
  const MapSubject *subject;
  MapDecision decision;
  Text *texts; /* of the row's unique columns */
} MapCase;

/* A new row. Where columns give its key they have to, or the row could not be
** found again: the link would be to nothing. */
static void map_create(MapCase *this) {
  const Map *map = this->match->map;
  MapDecision *decision = &this->decision;
  size_t key = map_column(map, map->key);
  assert(decision->row);
  map_complete(this->match, decision->row, NO_TEXT, this->texts);
  decision->act = MAP_ACT_CREATE;
  decision->how = TEXT("created");
  if (key == map->count || decision->row[key]) return;
  decision->act = MAP_ACT_REFUSE;
  decision->reason = TEXT("has no value for the key of its row");
}

/* A row that is there. Its own texts are read first, so that it keeps a number
** that it has in a unique column. */
static void map_link(MapCase *this, Text key, Text how) {
  MapDecision *decision = &this->decision;
  map_match_row(this->match, key, this->texts);
  map_complete(this->match, decision->row, key, this->texts);
  decision->act = MAP_ACT_LINK;
  decision->key = key;
  decision->how = how;
}

/* What a word of the definition says where no row can be told. The candidates,
** JSON, are for the person who decides, and may be none: "[]". */
static void map_doubt(MapCase *this, MapWord word, const Json *keys,
                      Text reason) {
  MapDecision *decision = &this->decision;
  decision->act = word == MAP_IGNORE   ? MAP_ACT_NONE
                  : word == MAP_REVIEW ? MAP_ACT_REVIEW
                                       : MAP_ACT_REFUSE;
  decision->candidates = json_text(&this->match->operation->arena, keys);
  decision->reason = reason;
}

/* For people who read scim_review, and for the detail of a refusal. */
static Text map_reason(MapCase *this, const char *found, Text rule) {
  return arena_format(&this->match->operation->arena, "%s '%.*s'", found,
                      TEXT_ARG(rule));
}

/* By each rule in turn. The first that finds anything decides, also when that
** is several rows: a weaker rule, such as one by names, is not to choose among
** those that a stronger one has left in doubt. A rule one of whose columns has
** no value is passed over. */
static void map_decide_unlinked(MapCase *this) {
  MapMatch *match = this->match;
  Operation *operation = match->operation;
  const Map *map = match->map;
  bool waits = this->decision.waits;
  for (const MapRule *rule = map->rules; rule; rule = rule->next) {
    Text key = map_match_key(operation, rule, this->decision.row);
    if (!key.size) continue;
    const Json *keys = map_match_find(match, rule, key);
    if (failed(operation)) return;
    if (!keys->count) continue;
    if (keys->count == 1 && !waits)
      map_link(this, json_text(&operation->arena, keys->first), rule->name);
    else
      map_doubt(this, waits ? MAP_REVIEW : map->many, keys,
                map_reason(this,
                           keys->count == 1 ? "a row matches by"
                                            : "several rows match by",
                           rule->name));
    return;
  }
  if (map->none == MAP_CREATE && !waits)
    map_create(this);
  else
    map_doubt(this, waits ? MAP_REVIEW : map->none,
              json_new(&operation->arena, JSON_ARRAY), TEXT("no row matches"));
}

/* The key in the link of the resource: no text when there is none, "null" where
** it shall have no row. And whether it waits for a person. */
static Text map_read_state(MapCase *this) {
  Query query = query_open(this->match->operation, STATEMENT_MAP_STATE);
  query_bind_text(&query, MAP_STATE_MAP, this->match->map->name);
  query_bind_text(&query, MAP_STATE_TENANT, this->match->tenant);
  query_bind_text(&query, MAP_STATE_ID, this->subject->id);
  bool found = query_step(&query);
  Text key = found ? query_text(&query, MAP_STATE_ROW_KEY) : NO_TEXT;
  this->decision.waits =
      found && query_integer(&query, MAP_STATE_ROW_WAITS) != 0;
  query_close(&query);
  return key;
}

/* What becomes of the row of a resource that is gone. Nothing where it has
** none, or the application has deleted it. */
static void map_decide_gone(MapCase *this, Text key) {
  MapDecision *decision = &this->decision;
  const Map *map = this->match->map;
  if (!key.size || !map_match_row(this->match, key, this->texts)) return;
  decision->key = key;
  decision->act = map->deleted == MAP_INACTIVE ? MAP_ACT_INACTIVE
                  : map->deleted == MAP_DELETE ? MAP_ACT_DELETE
                                               : MAP_ACT_KEEP;
  if (decision->act == MAP_ACT_INACTIVE)
    decision->row = map_project_gone(this->match->operation, map);
}

/* The projection is made once, also where it is thrown away: what is gone
** has none. */
static MapCase map_case(MapMatch *match, const MapSubject *subject) {
  Operation *operation = match->operation;
  MapCase this = {.match = match, .subject = subject};
  this.texts =
      arena_array(&operation->arena, match->map->count, sizeof *this.texts);
  if (subject->doc && !failed(operation))
    this.decision.row = map_project(operation, match->map, subject->doc);
  return this;
}

/* Who is there and has no row has none that would have to be inactive. To
** refuse him would only refuse that he is switched off, as where the
** application has deleted his row: so he has none until he is active again. */
static void map_spare(MapCase *this) {
  const MapSubject *subject = this->subject;
  if (this->decision.act == MAP_ACT_REFUSE && !subject->is_new &&
      event_is_inactive(subject->doc))
    this->decision.act = MAP_ACT_NONE;
}

/* What there is decides first: a link to a row that is there is all that a
** change needs, and nothing is searched for. */
MapDecision map_decide(MapMatch *match, const MapSubject *subject) {
  MapCase this = map_case(match, subject);
  Text key = map_read_state(&this);
  bool ignored = text_equal(key, TEXT("null"));
  if (failed(match->operation)) return this.decision;
  if (!subject->doc) {
    map_decide_gone(&this, ignored ? NO_TEXT : key);
  } else if (ignored) {
    this.decision.act = MAP_ACT_IGNORE;
  } else if (key.size && map_match_row(match, key, this.texts)) {
    map_complete(match, this.decision.row, key, this.texts);
    this.decision.act = MAP_ACT_UPDATE;
    this.decision.key = key;
  } else {
    this.decision.stale = key.size > 0;
    map_decide_unlinked(&this);
    map_spare(&this);
  }
  return this.decision;
}

/* No matching: the person has done that. What the row should hold is found
** as for any other. */
MapDecision map_decide_row(MapMatch *match, const MapSubject *subject, Text key,
                           Text how) {
  MapCase this = map_case(match, subject);
  if (failed(match->operation)) return this.decision;
  if (key.size)
    map_link(&this, key, how);
  else
    map_create(&this);
  this.decision.how = how;
  this.decision.waits = true;
  return this.decision;
}

/*
** Steps.
*/
MapSteps map_steps_new(Operation *operation) {
  return (MapSteps){json_new(&operation->arena, JSON_ARRAY),
                    json_new(&operation->arena, JSON_ARRAY)};
}

/* The members that every step has, as the templates of sql/map and the triggers
** of sql/commit/map.sql know them. Those without a value are left out, and are
** NULL in SQL. */
static Json *map_new_step(Operation *operation, Text map, const char *name,
                          Text id) {
  Arena *arena = &operation->arena;
  Json *step = json_new(arena, JSON_OBJECT);
  json_put_string(arena, step, "map", map);
  json_put_string(arena, step, "step", text_of(name));
  json_put_string(arena, step, "id", id);
  return step;
}

Json *map_note(Operation *operation, MapSteps *steps, Text map,
               const char *step, Text id) {
  Json *note = map_new_step(operation, map, step, id);
  json_append(steps->notes, note);
  return note;
}

/* The values as an array, in which the columns have their places: a column
** without a value is null, so that none moves up. */
static Json *map_row_json(MapMatch *match, Json *const *row) {
  Arena *arena = &match->operation->arena;
  Json *array = json_new(arena, JSON_ARRAY);
  for (size_t i = 0; i < match->map->count; i++)
    json_append(array, row[i] ? row[i] : json_new(arena, JSON_NULL));
  return array;
}

/* Candidates go along as JSON, so that a person, or a page, can show the
** rows. */
static void map_review_step(MapMatch *match, const MapSubject *subject,
                            const MapDecision *decision, MapSteps *steps) {
  Arena *arena = &match->operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "reason", decision->reason);
  json_put(data, "candidates",
           error_parse(match->operation, decision->candidates, "candidates"));
  json_put(map_note(match->operation, steps, match->map->name, "review",
                    subject->id),
           "data", data);
}

/* A step for the row, of a key if there is one: {"map", "step", "id", "key",
** "how", "row"}. What has no value is left out. */
static void map_row_step(MapMatch *match, const MapSubject *subject,
                         const MapDecision *decision, MapSteps *steps) {
  Arena *arena = &match->operation->arena;
  Json *step = map_new_step(match->operation, match->map->name,
                            map_act_name(decision->act), subject->id);
  json_append(steps->rows, step);
  if (decision->key.size)
    json_put(step, "key",
             error_parse(match->operation, decision->key, "a key"));
  json_put_string(arena, step, "how", decision->how);
  if (decision->row) json_put(step, "row", map_row_json(match, decision->row));
}

/* 409 to the identity provider, whose administrator reads it: the map's name
** is what the platform's people need to be told. */
static void map_refuse_change(MapMatch *match, const MapSubject *subject,
                              const MapDecision *decision) {
  error_set(match->operation, ERROR_UNIQUENESS,
            "the map '%.*s' refuses '%.*s': %.*s", TEXT_ARG(match->map->name),
            TEXT_ARG(subject->id), TEXT_ARG(decision->reason));
}

/* What was folded goes along with the first change that comes. */
static void map_add_folds(MapMatch *match, MapSteps *steps) {
  if (!match->folds) return;
  for (Json *step = match->folds->first, *next; step; step = next) {
    next = step->next;
    step->next = NULL;
    json_append(steps->notes, step);
  }
  match->folds = NULL;
}

/*
** References: which resource it is whose key a column holds.
*/
/* A note that the column refers to the target from now on, or no more. */
static void map_refer(MapMatch *match, const MapSubject *subject,
                      const char *step, const MapColumn *column, Text target,
                      MapSteps *steps) {
  Arena *arena = &match->operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "column", column->name);
  json_put_string(arena, data, "target", target);
  json_put(
      map_note(match->operation, steps, match->map->name, step, subject->id),
      "data", data);
}

/* What the column referred to before; NULL when that is not known. */
static const Json *map_former_target(MapMatch *match, const MapSubject *subject,
                                     const MapColumn *column) {
  if (!subject->former) return NULL;
  return source_value(match->operation, column->source, column->as,
                      subject->former);
}

/* From the old target to the new one. What is kept (absent) may have stayed
** with a target that nobody remembers. */
static void map_refer_column(MapMatch *match, const MapSubject *subject,
                             const MapDecision *decision, size_t number,
                             MapSteps *steps) {
  const MapColumn *column = &match->map->columns[number];
  const Json *old = map_former_target(match, subject, column);
  const Json *new = subject->doc ? decision->row[number] : NULL;
  bool update = decision->act == MAP_ACT_UPDATE;
  bool same = old && new &&text_equal(old->text, new->text);
  bool kept = column->keep && subject->doc;
  if (column->on_create) {
    if (!subject->doc)
      map_refer(match, subject, "unrefer", column, NO_TEXT, steps);
    return;
  }
  if (old && !same && !(kept && !new))
    map_refer(match, subject, "unrefer", column, old->text, steps);
  if (kept && !old && new && subject->former)
    map_refer(match, subject, "unrefer", column, NO_TEXT, steps);
  if (new && !(same && update) && decision->act != MAP_ACT_CREATE)
    map_refer(match, subject, "refer", column, new->text, steps);
}

/* Only who has a row, or gets one, refers to another. What a new row refers to
** its trigger notes itself. */
static void map_add_references(MapMatch *match, const MapSubject *subject,
                               const MapDecision *decision, MapSteps *steps) {
  MapAct act = decision->act;
  bool has_row = act == MAP_ACT_CREATE || act == MAP_ACT_LINK ||
                 act == MAP_ACT_UPDATE || !subject->doc;
  for (size_t i = 0; has_row && i < match->map->count; i++)
    if (match->map->columns[i].of.data)
      map_refer_column(match, subject, decision, i, steps);
}

/*
** All steps.
*/
/* What an act does to the row. Nothing for those that do nothing to one: none,
** keep and ignore. */
static void map_act_step(MapMatch *match, const MapSubject *subject,
                         const MapDecision *decision, MapSteps *steps) {
  switch (decision->act) {
  case MAP_ACT_CREATE:
  case MAP_ACT_LINK:
  case MAP_ACT_UPDATE:
  case MAP_ACT_INACTIVE:
  case MAP_ACT_DELETE:
    map_row_step(match, subject, decision, steps);
    break;
  case MAP_ACT_REVIEW:
    map_review_step(match, subject, decision, steps);
    break;
  case MAP_ACT_REFUSE:
    map_refuse_change(match, subject, decision);
    break;
  default:
    break;
  }
}

/* Notes come in the order in which they have to be done: who goes lets go of
** others before their own link goes, and a link to a row that is not there
** any more goes before there is a new one. */
void map_steps(MapMatch *match, const MapSubject *subject,
               const MapDecision *decision, MapSteps *steps) {
  Operation *operation = match->operation;
  Text map = match->map->name;
  if (failed(operation)) return;
  map_add_folds(match, steps);
  map_add_references(match, subject, decision, steps);
  if (!subject->doc) map_note(operation, steps, map, "gone", subject->id);
  if (decision->stale) map_note(operation, steps, map, "unlink", subject->id);
  if (decision->waits && decision->act != MAP_ACT_REVIEW)
    map_note(operation, steps, map, "reviewed", subject->id);
  map_act_step(match, subject, decision, steps);
}

/* As scim_commit_map has them: a new row and nothing else, or all. */
static Text map_steps_text(Operation *operation, const MapSteps *steps) {
  Arena *arena = &operation->arena;
  const Json *first = steps->rows->first;
  if (!steps->notes->count && !first) return NO_TEXT;
  if (!steps->notes->count && steps->rows->count == 1 &&
      text_equal(json_member_string(first, "step"), TEXT("create")))
    return json_text(arena, first);
  Json *all = json_new(arena, JSON_OBJECT);
  json_put(all, "notes", steps->notes);
  json_put(all, "rows", steps->rows);
  return json_text(arena, all);
}

/* No row of the log: nobody has asked for it by a request. */
void map_commit(Operation *operation, Text tenant, Text now,
                const MapSteps *steps) {
  if (failed(operation)) return;
  Work work = {.action = "map",
               .tenant = tenant,
               .time = now,
               .data = map_steps_text(operation, steps)};
  if (work.data.size) commit_work(operation, &work);
}

/* A fault is found by whoever reads the definitions, and put right by the first
** who may write. What was noted makes another generation, with which this
** operation goes on: by then the rows say what is so, and no fault is left.
** Where somebody's trigger keeps a row as it is the next write tries again. */
void map_check_definitions(Operation *operation) {
  if (failed(operation)) return;
  Arena *arena = &operation->arena;
  const LeftOut *fault = operation->schemas->map_faults;
  if (!fault) return;
  for (; fault && !failed(operation); fault = fault->next) {
    Json *data = json_new(arena, JSON_OBJECT);
    json_put_string(arena, data, "map", fault->name);
    json_put_string(arena, data, "mistake", fault->reason);
    Work work = {.action = "map_mistake", .data = json_text(arena, data)};
    commit_work(operation, &work);
  }
  definitions_require(operation);
}

/* SQLITE_ERROR is what a statement comes to that cannot be compiled. */
void map_explain_failure(Operation *operation) {
  if (!failed(operation) || operation->error != ERROR_DATABASE ||
      operation->sqlite != SQLITE_ERROR)
    return;
  SavedError saved = error_save(operation);
  Query query = query_open(operation, STATEMENT_MAP_MISTAKE);
  if (query_step(&query))
    saved.detail =
        arena_format(&operation->arena,
                     "%.*s; the map '%.*s' cannot write any more: %.*s: %.*s",
                     TEXT_ARG(saved.detail),
                     TEXT_ARG(query_text(&query, MAP_MISTAKE_ROW_MAP)),
                     TEXT_ARG(query_text(&query, MAP_MISTAKE_ROW_PLACE)),
                     TEXT_ARG(query_text(&query, MAP_MISTAKE_ROW_MISTAKE)));
  query_close(&query);
  error_clear(operation);
  error_restore(operation, saved);
}

/* A row that is the resource's already: by a map that is off no more than the
** link can be written. */
static void map_adopt(MapMatch *match, const MapSubject *subject, Text key,
                      MapSteps *steps) {
  Operation *operation = match->operation;
  if (match->map->on) {
    MapDecision decision = map_decide_row(match, subject, key, TEXT("adopted"));
    decision.waits = false;
    map_steps(match, subject, &decision, steps);
    return;
  }
  Json *note =
      map_note(operation, steps, match->map->name, "adopt", subject->id);
  json_put_string(&operation->arena, note, "how", TEXT("adopted"));
  json_put(note, "key", error_parse(operation, key, "a key"));
}

/* Every map of the type that is on, in the order in which they were made. A
** refusal by any of them is the change's error, and nothing is written. */
void map_change(Operation *operation, const ResourceType *type,
                Change *change) {
  MapSteps steps = {NULL, NULL};
  if (failed(operation) || !type) return;
  MapSubject subject = {.id = change->id,
                        .doc = change->content,
                        .former = change->former,
                        .is_new = !change->former};
  for (const Map *map = operation->schemas->maps; map; map = map->next) {
    bool adopts = text_equal(map->name, change->adopt_map);
    if ((!map->on && !adopts) || map->type != type ||
        !map_serves(map, change->tenant))
      continue;
    MapMatch match = map_match_new(operation, map, change->tenant);
    if (!steps.rows) steps = map_steps_new(operation);
    if (adopts) {
      change->existed = true;
      map_adopt(&match, &subject, change->adopt_key, &steps);
      continue;
    }
    MapDecision decision = map_decide(&match, &subject);
    if (decision.act == MAP_ACT_LINK || decision.act == MAP_ACT_REVIEW)
      change->existed = true; /* of several rows it is one */
    if ((decision.act == MAP_ACT_LINK || decision.act == MAP_ACT_CREATE) &&
        map->members.effective)
      change->links = true;
    map_steps(&match, &subject, &decision, &steps);
  }
  if (steps.rows && !failed(operation))
    change->maps = map_steps_text(operation, &steps);
}
