/*
** sqlite_engine.c: see sqlite_engine.h.
**
** HOW IT WORKS
**
** A command has one connection, which does all it asks for. A server has a set
** of connections that read (readers.h), one thread that writes for all
** (writer.h), and one that holds the newest snapshot (keeper.h). They end in
** the other order than they began: the writer last, with all that waits for it;
** by then nobody else has the file open, and SQLite empties the write-ahead
** log.
*/
#include "sqlite_engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "log.h"
#include "readers.h"
#include "wal_limit.h"
#include "writer.h"

typedef struct SqliteEngine {
  Engine engine;
  const Options *options;
  Database database; /* of a command */
  Keeper *keeper;    /* of a server, as what follows; it may be missing */
  Writer *writer;
  Readers *readers;
} SqliteEngine;

/*
** A command.
*/

/* Is it the statement's own fault? A full disk is not; nor is it that a trigger
** of the application's undid the transaction, with what was done before. */
static bool sqlite_engine_refuses(int code) {
  int kind = code & 0xff;
  return kind == SQLITE_ERROR || kind == SQLITE_CONSTRAINT ||
         kind == SQLITE_TOOBIG;
}

/* Does a transaction begin behind others, by which the log has passed its
** limit, and cannot be begun anew? Then the complaint says so. */
static bool sqlite_engine_is_held(SqliteEngine *sqlite,
                                  const EngineStatement *statement,
                                  EngineAnswer *answer) {
  Database *database = &sqlite->database;
  if (strncmp(statement->sql, "BEGIN", 5) != 0 ||
      !wal_limit_is_passed(sqlite->options, database))
    return false;
  wal_limit_restart(database, WAL_LIMIT_PATIENCE);
  sqlite3_busy_timeout(database->handle, (int)sqlite->options->busy_timeout);
  if (!wal_limit_is_passed(sqlite->options, database)) return false;
  if (answer->complaint) wal_limit_explain(answer->complaint);
  return true;
}

/* What one connection says, to a thread that has no other. */
static int sqlite_engine_ask(Engine *engine, const EngineStatement *statement,
                             EngineAnswer *answer) {
  SqliteEngine *sqlite = (SqliteEngine *)engine;
  Database *database = &sqlite->database;
  int before = sqlite3_get_autocommit(database->handle);
  if (sqlite_engine_is_held(sqlite, statement, answer)) return ENGINE_HELD;
  int code = database_ask(database, statement, answer);
  answer->refused = sqlite_engine_refuses(code) &&
                    sqlite3_get_autocommit(database->handle) == before;
  return database_tell(database, statement, answer, code);
}

static int sqlite_engine_ask_client(Engine *engine,
                                    const EngineStatement *statement,
                                    EngineClient client, EngineAnswer *answer) {
  (void)client;
  return sqlite_engine_ask(engine, statement, answer);
}

static size_t sqlite_engine_none(Engine *engine) {
  (void)engine;
  return 0;
}

static bool sqlite_engine_close_command(Engine *engine) {
  int code = database_close(&((SqliteEngine *)engine)->database);
  free(engine);
  return code == SQLITE_OK;
}

/*
** A server.
*/

static int sqlite_engine_read(Engine *engine, const EngineStatement *statement,
                              EngineClient client, EngineAnswer *answer) {
  Readers *readers = ((SqliteEngine *)engine)->readers;
  return engine_is_apply(statement)
             ? readers_apply(readers, statement, client, answer)
             : readers_ask(readers, statement, answer);
}

static int sqlite_engine_write(Engine *engine, const EngineStatement *statement,
                               EngineAnswer *answer) {
  return writer_apply(((SqliteEngine *)engine)->writer, statement, answer);
}

static size_t sqlite_engine_waiting(Engine *engine) {
  return writer_waiting(((SqliteEngine *)engine)->writer);
}

/* Also of what was started in part. */
static bool sqlite_engine_close(Engine *engine) {
  SqliteEngine *sqlite = (SqliteEngine *)engine;
  if (sqlite->readers) readers_close(sqlite->readers);
  keeper_stop(sqlite->keeper);
  int code = sqlite->writer ? writer_stop(sqlite->writer) : SQLITE_OK;
  keeper_free(sqlite->keeper);
  free(sqlite);
  return code == SQLITE_OK;
}

/*
** Opening.
*/

static const EngineMethods sqlite_engine_methods[] = {
    {sqlite_engine_read, sqlite_engine_write, sqlite_engine_waiting,
     sqlite_engine_close, NULL},
    {sqlite_engine_ask_client, sqlite_engine_ask, sqlite_engine_none,
     sqlite_engine_close_command, NULL}};

/* The keeper may be missing: without it all is well but slower. */
static bool sqlite_engine_serve(SqliteEngine *sqlite, const Options *options,
                                Output *complaint) {
  sqlite->keeper = keeper_start(options);
  sqlite->writer = writer_start(options, sqlite->keeper, complaint);
  if (!sqlite->writer) return false;
  sqlite->readers = readers_open(options, sqlite->keeper, complaint);
  return sqlite->readers != NULL;
}

static bool sqlite_engine_begin(SqliteEngine *sqlite, const Options *options,
                                EngineUse use, Output *complaint) {
  static const DatabaseMode modes[] = {[ENGINE_MAKE] = DATABASE_CREATE,
                                       [ENGINE_WRITE] = DATABASE_WRITE,
                                       [ENGINE_READ] = DATABASE_READ};
  if (use == ENGINE_SERVE)
    return sqlite_engine_serve(sqlite, options, complaint);
  return database_open(&sqlite->database, options, modes[use], complaint) ==
         SQLITE_OK;
}

Engine *sqlite_engine_open(const Options *options, EngineUse use,
                           Output *complaint) {
  SqliteEngine *sqlite = calloc(1, sizeof *sqlite);
  if (!sqlite) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  sqlite->engine.methods = &sqlite_engine_methods[use != ENGINE_SERVE];
  sqlite->options = options;
  if (sqlite_engine_begin(sqlite, options, use, complaint))
    return &sqlite->engine;
  engine_close(&sqlite->engine);
  return NULL;
}
