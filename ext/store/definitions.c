/*
** definitions.c: reads the definitions of a database into a SchemaSet.
**
** HOW IT WORKS
**
** The set is kept with the connection and used again by each call, for as long
** as the generation in scim_meta is the one it was read at: a trigger of the
** definitions' tables raises that, and one of the version of the tables, which
** is looked at here too. Where SQLite says that nothing at all has changed
** (transaction_version), not even that is read. Reading takes an operation of
** its own, whose arena becomes the set's, because the set outlives the call
** that needs it first. What is read anew replaces what is kept; who still holds
** the old set goes on by it.
**
** A generation is the number of one state of the definitions, for good, once it
** is committed. Until then it may be undone, and is given out again by the next
** change: of this connection, or of another one, which comes to know nothing of
** what was undone. So a set that was read in a transaction which writes is kept
** only until any of that is undone; SQLite tells us through the table scim_stmt
** (transaction_watch). That costs one statement each time a set is read, and a
** request nothing; and there is no need for chance or a clock to make numbers
** that do not repeat, so that all copies of a database stay the same.
**
** A definition that cannot be read is left out, with the reason, and the rest
** is served.
*/
#include "definitions.h"

#include "../db/query.h"
#include "../db/scope.h"
#include "../db/transaction.h"
#include "../model/map.h"
#include "../model/rule.h"
#include "../model/schema_read.h"
#include "../model/value.h"
#include "drawn.h"
#include "install.h"
#include "sql.h"

SQLITE_EXTENSION_INIT3

/* Where there are no tables, instead of a generation, which begins at 1. */
#define DEFINITIONS_BUILT_IN (-1)

const char *definitions_service_provider_config(void) {
  return ServiceProviderConfig_json;
}

const char *definitions_meta_schemas(void) { return meta_schemas_json; }

/*
** Loading. The operation is the loader's own; set->arena is not in use before
** it becomes that of the loader.
*/
static Json *definitions_parse_built_in(Operation *loader, const char *text) {
  return error_parse(loader, text_of(text), "a built-in definition");
}

/* What scim_init would put into the tables, so that the pure functions answer
** before it has run. */
static void definitions_load_built_in(Operation *loader, SchemaSet *set) {
  Json *common = definitions_parse_built_in(loader, Common_json);
  schema_add(loader, set, definitions_parse_built_in(loader, User_json));
  schema_add(loader, set,
             definitions_parse_built_in(loader, EnterpriseUser_json));
  schema_add(loader, set, definitions_parse_built_in(loader, Group_json));
  JSON_EACH (type, definitions_parse_built_in(loader, resource_types_json)) {
    schema_add_type(loader, set, type, common);
  }
}

/* No plan may use rows of scim_value that wait to be made anew, nor the order
** of text where SQLite, which compares it by its bytes, has those of UTF-16. */
static void definitions_load_condition(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_CONDITION);
  if (query_step(&query)) {
    set->stale = query_integer(&query, CONDITION_ROW_STALE) != 0;
    set->utf16 = query_integer(&query, CONDITION_ROW_UTF16) != 0;
  }
  query_close(&query);
}

/* By which attributes a resource is called is asked of SQL, where the views and
** triggers have it too: both must agree on every name. */
static void definitions_load_naming(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_NAMING_WORDS);
  if (query_step(&query))
    set->naming = (NamingWords){query_text(&query, NAMING_WORDS_ROW_NAME),
                                query_text(&query, NAMING_WORDS_ROW_OTHER_NAME),
                                query_text(&query, NAMING_WORDS_ROW_ADDRESSES)};
  query_close(&query);
}

/* Is it the row that is wrong, and not the database? After a fault of the
** database nothing is known. */
static bool definitions_row_failed(const Operation *loader) {
  return failed(loader) && (loader->error != ERROR_DATABASE ||
                            loader->sqlite == SQLITE_CORRUPT_VTAB);
}

/* A definition that was refused is left out, under the name that it has or,
** where it is no JSON of ours, that of its column. */
static void definitions_leave_out(SchemaSet *set, const Json *definition,
                                  const char *member, int column,
                                  Query *query) {
  Operation *loader = query->operation;
  if (!definitions_row_failed(loader)) return;
  Text name = json_member_string(definition, member);
  schema_leave_out(loader, set, name.size ? name : query_text(query, column));
}

/* In the order in which they were inserted, which is that of discovery. */
static void definitions_load_schemas(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_SCHEMAS);
  while (query_step(&query)) {
    Json *definition =
        error_parse(loader, query_text(&query, SCHEMA_ROW_DEFINITION),
                    "a row of scim_schema");
    if (definition) schema_add(loader, set, definition);
    definitions_leave_out(set, definition, "id", SCHEMA_ROW_ID, &query);
  }
  query_close(&query);
}

