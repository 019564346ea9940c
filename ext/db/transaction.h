/*
** transaction.h: what makes that an operation sees one state of the database
** and leaves none half done.
*/
#ifndef SCIM_TRANSACTION_H
#define SCIM_TRANSACTION_H

#include "query.h"

/* What an operation has begun, and has to undo when it fails. */
typedef enum Transaction {
  TRANSACTION_NONE, /* nothing: the caller's statement or transaction holds */
  TRANSACTION_OWN,  /* BEGIN IMMEDIATE */
  TRANSACTION_SAVEPOINT /* a savepoint within the caller's transaction */
} Transaction;

/* Makes sure that what the operation reads stays true until it writes. In
** autocommit, outside of a writing statement, that is BEGIN IMMEDIATE: a
** savepoint would begin as a reader and lose to other writers. Otherwise the
** caller's statement or transaction holds, and nothing is begun. */
void transaction_begin(Operation *operation);

/* Makes sure that all that the operation reads of "main" is of one state, until
** transaction_end: one transaction for all its statements, which also costs
** less than one for each. Another database, that is attached, is as the first
** statement finds it that reads there. */
void transaction_begin_reading(Operation *operation);

/* Begins what can be undone as a whole although it is many statements: a
** transaction, or within one of the caller's a savepoint. Not possible in the
** middle of a statement that writes, which is an error that says so
** (SQLITE_BUSY). */
void transaction_begin_whole(Operation *operation);

/* The same for an operation that has nothing to undo yet: within a transaction
** of the caller's a savepoint, where SQLite allows one. In the middle of a
** statement of his that writes it does not; then he has to undo it all when the
** operation fails in the database. */
void transaction_make_whole(Operation *operation);

/* Begins what is going to be undone, whatever comes of it, with the write lock.
** False where it could not be undone, or nothing can be written: in the middle
** of a statement of the caller's that writes, and on a connection or to a file
** that is for reading only. With an error, as SQLITE_BUSY, also false. */
bool transaction_begin_trial(Operation *operation);

/* Undoes it. Should that be refused, as by an interrupt, then with the whole
** transaction of the caller, and an error of the database. */
void transaction_undo(Operation *operation);

/* Within that, runs a script that drops indexes: SQLite drops none while a
** query runs, not even the one by which transaction_begin_whole makes sure that
** all can be undone. Should memory run out just here, what was done before is
** undone by the next operation that begins anything. */
void transaction_script_alone(Operation *operation, const char *script);

/* Begins a change that can be undone by itself: a savepoint. False where SQLite
** refuses one, in the middle of a statement of the caller's that writes; that
** statement is then what undoes it. */
bool transaction_guard(Operation *operation);

/* Ends what transaction_guard has begun, and undoes the change if it is told
** to, whatever the operation's error. */
void transaction_guard_end(Operation *operation, bool undo);

/* How many rows statements of this connection have changed since it was opened,
** those of triggers among them, and those that were undone. */
long long transaction_changes(const Operation *operation);

/* Do foreign keys that are deferred point at nothing? COMMIT would fail. */
bool transaction_has_dangling_keys(const Operation *operation);

/* Has RAISE(ROLLBACK), in a trigger of the application, ended the transaction?
** Where it was the operation's own, it begins another one, with none of what
** was done; where it was the caller's, all that can be done is to tell him. */
typedef enum TransactionLoss {
  LOSS_NONE,
  LOSS_OWN,   /* there is a new one */
  LOSS_CALLER /* there is none */
} TransactionLoss;
TransactionLoss transaction_loss(Operation *operation);

/* Ends what the operation has begun: commits, unless it has failed in the
** database; a SCIM error is an outcome too, whose row of the log is kept. */
void transaction_end(Operation *operation);

/* Undoes what the operation has begun and not ended. Allocates nothing:
** what it needs was prepared at the beginning. */
void transaction_abandon(Operation *operation);

/* Is there a table of that name in the database "main"? */
bool transaction_in_main(const Operation *operation, const char *table);

/* The name of the first database that has a table of that name, "main" before
** those that are attached; no text where none has. "temp" does not count. */
Text transaction_home(Operation *operation, const char *table);

/* Whether what the connection sees of a table may still be undone, because it
** is in a transaction that writes: in the database "main" or, when the table is
** not there, in any. */
bool transaction_uncommitted(const Operation *operation, const char *table);

/* The number of what is read: as long as it is the same, so is everything in
** the database "main", whoever may write to it. False while there is no such
** number: outside of a transaction that reads, where nothing is held fast, and
** within one that writes, whose changes are not counted before its end. */
bool transaction_version(const Operation *operation, unsigned *version);

/* The same to be remembered with what was read of the table. False also where
** that is of an attached file, of which the number says nothing: so what has a
** number is of "main", and is not asked again. */
bool transaction_version_of(const Operation *operation, const char *table,
                            unsigned *version);

/* Sees to it that the connection's schemas are let go as soon as any part of
** the transaction is undone. False where SQLite refuses that; with an error
** when it was interrupted and has undone the transaction itself. */
bool transaction_watch(Operation *operation);

/* Something was undone: lets go of the schemas. For scim_stmt, which SQLite
** tells of it. */
void transaction_undone(Connection *connection);

#endif
