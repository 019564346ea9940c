/*
** as_of.c: the table-valued function scim_as_of(type, time).
**
**   SELECT id, doc ->> '$.userName', doc ->> '$.active'
**     FROM scim_as_of('User', '2026-01-31T00:00:00Z');
**
** The resources of a type as they stood at a moment, put together from the
** log: id, doc, version, and modified, the time of the last change until
** then. Of the tenant `default` unless another is named, and in the order of
** their ids. Members of groups on a date: scim_membership_interval.
**
** WHERE id = … costs what the log has about that resource, LIMIT what it has
** about those up to the last one shown, and everything else grows with the log
** of the type.
**
** A date without a time is midnight in UTC, and the changes of that very moment
** have happened. A type that is not defined, a time that cannot be read, and
** one before the horizon of the log (scim_prune) are SQL errors; rows of the
** log that are missing are SQLITE_CORRUPT. Read-only, works on read-only
** connections, and may be used in views.
**
** HOW IT WORKS
**
** There is no way to look into the past row by row: a resource's state is the
** sum of the patches in the log. So xFilter replays them (../store/history.c),
** of one id or of all, and the cursor walks over what came out, which it keeps
** in its arena. LIMIT and OFFSET end the replay early, where nothing else is
** asked of the rows.
*/
#include "../store/definitions.h"
#include "../store/history.h"
#include "../text/instant.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; those from the type on are the arguments. */
enum {
  AS_OF_ID,
  AS_OF_DOC,
  AS_OF_VERSION,
  AS_OF_MODIFIED,
  AS_OF_TYPE,
  AS_OF_TIME,
  AS_OF_TENANT
};

/* The bits of idxNum say which arguments are there (table_arguments). */
#define AS_OF_HAS_BOTH 3 /* the type and the time */
#define AS_OF_HAS_TENANT 4
#define AS_OF_HAS_ID 8
#define AS_OF_HAS_LIMIT 16
#define AS_OF_HAS_OFFSET 32

#define AS_OF_UNLIMITED 0x7fffffffffffffffLL

#define AS_OF_COLUMNS                                                          \
  "CREATE TABLE x(id TEXT, doc TEXT, version INTEGER, modified TEXT, "         \
  "type TEXT HIDDEN, time TEXT HIDDEN, tenant TEXT HIDDEN)"

typedef struct AsOfCursor {
  Cursor base;             /* its arena holds all that is below */
  sqlite3_value **given;   /* in xFilter: type, time, and perhaps more */
  int which;               /* the bits of what is given */
  Text type, time, tenant; /* the arguments, as hidden columns show them */
  PastList list;           /* the resources */
  long long at;            /* the row among them, from 0 */
} AsOfCursor;

static int as_of_connect(sqlite3 *db, void *connection, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, AS_OF_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

/*
** Planning.
*/

/* Which constraint is an equality of ids, a LIMIT, or an OFFSET? The bit, or 0
** for what SQLite has to look at itself: also ids that are to be equal in
** another collation. */
static int as_of_bit(sqlite3_index_info *info, int i) {
  const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
  if (!constraint->usable) return 0;
  if (constraint->op == SQLITE_INDEX_CONSTRAINT_LIMIT) return AS_OF_HAS_LIMIT;
  if (constraint->op == SQLITE_INDEX_CONSTRAINT_OFFSET) return AS_OF_HAS_OFFSET;
  if (constraint->iColumn == AS_OF_ID &&
      constraint->op == SQLITE_INDEX_CONSTRAINT_EQ &&
      !strcmp(sqlite3_vtab_collation(info, i), "BINARY"))
    return AS_OF_HAS_ID;
  return 0;
}

/* Takes the first constraint of the kind, which SQLite does not look at again;
** the arguments of xFilter are in the order in which this is called. */
static void as_of_take(sqlite3_index_info *info, int bit, int *arguments) {
  for (int i = 0; i < info->nConstraint; i++) {
    if (info->aConstraintUsage[i].argvIndex || as_of_bit(info, i) != bit)
      continue;
    info->aConstraintUsage[i].argvIndex = ++*arguments;
    info->aConstraintUsage[i].omit = 1;
    info->idxNum |= bit;
    return;
  }
}

/* LIMIT and OFFSET may be taken over only if there is no other condition and
** no order to be made, since SQLite would apply these to fewer rows than it
** needs. It should not offer a LIMIT then, and 3.40 does all the same. */
static bool as_of_may_limit(sqlite3_index_info *info) {
  bool may = !info->nOrderBy || info->orderByConsumed;
  for (int i = 0; i < info->nConstraint; i++)
    if (!info->aConstraintUsage[i].argvIndex &&
        !(as_of_bit(info, i) & (AS_OF_HAS_LIMIT | AS_OF_HAS_OFFSET)))
      may = false;
  return may;
}

/* An order by id is the one that there is anyway; id and LIMIT are taken, so
** that what nobody wants is not put together. */
static int as_of_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  if (!table_arguments(info, AS_OF_TYPE, 3)) return SQLITE_CONSTRAINT;
  if ((info->idxNum & AS_OF_HAS_BOTH) != AS_OF_HAS_BOTH)
    return table_decline(info);
  int arguments = info->idxNum & AS_OF_HAS_TENANT ? 3 : 2;
  info->orderByConsumed = info->nOrderBy == 1 && !info->aOrderBy[0].desc &&
                          info->aOrderBy[0].iColumn == AS_OF_ID;
  as_of_take(info, AS_OF_HAS_ID, &arguments);
  if (as_of_may_limit(info)) {
    as_of_take(info, AS_OF_HAS_LIMIT, &arguments);
    as_of_take(info, AS_OF_HAS_OFFSET, &arguments);
  }
  bool one = info->idxNum & AS_OF_HAS_ID;
  info->estimatedCost = one ? 100 : 1e6;
  info->estimatedRows = one ? 1 : 10000;
  return SQLITE_OK;
}

