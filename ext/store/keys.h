/*
** keys.h: the rows that a document has in scim_value and scim_unique.
*/
#ifndef SCIM_KEYS_H
#define SCIM_KEYS_H

#include "../model/key.h"
#include "definitions.h"

/* The keys of a document, as arrays of {"attribute", "key"}; one that is unique
** among all tenants has "tenant" too, which is "". */
typedef struct DocumentKeys {
  Json *values;
  Json *uniques;
} DocumentKeys;

DocumentKeys keys_of_document(Operation *operation, const ResourceType *type,
                              const Json *doc);

/* The items of `keys` that are not among `others`, as JSON text; the empty
** text when there are none. */
Text keys_difference(Operation *operation, const Json *keys,
                     const Json *others);

#endif
