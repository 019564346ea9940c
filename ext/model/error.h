/*
** error.h: the operation and its sticky error.
**
** An operation is one request, or one call of a pure function: an arena and
** at most one error. The first error stays; functions do nothing once it is
** set, so that callers read as lists of steps.
*/
#ifndef SCIM_ERROR_H
#define SCIM_ERROR_H

#include "../text/parse.h"

/* RFC 7644 table 9, and the HTTP statuses of section 3.12. */
typedef enum ErrorKind {
  ERROR_NONE,
  ERROR_INVALID_FILTER,
  ERROR_TOO_MANY,
  ERROR_UNIQUENESS,
  ERROR_CONFLICT,
  ERROR_MUTABILITY,
  ERROR_INVALID_SYNTAX,
  ERROR_INVALID_PATH,
  ERROR_NO_TARGET,
  ERROR_INVALID_VALUE,
  ERROR_INVALID_VERSION,
  ERROR_INVALID_CURSOR, /* RFC 9865 section 2.3 */
  ERROR_EXPIRED_CURSOR,
  ERROR_INVALID_COUNT,
  ERROR_SENSITIVE,
  ERROR_UNAUTHORIZED,
  ERROR_FORBIDDEN,
  ERROR_NOT_FOUND,
  ERROR_METHOD_NOT_ALLOWED,
  ERROR_PRECONDITION_FAILED,
  ERROR_TOO_LARGE,
  ERROR_MEDIA_TYPE,
  ERROR_NOT_IMPLEMENTED,
  ERROR_DATABASE /* not a SCIM error: sqlite holds the code */
} ErrorKind;

/* What a tenant wants to be held to the letter of the RFCs, where by default
** the dialects of IdPs are accepted. */
typedef struct Strictness {
  bool literals; /* strings in filters are in quotes */
  bool booleans; /* "True" is no boolean */
  bool targets;  /* a value path that matches nothing is noTarget */
  bool schemas;  /* a body says what it is */
  bool shapes;   /* a list is a list, an object an object */
  bool empty;    /* a PATCH has operations */
} Strictness;

typedef struct Operation {
  Arena arena;
  ErrorKind error;
  Text detail; /* for a person: names the attribute or the position */
  int sqlite;  /* result code of SQLite, for ERROR_DATABASE */
  Strictness strict;
} Operation;

/* An operation without error; its arena must be opened by the caller. */
void operation_init(Operation *operation);

/* Sets the error unless there is one; the detail is formatted as by
** sqlite3_mprintf. */
void error_set(Operation *operation, ErrorKind kind, const char *format, ...);

/* Sets ERROR_DATABASE with a code and message of SQLite. */
void error_database(Operation *operation, int code, const char *message);

/* Takes the error back, for a caller that has another way. */
void error_clear(Operation *operation);

/* Puts an error aside, so that something can be done in spite of it, and
** back again, unless there is a new one by then. */
typedef struct HeldError {
  ErrorKind error;
  Text detail;
  int sqlite;
} HeldError;

HeldError error_hold(Operation *operation);
void error_return(Operation *operation, HeldError held);

static inline bool failed(const Operation *operation) {
  return operation->error != ERROR_NONE;
}

/* HTTP status, and the scimType or NULL where the RFC has none. */
int error_status(ErrorKind kind);
const char *error_scim_type(ErrorKind kind);

/* The Error message of RFC 7644 section 3.12. */
Json *error_json(Operation *operation);

/* Parses text that came from outside: a fault is invalidSyntax, with the
** position. `what` names the text: "the request body". */
Json *error_parse(Operation *operation, Text text, const char *what);

#endif
