/*
** database.h: a connection to the database with the extension loaded.
**
** A connection is used by one thread at a time.
*/
#ifndef SHIM_DATABASE_H
#define SHIM_DATABASE_H

#include <sqlite3.h>

#include "engine.h"
#include "keeper.h"

typedef enum DatabaseMode {
  DATABASE_READ,  /* an existing file, read only */
  DATABASE_LATER, /* the same, and database_get_ready comes before the rest */
  DATABASE_WRITE, /* an existing file */
  DATABASE_CREATE /* made if it is missing, and given its schema */
} DatabaseMode;

/* So many statements are kept prepared: more than the shim has. */
#define DATABASE_STATEMENTS 20

typedef struct DatabaseStatement {
  const char *sql; /* its address is the name */
  sqlite3_stmt *statement;
} DatabaseStatement;

typedef struct Database {
  sqlite3 *handle;
  DatabaseStatement statements[DATABASE_STATEMENTS]; /* the first ones are */
  long long wal_size;  /* bytes of the log's file when it was asked for, or 0 */
  int wal_frames;      /* pages in it after the last commit */
  long long wal_frame; /* bytes that a page takes in it */
  Keeper *keeper;      /* which is to let go for checkpoints, or NULL */
  bool wide;           /* it is in UTF-16 */
  bool later;          /* database_get_ready has something to do */
  bool deferred;       /* checkpoints are somebody else's (checkpoint.h) */
} Database;

/* Opens the file of the options, loads the extension, sets the pragmas.
** Returns an SQLite result code; what went wrong is appended to complaint.
** Close it in either case. */
int database_open(Database *database, const Options *options, DatabaseMode mode,
                  Output *complaint);

/* Does what DATABASE_LATER has put off, unless that is done: to read the schema
** takes longer than most reads, and two megabytes. Returns an SQLite result
** code. */
int database_get_ready(Database *database, const Options *options);

/* Returns SQLITE_OK unless something is still in use: a mistake of ours. */
int database_close(Database *database);

/* Runs the statement, which is prepared when it is first asked, and hands its
** rows to the answer. Returns an SQLite result code: a SCIM failure is a reply,
** not an error. */
int database_ask(Database *database, const EngineStatement *statement,
                 EngineAnswer *answer);

/* Tells of an error, of which the connection still knows: in the answer's
** complaint, in SQLite's words, or in the log. Returns the HTTP status that
** stands for the code, or 0 for none. */
int database_tell(Database *database, const EngineStatement *statement,
                  EngineAnswer *answer, int code);

/* Runs SQL that returns nothing of interest. Returns its result code. */
int database_run(Database *database, const char *sql);

/* Returns the path of the write-ahead log, which lives as long as the
** connection. */
const char *database_wal(const Database *database);

/* Returns the bytes of the write-ahead log's file, 0 if there is none. */
long long database_wal_size(Database *database);

/* Moves the write-ahead log into the file and begins it anew; waits so many
** milliseconds for readers that still need it. Returns false if they go on. The
** connection's busy handler is gone then. */
bool database_restart_wal(Database *database, int patience);

/* The HTTP status that stands for a result code: 503 for what may pass by
** itself or by the hand of an operator, 500 for the rest. */
int database_status(int code);

#endif
