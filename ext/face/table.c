/*
** table.c: connecting, opening, and the arguments of table-valued functions.
**
** HOW IT WORKS
**
** A table of ours is a Table, a cursor a Cursor with its own fields behind it,
** as SQLite's interface has it: both begin with SQLite's part, and pointers to
** that are pointers to the whole.
**
** What a cursor shows must stay while other calls are made, and even while one
** of them replaces the schemas. So its rows are made by an operation whose
** arena and hold on the schemas it takes over (CallKept), and gives back when
** it is filled anew or closed. It never keeps a statement open.
*/
#include "table.h"

#include <stdarg.h>

SQLITE_EXTENSION_INIT3

/*
** Tables and cursors.
*/
/* SQLITE_VTAB_INNOCUOUS may be used in views and triggers of any schema,
** SQLITE_VTAB_DIRECTONLY from the top level only. */
int table_connect(sqlite3 *db, Connection *connection, const char *columns,
                  int safety, sqlite3_vtab **table) {
  int code = sqlite3_declare_vtab(db, columns);
  if (code == SQLITE_OK) code = sqlite3_vtab_config(db, safety);
  if (code != SQLITE_OK) return code;
  Table *own = sqlite3_malloc64(sizeof *own);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, sizeof *own);
  own->connection = connection;
  connection_hold(connection);
  *table = &own->base;
  return SQLITE_OK;
}

/* The connection object may be freed by that, so the table goes after it. */
int table_disconnect(sqlite3_vtab *table) {
  connection_release(table_connection(table));
  sqlite3_free(table);
  return SQLITE_OK;
}

int table_open(size_t size, sqlite3_vtab_cursor **cursor) {
  assert(size >= sizeof(Cursor));
  Cursor *own = sqlite3_malloc64(size);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, size);
  arena_init(&own->arena);
  *cursor = &own->base;
  return SQLITE_OK;
}

int table_close(sqlite3_vtab_cursor *cursor) {
  Cursor *own = (Cursor *)cursor;
  arena_close(&own->arena);
  schema_set_release(own->schemas);
  sqlite3_free(own);
  return SQLITE_OK;
}

/*
** Calls.
*/
/* SQLite frees the message, or takes it over. */
static void table_set_message(sqlite3_vtab *table, char *message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = message;
}

int table_call(sqlite3_vtab *table, OperationBody body, void *data,
               CallTransfer transfer) {
  char *message = NULL;
  int code = call_run(table_connection(table), body, data, &message, transfer);
  if (message) table_set_message(table, message);
  return code;
}

int table_fill(sqlite3_vtab_cursor *cursor, OperationBody body, void *data) {
  Cursor *own = (Cursor *)cursor;
  return table_call(cursor->pVtab, body, data,
                    (CallTransfer){&own->arena, &own->schemas});
}

int table_error(sqlite3_vtab *table, int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  table_set_message(table, sqlite3_vmprintf(format, arguments));
  va_end(arguments);
  return code;
}

/*
** Arguments.
*/
/* SQLite asks several times, with other constraints usable each time: in a join
** an argument may come from a table that is not yet read in that plan. To be
** refused the plan makes it try another order; without the refusal the argument
** would be taken for one that is left out. */
bool table_arguments(sqlite3_index_info *info, int first, int count) {
  int place[8] = {-1, -1, -1, -1, -1, -1, -1, -1}, next = 0;
  assert(count <= (int)(sizeof place / sizeof *place));
  info->idxNum = 0;
  for (int i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    int argument = constraint->iColumn - first;
    if ((constraint->op != SQLITE_INDEX_CONSTRAINT_EQ &&
         constraint->op != SQLITE_INDEX_CONSTRAINT_IS) ||
        argument < 0 || argument >= count)
      continue;
    if (!constraint->usable) return false;
    if (place[argument] < 0) place[argument] = i;
  }
  /* In the order of the columns, which is not that of the constraints. */
  for (int argument = 0; argument < count; argument++) {
    if (place[argument] < 0) continue;
    info->aConstraintUsage[place[argument]].argvIndex = ++next;
    info->aConstraintUsage[place[argument]].omit = 1;
    info->idxNum |= 1 << argument;
  }
  return true;
}

int table_decline(sqlite3_index_info *info) {
  info->estimatedCost = 1e99;
  info->estimatedRows = 1000000000;
  return SQLITE_OK;
}
