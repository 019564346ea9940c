/* A connection to the database: see database.h. */
#include "database.h"

#include <stdio.h>
#include <string.h>

#include "extension.h"

/* How long, in milliseconds, all writes may wait for a reader to let the
** write-ahead log be truncated. */
#define TRUNCATE_PATIENCE 100

/* ---- the extension ---------------------------------------------------- */

/* Loading is switched off again at once: no SQL may ever load more. */
static int load_extension(Database *database, const Options *options,
                          Buffer *complaint) {
  char path[EXTENSION_PATH];
  if (!extension_find(options, path)) {
    buffer_text(complaint, SCIM_FILE " is not found; use --extension FILE");
    return SQLITE_ERROR;
  }
  char *message = NULL;
  sqlite3_db_config(database->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1,
                    (int *)0);
  int code = sqlite3_load_extension(database->handle, path, NULL, &message);
  sqlite3_db_config(database->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
                    (int *)0);
  if (code != SQLITE_OK) {
    buffer_format(complaint, "cannot load %s: %s", path,
                  message ? message : "out of memory");
  }
  sqlite3_free(message);
  return code;
}

/* ---- open and close --------------------------------------------------- */

/* Without the write-ahead log a writer would keep the readers waiting, and a
** file that cannot have one (in memory, on some network file systems) cannot
** be served by several connections at all. */
static int require_wal(Database *database, Buffer *complaint) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(database->handle, "PRAGMA journal_mode = WAL",
                                -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    const char *mode = (const char *)sqlite3_column_text(statement, 0);
    code = mode && strcmp(mode, "wal") == 0 ? SQLITE_OK : SQLITE_CANTOPEN;
    if (code) buffer_text(complaint, "the file cannot have a write-ahead log");
  }
  sqlite3_finalize(statement);
  return code;
}

/* Checkpoints are what costs, more than the sync: 8000 pages between them
** instead of 1000, and a page cache that holds the inner index pages. Once a
** long reader has made the log grow it is cut to twice those 8000 pages when
** it starts anew, or it would stay as large as it ever was. */
static int prepare_to_write(Database *database, const Options *options,
                            DatabaseMode mode, Buffer *complaint) {
  char pragmas[200];
  snprintf(pragmas, sizeof pragmas,
           "PRAGMA synchronous = %s;"
           "PRAGMA wal_autocheckpoint = 8000;"
           "PRAGMA journal_size_limit = 67108864;"
           "PRAGMA cache_size = -65536;",
           options->synchronous);
  int code = database_run(database, pragmas);
  if (code == SQLITE_OK && mode == DATABASE_CREATE) {
    code = require_wal(database, complaint);
    if (code == SQLITE_OK) code = database_run(database, "SELECT scim_init()");
  }
  return code;
}

/* A reader's statement reads a row itself: that holds one snapshot for all
** that the request looks at, and saves taking and dropping locks for each. */
static const char read_request[] =
    "SELECT scim_apply(?1, ?2, ?3, ?4) FROM scim_meta WHERE name = 'version'";
static const char write_request[] = "SELECT scim_apply(?1, ?2, ?3, ?4)";

int database_open(Database *database, const Options *options, DatabaseMode mode,
                  Buffer *complaint) {
  static const int flags[] = {SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
  *database = (Database){0};
  /* One thread, one connection: SQLite need not lock within it. */
  int code = sqlite3_open_v2(options->db, &database->handle,
                             flags[mode] | SQLITE_OPEN_NOMUTEX, NULL);
  if (code == SQLITE_OK) {
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, (int)options->busy_timeout);
    code = load_extension(database, options, complaint);
  }
  if (code == SQLITE_OK) {
    code = mode == DATABASE_READ
               ? database_run(database, "PRAGMA mmap_size = 1073741824")
               : prepare_to_write(database, options, mode, complaint);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_prepare_v3(
        database->handle, mode == DATABASE_READ ? read_request : write_request,
        -1, SQLITE_PREPARE_PERSISTENT, &database->apply, NULL);
  }
  if (code != SQLITE_OK && complaint->size == 0) {
    buffer_format(complaint, "%s: %s", options->db,
                  database->handle ? sqlite3_errmsg(database->handle)
                                   : sqlite3_errstr(code));
  }
  return code;
}

int database_close(Database *database) {
  sqlite3_finalize(database->apply);
  int code = sqlite3_close(database->handle);
  *database = (Database){0};
  return code;
}

/* ---- use -------------------------------------------------------------- */

int database_run(Database *database, const char *sql) {
  return sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
}

long long database_wal_size(Database *database) {
  sqlite3_file *file = NULL;
  sqlite3_int64 size = 0;
  int code = sqlite3_file_control(database->handle, "main",
                                  SQLITE_FCNTL_JOURNAL_POINTER, (void *)&file);
  if (code != SQLITE_OK || !file || !file->pMethods) return 0;
  return file->pMethods->xFileSize(file, &size) == SQLITE_OK ? size : 0;
}

void database_truncate_wal(Database *database, const Options *options) {
  sqlite3_busy_timeout(database->handle, TRUNCATE_PATIENCE);
  sqlite3_wal_checkpoint_v2(database->handle, "main",
                            SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_busy_timeout(database->handle, (int)options->busy_timeout);
}

static void bind_request(sqlite3_stmt *apply, const Request *request) {
  sqlite3_bind_text(apply, 1, request->method, -1, SQLITE_STATIC);
  sqlite3_bind_text(apply, 2, request->target, -1, SQLITE_STATIC);
  if (request->body) {
    sqlite3_bind_blob64(apply, 3, request->body, request->body_size,
                        SQLITE_STATIC);
  }
  sqlite3_bind_text64(apply, 4, request->settings, request->settings_size,
                      SQLITE_STATIC, SQLITE_UTF8);
}

/* The statement is reset before returning: left open it would pin a snapshot
** and keep the write-ahead log from being checkpointed. */
int database_apply(Database *database, const Request *request, Buffer *reply) {
  sqlite3_stmt *apply = database->apply;
  bind_request(apply, request);
  int code = sqlite3_step(apply);
  if (code == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(apply, 0);
    if (text) {
      buffer_append(reply, text, (size_t)sqlite3_column_bytes(apply, 0));
    }
    code = reply->failed ? SQLITE_NOMEM : SQLITE_OK;
    sqlite3_reset(apply);
  } else {
    code = sqlite3_reset(apply);
  }
  sqlite3_clear_bindings(apply);
  return code;
}

int database_status(int code) {
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_READONLY:
  case SQLITE_NOMEM:
  case SQLITE_CANTOPEN:
    return 503;
  default:
    return 500;
  }
}
