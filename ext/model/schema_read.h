/*
** schema_read.h: reading definitions into a set of schemas, one by one: first
** schemas, then the resource types that name them, then indexes and defaults.
*/
#ifndef SCIM_SCHEMA_READ_H
#define SCIM_SCHEMA_READ_H

#include "schema.h"

/* Each adds a definition, or sets an error that names the place in it and
** leaves the set as it was. The JSON must live as long as the set, as must the
** operation's arena. `common` is the definition of the attributes that every
** type has (RFC 7643 section 3.1). */
void schema_add(Operation *operation, SchemaSet *set, Json *definition);
void schema_add_type(Operation *operation, SchemaSet *set, Json *definition,
                     Json *common);

/* Goes on without a definition: takes the operation's error back, and its
** detail for the reason. The name may be empty, when not even that could be
** read. */
void schema_leave_out(Operation *operation, SchemaSet *set, Text name);

/* Marks the type of this name as one of which scim_unique lacks owners. */
void schema_set_shared(SchemaSet *set, Text type);

/* Adds a row of scim_index or scim_default; unknown names are ignored, they
** may belong to a definition that is not there any more. */
void schema_add_index(Operation *operation, SchemaSet *set, Text type,
                      Text attribute, bool built);
void schema_add_default(SchemaSet *set, Text type, Text attribute,
                        const Json *value);

/* The attribute that such a row of scim_default is about, or NULL. */
Attribute *schema_default_attribute(const SchemaSet *set, Text type, Text path);

#endif
