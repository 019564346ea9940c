#include "definitions.h"

#include "sql.h"

SQLITE_EXTENSION_INIT3

#define SCHEMA_VERSION 1
#define GENERATION_BUILT_IN (-1)

struct Definitions {
  Operation loader; /* its arena holds the set */
  SchemaSet set;
  long long generation;
};

void definitions_free(Definitions *definitions) {
  if (!definitions) return;
  arena_close(&definitions->loader.arena);
  sqlite3_free(definitions);
}

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

static bool read_stale(Operation *loader, Connection *connection) {
  Query query = query_open(loader, connection, STATEMENT_STALE);
  bool stale = query_step(&query) && query_integer(&query, 0) != 0;
  query_close(&query);
  return stale;
}

static void load_schemas(Operation *loader, Connection *connection,
                         SchemaSet *set) {
  Query query = query_open(loader, connection, STATEMENT_SCHEMAS);
  while (query_step(&query)) {
    Json *definition =
        error_parse(loader, query_text(&query, 0), "a row of scim_schema");
    if (definition) schema_add(loader, set, definition);
  }
  query_close(&query);
}

static void load_types(Operation *loader, Connection *connection,
                       SchemaSet *set) {
  Json *common = parse_built_in(loader, Common_json);
  Query query = query_open(loader, connection, STATEMENT_RESOURCE_TYPES);
  while (query_step(&query)) {
    Json *definition = error_parse(loader, query_text(&query, 0),
                                   "a row of scim_resource_type");
    if (definition) schema_add_type(loader, set, definition, common);
  }
  query_close(&query);
}

static void load_indexes(Operation *loader, Connection *connection,
                         SchemaSet *set) {
  Query query = query_open(loader, connection, STATEMENT_INDEXES);
  while (query_step(&query)) {
    schema_add_index(loader, set, query_text(&query, 0), query_text(&query, 1),
                     query_integer(&query, 2) != 0);
  }
  query_close(&query);
}

static void load_defaults(Operation *loader, Connection *connection,
                          SchemaSet *set) {
  Query query = query_open(loader, connection, STATEMENT_DEFAULTS);
  while (query_step(&query)) {
    Json *value =
        error_parse(loader, query_text(&query, 2), "a row of scim_default");
    if (value)
      schema_add_default(set, query_text(&query, 0), query_text(&query, 1),
                         value);
  }
  query_close(&query);
}

/* The loader's arena outlives the call; when memory runs out the caller's
** operation escapes, after what is half loaded has been freed. */
static Definitions *load(Operation *operation, Connection *connection,
                         long long generation) {
  Definitions *definitions = sqlite3_malloc64(sizeof *definitions);
  if (!definitions) longjmp(operation->arena.escape, 1);
  memset(definitions, 0, sizeof *definitions);
  Operation *loader = &definitions->loader;
  if (ARENA_OPEN(&loader->arena)) {
    definitions_free(definitions);
    longjmp(operation->arena.escape, 1);
  }
  operation_init(loader);
  definitions->generation = generation;
  if (generation == GENERATION_BUILT_IN) {
    load_built_in(loader, &definitions->set);
  } else {
    definitions->set.stale = read_stale(loader, connection);
    load_schemas(loader, connection, &definitions->set);
    load_types(loader, connection, &definitions->set);
    load_indexes(loader, connection, &definitions->set);
    load_defaults(loader, connection, &definitions->set);
  }
  if (!failed(loader)) return definitions;
  if (loader->sqlite) {
    error_set(operation, loader->error, "%.*s", TEXT_ARG(loader->detail));
    operation->sqlite = loader->sqlite;
  } else {
    error_set(operation, ERROR_DATABASE,
              "the SCIM definitions are broken: %.*s",
              TEXT_ARG(loader->detail));
    operation->sqlite = SQLITE_ERROR;
  }
  definitions_free(definitions);
  return NULL;
}

