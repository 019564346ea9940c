/*
** refusal.h: what an application refuses, as the SCIM error that it means.
*/
#ifndef SCIM_REFUSAL_H
#define SCIM_REFUSAL_H

#include "../text/operation.h"

/* Is the operation's error the word of a constraint or a trigger: something
** that the next request may do better? */
bool refusal_is_one(const Operation *operation);

/* Makes a SCIM error of it:
**
**   RAISE(…, 'scim:409:uniqueness:no seats left')  that status, type and detail
**   any other RAISE                                400 invalidValue, its text
**   UNIQUE or a primary key                        409 uniqueness
**   NOT NULL, CHECK, a type, a foreign key         400 invalidValue
**
** with what SQLite says in the detail: table and column, the text of a CHECK,
** of a foreign key nothing. */
void refusal_translate(Operation *operation);

/* After a SCIM error, which a refusal has become, transaction_end would keep
** what was done by then: this makes it one of the database, of which nothing is
** kept. */
void refusal_keep_nothing(Operation *operation);

#endif
