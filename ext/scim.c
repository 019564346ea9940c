/*
** scim.c: the entry point: two tables of what is registered, and two loops.
**
** HOW IT WORKS
**
** Nothing here touches the database: the extension may be loaded on a
** read-only connection, and where the tables are not made yet. When registering
** fails, everything is taken back, because SQLite unloads a library whose entry
** point fails but keeps the functions that it has registered by then: the next
** call of one of them would run into memory that is not there any more.
**
** Each function and table holds the connection object (db/connection.h), whose
** first holder is this file, until all are registered.
*/
#include <sodium.h>

#include "face/functions.h"
#include "face/table.h"
#include "scim.h"

SQLITE_EXTENSION_INIT1

/* DIRECTONLY: from the top level only, never from a trigger or view, so that
** opening a stranger's database cannot write by it, or pass on a secret.
** INNOCUOUS: anywhere, even where the schema is not trusted. DETERMINISTIC are
** only those that do not read definitions. */
#define SCIM_WRITES (SQLITE_UTF8 | SQLITE_DIRECTONLY)
#define SCIM_PURE (SQLITE_UTF8 | SQLITE_INNOCUOUS)

/* A row for each number of arguments: SQLite finds the one that fits, and says
** "wrong number of arguments" by itself where none does. What an argument that
** is left out means is the function's own affair. */
static const FunctionEntry scim_functions[] = {
    {"scim_init", 0, SCIM_WRITES, init_body},
    {"scim_init", 1, SCIM_WRITES, init_body},
    {"scim_apply", 1, SCIM_WRITES, apply_body},
    {"scim_apply", 2, SCIM_WRITES, apply_body},
    {"scim_apply", 3, SCIM_WRITES, apply_body},
    {"scim_apply", 4, SCIM_WRITES, apply_body},
    {"scim_limits", 1, SCIM_WRITES, limits_body},
    {"scim_body_fault", 2, SCIM_WRITES, body_fault_body},
    {"scim_token", 2, SCIM_WRITES, token_body},
    {"scim_token", 3, SCIM_WRITES, token_body},
    {"scim_map", 2, SCIM_WRITES, map_body},
    {"scim_map", 3, SCIM_WRITES, map_body},
    {"scim_map_switch", 2, SCIM_WRITES, map_switch_body},
    {"scim_map_switch", 3, SCIM_WRITES, map_switch_body},
    {"scim_map_drop", 1, SCIM_WRITES, map_drop_body},
    {"scim_map_drop", 2, SCIM_WRITES, map_drop_body},
    {"scim_map_sql", 1, SCIM_PURE, map_sql_body},
    {"scim_map_adopt", 1, SCIM_WRITES, adopt_body},
    {"scim_map_adopt", 2, SCIM_WRITES, adopt_body},
    {"scim_review", 2, SCIM_WRITES, review_body},
    {"scim_review", 3, SCIM_WRITES, review_body},
    {"scim_review", 4, SCIM_WRITES, review_body},
    {"scim_secret", 0, SCIM_WRITES, secret_body},
    {"scim_token_rotate", 2, SCIM_WRITES, token_rotate_body},
    {"scim_token_rotate", 3, SCIM_WRITES, token_rotate_body},
    {"scim_client", 2, SCIM_WRITES, client_body},
    {"scim_client", 3, SCIM_WRITES, client_body},
    {"scim_client_rotate", 2, SCIM_WRITES, client_rotate_body},
    {"scim_client_rotate", 3, SCIM_WRITES, client_rotate_body},
    {"scim_tenant_remove", 2, SCIM_WRITES, tenant_remove_body},
    {"scim_tenant_remove", 3, SCIM_WRITES, tenant_remove_body},
    {"scim_forget", 2, SCIM_WRITES, forget_body},
    {"scim_replay", 1, SCIM_WRITES, replay_body},
    {"scim_replicable", 4, SCIM_WRITES, replicable_body},
    {"scim_release", 1, SCIM_WRITES, release_body},
    {"scim_release", 2, SCIM_WRITES, release_body},
    {"scim_prune", 1, SCIM_WRITES, prune_body},
    {"scim_prune", 2, SCIM_WRITES, prune_body},
    {"scim_prune", 3, SCIM_WRITES, prune_body},
    {"scim_match", 2, SCIM_PURE, match_body},
    {"scim_patch", 2, SCIM_PURE, patch_body},
    {"scim_validate", 2, SCIM_PURE, validate_body},
    {"scim_document", 2, SCIM_PURE, compose_body},
    {"scim_document", 3, SCIM_PURE, compose_body},
    {"scim_fold", 1, SCIM_PURE | SQLITE_DETERMINISTIC, fold_body},
    {"scim_e164", 1, SCIM_PURE | SQLITE_DETERMINISTIC, e164_body},
    {"scim_version", 0, SCIM_PURE | SQLITE_DETERMINISTIC, version_body},
    {"scim_debug", 0, SCIM_PURE | SQLITE_DETERMINISTIC, debug_body},
};

/* After the functions: a second load while statements run fails on the first
** function, with nothing replaced. */
static const ModuleEntry scim_modules[] = {
    {"scim", &requests_module},
    {"scim_filter", &filter_module},
    {"scim_attributes", &attributes_module},
    {"scim_as_of", &as_of_module},
    {"scim_provenance", &provenance_module},
    {"scim_explain", &explain_module},
    {"scim_map_preview", &preview_module},
    {"scim_check", &audit_module},
    {"scim_preview", &upsert_module},
    {"scim_stmt", &stmt_module},
};

#define SCIM_COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

/* SQLite calls the destructor even when registering fails. */
static int scim_register(sqlite3 *db, const ModuleEntry *entry,
                         Connection *connection) {
  connection_hold(connection);
  return sqlite3_create_module_v2(db, entry->name, entry->module, connection,
                                  connection_release);
}

/* Without a module, or a function, of the name SQLite drops what it has, and
** calls the destructor that releases the connection. */
static void scim_unregister(sqlite3 *db, int function_count, int module_count) {
  for (int i = 0; i < module_count; i++)
    sqlite3_create_module_v2(db, scim_modules[i].name, NULL, NULL, NULL);
  for (int i = 0; i < function_count; i++)
    call_register(db, &scim_functions[i], NULL);
}

/* libsodium is made ready here, once a process: calling it again does nothing,
** and from several threads is safe. */
SCIM_API int sqlite3_scim_init(sqlite3 *db, char **message,
                               const sqlite3_api_routines *api) {
  if (api) { /* a program that has it linked in may have none to give */
    SQLITE_EXTENSION_INIT2(api);
  }
  if (sodium_init() < 0) {
    *message = sqlite3_mprintf("scim: libsodium cannot be used");
    return SQLITE_ERROR;
  }
  Connection *connection = connection_new(db);
  if (!connection) return SQLITE_NOMEM;
  int code = SQLITE_OK, function = 0, module = 0;
  while (code == SQLITE_OK && function < SCIM_COUNT(scim_functions))
    code = call_register(db, &scim_functions[function++], connection);
  while (code == SQLITE_OK && module < SCIM_COUNT(scim_modules))
    code = scim_register(db, &scim_modules[module++], connection);
  if (code != SQLITE_OK) scim_unregister(db, function, module);
  connection_release(connection);
  return code;
}
