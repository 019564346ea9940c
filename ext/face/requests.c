/*
** requests.c: the virtual table scim.
**
**   INSERT INTO scim (method, target, body)
**   VALUES ('POST', '/Users', '{"userName":"ann"}');
**   SELECT status, detail FROM scim WHERE rowid = last_insert_rowid();
**
**   INSERT INTO scim (method, target, body)
**   SELECT 'POST', '/Users', json_object('userName', login) FROM employee;
**
** An INSERT is one request, the same as scim_apply(method, target, body,
** options), but every engine and driver sees that it writes. A SCIM failure
** does not make the INSERT fail: the outcome is a row of the log, and that is
** what a SELECT shows. The rowid is scim_log.seq. Rows cannot be changed or
** deleted here. An INSERT … SELECT is one transaction.
*/
#include "../service/request.h"
#include "face.h"

SQLITE_EXTENSION_INIT3

#define COLUMNS                                                                \
  "CREATE TABLE x(method TEXT, target TEXT, body TEXT, options TEXT, "         \
  "status INTEGER, scim_type TEXT, detail TEXT, time TEXT, tenant TEXT, "      \
  "token INTEGER, action TEXT, type TEXT, id TEXT, version INTEGER, "          \
  "before TEXT, after TEXT)"

#define QUERY                                                                  \
  "SELECT seq, method, target, NULL, NULL, status, scim_type, detail, time, "  \
  "tenant, token, action, type, id, version, before, after FROM scim_log "     \
  "WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq"

#define LAST_SEQ 0x7fffffffffffffffLL

typedef struct RequestCursor {
  FaceCursor base;
  sqlite3_stmt *statement;
  bool row;
} RequestCursor;

static int connect_table(sqlite3 *db, void *connection, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  return face_connect(db, connection, COLUMNS, SQLITE_VTAB_DIRECTONLY, table);
}

/*
** Writing.
*/
typedef struct Insertion {
  sqlite3_value **columns;
  long long seq;
} Insertion;

static void insert_body(Operation *operation, Connection *connection,
                        void *data) {
  Insertion *insertion = data;
  Request request;
  Json *options = face_options(operation, face_text(insertion->columns[3]));
  request_read(&request, operation, connection,
               face_text(insertion->columns[0]),
               face_text(insertion->columns[1]),
               face_text(insertion->columns[2]), options);
  request_handle(&request);
  insertion->seq = commit_last_seq(operation, connection);
}

static int update(sqlite3_vtab *table, int argc, sqlite3_value **argv,
                  sqlite3_int64 *rowid) {
  if (argc == 1 || sqlite3_value_type(argv[0]) != SQLITE_NULL) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("the log is not changed: only INSERT");
    return SQLITE_READONLY;
  }
  Insertion insertion = {argv + 2, 0};
  int code = face_call_table(table, insert_body, &insertion, NULL);
  *rowid = insertion.seq;
  return code;
}

/*
** Reading.
*/
static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  int next = 0;
  info->idxNum = 0;
  for (int i = 0; i < info->nConstraint; i++) {
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    if (constraint->iColumn != -1 || !constraint->usable ||
        constraint->op != SQLITE_INDEX_CONSTRAINT_EQ || next)
      continue;
    info->aConstraintUsage[i].argvIndex = ++next;
    info->idxNum = 1;
  }
  info->estimatedCost = next ? 10 : 1e6;
  info->estimatedRows = next ? 1 : 100000;
  if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn == -1 &&
      !info->aOrderBy[0].desc)
    info->orderByConsumed = 1;
  return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return face_open_cursor(sizeof(RequestCursor), cursor);
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
  sqlite3_finalize(((RequestCursor *)cursor)->statement);
  return face_close_cursor(cursor);
}

static int next_row(sqlite3_vtab_cursor *cursor) {
  RequestCursor *own = (RequestCursor *)cursor;
  int code = sqlite3_step(own->statement);
  own->row = code == SQLITE_ROW;
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text,
                  int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  RequestCursor *own = (RequestCursor *)cursor;
  sqlite3 *db = connection_db(((FaceTable *)cursor->pVtab)->connection);
  sqlite3_finalize(own->statement);
  own->statement = NULL;
  int code = sqlite3_prepare_v2(db, QUERY, -1, &own->statement, NULL);
  if (code != SQLITE_OK) {
    sqlite3_free(cursor->pVtab->zErrMsg);
    cursor->pVtab->zErrMsg = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    return code;
  }
  bool one = number == 1;
  sqlite3_bind_int64(own->statement, 1, one ? sqlite3_value_int64(argv[0]) : 0);
  sqlite3_bind_int64(own->statement, 2,
                     one ? sqlite3_value_int64(argv[0]) : LAST_SEQ);
  return next_row(cursor);
}

static int at_end(sqlite3_vtab_cursor *cursor) {
  return !((RequestCursor *)cursor)->row;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                  int number) {
  RequestCursor *own = (RequestCursor *)cursor;
  sqlite3_result_value(context,
                       sqlite3_column_value(own->statement, number + 1));
  return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *result) {
  *result = sqlite3_column_int64(((RequestCursor *)cursor)->statement, 0);
  return SQLITE_OK;
}

const sqlite3_module *face_requests(void) {
  static const sqlite3_module module = {FACE_METHODS, .xUpdate = update};
  return &module;
}
