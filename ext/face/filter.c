/*
** filter.c: the table-valued function scim_filter(type, filter).
**
**   SELECT id, doc ->> '$.userName'
**     FROM scim_filter('User', 'emails[type eq "work"] and active eq true');
**   SELECT count(*) FROM scim_filter('Group', 'members eq "2819c223…"');
**   SELECT id FROM scim_filter('User', 'title pr') WHERE tenant = 'acme';
**   SELECT id FROM scim_filter('User', NULL, 'name.familyName', 'descending');
**
** The resources of a type that match a SCIM filter (NULL or left out: all),
** of the tenant `default` unless another is named, in the order in which they
** were created or in that of sort_by and sort_order. A wrong filter, a sort_by
** that names no attribute and a sort_order that is neither ascending nor
** descending are SQL errors. Indexes narrow the search; so do conditions on the
** columns, = on id, and = and ranges on resource, rowid, created, modified and
** version. ORDER BY created, modified, resource or rowid is read from an index;
** for ORDER BY version with a LIMIT, which has none, versions are looked at but
** no document. A LIMIT stops the search early where nothing else is asked; an
** OFFSET reads what it passes over where a condition is.
** Read-only, works on read-only connections, and may be used in views.
**
** HOW IT WORKS
**
** xBestIndex hands over the hidden columns that are compared with = as
** arguments, behind them conditions on the other columns, of which idxStr says
** what they are, and where it is safe LIMIT and OFFSET. Conditions are handed
** over only to narrow the search: none is omitted, so that SQLite looks at them
** again, and one that would mean something else here (a value of another type,
** or a collation) is left to it altogether. Whether it would is known only when
** its value is, in xFilter: then the LIMIT is left to SQLite too, which counts
** rows again whatever is handed over, and passes over OFFSET of them unless it
** is told that this was done here. An order becomes a sort by meta, or by
** version, which ../store/sorted.c reads.
**
** xFilter reads the filter, plans and runs the search (../store/search.c) and
** keeps the rows' numbers and sort keys, not the documents: a million of them
** would not fit. Each resource is read when its row comes, into an arena of its
** own that the next row takes over. So a resource that the same statement has
** changed by then is shown as it is now, and one that it has deleted is passed
** over.
*/
#include "../store/definitions.h"
#include "../store/sorted.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; those from the type on are the arguments. */
enum {
  FILTERED_ID,
  FILTERED_DOC,
  FILTERED_VERSION,
  FILTERED_CREATED,
  FILTERED_MODIFIED,
  FILTERED_RESOURCE,
  FILTERED_TYPE,
  FILTERED_FILTER,
  FILTERED_SORT_BY,
  FILTERED_SORT_ORDER,
  FILTERED_TENANT
};

#define FILTERED_ARGUMENTS (FILTERED_TENANT - FILTERED_TYPE + 1)

#define FILTERED_COLUMNS                                                       \
  "CREATE TABLE x(id TEXT, doc TEXT, version INTEGER, created TEXT, "          \
  "modified TEXT, resource INTEGER, type TEXT HIDDEN, filter TEXT HIDDEN, "    \
  "sort_by TEXT HIDDEN, sort_order TEXT HIDDEN, "                              \
  "tenant TEXT HIDDEN)"

/* Bits of idxNum behind those of the arguments. */
#define FILTERED_HAS_LIMIT 32
#define FILTERED_HAS_OFFSET 64
#define FILTERED_BY_CREATED 128 /* ORDER BY, what SQLite wants of the order */
#define FILTERED_BY_MODIFIED 256
#define FILTERED_DESCENDS 512
#define FILTERED_BY_VERSION 1024
#define FILTERED_UNLIMITED 0x7fffffffffffffffLL