/* After the schemas, by whose ids a type names what it is made of: a type whose
** schema was left out is left out as well. */
static void definitions_load_types(Operation *loader, SchemaSet *set) {
  Json *common = definitions_parse_built_in(loader, Common_json);
  Query query = query_open(loader, STATEMENT_RESOURCE_TYPES);
  while (query_step(&query)) {
    Json *definition =
        error_parse(loader, query_text(&query, RESOURCE_TYPE_ROW_DEFINITION),
                    "a row of scim_resource_type");
    if (definition) schema_add_type(loader, set, definition, common);
    definitions_leave_out(set, definition, "endpoint",
                          RESOURCE_TYPE_ROW_ENDPOINT, &query);
  }
  query_close(&query);
}

/* Types of which several resources share a value that must be unique: no search
** may go by scim_unique there, which knows one owner (query/definition.sql). */
static void definitions_load_shared(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_SHARED);
  while (query_step(&query))
    schema_set_shared(set, query_text(&query, SHARED_ROW_TYPE));
  query_close(&query);
}

/* An attribute that is not there is passed over: an index only saves time. */
static void definitions_load_indexes(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_INDEXES);
  while (query_step(&query)) {
    schema_add_index(loader, set, query_text(&query, INDEX_ROW_TYPE),
                     query_text(&query, INDEX_ROW_ATTRIBUTE),
                     query_integer(&query, INDEX_ROW_BUILT) != 0);
    if (definitions_row_failed(loader)) error_clear(loader);
  }
  query_close(&query);
}

/* A default is what a client could have sent, or it is none: it must not make
** every request fail that leaves the attribute out. */
static void definitions_load_default(Operation *loader, SchemaSet *set,
                                     Text type, Text path, Text text) {
  const Attribute *attribute = schema_default_attribute(set, type, path);
  if (!attribute) return;
  Json *value = error_parse(loader, text, "a row of scim_default");
  if (value && value_read(loader, attribute, value))
    schema_add_default(set, type, path, value);
}

/* A default that is refused is left out, like an index: creates go on, without
** it, and scim_mistake tells. */
static void definitions_load_defaults(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_DEFAULTS);
  while (query_step(&query)) {
    definitions_load_default(loader, set, query_text(&query, DEFAULT_ROW_TYPE),
                             query_text(&query, DEFAULT_ROW_ATTRIBUTE),
                             query_text(&query, DEFAULT_ROW_VALUE));
    if (definitions_row_failed(loader)) error_clear(loader);
  }
  query_close(&query);
}

/* A rule that cannot be read is out of work, and no other one (model/rule.h).
 */
static void definitions_load_rules(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_RULES);
  while (query_step(&query)) {
    RuleRow row = {.number = query_integer(&query, RULE_ROW_RULE),
                   .event = query_text(&query, RULE_ROW_EVENT),
                   .type = query_text(&query, RULE_ROW_TYPE),
                   .filter = query_text(&query, RULE_ROW_FILTER),
                   .kind = query_text(&query, RULE_ROW_KIND),
                   .once = query_integer(&query, RULE_ROW_ONCE) != 0,
                   .mistake = query_text(&query, RULE_ROW_MISTAKE)};
    rule_add(loader, set, &row);
  }
  query_close(&query);
}

/* What the row says of the map's mistake is put right by the next write. */
static void definitions_check_map(Operation *loader, SchemaSet *set, Text name,
                                  Text left_out, Text noted) {
  const LeftOut *left = schema_left_out(set, left_out);
  Text reason = left ? left->reason : NO_TEXT;
  if (failed(loader) || text_equal(reason, noted)) return;
  LeftOut *fault = arena_alloc(&loader->arena, sizeof *fault);
  *fault = (LeftOut){name, reason, set->map_faults};
  set->map_faults = fault;
}

/* After the types, by whose attributes a map finds its values. One that cannot
** be read, as for an attribute that is gone, is left out under "scim_map." and
** its name, which is no schema's. */
static void definitions_load_maps(Operation *loader, SchemaSet *set) {
  Map **end = &set->maps;
  Text home = transaction_home(loader, "scim_map");
  Query query = query_open(loader, STATEMENT_MAPS);
  while (query_step(&query)) {
    Text name = query_text(&query, MAP_ROW_NAME);
    Text left_out =
        arena_format(&loader->arena, "scim_map.%.*s", TEXT_ARG(name));
    Json *definition = error_parse(
        loader, query_text(&query, MAP_ROW_DEFINITION), "a row of scim_map");
    *end = definition ? map_read(loader, set, name, definition) : NULL;
    if (definitions_row_failed(loader)) schema_leave_out(loader, set, left_out);
    definitions_check_map(loader, set, name, left_out,
                          query_text(&query, MAP_ROW_MISTAKE));
    if (!*end) continue;
    (*end)->on = text_equal(query_text(&query, MAP_ROW_STATE), TEXT("on"));
    (*end)->home = home;
    end = &(*end)->next;
  }
  query_close(&query);
}

/* Each step needs what those before it have added. */
static void definitions_load_body(Operation *loader, void *data) {
  SchemaSet *set = data;
  if (set->generation == DEFINITIONS_BUILT_IN) {
    definitions_load_built_in(loader, set);
    return;
  }
  definitions_load_condition(loader, set);
  set->replicated = drawn_is_refused(loader);
  definitions_load_naming(loader, set);
  definitions_load_schemas(loader, set);
  definitions_load_types(loader, set);
  definitions_load_shared(loader, set);
  definitions_load_indexes(loader, set);
  definitions_load_defaults(loader, set);
  definitions_load_rules(loader, set);
  definitions_load_maps(loader, set);
}