/* The generation in the database; that of the built-in definitions where
** there is no table. */
static long long read_generation(Operation *operation, Connection *connection) {
  Query query = query_open(operation, connection, STATEMENT_GENERATION);
  long long generation = GENERATION_BUILT_IN;
  if (query_step(&query)) generation = query_integer(&query, 0);
  query_close(&query);
  if (operation->sqlite == SQLITE_ERROR && failed(operation))
    error_clear(operation);
  return generation;
}

const SchemaSet *definitions_load(Operation *operation,
                                  Connection *connection) {
  if (failed(operation)) return NULL;
  Definitions **slot = connection_definitions(connection);
  long long generation = read_generation(operation, connection);
  if (failed(operation)) return NULL;
  if (*slot && (*slot)->generation == generation) return &(*slot)->set;
  Definitions *loaded = load(operation, connection, generation);
  if (!loaded) return NULL;
  definitions_free(*slot);
  *slot = loaded;
  return &loaded->set;
}

const SchemaSet *definitions_require(Operation *operation,
                                     Connection *connection) {
  const SchemaSet *set = definitions_load(operation, connection);
  if (set && (*connection_definitions(connection))->generation ==
                 GENERATION_BUILT_IN) {
    error_database(operation, SQLITE_ERROR,
                   "this database has no scim tables: SELECT scim_init()");
    return NULL;
  }
  return set;
}

/*
** Creating the tables.
*/
static void execute(Operation *operation, Connection *connection,
                    const char *sql) {
  sqlite3 *db = connection_db(connection);
  if (failed(operation)) return;
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    error_database(operation, sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

/* One statement with a text for its parameter. */
static void execute_with(Operation *operation, Connection *connection,
                         const char *sql, const char *text) {
  Query query = query_open_text(operation, connection, text_of(sql));
  query_bind_text(&query, 1, text_of(text));
  query_step(&query);
  query_close(&query);
}

/* The version of the tables, 0 where there are none. */
static int read_version(Operation *operation, Connection *connection) {
  int version = 0;
  sqlite3_stmt *statement = NULL;
  static const char *const steps[] = {
      "SELECT 1 FROM sqlite_schema WHERE name = 'scim_meta'",
      "SELECT value FROM scim_meta WHERE name = 'version'"};
  for (int i = 0; i < 2 && !failed(operation); i++) {
    sqlite3 *db = connection_db(connection);
    int code = sqlite3_prepare_v2(db, steps[i], -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    bool row = code == SQLITE_ROW;
    version = row ? sqlite3_column_int(statement, 0) : 0;
    if (!row && code != SQLITE_DONE)
      error_database(operation, sqlite3_extended_errcode(db),
                     sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    if (!row) return 0;
  }
  return version;
}

static void create(Operation *operation, Connection *connection) {
  static const char insert_schema[] =
      "INSERT INTO scim_schema (definition) VALUES (json(?1))";
  execute(operation, connection, schema_sql);
  execute(operation, connection, commit_sql);
  execute(operation, connection, views_sql);
  execute_with(operation, connection, insert_schema, User_json);
  execute_with(operation, connection, insert_schema, EnterpriseUser_json);
  execute_with(operation, connection, insert_schema, Group_json);
  execute_with(operation, connection,
               "INSERT INTO scim_resource_type (definition) "
               "SELECT value FROM json_each(?1)",
               resource_types_json);
}

int definitions_init(Operation *operation, Connection *connection) {
  bool alone = sqlite3_get_autocommit(connection_db(connection)) != 0;
  if (failed(operation)) return 0;
  connection_undo(operation, connection,
                  alone ? STATEMENT_ROLLBACK : STATEMENT_UNDO_INIT);
  query_run(operation, connection,
            alone ? STATEMENT_BEGIN : STATEMENT_BEGIN_INIT);
  int version = read_version(operation, connection);
  if (version > SCHEMA_VERSION) {
    error_database(operation, SQLITE_ERROR,
                   "the scim tables are those of a newer version");
  } else if (version == 0) {
    create(operation, connection);
  }
  query_run(operation, connection,
            alone ? STATEMENT_COMMIT : STATEMENT_RELEASE_INIT);
  if (failed(operation)) return 0;
  connection_done(connection);
  return SCHEMA_VERSION;
}