typedef struct FilteredCursor {
  Cursor base;       /* its arena holds the rows found, and the arguments */
  Arena one;         /* holds the current resource */
  Resource resource; /* the current one; its resource is 0 behind the last */
  sqlite3_value *const
      *given[FILTERED_ARGUMENTS];     /* in xFilter; NULL: left out */
  Text arguments[FILTERED_ARGUMENTS]; /* by filtered_argument */
  long long limit, offset;            /* what SQLite has handed over */
  int order;                          /* the bits of idxNum that say it */
  const char *tests;                  /* idxStr: of the conditions, */
  sqlite3_value **compared;           /* and what they compare with */
  Page found;                         /* the numbers of the rows */
  long long at;                       /* the current one among them */
} FilteredCursor;

static int filtered_connect(sqlite3 *db, void *connection, int argc,
                            const char *const *argv, sqlite3_vtab **table,
                            char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, FILTERED_COLUMNS, SQLITE_VTAB_INNOCUOUS,
                       table);
}

/*
** Planning.
*/
/* The constraint becomes an argument of xFilter, and SQLite does not look at it
** again. */
static void filtered_pass(sqlite3_index_info *info, int constraint,
                          int argument) {
  info->aConstraintUsage[constraint].argvIndex = argument;
  info->aConstraintUsage[constraint].omit = 1;
}

/* LIMIT and OFFSET may be taken over only if every other condition is (the
** arguments, and those that narrow) and no order is to be made, since SQLite
** would apply these to fewer rows than it needs. It should not offer a LIMIT
** then, and 3.40 does all the same. Beside a condition the rows that OFFSET
** passes over are SQLite's to count. */
static void filtered_take_limit(sqlite3_index_info *info, int arguments) {
  int limit = -1, offset = -1;
  bool other = info->nOrderBy > 0 && !info->orderByConsumed;
  for (int i = 0; i < info->nConstraint; i++) {
    unsigned char op = info->aConstraint[i].op;
    if (op == SQLITE_INDEX_CONSTRAINT_LIMIT) {
      limit = i;
    } else if (op == SQLITE_INDEX_CONSTRAINT_OFFSET) {
      offset = i;
    } else if (!info->aConstraintUsage[i].argvIndex) {
      other = true;
    }
  }
  if (other || limit < 0 || !info->aConstraint[limit].usable ||
      (offset >= 0 && !info->aConstraint[offset].usable))
    return;
  filtered_pass(info, limit, arguments + 1);
  info->idxNum |= FILTERED_HAS_LIMIT;
  if (offset < 0) return;
  filtered_pass(info, offset, arguments + 2);
  info->idxNum |= FILTERED_HAS_OFFSET;
  info->aConstraintUsage[offset].omit = !*info->idxStr;
}

/* The conditions that narrow a search. Each is a letter of idxStr: 'a' and its
** place in this table. */
static const struct {
  int column;
  unsigned char op;
  SearchBound bound; /* a text is compared with where its text is not NULL */
} filtered_tests[] = {
#define FILTERED_TEST(column, op, test, text, narrow)                          \
  {                                                                            \
    column, SQLITE_INDEX_CONSTRAINT_##op, { test, {text, 0}, 0, narrow }       \
  }
#define FILTERED_RANGES(column, name, text, narrow)                            \
  FILTERED_TEST(column, EQ, name " =", text, narrow),                          \
      FILTERED_TEST(column, GT, name " >", text, false),                       \
      FILTERED_TEST(column, GE, name " >=", text, false),                      \
      FILTERED_TEST(column, LT, name " <", text, false),                       \
      FILTERED_TEST(column, LE, name " <=", text, false)
    FILTERED_TEST(FILTERED_ID, EQ, "id =", "", true),
    FILTERED_RANGES(FILTERED_RESOURCE, "resource", NULL, true),
    FILTERED_RANGES(FILTERED_CREATED, "created", "", false),
    FILTERED_RANGES(FILTERED_MODIFIED, "modified", "", false),
    FILTERED_RANGES(FILTERED_VERSION, "version", NULL, false)};

#define FILTERED_TESTS ((int)(sizeof filtered_tests / sizeof *filtered_tests))

