/*
** unique.c: looks keys up in scim_unique and scim_value.
**
** HOW IT WORKS
**
** Two tables, because they answer two questions: scim_unique has one row a key,
** so that SQLite itself refuses a second owner, whatever the program has
** overlooked; scim_value has one row a value, and many may have the same. The
** first serves attributes that their schema has unique (RFC 7643 section 7),
** the second those that a tenant's settings add.
**
** The owner is looked up although the write would fail without that too: the
** constraint does not say whose the value is, and the answer to a client that
** creates a resource again should.
*/
#include "unique.h"

#include "../db/query.h"

/* What is unique among all tenants is kept under the tenant "". */
long long unique_owner(Operation *operation, const ResourceType *type,
                       Text attribute, Text key, bool global) {
  Text tenant = global ? TEXT("") : operation->tenant;
  Query query = query_open(operation, STATEMENT_UNIQUE_OWNER);
  query_bind_text(&query, UNIQUE_OWNER_TENANT, tenant);
  query_bind_text(&query, UNIQUE_OWNER_TYPE, type->name);
  query_bind_text(&query, UNIQUE_OWNER_ATTRIBUTE, attribute);
  query_bind_text(&query, UNIQUE_OWNER_KEY, key);
  long long owner =
      query_step(&query) ? query_integer(&query, OWNER_ROW_RESOURCE) : 0;
  /* Whose it really is cannot be known: so it is not given away. */
  if (owner && query_is_null(&query, OWNER_ROW_ID))
    error_corrupt(operation,
                  "scim_unique holds the '%.*s' %.*s of row %lld, which "
                  "scim_resource does not have",
                  TEXT_ARG(attribute), TEXT_ARG(key), owner);
  query_close(&query);
  return owner;
}

/* Several resources may have the value, from the time before the tenant wanted
** it to be unique. Each of them is in the way of who comes to it, so any one
** will do. */
long long value_owner(Operation *operation, const ResourceType *type,
                      Text attribute, Text key, long long own) {
  Query query = query_open(operation, STATEMENT_VALUE_OWNER);
  query_bind_text(&query, VALUE_OWNER_TENANT, operation->tenant);
  query_bind_text(&query, VALUE_OWNER_TYPE, type->name);
  query_bind_text(&query, VALUE_OWNER_ATTRIBUTE, attribute);
  query_bind_text(&query, VALUE_OWNER_KEY, key);
  query_bind_integer(&query, VALUE_OWNER_OWN, own);
  long long owner =
      query_step(&query) ? query_integer(&query, VALUE_OWNER_ROW_RESOURCE) : 0;
  query_close(&query);
  return owner;
}
