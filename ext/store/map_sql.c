/*
** map_sql.c: the SQL of a map, made of the templates in sql/map/.
**
** HOW IT WORKS
**
** A template is SQL with names in braces, as {table}; a table here says for
** each how it is written. Everything that comes from a definition is written as
** an identifier or a literal, in quotes, so that no name can be anything else.
** The values of a row are taken out of NEW.row, a JSON array in the order of
** the columns.
**
** Which pairs of group and member there are is told by a file of parts, direct
** or effective; a part begins with a line "-- {name}".
*/
#include "map_sql.h"

/* The templates, a text each: row_sql, reference_sql, … */
#include "map_templates.h"

/* What is being written. A template is written for one thing at a time: column
** or rule say for which, and change between two of them. */
typedef struct MapScript {
  Buffer buffer;
  const Map *map;
  const MapTable *table;
  size_t column;       /* of the templates reference */
  const MapRule *rule; /* of the template fold, else NULL */
  const char *row;     /* where the values are that come from C */
} MapScript;

static void map_sql_expand(MapScript *script, Text template);

/* SQL of ours, as it is. Nothing that comes from a definition goes this way. */
static void map_sql_add(MapScript *script, const char *text) {
  buffer_string(&script->buffer, text);
}

/*
** Names and texts.
*/

/* Between quotes, which are doubled within: this alone makes any name or text
** safe. SQLite knows no other escape. */
static void map_sql_quoted(Buffer *buffer, Text text, char quote) {
  buffer_char(buffer, quote);
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == quote) buffer_char(buffer, quote);
    buffer_char(buffer, text.data[i]);
  }
  buffer_char(buffer, quote);
}

void map_sql_identifier(Buffer *buffer, Text name) {
  map_sql_quoted(buffer, name, '"');
}

void map_sql_literal(Buffer *buffer, Text text) {
  map_sql_quoted(buffer, text, '\'');
}

void map_sql_table(Buffer *buffer, const Map *map) {
  if (map->home.size) {
    map_sql_identifier(buffer, map->home);
    buffer_char(buffer, '.');
  }
  map_sql_identifier(buffer, map->table);
}

/* A column of numbers would bring its affinity into a comparison, with which
** SQLite could not search our tables, and to which 17 and 017 are the same:
** hence the CAST. And one of a collation would bring that, to which two tenants
** may be the same. */
void map_sql_tenant(Buffer *buffer, const Map *map, const char *row) {
  if (!map->tenant.data) {
    map_sql_literal(buffer, map->only);
    return;
  }
  buffer_string(buffer, "CAST(");
  buffer_string(buffer, row);
  map_sql_identifier(buffer, map->tenant);
  buffer_string(buffer, " AS TEXT) COLLATE BINARY");
}

/* As the column compares. */
static void map_sql_by_tenant(Buffer *buffer, const Map *map, const char *row,
                              const char *tenant) {
  buffer_string(buffer, " AND ");
  buffer_string(buffer, row);
  map_sql_identifier(buffer, map->tenant);
  buffer_string(buffer, " = ");
  buffer_string(buffer, tenant);
}

/* Asked twice: what the column takes for the same may be another tenant, but by
** it the index of the application finds the row. */
void map_sql_of_tenant(Buffer *buffer, const Map *map, const char *row,
                       const char *tenant) {
  if (!map->tenant.data) return;
  map_sql_by_tenant(buffer, map, row, tenant);
  buffer_string(buffer, " AND ");
  map_sql_tenant(buffer, map, row);
  buffer_string(buffer, " = ");
  buffer_string(buffer, tenant);
}

/* json_extract gives the key the type that it has in JSON, 7 or '7', which a
** parameter of text would not. */
void map_sql_row(Buffer *buffer, const Map *map) {
  buffer_string(buffer, " FROM ");
  map_sql_table(buffer, map);
  buffer_string(buffer, " AS t WHERE t.");
  map_sql_identifier(buffer, map->key);
  buffer_string(buffer, " = json_extract(?1, '$')");
  map_sql_of_tenant(buffer, map, "t.", "?2");
}

