/*
** canonical.h: the form in which documents are stored.
**
** A stored document is canonical: names in schema case and schema order, no
** nulls, no empty values, no meta, no members, no groups, nothing writeOnly.
** So two documents with the same content are the same text, and whether a
** request changes anything is a comparison.
*/
#ifndef SCIM_CANONICAL_H
#define SCIM_CANONICAL_H

#include "document.h"

/* The canonical form of a document, with schemas and id, as a new tree.
** Sub-attributes "$ref" with one referenceType are set from the value, relative
** to the base (RFC 7643 section 2.3.7): a change of the public URL changes no
** row. */
Json *resource_canonical(Operation *operation, const ResourceType *type,
                         const Json *doc, Text id);

/* Puts back into the new canonical document what the old one held and does not
** fit the type: a definition may have been replaced, and nothing is lost by
** that. What the type does not know stays; what it knows stays where the
** content, of which the new document was made, has it unchanged. True when
** there was such. */
bool resource_keep_unfit(Operation *operation, const ResourceType *type,
                         Json *doc, const Json *content, const Json *old);

#endif