/* The place in the table of a condition, or -1. The rowid is the resource. A
** text under another collation is not what is compared here. */
static int filtered_test(sqlite3_index_info *info, int constraint) {
  const struct sqlite3_index_constraint *c = &info->aConstraint[constraint];
  int column = c->iColumn == -1 ? FILTERED_RESOURCE : c->iColumn;
  for (int i = 0; c->usable && i < FILTERED_TESTS; i++)
    if (filtered_tests[i].column == column && filtered_tests[i].op == c->op)
      return !filtered_tests[i].bound.text.data ||
                     !sqlite3_stricmp(sqlite3_vtab_collation(info, constraint),
                                      "BINARY")
                 ? i
                 : -1;
  return -1;
}

/* Is each argument a value that is written there, and not NULL? Since 3.41 a
** condition on each side of an OR may become a call of its own, with the
** arguments; and then SQLite looks at these again, where NULL is not equal to
** NULL. It does so where the calls together cost less than one of all. */
static bool filtered_is_written(sqlite3_index_info *info) {
  for (int i = 0; i < info->nConstraint; i++) {
    sqlite3_value *value = NULL;
    if (info->aConstraintUsage[i].omit &&
        (sqlite3_vtab_rhs_value(info, i, &value) != SQLITE_OK || !value ||
         sqlite3_value_type(value) == SQLITE_NULL))
      return false;
  }
  return true;
}

/* Hands conditions over behind the arguments. Returns how many arguments there
** are then, or -1 without memory. */
static int filtered_take_tests(sqlite3_index_info *info, int arguments) {
  char tests[SEARCH_BOUNDS + 1];
  int count = 0;
  bool written = filtered_is_written(info);
  for (int i = 0; i < info->nConstraint && count < SEARCH_BOUNDS; i++) {
    int test = filtered_test(info, i);
    if (test < 0) continue;
    tests[count++] = (char)('a' + test);
    info->aConstraintUsage[i].argvIndex = arguments + count;
    if (filtered_tests[test].bound.narrow) info->estimatedRows = 1;
    if (!written) continue;
    info->estimatedCost /= filtered_tests[test].bound.narrow ? 1000 : 4;
  }
  tests[count] = 0;
  info->idxStr = sqlite3_mprintf("%s", tests);
  info->needToFreeIdxStr = 1;
  return info->idxStr ? arguments + count : -1;
}

/* The order that a column is: 0 for that of creation, -1 for none of ours. */
static int filtered_order_of(int column) {
  switch (column) {
  case FILTERED_CREATED:
    return FILTERED_BY_CREATED;
  case FILTERED_MODIFIED:
    return FILTERED_BY_MODIFIED;
  case FILTERED_VERSION:
    return FILTERED_BY_VERSION;
  case FILTERED_RESOURCE:
  case -1:
    return 0;
  default:
    return -1;
  }
}

/* An order by one column, and of those who are equal there, as they come here
** either way, by the resource. Behind the resource nothing is equal. Where
** sort_by is given the rows are in another order; of an IN SQLite does not take
** an order at all. */
static void filtered_take_order(sqlite3_index_info *info) {
  int sort_by = 1 << (FILTERED_SORT_BY - FILTERED_TYPE);
  const struct sqlite3_index_orderby *by = info->aOrderBy;
  if (!info->nOrderBy || info->idxNum & sort_by) return;
  int order = filtered_order_of(by[0].iColumn);
  bool more = order > 0 && info->nOrderBy > 1;
  if (order < 0 ||
      (more && (filtered_order_of(by[1].iColumn) != 0 || by[1].desc)))
    return;
  info->idxNum |= order | (by[0].desc ? FILTERED_DESCENDS : 0);
  info->orderByConsumed = 1;
}

