/*
** table.h: what every virtual table here does alike.
**
** All are eponymous: nothing of them is stored in the database, and they are
** there as soon as the extension is loaded. A file writes its sqlite3_module
** out, with methods of its own names, and takes from here what is the same.
*/
#ifndef SCIM_TABLE_H
#define SCIM_TABLE_H

#include "call.h"

/* What SQLite 3.40's headers know by these names since 3.38. */
#ifndef SQLITE_INDEX_CONSTRAINT_LIMIT
#define SQLITE_INDEX_CONSTRAINT_LIMIT 73
#define SQLITE_INDEX_CONSTRAINT_OFFSET 74
#endif

/* One virtual table, as the registration table in ../scim.c has it. */
typedef struct ModuleEntry {
  const char *name;
  const sqlite3_module *module;
} ModuleEntry;

/* stmt.c, requests.c, filter.c, attributes.c, as_of.c, explain.c, preview.c,
** provenance.c, audit.c, upsert.c */
extern const sqlite3_module stmt_module, requests_module, filter_module,
    attributes_module, as_of_module, explain_module, preview_module,
    provenance_module, audit_module, upsert_module;

/* The base of every table, and its life. `columns` is a CREATE TABLE, `safety`
** SQLITE_VTAB_INNOCUOUS or SQLITE_VTAB_DIRECTONLY. */
typedef struct Table {
  sqlite3_vtab base;
  Connection *connection; /* held */
} Table;

int table_connect(sqlite3 *db, Connection *connection, const char *columns,
                  int safety, sqlite3_vtab **table);
int table_disconnect(sqlite3_vtab *table);

/* The connection of a table, and of a cursor's table. */
static inline Connection *table_connection(const sqlite3_vtab *table) {
  return ((const Table *)table)->connection;
}

/* The base of every cursor: rows in an arena, and the schemas that they refer
** to, which it holds. A cursor is made zeroed, of the size that the table
** needs for its own. */
typedef struct Cursor {
  sqlite3_vtab_cursor base;
  Arena arena;
  SchemaSet *schemas;
} Cursor;

int table_open(size_t size, sqlite3_vtab_cursor **cursor);
int table_close(sqlite3_vtab_cursor *cursor);

/* Runs a body for a method of a table: its message becomes the table's. */
int table_call(sqlite3_vtab *table, OperationBody body, void *data,
               CallTransfer transfer);

/* The same for a cursor, which then holds what the body has allocated, and the
** schemas that it has read by, in place of what it held before. */
int table_fill(sqlite3_vtab_cursor *cursor, OperationBody body, void *data);

/* Sets the table's message, formatted as by sqlite3_mprintf, and returns the
** code. */
int table_error(sqlite3_vtab *table, int code, const char *format, ...);

/* Reads the hidden columns from `first` on as arguments of a table-valued
** function: those given with = or IS come in this order in xFilter's
** arguments, and bit i of idxNum says that argument i is there. False when
** one is needed that cannot be used in this plan. */
bool table_arguments(sqlite3_index_info *info, int first, int count);

/* For xBestIndex, where an argument is missing that must be given: a plan that
** is taken only when there is no other, and then fails in xFilter, or is empty.
** An error at once would be wrong, because for an OR SQLite asks what each side
** by itself would cost, and does not show the arguments then. */
int table_decline(sqlite3_index_info *info);

#endif
