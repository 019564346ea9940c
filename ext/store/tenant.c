/*
** tenant.c: customers of the platform, and what they have set.
*/
#include "tenant.h"

#include "../db/query.h"

bool tenant_find(Operation *operation, Text name, Tenant *tenant) {
  Query query = query_open(operation, STATEMENT_TENANT);
  query_bind_text(&query, 1, name);
  bool found = query_step(&query);
  tenant->name = name;
  tenant->settings = NULL;
  if (found) {
    tenant->base_url = query_text(&query, 0);
    Text settings = query_text(&query, 1);
    if (!text_equal(settings, text_of("{}")))
      tenant->settings =
          error_parse_stored(operation, settings, "scim_tenant", name);
  }
  query_close(&query);
  return found;
}

long long tenant_number(const Tenant *tenant, const char *name,
                        long long normal, long long least, long long most) {
  const Json *value = json_member(tenant->settings, name);
  long long number;
  if (!value || value->type != JSON_NUMBER ||
      !text_integer(value->text, &number) || number < 0)
    return normal;
  return number < least ? least : number > most ? most : number;
}

bool tenant_is(const Tenant *tenant, const char *name, const char *word) {
  return text_same(json_member_string(tenant->settings, name), text_of(word));
}
