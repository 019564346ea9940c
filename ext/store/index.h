/*
** index.h: the rows that a document has in scim_value and scim_unique.
*/
#ifndef SCIM_INDEX_H
#define SCIM_INDEX_H

#include "../model/key.h"
#include "definitions.h"

/* The keys of a document, as arrays of {"attribute", "key"}; one that is unique
** among all tenants has "tenant" too, which is "". */
typedef struct DocumentKeys {
  Json *values;
  Json *uniques;
} DocumentKeys;

DocumentKeys index_keys(Operation *operation, const ResourceType *type,
                        const Json *doc);

/* The items of `keys` that are not among `others`, as JSON text; the empty
** text when there are none. */
Text index_difference(Operation *operation, const Json *keys,
                      const Json *others);

/* Builds what is marked in scim_index and not yet built. Part of every write,
** cheap when there is nothing to do. Reads operation->schemas again when
** something was built: nothing of them may be in use. */
void index_build(Operation *operation);

#endif
