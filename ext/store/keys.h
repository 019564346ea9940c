/*
** keys.h: the rows that a document has in scim_value and scim_unique.
*/
#ifndef SCIM_KEYS_H
#define SCIM_KEYS_H

#include "../model/key.h"

/* The keys of a document. No key is in a list twice. */
typedef struct DocumentKeys {
  Json *values;  /* of attributes that are marked in scim_index: an object of
                 ** attribute and key, an attribute as often as it has keys */
  Json *uniques; /* of attributes that their schema has unique: an array of
                 ** {"attribute", "key"}, with the "tenant" "" as well where it
                 ** is unique among all tenants */
} DocumentKeys;

/* Both lists are empty for no document (NULL). What is the same in `other`
** (NULL: nothing) is in neither. */
DocumentKeys keys_of_document(Operation *operation, const ResourceType *type,
                              const Json *doc, const Json *other);

/* Does scim_unique hold the values of the attribute? */
bool keys_are_unique(const Attribute *attribute);

/* The items of `keys` that are not among `others` (NULL: none). */
const Json *keys_missing(Operation *operation, const Json *keys,
                         const Json *others);

/* The keys as JSON text; the empty text when there are none. */
Text keys_text(Operation *operation, const Json *keys);

/* Both of these. */
Text keys_difference(Operation *operation, const Json *keys,
                     const Json *others);

#endif
