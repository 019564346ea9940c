/*
** describe.h: schemas and resource types as discovery shows them (RFC 7643
** sections 6 and 7).
*/
#ifndef SCIM_DESCRIBE_H
#define SCIM_DESCRIBE_H

#include "schema.h"

/* The definition of the schema with every characteristic of every attribute, as
** this service treats it. `unique` lists what the tenant wants to be unique
** besides, as ["Group.displayName"]; NULL: nothing. The result is new. */
Json *describe_schema(Operation *operation, const Schema *schema,
                      const Json *unique);

/* The definition of the resource type, with all that RFC 7643 section 6 asks
** for. The result is new. */
Json *describe_type(Operation *operation, const ResourceType *type);

/* What the type is called by at /ResourceTypes: its id, or else its name. */
Text describe_type_id(const ResourceType *type);

#endif
