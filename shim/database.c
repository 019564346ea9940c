/*
** database.c: see database.h.
**
** There are two kinds of connection. A reader is opened read-only, so that no
** mistake of ours could write through it, and has a small cache. A
** writer has the pragmas that make many small transactions cheap without
** giving up one of them: WAL, synchronous FULL, and few checkpoints.
*/
#include "database.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "extension.h"
#include "log.h"
#include "wal_file.h"

/* Kilobytes of the caches of all readers, and the least that one has. */
#define DATABASE_READ_CACHE 32768
#define DATABASE_READ_CACHE_LEAST 1024

/* From so many pages on the write-ahead log is moved into the file, where
** nobody else sees to that. */
#define DATABASE_CHECKPOINT 8000

/* So many columns of a row are handed over from the stack. */
#define DATABASE_COLUMNS 20

/* Whoever looks on is called after so many steps of SQLite's machine: a look at
** the clock costs less than a hundredth of them. */
#define DATABASE_STEPS 1000

/* Begun anew, the file of the log is cut to this; above it, it is emptied. */
#define DATABASE_WAL_KEPT 134217728LL

/*
** Opening and closing.
*/

static int database_load_file(Database *database, const char *path,
                              Output *complaint) {
  char *message = NULL;
  int code = sqlite3_load_extension(database->handle, path, NULL, &message);
  if (code != SQLITE_OK)
    output_format(complaint, "cannot load %s: %s", path,
                  message ? message : "out of memory");
  sqlite3_free(message);
  return code;
}

/* Loads the extension, and behind it those of the application, which its
** triggers call. Loading is switched off again at once: no SQL may ever load
** more. */
static int database_load(Database *database, const Options *options,
                         Output *complaint) {
  char path[EXTENSION_PATH];
  if (!extension_find(options, path)) {
    output_text(complaint, SCIM_FILE " is not found; use --extension FILE");
    return SQLITE_ERROR;
  }
  sqlite3_db_config(database->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1,
                    (int *)0);
  int code = database_load_file(database, path, complaint);
  for (int i = 0; code == SQLITE_OK && i < options->load.count; i++)
    code = database_load_file(database, options->load.items[i], complaint);
  sqlite3_db_config(database->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
                    (int *)0);
  return code;
}

/* Runs a pragma that says something. Returns the statement, at its row, or NULL
** if it could not; either way it is to be finalized. */
static sqlite3_stmt *database_ask_pragma(Database *database, const char *pragma,
                                         int *code) {
  sqlite3_stmt *statement = NULL;
  *code = sqlite3_prepare_v2(database->handle, pragma, -1, &statement, NULL);
  if (*code == SQLITE_OK) *code = sqlite3_step(statement);
  if (*code == SQLITE_ROW) *code = SQLITE_OK;
  return statement;
}

/* Without the write-ahead log a writer would keep the readers waiting, and a
** file that cannot have one (in memory, on some network file systems) cannot
** be served by several connections at all. */
static int database_require_wal(Database *database, Output *complaint) {
  int code;
  sqlite3_stmt *statement =
      database_ask_pragma(database, "PRAGMA journal_mode = WAL", &code);
  if (code == SQLITE_OK) {
    const char *mode = (const char *)sqlite3_column_text(statement, 0);
    code = mode && strcmp(mode, "wal") == 0 ? SQLITE_OK : SQLITE_CANTOPEN;
    if (code) output_text(complaint, "the file cannot have a write-ahead log");
  }
  sqlite3_finalize(statement);
  return code;
}

/* Where the disk or the rights allow no writing SQLite opens the file to read
** it, and says so when something is written. That would be with the first write
** of a client, if a write-ahead log is there already. */
static int database_require_writable(Database *database, Output *complaint) {
  if (sqlite3_db_readonly(database->handle, "main") != 1) return SQLITE_OK;
  output_text(complaint, "the file cannot be written");
  return SQLITE_READONLY;
}

/* In which encoding texts come: UTF-8 unless somebody has chosen another. */
static int database_learn_encoding(Database *database) {
  int code;
  sqlite3_stmt *statement =
      database_ask_pragma(database, "PRAGMA encoding", &code);
  if (code == SQLITE_OK)
    database->wide = sqlite3_stricmp(
        (const char *)sqlite3_column_text(statement, 0), "UTF-8");
  sqlite3_finalize(statement);
  return code;
}

/* A page in the write-ahead log has a header of 24 bytes. */
static int database_measure_frame(Database *database) {
  int code;
  sqlite3_stmt *statement =
      database_ask_pragma(database, "PRAGMA page_size", &code);
  if (code == SQLITE_OK)
    database->wal_frame = sqlite3_column_int(statement, 0) + 24;
  sqlite3_finalize(statement);
  return code;
}

