/*
** map.c: reads a map's definition, and projects documents by it.
**
** HOW IT WORKS
**
** A definition is JSON that a person wrote (README, "Maps"). It is read
** strictly and once: unknown names, words and wrong types are refused, each
** error begins with the place, and what comes out is a Map, in which every
** path is resolved against the schema of the type. What concerns the
** application's tables is not looked at here (store/map_table.c).
**
** A projection then is a loop over the columns. It makes no difference between
** a resource that is new and one that has changed: what of it is written, and
** where, is decided by store/map.c.
*/
#include "map.h"

#include "document.h"
#include "reference.h"

/* Bytes of a name, which is in names of ours. */
#define MAP_NAME_SIZE 64

/* A map that is being read. */
typedef struct MapReader {
  Operation *operation;
  const SchemaSet *set;
  Map *map;
} MapReader;

/*
** Errors and words.
*/
/* Every error of a definition begins with the place, so that a person finds
** it in a page of JSON: "columns.email.from[1]: …". */
static void map_refuse(const MapReader *reader, Text place,
                       const char *mistake) {
  error_set(reader->operation, ERROR_INVALID_VALUE, "%.*s: %s", TEXT_ARG(place),
            mistake);
}

/* "columns.email" and "from" make "columns.email.from". */
static Text map_place(const MapReader *reader, Text outer, const char *name) {
  return arena_format(&reader->operation->arena, "%.*s%s%s", TEXT_ARG(outer),
                      outer.size ? "." : "", name);
}

/* Refuses members that are not among the names, which end in NULL. */
static void map_check_names(const MapReader *reader, Text place,
                            const Json *object, const char *const *names) {
  if (object->type != JSON_OBJECT)
    map_refuse(reader, place.size ? place : TEXT("the definition"),
               "must be a JSON object");
  JSON_EACH (member, object) {
    const char *const *name = names;
    while (*name && !text_equal(member->name, text_of(*name))) name++;
    if (*name) continue;
    error_set(reader->operation, ERROR_INVALID_VALUE,
              "%.*s%s%.*s: there is no such option", TEXT_ARG(place),
              place.size ? "." : "", TEXT_ARG(member->name));
  }
}

/* The text under the name; no text when there is none, unless it is needed. An
** empty one is refused: no option has a meaning for it, and none is the name of
** a table or column. */
static Text map_text(const MapReader *reader, Text place, const Json *object,
                     const char *name, bool needed) {
  const Json *value = json_member(object, name);
  if (!value && !needed) return NO_TEXT;
  if (value && value->type == JSON_STRING && value->text.size)
    return value->text;
  map_refuse(reader, map_place(reader, place, name),
             value ? "must be a text that is not empty" : "is missing");
  return NO_TEXT;
}

/* The words of definitions, by MapWord. */
static const char *const map_words[] = {
    "create", "ignore", "review", "refuse", "inactive", "delete", "keep"};

/* The word under the name, if it is one of `allowed`, a set of bits by MapWord;
** `normal` when there is none, or an error. The error lists the words that may
** be there: "none: must be one of create ignore review refuse". */
static MapWord map_word(const MapReader *reader, Text place, const Json *object,
                        const char *name, unsigned allowed, MapWord normal) {
  Text text = map_text(reader, place, object, name, false);
  Buffer buffer = buffer_new(&reader->operation->arena);
  if (!text.data) return normal;
  buffer_string(&buffer, "must be one of");
  for (unsigned i = 0; i < sizeof map_words / sizeof *map_words; i++) {
    if (!(allowed >> i & 1)) continue;
    if (text_equal(text, text_of(map_words[i]))) return (MapWord)i;
    buffer_char(&buffer, ' ');
    buffer_string(&buffer, map_words[i]);
  }
  buffer_char(&buffer, 0);
  map_refuse(reader, map_place(reader, place, name), buffer.data);
  return normal;
}

