/*
** map_switch.c: makes, replaces, switches and drops maps.
**
** HOW IT WORKS
**
** A definition is checked against the schemas (model/map.h), the tables of the
** application (map_table.h) and the other maps before anything is written.
** A map that is on consists of triggers, made by the script of map_sql.h;
** their names begin with "scim_map." and its name, by which they are found
** again.
**
** To switch on is to run that script, and then to decide about every resource
** there is, as if it had just been changed: in the order of creation, each in a
** statement of its own, within one transaction. Resources that went while the
** map was off come first, so that their rows are free. A map that is on and is
** defined anew is switched off, stored and switched on again.
*/
#include "map_switch.h"

#include "../db/transaction.h"
#include "definitions.h"
#include "map_sql.h"
#include "map_walk.h"

/* All or nothing: an error of the definition or of a map undoes as well. */
static void map_switch_end(Operation *operation) {
  if (failed(operation)) {
    query_finish(operation, STATEMENT_RUNNING);
    transaction_abandon(operation);
  } else {
    transaction_end(operation);
  }
}

/*
** What is stored.
*/

/* A row of scim_map. */
typedef struct MapStored {
  Text definition;
  bool on;
  Text since;
} MapStored;

/* Read as text, not from the compiled schemas: a map that is broken can
** still be switched off, replaced and dropped. */
static bool map_switch_stored(Operation *operation, Text name,
                              MapStored *stored) {
  bool found = false;
  Query query = query_open(operation, STATEMENT_MAPS);
  while (!found && query_step(&query)) {
    found = text_equal(query_text(&query, MAP_ROW_NAME), name);
    stored->definition = query_text(&query, MAP_ROW_DEFINITION);
    stored->on = text_equal(query_text(&query, MAP_ROW_STATE), TEXT("on"));
    stored->since = query_text(&query, MAP_ROW_SINCE);
  }
  query_close(&query);
  return found;
}

/* A step about the map itself. */
static void map_switch_step(Operation *operation, Text name, const char *step,
                            const char *how, Json *data, Text now) {
  MapSteps steps = map_steps_new(operation);
  Json *note = map_note(operation, &steps, name, step, NO_TEXT);
  json_put_string(&operation->arena, note, "how", text_of(how));
  if (data) json_put(note, "data", data);
  map_commit(operation, NO_TEXT, now, &steps);
}

/*
** Triggers and indexes.
*/

/* What the names of all that is made for the map begin with; then, in part, of
** which of it. */
static Text map_switch_prefix(Operation *operation, Text name,
                              const char *part) {
  return arena_format(&operation->arena, "scim_map.%.*s.%s", TEXT_ARG(name),
                      part);
}

/* A script that drops what was made for the map of the name: "TRIGGER", or each
** "INDEX" that is not as `kept` has it. The empty text when there is
** nothing. */
static Text map_switch_drop_script(Operation *operation, Text name,
                                   const char *kind, Text kept) {
  Buffer script = buffer_new(&operation->arena);
  bool index = *kind == 'I';
  Query query = query_open(operation, STATEMENT_MAP_MADE);
  query_bind_text(&query, MAP_MADE_TYPE,
                  index ? TEXT("index") : TEXT("trigger"));
  query_bind_text(&query, MAP_MADE_PREFIX,
                  map_switch_prefix(operation, name, ""));
  query_bind_text(&query, MAP_MADE_SCRIPT, kept);
  while (query_step(&query)) {
    Text made = query_text(&query, MAP_MADE_ROW_NAME);
    if (index && query_integer(&query, MAP_MADE_ROW_SAME)) continue;
    buffer_string(&script, "DROP ");
    buffer_string(&script, kind);
    buffer_char(&script, ' ');
    map_sql_identifier(&script, made);
    buffer_char(&script, ';');
  }
  query_close(&query);
  if (script.size) buffer_char(&script, 0);
  return buffer_text(&script);
}

/* Their names tell whose they are. */
static void map_switch_drop_triggers(Operation *operation, Text name) {
  Text script = map_switch_drop_script(operation, name, "TRIGGER", NO_TEXT);
  if (script.size) query_script(operation, script.data);
}

