/*
** database.h: a connection to the database with the extension loaded.
**
** Everything that the shim knows of SCIM passes through database_apply. A
** connection is used by one thread at a time.
*/
#ifndef SHIM_DATABASE_H
#define SHIM_DATABASE_H

#include <sqlite3.h>

#include "keeper.h"
#include "options.h"
#include "output.h"
#include "rates.h"

typedef enum DatabaseMode {
  DATABASE_READ,  /* an existing file, read only */
  DATABASE_WRITE, /* an existing file */
  DATABASE_CREATE /* made if it is missing, and given its schema */
} DatabaseMode;

typedef struct Database {
  sqlite3 *handle;
  sqlite3_stmt *apply;  /* SELECT scim_apply(...), prepared once */
  sqlite3_stmt *limits; /* of a reader: scim_limits(...), and */
  sqlite3_stmt *fault;  /* scim_body_fault(...), as well */
  long long wal_size;  /* bytes of the log's file when it was asked for, or 0 */
  int wal_frames;      /* pages in it after the last commit */
  long long wal_frame; /* bytes that a page takes in it */
  Keeper *keeper;      /* which is to let go for checkpoints, or NULL */
  bool deferred;       /* checkpoints are somebody else's (checkpoint.h) */
} Database;

/* One request as scim_apply takes it. The caller owns all of it. */
typedef struct DatabaseRequest {
  const char *method;
  const char *target; /* raw path and query under the base path */
  const void *body;   /* NULL: none */
  size_t body_size;
  const char *options; /* the options argument: a JSON object */
  size_t options_size;
} DatabaseRequest;

/* Opens the file of the options, loads the extension, sets the pragmas.
** Returns an SQLite result code; what went wrong is appended to complaint.
** Close it in either case. */
int database_open(Database *database, const Options *options, DatabaseMode mode,
                  Output *complaint);

/* Returns SQLITE_OK unless something is still in use: a mistake of ours. */
int database_close(Database *database);

/* Asks a reader for the terms of the caller of these options, which are those
** of scim_apply. Returns false if he has none, or nobody can tell. */
bool database_ask_terms(Database *database, const char *options,
                        size_t options_size, RatesTerms *terms);

/* Asks a reader what is wrong with a body; what it says, if anything, is
** appended to fault, for the option `refused`. */
void database_ask_fault(Database *database, const DatabaseRequest *request,
                        Output *fault);

/* Runs one request and appends the reply of the extension. Returns an SQLite
** result code: a SCIM failure is a reply, not an error. */
int database_apply(Database *database, const DatabaseRequest *request,
                   Output *reply);

/* Runs SQL that returns nothing of interest. Returns its result code. */
int database_run(Database *database, const char *sql);

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
