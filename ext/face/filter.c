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
** were created or in that of sort_by and sort_order. A wrong filter is an SQL
*error. Indexes narrow the search; a
** LIMIT stops it early where nothing else is asked of the rows. Read-only,
** works on read-only connections, and may be used in views.
*/
#include "../store/find.h"
#include "face.h"

SQLITE_EXTENSION_INIT3

enum {
  ID,
  DOC,
  VERSION,
  CREATED,
  MODIFIED,
  RESOURCE,
  TYPE,
  FILTER,
  SORT_BY,
  SORT_ORDER,
  TENANT
};

#define ARGUMENTS (TENANT - TYPE + 1)

#define COLUMNS                                                                \
  "CREATE TABLE x(id TEXT, doc TEXT, version INTEGER, created TEXT, "          \
  "modified TEXT, resource INTEGER, type TEXT HIDDEN, filter TEXT HIDDEN, "    \
  "sort_by TEXT HIDDEN, sort_order TEXT HIDDEN, "                              \
  "tenant TEXT HIDDEN)"

/* Bits of idxNum behind those of the arguments. */
#define HAS_LIMIT 32
#define HAS_OFFSET 64
#define UNLIMITED 0x7fffffffffffffffLL

typedef struct FilterCursor {
  FaceCursor base; /* its arena holds the rows found, and the arguments */
  Arena one;       /* holds the current resource */
  Text type, filter, sort_by, sort_order, tenant;
  long long limit, offset;
  Found found;
  long long at;
  const SchemaSet *schemas;
  Resource resource;
} FilterCursor;

static int connect_table(sqlite3 *db, void *connection, int argc,
                         const char *const *argv, sqlite3_vtab **table,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  return face_connect(db, connection, COLUMNS, SQLITE_VTAB_INNOCUOUS, table);
}

/* LIMIT and OFFSET may be taken over only if there is no other condition and
** no order to be made: SQLite 3.40 offers them regardless. */
static void take_limit(sqlite3_index_info *info, int arguments) {
  int limit = -1, offset = -1;
  bool other = info->nOrderBy > 0;
  for (int i = 0; i < info->nConstraint; i++) {
    unsigned char op = info->aConstraint[i].op;
    if (op == 73 /* SQLITE_INDEX_CONSTRAINT_LIMIT */) {
      limit = i;
    } else if (op == 74 /* SQLITE_INDEX_CONSTRAINT_OFFSET */) {
      offset = i;
    } else if (!info->aConstraintUsage[i].argvIndex) {
      other = true;
    }
  }
  if (other || limit < 0 || !info->aConstraint[limit].usable ||
      (offset >= 0 && !info->aConstraint[offset].usable))
    return;
  info->aConstraintUsage[limit].argvIndex = ++arguments;
  info->aConstraintUsage[limit].omit = 1;
  info->idxNum |= HAS_LIMIT;
  if (offset < 0) return;
  info->aConstraintUsage[offset].argvIndex = ++arguments;
  info->aConstraintUsage[offset].omit = 1;
  info->idxNum |= HAS_OFFSET;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  int arguments = 0;
  if (!face_arguments(info, TYPE, ARGUMENTS)) return SQLITE_CONSTRAINT;
  if (!(info->idxNum & 1)) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("scim_filter needs a resource type");
    return SQLITE_ERROR;
  }
  for (int bit = 0; bit < ARGUMENTS; bit++)
    arguments += (info->idxNum >> bit) & 1;
  take_limit(info, arguments);
  info->estimatedCost = info->idxNum & 2 ? 100 : 10000;
  info->estimatedRows = info->idxNum & 2 ? 10 : 10000;
  return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return face_open_cursor(sizeof(FilterCursor), cursor);
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
  arena_close(&((FilterCursor *)cursor)->one);
  return face_close_cursor(cursor);
}

