/*
** audit.h: what is wrong in the database, part by part: for scim_check.
*/
#ifndef SCIM_AUDIT_H
#define SCIM_AUDIT_H

#include "audit_state.h"

/* Looks at a part, from 0, and returns what it has found, in the operation's
** arena. Changes nothing. What cannot be read is a finding and no error, unless
** memory has run out or somebody has interrupted. */
FindingList audit_part(Operation *operation, int part);

/* The part that compares the log with its chain, for who needs no other. */
void audit_chain(Audit *audit);

/* The first finding about what the log makes: resources, members, stays and
** counts; NULL when all of it is so. */
const Finding *audit_outcome(Operation *operation);

/* How many parts there are. */
int audit_parts(void);

#endif
