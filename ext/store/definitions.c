/*
** definitions.c: reads the definitions of a database into a SchemaSet.
**
** HOW IT WORKS
**
** The set is kept with the connection and used again by each call, for as long
** as the generation in scim_meta is the one it was read at: a trigger of the
** definitions' tables raises that. Reading takes an operation of its own,
** whose arena becomes the set's, because the set outlives the call that needs
** it first. What is read anew replaces what is kept; who still holds the old
** set goes on by it.
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
#include "../model/schema_read.h"
#include "../model/value.h"
#include "install.h"
#include "sql.h"

SQLITE_EXTENSION_INIT3

#define GENERATION_BUILT_IN (-1)

const char *definitions_service_provider_config(void) {
  return ServiceProviderConfig_json;
}

/*
** Loading.
*/
static Json *parse_built_in(Operation *loader, const char *text) {
  return error_parse(loader, text_of(text), "a built-in definition");
}

static void load_built_in(Operation *loader, SchemaSet *set) {
  Json *common = parse_built_in(loader, Common_json);
  schema_add(loader, set, parse_built_in(loader, User_json));
  schema_add(loader, set, parse_built_in(loader, EnterpriseUser_json));
  schema_add(loader, set, parse_built_in(loader, Group_json));
  JSON_EACH (type, parse_built_in(loader, resource_types_json)) {
    schema_add_type(loader, set, type, common);
  }
}

static bool read_stale(Operation *loader) {
  Query query = query_open(loader, STATEMENT_STALE);
  bool stale =
      query_step(&query) && query_integer(&query, STALE_ROW_VALUE) != 0;
  query_close(&query);
  return stale;
}

/* Is it the row that is wrong, and not the database? After a fault of the
** database nothing is known. */
static bool is_fault_of_row(const Operation *loader) {
  return failed(loader) && (loader->error != ERROR_DATABASE ||
                            loader->sqlite == SQLITE_CORRUPT_VTAB);
}

/* A definition that was refused is left out, under the name that it has or,
** where it is no JSON of ours, that of its column. */
static void leave_out_broken(SchemaSet *set, const Json *definition,
                             const char *member, int column, Query *query) {
  Operation *loader = query->operation;
  if (!is_fault_of_row(loader)) return;
  Text name = json_member_string(definition, member);
  schema_leave_out(loader, set, name.size ? name : query_text(query, column));
}

static void load_schemas(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_SCHEMAS);
  while (query_step(&query)) {
    Json *definition =
        error_parse(loader, query_text(&query, SCHEMA_ROW_DEFINITION),
                    "a row of scim_schema");
    if (definition) schema_add(loader, set, definition);
    leave_out_broken(set, definition, "id", SCHEMA_ROW_ID, &query);
  }
  query_close(&query);
}

static void load_types(Operation *loader, SchemaSet *set) {
  Json *common = parse_built_in(loader, Common_json);
  Query query = query_open(loader, STATEMENT_RESOURCE_TYPES);
  while (query_step(&query)) {
    Json *definition =
        error_parse(loader, query_text(&query, RESOURCE_TYPE_ROW_DEFINITION),
                    "a row of scim_resource_type");
    if (definition) schema_add_type(loader, set, definition, common);
    leave_out_broken(set, definition, "endpoint", RESOURCE_TYPE_ROW_ENDPOINT,
                     &query);
  }
  query_close(&query);
}

static void load_indexes(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_INDEXES);
  while (query_step(&query)) {
    schema_add_index(loader, set, query_text(&query, INDEX_ROW_TYPE),
                     query_text(&query, INDEX_ROW_ATTRIBUTE),
                     query_integer(&query, INDEX_ROW_BUILT) != 0);
    if (is_fault_of_row(loader)) error_clear(loader);
  }
  query_close(&query);
}

/* A default is what a client could have sent, or it is none: it must not make
** every request fail that leaves the attribute out. */
static void load_default(Operation *loader, SchemaSet *set, Text type,
                         Text path, Text text) {
  const Attribute *attribute = schema_default_attribute(set, type, path);
  if (!attribute) return;
  Json *value = error_parse(loader, text, "a row of scim_default");
  if (value && value_read(loader, attribute, value))
    schema_add_default(set, type, path, value);
}

