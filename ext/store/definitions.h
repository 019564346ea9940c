/*
** definitions.h: the SCIM schemas and resource types of a database.
*/
#ifndef SCIM_DEFINITIONS_H
#define SCIM_DEFINITIONS_H

#include "../model/schema.h"

/* Makes operation->schemas the SCIM schemas as they are now: read again when a
** definition has changed since, and where scim_init has not run, those that it
** would put there. A definition that is broken is left out (schema_left_out).
** The operation holds them until it ends or calls this again, whatever happens
** to the definitions in between. False with an error, as for tables of another
** version. */
bool definitions_load(Operation *operation);

/* The same, but an error where scim_init has not run. */
bool definitions_require(Operation *operation);

/* The template of /ServiceProviderConfig. */
const char *definitions_service_provider_config(void);

/* The schemas of what discovery shows, an array: of the configuration, of
** resource types and of schemas. */
const char *definitions_meta_schemas(void);

#endif
