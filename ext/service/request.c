#include "request.h"

#include <sodium.h>

#include "../db/transaction.h"
#include "../store/commit.h"
#include "../store/definitions.h"
#include "../store/index.h"
#include "../text/instant.h"
#include "../text/uri.h"
#include "reply.h"
#include "route.h"

#define TARGET_SIZE 512 /* bytes of a path that the log keeps */

/*
** Reading the parts.
*/

/* The base has no slash at its end: endpoints begin with one. */
static Text read_base(Text base) {
  while (base.size && base.data[base.size - 1] == '/')
    base = text_without(base, 1);
  return base;
}

/* The options of README.md. method, target and body are there when all of a
** request is one object. */
static const Option request_options[] = {
    {"method", OPTION_OTHER, 0},
    {"target", OPTION_OTHER, 0},
    {"body", OPTION_OTHER, 0},
    {"authorization", OPTION_TEXT, offsetof(Request, authorization)},
    {"tenant", OPTION_TEXT, offsetof(Request, tenant.name)},
    {"base_url", OPTION_TEXT, offsetof(Request, base)},
    {"if_match", OPTION_TEXT, offsetof(Request, if_match)},
    {"if_none_match", OPTION_TEXT, offsetof(Request, if_none_match)},
    {"content_type", OPTION_TEXT, offsetof(Request, content_type)},
    {"id", OPTION_TEXT, offsetof(Request, id)},
    {"now", OPTION_TIME, offsetof(Request, now)},
    {"source", OPTION_TEXT, offsetof(Request, source)},
    {"dry_run", OPTION_BOOLEAN, offsetof(Request, dry_run)},
    {"truncated", OPTION_BOOLEAN, offsetof(Request, truncated)},
};

static void read_options(Request *request, const Json *options) {
  Operation *operation = request->operation;
  options_read(operation, options, request_options,
               sizeof request_options / sizeof *request_options, request);
  /* Even as null: a host that passes on a header which was not sent must not
  ** become a trusted caller by it. */
  request->has_authorization = json_member(options, "authorization") != NULL;
  request->base = read_base(request->base);
  if (!request->tenant.name.size) request->tenant.name = TEXT("default");
  if (!request->now.size) request->now = instant_now(&operation->arena);
  if (request->source.size && !text_equal(request->source, TEXT("idp")) &&
      !text_equal(request->source, TEXT("manual")))
    error_set(operation, ERROR_INVALID_VALUE,
              "the option 'source' is idp or manual, not '%.*s'",
              TEXT_ARG(request->source));
}

/* The path, and what is behind the '?'. */
static void read_target(Request *request) {
  Text query = request->target;
  request->path = text_cut(&query, '?');
  if (request->path.size < request->target.size) request->query = query;
}

void request_read(Request *request, Operation *operation, Text method,
                  Text target, Text body, const Json *options) {
  memset(request, 0, sizeof *request);
  request->operation = operation;
  request->method = method;
  request->target = target;
  request->body = body;
  read_options(request, options);
  read_target(request);
  request->searches = route_is_search(request);
  request->reads = request->searches || route_method_is(request, "GET") ||
                   route_method_is(request, "HEAD");
  if (!utf8_valid(method) || !utf8_valid(target) || !method.size)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the method or the target is missing or not valid UTF-8");
}

/* A member of a SearchRequest (RFC 7644 section 3.4.3): a string, a number, or
** an array of names, which becomes a list with commas. */
static Text posted_parameter(Request *request, const char *name) {
  Buffer buffer = buffer_new(&request->operation->arena);
  const Json *value = json_member(request->json, name);
  Text none = {NULL, 0};
  if (!value || value->type == JSON_NULL) return none;
  if (value->type != JSON_ARRAY)
    return value->text.data ? value->text : text_of("");
  JSON_EACH (item, value) {
    if (buffer.size) buffer_char(&buffer, ',');
    buffer_add(&buffer, item->text);
  }
  return buffer_text(&buffer);
}

Text request_parameter(Request *request, const char *name, ErrorKind kind) {
  Text value = {NULL, 0}, none = {NULL, 0};
  if (request->searches) return posted_parameter(request, name);
  if (failed(request->operation) ||
      !uri_parameter(&request->operation->arena, request->query, name, &value))
    return none;
  if (utf8_valid(value)) return value;
  error_set(request->operation, kind, "the parameter '%s' is not valid UTF-8",
            name);
  return none;
}

long long request_limit(const Request *request, Limit limit) {
  static const struct {
    const char *name;
    long long normal, least, most;
  } limits[] = {
      [LIMIT_PAGE_MAX] = {"page_max", 1000, 1, 1000000},
      [LIMIT_PAGE_DEFAULT] = {"page_default", 100, 1, 1000000},
      [LIMIT_BODY] = {"max_body", 16 << 20, 1, 1 << 30},
      [LIMIT_GROUP_REPLY] = {"group_reply", 1000, 0, 1000000},
      [LIMIT_BULK_OPERATIONS] = {"bulk_operations", 1000, 1, 100000},
  };
  long long number =
      tenant_number(&request->tenant, limits[limit].name, limits[limit].normal,
                    limits[limit].least, limits[limit].most);
  if (limit != LIMIT_PAGE_DEFAULT) return number;
  long long most = request_limit(request, LIMIT_PAGE_MAX);
  return number < most ? number : most;
}

