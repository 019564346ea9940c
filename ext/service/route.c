/*
** route.c: the table of routes.
**
** HOW IT WORKS
**
** A target is an endpoint and perhaps an id behind it (RFC 7644 section 3.2).
** The first row whose pattern fits both counts; an endpoint of a resource type
** is looked up in the definitions, since types are data. What a place allows
** follows from its row, so that a 405 and its Allow cannot disagree with what
** is handled.
*/
#include "route.h"

#include <assert.h>

#include "../store/find.h"
#include "handlers.h"
#include "target.h"

/* Patterns of an endpoint and of what is behind it. */
#define ROUTE_TYPE NULL       /* the endpoint of a resource type */
#define ROUTE_NO_ID NULL      /* no id */
#define ROUTE_ID "{id}"       /* some id */
#define ROUTE_ID_OR_NONE "[]" /* an id or none */

typedef struct Route {
  const char *endpoint, *id;             /* patterns */
  Handler get, post, put, patch, remove; /* by method; NULL: not allowed */
} Route;

/* .search stands before {id}, and is no id: request.c takes none that begins
** with a dot. */
static const Route route_table[] = {
    {"/", ROUTE_NO_ID, .get = list_handle},
    {"/.search", ROUTE_NO_ID, .post = list_handle},
    {"/Bulk", ROUTE_NO_ID, .post = bulk_handle},
    {"/ServiceProviderConfig", ROUTE_ID_OR_NONE, .get = discovery_config},
    {"/ResourceTypes", ROUTE_ID_OR_NONE, .get = discovery_types},
    {"/Schemas", ROUTE_ID_OR_NONE, .get = discovery_schemas},
    {ROUTE_TYPE, ROUTE_NO_ID, .get = list_handle, .post = create_handle},
    {ROUTE_TYPE, ".search", .post = list_handle},
    {ROUTE_TYPE, ROUTE_ID, .get = read_handle, .put = replace_handle,
     .patch = modify_handle, .remove = delete_handle},
};

/*
** Finding the row.
*/

/* Endpoints count in any case, as IdPs spell them; ids do not. */
static bool route_fits_endpoint(const Route *route, const Target *target) {
  if (!route->endpoint) return target->type != NULL;
  return text_same(target->endpoint, text_of(route->endpoint));
}

static bool route_fits_id(const Route *route, Text id) {
  if (!route->id) return !id.size;
  if (!strcmp(route->id, ROUTE_ID_OR_NONE)) return true;
  if (!strcmp(route->id, ROUTE_ID)) return id.size > 0;
  return text_equal(id, text_of(route->id));
}

static const Route *route_find(const Target *target) {
  for (size_t i = 0; i < sizeof route_table / sizeof *route_table; i++) {
    const Route *route = &route_table[i];
    if (route_fits_endpoint(route, target) && route_fits_id(route, target->id))
      return route;
  }
  return NULL;
}

/*
** Methods.
*/

/* NULL also for a method that nobody knows. HEAD is GET (RFC 9110 section
** 9.3.2); who sends the reply leaves the body out. */
static Handler route_handler(const Route *route, const Target *target) {
  if (target_method_is(target, "GET") || target_method_is(target, "HEAD"))
    return route->get;
  if (target_method_is(target, "POST")) return route->post;
  if (target_method_is(target, "PUT")) return route->put;
  if (target_method_is(target, "PATCH")) return route->patch;
  if (target_method_is(target, "DELETE")) return route->remove;
  return NULL;
}

/* What the place allows, as the header Allow lists it (RFC 9110 section
** 10.2.1). HEAD goes without saying where GET is. */
static Text route_allow(Operation *operation, const Route *route) {
  const struct {
    const char *name;
    Handler handler;
  } methods[] = {{"GET", route->get},
                 {"POST", route->post},
                 {"PUT", route->put},
                 {"PATCH", route->patch},
                 {"DELETE", route->remove}};
  Buffer buffer = buffer_new(&operation->arena);
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    if (!methods[i].handler) continue;
    if (buffer.size) buffer_string(&buffer, ", ");
    buffer_string(&buffer, methods[i].name);
  }
  return buffer_text(&buffer);
}

/* The method is quoted as it was sent: "get" is none (RFC 9110 section 9.1). */
static void route_refuse_but(Request *request, Text allow) {
  error_set(request->operation, ERROR_METHOD_NOT_ALLOWED,
            "the method %.*s is not allowed here",
            TEXT_ARG(request->target->method));
  request->reply->allow = allow;
}

void route_refuse(Request *request, const char *allow) {
  route_refuse_but(request, text_of(allow));
}

/*
** Routing.
*/

/* RFC 7644 section 3.11: /Me is the resource that the token stands for. The
** target becomes that of the resource, so that nothing behind this knows of the
** alias, and Location says where the resource really is. One that was deleted
** is 404 as by its own URL (section 3.6). */
static void route_resolve_me(Request *request) {
  Operation *operation = request->operation;
  Target *target = request->target;
  Resource resource = {0};
  if (!text_same(target->endpoint, TEXT("/Me")) || target->id.size) return;
  Text own = request->caller->token.resource;
  if (!own.size)
    error_set(operation, ERROR_NOT_IMPLEMENTED,
              "/Me needs a token that stands for a resource");
  else if (!find_by_id(operation, NULL, own, &resource))
    error_set(operation, ERROR_NOT_FOUND,
              "the resource that the token stands for is not there any more");
  if (failed(operation)) return;
  assert(resource.type && "what was found has a type");
  target->endpoint = resource.type->endpoint;
  target->id = resource.id;
}

/* Why there is nothing: a definition that cannot be read takes its endpoint
** along, and whoever runs the platform has to be told which. */
static void route_refuse_endpoint(Request *request) {
  const Target *target = request->target;
  const LeftOut *broken =
      schema_left_out(request->operation->schemas, target->endpoint);
  if (broken)
    error_set(request->operation, ERROR_NOT_FOUND,
              "the endpoint '%.*s' is out of order, as scim_mistake says: %.*s",
              TEXT_ARG(broken->name), TEXT_ARG(broken->reason));
  error_set(request->operation, ERROR_NOT_FOUND, "there is no endpoint '%.*s'",
            TEXT_ARG(target->path));
}

/* A place without a row is 404, a row without the method 405: only then there
** is an Allow to tell. */
void route_request(Request *request) {
  Operation *operation = request->operation;
  Target *target = request->target;
  if (failed(operation)) return;
  route_resolve_me(request);
  if (failed(operation)) return;
  assert(!target->handler); /* a request is routed once */
  target->type = schema_type_at(operation->schemas, target->endpoint);
  const Route *route = route_find(target);
  if (!route) {
    route_refuse_endpoint(request);
    return;
  }
  target->handler = route_handler(route, target);
  if (!target->handler)
    route_refuse_but(request, route_allow(operation, route));
}
