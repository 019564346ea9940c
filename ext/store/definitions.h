/*
** definitions.h: the schema of the database and the SCIM schemas in it.
*/
#ifndef SCIM_DEFINITIONS_H
#define SCIM_DEFINITIONS_H

#include "../model/schema.h"
#include "connection.h"

/* The SCIM schemas, read again when a definition has changed since; where
** scim_init has not run, those that it would put there. NULL with an error
** when a definition is broken. They stay as they are until the next call. */
const SchemaSet *definitions_load(Operation *operation, Connection *connection);

/* As definitions_load, but an error where scim_init has not run. */
const SchemaSet *definitions_require(Operation *operation,
                                     Connection *connection);

/* Creates or upgrades the tables, in one transaction or, within a
** transaction, all or nothing; returns the version of the schema. */
int definitions_init(Operation *operation, Connection *connection);

/* The template of /ServiceProviderConfig. */
const char *definitions_service_provider_config(void);

void definitions_free(Definitions *definitions);

#endif