void map_sql_bind_row(Query *query, const Map *map, Text key, Text tenant) {
  query_bind_text(query, 1, key);
  if (map->tenant.data) query_bind_text(query, 2, tenant);
}

/* A column of a row: NEW."email". What stands before the name is SQL of ours,
** and may be more than the row: ", t.". */
static void map_sql_field(MapScript *script, const char *row, Text name) {
  map_sql_add(script, row);
  map_sql_identifier(&script->buffer, name);
}

/* A name of its own for each rule, so that the indexes of a map that is defined
** anew can be kept where their rule stays (map_switch.c). */
Text map_sql_index(Arena *arena, const Map *map, const MapRule *rule) {
  return arena_format(arena, "scim_map.%.*s.on.%.*s", TEXT_ARG(map->name),
                      TEXT_ARG(rule->name));
}

/*
** Names of the definition.
*/
/* Safe as it is: a map's name has no character that means anything in SQL. */
static void map_sql_put_name(MapScript *script) {
  buffer_add(&script->buffer, script->map->name);
}

/* The same as a text, as it stands in the tables. */
static void map_sql_put_map(MapScript *script) {
  map_sql_literal(&script->buffer, script->map->name);
}

/* As SQLite spells it, not as the definition does, so that scim_map_sql
** shows what sqlite_schema will. */
static void map_sql_put_table(MapScript *script) {
  map_sql_identifier(&script->buffer, script->table->name);
}

/* The column that tells rows apart. */
static void map_sql_put_key(MapScript *script) {
  map_sql_identifier(&script->buffer, script->map->key);
}

/* The table of who is in a group, and its two columns. */
static void map_sql_put_join(MapScript *script) {
  map_sql_identifier(&script->buffer, script->map->members.table);
}

static void map_sql_put_join_group(MapScript *script) {
  map_sql_identifier(&script->buffer, script->map->members.group);
}

static void map_sql_put_join_member(MapScript *script) {
  map_sql_identifier(&script->buffer, script->map->members.member);
}

/* The map by whose links members have their keys: of a map of groups, the one
** of the users. */
static void map_sql_put_member_map(MapScript *script) {
  map_sql_literal(&script->buffer, script->map->members.of);
}

/* What tells the rows of a rule or column from those of others: of a column a
** name, so that it stays the same when others come. */
static void map_sql_put_number(MapScript *script) {
  if (script->rule)
    buffer_integer(&script->buffer, script->rule->number);
  else
    buffer_integer(&script->buffer, (long long)script->column);
}

/*
** Tenants.
*/

/* That of a row as it is after a change of the application, before it, and
** where it is read as t. */
static void map_sql_put_new_tenant(MapScript *script) {
  map_sql_tenant(&script->buffer, script->map, "NEW.");
}

static void map_sql_put_old_tenant(MapScript *script) {
  map_sql_tenant(&script->buffer, script->map, "OLD.");
}

static void map_sql_put_row_tenant(MapScript *script) {
  map_sql_tenant(&script->buffer, script->map, "t.");
}

/* Is the tenant of what is deleted not one that is removed as a whole? When a
** tenant goes its links go as well, but the rows of the application stay as
** they are. */
static void map_sql_put_tenant_stays(MapScript *script) {
  map_sql_add(script, "NOT EXISTS (SELECT 1\n"
                      "                   FROM scim_tenant AS x\n"
                      "                  WHERE x.name = OLD.tenant\n"
                      "                    AND x.removing IS NOT NULL)");
}

/* And that it is the one of a change, behind a condition, in triggers on what
** comes and on what goes. */
static void map_sql_put_of_tenant(MapScript *script) {
  map_sql_of_tenant(&script->buffer, script->map, "", "NEW.tenant");
}

static void map_sql_put_gone_tenant(MapScript *script) {
  map_sql_of_tenant(&script->buffer, script->map, "", "OLD.tenant");
}