/* Drops the indexes that the script of the map does not make any more, or all
** (no text). Those of a map that is off stay, for when it is on again: they
** cost the application little, and SQLite drops none within a SELECT that reads
** a table. */
static void map_switch_drop_indexes(Operation *operation, Text name,
                                    Text kept) {
  Text script = map_switch_drop_script(operation, name, "INDEX", kept);
  if (script.size) transaction_script_alone(operation, script.data);
  if ((operation->sqlite & 0xff) != SQLITE_LOCKED) return;
  error_clear(operation);
  error_database(operation, SQLITE_LOCKED,
                 "an index of the map has to go, which SQLite does not do "
                 "within a SELECT that reads a table");
}

/*
** Projection of what is there.
*/
/* What a walk through what there is needs for each. */
typedef struct MapSwitch {
  Operation *operation;
  const Map *map;
  Text now;
  long long count; /* of the resources that there are */
} MapSwitch;

/* What a constraint or a trigger of the application refuses is about this one
** of perhaps many: whoever switches has to know which. */
static void map_switch_tell(Operation *operation, Text tenant, Text id) {
  int kind = operation->error;
  Text detail = operation->detail;
  if (!failed(operation) || kind == ERROR_DATABASE) return;
  error_clear(operation);
  error_set(operation, kind, "'%.*s' of the tenant '%.*s': %.*s", TEXT_ARG(id),
            TEXT_ARG(tenant), TEXT_ARG(detail));
}

/* As map_change does it for a request, but in a statement of its own. */
static void map_switch_visit(void *data, Text tenant,
                             const MapSubject *subject) {
  MapSwitch *this = data;
  MapSteps steps = map_steps_new(this->operation);
  MapMatch match = map_match_new(this->operation, this->map, tenant);
  MapDecision decision = map_decide(&match, subject);
  if (subject->doc) this->count++;
  map_steps(&match, subject, &decision, &steps);
  if (failed(this->operation)) return; /* a refusal of the map's names it */
  map_commit(this->operation, tenant, this->now, &steps);
  map_switch_tell(this->operation, tenant, subject->id);
}

/* Gives every resource its row. Those that are gone come first, so that their
** rows are free. */
static long long map_switch_project(Operation *operation, const Map *map,
                                    Text now) {
  MapSwitch this = {operation, map, now, 0};
  map_walk_gone(operation, map, map_switch_visit, &this);
  map_walk_all(operation, map, map_switch_visit, &this);
  return this.count;
}

/* What is noted of who refers to whom is of no use after a time in which the
** map was off. It is no part of the script, which also takes the place of
** triggers that an earlier program has made: then what it has noted is all
** there is. */
static void map_switch_forget(Operation *operation, const Map *map) {
  Query query = query_open(operation, STATEMENT_FORGET_REFERENCES);
  query_bind_text(&query, FORGET_REFERENCES_MAP, map->name);
  query_step(&query);
  query_close(&query);
}

/* The triggers, then the rows, then what the triggers could not know of. */
static long long map_switch_on(Operation *operation, const Map *map, Text now) {
  const MapTable *table = map_table_read(operation, map);
  if (failed(operation)) return 0;
  map_switch_forget(operation, map);
  query_script(operation, map_sql_on(operation, map, table).data);
  /* First, because rows of groups that are gone cannot go before these. */
  query_script(operation, map_sql_settle(operation, map, table).data);
  long long count = map_switch_project(operation, map, now);
  query_script(operation, map_sql_settle(operation, map, table).data);
  map_switch_step(operation, map->name, "on", NULL, NULL, now);
  return count;
}

/*
** Other maps.
*/

/* A column has one owner: two maps that write the same one would undo each
** other's values with every change. */
static void map_switch_check_owner(Operation *operation, const Map *map) {
  for (const Map *other = operation->schemas->maps; other;
       other = other->next) {
    if (text_equal(other->name, map->name) ||
        !text_same(other->table, map->table))
      continue;
    for (size_t i = 0; i < map->count; i++)
      if (map_column(other, map->columns[i].name) < other->count)
        error_set(operation, ERROR_INVALID_VALUE,
                  "columns.%.*s: is a column of the map '%.*s'",
                  TEXT_ARG(map->columns[i].name), TEXT_ARG(other->name));
  }
}