/* The order of versions has no index, and is worth asking for only where a
** LIMIT spares the others: rows are read fastest as they are stored. */
static void filtered_leave_order(sqlite3_index_info *info) {
  if (!(info->idxNum & FILTERED_BY_VERSION) ||
      info->idxNum & FILTERED_HAS_LIMIT)
    return;
  info->idxNum &= ~(FILTERED_BY_VERSION | FILTERED_DESCENDS);
  info->orderByConsumed = 0;
}

/* The costs only say that a filter narrows: which index it will use is not
** known before it is read. */
static int filtered_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  int arguments = 0; /* how many are given */
  if (!table_arguments(info, FILTERED_TYPE, FILTERED_ARGUMENTS))
    return SQLITE_CONSTRAINT;
  if (!(info->idxNum & 1)) return table_decline(info);
  for (int bit = 0; bit < FILTERED_ARGUMENTS; bit++)
    arguments += (info->idxNum >> bit) & 1;
  info->estimatedCost = info->idxNum & 2 ? 100 : 10000;
  info->estimatedRows = info->idxNum & 2 ? 10 : 10000;
  arguments = filtered_take_tests(info, arguments);
  if (arguments < 0) return SQLITE_NOMEM;
  filtered_take_order(info);
  filtered_take_limit(info, arguments);
  filtered_leave_order(info);
  return SQLITE_OK;
}

/*
** Cursors.
*/
static int filtered_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  int code = table_open(sizeof(FilteredCursor), cursor);
  if (code == SQLITE_OK) arena_init(&((FilteredCursor *)*cursor)->one);
  return code;
}

static int filtered_close(sqlite3_vtab_cursor *cursor) {
  arena_close(&((FilteredCursor *)cursor)->one);
  return table_close(cursor);
}

/* The argument of a hidden column. */
static Text filtered_argument(const FilteredCursor *own, int column) {
  assert(column >= FILTERED_TYPE && column <= FILTERED_TENANT);
  return own->arguments[column - FILTERED_TYPE];
}

/* One that is NULL is as if it were left out, but for the tenant: there NULL is
** no tenant's name, and finds nothing, as = NULL does. */
static void filtered_read_arguments(Operation *operation, FilteredCursor *own) {
  for (int i = 0; i < FILTERED_ARGUMENTS; i++) {
    Text text = TEXT("");
    if (own->given[i]) text = call_value(operation, *own->given[i]);
    own->arguments[i] = arena_copy(&operation->arena, text);
  }
  if (!own->given[FILTERED_TENANT - FILTERED_TYPE])
    own->arguments[FILTERED_TENANT - FILTERED_TYPE] = TEXT("default");
}

/* RFC 7644 section 3.4.2.3. Anything else, as SQL's desc, is refused: to sort
** the wrong way round without a word would be worse. */
static bool filtered_descends(Operation *operation, Text order) {
  if (!order.size || text_same(order, TEXT("ascending"))) return false;
  if (text_same(order, TEXT("descending"))) return true;
  error_set(operation, ERROR_INVALID_VALUE,
            "sort_order is ascending or descending, not '%.*s'",
            TEXT_ARG(order));
  return false;
}

/* What to sort by, and which way; errors name what is wrong. */
static void filtered_read_sort(Operation *operation, const FilteredCursor *own,
                               Search *search) {
  Text by = filtered_argument(own, FILTERED_SORT_BY);
  if (by.size) search->sort = schema_resolve(search->type, by);
  if (by.size && !search->sort)
    error_set(operation, ERROR_INVALID_VALUE, "unknown attribute '%.*s'",
              TEXT_ARG(by));
  if (search->sort && !key_sorts(search->sort))
    error_set(operation, ERROR_INVALID_VALUE, "'%.*s' has no value to sort by",
              TEXT_ARG(search->sort->path));
  search->descending =
      filtered_descends(operation, filtered_argument(own, FILTERED_SORT_ORDER));
}

