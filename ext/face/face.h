/*
** face.h: what SQL sees: the functions and virtual tables of the extension.
**
** Every entry here is called by SQLite: it opens an arena, turns SQL values
** into text, calls the layers below, and turns the outcome into a result. No
** SCIM rule is here.
*/
#ifndef SCIM_FACE_H
#define SCIM_FACE_H

#include "../store/connection.h"

/* One function of the registration table in ../scim.c. */
typedef struct FunctionEntry {
  const char *name;
  int arguments;
  int flags;
  void (*call)(sqlite3_context *, int, sqlite3_value **);
} FunctionEntry;

/* One virtual table. */
typedef struct ModuleEntry {
  const char *name;
  const sqlite3_module *(*module)(void);
} ModuleEntry;

/* functions.c */
void face_init(sqlite3_context *, int, sqlite3_value **);
void face_apply(sqlite3_context *, int, sqlite3_value **);
void face_match(sqlite3_context *, int, sqlite3_value **);
void face_patch(sqlite3_context *, int, sqlite3_value **);
void face_validate(sqlite3_context *, int, sqlite3_value **);
void face_token(sqlite3_context *, int, sqlite3_value **);
void face_version(sqlite3_context *, int, sqlite3_value **);
void face_debug(sqlite3_context *, int, sqlite3_value **);

/* One file each. */
const sqlite3_module *face_requests(void);   /* scim */
const sqlite3_module *face_filter(void);     /* scim_filter */
const sqlite3_module *face_attributes(void); /* scim_attributes */
const sqlite3_module *face_as_of(void);      /* scim_as_of */

/* call.c: the frame around every entry. The body runs in an operation with an
** arena of its own; a lack of memory in it comes back as SQLITE_NOMEM. */
typedef void (*FaceBody)(Operation *operation, Connection *connection,
                         void *data);

/* The result code; with an error, its message in *message (sqlite3_malloc,
** may be NULL). The arena is freed, or, where `kept` is given and there is no
** error, handed over to the caller, after what that held has been freed. */
int face_call(Connection *connection, FaceBody body, void *data, char **message,
              Arena *kept);

/* Of a virtual table that belongs to a connection: the base of both, and how
** every such table is connected, opened and closed. */
typedef struct FaceTable {
  sqlite3_vtab base;
  Connection *connection;
} FaceTable;

int face_connect(sqlite3 *db, Connection *connection, const char *columns,
                 int safety, sqlite3_vtab **table);
int face_disconnect(sqlite3_vtab *table);

/* The base of a cursor over what is in its arena, and how one is made, of the
** size that the table needs, zeroed. */
typedef struct FaceCursor {
  sqlite3_vtab_cursor base;
  Arena arena;
} FaceCursor;

int face_open_cursor(size_t size, sqlite3_vtab_cursor **cursor);
int face_close_cursor(sqlite3_vtab_cursor *cursor);

/* The methods of a table, by the names that every file here gives them. */
#define FACE_METHODS                                                           \
  .xConnect = connect_table, .xBestIndex = best_index,                         \
  .xDisconnect = face_disconnect, .xOpen = open_cursor,                        \
  .xClose = close_cursor, .xFilter = filter, .xNext = next_row,                \
  .xEof = at_end, .xColumn = column, .xRowid = rowid

/* face_call for a method of a table: the message becomes the table's. */
int face_call_table(sqlite3_vtab *table, FaceBody body, void *data,
                    Arena *kept);

/* Reads the hidden columns from `first` on as arguments of a table-valued
** function: those that are given with = come in this order in xFilter's
** arguments, and bit i of idxNum says that argument i is there. False when
** one is needed that cannot be used in this plan. */
bool face_arguments(sqlite3_index_info *info, int first, int count);

/* A text or NULL as the result of a column. */
void face_result(sqlite3_context *context, Text text);

/* Text of an SQL value, valid until the value changes; the empty text for
** NULL. */
Text face_text(sqlite3_value *value);

/* The JSON of options: NULL and the empty text are no options. */
Json *face_options(Operation *operation, Text text);

#endif