/* What the loader failed of is the caller's failure too: a fault of the
** database with its code. Anything else is in the file, since no client has a
** part in it. The texts are copied, for the loader's arena goes. */
static void definitions_pass_error(Operation *operation,
                                   const Operation *loader) {
  if (loader->sqlite) {
    error_set(operation, loader->error, "%.*s", TEXT_ARG(loader->detail));
    operation->sqlite = loader->sqlite;
  } else {
    error_corrupt(operation, "the SCIM definitions are broken: %.*s",
                  TEXT_ARG(loader->detail));
  }
}

/* Loads within an operation of its own, whose arena becomes the set's: the set
** outlives the call that needs it first. NULL with an error. Without memory it
** escapes, but from the caller's operation, when that of the loader has been
** ended: a jump past it would leave it on the connection's stack. */
static SchemaSet *definitions_read(Operation *operation, long long generation) {
  Operation loader;
  SchemaSet *set = schema_set_new();
  if (!set) {
    arena_escape(&operation->arena);
    return NULL; /* not reached: for checkers that do not know noreturn */
  }
  set->generation = generation;
  operation_init(&loader);
  scope_enter(operation->connection, &loader);
  bool enough = operation_run(&loader, definitions_load_body, set);
  scope_leave(&loader);
  assert(!loader.schemas); /* nothing that loads may need what is loaded */
  assert(!set->arena.blocks && !set->arena.large); /* or it would be lost */
  set->arena = loader.arena;
  if (enough && !failed(&loader)) return set;
  if (enough) definitions_pass_error(operation, &loader);
  schema_set_release(set);
  if (!enough) arena_escape(&operation->arena);
  return NULL;
}

/* The generation in the database; DEFINITIONS_BUILT_IN where there is no table,
** which is told by SQLite refusing to prepare the statement. */
static long long definitions_read_generation(Operation *operation) {
  Query query = query_open(operation, STATEMENT_GENERATION);
  long long generation = DEFINITIONS_BUILT_IN;
  if (operation->sqlite == SQLITE_ERROR) error_clear(operation);
  if (query_step(&query)) {
    if (query_is_null(&query, GENERATION_ROW_VALUE))
      error_corrupt(operation, "scim_meta holds no 'generation'");
    generation = query_integer(&query, GENERATION_ROW_VALUE);
  }
  query_close(&query);
  return generation;
}

/* The operation lets go of the set that it has held so far: nothing of it may
** be in use any more. */
static void definitions_hold(Operation *operation, SchemaSet *set) {
  assert(operation->schemas != set || set->holders > 1);
  schema_set_release(operation->schemas);
  operation->schemas = schema_set_hold(set);
}

/* Keeps a set for the calls that follow, unless it could not be told when what
** it was read from is undone: then the next call reads again. */
static void definitions_keep(Operation *operation, SchemaSet *set) {
  if (!transaction_uncommitted(operation, "scim_meta") ||
      transaction_watch(operation))
    connection_attach(operation->connection, CONNECTION_SCHEMAS,
                      schema_set_hold(set), schema_set_release);
}

/* Is it known without asking that the set is the one of now? */
static bool definitions_are_current(const Operation *operation,
                                    const SchemaSet *kept) {
  unsigned version;
  return kept && kept->seen && transaction_version(operation, &version) &&
         version == kept->seen_at;
}

/* The set has just been found to be that of the generation. */
static void definitions_note(const Operation *operation, SchemaSet *set) {
  set->seen = transaction_version_of(operation, "scim_meta", &set->seen_at);
}

/* The version of the tables is checked only when the set is read anew: a
** trigger raises the generation with it, so a set of the same generation is one
** of the same version. */
static void definitions_renew(Operation *operation, SchemaSet *kept) {
  long long generation = definitions_read_generation(operation);
  if (failed(operation)) return;
  if (kept && kept->generation == generation) {
    definitions_note(operation, kept);
    definitions_hold(operation, kept);
    return;
  }
  if (generation != DEFINITIONS_BUILT_IN) install_check_version(operation);
  if (failed(operation)) return;
  SchemaSet *set = definitions_read(operation, generation);
  if (!set) return;
  definitions_note(operation, set);
  definitions_hold(operation, set);
  definitions_keep(operation, set);
  schema_set_release(set);
}

bool definitions_load(Operation *operation) {
  if (failed(operation)) return false;
  SchemaSet *kept =
      connection_attachment(operation->connection, CONNECTION_SCHEMAS);
  if (definitions_are_current(operation, kept))
    definitions_hold(operation, kept);
  else
    definitions_renew(operation, kept);
  return !failed(operation);
}

bool definitions_require(Operation *operation) {
  if (!definitions_load(operation)) return false;
  if (operation->schemas->generation != DEFINITIONS_BUILT_IN) return true;
  error_database(operation, SQLITE_ERROR,
                 "this database has no scim tables: SELECT scim_init()");
  return false;
}
