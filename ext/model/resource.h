/*
** resource.h: documents: reading what a client sent, by its schema, and
** showing what is stored.
**
** A stored document is canonical: names in schema case and schema order, no
** nulls, no empty values, no meta, no members, no groups, nothing writeOnly.
** So two documents with the same content are the same text.
*/
#ifndef SCIM_RESOURCE_H
#define SCIM_RESOURCE_H

#include "value.h"

/* The value of a top-level attribute (or of the parent, for a sub-attribute)
** in a document; NULL when it has none. */
Json *resource_value(const Json *doc, const Attribute *attribute);

/* Puts the value of a top-level attribute, in place of what is there; NULL
** takes it away. Makes the object of an extension when it is missing. */
void resource_set(Operation *operation, Json *doc, const Attribute *attribute,
                  Json *value);

/* Reads a whole body (POST, PUT). What is unknown or readOnly is ignored
** (RFC 7644 sections 3.3 and 3.5.1). */
Json *resource_read(Operation *operation, const ResourceType *type,
                    const Json *body);

/* Before a create: the values of scim_default where there is none. Before a
** PUT: those of the old document; and immutable attributes must not differ
** (mutability). */
void resource_fill(Operation *operation, const ResourceType *type, Json *doc);
void resource_keep(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *old);

/* Required attributes are there, and at most one value is primary. What an old
** document (or NULL) has been without, under another definition, may go on
** missing. */
void resource_check(Operation *operation, const ResourceType *type,
                    const Json *doc, const Json *old);

/* The canonical form with schemas and id, for storing. Sub-attributes "$ref"
** with one referenceType are set from the value, relative to the base
** (RFC 7643 section 2.3.7). */
Json *resource_canonical(Operation *operation, const ResourceType *type,
                         const Json *doc, Text id);

/* Puts back into the new canonical document what the old one held and does not
** fit the type: a definition may have been replaced, and nothing is lost by
** that. What the type does not know stays; what it knows stays where the
** content, of which the new document was made, has it unchanged. */
void resource_keep_unfit(Operation *operation, const ResourceType *type,
                         Json *doc, const Json *content, const Json *old);

#endif