/* Is there a map of the name: another one, or the one that is defined? */
static bool map_switch_is_map(Operation *operation, const Map *map, Text name) {
  const Map *other = operation->schemas->maps;
  if (text_equal(map->name, name)) return true;
  while (other && !text_equal(other->name, name)) other = other->next;
  return other != NULL;
}

/* A map may name itself, as managers do; any other has to be there already,
** so that the two cannot wait for each other. */
static void map_switch_check_of(Operation *operation, const Map *map) {
  for (size_t i = 0; i < map->count; i++) {
    const MapColumn *column = &map->columns[i];
    if (column->of.data && !map_switch_is_map(operation, map, column->of))
      error_set(operation, ERROR_INVALID_VALUE,
                "columns.%.*s.of: there is no map '%.*s'",
                TEXT_ARG(column->name), TEXT_ARG(column->of));
  }
  if (map->members.of.data &&
      !map_switch_is_map(operation, map, map->members.of))
    error_set(operation, ERROR_INVALID_VALUE,
              "members.of: there is no map '%.*s'", TEXT_ARG(map->members.of));
}

/* A column that could never get a value would be empty without a word. */
static void map_switch_check_yield(Operation *operation, const Map *map) {
  for (size_t i = 0; i < map->count; i++) {
    const MapColumn *column = &map->columns[i];
    if (column->content == MAP_FROM && column->as != TRANSFORM_JSON)
      source_yields(operation, column->source,
                    arena_format(&operation->arena, "columns.%.*s.from",
                                 TEXT_ARG(column->name)));
  }
}

/* Does the map need another, by which its keys are found? */
static bool map_switch_needs(const Map *map, Text name) {
  if (text_equal(map->members.of, name)) return true;
  for (size_t i = 0; i < map->count; i++)
    if (text_equal(map->columns[i].of, name)) return true;
  return false;
}

/*
** Defining.
*/

/* What a map is to become. */
typedef struct MapDefinition {
  Json *json;
  const Map *map;
  const MapTable *table;
  Text script; /* that switches it on */
} MapDefinition;

/* Does the definition of before say the same, in whatever case, where NULL is
** nothing? */
static bool map_switch_same(const Json *before, const char *name, Text text) {
  return text_same(json_member_string(before, name), text);
}

/* Is the trigger on the table of the map that is on as the script has it? Then
** what it names is what it was made for: SQLite renames in triggers too. */
static bool map_switch_renamed(Operation *operation,
                               const MapDefinition *definition) {
  Query query = query_open(operation, STATEMENT_MAP_TRIGGERS);
  query_bind_text(&query, MAP_TRIGGERS_SCRIPT, definition->script);
  query_bind_text(
      &query, MAP_TRIGGERS_PREFIX,
      map_switch_prefix(operation, definition->map->name, "row_delete"));
  bool same =
      query_step(&query) && query_integer(&query, MAP_TRIGGERS_ROW_SAME) == 1;
  query_close(&query);
  return same;
}

/* Of a map that is off an index tells the same, if it has one. */
static bool map_switch_moved(Operation *operation, const Map *map) {
  Query query = query_open(operation, STATEMENT_MAP_INDEXED);
  query_bind_text(&query, MAP_INDEXED_TABLE, map->table);
  query_bind_text(&query, MAP_INDEXED_PREFIX,
                  map_switch_prefix(operation, map->name, "on."));
  bool moved =
      query_step(&query) && query_integer(&query, MAP_INDEXED_ROW_FOUND);
  query_close(&query);
  return moved;
}

/* Are the rows those of before, under whatever names? To give them all up would
** make everybody a second row. */
static bool map_switch_same_rows(Operation *operation, const Json *old,
                                 const MapDefinition *definition) {
  const Map *map = definition->map;
  Text only = json_member_string(old, "only");
  bool columns = map_switch_same(old, "key", map->key) &&
                 map_switch_same(old, "tenant", map->tenant);
  if (!only.data) only = json_member(old, "tenant") ? NO_TEXT : TEXT("default");
  if (!map_switch_same(old, "type", map->type->name) ||
      !text_equal(only, map->only))
    return false;
  return (columns && map_switch_same(old, "table", map->table)) ||
         (columns && map_switch_moved(operation, map)) ||
         map_switch_renamed(operation, definition);
}