/* The row of the application that a step is about, within its tenant: what a
** request of one tenant does never reaches a row of another, not even when a
** link is wrong. */
static void map_sql_put_own(MapScript *script) {
  map_sql_put_key(script);
  map_sql_add(script, " = NEW.key");
  map_sql_put_of_tenant(script);
}

/* Columns by a change of which a row becomes another: for UPDATE OF, so that no
** other update fires the trigger. */
static void map_sql_put_key_columns(MapScript *script) {
  map_sql_put_key(script);
  if (script->map->tenant.data)
    map_sql_field(script, ", ", script->map->tenant);
}

/*
** Values.
*/

/* The value of a column as it comes from C: json_extract(NEW.row, '$[2]'). */
static void map_sql_item(MapScript *script, size_t number) {
  map_sql_add(script, "json_extract(");
  map_sql_add(script, script->row);
  map_sql_add(script, ", '$[");
  buffer_integer(&script->buffer, (long long)number);
  map_sql_add(script, "]')");
}

/* Does the column hold the key of another row? */
static bool map_sql_is_key(const MapScript *script, size_t number) {
  const MapColumn *column = &script->map->columns[number];
  return column->content == MAP_FROM && column->as == TRANSFORM_KEY;
}

/* The same as it is to be stored: for the id of a resource the key of its row.
** As long as that one has no row the key is NULL; the trigger "come" of
** reference.sql fills it in. */
static void map_sql_value(MapScript *script, size_t number) {
  if (!map_sql_is_key(script, number)) {
    map_sql_item(script, number);
    return;
  }
  map_sql_add(script, "(SELECT l.key FROM scim_link AS l WHERE l.map = ");
  map_sql_literal(&script->buffer, script->map->columns[number].of);
  map_sql_add(script, " AND l.tenant = NEW.tenant AND l.id = ");
  map_sql_item(script, number);
  map_sql_add(script, ")");
}

/* In a new row a column without a value gets its default, as when it is left
** out. */
static void map_sql_first_value(MapScript *script, size_t number) {
  Text normal = script->table->targets[number].default_value;
  if (normal.data) map_sql_add(script, "coalesce(");
  map_sql_value(script, number);
  if (!normal.data) return;
  map_sql_add(script, ", (");
  buffer_add(&script->buffer, normal);
  map_sql_add(script, "))");
}

/* In a row that is there as well, so that it comes to what a new one would; but
** a default that draws something is drawn once, and a column that must not be
** NULL stays as it is. */
static void map_sql_next_value(MapScript *script, size_t number) {
  const MapColumn *column = &script->map->columns[number];
  const MapTarget *target = &script->table->targets[number];
  bool stays = column->keep || (target->required && !target->literal);
  if (!stays && !target->literal) {
    map_sql_value(script, number);
    return;
  }
  map_sql_add(script, "coalesce(");
  map_sql_value(script, number);
  map_sql_add(script, ", ");
  if (stays)
    map_sql_identifier(&script->buffer, column->name);
  else
    buffer_add(&script->buffer, target->default_value);
  map_sql_add(script, ")");
}

/* Is the column the map's after the row was made? A key stays what it is. */
static bool map_sql_is_set(const MapScript *script, size_t number) {
  const MapColumn *column = &script->map->columns[number];
  return !column->on_create && !text_same(column->name, script->map->key);
}

/* How a list of columns is written: what stands between two of them, what
** between a column and its value, and whether it is only of the columns that
** tell who is active. */
typedef struct MapList {
  const char *between, *to;
  bool active_only;
} MapList;

/* Writes an assignment, or a comparison that finds a difference, for each
** column that is set: "email" = …, "name" = …. An empty list would be no SQL:
** where no column is set, the key is set to itself or compared with itself,
** which changes nothing. */
static void map_sql_list(MapScript *script, MapList list) {
  bool any = false;
  for (size_t i = 0; i < script->map->count; i++) {
    const MapColumn *column = &script->map->columns[i];
    if (!map_sql_is_set(script, i) ||
        (list.active_only && column->content != MAP_ACTIVE))
      continue;
    if (any) map_sql_add(script, list.between);
    map_sql_identifier(&script->buffer, column->name);
    map_sql_add(script, list.to);
    map_sql_next_value(script, i);
    any = true;
  }
  if (any) return;
  map_sql_put_key(script);
  map_sql_add(script, list.to);
  map_sql_put_key(script);
}

