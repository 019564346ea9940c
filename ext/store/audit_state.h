/*
** audit_state.h: the resources against the log, and their keys.
*/
#ifndef SCIM_AUDIT_STATE_H
#define SCIM_AUDIT_STATE_H

#include "../text/operation.h"

/* One thing that is wrong. No text, and the number 0, are NULL. */
typedef struct Finding {
  Text kind; /* "chain", "state", … */
  Text tenant, type, id;
  long long seq; /* of a row of the log */
  Text detail;   /* for a person */
} Finding;

typedef struct FindingList {
  Finding *items;
  size_t count, capacity;
} FindingList;

/* How many of a part are told; of what is behind them, only that it is. */
#define AUDIT_MOST 1000

/* A part that is being looked at. */
typedef struct Audit {
  Operation *operation;
  FindingList list;
} Audit;

/* Adds a finding, and one more that says so when there are too many. */
void audit_add(Audit *audit, Finding finding);
bool audit_is_full(const Audit *audit);

/* Gives back the memory of a row that has been looked at, down to the mark, if
** nothing was found since there were so many findings before. */
void audit_let_go(Audit *audit, size_t before, ArenaMark *mark);

/* The part: every resource is what the log makes of it, and has the keys that
** its document gives. */
void audit_state(Audit *audit);

#endif
