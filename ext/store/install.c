/*
** install.c: creates and upgrades the tables.
**
** HOW IT WORKS
**
** All of it is one transaction or, within one of the caller's, one savepoint;
** the SQL stands in sql/tables, sql/views and sql/commit, in this order. The
** definitions of User, Group and the enterprise extension come in before the
** triggers that check a definition: a test knows that these are right, and a
** hundredth of a second a row is saved.
*/
#include "install.h"

#include "../db/query.h"
#include "../db/transaction.h"
#include "sql.h"

/* One statement with a text for its parameter. */
static void install_each(Operation *operation, const char *sql,
                         const char *text) {
  Query query = query_open_text(operation, text_of(sql));
  query_bind_text(&query, 1, text_of(text));
  query_step(&query);
  query_close(&query);
}

static void install_scripts(Operation *operation, const char *const *scripts) {
  for (; *scripts; scripts++) query_script(operation, *scripts);
}

static void install_create(Operation *operation) {
  static const char insert_schema[] =
      "INSERT INTO scim_schema (definition, id) "
      "VALUES (json(?1), json_extract(?1, '$.id'))";
  install_scripts(operation, tables_sql);
  install_each(operation, insert_schema, User_json);
  install_each(operation, insert_schema, EnterpriseUser_json);
  install_each(operation, insert_schema, Group_json);
  install_each(operation,
               "INSERT INTO scim_resource_type (definition, name, endpoint) "
               "SELECT value, value ->> 'name', value ->> 'endpoint' "
               "FROM json_each(?1)",
               resource_types_json);
  install_scripts(operation, views_sql);
  install_scripts(operation, commit_sql);
}

/*
** Versions.
*/
static bool install_has_tables(Operation *operation) {
  Query query = query_open_text(
      operation, TEXT("SELECT 1 FROM sqlite_schema WHERE name = 'scim_meta'"));
  bool found = query_step(&query);
  query_close(&query);
  return found;
}

/* The version of the tables, 0 where there are none. */
static long long install_read_version(Operation *operation) {
  if (!install_has_tables(operation)) return 0;
  Query query = query_open_text(
      operation, TEXT("SELECT value FROM scim_meta WHERE name = 'version'"));
  long long version = query_step(&query) ? query_integer(&query, 0) : 0;
  query_close(&query);
  return version;
}

void install_check_version(Operation *operation, long long version) {
  if (version > INSTALL_VERSION)
    error_database(operation, SQLITE_ERROR,
                   "the scim tables are those of a newer version");
}

int install_run(Operation *operation) {
  transaction_begin_whole(operation);
  long long version = install_read_version(operation);
  install_check_version(operation, version);
  if (version == 0) install_create(operation);
  transaction_end(operation);
  return failed(operation) ? 0 : INSTALL_VERSION;
}