/*
** Who may do what.
*/
/* By a setting of its own, or by the preset that holds everything to the
** letter. */
static bool is_strict(const Request *request, const char *name,
                      const char *strict) {
  if (json_member(request->tenant.settings, name))
    return tenant_is(&request->tenant, name, strict);
  return tenant_is(&request->tenant, "preset", "rfc");
}

static void read_strictness(Request *request) {
  static const struct {
    const char *setting, *strict;
    unsigned bit;
  } words[] = {{"unquoted_literals", "reject", STRICT_LITERALS},
               {"string_booleans", "reject", STRICT_BOOLEANS},
               {"unmatched_value_path", "noTarget", STRICT_TARGETS},
               {"missing_schemas", "reject", STRICT_SCHEMAS},
               {"other_shapes", "reject", STRICT_SHAPES},
               {"empty_operations", "reject", STRICT_EMPTY}};
  unsigned strict = 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (is_strict(request, words[i].setting, words[i].strict))
      strict |= words[i].bit;
  request->operation->strict = strict;
}

/* Finds out who asks. A trusted caller may do everything; whoever brings an
** authorization, what its token may do, in the tenant of the token. */
static void identify(Request *request) {
  request->token.read = request->token.write = true;
  if (!request->has_authorization) return;
  token_check(request->operation, request->authorization, request->now,
              &request->token);
  request->tenant.name = request->token.tenant;
}

static void authorise(Request *request) {
  Operation *operation = request->operation;
  if (failed(operation)) return;
  if (!tenant_find(operation, request->tenant.name, &request->tenant))
    error_set(operation, ERROR_NOT_FOUND, "there is no tenant '%.*s'",
              TEXT_ARG(request->tenant.name));
  operation->tenant = request->tenant.name;
  if (request->tenant.base_url.size)
    request->base = read_base(request->tenant.base_url);
  read_strictness(request);
}

static void check_scope(Request *request) {
  if (!(request->reads ? request->token.read : request->token.write))
    error_set(request->operation, ERROR_FORBIDDEN,
              "the token's scopes are without %s",
              request->reads ? "read" : "write");
}

/*
** The body.
*/
static Text media_type(Text content_type) {
  size_t size = 0;
  while (size < content_type.size && content_type.data[size] != ';' &&
         content_type.data[size] != ' ')
    size++;
  return text_first(content_type, size);
}

/* RFC 7644 section 3.1: application/scim+json; application/json too, with any
** parameters, or nothing said. */
static void check_media_type(Request *request) {
  Text type = media_type(request->content_type);
  if (!type.size || text_same(type, text_of("application/scim+json")) ||
      text_same(type, text_of("application/json")))
    return;
  error_set(request->operation, ERROR_MEDIA_TYPE,
            "the Content-Type must be application/scim+json, not '%.*s'",
            TEXT_ARG(type));
}

static bool has_body(const Request *request) {
  return text_equal(request->method, text_of("POST")) ||
         text_equal(request->method, text_of("PUT")) ||
         text_equal(request->method, text_of("PATCH"));
}

static void read_body(Request *request) {
  Operation *operation = request->operation;
  if (failed(operation) || !has_body(request)) return;
  long long most = request_limit(request, LIMIT_BODY);
  if (request->truncated || (long long)request->body.size > most)
    error_set(operation, ERROR_TOO_LARGE,
              "the request body is larger than %lld bytes", most);
  check_media_type(request);
  request->json = error_parse(operation, request->body, "the request body");
  if (request->json && request->json->type != JSON_OBJECT)
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the request body must be a JSON object");
}

static bool says(const Json *body, Text urn) {
  JSON_EACH (id, json_member(body, "schemas")) {
    if (text_same(id->text, urn)) return true;
  }
  return false;
}

/* RFC 7643 section 3 and RFC 7644 sections 3.4.3, 3.5.2 and 3.7: what a body
** has to say that it is. */
static void check_schemas(Request *request) {
  Operation *operation = request->operation;
  if (failed(operation) || !request->json ||
      !(operation->strict & STRICT_SCHEMAS))
    return;
  Text urn = request->type ? request->type->schema->id : text_of("");
  if (request->handler == resource_patch)
    urn = text_of("urn:ietf:params:scim:api:messages:2.0:PatchOp");
  if (request->handler == bulk_post)
    urn = text_of("urn:ietf:params:scim:api:messages:2.0:BulkRequest");
  if (request->searches)
    urn = text_of("urn:ietf:params:scim:api:messages:2.0:SearchRequest");
  if (!says(request->json, urn))
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the body's 'schemas' are without %.*s", TEXT_ARG(urn));
}

/*
** Handling.
*/
static void handle(Request *request) {
  if (!failed(request->operation)) request->handler(request);
}

