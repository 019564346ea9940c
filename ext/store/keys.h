/*
** keys.h: the rows that a document has in scim_value and scim_unique.
*/
#ifndef SCIM_KEYS_H
#define SCIM_KEYS_H

#include "../model/key.h"

/* The keys of a document, as arrays of {"attribute", "key"}; one that is unique
** among all tenants has "tenant" too, which is "". No key is in a list
** twice. */
typedef struct DocumentKeys {
  Json *values;  /* of attributes that are marked in scim_index */
  Json *uniques; /* of attributes that their schema has unique */
} DocumentKeys;

/* Both lists are empty for no document (NULL). */
DocumentKeys keys_of_document(Operation *operation, const ResourceType *type,
                              const Json *doc);

/* The items of `keys` that are not among `others` (NULL: none), as JSON text;
** the empty text when there are none. */
Text keys_difference(Operation *operation, const Json *keys,
                     const Json *others);

#endif
