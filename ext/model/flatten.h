/*
** flatten.h: a document as a list of its values.
*/
#ifndef SCIM_FLATTEN_H
#define SCIM_FLATTEN_H

#include "schema.h"

/* One value that is not complex. */
typedef struct Leaf Leaf;
struct Leaf {
  const Attribute *attribute; /* the sub-attribute, of a complex one */
  const Json *value;          /* neither an array nor an object */
  const Json *element;        /* of a multi-valued attribute, or NULL */
  int position; /* of the element, from 0; -1 for a single value */
  Leaf *next;
};

/* The values of a document in schema order; what the schema does not know is
** left out. NULL when there are none. The leaves are in the arena, and point
** into the document and the type. */
Leaf *flatten(Operation *operation, const ResourceType *type, const Json *doc);

/* "string", "boolean", …: the attribute's data type. */
const char *flatten_type_name(AttributeType type);

#endif
