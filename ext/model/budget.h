/*
** budget.h: how much work one request may make.
**
** A PATCH of a few megabytes may ask for billions of comparisons: operations
** times terms of their filters times values of a list. While it is being
** carried out nobody else writes. So work that grows by more than the size of
** the request is counted in steps, and a request has BUDGET_STEPS of them, a
** bulk request no more than any other.
**
** A step is about what it costs to compare two short values, some 50 ns; a long
** text is a step for each BUDGET_BYTES. They are counted and not timed, so that
** the same request has the same outcome everywhere (ext/README.md,
** "Conventions").
*/
#ifndef SCIM_BUDGET_H
#define SCIM_BUDGET_H

#include "error.h"

#define BUDGET_STEPS 5000000
#define BUDGET_BYTES 64 /* of text that are one step */

/* From now on the operation has that many steps left (0: any number). */
void budget_begin(Operation *operation, size_t steps);

/* Takes steps. False, with an error that says what to do, when there are none
** left. Where nothing is counted it costs nothing. */
bool budget_spend(Operation *operation, size_t steps);

/* Counts nothing until budget_go_on, which is to be given what this returns:
** for what has to be done in a request, and is not of its making. */
size_t budget_pause(Operation *operation);
void budget_go_on(Operation *operation, size_t paused);

/* Sets whether steps beyond the limit are counted and not refused, for what has
** to be done whatever it takes: who leaves must not stay. What comes behind it
** in a bulk request finds them spent. */
void budget_spare(Operation *operation, bool spares);

/* How many steps are left, for who can stop there; -1 where none is refused. */
long long budget_left(const Operation *operation);

/* The steps that it takes to go through the text once. */
static inline size_t budget_text(Text text) {
  return 1 + text.size / BUDGET_BYTES;
}

#endif
