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
** what a SELECT shows. The rowid is scim_log.seq; it is 0 after a request that
** leaves no row, because it only reads (GET, dry_run), so that nobody takes
** the outcome of an earlier one for its own. A dry run has its reply, and what
** it would change, from scim_apply only. Rows cannot be changed or deleted
** here. An INSERT … SELECT is one transaction.
**
** HOW IT WORKS
**
** Writing and reading have nothing in common but the columns: xUpdate takes a
** request through its steps (../service/request.c), the cursor walks over the
** log. A row at a time is fetched by its number, since no statement can stay
** open between two calls: it would hold its snapshot while requests of the same
** SELECT write. So a SELECT that inserts sees the rows that it makes.
*/
#include "../db/transaction.h"
#include "../service/handle.h"
#include "../store/commit.h"
#include "../store/definitions.h"
#include "../store/log.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order. The first four are what an INSERT gives; body and
** options are NULL when they are read, since the log does not keep them. */
enum {
  REQUESTS_METHOD,
  REQUESTS_TARGET,
  REQUESTS_BODY,
  REQUESTS_OPTIONS,
  REQUESTS_STATUS,
  REQUESTS_SCIM_TYPE,
  REQUESTS_DETAIL,
  REQUESTS_TIME,
  REQUESTS_TENANT,
  REQUESTS_TOKEN,
  REQUESTS_ACTION,
  REQUESTS_TYPE,
  REQUESTS_ID,
  REQUESTS_VERSION,
  REQUESTS_BEFORE,
  REQUESTS_AFTER
};

#define REQUESTS_COLUMNS                                                       \
  "CREATE TABLE x(method TEXT, target TEXT, body TEXT, options TEXT, "         \
  "status INTEGER, scim_type TEXT, detail TEXT, time TEXT, tenant TEXT, "      \
  "token INTEGER, action TEXT, type TEXT, id TEXT, version INTEGER, "          \
  "before TEXT, after TEXT)"

#define REQUESTS_LAST_SEQ 0x7fffffffffffffffLL

typedef struct RequestsCursor {
  Cursor base;         /* its arena holds the row */
  LogRow row;          /* the current one; its seq is 0 behind the last */
  long long after, to; /* of seq: what is still to be shown */
  bool backwards;      /* from the last row to the first */
} RequestsCursor;

static int requests_connect(sqlite3 *db, void *connection, int argc,
                            const char *const *argv, sqlite3_vtab **table,
                            char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, REQUESTS_COLUMNS, SQLITE_VTAB_DIRECTONLY,
                       table);
}

/*
** Writing.
*/
typedef struct RequestsInsertion {
  sqlite3_value **columns; /* what is given for each */
  long long seq;           /* of the row in the log, or 0 */
} RequestsInsertion;

/* Whether the request has left a row is told by SQLite's count of changes: one
** that changes anything leaves a row, and none of the others changes anything
** (../service/request.c). The resource that a reply would have is not shown to
** anybody, and not made. */
static void requests_insert_body(Operation *operation, void *data) {
  RequestsInsertion *insertion = data;
  long long changes = transaction_changes(operation);
  Json *options = call_options(
      operation, call_value(operation, insertion->columns[REQUESTS_OPTIONS]));
  Request *request = handle_new(
      operation, call_value(operation, insertion->columns[REQUESTS_METHOD]),
      call_value(operation, insertion->columns[REQUESTS_TARGET]),
      call_value(operation, insertion->columns[REQUESTS_BODY]), options);
  request->reply->unread = true;
  handle_run(request);
  if (transaction_changes(operation) != changes)
    insertion->seq = operation->logged;
}

/* An INSERT comes with a NULL in front of its columns, for the old rowid, and
** a new rowid, which is not asked for. */
static int requests_update(sqlite3_vtab *table, int argc, sqlite3_value **argv,
                           sqlite3_int64 *rowid) {
  if (argc == 1 || sqlite3_value_type(argv[0]) != SQLITE_NULL)
    return table_error(table, SQLITE_READONLY,
                       "the log is not changed: only INSERT");
  RequestsInsertion insertion = {argv + 2, 0};
  int code = table_call(table, requests_insert_body, &insertion,
                        (CallTransfer){NULL, NULL});
  *rowid = insertion.seq;
  return code;
}

/*
** Reading.
*/
/* Bits of idxNum: which bounds of the rowid come as arguments, in this order,
** and which way the rows go. */
#define REQUESTS_EQUALS 1
#define REQUESTS_ABOVE 2 /* > or >= */
#define REQUESTS_BELOW 4 /* < or <= */
#define REQUESTS_BACKWARDS 8

/* The bound that a test of the rowid is; 0 for none. */
static int requests_bound(const struct sqlite3_index_constraint *constraint) {
  if (constraint->iColumn != -1 || !constraint->usable) return 0;
  switch (constraint->op) {
  case SQLITE_INDEX_CONSTRAINT_EQ:
    return REQUESTS_EQUALS;
  case SQLITE_INDEX_CONSTRAINT_GT:
  case SQLITE_INDEX_CONSTRAINT_GE:
    return REQUESTS_ABOVE;
  case SQLITE_INDEX_CONSTRAINT_LT:
  case SQLITE_INDEX_CONSTRAINT_LE:
    return REQUESTS_BELOW;
  default:
    return 0;
  }
}