/* Is the one word there that may be? Such options have a word in place of
** true, so that a definition reads as a sentence: "absent": "keep",
** "on": "create". */
static bool map_flag(const MapReader *reader, Text place, const Json *object,
                     const char *name, const char *word) {
  Text text = map_text(reader, place, object, name, false);
  if (!text.data) return false;
  if (!text_equal(text, text_of(word)))
    map_refuse(
        reader, map_place(reader, place, name),
        arena_format(&reader->operation->arena, "must be \"%s\"", word).data);
  return true;
}

/*
** Columns.
*/

/* What a column holds always: a text or a number, a boolean as 1 or 0. NULL
** and an empty list would be no value, which needs no definition. */
static Json *map_constant(const MapReader *reader, Text place,
                          const Json *object, const char *name) {
  Arena *arena = &reader->operation->arena;
  Json *value = json_member(object, name);
  if (!value) {
    map_refuse(reader, map_place(reader, place, name), "is missing");
    return NULL;
  }
  if (value->type == JSON_TRUE || value->type == JSON_FALSE)
    return json_integer(arena, value->type == JSON_TRUE);
  if (value->type != JSON_STRING && value->type != JSON_NUMBER)
    map_refuse(reader, map_place(reader, place, name),
               "must be a text, a number, true or false");
  return json_copy(arena, value);
}

/* A rule with room for so many columns. Its number is given when all rules are
** known (map_number_rules). */
static MapRule *map_new_rule(const MapReader *reader, size_t count) {
  Arena *arena = &reader->operation->arena;
  MapRule *rule = arena_alloc(arena, sizeof *rule);
  rule->columns = arena_array(arena, count, sizeof *rule->columns);
  return rule;
}

/* A suffix has one %d, for the number, and nothing else that begins with %: so
** a text like "100%" is a mistake now, and not when a second row gets it. It
** makes a rule of this one column, because whoever is to be unique has to find
** the others. */
static void map_read_suffix(const MapReader *reader, Text place,
                            const Json *object, MapColumn *column) {
  Text text = map_text(reader, place, object, "unique", false);
  size_t at = 0, percents = 0;
  if (!text.data) return;
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] != '%') continue;
    at = i;
    percents++;
  }
  if (percents != 1 || at + 1 == text.size || text.data[at + 1] != 'd') {
    map_refuse(reader, map_place(reader, place, "unique"),
               "must have one %d, for the number: \" (%d)\"");
    return;
  }
  column->unique = map_new_rule(reader, 1);
  column->unique->columns[column->unique->count++] =
      (size_t)(column - reader->map->columns);
  column->unique->name = column->name;
  column->before = text_first(text, at);
  column->after = text_after(text, at + 2);
}

/* The type that the first path of "as": "key" points to, by the referenceTypes
** of its $ref; NULL when the schema does not say. */
static const ResourceType *map_target(const MapReader *reader,
                                      const MapColumn *column) {
  const Attribute *attribute = column->source->path.attribute;
  const Attribute *ref = attribute && attribute->first
                             ? reference_of(reader->set, attribute)
                             : NULL;
  return ref ? schema_type(reader->set, ref->reference_type) : NULL;
}

/* Whose key is meant: the map that "of" names, or this one, if it is one of
** the type that is referred to. That a map of the name is there is checked
** where maps are stored. */
static void map_read_of(const MapReader *reader, Text place, const Json *object,
                        MapColumn *column) {
  Text of = map_text(reader, place, object, "of", false);
  bool key = column->as == TRANSFORM_KEY;
  if (of.data && !key)
    map_refuse(reader, map_place(reader, place, "of"),
               "goes with \"as\": \"key\" only");
  if (!key || failed(reader->operation)) return;
  const ResourceType *target = map_target(reader, column);
  column->of = of.data ? of : reader->map->name;
  if (!of.data && target && target != reader->map->type)
    map_refuse(reader, map_place(reader, place, "of"),
               "is missing: name the map whose key is meant");
  if (column->unique)
    map_refuse(reader, map_place(reader, place, "unique"),
               "is not for keys of other rows");
}