/* What SQLite wants the order to be; of its own it is that of creation. */
static void filtered_read_order(const FilteredCursor *own, Search *search) {
  const char *path = own->order & FILTERED_BY_CREATED    ? "meta.created"
                     : own->order & FILTERED_BY_MODIFIED ? "meta.lastModified"
                                                         : NULL;
  search->by_version = own->order & FILTERED_BY_VERSION;
  if (!path && !search->by_version) return;
  if (path) search->sort = schema_resolve(search->type, text_of(path));
  search->descending = own->order & FILTERED_DESCENDS;
}

/* What narrows the search: conditions whose value has the type of the column.
** Of any other SQLite knows what it means, and then which rows a LIMIT counts.
** The rows that an OFFSET passes over are among those that it wants. */
static void filtered_read_bounds(Operation *operation,
                                 const FilteredCursor *own, Search *search) {
  long long most = FILTERED_UNLIMITED;
  if (own->limit < most - own->offset) most = own->limit + own->offset;
  if (*own->tests) {
    search->limit = most;
    search->offset = 0;
  }
  for (int i = 0; own->tests[i]; i++) {
    SearchBound bound = filtered_tests[own->tests[i] - 'a'].bound;
    int type = sqlite3_value_type(own->compared[i]);
    if (type != (bound.text.data ? SQLITE_TEXT : SQLITE_INTEGER)) {
      search->limit = FILTERED_UNLIMITED;
      continue;
    }
    if (bound.text.data)
      bound.text = call_value(operation, own->compared[i]);
    else
      bound.number = sqlite3_value_int64(own->compared[i]);
    search->bounds[search->bound_count++] = bound;
  }
}

/* Runs the search. The latest first is a page that ends before an edge behind
** all, whose nearest rows come last. */
static Page filtered_run(Operation *operation, const FilteredCursor *own,
                         Search *search) {
  static const SortKey end = {.resource = FILTERED_UNLIMITED};
  bool back = own->order == FILTERED_DESCENDS;
  if (!back) return sorted_run(operation, search);
  long long offset = search->offset;
  search->before = &end;
  search->offset = 0;
  search->limit = search->limit < FILTERED_UNLIMITED - offset
                      ? search->limit + offset
                      : FILTERED_UNLIMITED;
  Page page = search_run(operation, search);
  if (failed(operation)) return page;
  search_reverse(&page);
  long long passed = offset < page.count ? offset : page.count;
  if (passed) page.rows += passed;
  page.count -= passed;
  return page;
}

/* Finds the rows. The tenant needs no right here, as in SQL on the tables
** themselves: who can call this has the file. */
static void filtered_search_body(Operation *operation, void *data) {
  FilteredCursor *own = data;
  filtered_read_arguments(operation, own);
  if (!definitions_require(operation)) return;
  operation->tenant = filtered_argument(own, FILTERED_TENANT);
  Search search = {.type = schema_type_named(
                       operation, filtered_argument(own, FILTERED_TYPE)),
                   .offset = own->offset,
                   .limit = own->limit,
                   .untold = true};
  if (!search.type) return;
  Text filter = filtered_argument(own, FILTERED_FILTER);
  if (filter.size)
    search.filter = filter_parse(operation, search.type, NULL, filter);
  filtered_read_sort(operation, own, &search);
  filtered_read_order(own, &search);
  filtered_read_bounds(operation, own, &search);
  own->found = filtered_run(operation, own, &search);
}

/* Reads the resource of the current row; its number is 0 if it is there no
** more. The schemas are asked for again: definitions may have changed since. */
static void filtered_row_body(Operation *operation, void *data) {
  FilteredCursor *own = data;
  assert(own->at < own->found.count);
  if (!definitions_require(operation)) return;
  operation->tenant = filtered_argument(own, FILTERED_TENANT);
  if (!find_by_row(operation, own->found.rows[own->at].resource,
                   &own->resource) ||
      !text_same(own->resource.type->name,
                 filtered_argument(own, FILTERED_TYPE)))
    own->resource.resource = 0;
}