/* SQLite calls it after each commit: it is the automatic checkpoint, and notes
** how long the log is by then. One that has begun anew may have been cut. */
static int database_committed(void *argument, sqlite3 *handle,
                              const char *schema, int frames) {
  Database *database = argument;
  if (frames < database->wal_frames) database->wal_size = 0;
  database->wal_frames = frames;
  if (frames >= DATABASE_CHECKPOINT && !database->deferred) {
    keeper_release(database->keeper);
    sqlite3_wal_checkpoint_v2(handle, schema, SQLITE_CHECKPOINT_PASSIVE, NULL,
                              NULL);
  }
  return SQLITE_OK;
}

/* Checkpoints are what costs, more than the sync: 8000 pages between them
** instead of 1000. The cache holds the inner pages of the indexes, and no more:
** where a tree was balanced, SQLite goes through all of it at the COMMIT (pages
** change places by way of a number that is beyond the file), which with 64 MiB
** was a fifth of a write. What a request changes beyond it moves to the log, at
** no cost that could be measured. Once a long reader has made the log grow it
** is cut to four times those 8000 pages when it starts anew, or it would stay
** as large as it ever was. Foreign keys are the application's: our tables have
** none. */
static int database_prepare_to_write(Database *database, const Options *options,
                                     DatabaseMode mode, Output *complaint) {
  char pragmas[240];
  snprintf(pragmas, sizeof pragmas,
           "PRAGMA synchronous = %s;"
           "PRAGMA journal_size_limit = %lld;"
           "PRAGMA cache_size = -8192;"
           "PRAGMA foreign_keys = %d;",
           options->synchronous, DATABASE_WAL_KEPT, !options->no_foreign_keys);
  int code = database_require_writable(database, complaint);
  if (code == SQLITE_OK) code = database_run(database, pragmas);
  if (code == SQLITE_OK) code = database_measure_frame(database);
  sqlite3_wal_hook(database->handle, database_committed, database);
  if (code == SQLITE_OK && mode == DATABASE_CREATE) {
    code = database_require_wal(database, complaint);
    if (code == SQLITE_OK) code = database_run(database, "SELECT scim_init()");
  }
  return code;
}

/* The readers share out one amount of memory for their caches. They do not map
** the file: that would save a tenth of a read's time where all of the file is
** read all the time, and nothing where it is larger; but each connection maps
** by itself, and what top and alarms show would be the file times as many. */
static int database_prepare_to_read(Database *database,
                                    const Options *options) {
  char pragma[60];
  long kilobytes = DATABASE_READ_CACHE / options->readers;
  if (kilobytes < DATABASE_READ_CACHE_LEAST)
    kilobytes = DATABASE_READ_CACHE_LEAST;
  snprintf(pragma, sizeof pragma, "PRAGMA cache_size = -%ld", kilobytes);
  return database_run(database, pragma);
}

/* The statement with this text, or NULL with a code. One that has run is reset,
** so that it may run again; its errors are those of that time. */
static sqlite3_stmt *database_find(Database *database, const char *sql,
                                   int *code) {
  DatabaseStatement *entry = database->statements;
  while (entry->sql && entry->sql != sql) entry++;
  assert(entry < database->statements + DATABASE_STATEMENTS - 1);
  *code = entry->sql ? SQLITE_OK
                     : sqlite3_prepare_v3(database->handle, sql, -1,
                                          SQLITE_PREPARE_PERSISTENT,
                                          &entry->statement, NULL);
  if (*code == SQLITE_OK) entry->sql = sql;
  assert(*code != SQLITE_OK || !sqlite3_stmt_busy(entry->statement));
  return *code == SQLITE_OK ? entry->statement : NULL;
}

/* Only the two files are opened, which would be those of another database if
** they were moved before the first read: the pragma does so without the
** schema. */
static int database_put_off(Database *database) {
  database->later = true;
  return database_run(database, "PRAGMA data_version");
}

int database_get_ready(Database *database, const Options *options) {
  if (!database->later) return SQLITE_OK;
  int code = database_prepare_to_read(database, options);
  if (code == SQLITE_OK) code = database_learn_encoding(database);
  database->later = code != SQLITE_OK;
  return code;
}

/* Before anybody is served: whatever the file is, it has the tables that every
** request needs. */
static int database_prepare_apply(Database *database, DatabaseMode mode) {
  int code;
  database_find(database,
                mode == DATABASE_READ ? engine_apply_read : engine_apply_write,
                &code);
  return code;
}

