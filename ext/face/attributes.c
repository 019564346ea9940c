/*
** attributes.c: the table-valued function scim_attributes(doc).
**
**   SELECT path, type, value, "primary" FROM scim_attributes(
**     '{"userName":"ann","emails":[{"value":"a@b.no","type":"work"}]}');
**     -- userName      |      | ann    |
**     -- emails.value  | work | a@b.no |
**     -- emails.type   | work | work   |
**
** A resource flattened by its schema, one row a value: path, the type and
** primary of the element it is part of, the value, its data type, and the
** position of its element (from 0; NULL for a single value). The document
** says by "schemas" what it is; without them it is taken for a User. What it
** has beside its schema gives no rows, and NULL gives none at all; text that is
** not JSON is an SQL error. The tables need not be there: then the built-in
** schemas are meant. Read-only, and may be used in views.
**
**   SELECT id, path, value FROM scim_resource, scim_attributes(doc);
**
** HOW IT WORKS
**
** xFilter makes a list of leaves out of the document (../model/flatten.c), and
** the cursor follows it. Leaves point at attributes of the schemas; the cursor
** holds these (table_fill), because another call of the same SELECT may read
** the definitions anew while the cursor is open.
*/
#include "../model/flatten.h"
#include "../store/definitions.h"
#include "table.h"

SQLITE_EXTENSION_INIT3

/* The columns in their order; the document is the argument. */
enum {
  ATTRIBUTES_PATH,
  ATTRIBUTES_TYPE,
  ATTRIBUTES_VALUE,
  ATTRIBUTES_PRIMARY,
  ATTRIBUTES_DATA_TYPE,
  ATTRIBUTES_POSITION,
  ATTRIBUTES_DOC
};

#define ATTRIBUTES_COLUMNS                                                     \
  "CREATE TABLE x(path TEXT, type TEXT, value, \"primary\" INTEGER, "          \
  "data_type TEXT, position INTEGER, doc TEXT HIDDEN)"

typedef struct AttributesCursor {
  Cursor base;          /* its arena holds the leaves */
  sqlite3_value *given; /* the argument, in xFilter */
  Text doc;             /* the same, as the hidden column shows it */
  Leaf *leaf;           /* the row; NULL behind the last */
  long long at;         /* its number, from 0 */
} AttributesCursor;

static int attributes_connect(sqlite3 *db, void *connection, int argc,
                              const char *const *argv, sqlite3_vtab **table,
                              char **message) {
  (void)argc, (void)argv, (void)message;
  return table_connect(db, connection, ATTRIBUTES_COLUMNS,
                       SQLITE_VTAB_INNOCUOUS, table);
}

static int attributes_best_index(sqlite3_vtab *table,
                                 sqlite3_index_info *info) {
  (void)table;
  if (!table_arguments(info, ATTRIBUTES_DOC, 1)) return SQLITE_CONSTRAINT;
  if (!info->idxNum) return table_decline(info);
  info->estimatedCost = 30;
  info->estimatedRows = 30;
  return SQLITE_OK;
}

static int attributes_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
  (void)table;
  return table_open(sizeof(AttributesCursor), cursor);
}

/* Makes the leaves. The document is kept in the arena with them, since they
** point into it. */
static void attributes_body(Operation *operation, void *data) {
  AttributesCursor *own = data;
  own->doc = arena_copy(&operation->arena, call_value(operation, own->given));
  definitions_load(operation);
  const Json *doc = error_parse(operation, own->doc, "the document");
  const ResourceType *type = schema_type_or_first(operation, doc);
  if (!failed(operation)) own->leaf = flatten(operation, type, doc);
}

/* A document that is left out is NULL: in a join of a table whose documents may
** be missing, such a row has no values, and is no mistake. */
static int attributes_filter(sqlite3_vtab_cursor *cursor, int number,
                             const char *text, int argc, sqlite3_value **argv) {
  (void)text, (void)argc;
  AttributesCursor *own = (AttributesCursor *)cursor;
  own->leaf = NULL;
  own->at = 0;
  if (!number || sqlite3_value_type(argv[0]) == SQLITE_NULL) return SQLITE_OK;
  own->given = argv[0];
  return table_fill(cursor, attributes_body, own);
}

static int attributes_next(sqlite3_vtab_cursor *cursor) {
  AttributesCursor *own = (AttributesCursor *)cursor;
  own->leaf = own->leaf->next;
  own->at++;
  return SQLITE_OK;
}

static int attributes_eof(sqlite3_vtab_cursor *cursor) {
  return !((AttributesCursor *)cursor)->leaf;
}

/* A JSON value as SQLite's own functions give it (json_extract): booleans are 1
** and 0. Numbers stay text, so that none loses digits; the column has no type,
** and data_type tells. Leaves are never lists or objects. */
static void attributes_result(sqlite3_context *context, const Json *value) {
  assert(value->type != JSON_OBJECT && value->type != JSON_ARRAY);
  switch (value->type) {
  case JSON_TRUE:
  case JSON_FALSE:
    sqlite3_result_int(context, value->type == JSON_TRUE);
    break;
  case JSON_NULL:
    break;
  default:
    call_result(context, value->text);
  }
}

/* type and primary are those of the element (RFC 7643 section 2.4), also in the
** row of another of its sub-attributes: so "the work address" is one condition.
** A single value has no element, and json_member of none is none. */
static int attributes_column(sqlite3_vtab_cursor *cursor,
                             sqlite3_context *context, int column) {
  AttributesCursor *own = (AttributesCursor *)cursor;
  const Leaf *leaf = own->leaf;
  const Json *primary = json_member(leaf->element, "primary");
  switch (column) {
  case ATTRIBUTES_PATH:
    call_result(context, leaf->attribute->path);
    break;
  case ATTRIBUTES_TYPE:
    call_result(context, json_member_string(leaf->element, "type"));
    break;
  case ATTRIBUTES_VALUE:
    attributes_result(context, leaf->value);
    break;
  case ATTRIBUTES_PRIMARY:
    if (primary) attributes_result(context, primary);
    break;
  case ATTRIBUTES_DATA_TYPE:
    sqlite3_result_text(context, flatten_type_name(leaf->attribute->type), -1,
                        SQLITE_STATIC);
    break;
  case ATTRIBUTES_POSITION:
    if (leaf->position >= 0) sqlite3_result_int(context, leaf->position);
    break;
  default:
    call_result(context, own->doc);
  }
  return SQLITE_OK;
}

static int attributes_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid) {
  *rowid = ((AttributesCursor *)cursor)->at;
  return SQLITE_OK;
}

const sqlite3_module attributes_module = {.xConnect = attributes_connect,
                                          .xBestIndex = attributes_best_index,
                                          .xDisconnect = table_disconnect,
                                          .xOpen = attributes_open,
                                          .xClose = table_close,
                                          .xFilter = attributes_filter,
                                          .xNext = attributes_next,
                                          .xEof = attributes_eof,
                                          .xColumn = attributes_column,
                                          .xRowid = attributes_rowid};
