/*
** limits.c: the settings that a host must know before it asks.
**
** HOW IT WORKS
**
** The caller is found out as for a GET (handle.c), by what is remembered of him
** where that is so: what a host asks about here and what it asks of scim_apply
** next are looked up once. Nothing is counted: that costs a write, and a
** request too many must cost less than one that is served.
*/
#include "limits.h"

#include "../store/definitions.h"
#include "body.h"
#include "caller.h"
#include "handle.h"
#include "known.h"

/* The bounds are those of scim_setting (sql/views/setting.sql). A rate of 0 is
** something that a tenant can want: no limit, whatever the host's is. A burst
** of 0 would let nobody in, and is none. */
#define LIMITS_MOST 1000000

/* A setting that is a number; null if it is not set. Below `least`, which is
** just beneath what it may be, it is not set either. */
static Json *limits_setting(Arena *arena, const Tenant *tenant,
                            const char *name, long long least) {
  long long number = tenant_number(tenant, name, least, least, LIMITS_MOST);
  return number > least ? json_integer(arena, number)
                        : json_new(arena, JSON_NULL);
}

static Text limits_text(Operation *operation, const Tenant *tenant) {
  Arena *arena = &operation->arena;
  Json *limits = json_new(arena, JSON_OBJECT);
  json_put_string(arena, limits, "tenant", tenant->name);
  json_put(limits, "rate", limits_setting(arena, tenant, "rate", -1));
  json_put(limits, "burst", limits_setting(arena, tenant, "burst", 0));
  return json_text(arena, limits);
}

/* The caller's request, which is never made; NULL for one who is refused: why,
** is for scim_apply to say. Options that make no sense are the host's mistake,
** and an error. */
static Request *limits_request(Operation *operation, Text options, Text body) {
  Request *request =
      handle_new_as_text(operation, TEXT("GET"), TEXT("/"), body, options);
  definitions_require(operation);
  if (failed(operation)) return NULL;
  caller_identify(operation, request->caller);
  caller_authorise(operation, request->caller);
  if (failed(operation)) {
    if (operation->error != ERROR_DATABASE) error_clear(operation);
    return NULL;
  }
  if (request->options.size)
    known_note(operation, request->options, request->caller);
  return request;
}

Text limits_of_caller(Operation *operation, Text options) {
  Request *request = limits_request(operation, options, NO_TEXT);
  return request ? limits_text(operation, &request->caller->tenant) : NO_TEXT;
}

Text limits_of_body(Operation *operation, Text options, Text body) {
  Request *request = limits_request(operation, options, body);
  return request ? body_fault(request) : NO_TEXT;
}