static int database_prepare(Database *database, const Options *options,
                            DatabaseMode mode, Output *complaint) {
  if (mode == DATABASE_LATER) return database_put_off(database);
  int code =
      mode == DATABASE_READ
          ? database_prepare_to_read(database, options)
          : database_prepare_to_write(database, options, mode, complaint);
  if (code == SQLITE_OK) code = database_learn_encoding(database);
  if (code == SQLITE_OK) code = database_prepare_apply(database, mode);
  return code;
}

/* The steps stop at the first failure. What has no complaint of its own by then
** is SQLite's, and is said with the name of the file. */
int database_open(Database *database, const Options *options, DatabaseMode mode,
                  Output *complaint) {
  static const int flags[] = {[DATABASE_READ] = SQLITE_OPEN_READONLY,
                              [DATABASE_LATER] = SQLITE_OPEN_READONLY,
                              [DATABASE_WRITE] = SQLITE_OPEN_READWRITE,
                              [DATABASE_CREATE] =
                                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
  *database = (Database){0};
  /* One thread, one connection: SQLite need not lock within it. */
  int code = sqlite3_open_v2(
      options->db, &database->handle, flags[mode] | SQLITE_OPEN_NOMUTEX,
      flags[mode] & SQLITE_OPEN_READONLY ? NULL : wal_file_vfs());
  if (code == SQLITE_OK) {
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, (int)options->busy_timeout);
    code = database_load(database, options, complaint);
  }
  if (code == SQLITE_OK)
    code = database_prepare(database, options, mode, complaint);
  if (code != SQLITE_OK && complaint->size == 0)
    output_format(complaint, "%s: %s", options->db,
                  database->handle ? sqlite3_errmsg(database->handle)
                                   : sqlite3_errstr(code));
  return code;
}

/* Also of one whose opening failed half way: SQLite takes NULL for both. */
int database_close(Database *database) {
  for (int i = 0; i < DATABASE_STATEMENTS; i++)
    sqlite3_finalize(database->statements[i].statement);
  int code = sqlite3_close(database->handle);
  *database = (Database){0};
  return code;
}

/*
** Statements.
*/

/* Nothing is copied: what the values point to outlives the step. */
static void database_bind(sqlite3_stmt *statement, int at,
                          const EngineValue *value) {
  switch (value->kind) {
  case ENGINE_NULL:
    break; /* as it is */
  case ENGINE_INTEGER:
    sqlite3_bind_int64(statement, at, value->integer);
    break;
  case ENGINE_TEXT:
    sqlite3_bind_text64(statement, at, value->bytes, value->size, SQLITE_STATIC,
                        SQLITE_UTF8);
    break;
  case ENGINE_BLOB:
    sqlite3_bind_blob64(statement, at, value->bytes, value->size,
                        SQLITE_STATIC);
    break;
  }
}

/* One cell. A text is asked for as a blob: otherwise SQLite would copy it to
** put a NUL behind it. But where the database is in UTF-16, as some are, it has
** to be made UTF-8. */
static EngineValue database_cell(const Database *database,
                                 sqlite3_stmt *statement, int column) {
  static const EngineKind kinds[] = {[SQLITE_INTEGER] = ENGINE_INTEGER,
                                     [SQLITE_FLOAT] = ENGINE_TEXT,
                                     [SQLITE_TEXT] = ENGINE_TEXT,
                                     [SQLITE_BLOB] = ENGINE_BLOB,
                                     [SQLITE_NULL] = ENGINE_NULL};
  EngineValue cell = {.kind = kinds[sqlite3_column_type(statement, column)]};
  if (cell.kind == ENGINE_INTEGER) {
    cell.integer = sqlite3_column_int64(statement, column);
  } else if (cell.kind != ENGINE_NULL) {
    if (cell.kind == ENGINE_TEXT && database->wide)
      sqlite3_column_text(statement, column);
    cell.bytes = sqlite3_column_blob(statement, column);
    cell.size = (size_t)sqlite3_column_bytes(statement, column);
  }
  return cell;
}

/* Returns false if nobody can take the row. */
static bool database_hand_over(const Database *database,
                               sqlite3_stmt *statement, EngineAnswer *answer) {
  EngineValue few[DATABASE_COLUMNS], *cells = few;
  if (!answer->row) return true;
  int count = sqlite3_column_count(statement);
  if (count > DATABASE_COLUMNS) cells = calloc((size_t)count, sizeof *cells);
  if (!cells) return false;
  for (int i = 0; i < count; i++)
    cells[i] = database_cell(database, statement, i);
  bool taken = answer->row(answer->context, cells, (size_t)count);
  if (cells != few) free(cells);
  return taken;
}

/* Who looks on, at a connection. */
typedef struct DatabaseWatch {
  sqlite3 *handle;
  const EngineAnswer *answer;
  sqlite3_int64 changes; /* that there were at the start */
} DatabaseWatch;