/* A column that is found by paths. The transform comes behind the paths, whose
** attributes decide the one that is normal; "of" comes behind "unique", which a
** key must not have. */
static void map_read_from(const MapReader *reader, Text place,
                          const Json *object, MapColumn *column) {
  static const char *const names[] = {"from",   "as", "on", "absent",
                                      "unique", "of", NULL};
  Operation *operation = reader->operation;
  map_check_names(reader, place, object, names);
  Text as = map_text(reader, place, object, "as", false);
  column->source =
      source_read(operation, reader->map->type, json_member(object, "from"),
                  map_place(reader, place, "from"));
  if (!source_transform(operation, column->source, as,
                        map_place(reader, place, "as"), &column->as))
    return;
  column->keep = map_flag(reader, place, object, "absent", "keep");
  map_read_suffix(reader, place, object, column);
  map_read_of(reader, place, object, column);
}

/* A column that tells who is active, by two values of the application's own:
** "active": 1 and "inactive": 0, or "open" and "locked". Both are needed; a
** type without the attribute could never say the second. */
static void map_read_active(const MapReader *reader, Text place,
                            const Json *object, MapColumn *column) {
  static const char *const names[] = {"active", "inactive", "on", NULL};
  map_check_names(reader, place, object, names);
  column->content = MAP_ACTIVE;
  column->value = map_constant(reader, place, object, "active");
  column->inactive = map_constant(reader, place, object, "inactive");
  if (!reader->map->active)
    map_refuse(reader, place, "the type has no attribute 'active'");
}

/* A column that is the same in every row: what the platform itself wants to
** know of rows that came this way. */
static void map_read_value(const MapReader *reader, Text place,
                           const Json *object, MapColumn *column) {
  static const char *const names[] = {"value", "on", NULL};
  map_check_names(reader, place, object, names);
  column->content = MAP_VALUE;
  column->value = map_constant(reader, place, object, "value");
}

/* What kind of column it is follows from the option that it has; each kind
** then refuses the options of the others. "from" comes first: a mistake in a
** path is told before any other. */
static void map_read_column(const MapReader *reader, const Json *object,
                            MapColumn *column) {
  Text place = arena_format(&reader->operation->arena, "columns.%.*s",
                            TEXT_ARG(object->name));
  column->name = object->name;
  if (json_member(object, "from")) {
    map_read_from(reader, place, object, column);
  } else if (json_member(object, "value")) {
    map_read_value(reader, place, object, column);
  } else if (json_member(object, "active") || json_member(object, "inactive")) {
    map_read_active(reader, place, object, column);
  } else {
    map_refuse(reader, place,
               "needs \"from\", \"value\", or \"active\" and \"inactive\"");
  }
  if (failed(reader->operation)) return;
  column->on_create = map_flag(reader, place, object, "on", "create");
}

/* In the order of the definition, which is that of the row that goes to the
** triggers: from here on a column is known by its number. Our JSON keeps the
** order of members. */
static void map_read_columns(const MapReader *reader, const Json *definition) {
  Map *map = reader->map;
  const Json *columns = json_member(definition, "columns");
  if (!columns || columns->type != JSON_OBJECT || !columns->count) {
    map_refuse(reader, TEXT("columns"), "must be an object of columns");
    return;
  }
  map->columns = arena_array(&reader->operation->arena, columns->count,
                             sizeof *map->columns);
  JSON_EACH (column, columns)
    map_read_column(reader, column, &map->columns[map->count++]);
}