/* What differs in letter case differs, whatever collation the column has. */
#define MAP_SET ",\n         ", " = "
#define MAP_IS_NOT " COLLATE BINARY IS NOT "
#define MAP_DIFFERENT "\n      OR ", MAP_IS_NOT

/* All columns in one UPDATE: a trigger of the application fires once for a
** change, not once a column. */
static void map_sql_put_set(MapScript *script) {
  map_sql_list(script, (MapList){MAP_SET, false});
}

/* And not at all where nothing differs: an identity provider sends the same
** again and again. */
static void map_sql_put_different(MapScript *script) {
  map_sql_list(script, (MapList){MAP_DIFFERENT, false});
}

/* The two for a resource that is gone. */
static void map_sql_put_set_inactive(MapScript *script) {
  map_sql_list(script, (MapList){MAP_SET, true});
}

static void map_sql_put_different_inactive(MapScript *script) {
  map_sql_list(script, (MapList){MAP_DIFFERENT, true});
}

/*
** New rows.
*/

/* The columns of an INSERT: those of the map, the tenant's, and the key where
** it is the id of the resource. */
static void map_sql_put_columns(MapScript *script) {
  const Map *map = script->map;
  for (size_t i = 0; i < map->count; i++)
    map_sql_field(script, i ? ", " : "", map->columns[i].name);
  if (map->tenant.data) map_sql_field(script, ", ", map->tenant);
  if (script->table->key == MAP_KEY_ID) map_sql_field(script, ", ", map->key);
}

/* In the order of map_sql_put_columns, each on a line of its own: people read
** these triggers, in scim_map_sql(name) and in sqlite_schema. */
static void map_sql_put_values(MapScript *script) {
  const Map *map = script->map;
  for (size_t i = 0; i < map->count; i++) {
    if (i) map_sql_add(script, ",\n          ");
    map_sql_first_value(script, i);
  }
  if (map->tenant.data) map_sql_add(script, ",\n          NEW.tenant");
  if (script->table->key == MAP_KEY_ID)
    map_sql_add(script, ",\n          NEW.id");
}

Text map_sql_not_own(Arena *arena, const Map *map) {
  return arena_format(arena,
                      "'%.*s' makes a number of this tenant's name, by which "
                      "it is another's",
                      TEXT_ARG(map->tenant));
}

/* A column of numbers may have made another tenant's row of it. RAISE takes
** nothing but a literal until SQLite 3.47: it names the column. */
static void map_sql_new_own(MapScript *script) {
  Buffer *buffer = &script->buffer;
  Text text = map_sql_not_own(buffer->arena, script->map);
  map_sql_add(script, "CASE WHEN ");
  map_sql_tenant(buffer, script->map, "n.");
  map_sql_add(script, " = NEW.tenant THEN ");
  map_sql_field(script, "n.", script->map->key);
  map_sql_add(script, " ELSE RAISE(ABORT, ");
  map_sql_literal(buffer, text);
  map_sql_add(script, ") END");
}

/* The key of the row that was just made: what stands in the row of the last
** rowid; in a table WITHOUT ROWID it was given. NULL where a trigger of the
** application has deleted the row at once, or given it another key. */
static void map_sql_put_new_key(MapScript *script) {
  const MapTable *table = script->table;
  map_sql_add(script, "(SELECT ");
  if (table->numbers)
    map_sql_new_own(script);
  else
    map_sql_field(script, "n.", script->map->key);
  map_sql_field(script, " FROM ", table->name);
  map_sql_add(script, " AS n WHERE n.");
  if (table->rowid) {
    map_sql_add(script, table->rowid);
    map_sql_add(script, " = last_insert_rowid())");
    return;
  }
  map_sql_put_key(script);
  map_sql_add(script, " = ");
  if (table->key == MAP_KEY_ID)
    map_sql_add(script, "NEW.id");
  else
    map_sql_item(script, map_column(script->map, script->map->key));
  if (table->numbers)
    map_sql_by_tenant(&script->buffer, script->map, "n.", "NEW.tenant");
  else
    map_sql_of_tenant(&script->buffer, script->map, "n.", "NEW.tenant");
  map_sql_add(script, ")");
}

