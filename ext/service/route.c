#include "route.h"

#include "../text/uri.h"

void route_refuse(Request *request, const char *allow) {
  error_set(request->operation, ERROR_METHOD_NOT_ALLOWED,
            "the method %.*s is not allowed here", TEXT_ARG(request->method));
  request->reply.allow = text_of(allow);
}

bool route_method_is(const Request *request, const char *method) {
  return text_equal(request->method, text_of(method));
}

static bool is_search(Text segment) {
  return text_equal(segment, text_of(".search"));
}

bool route_is_search(const Request *request) {
  Text path = request->path, segment = {NULL, 0};
  while (uri_segment(&path, &segment)) continue;
  return route_method_is(request, "POST") && is_search(segment);
}

/* The path ends in .search, which takes its parameters from a body. */
static Handler search_handler(Request *request) {
  if (request->searches) return search_list;
  route_refuse(request, "POST");
  return NULL;
}

static Handler root_handler(Request *request) {
  if (request->reads) return search_list;
  route_refuse(request, "GET");
  return NULL;
}

static Handler bulk_handler(Request *request) {
  if (route_method_is(request, "POST")) return bulk_post;
  route_refuse(request, "POST");
  return NULL;
}

/* RFC 7644 section 3.11: the resource that the token stands for, if any. */
static bool resolve_me(Request *request) {
  Resource resource;
  if (!request->token.resource.size ||
      !find_by_id(request->operation, NULL, request->token.resource,
                  &resource)) {
    error_set(request->operation, ERROR_NOT_IMPLEMENTED,
              "/Me needs a token that stands for a resource");
    return false;
  }
  request->endpoint = resource.type->endpoint;
  request->resource_id = resource.id;
  return true;
}

static Handler list_handler(Request *request) {
  if (request->reads) return search_list;
  if (route_method_is(request, "POST")) return resource_create;
  route_refuse(request, "GET, POST");
  return NULL;
}

static Handler resource_handler(Request *request) {
  if (request->reads) return resource_get;
  if (route_method_is(request, "PUT")) return resource_put;
  if (route_method_is(request, "PATCH")) return resource_patch;
  if (route_method_is(request, "DELETE")) return resource_delete;
  route_refuse(request, "GET, PUT, PATCH, DELETE");
  return NULL;
}

static Handler discovery_handler(Request *request) {
  if (request->reads) return discovery_get;
  route_refuse(request, "GET");
  return NULL;
}

/* The path's parts: "/Users", "/Users/{id}". A slash at the end does not
** count. False when there are more. */
static bool split_path(Request *request) {
  Arena *arena = &request->operation->arena;
  Text path = request->path, segment;
  if (uri_segment(&path, &segment))
    request->endpoint = arena_format(
        arena, "/%.*s", TEXT_ARG(uri_decode(arena, segment, false)));
  if (uri_segment(&path, &segment))
    request->resource_id = uri_decode(arena, segment, false);
  return !uri_segment(&path, &segment) && utf8_valid(request->endpoint) &&
         utf8_valid(request->resource_id);
}

static bool at_endpoint(const Request *request, const char *endpoint) {
  return text_same(request->endpoint, text_of(endpoint)) &&
         !request->resource_id.size;
}

/* Why there is nothing: a definition that cannot be read takes its endpoint
** along, and whoever runs the platform has to be told which. */
static void refuse_endpoint(Request *request) {
  const LeftOut *left =
      schema_left_out(request->operation->schemas, request->endpoint);
  if (left)
    error_set(request->operation, ERROR_NOT_FOUND,
              "the endpoint '%.*s' is out of order, as scim_mistake says: %.*s",
              TEXT_ARG(left->name), TEXT_ARG(left->reason));
  error_set(request->operation, ERROR_NOT_FOUND, "there is no endpoint '%.*s'",
            TEXT_ARG(request->path));
}

void route_request(Request *request) {
  if (failed(request->operation)) return;
  bool known = split_path(request);
  if (known && at_endpoint(request, "/Me") && !resolve_me(request)) return;
  if (known)
    request->type =
        schema_type_at(request->operation->schemas, request->endpoint);
  if (request->type) request->log_id = request->resource_id;
  if (known && discovery_is(request->endpoint)) {
    request->handler = discovery_handler(request);
  } else if (known && !request->endpoint.size) {
    request->handler = root_handler(request);
  } else if (known && at_endpoint(request, "/Bulk")) {
    request->handler = bulk_handler(request);
  } else if (known && (at_endpoint(request, "/.search") ||
                       (request->type && is_search(request->resource_id)))) {
    request->handler = search_handler(request);
  } else if (!request->type) {
    refuse_endpoint(request);
  } else if (request->resource_id.size) {
    request->handler = resource_handler(request);
  } else {
    request->handler = list_handler(request);
  }
}