Text request_new_id(Request *request) {
  unsigned char bytes[16];
  char hex[33];
  Text id = request->id;
  if (id.size) {
    for (size_t i = 0; i < id.size; i++) {
      char c = id.data[i];
      bool plain = (c >= '0' && c <= '9') ||
                   ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' ||
                   c == '_' || c == '.';
      if (!plain || id.size > 64 ||
          text_begins(text_after(id, i), text_of("bulkId")))
        error_set(request->operation, ERROR_INVALID_VALUE,
                  "the option 'id' is no id: '%.*s'", TEXT_ARG(id));
    }
    return id;
  }
  randombytes_buf(bytes, sizeof bytes);
  bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
  bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
  sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  return arena_format(&request->operation->arena, "%.8s-%.4s-%.4s-%.4s-%.12s",
                      hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

Text request_location(Request *request) {
  Text none = {NULL, 0};
  if (request->reply.location.size) return request->reply.location;
  if (!request->type || !request->resource_id.size) return none;
  return arena_format(&request->operation->arena, "%.*s%.*s/%.*s",
                      TEXT_ARG(request->base), TEXT_ARG(request->endpoint),
                      TEXT_ARG(request->resource_id));
}

/*
** The log of what failed; what succeeds logs with its change.
*/
/* The path alone: some put secrets into a query. */
static Text log_target(const Request *request) {
  Text target = request->path;
  if (target.size <= TARGET_SIZE) return target;
  size_t size = TARGET_SIZE;
  while (size && ((unsigned char)target.data[size] & 0xC0) == 0x80) size--;
  return text_first(target, size);
}

void request_log(const Request *request, Change *change) {
  change->tenant = request->tenant.name;
  change->token = request->token.token;
  change->method = request->method;
  change->target = log_target(request);
  change->time = request->now;
  change->source = request->source;
}

static bool request_writes(const Request *request) {
  return !request->reads && !request->dry_run;
}

/* Whoever is refused for want of a valid token leaves no row, be the token
** missing, made up, revoked or expired: anybody could fill the disk, and bury
** what the log is read for. */
static void log_failure(Request *request) {
  Operation *operation = request->operation;
  if (!failed(operation) || operation->error == ERROR_DATABASE ||
      operation->error == ERROR_UNAUTHORIZED || !request_writes(request))
    return;
  SavedError held = error_save(operation);
  Change change = {.action = "none",
                   .status = error_status(held.error),
                   .detail = held.detail};
  const char *scim_type = error_scim_type(held.error);
  if (scim_type) change.scim_type = text_of(scim_type);
  if (request->type) {
    change.type = request->type->name;
    change.id = request->log_id;
  }
  request_log(request, &change);
  commit_change(operation, &change);
  error_restore(operation, held);
}

/*
** All of it.
*/

/* Before anything is done: what is wrong with these must not come to light
** when a change has been made. */
static void read_projection(Request *request) {
  request->attributes =
      request_parameter(request, "attributes", ERROR_INVALID_VALUE);
  request->excluded =
      request_parameter(request, "excludedAttributes", ERROR_INVALID_VALUE);
}

static void run(Request *request) {
  authorise(request);
  route_request(request);
  check_scope(request);
  read_body(request);
  check_schemas(request);
  read_projection(request);
  handle(request);
  log_failure(request);
}

/* The error that request_read may have found is put aside until the database
** can be asked and the log be written. Who asks is known before anything is
** written: a stranger's request must not even build an index. */
void request_handle(Request *request) {
  Operation *operation = request->operation;
  bool writes = request_writes(request);
  SavedError held = error_save(operation);
  if (writes) transaction_begin(operation);
  definitions_require(operation);
  identify(request);
  if (writes) index_build(operation);
  error_restore(operation, held);
  if (operation->error != ERROR_DATABASE) run(request);
  transaction_end(operation);
  if (failed(operation) && operation->error != ERROR_DATABASE) {
    reply_set_error(request);
    error_clear(operation);
  }
}

/*
** Requests within a request.
*/
void request_within(Request *outer, Request *inner, Text method, Text target,
                    Json *json, Text if_match, Text id) {
  memset(inner, 0, sizeof *inner);
  inner->operation = outer->operation;
  inner->tenant = outer->tenant;
  inner->token = outer->token;
  inner->base = outer->base;
  inner->now = outer->now;
  inner->source = outer->source;
  inner->dry_run = outer->dry_run;
  inner->pending = outer->pending;
  inner->method = method;
  inner->target = inner->path = target;
  inner->json = json;
  inner->if_match = if_match;
  inner->id = id;
  inner->searches = route_is_search(inner);
}

void request_run_within(Request *inner) {
  Operation *operation = inner->operation;
  bool writes = has_body(inner) || route_method_is(inner, "DELETE");
  if (!writes) route_refuse(inner, "POST, PUT, PATCH, DELETE");
  route_request(inner);
  if (inner->searches || inner->handler == bulk_post)
    error_set(operation, ERROR_INVALID_PATH,
              "'%.*s' cannot be part of a bulk request", TEXT_ARG(inner->path));
  check_schemas(inner);
  handle(inner);
  log_failure(inner);
}
