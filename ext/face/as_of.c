/*
** as_of.c: the table-valued function scim_as_of(type, time).
**
**   SELECT id, doc ->> '$.userName', doc ->> '$.active'
**     FROM scim_as_of('User', '2026-01-31T00:00:00Z');
**
** The resources of a type as they stood at a moment, put together from the
** log: id, doc, version, and modified, the time of the last change until
** then. Of the tenant `default` unless another is named. The cost grows with
** the log of the type. Members of groups on a date: sql/reports.
*/
#include "../store/definitions.h"
#include "../store/history.h"
#include "../text/instant.h"
#include "face.h"

SQLITE_EXTENSION_INIT3

enum { ID, DOC, VERSION, MODIFIED, TYPE, TIME, TENANT };

#define COLUMNS                                                                \
  "CREATE TABLE x(id TEXT, doc TEXT, version INTEGER, modified TEXT, "         \
  "type TEXT HIDDEN, time TEXT HIDDEN, tenant TEXT HIDDEN)"

typedef struct AsOfCursor {
  FaceCursor base;
  Text type, time, tenant;
  PastList list;
  long long at;
} AsOfCursor;

static int connect_table(sqlite3 *db, void *connection, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  return face_connect(db, connection, COLUMNS, SQLITE_VTAB_INNOCUOUS, table);
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  if (!face_arguments(info, TYPE, 3)) return SQLITE_CONSTRAINT;
  if ((info->idxNum & 3) != 3) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("scim_as_of needs a type and a time");
    return SQLITE_ERROR;
  }
  info->estimatedCost = 1e6;
  info->estimatedRows = 10000;
  return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return face_open_cursor(sizeof(AsOfCursor), cursor);
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
  return face_close_cursor(cursor);
}

static void replay_body(Operation *operation, Connection *connection,
                        void *data) {
  AsOfCursor *own = data;
  Text time;
  own->type = arena_copy(&operation->arena, own->type);
  own->time = arena_copy(&operation->arena, own->time);
  own->tenant = arena_copy(&operation->arena, own->tenant);
  const SchemaSet *set = definitions_require(operation, connection);
  if (failed(operation)) return;
  const ResourceType *type = schema_type(set, own->type);
  if (!type)
    error_set(operation, ERROR_INVALID_VALUE,
              "there is no resource type '%.*s'", TEXT_ARG(own->type));
  if (!instant_canonical(&operation->arena, own->time, &time))
    error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is not a time",
              TEXT_ARG(own->time));
  if (type && !failed(operation))
    own->list =
        history_as_of(operation, connection, own->tenant, type->name, time);
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text,
                  int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  AsOfCursor *own = (AsOfCursor *)cursor;
  own->type = face_text(argv[0]);
  own->time = face_text(argv[1]);
  own->tenant = number & 4 ? face_text(argv[2]) : text_of("default");
  own->at = own->list.count = 0;
  return face_call_table(cursor->pVtab, replay_body, own, &own->base.arena);
}

static int next_row(sqlite3_vtab_cursor *cursor) {
  ((AsOfCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor) {
  AsOfCursor *own = (AsOfCursor *)cursor;
  return own->at >= own->list.count;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                  int number) {
  AsOfCursor *own = (AsOfCursor *)cursor;
  const Past *past = &own->list.items[own->at];
  const Text texts[] = {past->id,  past->doc, {NULL, 0},  past->modified,
                        own->type, own->time, own->tenant};
  if (number == VERSION) {
    sqlite3_result_int64(context, past->version);
  } else {
    face_result(context, texts[number]);
  }
  return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *result) {
  *result = ((AsOfCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module *face_as_of(void) {
  static const sqlite3_module module = {FACE_METHODS};
  return &module;
}