/* Are the join table of before and its two columns still there, by the names
** that they had? */
static bool map_switch_has_joins(Operation *operation, const Json *before) {
  Query query = query_open(operation, STATEMENT_MAP_JOINS);
  query_bind_text(&query, MAP_JOINS_TABLE, json_member_string(before, "table"));
  query_bind_text(&query, MAP_JOINS_GROUP, json_member_string(before, "group"));
  query_bind_text(&query, MAP_JOINS_MEMBER,
                  json_member_string(before, "member"));
  bool there = query_step(&query) && query_integer(&query, MAP_JOINS_ROW_THERE);
  query_close(&query);
  return there;
}

/* And the rows of the join table? They are others where those of before are
** still there; otherwise they have been renamed or made anew. Whose they are is
** found when the map is on: a row that the map has put there stays its own
** until then, or nobody would take it away again. */
static bool map_switch_same_joins(Operation *operation, const Json *old,
                                  const MapDefinition *definition) {
  const MapMembers *members = &definition->map->members;
  const Json *before = json_member(old, "members");
  if (!before || !members->table.data) return false;
  return (map_switch_same(before, "table", members->table) &&
          map_switch_same(before, "group", members->group) &&
          map_switch_same(before, "member", members->member)) ||
         !map_switch_has_joins(operation, before);
}

/* What a definition makes void of what is known by the one before: all links,
** when they are to other rows, or what there is of join rows. */
static const char *map_switch_void(Operation *operation,
                                   const MapDefinition *definition,
                                   const MapStored *before) {
  JsonFault fault;
  const Json *old = json_parse(&operation->arena, before->definition, &fault);
  if (old && !map_switch_same_rows(operation, old, definition)) return "links";
  return map_switch_same_joins(operation, old, definition) ? NULL : "members";
}

/* Fills in what the JSON says, if it is right in every way; otherwise there is
** an error. */
static void map_switch_check(Operation *operation, Text name,
                             MapDefinition *definition) {
  const Map *map = definition->json ? map_read(operation, operation->schemas,
                                               name, definition->json)
                                    : NULL;
  if (!map) return;
  map_switch_check_yield(operation, map);
  map_switch_check_of(operation, map);
  map_switch_check_owner(operation, map);
  definition->map = map;
  definition->table = map_table_read(operation, map);
  definition->script = map_sql_on(operation, map, definition->table);
}

/* One that is on goes through all resources again, by what is stored now. */
static void map_define_steps(Operation *operation, Text name, Text text,
                             Text now) {
  MapStored before = {NO_TEXT, false, NO_TEXT};
  MapDefinition definition = {
      .json = error_parse(operation, text, "the definition")};
  map_switch_check(operation, name, &definition);
  if (!definition.map || failed(operation)) return;
  bool there = map_switch_stored(operation, name, &before);
  const char *without =
      there ? map_switch_void(operation, &definition, &before) : NULL;
  if (!there || (without && text_equal(text_of(without), TEXT("links"))))
    map_table_check_new(operation, definition.map, definition.table);
  if (failed(operation)) return;
  map_switch_drop_triggers(operation, name);
  map_switch_drop_indexes(operation, name, definition.script);
  map_switch_step(operation, name, "define", without, definition.json, now);
  if (there && before.on) map_switch_on(operation, definition.map, now);
}

/* The check comes first, and writes nothing: a definition that is wrong
** costs no lock on the application's tables. */
void map_define(Operation *operation, Text name, Text definition, Text now) {
  transaction_begin_whole(operation);
  if (definitions_require(operation))
    map_define_steps(operation, name, definition, now);
  map_switch_end(operation);
}

/*
** Switching and dropping.
*/
/* Is this what has been done already? It is known by its moment: if the map has
** been switched or defined since, it is done once more. */
static bool map_switch_was(const MapStored *stored,
                           const MapSwitching *switching) {
  return switching->again && stored->on == switching->on &&
         text_equal(stored->since, switching->now);
}

/* A MapVisit. */
static void map_switch_count(void *data, Text tenant,
                             const MapSubject *subject) {
  long long *count = data;
  (void)tenant;
  (void)subject;
  ++*count;
}

/* What switching it on has returned, by what is there now. */
static long long map_switch_counted(Operation *operation, Text name) {
  long long count = 0;
  const Map *map = map_find(operation, name);
  if (map) map_walk_all(operation, map, map_switch_count, &count);
  return count;
}

