/*
** audit.c: the table-valued function scim_check.
**
**   SELECT * FROM scim_check;                       -- no row: all is well
**   SELECT kind, count(*) FROM scim_check GROUP BY kind;
**
** What is wrong in the database, a row each:
**
**   kind    file (SQLite's own check), meta, definition (settings and rules
**           too), stale (no mistake: an index waits for the next write), chain
**           (the log is not as it was written), state (a resource is not what
**           the log says), member (nor is a membership), stay (nor is since
**           when), index, count, token (one that opens nothing), outbox (a job
**           is not what the change was), orphan (a row about what is not
**           there), unreadable
**   tenant, type, id
**           whom it is about; NULL where that is nobody
**   seq     of the row of the log
**   detail  for a person
**
** Of a kind of mistake no more than a thousand are told. It reads the whole
** database, once or twice: a matter of seconds for a hundred thousand users.
** Read-only, works on read-only connections, and may be used in views.
**
** HOW IT WORKS
**
** xFilter and xNext run one part of the check after the other
** (../store/audit.c) until one has found something. All parts see the database
** at one moment, since the statement that reads this table reads it.
*/
#include "../store/audit.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order. */
enum {
  AUDIT_KIND,
  AUDIT_TENANT,
  AUDIT_TYPE,
  AUDIT_ID,
  AUDIT_SEQ,
  AUDIT_DETAIL
};

#define AUDIT_COLUMNS                                                          \
  "CREATE TABLE x(kind TEXT, tenant TEXT, type TEXT, id TEXT, seq INTEGER, "   \
  "detail TEXT)"

typedef struct AuditCursor {
  Cursor base; /* its arena holds the findings of the part */
  FindingList list;
  size_t at;           /* the row among them */
  int part;            /* that comes next */
  sqlite3_int64 rowid; /* of the row, from 1 */
} AuditCursor;

static int audit_connect(sqlite3 *db, void *connection, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, AUDIT_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

static int audit_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->estimatedCost = 1e9;
  return SQLITE_OK;
}

static int audit_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(AuditCursor), cursor);
}

/*
** Reading.
*/
static void audit_body(Operation *operation, void *data) {
  AuditCursor *own = data;
  own->list = audit_part(operation, own->part++);
}

/* Goes on to the next part that has found something. */
static int audit_find(sqlite3_vtab_cursor *cursor) {
  AuditCursor *own = (AuditCursor *)cursor;
  int code = SQLITE_OK;
  while (code == SQLITE_OK && own->at >= own->list.count &&
         own->part < audit_parts()) {
    own->at = own->list.count = 0;
    code = table_fill(cursor, audit_body, own);
    if (code != SQLITE_OK) own->list.count = 0;
  }
  return code;
}

static int audit_filter(sqlite3_vtab_cursor *cursor, int number,
                        const char *text, int argc, sqlite3_value **argv) {
  (void)number, (void)text, (void)argc, (void)argv;
  AuditCursor *own = (AuditCursor *)cursor;
  own->part = 0;
  own->at = own->list.count = 0;
  own->rowid = 1;
  return audit_find(cursor);
}

static int audit_next(sqlite3_vtab_cursor *cursor) {
  AuditCursor *own = (AuditCursor *)cursor;
  own->at++;
  own->rowid++;
  return audit_find(cursor);
}

static int audit_eof(sqlite3_vtab_cursor *cursor) {
  const AuditCursor *own = (AuditCursor *)cursor;
  return own->at >= own->list.count;
}

/* A finding that is about no row of the log has NULL for seq; what else it is
** not about is NULL too, since a text without data is. */
static int audit_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                        int column) {
  const AuditCursor *own = (AuditCursor *)cursor;
  assert(own->at < own->list.count);
  const Finding *finding = &own->list.items[own->at];
  const Text texts[] = {[AUDIT_KIND] = finding->kind,
                        [AUDIT_TENANT] = finding->tenant,
                        [AUDIT_TYPE] = finding->type,
                        [AUDIT_ID] = finding->id,
                        [AUDIT_DETAIL] = finding->detail};
  if (column != AUDIT_SEQ)
    call_result(context, texts[column]);
  else if (finding->seq)
    sqlite3_result_int64(context, finding->seq);
  return SQLITE_OK;
}

static int audit_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((AuditCursor *)cursor)->rowid;
  return SQLITE_OK;
}

const sqlite3_module audit_module = {.xConnect = audit_connect,
                                     .xBestIndex = audit_best_index,
                                     .xDisconnect = table_disconnect,
                                     .xOpen = audit_open,
                                     .xClose = table_close,
                                     .xFilter = audit_filter,
                                     .xNext = audit_next,
                                     .xEof = audit_eof,
                                     .xColumn = audit_column,
                                     .xRowid = audit_rowid};