/*
** References.
*/
/* The column that a template of references is about. */
static const MapColumn *map_sql_column(const MapScript *script) {
  return &script->map->columns[script->column];
}

static void map_sql_put_column(MapScript *script) {
  map_sql_identifier(&script->buffer, map_sql_column(script)->name);
}

static void map_sql_put_column_name(MapScript *script) {
  map_sql_literal(&script->buffer, map_sql_column(script)->name);
}

/* The map whose links say which row the other one has: for managers that is
** this map itself. */
static void map_sql_put_of(MapScript *script) {
  map_sql_literal(&script->buffer, map_sql_column(script)->of);
}

/* What a new row refers to is noted before there is a link: it may be itself.
 */
static void map_sql_put_references(MapScript *script) {
  static const char template[] = "\n  INSERT INTO scim_map_reference (tenant, "
                                 "target, map, \"column\", id)\n"
                                 "  SELECT NEW.tenant, {item}, NEW.map,\n"
                                 "         {column name}, NEW.id\n"
                                 "   WHERE {item} IS NOT NULL\n"
                                 "      ON CONFLICT DO NOTHING;";
  for (size_t i = 0; i < script->map->count; i++) {
    if (!map_sql_is_key(script, i)) continue;
    script->column = i;
    map_sql_expand(script, TEXT(template));
  }
}

static void map_sql_put_item(MapScript *script) {
  map_sql_item(script, script->column);
}

/* What is the application's after the row was made is filled in once, as
** long as it is empty. */
static void map_sql_put_not_yet(MapScript *script) {
  map_sql_add(script,
              map_sql_column(script)->on_create ? "IS NULL" : "IS NOT NEW.key");
}

/* What the column holds when the other one is gone: the same as in a new
** row. */
static void map_sql_put_empty(MapScript *script) {
  const MapTarget *target = &script->table->targets[script->column];
  if (target->literal)
    buffer_add(&script->buffer, target->default_value);
  else
    map_sql_add(script, "NULL");
}

/*
** Rules.
*/

/* The columns of the rule, each with what is written before and behind it:
** lower("given_name"), lower("birthday"). */
static void map_sql_rule_columns(MapScript *script, const char *between,
                                 const char *before, const char *behind) {
  for (size_t i = 0; i < script->rule->count; i++) {
    if (i) map_sql_add(script, between);
    map_sql_field(script, before,
                  script->map->columns[script->rule->columns[i]].name);
    map_sql_add(script, behind);
  }
}

/* For UPDATE OF: other columns have no say in how a row is found. */
static void map_sql_put_columns_of_rule(MapScript *script) {
  map_sql_rule_columns(script, ", ", "", "");
}

/* "scim_map.learner.on.upn": by its columns, so that it stays when a map is
** defined anew. */
static void map_sql_put_index(MapScript *script) {
  map_sql_identifier(&script->buffer, map_sql_index(script->buffer.arena,
                                                    script->map, script->rule));
}

/* The tenant first: a search is always within one. */
static void map_sql_put_index_columns(MapScript *script) {
  if (script->map->tenant.data) {
    map_sql_identifier(&script->buffer, script->map->tenant);
    map_sql_add(script, ", ");
  }
  map_sql_rule_columns(script, ", ", "lower(", ")");
}