/* Reads the current row, or the next that is still there. */
static int filtered_read_row(sqlite3_vtab_cursor *cursor) {
  FilteredCursor *own = (FilteredCursor *)cursor;
  int code = SQLITE_OK;
  own->resource.resource = 0;
  for (; own->at < own->found.count; own->at++) {
    code = table_call(cursor->pVtab, filtered_row_body, own,
                      (CallTransfer){&own->one, NULL});
    if (code != SQLITE_OK || own->resource.resource) break;
  }
  return code;
}

static int filtered_next(sqlite3_vtab_cursor *cursor) {
  ((FilteredCursor *)cursor)->at++;
  return filtered_read_row(cursor);
}

/* Takes the arguments apart in the order in which xBestIndex has put them:
** hidden columns, the values of the conditions, LIMIT and OFFSET. A negative
** LIMIT is none, and a negative OFFSET 0, as SQLite has it. */
static int filtered_filter(sqlite3_vtab_cursor *cursor, int number,
                           const char *text, int argc, sqlite3_value **argv) {
  (void)argc;
  FilteredCursor *own = (FilteredCursor *)cursor;
  if (!(number & 1))
    return table_error(cursor->pVtab, SQLITE_ERROR,
                       "scim_filter needs a resource type");
  own->order = number & (FILTERED_BY_CREATED | FILTERED_BY_MODIFIED |
                         FILTERED_BY_VERSION | FILTERED_DESCENDS);
  own->tests = text;
  for (int i = 0; i < FILTERED_ARGUMENTS; i++)
    own->given[i] = number & (1 << i) ? argv++ : NULL;
  own->compared = argv;
  argv += strlen(text);
  own->limit = number & FILTERED_HAS_LIMIT ? sqlite3_value_int64(*argv++)
                                           : FILTERED_UNLIMITED;
  own->offset = number & FILTERED_HAS_OFFSET ? sqlite3_value_int64(*argv++) : 0;
  if (own->limit < 0) own->limit = FILTERED_UNLIMITED;
  if (own->offset < 0) own->offset = 0;
  own->at = own->found.count = 0;
  int code = table_fill(cursor, filtered_search_body, own);
  return code == SQLITE_OK ? filtered_read_row(cursor) : code;
}

static int filtered_eof(sqlite3_vtab_cursor *cursor) {
  const FilteredCursor *own = (FilteredCursor *)cursor;
  return own->at >= own->found.count;
}

/* Hidden columns show the arguments, as SQLite expects of those that it was
** told not to check. */
static int filtered_column(sqlite3_vtab_cursor *cursor,
                           sqlite3_context *context, int column) {
  const FilteredCursor *own = (FilteredCursor *)cursor;
  const Resource *resource = &own->resource;
  assert(resource->resource); /* read_row stops at nothing else */
  switch (column) {
  case FILTERED_ID:
    call_result(context, resource->id);
    break;
  case FILTERED_DOC:
    call_result(context, resource->doc);
    break;
  case FILTERED_VERSION:
    sqlite3_result_int64(context, resource->version);
    break;
  case FILTERED_CREATED:
    call_result(context, resource->created);
    break;
  case FILTERED_MODIFIED:
    call_result(context, resource->modified);
    break;
  case FILTERED_RESOURCE:
    sqlite3_result_int64(context, resource->resource);
    break;
  default:
    call_result(context, filtered_argument(own, column));
  }
  return SQLITE_OK;
}

static int filtered_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((FilteredCursor *)cursor)->resource.resource;
  return SQLITE_OK;
}

const sqlite3_module filter_module = {.xConnect = filtered_connect,
                                      .xBestIndex = filtered_best_index,
                                      .xDisconnect = table_disconnect,
                                      .xOpen = filtered_open,
                                      .xClose = filtered_close,
                                      .xFilter = filtered_filter,
                                      .xNext = filtered_next,
                                      .xEof = filtered_eof,
                                      .xColumn = filtered_column,
                                      .xRowid = filtered_rowid};
