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

/* Is there a finding about what the log makes: resources, members, stays and
** counts? *finding becomes the first. */
bool audit_outcome(Operation *operation, Finding *finding);

/* How many parts there are. */
int audit_parts(void);

#endif