static void search_body(Operation *operation, Connection *connection,
                        void *data) {
  FilterCursor *own = data;
  own->type = arena_copy(&operation->arena, own->type);
  own->filter = arena_copy(&operation->arena, own->filter);
  own->sort_by = arena_copy(&operation->arena, own->sort_by);
  own->sort_order = arena_copy(&operation->arena, own->sort_order);
  own->tenant = arena_copy(&operation->arena, own->tenant);
  own->schemas = definitions_require(operation, connection);
  if (failed(operation)) return;
  Search search = {.tenant = own->tenant,
                   .type = schema_type(own->schemas, own->type),
                   .offset = own->offset,
                   .limit = own->limit};
  if (!search.type) {
    error_set(operation, ERROR_INVALID_VALUE,
              "there is no resource type '%.*s'", TEXT_ARG(own->type));
    return;
  }
  if (own->filter.size)
    search.filter = filter_parse(operation, search.type, NULL, own->filter);
  if (own->sort_by.size)
    search.sort = schema_resolve(search.type, own->sort_by);
  if (own->sort_by.size && !search.sort)
    error_set(operation, ERROR_INVALID_VALUE, "unknown attribute '%.*s'",
              TEXT_ARG(own->sort_by));
  search.descending = text_same(own->sort_order, text_of("descending"));
  own->found = find_search(operation, connection, own->schemas, &search);
}

static void row_body(Operation *operation, Connection *connection, void *data) {
  FilterCursor *own = data;
  own->schemas = definitions_require(operation, connection);
  if (!failed(operation) &&
      !find_by_row(operation, connection, own->schemas,
                   own->found.rows[own->at].resource, &own->resource))
    own->resource.resource = 0;
}

/* Rows that the same statement has deleted since are passed over. */
static int read_row(sqlite3_vtab_cursor *cursor) {
  FilterCursor *own = (FilterCursor *)cursor;
  int code = SQLITE_OK;
  own->resource.resource = 0;
  for (; own->at < own->found.count; own->at++) {
    code = face_call_table(cursor->pVtab, row_body, own, &own->one);
    if (code != SQLITE_OK || own->resource.resource) break;
  }
  return code;
}

static int next_row(sqlite3_vtab_cursor *cursor) {
  ((FilterCursor *)cursor)->at++;
  return read_row(cursor);
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text,
                  int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  FilterCursor *own = (FilterCursor *)cursor;
  Text *const arguments[] = {&own->type, &own->filter, &own->sort_by,
                             &own->sort_order, &own->tenant};
  own->type = own->filter = own->sort_by = own->sort_order = text_of("");
  own->tenant = text_of("default");
  for (int bit = 0; bit < ARGUMENTS; bit++)
    if (number & (1 << bit)) *arguments[bit] = face_text(*argv++);
  own->limit = number & HAS_LIMIT ? sqlite3_value_int64(*argv++) : UNLIMITED;
  own->offset = number & HAS_OFFSET ? sqlite3_value_int64(*argv++) : 0;
  if (own->limit < 0) own->limit = UNLIMITED;
  if (own->offset < 0) own->offset = 0;
  own->at = own->found.count = 0;
  int code = face_call_table(cursor->pVtab, search_body, own, &own->base.arena);
  return code == SQLITE_OK ? read_row(cursor) : code;
}

static int at_end(sqlite3_vtab_cursor *cursor) {
  FilterCursor *own = (FilterCursor *)cursor;
  return own->at >= own->found.count;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                  int number) {
  FilterCursor *own = (FilterCursor *)cursor;
  const Resource *resource = &own->resource;
  const Text texts[] = {resource->id,      resource->doc,      {NULL, 0},
                        resource->created, resource->modified, {NULL, 0},
                        own->type,         own->filter,        own->sort_by,
                        own->sort_order,   own->tenant};
  if (number == VERSION || number == RESOURCE) {
    sqlite3_result_int64(context, number == VERSION ? resource->version
                                                    : resource->resource);
  } else {
    face_result(context, texts[number]);
  }
  return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *result) {
  *result = ((FilterCursor *)cursor)->resource.resource;
  return SQLITE_OK;
}

const sqlite3_module *face_filter(void) {
  static const sqlite3_module module = {FACE_METHODS};
  return &module;
}
