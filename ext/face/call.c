#include "face.h"

SQLITE_EXTENSION_INIT3

int face_call(Connection *connection, FaceBody body, void *data, char **message,
              Arena *kept) {
  Operation operation;
  if (ARENA_OPEN(&operation.arena)) {
    connection_reset(connection);
    arena_close(&operation.arena);
    return SQLITE_NOMEM;
  }
  operation_init(&operation);
  body(&operation, connection, data);
  int code = SQLITE_OK;
  if (failed(&operation)) {
    connection_reset(connection);
    code = operation.sqlite ? operation.sqlite : SQLITE_ERROR;
    *message = sqlite3_mprintf("%.*s", TEXT_ARG(operation.detail));
  } else if (kept) {
    arena_close(kept);
    *kept = operation.arena;
    return SQLITE_OK;
  }
  arena_close(&operation.arena);
  return code;
}

int face_call_table(sqlite3_vtab *table, FaceBody body, void *data,
                    Arena *kept) {
  char *message = NULL;
  int code =
      face_call(((FaceTable *)table)->connection, body, data, &message, kept);
  if (message) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = message;
  }
  return code;
}

/*
** Tables.
*/
int face_connect(sqlite3 *db, Connection *connection, const char *columns,
                 int safety, sqlite3_vtab **table) {
  int code = sqlite3_declare_vtab(db, columns);
  if (code == SQLITE_OK) code = sqlite3_vtab_config(db, safety);
  if (code != SQLITE_OK) return code;
  FaceTable *own = sqlite3_malloc64(sizeof *own);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, sizeof *own);
  own->connection = connection;
  connection_hold(connection);
  *table = &own->base;
  return SQLITE_OK;
}

int face_disconnect(sqlite3_vtab *table) {
  connection_release(((FaceTable *)table)->connection);
  sqlite3_free(table);
  return SQLITE_OK;
}

int face_open_cursor(size_t size, sqlite3_vtab_cursor **cursor) {
  FaceCursor *own = sqlite3_malloc64(size);
  if (!own) return SQLITE_NOMEM;
  memset(own, 0, size);
  arena_init(&own->arena);
  *cursor = &own->base;
  return SQLITE_OK;
}

int face_close_cursor(sqlite3_vtab_cursor *cursor) {
  arena_close(&((FaceCursor *)cursor)->arena);
  sqlite3_free(cursor);
  return SQLITE_OK;
}

bool face_arguments(sqlite3_index_info *info, int first, int count) {
  int place[8] = {-1, -1, -1, -1, -1, -1, -1, -1}, next = 0;
  info->idxNum = 0;
  for (int i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    int argument = constraint->iColumn - first;
    if (constraint->op != SQLITE_INDEX_CONSTRAINT_EQ || argument < 0 ||
        argument >= count)
      continue;
    if (!constraint->usable) return false;
    if (place[argument] < 0) place[argument] = i;
  }
  for (int argument = 0; argument < count; argument++) {
    if (place[argument] < 0) continue;
    info->aConstraintUsage[place[argument]].argvIndex = ++next;
    info->aConstraintUsage[place[argument]].omit = 1;
    info->idxNum |= 1 << argument;
  }
  return true;
}

void face_result(sqlite3_context *context, Text text) {
  if (text.data) {
    sqlite3_result_text64(context, text.data, text.size, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  } else {
    sqlite3_result_null(context);
  }
}

Text face_text(sqlite3_value *value) {
  Text text = {NULL, 0};
  if (sqlite3_value_type(value) == SQLITE_NULL) return text;
  if (sqlite3_value_type(value) == SQLITE_BLOB) {
    text.data = sqlite3_value_blob(value);
  } else {
    text.data = (const char *)sqlite3_value_text(value);
  }
  text.size = (size_t)sqlite3_value_bytes(value);
  return text;
}

Json *face_options(Operation *operation, Text text) {
  return text.size ? error_parse(operation, text, "the options") : NULL;
}
