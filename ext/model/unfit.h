/*
** unfit.h: what a stored document holds that its type does not have.
*/
#ifndef SCIM_UNFIT_H
#define SCIM_UNFIT_H

#include "document.h"

/* False when the text is no JSON object (text/check.h). *unfit tells whether it
** holds something that is not shown as it is stored: names that the type does
** not have, or that the service computes (members, groups, meta), or a "$ref"
** below an endpoint that its type had once. */
bool unfit_look(const SchemaSet *set, const ResourceType *type, Text doc,
                bool *unfit);

/* Takes out of the document what the type does not have: attributes,
** sub-attributes, extensions, and the URNs of those in schemas. */
void unfit_drop(const ResourceType *type, Json *doc);

/* Takes out of the document what has become writeOnly since it was stored: what
** is left empty by that goes, and elements of a list that have become equal are
** one. True when there was some. */
bool unfit_forget(Arena *arena, const ResourceType *type, Json *doc);

#endif
