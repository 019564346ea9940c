/*
** engine.h: what holds the database, behind three calls: open, read, write.
**
** There are two. "sqlite" is a file of this machine (sqlite_engine.h); "rqlite"
** is SQLite on several machines, whose writes Raft replicates, with the
** extension on each (rqlite_engine.h). What the shim wants to know or to have
** done is a statement of SQL either way, and what it gets are rows.
*/
#ifndef SHIM_ENGINE_H
#define SHIM_ENGINE_H

#include "options.h"
#include "output.h"
#include "share.h"

/*
** Statements and rows.
*/

typedef enum EngineKind {
  ENGINE_NULL,
  ENGINE_INTEGER, /* `integer` */
  ENGINE_TEXT,    /* UTF-8, `bytes` and `size` */
  ENGINE_BLOB     /* the same, of any bytes */
} EngineKind;

typedef struct EngineValue {
  EngineKind kind;
  long long integer;
  const void *bytes;
  size_t size;
} EngineValue;

/* The most parameters that a statement of ours has. */
#define ENGINE_VALUES 9

/* One statement: its text, which is known by its address and so must stay there
** until the engine is closed, and the values of ?1, ?2, ... in their order.
** What they point to is the caller's, and stays until the call returns. */
typedef struct EngineStatement {
  const char *sql;
  size_t count;
  EngineValue values[ENGINE_VALUES];
  size_t options;     /* besides in scim_apply, the value, from 1, that is the
                      ** options of a request, with a secret; 0: none is */
  const char *target; /* of that request, if the value behind its options is
                      ** its body, with passwords; NULL: it is not */
} EngineStatement;

/* scim_apply(method, target, body, options), of a request that reads and of one
** that may write. */
extern const char engine_apply_read[];
extern const char engine_apply_write[];

/* Is it one of these two? Their first two values end in NUL. */
bool engine_is_apply(const EngineStatement *statement);

/* What a statement must be told that runs on several machines, where each would
** draw another: a secret, its digest, its last four characters, and an id (of a
** client, say). A secret must not be in a statement, which may be kept as it
** is: the digest stands for it, also in what comes back. This reads no table,
** and every engine answers it on this machine. */
extern const char engine_draw[];

/* What it is called in the log: the method of a request, or "SQL". */
const char *engine_name(const EngineStatement *statement);

/* What is done with a row, whose cells are gone when it returns: false if it
** cannot be taken, which ends the statement, and what that did is undone. A
** number may come as a text: of what kind a result is the caller knows. With
** NULL for the cells, the rows that came before count for nothing: what asked
** for them was undone, and runs again. A read does not if that is false: rows
** that were passed on cannot be forgotten. */
typedef bool EngineRow(void *context, const EngineValue *cells, size_t count);

/* Is called now and then while a statement of a command runs, with how many
** rows it has written by then, -1 if nobody knows: true to end it, and then it
** has done nothing. On several machines that is the end of the waiting alone,
** and it is called by another thread than the caller's. */
typedef bool EngineWatch(void *context, long long changes);

/* What becomes of an answer. */
typedef struct EngineAnswer {
  EngineRow *row;     /* is called with each row; NULL: nobody wants them */
  EngineWatch *watch; /* NULL: nobody looks on */
  void *context;      /* the first argument of both */
  Output *complaint;  /* what went wrong is appended to this; NULL: is logged */
  long retry_after;   /* seconds after which to come again; 0: nobody knows */
  bool refused;       /* it failed, would again, and what was before it stands:
                         the statement is at fault, as one whose JSON is none */
  bool large;         /* it failed because its rows are too much at a time */
} EngineAnswer;

/* An EngineRow for whoever wants the first cells alone: the context is an empty
** Output, to which they are appended as they are. NULL is nothing. */
bool engine_append(void *output, const EngineValue *cells, size_t count);

/* The whole number that a cell is, however it came; 0 for anything else. */
long long engine_number(const EngineValue *cell);

/* Values. The NULL of C is that of SQL. */
EngineValue engine_integer(long long integer);
EngineValue engine_text(const char *text);
EngineValue engine_output(const Output *text);
EngineValue engine_blob(const void *bytes, size_t size);

/*
** Engines.
*/

typedef struct Engine Engine;

typedef enum EngineUse {
  ENGINE_SERVE, /* many threads; the database is made if it is missing */
  ENGINE_MAKE,  /* the same for a command: a single thread */
  ENGINE_WRITE, /* a single thread, a database that is there */
  ENGINE_READ   /* the same, and nothing may be written */
} EngineUse;

/* Who waits for the answer of a read. */
typedef struct EngineClient {
  ShareClient who; /* to be asked now and then */
  uint64_t tenant; /* a key; 0: nobody knows */
} EngineClient;

/* What a call returns besides 0, which is well, and the HTTP status of a
** failure: 503 for what may pass by itself or by the hand of an operator, 500
** for the rest. */
enum {
  ENGINE_BUSY = -1, /* no reader became free in time, or too many wait */
  ENGINE_LATE = -2, /* the request took longer than a read may */
  ENGINE_GONE = -3, /* its client has hung up: nobody wants to know */
  ENGINE_HELD = -4  /* nothing is written now: wal_limit_explain says why */
};

/* One of several statements that are written together. */
typedef struct EngineWrite {
  EngineStatement statement;
  EngineAnswer answer;
  int failure; /* what engine_write would return */
} EngineWrite;

/* What a program has of an engine: each of these is as the function below; the
** last one may be NULL. */
typedef struct EngineMethods {
  int (*read)(Engine *engine, const EngineStatement *statement,
              EngineClient client, EngineAnswer *answer);
  int (*write)(Engine *engine, const EngineStatement *statement,
               EngineAnswer *answer);
  size_t (*waiting)(Engine *engine);
  bool (*close)(Engine *engine);
  void (*write_all)(Engine *engine, EngineWrite *writes, size_t count);
} EngineMethods;

/* An engine begins with this. */
struct Engine {
  const EngineMethods *methods;
};

/* Opens what the options say. Returns NULL, with the reason in complaint, if
** that fails. The options must outlive it. With ENGINE_SERVE each of the calls
** below may be made from any thread until engine_close. */
Engine *engine_open(const Options *options, EngineUse use, Output *complaint);

/* Runs a statement that reads, within the budget of a read, and on one state of
** the database. */
int engine_read(Engine *engine, const EngineStatement *statement,
                EngineClient client, EngineAnswer *answer);

/* Runs a statement that may write, and returns when that is as safe as the
** engine makes it: nothing that was acknowledged is lost. A failure that is not
** 0 has changed nothing, or what was asked was done: never half. */
int engine_write(Engine *engine, const EngineStatement *statement,
                 EngineAnswer *answer);

/* How many statements of a command are best written together. Where they are
** written one by one that is 1, and BEGIN and COMMIT may be among them: then
** what is between is one transaction. */
#define ENGINE_BATCH 32
size_t engine_batch(const Engine *engine);

/* Must the rows that a command reads be asked for in parts? Otherwise they come
** one by one, however many there are. */
bool engine_needs_parts(const Engine *engine);

/* Writes several, in this order, each as engine_write does. One that fails does
** not undo the others. */
void engine_write_all(Engine *engine, EngineWrite *writes, size_t count);

/* How many statements wait to be written. */
size_t engine_waiting(Engine *engine);

/* Finishes what waits, and closes. Returns false if something could not be
** closed, so that what was acknowledged may not be where it belongs. */
bool engine_close(Engine *engine);

#endif
