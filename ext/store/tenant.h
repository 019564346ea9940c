/*
** tenant.h: customers of the platform.
*/
#ifndef SCIM_TENANT_H
#define SCIM_TENANT_H

#include "../model/error.h"

typedef struct Tenant {
  Text name;
  Text base_url;  /* what URLs begin with, or no text */
  Json *settings; /* an object; NULL when nothing is set */
  bool disabled;  /* its IdPs are refused for now */
  bool removing;  /* and everybody, for good */
} Tenant;

/* False when there is no tenant of the name. */
bool tenant_find(Operation *operation, Text name, Tenant *tenant);

/* A number among the settings, within bounds; else the normal one. */
long long tenant_number(const Tenant *tenant, const char *name,
                        long long normal, long long least, long long most);

/* Is the setting on? true, or 1 as SQLite writes it; else it is off. */
bool tenant_flag(const Tenant *tenant, const char *name);

/* Is the setting this word (whatever the case)? */
bool tenant_is(const Tenant *tenant, const char *name, const char *word);

/* Removes at most `limit` rows of what the tenant has, and at the very end the
** tenant, from the time `now` on marked as one that is being removed. Returns
** how many, 0 when there is no such tenant (any more); a conflict when all that
** is left is a part of the log that a consumer has not read. */
long long tenant_remove(Operation *operation, Text name, long long limit,
                        Text now);

#endif
