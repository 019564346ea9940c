/*
** resource.h: whole resources that a client sent with POST or PUT: reading
** them by their schema, and the rules that they must meet.
**
** The order is: resource_read, then resource_fill (create) or resource_keep
** (replace), then resource_check. What comes out is made canonical
** (canonical.h) and stored. A PATCH changes a copy of the stored document
** (patch.h) and joins in at resource_check.
*/
#ifndef SCIM_RESOURCE_H
#define SCIM_RESOURCE_H

#include "document.h"
#include "value.h"

/* Reads a whole body (POST, PUT) into a new document. What is unknown or
** readOnly is ignored (RFC 7644 sections 3.3 and 3.5.1). invalidSyntax when the
** body is no object, invalidValue for a value that does not fit its attribute;
** the document is then of no use. */
Json *resource_read(Operation *operation, const ResourceType *type,
                    const Json *body);

/* The same over what is stored (NULL: nothing): a value that does not fit, but
** stands there as it is sent, stays. */
Json *resource_read_over(Operation *operation, const ResourceType *type,
                         const Json *body, const Json *old);

/* Before a create: gives attributes without a value their default, a row of
** scim_default, unless the body says that there is none (RFC 7644 section
** 3.3). */
void resource_fill(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *body);

/* Before a PUT: keeps what the new document leaves out and the old one has,
** where the attribute is immutable or has a default, unless the body says that
** there is none (RFC 7644 section 3.5.1). Where so a part of an extension stays
** of which the body has nothing, what that requires stays too. mutability when
** an immutable value would become another one, or none. */
void resource_keep(Operation *operation, const ResourceType *type, Json *doc,
                   const Json *old, const Json *body);

/* invalidValue unless what is required is there, lists are within their limit,
** and at most one value of a list is primary. What an old document (or NULL)
** has been without, under another definition or because nothing was kept of it,
** may go on missing; without an old document so may whatever may be kept
** nothing of. */
void resource_check(Operation *operation, const ResourceType *type,
                    const Json *doc, const Json *old);

/* Before a create: invalidValue unless the body that `doc` was made of has what
** is required and may be nowhere in a document, because it is writeOnly or may
** have nothing but parts that are. */
void resource_require_sent(Operation *operation, const ResourceType *type,
                           const Json *doc, const Json *body);

#endif