static void load_defaults(Operation *loader, SchemaSet *set) {
  Query query = query_open(loader, STATEMENT_DEFAULTS);
  while (query_step(&query)) {
    load_default(loader, set, query_text(&query, DEFAULT_ROW_TYPE),
                 query_text(&query, DEFAULT_ROW_ATTRIBUTE),
                 query_text(&query, DEFAULT_ROW_VALUE));
    if (is_fault_of_row(loader)) error_clear(loader);
  }
  query_close(&query);
}

static void load_body(Operation *loader, void *data) {
  SchemaSet *set = data;
  if (set->generation == GENERATION_BUILT_IN) {
    load_built_in(loader, set);
    return;
  }
  set->stale = read_stale(loader);
  load_schemas(loader, set);
  load_types(loader, set);
  load_indexes(loader, set);
  load_defaults(loader, set);
}

/* What the loader failed of is the caller's failure too. */
static void pass_error_on(Operation *operation, const Operation *loader) {
  if (loader->sqlite) {
    error_set(operation, loader->error, "%.*s", TEXT_ARG(loader->detail));
    operation->sqlite = loader->sqlite;
  } else {
    error_corrupt(operation, "the SCIM definitions are broken: %.*s",
                  TEXT_ARG(loader->detail));
  }
}

/* Loads within an operation of its own, whose arena becomes the set's: the set
** outlives the call that needs it first. NULL with an error. */
static SchemaSet *load(Operation *operation, long long generation) {
  Operation loader;
  SchemaSet *set = schema_set_new();
  if (!set) arena_escape(&operation->arena);
  set->generation = generation;
  operation_init(&loader);
  scope_enter(operation->connection, &loader);
  bool enough = operation_run(&loader, load_body, set);
  scope_leave(&loader);
  set->arena = loader.arena;
  if (enough && !failed(&loader)) return set;
  if (enough) pass_error_on(operation, &loader);
  schema_set_release(set);
  if (!enough) arena_escape(&operation->arena);
  return NULL;
}

/* The generation in the database; that of the built-in definitions where
** there is no table. */
static long long read_generation(Operation *operation) {
  Query query = query_open(operation, STATEMENT_GENERATION);
  long long generation = GENERATION_BUILT_IN;
  if (operation->sqlite == SQLITE_ERROR) error_clear(operation);
  if (query_step(&query)) {
    if (query_is_null(&query, GENERATION_ROW_GENERATION) ||
        query_is_null(&query, GENERATION_ROW_VERSION))
      error_corrupt(operation, "scim_meta holds no 'generation' or 'version'");
    generation = query_integer(&query, GENERATION_ROW_GENERATION);
    install_check_version(operation,
                          query_integer(&query, GENERATION_ROW_VERSION));
  }
  query_close(&query);
  return generation;
}

/* The operation lets go of the set that it has held so far: nothing of it may
** be in use any more. */
static void hold(Operation *operation, SchemaSet *set) {
  schema_set_release(operation->schemas);
  operation->schemas = schema_set_hold(set);
}

/* Keeps a set for the calls that follow. A generation that was rolled back is
** given out again, so what is kept of it has to go with it. */
static void definitions_keep(Operation *operation, SchemaSet *set) {
  if (!transaction_uncommitted(operation, "scim_meta") ||
      transaction_watch(operation))
    connection_attach(operation->connection, schema_set_hold(set),
                      schema_set_release);
}

bool definitions_load(Operation *operation) {
  if (failed(operation)) return false;
  SchemaSet *kept = connection_attachment(operation->connection);
  long long generation = read_generation(operation);
  if (failed(operation)) return false;
  if (kept && kept->generation == generation) {
    hold(operation, kept);
    return true;
  }
  SchemaSet *set = load(operation, generation);
  if (!set) return false;
  hold(operation, set);
  definitions_keep(operation, set);
  schema_set_release(set);
  return true;
}

bool definitions_require(Operation *operation) {
  if (!definitions_load(operation)) return false;
  if (operation->schemas->generation != GENERATION_BUILT_IN) return true;
  error_database(operation, SQLITE_ERROR,
                 "this database has no scim tables: SELECT scim_init()");
  return false;
}