/* SQLite counts the rows anyway, those of the extension's own statements
** included, and no SQL may run here. Another value than 0 interrupts. */
static int database_watch(void *context) {
  DatabaseWatch *watch = context;
  sqlite3_int64 changes = sqlite3_total_changes64(watch->handle);
  return watch->answer->watch(watch->answer->context, changes - watch->changes);
}

/* All steps of a statement; returns false if nobody can take a row of it. */
static bool database_step_all(Database *database, sqlite3_stmt *statement,
                              EngineAnswer *answer) {
  DatabaseWatch watch = {database->handle, answer,
                         sqlite3_total_changes64(database->handle)};
  bool taken = true;
  if (answer->watch)
    sqlite3_progress_handler(database->handle, DATABASE_STEPS, database_watch,
                             &watch);
  while (taken && sqlite3_step(statement) == SQLITE_ROW)
    taken = database_hand_over(database, statement, answer);
  if (answer->watch) sqlite3_progress_handler(database->handle, 0, NULL, NULL);
  return taken;
}

/* The statement is reset before returning: left open it would pin a snapshot
** and keep the write-ahead log from being checkpointed. */
int database_ask(Database *database, const EngineStatement *statement,
                 EngineAnswer *answer) {
  int code;
  sqlite3_stmt *ask = database_find(database, statement->sql, &code);
  if (!ask) return code;
  for (size_t i = 0; i < statement->count; i++)
    database_bind(ask, (int)i + 1, &statement->values[i]);
  bool taken = database_step_all(database, ask, answer);
  code = sqlite3_reset(ask);
  sqlite3_clear_bindings(ask);
  return taken ? code : SQLITE_NOMEM;
}

int database_tell(Database *database, const EngineStatement *statement,
                  EngineAnswer *answer, int code) {
  if (code == SQLITE_OK) return 0;
  const char *message =
      code == SQLITE_NOMEM ? "out of memory" : sqlite3_errmsg(database->handle);
  if (answer->complaint)
    output_text(answer->complaint, message);
  else
    log_event("database", "%s: %s (%d)", engine_name(statement), message, code);
  return database_status(code);
}

int database_run(Database *database, const char *sql) {
  return sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
}

/*
** The write-ahead log.
*/

const char *database_wal(const Database *database) {
  return sqlite3_filename_wal(sqlite3_db_filename(database->handle, "main"));
}

/* Asks SQLite for the file, whose name is SQLite's affair, but not after each
** commit: Linux gives a file whose times somebody has asked for new ones with
** the next write, for which the next sync has to wait (6 % of all writes). As
** long as the log fits into the size that was found, that is it still. */
long long database_wal_size(Database *database) {
  sqlite3_file *file = NULL;
  sqlite3_int64 size = 0;
  if (database->wal_size &&
      database->wal_size >= database->wal_frame * database->wal_frames)
    return database->wal_size;
  int code = sqlite3_file_control(database->handle, "main",
                                  SQLITE_FCNTL_JOURNAL_POINTER, (void *)&file);
  if (code != SQLITE_OK || !file || !file->pMethods) return 0;
  if (file->pMethods->xFileSize(file, &size) == SQLITE_OK)
    database->wal_size = size;
  return size;
}

/* A log that has become large stays so until the next commit, and there may be
** none: it is emptied. One of the usual size is used again, which saves the
** file system from finding the room anew. */
bool database_restart_wal(Database *database, int patience) {
  assert(sqlite3_get_autocommit(database->handle));
  int mode = database_wal_size(database) > DATABASE_WAL_KEPT
                 ? SQLITE_CHECKPOINT_TRUNCATE
                 : SQLITE_CHECKPOINT_RESTART;
  keeper_release(database->keeper);
  sqlite3_busy_timeout(database->handle, patience);
  int frames = -1; /* others write as well; it stays -1 if SQLite cannot tell */
  int code =
      sqlite3_wal_checkpoint_v2(database->handle, "main", mode, &frames, NULL);
  if (frames >= 0) database->wal_frames = frames;
  if (code != SQLITE_OK) return false;
  if (mode == SQLITE_CHECKPOINT_TRUNCATE) database->wal_size = 0;
  database->wal_frames = 0;
  return true;
}

/* The extended code does not matter: the client is told whether it is worth
** coming again, and the operator reads the code in the log. */
int database_status(int code) {
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_READONLY:
  case SQLITE_NOMEM:
  case SQLITE_CANTOPEN:
  case SQLITE_ERROR: /* of a trigger of the application, as a rule */
    return 503;
  default:
    return 500;
  }
}
