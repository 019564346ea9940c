/*
** operation.h: the operation: one call of a function or table of ours, from
** entry to result, and the scope of everything that it opens.
**
** An operation is handed down as the one first parameter. It owns an arena,
** the statements that it has open, the transaction that it has begun and a
** hold on the schemas that it reads by; when it ends, it undoes these and
** nothing else. So calls nest: an application's trigger may call scim_match
** while scim_apply runs, on the same connection, within the same statement.
** The inner operation has the outer one in `outer`, and leaves it as it was.
**
** It has at most one error, the first: functions do nothing once it is set,
** so that callers read as lists of steps. What the numbers of errors mean is
** said by model/error.h; below it only two are known, none and one of the
** database. In the same way the operation carries pointers to what rooms
** above have made, and the flags of model/strict.h, without looking at them.
*/
#ifndef SCIM_OPERATION_H
#define SCIM_OPERATION_H

#include "arena.h"

/* The errors that every room knows; model/error.h goes on from here. */
enum {
  ERROR_NONE,
  ERROR_DATABASE, /* SQLite's: sqlite holds its result code */
  ERROR_FIRST_OF_MODEL
};

typedef struct Operation Operation;
struct Operation {
  Arena arena;                   /* everything that it allocates */
  struct Connection *connection; /* the database; NULL in pure work */
  Operation *outer;              /* in whose statement it runs, or NULL */
  int depth;                     /* how many are outside of it */
  struct SchemaSet *schemas;     /* held until it ends, or NULL */
  struct CachedStatement *open;  /* its statements, newest first */
  int began;                     /* a Transaction, to undo on failure */
  bool reads;                    /* nothing within it may write */
  bool lost;                     /* RAISE(ROLLBACK) took what was done so far */
  long long creating;            /* row number that it gave out last, or 0 */
  const struct Change *change;   /* that its statement makes, or NULL, */
  const struct ChainSeal *seal;  /* and of the row that it logs */
  bool maps;                     /* its statement gives resources their rows */
  long long logged;              /* seq of the row that it logged last, or 0 */
  unsigned drawn;                /* bits of store/drawn.h */
  unsigned strict;               /* bits of model/strict.h */
  bool composes;                 /* a body: it reads what is not kept, too */
  Text tenant;                   /* whose resources it reads and changes */
  Text sees;                     /* which memberships; no text: all of them */
  Text base;                     /* of the service's URLs; may be empty */
  size_t steps;                  /* of work so far (model/budget.h), */
  size_t most_steps;             /* and how many it may take; 0: any number */
  bool spares_steps;             /* it may go on beyond them (budget_spare) */
  int error;                     /* the first error, or ERROR_NONE */
  Text detail;                   /* for a person: the attribute, the place */
  int sqlite;                    /* result code, of ERROR_DATABASE */
};

/* An operation without error, with an empty arena. */
void operation_init(Operation *operation);

/* Runs the body with somewhere to go when memory runs out. False when it
** did: the body was left in the middle, and the operation must be ended. */
typedef void (*OperationBody)(Operation *operation, void *data);
bool operation_run(Operation *operation, OperationBody body, void *data);

/*
** The sticky error.
*/
static inline bool failed(const Operation *operation) {
  return operation->error != ERROR_NONE;
}

/* Sets the error unless there is one. The detail is formatted as by
** sqlite3_mprintf, and cut at 600 bytes. */
void error_set(Operation *operation, int kind, const char *format, ...);

/* Sets ERROR_DATABASE with a code and a message of SQLite. */
void error_database(Operation *operation, int code, const char *message);

/* Sets ERROR_DATABASE with SQLITE_CORRUPT: what is stored is not what we
** store. The detail names the table and the row. Never to be blamed on a
** client. */
void error_corrupt(Operation *operation, const char *format, ...);

/* Takes the error back: the caller has another way to go on. */
void error_clear(Operation *operation);

/* Puts an error aside, so that something can be done in spite of it, and
** back again, unless there is a new one by then. */
typedef struct SavedError {
  int error;
  Text detail;
  int sqlite;
} SavedError;

SavedError error_save(Operation *operation);
void error_restore(Operation *operation, SavedError saved);

#endif
