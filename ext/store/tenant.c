/*
** tenant.c: customers of the platform, and what they have set.
**
** Settings are JSON that the people of the platform write. A trigger refuses
** names that nobody knows and values of the wrong type when they are written
** (sql/commit/setting.sql). What got in all the same, past the trigger, must
** not stop a tenant: it counts as not set. Only settings that are no JSON
** object at all are an error: nothing is known then of what the tenant wants.
**
** A tenant is removed part by part, so that no statement holds the database for
** long. How many rows of which table go is counted first, in one query, and
** said to the trigger that deletes them (sql/commit/tenant.sql): what was taken
** is then exactly what was counted, whatever triggers of an application change.
*/
#include "tenant.h"

#include <assert.h>

#include "../db/query.h"
#include "commit.h"

/* Most tenants have set nothing, and their "{}" is not parsed. */
bool tenant_find(Operation *operation, Text name, Tenant *tenant) {
  Query query = query_open(operation, STATEMENT_TENANT_BY_NAME);
  query_bind_text(&query, TENANT_BY_NAME_NAME, name);
  bool found = query_step(&query);
  memset(tenant, 0, sizeof *tenant);
  tenant->name = name;
  if (found) {
    tenant->name = query_text(&query, TENANT_ROW_ID);
    tenant->base_url = query_text(&query, TENANT_ROW_BASE_URL);
    tenant->disabled = !query_integer(&query, TENANT_ROW_ENABLED);
    tenant->removing = !query_is_null(&query, TENANT_ROW_REMOVING);
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

/*
** Removing.
*/

/* How many rows of each part go, as JSON, the parts in the order in which the
** query has them: of a part as many as are left of the limit. So a part is not
** begun before those that come first are at their end, since none is counted
** beyond the limit. */
static Json *tenant_share(Operation *operation, Text name, long long limit,
                          long long *taken) {
  Arena *arena = &operation->arena;
  Json *parts = json_new(arena, JSON_OBJECT);
  Query query = query_open(operation, STATEMENT_TENANT_ROWS);
  query_bind_text(&query, TENANT_ROWS_TENANT, name);
  query_bind_integer(&query, TENANT_ROWS_LIMIT, limit);
  *taken = 0;
  while (query_step(&query)) {
    long long rows = query_integer(&query, TENANT_PART_ROW_ROWS);
    if (rows > limit - *taken) rows = limit - *taken;
    json_put_text(parts, query_text(&query, TENANT_PART_ROW_PART),
                  json_integer(arena, rows));
    *taken += rows;
  }
  query_close(&query);
  return parts;
}

/* Nothing can be taken, and the tenant is there all the same: a consumer of the
** feed of changes is behind, and a 0 would say that all is done. */
static void tenant_check_gone(Operation *operation, Text name) {
  Query query = query_open(operation, STATEMENT_TENANT_BY_NAME);
  query_bind_text(&query, TENANT_BY_NAME_NAME, name);
  if (query_step(&query))
    error_set(operation, ERROR_CONFLICT,
              "the log of the tenant '%.*s' has rows that a consumer "
              "(scim_consumer) has not read",
              TEXT_ARG(name));
  query_close(&query);
}

/* Called in the statement of one of its own requests, whose row of the log is
** still to come? */
static void tenant_check_outer(Operation *operation, Text name) {
  for (const Operation *o = operation->outer; o; o = o->outer)
    if (o->seal && text_equal(o->seal->tenant, name))
      error_set(operation, ERROR_CONFLICT,
                "a request of the tenant '%.*s' is just being carried out, by "
                "the statement that this is called in",
                TEXT_ARG(name));
}

/* The tenant itself is not looked for: one whose settings cannot be read can be
** removed, and so can what is left of one whose row somebody has deleted. */
long long tenant_remove(Operation *operation, Text name, long long limit,
                        Text now) {
  long long taken;
  assert(limit > 0);
  tenant_check_outer(operation, name);
  if (failed(operation)) return 0;
  Json *parts = tenant_share(operation, name, limit, &taken);
  if (!failed(operation) && !taken) tenant_check_gone(operation, name);
  if (failed(operation) || !taken) return 0;
  Work work = {.action = "remove",
               .tenant = name,
               .time = now,
               .data = json_text(&operation->arena, parts)};
  commit_work(operation, &work);
  return failed(operation) ? 0 : taken;
}