/* Is the row found by what is not ASCII, and is it anybody's? Any character
** outside of space to ~ counts, control characters too: they are folded without
** need, which does no harm. A value that is NULL makes the whole NULL, which is
** no: such a row is not found by the rule. */
static void map_sql_wide(MapScript *script, const char *row) {
  map_sql_add(script, "(");
  map_sql_rule_columns(script, " || ", row, "");
  map_sql_add(script, ") GLOB '*[^ -~]*' AND ");
  map_sql_field(script, row, script->map->key);
  map_sql_add(script, " IS NOT NULL");
  if (!script->map->tenant.data) return;
  map_sql_add(script, " AND ");
  map_sql_field(script, row, script->map->tenant);
  map_sql_add(script, " IS NOT NULL");
}

/* Of a row that comes, that goes, and of one that is there. */
static void map_sql_put_new_wide(MapScript *script) {
  map_sql_wide(script, "NEW.");
}

static void map_sql_put_old_wide(MapScript *script) {
  map_sql_wide(script, "OLD.");
}

static void map_sql_put_row_wide(MapScript *script) {
  map_sql_wide(script, "t.");
}

/* Of all rules, for one trigger on a new row. */
static void map_sql_put_any_wide(MapScript *script) {
  const Map *map = script->map;
  for (script->rule = NULL;
       (script->rule = map_next_rule(map, script->rule));) {
    if (script->rule != map_next_rule(map, NULL))
      map_sql_add(script, "\n  OR ");
    map_sql_put_new_wide(script);
  }
}

/* A note for each rule, in a single trigger: SQLite makes room for each
** trigger of a table before it looks whether it fires, and most rows are
** ASCII. */
static void map_sql_put_wide_rules(MapScript *script) {
  static const char template[] =
      "\n  DELETE FROM scim_map_fold\n"
      "   WHERE map = {map} AND rule = {number} AND tenant = {new tenant}\n"
      "     AND key = +NEW.{key};\n"
      "  INSERT INTO scim_map_fold (map, rule, key, tenant)\n"
      "  SELECT {map}, {number}, NEW.{key}, {new tenant}\n"
      "   WHERE {new wide};";
  const Map *map = script->map;
  for (script->rule = NULL; (script->rule = map_next_rule(map, script->rule));)
    map_sql_expand(script, TEXT(template));
}

/* NULL is a value like others here, and a letter in another case another. */
static void map_sql_differs(MapScript *script, Text name) {
  map_sql_field(script, "OLD.", name);
  map_sql_field(script, MAP_IS_NOT "NEW.", name);
}

/* SQLite fires for every UPDATE that names a column, changed or not; and
** what was folded once is not to be folded again. */
static void map_sql_put_changed(MapScript *script) {
  map_sql_differs(script, script->map->key);
  if (script->map->tenant.data) {
    map_sql_add(script, " OR ");
    map_sql_differs(script, script->map->tenant);
  }
  for (size_t i = 0; i < script->rule->count; i++) {
    map_sql_add(script, "\n  OR ");
    map_sql_differs(script,
                    script->map->columns[script->rule->columns[i]].name);
  }
}

/*
** Members.
*/

/* The part of direct or effective, up to the line that begins the next. */
static void map_sql_part(MapScript *script, const char *name) {
  const char *parts =
      script->map->members.effective ? effective_sql : direct_sql;
  Text head = arena_format(script->buffer.arena, "-- {%s}\n", name);
  const char *start = strstr(parts, head.data);
  assert(start && "direct.sql and effective.sql have the same parts");
  start += head.size;
  const char *end = strstr(start, "\n-- {");
  size_t size = end ? (size_t)(end - start) : strlen(start) - 1;
  map_sql_expand(script, (Text){start, size});
}

/* The trigger for memberships that come: each brings one pair at most, or may
** bring those of other groups too. */
static void map_sql_put_memberships_come(MapScript *script) {
  map_sql_part(script, "memberships come");
}

/* Pairs that a group brings that is linked, and a member that is; and all that
** there are. */
static void map_sql_put_pairs_of_group(MapScript *script) {
  map_sql_part(script, "pairs of group");
}

static void map_sql_put_pairs_of_one(MapScript *script) {
  map_sql_part(script, "pairs of one");
}