/* The rows come in the order of their numbers, either way, and no others than
** those between the bounds. None of these is omitted: SQLite looks again, so
** that > need not be told from >=, and what is no integer may be left to it. */
static int requests_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  int next = 0;
  info->idxNum = 0;
  for (int bound = REQUESTS_EQUALS; bound <= REQUESTS_BELOW; bound *= 2) {
    for (int i = 0; i < info->nConstraint; i++) {
      if (requests_bound(&info->aConstraint[i]) != bound) continue;
      info->aConstraintUsage[i].argvIndex = ++next;
      info->idxNum |= bound;
      break;
    }
  }
  bool one = info->idxNum & REQUESTS_EQUALS;
  info->estimatedCost = one ? 10 : 1e6 / (1 + next);
  info->estimatedRows = one ? 1 : 100000 / (1 + next);
  if (one) info->idxFlags |= SQLITE_INDEX_SCAN_UNIQUE;
  if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn == -1) {
    info->orderByConsumed = 1;
    if (info->aOrderBy[0].desc) info->idxNum |= REQUESTS_BACKWARDS;
  }
  return SQLITE_OK;
}

static int requests_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(RequestsCursor), cursor);
}

/* Nothing more is done than that: tenants are not told apart, as in SQL on
** scim_log itself. */
static void requests_next_body(Operation *operation, void *data) {
  RequestsCursor *own = data;
  own->row = own->backwards ? log_previous(operation, own->after, own->to)
                            : log_next(operation, own->after, own->to);
}

/* The first row asks whose tables these are: a log of another version may mean
** something else. */
static void requests_first_body(Operation *operation, void *data) {
  if (definitions_require(operation)) requests_next_body(operation, data);
}

static int requests_fill(sqlite3_vtab_cursor *cursor, OperationBody body) {
  RequestsCursor *own = (RequestsCursor *)cursor;
  int code = table_fill(cursor, body, own);
  if (own->backwards)
    own->to = own->row.seq - 1;
  else
    own->after = own->row.seq;
  return code;
}

static int requests_next(sqlite3_vtab_cursor *cursor) {
  return requests_fill(cursor, requests_next_body);
}

/* Narrows what is to be shown by a bound, if it is an integer: of anything else
** SQLite knows what it means. To look for one number is to begin just before
** it, and to end with it. There is none below 1, and nothing can be subtracted
** from the least of integers. */
static void requests_narrow(RequestsCursor *own, int bound,
                            sqlite3_value *value) {
  if (sqlite3_value_type(value) != SQLITE_INTEGER) return;
  long long seq = sqlite3_value_int64(value);
  if (bound != REQUESTS_BELOW && seq - (seq > 0) > own->after)
    own->after = seq - (seq > 0);
  if (bound != REQUESTS_ABOVE && seq < own->to) own->to = seq;
}

/* xFilter: the conditions on seq as one range, which only gets narrower; the
** bits of number are in the order in which xBestIndex numbered the arguments.
*/
static int requests_filter(sqlite3_vtab_cursor *cursor, int number,
                           const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  RequestsCursor *own = (RequestsCursor *)cursor;
  own->after = 0;
  own->to = REQUESTS_LAST_SEQ;
  own->backwards = number & REQUESTS_BACKWARDS;
  for (int bound = REQUESTS_EQUALS; bound <= REQUESTS_BELOW; bound *= 2)
    if (number & bound) requests_narrow(own, bound, *argv++);
  return requests_fill(cursor, requests_first_body);
}

static int requests_eof(sqlite3_vtab_cursor *cursor) {
  return !((RequestsCursor *)cursor)->row.seq;
}

/* The numbers of a row are NULL rather than 0. */
static void requests_result(sqlite3_context *context, long long number) {
  if (number) sqlite3_result_int64(context, number);
}

/* A text that is none, as that of a column which the log does not have, is
** NULL. */
static int requests_column(sqlite3_vtab_cursor *cursor,
                           sqlite3_context *context, int column) {
  const LogRow *row = &((RequestsCursor *)cursor)->row;
  assert(row->seq > 0);
  const Text texts[] = {[REQUESTS_METHOD] = row->method,
                        [REQUESTS_TARGET] = row->target,
                        [REQUESTS_SCIM_TYPE] = row->scim_type,
                        [REQUESTS_DETAIL] = row->detail,
                        [REQUESTS_TIME] = row->time,
                        [REQUESTS_TENANT] = row->tenant,
                        [REQUESTS_ACTION] = row->action,
                        [REQUESTS_TYPE] = row->type,
                        [REQUESTS_ID] = row->id,
                        [REQUESTS_BEFORE] = row->before,
                        [REQUESTS_AFTER] = row->after};
  switch (column) {
  case REQUESTS_STATUS:
    requests_result(context, row->status);
    break;
  case REQUESTS_TOKEN:
    requests_result(context, row->token);
    break;
  case REQUESTS_VERSION:
    requests_result(context, row->version);
    break;
  default:
    call_result(context, texts[column]);
  }
  return SQLITE_OK;
}

static int requests_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((RequestsCursor *)cursor)->row.seq;
  return SQLITE_OK;
}

const sqlite3_module requests_module = {.xConnect = requests_connect,
                                        .xBestIndex = requests_best_index,
                                        .xDisconnect = table_disconnect,
                                        .xOpen = requests_open,
                                        .xClose = table_close,
                                        .xFilter = requests_filter,
                                        .xNext = requests_next,
                                        .xEof = requests_eof,
                                        .xColumn = requests_column,
                                        .xRowid = requests_rowid,
                                        .xUpdate = requests_update};
