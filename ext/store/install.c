/*
** install.c: creates and upgrades the tables.
**
** HOW IT WORKS
**
** All of it is one transaction or, within one of the caller's, one savepoint:
** what fails in the middle, for whatever reason, leaves the file as it was.
**
** A new database is made from sql/tables, sql/views and sql/commit, in this
** order. The definitions of User, Group and the enterprise extension come in
** before the triggers that check a definition: a test knows that these are
** right, and a hundredth of a second a row is saved.
**
** From a database of version N the views and triggers of that version go
** (sql/query/made.sql). Then sql/upgrade/N.sql brings the tables to version
** N + 1, and so on up to the version of this program: it changes them in their
** place, so that rows keep their numbers, and what an application has added to
** the tables (columns, indexes, triggers) stays. Then the views and triggers
** are made as in a new database, so that there is one text of each.
*/
#include "install.h"

#include "../db/query.h"
#include "../db/transaction.h"
#include "../model/error.h"
#include "drawn.h"
#include "secret.h"
#include "shapes.h"
#include "sql.h"

/* One upgrade a version that there was, and NULL at the end. */
static_assert(sizeof upgrade_sql / sizeof *upgrade_sql == INSTALL_VERSION,
              "sql/upgrade has one script for each earlier version");

/*
** Creating.
*/

static void install_schema(Operation *operation, const char *definition) {
  Query query = query_open(operation, STATEMENT_INSERT_SCHEMA);
  query_bind_text(&query, INSERT_SCHEMA_DEFINITION, text_of(definition));
  query_step(&query);
  query_close(&query);
}

/* Inserts every resource type of a JSON array. */
static void install_types(Operation *operation, const char *definitions) {
  Query query = query_open(operation, STATEMENT_INSERT_TYPES);
  query_bind_text(&query, INSERT_TYPES_DEFINITIONS, text_of(definitions));
  query_step(&query);
  query_close(&query);
}

static void install_scripts(Operation *operation, const char *const *scripts) {
  for (; *scripts; scripts++) query_script(operation, *scripts);
}

/* The definitions that every database begins with. There is no trigger yet that
** would fill in id, name and endpoint. */
static void install_definitions(Operation *operation) {
  install_schema(operation, User_json);
  install_schema(operation, EnterpriseUser_json);
  install_schema(operation, Group_json);
  install_types(operation, resource_types_json);
}

/* Triggers last: they are on the tables and on the views. */
static void install_views(Operation *operation) {
  install_scripts(operation, views_sql);
  install_scripts(operation, commit_sql);
}

/* A key that is short could be found by trying. */
static void install_check_key(Operation *operation, Text key) {
  if (key.data && !secret_is_digest(key))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'cursor_key' must be 64 hexadecimal digits in small "
              "letters");
}

/* The tables come with what SQL has drawn; it is replaced by what was given, so
** that none of it is left. */
static void install_give(Operation *operation, const Install *install) {
  Query query = query_open(operation, STATEMENT_GIVE_KEY);
  query_bind_text(&query, GIVE_KEY_CURSOR_KEY, install->cursor_key);
  query_step(&query);
  query_close(&query);
  query = query_open(operation, STATEMENT_GIVE_CREATED);
  query_bind_text(&query, GIVE_CREATED_NOW, install->now);
  query_step(&query);
  query_close(&query);
}

/* Where it is replicated every node makes them, and all must make the same. */
static void install_create(Operation *operation, const Install *install) {
  bool strict = install->says && install->replicated;
  if (strict && !install->now.data)
    error_set(operation, ERROR_INVALID_VALUE, DRAWN_NEEDS, "now");
  if (strict && !install->cursor_key.data)
    error_set(operation, ERROR_INVALID_VALUE, DRAWN_NEEDS, "cursor_key");
  install_scripts(operation, tables_sql);
  install_definitions(operation);
  install_give(operation, install);
  install_views(operation);
}

/*
** Upgrading.
*/

/* Texts of the arena end in zero. */
static void install_text(Operation *operation, Text script) {
  if (!script.size) return;
  assert(script.data[script.size] == 0);
  query_script(operation, script.data);
}

