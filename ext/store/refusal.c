/*
** refusal.c: what an application refuses, as the SCIM error that it means.
**
** HOW IT WORKS
**
** Triggers and constraints of an application's tables are part of the statement
** by which a resource changes. When one of them says no, SQLite undoes the
** statement and tells why by a result code of the kind SQLITE_CONSTRAINT and a
** message. That is no failure of the database: an IdP that was told 500 would
** send the same again until it gives the whole job up. It is told what is
** wrong, in the words of the application.
**
** A trigger that wants to be exact begins its message with "scim:", a status
** and a scimType: RAISE(ABORT, 'scim:409:uniqueness:no seats left'), or without
** a type 'scim:403::not on Sundays'. What is neither a status nor a type of
** SCIM is taken for a message like any other.
*/
#include "refusal.h"

#include <sqlite3ext.h>

#include "../model/error.h"

SQLITE_EXTENSION_INIT3

/* Extended codes have the kind in their lowest byte. A row number that is none
** is the one constraint that has a kind of its own. */
bool refusal_is_one(const Operation *operation) {
  int code = operation->sqlite & 0xff;
  return operation->error == ERROR_DATABASE &&
         (code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH);
}

/* Reads "scim:status:scimType:detail"; leaves both alone when the message is
** none. */
static void refusal_read(Text message, int *kind, Text *detail) {
  long long status;
  if (!text_equal(text_cut(&message, ':'), TEXT("scim")) ||
      !text_integer(text_cut(&message, ':'), &status) || status < 400 ||
      status > 599)
    return;
  int meant = error_kind((int)status, text_cut(&message, ':'));
  if (meant == ERROR_NONE) return;
  *kind = meant;
  *detail = message;
}

/* The codes of a value that is there already. */
static bool refusal_is_unique(int code) {
  return code == SQLITE_CONSTRAINT_UNIQUE ||
         code == SQLITE_CONSTRAINT_PRIMARYKEY ||
         code == SQLITE_CONSTRAINT_ROWID;
}

/* Is it the word of a trigger? ON DELETE RESTRICT has the code of one, since
** SQLite carries it out by a trigger that it makes itself. */
static bool refusal_is_raised(int code, Text message) {
  return code == SQLITE_CONSTRAINT_TRIGGER &&
         !text_equal(message, TEXT("FOREIGN KEY constraint failed"));
}

/* A RAISE is told in its own words, which the application has written to be
** read. What SQLite says of a constraint is told behind a few words that say
** whose it is. The first error of an operation stays, so it is taken away
** before the new one is set. */
void refusal_translate(Operation *operation) {
  assert(refusal_is_one(operation));
  Text message = operation->detail, detail = message;
  int code = operation->sqlite, kind = ERROR_INVALID_VALUE;
  bool raised = refusal_is_raised(code, message);
  if (raised) refusal_read(message, &kind, &detail);
  error_clear(operation);
  if (refusal_is_unique(code)) kind = ERROR_UNIQUENESS;
  error_set(operation, kind,
            raised ? "%.*s" : "the application refuses it: %.*s",
            TEXT_ARG(detail));
}

void refusal_keep_nothing(Operation *operation) {
  if (!failed(operation) || operation->error == ERROR_DATABASE) return;
  Text detail = arena_copy(&operation->arena, operation->detail);
  error_clear(operation);
  error_database(operation, SQLITE_ERROR, detail.data);
}
