/*
** document.h: where the values of attributes lie in a document, and getting
** and setting them there.
**
** A document is the JSON of a resource. Attributes of the type's own schema
** are members of it; those of an extension are members of an object below the
** URN of the extension (RFC 7643 section 3.3).
*/
#ifndef SCIM_DOCUMENT_H
#define SCIM_DOCUMENT_H

#include "schema.h"

/* The top-level attribute of the type that follows `previous` (NULL: the first
** one): common attributes, then those of the type's schema, then those of each
** extension. NULL at the end. For loops over a whole document:
**
**   for (const Attribute *a = NULL; (a = document_next(type, a));) … */
const Attribute *document_next(const ResourceType *type,
                               const Attribute *previous);

/* Is the attribute kept in documents? What is readOnly the service computes
** whenever it is asked for, and what is writeOnly (a password) it never
** keeps. */
static inline bool document_keeps(const Attribute *attribute) {
  return attribute->mutability != MUTABILITY_READ_ONLY &&
         attribute->mutability != MUTABILITY_WRITE_ONLY;
}

/* The value of a top-level attribute in the document; of a sub-attribute, the
** value of its parent. NULL when there is none. It belongs to the document. */
Json *resource_value(const Json *doc, const Attribute *attribute);

/* Puts the value of a top-level attribute in place of what is there; NULL
** takes it away. The value becomes part of the document. The object of an
** extension is made when it is missing; it stays when it becomes empty. */
void resource_set(Operation *operation, Json *doc, const Attribute *attribute,
                  Json *value);

#endif
