/*
** unique.h: whose a value is.
*/
#ifndef SCIM_UNIQUE_H
#define SCIM_UNIQUE_H

#include "../model/schema.h"

/* The resource that has the key (key.h, as JSON) of a unique attribute, which
** its path names; `global` asks all tenants. 0 when the key is free. */
long long unique_owner(Operation *operation, const ResourceType *type,
                       Text attribute, Text key, bool global);

/* A resource other than `own` among whose values of an indexed attribute the
** key is; 0 when there is none. */
long long value_owner(Operation *operation, const ResourceType *type,
                      Text attribute, Text key, long long own);

#endif