/* On when it is on already makes all triggers anew, which is how one is
** mended that somebody has dropped by hand. */
static long long map_switch_steps(Operation *operation, Text name,
                                  const MapSwitching *switching) {
  MapStored stored;
  bool there = map_switch_stored(operation, name, &stored);
  if (there && map_switch_was(&stored, switching))
    return switching->on ? map_switch_counted(operation, name) : 0;
  if (!switching->on && there) {
    map_switch_drop_triggers(operation, name);
    map_switch_step(operation, name, "off", NULL, NULL, switching->now);
    return 0;
  }
  const Map *map = map_find(operation, name);
  if (map && there && !stored.on) map_switch_check_yield(operation, map);
  if (!map || failed(operation)) return 0;
  map_switch_drop_triggers(operation, name);
  return map_switch_on(operation, map, switching->now);
}

/* Returns how many resources were gone through; 0 when it is switched off. */
long long map_switch(Operation *operation, Text name,
                     const MapSwitching *switching) {
  long long count = 0;
  transaction_begin_whole(operation);
  if (definitions_require(operation))
    count = map_switch_steps(operation, name, switching);
  map_switch_end(operation);
  return count;
}

/* Is each trigger of the script there as it stands in it, and no other? */
static bool map_switch_is_made(Operation *operation, const Map *map,
                               Text script) {
  const Text word = TEXT("CREATE TRIGGER");
  long long wanted = 0;
  for (size_t i = 0; i < script.size; i++)
    wanted += text_begins(text_after(script, i), word);
  Query query = query_open(operation, STATEMENT_MAP_TRIGGERS);
  query_bind_text(&query, MAP_TRIGGERS_SCRIPT, script);
  query_bind_text(&query, MAP_TRIGGERS_PREFIX,
                  map_switch_prefix(operation, map->name, ""));
  bool made = query_step(&query) &&
              query_integer(&query, MAP_TRIGGERS_ROW_NUMBER) == wanted &&
              query_integer(&query, MAP_TRIGGERS_ROW_SAME) == wanted;
  query_close(&query);
  return made;
}

static void map_renew_one(Operation *operation, const Map *map) {
  const MapTable *table = map_table_read(operation, map);
  if (!table && operation->error != ERROR_DATABASE) error_take(operation);
  if (!table) return;
  Text script = map_sql_on(operation, map, table);
  if (failed(operation) || map_switch_is_made(operation, map, script)) return;
  map_switch_drop_triggers(operation, map->name);
  query_script(operation, script.data);
}

void map_renew(Operation *operation) {
  if (failed(operation)) return;
  for (const Map *map = operation->schemas->maps; map; map = map->next)
    if (map->on && !failed(operation)) map_renew_one(operation, map);
}

/* Nobody is left with keys of a map that is not there: one that others need
** cannot be dropped. Rows of the application stay, and so does what they
** hold. */
static void map_drop_steps(Operation *operation, Text name, Text now) {
  MapStored stored;
  if (!map_switch_stored(operation, name, &stored)) {
    map_find(operation, name); /* says that there is none */
    return;
  }
  for (const Map *map = operation->schemas->maps; map; map = map->next)
    if (!text_equal(map->name, name) && map_switch_needs(map, name))
      error_set(operation, ERROR_INVALID_VALUE, "the map '%.*s' needs '%.*s'",
                TEXT_ARG(map->name), TEXT_ARG(name));
  map_switch_drop_triggers(operation, name);
  map_switch_drop_indexes(operation, name, NO_TEXT);
  map_switch_step(operation, name, "forget", NULL, NULL, now);
}

void map_drop(Operation *operation, Text name, Text now) {
  transaction_begin_whole(operation);
  if (definitions_require(operation)) map_drop_steps(operation, name, now);
  map_switch_end(operation);
}

/* By the tables as they are now, so it may differ from what was made of
** those of yesterday. */
Text map_sql(Operation *operation, Text name) {
  if (!definitions_require(operation)) return NO_TEXT;
  const Map *map = map_find(operation, name);
  const MapTable *table = map ? map_table_read(operation, map) : NULL;
  return table ? map_sql_on(operation, map, table) : NO_TEXT;
}