/* A rule of a unique column leads on to the next column that has one: these
** are in no list of their own. */
const MapRule *map_next_rule(const Map *map, const MapRule *rule) {
  size_t i = 0;
  if (!rule && map->rules) return map->rules;
  if (rule && rule->next) return rule->next;
  if (rule && rule->number >= map->rule_count)
    i = rule->columns[0] + 1; /* of a unique column: the next one */
  for (; i < map->count; i++)
    if (map->columns[i].unique) return map->columns[i].unique;
  return NULL;
}

/* A walk, since a map has few columns. In any case: to SQLite "Email" and email
** are the same column. */
size_t map_column(const Map *map, Text name) {
  size_t number = 0;
  while (number < map->count && !text_same(map->columns[number].name, name))
    number++;
  return number;
}

/*
** Matching.
*/

/* Adds the column that an entry names to the rule. Only what is found by paths
** tells one resource from another: a constant is the same in all rows, and the
** key of another row follows from links, which come later. */
static void map_add_to_rule(const MapReader *reader, Text place,
                            const Json *name, MapRule *rule) {
  Map *map = reader->map;
  size_t number =
      name->type == JSON_STRING ? map_column(map, name->text) : map->count;
  if (number == map->count) {
    map_refuse(reader, place, "must name one of the columns");
  } else if (map->columns[number].content != MAP_FROM ||
             map->columns[number].as == TRANSFORM_KEY) {
    map_refuse(reader, place, "must name a column that is found by paths");
  } else {
    rule->columns[rule->count++] = number;
  }
}

/* The name of a rule: "upn", or "given_name+birthday". People read it in
** scim_link.how, and the index of the rule is called by it. */
static Text map_rule_name(const MapReader *reader, const MapRule *rule) {
  Buffer buffer = buffer_new(&reader->operation->arena);
  for (size_t i = 0; i < rule->count; i++) {
    if (i) buffer_char(&buffer, '+');
    buffer_add(&buffer, reader->map->columns[rule->columns[i]].name);
  }
  return buffer_text(&buffer);
}

/* A rule is a column, or a list of columns that match together: "upn", or
** ["given_name", "birthday"]. A mistake in a list is told with its place in it,
** "match[1][0]". */
static MapRule *map_read_rule(const MapReader *reader, Text place,
                              const Json *entry) {
  Arena *arena = &reader->operation->arena;
  MapRule *rule = map_new_rule(reader, entry->count + 1);
  if (entry->type != JSON_ARRAY) {
    map_add_to_rule(reader, place, entry, rule);
  } else if (!entry->count) {
    map_refuse(reader, place, "must name one of the columns");
  }
  int number = 0;
  JSON_EACH (name, entry)
    map_add_to_rule(reader,
                    arena_format(arena, "%.*s[%d]", TEXT_ARG(place), number++),
                    name, rule);
  rule->name = map_rule_name(reader, rule);
  return rule;
}

/* Rules are tried in the order of the list, so the order is kept. */
static void map_read_match(const MapReader *reader, const Json *definition) {
  const Json *match = json_member(definition, "match");
  MapRule **end = &reader->map->rules;
  int number = 0;
  if (!match || failed(reader->operation)) return;
  if (match->type != JSON_ARRAY)
    map_refuse(reader, TEXT("match"), "must be a list of columns");
  JSON_EACH (entry, match) {
    *end = map_read_rule(
        reader, arena_format(&reader->operation->arena, "match[%d]", number++),
        entry);
    end = &(*end)->next;
  }
}

/* Numbers all rules: these go on where those that match end. So whether a rule
** is of a unique column is told by its number (rule_count), and an array with a
** place for each rule serves both kinds. */
static void map_number_rules(Map *map) {
  int number = 0;
  for (MapRule *rule = map->rules; rule; rule = rule->next)
    rule->number = number++;
  map->rule_count = number;
  for (size_t i = 0; i < map->count; i++)
    if (map->columns[i].unique) map->columns[i].unique->number = number++;
}