/*
** Reading.
*/
static int as_of_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(AsOfCursor), cursor);
}

/* Keeps the arguments, since SQLite takes them away after xFilter. Behind the
** tenant come the id, the LIMIT and the OFFSET, of which a negative one is
** none, as SQLite has it. */
static void as_of_read_arguments(Operation *operation, AsOfCursor *own,
                                 PastQuestion *question) {
  Arena *arena = &operation->arena;
  sqlite3_value **given = own->given;
  own->type = arena_copy(arena, call_value(operation, *given++));
  own->time = arena_copy(arena, call_value(operation, *given++));
  own->tenant = own->which & AS_OF_HAS_TENANT
                    ? arena_copy(arena, call_value(operation, *given++))
                    : TEXT("default");
  if (own->which & AS_OF_HAS_ID) {
    bool blob = sqlite3_value_type(*given) == SQLITE_BLOB; /* equals no text */
    question->id = call_value(operation, *given++);
    if (blob || !question->id.data) question->limit = 0;
  }
  if (own->which & AS_OF_HAS_LIMIT) {
    long long limit = sqlite3_value_int64(*given++);
    if (limit >= 0 && limit < question->limit) question->limit = limit;
  }
  if (own->which & AS_OF_HAS_OFFSET) own->at = sqlite3_value_int64(*given);
  if (own->at < 0) own->at = 0;
  if (question->limit <= AS_OF_UNLIMITED - own->at) question->limit += own->at;
}

/* Fills the cursor with the resources. Errors are those of a wrong call: an
** unknown type, and what is no time (RFC 7643 section 2.3.5). */
static void as_of_body(Operation *operation, void *data) {
  AsOfCursor *own = data;
  PastQuestion question = {.limit = AS_OF_UNLIMITED};
  as_of_read_arguments(operation, own, &question);
  if (!definitions_require(operation)) return;
  operation->tenant = own->tenant;
  question.type = schema_type_named(operation, own->type);
  if (!instant_canonical(&operation->arena, own->time, &question.time))
    error_set(operation, ERROR_INVALID_VALUE, "'%.*s' is not a time",
              TEXT_ARG(own->time));
  if (question.type && !failed(operation))
    own->list = history_as_of(operation, &question);
}

/* All rows are made here: that a moment has been pruned, or is no time, is told
** before the first of them. */
static int as_of_filter(sqlite3_vtab_cursor *cursor, int number,
                        const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  AsOfCursor *own = (AsOfCursor *)cursor;
  if ((number & AS_OF_HAS_BOTH) != AS_OF_HAS_BOTH)
    return table_error(cursor->pVtab, SQLITE_ERROR,
                       "scim_as_of needs a type and a time");
  own->given = argv;
  own->which = number;
  own->at = own->list.count = 0;
  return table_fill(cursor, as_of_body, own);
}

static int as_of_next(sqlite3_vtab_cursor *cursor) {
  ((AsOfCursor *)cursor)->at++;
  return SQLITE_OK;
}

static int as_of_eof(sqlite3_vtab_cursor *cursor) {
  AsOfCursor *own = (AsOfCursor *)cursor;
  return own->at >= own->list.count;
}

/* Hidden columns show the arguments as they were given. */
static int as_of_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                        int column) {
  AsOfCursor *own = (AsOfCursor *)cursor;
  assert(own->at < own->list.count);
  const Past *past = &own->list.items[own->at];
  const Text texts[] = {[AS_OF_ID] = past->id,
                        [AS_OF_DOC] = past->doc,
                        [AS_OF_MODIFIED] = past->modified,
                        [AS_OF_TYPE] = own->type,
                        [AS_OF_TIME] = own->time,
                        [AS_OF_TENANT] = own->tenant};
  if (column == AS_OF_VERSION) {
    sqlite3_result_int64(context, past->version);
  } else {
    call_result(context, texts[column]);
  }
  return SQLITE_OK;
}

static int as_of_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((AsOfCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module as_of_module = {.xConnect = as_of_connect,
                                     .xBestIndex = as_of_best_index,
                                     .xDisconnect = table_disconnect,
                                     .xOpen = as_of_open,
                                     .xClose = table_close,
                                     .xFilter = as_of_filter,
                                     .xNext = as_of_next,
                                     .xEof = as_of_eof,
                                     .xColumn = as_of_column,
                                     .xRowid = as_of_rowid};
