/*
** unique.c: looks keys up in scim_unique and scim_value.
**
** Two tables, because they answer two questions: scim_unique has one row a key,
** so that SQLite itself refuses a second owner, whatever the program has
** overlooked; scim_value has one row a value, and many may have the same.
*/
#include "unique.h"

#include "../db/query.h"

static void unique_bind(Query *query, Text tenant, const ResourceType *type,
                        Text attribute, Text key) {
  query_bind_text(query, 1, tenant);
  query_bind_text(query, 2, type->name);
  query_bind_text(query, 3, attribute);
  query_bind_text(query, 4, key);
}

long long unique_owner(Operation *operation, const ResourceType *type,
                       Text attribute, Text key, bool global) {
  Query query = query_open(operation, STATEMENT_UNIQUE_OWNER);
  unique_bind(&query, global ? TEXT("") : operation->tenant, type, attribute,
              key);
  long long owner = query_step(&query) ? query_integer(&query, 0) : 0;
  /* Whose it really is cannot be known: so it is not given away. */
  if (owner && query_is_null(&query, 1))
    error_corrupt(operation,
                  "scim_unique holds the '%.*s' %.*s of row %lld, which "
                  "scim_resource does not have",
                  TEXT_ARG(attribute), TEXT_ARG(key), owner);
  query_close(&query);
  return owner;
}

long long value_owner(Operation *operation, const ResourceType *type,
                      Text attribute, Text key, long long own) {
  Query query = query_open(operation, STATEMENT_VALUE_OWNER);
  unique_bind(&query, operation->tenant, type, attribute, key);
  query_bind_integer(&query, 5, own);
  long long owner = query_step(&query) ? query_integer(&query, 0) : 0;
  query_close(&query);
  return owner;
}