/*
** The rest.
*/
/* Has the map a column that says so as long as the row is there? */
static bool map_tells_active(const Map *map) {
  for (size_t i = 0; i < map->count; i++)
    if (map->columns[i].content == MAP_ACTIVE && !map->columns[i].on_create)
      return true;
  return false;
}

/* Whose row may be switched off is, unless another word is said: nobody who has
** left goes on in, and nothing is deleted that was not meant to be. */
static void map_read_deleted(const MapReader *reader, const Json *definition) {
  Map *map = reader->map;
  unsigned allowed = 1u << MAP_INACTIVE | 1u << MAP_DELETE | 1u << MAP_KEEP;
  bool tells = map_tells_active(map);
  map->deleted = map_word(reader, NO_TEXT, definition, "deleted", allowed,
                          tells ? MAP_INACTIVE : MAP_KEEP);
  if (map->deleted == MAP_INACTIVE && !tells)
    map_refuse(reader, TEXT("deleted"),
               "needs a column with \"active\" and \"inactive\"");
}

/* "none" and "many" share review and refuse; to create or ignore where
** several rows match would make the duplicates that a map is to prevent. */
static void map_read_outcomes(const MapReader *reader, const Json *definition) {
  Map *map = reader->map;
  unsigned doubt = 1u << MAP_REVIEW | 1u << MAP_REFUSE;
  map->none = map_word(reader, NO_TEXT, definition, "none",
                       doubt | 1u << MAP_CREATE | 1u << MAP_IGNORE, MAP_CREATE);
  map->many = map_word(reader, NO_TEXT, definition, "many", doubt, MAP_REVIEW);
  map_read_deleted(reader, definition);
}

/* A column of the tenant makes the map one of all tenants. Without one all rows
** of the table belong to a single tenant: that of "only", or "default". */
static void map_read_tenant(const MapReader *reader, const Json *definition) {
  Map *map = reader->map;
  map->tenant = map_text(reader, NO_TEXT, definition, "tenant", false);
  map->only = map_text(reader, NO_TEXT, definition, "only", false);
  if (map->tenant.data && map->only.data)
    map_refuse(reader, TEXT("only"), "goes with no \"tenant\"");
  if (!map->tenant.data && !map->only.data) map->only = TEXT("default");
  if (map->tenant.data && map_column(map, map->tenant) < map->count)
    map_refuse(reader, TEXT("tenant"), "is one of the columns as well");
}

/* Only a type whose members are rows of scim_member has any to put into a
** table. That there is a map of the members is checked where maps are
** stored. */
static void map_read_members(const MapReader *reader, const Json *definition) {
  static const char *const names[] = {"table", "group",  "member",
                                      "of",    "nested", NULL};
  Text place = TEXT("members");
  const Json *members = json_member(definition, "members");
  MapMembers *read = &reader->map->members;
  if (!members) return;
  map_check_names(reader, place, members, names);
  if (!reader->map->type->members)
    map_refuse(reader, place, "the type has no members");
  read->table = map_text(reader, place, members, "table", true);
  read->group = map_text(reader, place, members, "group", true);
  read->member = map_text(reader, place, members, "member", true);
  read->of = map_text(reader, place, members, "of", true);
  Text nested = map_text(reader, place, members, "nested", false);
  read->effective = text_equal(nested, TEXT("effective"));
  if (nested.data && !read->effective && !text_equal(nested, TEXT("direct")))
    map_refuse(reader, TEXT("members.nested"),
               "must be one of direct effective");
}

/* A name is part of the names of triggers, by which those of the map are found
** again ("scim_map.learner.create"): so it has no dot, and no quote. */
static void map_check_name(const MapReader *reader) {
  Text name = reader->map->name;
  bool good = name.size > 0 && name.size <= MAP_NAME_SIZE;
  for (size_t i = 0; i < name.size; i++) {
    char c = name.data[i];
    good = good &&
           ((c >= 'a' && c <= 'z') || text_is_digit(c) || c == '_' || c == '-');
  }
  if (!good)
    error_set(reader->operation, ERROR_INVALID_VALUE,
              "a map's name is 1 to %d of the characters a-z, 0-9, _ and -",
              MAP_NAME_SIZE);
}

