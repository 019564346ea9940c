/*
** tenant.c: customers of the platform, and what they have set.
**
** Settings are JSON that the people of the platform write. A trigger refuses
** names that nobody knows and values of the wrong type when they are written
** (sql/commit/setting.sql). What got in all the same, past the trigger, must
** not stop a tenant: it counts as not set. Only settings that are no JSON
** object at all are an error: nothing is known then of what the tenant wants.
*/
#include "tenant.h"

#include <assert.h>

#include "../db/query.h"

/* Most tenants have set nothing, and their "{}" is not parsed. */
bool tenant_find(Operation *operation, Text name, Tenant *tenant) {
  Query query = query_open(operation, STATEMENT_TENANT_BY_NAME);
  query_bind_text(&query, TENANT_BY_NAME_NAME, name);
  bool found = query_step(&query);
  tenant->name = name;
  tenant->settings = NULL;
  if (found) {
    tenant->name = query_text(&query, TENANT_ROW_ID);
    tenant->base_url = query_text(&query, TENANT_ROW_BASE_URL);
    Text settings = query_text(&query, TENANT_ROW_SETTINGS);
    if (!text_equal(settings, TEXT("{}")))
      tenant->settings =
          error_parse_stored(operation, settings, "scim_tenant", name);
  }
  query_close(&query);
  return found;
}

/* A number beyond a bound is taken for the bound: the bounds keep the service
** within its means, and the tenant wanted as much, or as little, as it can
** get. */
long long tenant_number(const Tenant *tenant, const char *name,
                        long long normal, long long least, long long most) {
  const Json *value = json_member(tenant->settings, name);
  long long number;
  assert(least <= normal && normal <= most);
  if (!value || value->type != JSON_NUMBER ||
      !text_integer(value->text, &number) || number < 0)
    return normal;
  return number < least ? least : number > most ? most : number;
}

bool tenant_flag(const Tenant *tenant, const char *name) {
  const Json *value = json_member(tenant->settings, name);
  return value &&
         (value->type == JSON_TRUE ||
          (value->type == JSON_NUMBER && text_equal(value->text, TEXT("1"))));
}

bool tenant_is(const Tenant *tenant, const char *name, const char *word) {
  return text_same(json_member_string(tenant->settings, name), text_of(word));
}