static void map_sql_put_pairs(MapScript *script) {
  map_sql_part(script, "pairs");
}

/* The triggers for memberships that go, the groups above and who comes in by
** one that goes, and whether he may do so by others; and whether one that is
** noted is there no more. */
static void map_sql_put_memberships_go(MapScript *script) {
  map_sql_part(script, "memberships go");
}

static void map_sql_put_way_up(MapScript *script) {
  map_sql_part(script, "way up");
}

static void map_sql_put_way_down(MapScript *script) {
  map_sql_part(script, "way down");
}

static void map_sql_put_otherwise(MapScript *script) {
  map_sql_part(script, "otherwise");
}

static void map_sql_put_gone(MapScript *script) {
  map_sql_part(script, "gone");
}

/*
** Templates.
*/
static const struct {
  const char *name;
  void (*put)(MapScript *script);
} map_sql_names[] = {
    {"any wide", map_sql_put_any_wide},
    {"changed", map_sql_put_changed},
    {"column", map_sql_put_column},
    {"column name", map_sql_put_column_name},
    {"columns", map_sql_put_columns},
    {"columns of rule", map_sql_put_columns_of_rule},
    {"different", map_sql_put_different},
    {"different inactive", map_sql_put_different_inactive},
    {"empty", map_sql_put_empty},
    {"gone", map_sql_put_gone},
    {"gone tenant", map_sql_put_gone_tenant},
    {"index", map_sql_put_index},
    {"index columns", map_sql_put_index_columns},
    {"item", map_sql_put_item},
    {"join", map_sql_put_join},
    {"join group", map_sql_put_join_group},
    {"join member", map_sql_put_join_member},
    {"key", map_sql_put_key},
    {"key columns", map_sql_put_key_columns},
    {"map", map_sql_put_map},
    {"member map", map_sql_put_member_map},
    {"memberships come", map_sql_put_memberships_come},
    {"memberships go", map_sql_put_memberships_go},
    {"name", map_sql_put_name},
    {"new key", map_sql_put_new_key},
    {"new tenant", map_sql_put_new_tenant},
    {"new wide", map_sql_put_new_wide},
    {"not yet", map_sql_put_not_yet},
    {"number", map_sql_put_number},
    {"of", map_sql_put_of},
    {"of tenant", map_sql_put_of_tenant},
    {"old tenant", map_sql_put_old_tenant},
    {"old wide", map_sql_put_old_wide},
    {"otherwise", map_sql_put_otherwise},
    {"own", map_sql_put_own},
    {"pairs", map_sql_put_pairs},
    {"pairs of group", map_sql_put_pairs_of_group},
    {"pairs of one", map_sql_put_pairs_of_one},
    {"references", map_sql_put_references},
    {"row tenant", map_sql_put_row_tenant},
    {"row wide", map_sql_put_row_wide},
    {"set", map_sql_put_set},
    {"set inactive", map_sql_put_set_inactive},
    {"table", map_sql_put_table},
    {"tenant stays", map_sql_put_tenant_stays},
    {"values", map_sql_put_values},
    {"way down", map_sql_put_way_down},
    {"way up", map_sql_put_way_up},
    {"wide rules", map_sql_put_wide_rules},
};

/* Looks the name up, one after the other: a script is written when a map is
** switched on, not for a request. A name that the table does not have is a
** mistake in a template, which any test finds. */
static void map_sql_put_named(MapScript *script, Text name) {
  size_t i = 0;
  while (!text_equal(text_of(map_sql_names[i].name), name)) {
    i++;
    assert(i < sizeof map_sql_names / sizeof *map_sql_names);
  }
  map_sql_names[i].put(script);
}

/* Writes the template, with what the names in braces stand for. Some of these
** are templates again, as {pairs}: so this recurs, to a depth that the
** templates have and no definition adds to. */
static void map_sql_expand(MapScript *script, Text template) {
  while (template.size) {
    Text plain = text_cut(&template, '{');
    buffer_add(&script->buffer, plain);
    if (!template.size) return;
    map_sql_put_named(script, text_cut(&template, '}'));
  }
}