/* The type comes first: everything else is read by it. An attribute "active"
** that is not a boolean, as a custom type may have one, tells nothing of the
** kind that a map asks. */
static void map_read_type(const MapReader *reader, const Json *definition) {
  Map *map = reader->map;
  Text type = map_text(reader, NO_TEXT, definition, "type", true);
  if (failed(reader->operation)) return;
  map->type = schema_type(reader->set, type);
  if (!map->type) {
    error_set(reader->operation, ERROR_INVALID_VALUE,
              "type: there is no resource type '%.*s'", TEXT_ARG(type));
    return;
  }
  map->active = schema_attribute(map->type->first, TEXT("active"));
  if (map->active && map->active->type != TYPE_BOOLEAN) map->active = NULL;
}

/* The type before all that is read by it, then the columns, which "tenant",
** "match" and "deleted" refer to. The first mistake is the one that is told. */
Map *map_read(Operation *operation, const SchemaSet *set, Text name,
              const Json *definition) {
  static const char *const names[] = {"type", "table",   "key",     "tenant",
                                      "only", "columns", "match",   "none",
                                      "many", "deleted", "members", NULL};
  if (failed(operation)) return NULL;
  Map *map = arena_alloc(&operation->arena, sizeof *map);
  MapReader reader = {operation, set, map};
  map->name = name;
  map_check_name(&reader);
  map_check_names(&reader, NO_TEXT, definition, names);
  map_read_type(&reader, definition);
  if (failed(operation)) return NULL;
  map->table = map_text(&reader, NO_TEXT, definition, "table", true);
  map->key = map_text(&reader, NO_TEXT, definition, "key", true);
  map_read_columns(&reader, definition);
  map_read_tenant(&reader, definition);
  map_read_match(&reader, definition);
  map_number_rules(map);
  if (failed(operation)) return NULL;
  map_read_outcomes(&reader, definition);
  map_read_members(&reader, definition);
  return failed(operation) ? NULL : map;
}

/*
** Projection.
*/

/* Who is not said to be inactive is active: the attribute is not required
** (RFC 7643 section 8.7.1). */
static bool map_is_active(const Map *map, const Json *doc) {
  const Json *value = resource_value(doc, map->active);
  return !value || value->type != JSON_FALSE;
}

/* A new value each time: it becomes part of the step that carries it, and of
** no other tree. */
static Json *map_project_column(Operation *operation, const Map *map,
                                const MapColumn *column, const Json *doc) {
  Arena *arena = &operation->arena;
  switch (column->content) {
  case MAP_FROM:
    return source_value(operation, column->source, column->as, doc);
  case MAP_ACTIVE:
    return json_copy(arena, map_is_active(map, doc) ? column->value
                                                    : column->inactive);
  default:
    return json_copy(arena, column->value);
  }
}

/* Every column is asked, also those that only a new row gets: which are
** written is decided by the triggers. */
Json **map_project(Operation *operation, const Map *map, const Json *doc) {
  Json **row = arena_array(&operation->arena, map->count, sizeof *row);
  for (size_t i = 0; i < map->count; i++)
    row[i] = map_project_column(operation, map, &map->columns[i], doc);
  return row;
}

/* The other columns stay what they were, for whoever looks up what somebody
** did who has left. */
Json **map_project_gone(Operation *operation, const Map *map) {
  Json **row = arena_array(&operation->arena, map->count, sizeof *row);
  for (size_t i = 0; i < map->count; i++)
    if (map->columns[i].content == MAP_ACTIVE)
      row[i] = json_copy(&operation->arena, map->columns[i].inactive);
  return row;
}