/* Takes away the views and triggers of a version. What makes the triggers anew
** that an application had on the views, which go with them. */
static Text install_take_away(Operation *operation, long long version) {
  Text drops = NO_TEXT, kept = NO_TEXT;
  Query query = query_open(operation, STATEMENT_MADE);
  query_bind_integer(&query, MADE_VERSION, version);
  if (query_step(&query)) {
    drops = query_text(&query, MADE_ROW_DROPS);
    kept = query_text(&query, MADE_ROW_KEPT);
  }
  query_close(&query);
  install_text(operation, drops);
  return kept;
}

/* Who was in a group is told by the trigger that will go on telling it, so that
** there is one text of that. Table, view and triggers have just been made: none
** of an application's is among them, so they are trusted in any case. */
static void install_fill_stays(Operation *operation) {
  query_run_trusting(operation, STATEMENT_FILL_STAYS);
  query_run(operation, STATEMENT_FILL_UNTOLD_STAYS);
}

/* Views and triggers go before the tables change, because they name what the
** scripts change. The application's own triggers come last, since they are on
** the views: one that can no longer be made undoes the upgrade, with what
** SQLite says of it, so that nobody's trigger is lost without a word. Those
** that it has on the tables do not fire meanwhile: a column that is filled is
** no change of anybody's. */
static void install_upgrade(Operation *operation, long long version) {
  bool before_stays = version <= 4, before_shapes = version <= 6;
  bool before_secrets = version <= 15;
  assert(version > 0);
  Text kept = install_take_away(operation, version);
  for (; version < INSTALL_VERSION; version++)
    query_script_upgrading(operation, upgrade_sql[version - 1]);
  install_views(operation);
  if (before_stays) install_fill_stays(operation);
  if (before_shapes) shapes_fill(operation);
  if (before_secrets) query_run_trusting(operation, STATEMENT_FORGET_KEYS);
  install_text(operation, kept);
}

/*
** Versions.
*/
static bool install_has_tables(Operation *operation) {
  Query query = query_open(operation, STATEMENT_COUNT_META);
  bool found =
      query_step(&query) && query_integer(&query, INSTALLED_ROW_TABLES) > 0;
  query_close(&query);
  return found;
}

/* The version of tables that are there; 0 with an error. */
static long long install_read_version(Operation *operation) {
  Query query = query_open(operation, STATEMENT_VERSION);
  long long version =
      query_step(&query) ? query_integer(&query, VERSION_ROW_VALUE) : 0;
  query_close(&query);
  if (version > 0) return version;
  error_corrupt(operation, "scim_meta holds no 'version'");
  return 0;
}

static void install_refuse_newer(Operation *operation, long long version) {
  if (version > INSTALL_VERSION)
    error_database(operation, SQLITE_ERROR,
                   "the scim tables are those of a newer version");
}

void install_check_version(Operation *operation) {
  long long version = install_read_version(operation);
  install_refuse_newer(operation, version);
  if (version < INSTALL_VERSION)
    error_database(
        operation, SQLITE_ERROR,
        "the scim tables are those of an earlier version: SELECT scim_init()");
}

/* Every connection reads the definitions anew then, and with them this. */
static void install_set_replicated(Operation *operation, bool replicated) {
  if (drawn_is_refused(operation) == replicated) return;
  query_run(operation,
            replicated ? STATEMENT_REPLICATE : STATEMENT_REPLICATE_NOT);
  query_run(operation, STATEMENT_NEXT_GENERATION);
}

/* Tables of this version are left as they are, so that an application may call
** scim_init each time it starts. */
int install_run(Operation *operation, const Install *install) {
  install_check_key(operation, install->cursor_key);
  transaction_begin_whole(operation);
  bool installed = install_has_tables(operation);
  long long version = installed ? install_read_version(operation) : 0;
  install_refuse_newer(operation, version);
  if (!failed(operation)) {
    if (version == 0)
      install_create(operation, install);
    else if (version < INSTALL_VERSION)
      install_upgrade(operation, version);
  }
  if (install->says) install_set_replicated(operation, install->replicated);
  transaction_end(operation);
  return failed(operation) ? 0 : INSTALL_VERSION;
}