/* A template, and an empty line behind it: scripts are shown to people as
** well. */
static void map_sql_template(MapScript *script, const char *template) {
  map_sql_expand(script, text_of(template));
  buffer_char(&script->buffer, '\n');
}

/* A script that is empty, and whose values come from NEW.row, as they do in
** triggers. */
static MapScript map_sql_begin(Operation *operation, const Map *map,
                               const MapTable *table) {
  MapScript script = {
      buffer_new(&operation->arena), map, table, 0, NULL, "NEW.row"};
  return script;
}

/* With a NUL behind it, as SQLite wants a script. */
static Text map_sql_end(MapScript *script) {
  buffer_char(&script->buffer, 0);
  return text_without(buffer_text(&script->buffer), 1);
}

/* For each column that holds a key. Where it is kept, or is the
** application's, nothing is cleared. */
static void map_sql_references(MapScript *script) {
  for (size_t i = 0; i < script->map->count; i++) {
    const MapColumn *column = &script->map->columns[i];
    if (!map_sql_is_key(script, i)) continue;
    script->column = i;
    map_sql_template(script, reference_sql);
    if (!column->keep && !column->on_create)
      map_sql_template(script, reference_go_sql);
  }
}

/* What notes rows comes before what they are noted for, so that the script
** can be run by hand, too. */
Text map_sql_on(Operation *operation, const Map *map, const MapTable *table) {
  MapScript script = map_sql_begin(operation, map, table);
  if (failed(operation)) return TEXT("");
  map_sql_template(&script, row_sql);
  map_sql_references(&script);
  for (script.rule = NULL; (script.rule = map_next_rule(map, script.rule));)
    map_sql_template(&script, fold_sql);
  if (map_next_rule(map, NULL)) map_sql_template(&script, wide_sql);
  script.rule = NULL;
  if (map->members.table.data) map_sql_template(&script, member_sql);
  map_sql_template(&script, stale_sql);
  return map_sql_end(&script);
}

/* Only maps with members have anything that does not follow from the rows
** one by one. */
Text map_sql_settle(Operation *operation, const Map *map,
                    const MapTable *table) {
  MapScript script = map_sql_begin(operation, map, table);
  if (failed(operation)) return TEXT("");
  if (map->members.table.data) map_sql_template(&script, settle_sql);
  return map_sql_end(&script);
}

/*
** Comparing.
*/

/* A column, a blob as SQL writes it, and what would be put there. Of the key of
** another's row only the column: whose row that is may not be in the tables. */
static void map_sql_compare_column(MapScript *script, size_t number) {
  Text name = script->map->columns[number].name;
  map_sql_field(script, ", CASE WHEN typeof(", name);
  map_sql_field(script, ") = 'blob' THEN quote(", name);
  map_sql_field(script, ") ELSE ", name);
  map_sql_add(script, " END");
  if (map_sql_is_key(script, number) || !map_sql_is_set(script, number)) {
    map_sql_add(script, ", NULL, 0");
    return;
  }
  map_sql_add(script, ", ");
  map_sql_next_value(script, number);
  map_sql_field(script, ", ", name);
  map_sql_add(script, MAP_IS_NOT);
  map_sql_next_value(script, number);
}

/* By the same expressions as the triggers have, with ?1 in place of NEW.row: so
** a preview shows what an UPDATE would write. */
Text map_sql_compare(Operation *operation, const Map *map,
                     const MapTable *table) {
  MapScript script = map_sql_begin(operation, map, table);
  script.row = "?1";
  map_sql_add(&script, "SELECT 1");
  for (size_t i = 0; i < map->count; i++) map_sql_compare_column(&script, i);
  map_sql_field(&script, " FROM ", table->name);
  map_sql_field(&script, " WHERE ", map->key);
  map_sql_add(&script, " = json_extract(?2, '$')");
  map_sql_of_tenant(&script.buffer, map, "", "?3");
  return buffer_text(&script.buffer);
}
