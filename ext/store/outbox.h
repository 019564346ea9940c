/*
** outbox.h: jobs that a change leaves in the outbox, by the rules.
*/
#ifndef SCIM_OUTBOX_H
#define SCIM_OUTBOX_H

#include "../model/schema.h"
#include "commit.h"

/* Puts into change->jobs what the rules ask for. The change is complete by now:
** content and former are the documents after and before, and `existed` says
** that nobody is new. So it comes behind the maps, right before the commit.
** Costs nothing where there are no rules. */
void outbox_add_jobs(Operation *operation, const ResourceType *type,
                     Change *change);

/* Notes in the rows of rules what is wrong with their filters, where they do
** not say so. Part of every write, like build_indexes, and as cheap; reads
** operation->schemas again when it has written. */
void outbox_check_rules(Operation *operation);

#endif
