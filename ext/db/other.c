/*
** other.c: a database file beside the one of the connection.
**
** HOW IT WORKS
**
** ATTACH on the host's own connection would not do. It opens for writing, and
** makes the file where there is none, unless the host has turned URIs on; and
** DETACH is refused while the statement that calls us reads, or within a
** transaction, so that the file would stay. So there is a connection of our
** own. Its "main" is a temporary database, in a file that SQLite makes and
** deletes, and the file is attached to it as a URI with mode=ro.
**
** That must not open what the host has forbidden: its authorizer is asked by
** explaining an ATTACH of the file, which is never run, and its limit of
** attached databases is looked at. The file system is the host's, as for
** ATTACH. Whatever a stranger's file defines, it finds no functions there but
** SQLite's own: the extension is not loaded into that connection.
**
** sqlite3_interrupt and a progress handler of the host are of its connection,
** and nothing runs there while we are at work here. So every so often a
** statement of few steps is run there, the pulse: when that is interrupted, or
** the host's handler, which counts its steps, says to stop, we stop as well.
*/
#include "other.h"

#include "../text/buffer.h"
#include "internal.h"

SQLITE_EXTENSION_INIT3

/* For how long another program's write is waited for, in milliseconds. */
#define OTHER_PATIENCE 5000

/* After how many steps of SQLite's machine the pulse is felt. It is five steps
** itself, so a handler that is called each thousand steps of its connection is
** called each 200,000 of this one, some milliseconds. */
#define OTHER_STEPS 1000

/*
** Opening.
*/

/* The error of a connection, with what was wanted of it. */
static void other_fail(Operation *operation, sqlite3 *db, Text file) {
  Text detail = arena_format(
      &operation->arena,
      "'%.*s' is no schema that is attached, and no file that can be read: %s",
      TEXT_ARG(file), sqlite3_errmsg(db));
  error_database(operation, sqlite3_extended_errcode(db), detail.data);
}

/* Does the program of a statement that is explained attach anything? */
static bool other_attaches(sqlite3_stmt *explained) {
  bool found = false;
  while (!found && sqlite3_step(explained) == SQLITE_ROW) {
    const char *opcode = (const char *)sqlite3_column_text(explained, 1);
    found = opcode && strcmp(opcode, "Function") == 0;
  }
  return found;
}

/* May the host's connection attach the file? An authorizer that says IGNORE
** makes of ATTACH a program that does nothing. */
static void other_check_allowed(Operation *operation, Text file) {
  sqlite3 *db = operation->connection->db;
  sqlite3_stmt *explained = NULL;
  Text name = arena_format(&operation->arena, "%.*s", TEXT_ARG(file));
  Text quoted =
      arena_format(&operation->arena, "EXPLAIN ATTACH %Q AS other", name.data);
  bool allowed = sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, -1) > 0;
  int code = sqlite3_prepare_v2(db, quoted.data, -1, &explained, NULL);
  allowed = allowed && code == SQLITE_OK && other_attaches(explained);
  if (code == SQLITE_OK) code = sqlite3_reset(explained);
  if (code != SQLITE_OK)
    other_fail(operation, db, file);
  else if (!allowed)
    error_database(operation, SQLITE_AUTH, "no database may be attached");
  sqlite3_finalize(explained);
}

/* The byte of a path within a URI: "//" at its beginning would begin a host. */
static void other_add_byte(Buffer *buffer, char byte, bool second) {
  const char *escaped = byte == '%'             ? "%25"
                        : byte == '?'           ? "%3F"
                        : byte == '#'           ? "%23"
                        : byte == '/' && second ? "%2F"
                                                : NULL;
  if (escaped)
    buffer_string(buffer, escaped);
  else
    buffer_char(buffer, byte);
}

/* The file as a URI for reading only. Of what a URI says of the mode the last
** word counts; behind "#" nothing does. */
static Text other_uri(Operation *operation, Text file) {
  Buffer buffer = buffer_new(&operation->arena);
  if (!text_begins(file, TEXT("file:"))) {
    buffer_string(&buffer, "file:");
    for (size_t i = 0; i < file.size; i++)
      other_add_byte(&buffer, file.data[i], i == 1);
    buffer_string(&buffer, "?mode=ro");
    return buffer_text(&buffer);
  }
  const char *end = memchr(file.data, '#', file.size);
  Text uri = end ? text_first(file, (size_t)(end - file.data)) : file;
  buffer_add(&buffer, uri);
  buffer_string(&buffer,
                memchr(uri.data, '?', uri.size) ? "&mode=ro" : "?mode=ro");
  return buffer_text(&buffer);
}

/* The file as a schema of the other connection, named as the caller named it,
** so that what SQLite says of it has that name. By parameters: a name may hold
** any character. Fails as other_fail says. */
static void other_attach(Operation *operation, const Other *other, Text file) {
  sqlite3_stmt *statement = NULL;
  Text uri = other_uri(operation, file);
  int code =
      sqlite3_prepare_v2(other->db, "ATTACH ?1 AS ?2", -1, &statement, NULL);
  if (code == SQLITE_OK) {
    sqlite3_bind_text64(statement, 1, uri.data, uri.size, SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    sqlite3_bind_text64(statement, 2, file.data, file.size, SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    sqlite3_step(statement);
    code = sqlite3_reset(statement);
  }
  if (code != SQLITE_OK) other_fail(operation, other->db, file);
  sqlite3_finalize(statement);
}

/* The file system of the host's database; NULL: the default. */
static const char *other_vfs(sqlite3 *db) {
  sqlite3_vfs *vfs = NULL;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  return vfs ? vfs->zName : NULL;
}

/* Is it over? What else may be wrong there is not for here. */
static int other_feel(void *pulse) {
  sqlite3_step(pulse);
  return sqlite3_reset(pulse) == SQLITE_INTERRUPT;
}

/* Also to take the file into the other database may take long: so before. */
static void other_listen(Operation *operation, Other *other) {
  sqlite3 *host = operation->connection->db;
  int code = sqlite3_prepare_v2(host, "SELECT 1", -1, &other->pulse, NULL);
  if (code != SQLITE_OK)
    error_database(operation, code, sqlite3_errmsg(host));
  else
    sqlite3_progress_handler(other->db, OTHER_STEPS, other_feel, other->pulse);
}

/* The connection beside is an empty temporary database, to which the file is
** attached: so nothing can be written to the file, and there is somewhere to
** work. It is handed to `other` before any error is set, for other_close to
** find it. */
void other_open(Operation *operation, Other *other, Text file) {
  sqlite3 *host = operation->connection->db;
  if (memchr(file.data, 0, file.size)) {
    error_database(operation, SQLITE_CANTOPEN,
                   "no file has U+0000 in its name");
    return;
  }
  other_check_allowed(operation, file);
  if (failed(operation)) return;
  int code = sqlite3_open_v2("", &other->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                 SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE,
                             other_vfs(host));
  if (other->db) other->connection = connection_new(other->db);
  if (!other->connection) arena_escape(&operation->arena);
  if (code != SQLITE_OK) {
    other_fail(operation, other->db, file);
    return;
  }
  sqlite3_busy_timeout(other->db, OTHER_PATIENCE);
  other_listen(operation, other);
  if (!failed(operation)) other_attach(operation, other, file);
}

/* What is kept for the connection goes with it, by way of scim_stmt. */
void other_close(Other *other) {
  int code = sqlite3_close(other->db);
  assert(code == SQLITE_OK);
  (void)code;
  if (other->connection) connection_release(other->connection);
  sqlite3_finalize(other->pulse);
  *other = (Other){NULL, NULL, NULL};
}

/*
** Copying.
**
** Nothing here is of the arena: no way leads out between the switch that
** silences triggers and the one that lets them fire again.
*/

/* An INSERT of a row with the columns of the statement. */
static sqlite3_stmt *other_prepare_insert(sqlite3 *db, sqlite3_stmt *rows,
                                          const char *table) {
  sqlite3_stmt *insert = NULL;
  sqlite3_str *text = sqlite3_str_new(db);
  int count = sqlite3_column_count(rows);
  sqlite3_str_appendf(text, "INSERT INTO main.\"%w\" (", table);
  for (int i = 0; i < count; i++)
    sqlite3_str_appendf(text, "%s\"%w\"", i ? ", " : "",
                        sqlite3_column_name(rows, i));
  for (int i = 0; i < count; i++)
    sqlite3_str_appendall(text, i ? ", ?" : ") VALUES (?");
  sqlite3_str_appendchar(text, 1, ')');
  char *sql = sqlite3_str_finish(text);
  if (sql) sqlite3_prepare_v2(db, sql, -1, &insert, NULL);
  sqlite3_free(sql);
  return insert;
}

/* False when the row was refused. */
static bool other_insert_row(sqlite3_stmt *insert, sqlite3_stmt *rows) {
  bool bound = true;
  for (int i = 0; i < sqlite3_column_count(rows) && bound; i++)
    bound = sqlite3_bind_value(insert, i + 1, sqlite3_column_value(rows, i)) ==
            SQLITE_OK;
  if (bound) sqlite3_step(insert);
  return sqlite3_reset(insert) == SQLITE_OK && bound;
}

/* False when it cannot be emptied. */
static bool other_empty(sqlite3 *db, const char *table) {
  char delete[64];
  sqlite3_snprintf(sizeof delete, delete, "DELETE FROM main.\"%w\"", table);
  return sqlite3_exec(db, delete, NULL, NULL, NULL) == SQLITE_OK;
}

/* Returns the connection that has failed, or NULL. */
static sqlite3 *other_copy_rows(sqlite3 *from, sqlite3 *to, const char *table) {
  char select[64];
  sqlite3_stmt *rows = NULL, *insert = NULL;
  sqlite3 *wrong = from;
  sqlite3_snprintf(sizeof select, select, "SELECT * FROM main.\"%w\"", table);
  if (sqlite3_prepare_v2(from, select, -1, &rows, NULL) == SQLITE_OK) {
    insert = other_prepare_insert(to, rows, table);
    bool going = insert != NULL;
    while (going && sqlite3_step(rows) == SQLITE_ROW)
      going = other_insert_row(insert, rows);
    wrong = !going ? to : sqlite3_reset(rows) == SQLITE_OK ? NULL : from;
  }
  sqlite3_finalize(rows);
  sqlite3_finalize(insert);
  return wrong;
}

/* Whether triggers fire is a setting of the connection, put back as it was
** found. A failure without a code is one of memory, by a text. */
void other_copy(Operation *operation, const Other *other, const char *table,
                bool silently) {
  sqlite3 *to = operation->connection->db;
  int fired = 1;
  if (failed(operation)) return;
  sqlite3_db_config(to, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &fired);
  if (silently) sqlite3_db_config(to, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3 *wrong = silently && !other_empty(to, table)
                       ? to
                       : other_copy_rows(other->db, to, table);
  if (silently)
    sqlite3_db_config(to, SQLITE_DBCONFIG_ENABLE_TRIGGER, fired, NULL);
  if (!wrong) return;
  int code = sqlite3_extended_errcode(wrong);
  if (code == SQLITE_OK) arena_escape(&operation->arena);
  error_database(operation, code, sqlite3_errmsg(wrong));
}
