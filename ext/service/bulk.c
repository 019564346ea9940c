/*
** bulk.c: POST /Bulk (RFC 7644 section 3.7).
**
** Every resource that a bulkId names gets its id before anything is done, so
** that references to it can be written forward and in circles. An operation
** waits for the creates that it refers to; only what refers to each other in
** a circle is done in the order of the request. Each operation is atomic by
** itself and leaves its own row in the log.
*/
#include "reply.h"
#include "request.h"

#define BULK_SCHEMA "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
#define REFERENCE "bulkId:"

typedef enum State { WAITING, DONE, FAILED } State;

/* One operation, and what came of it. */
typedef struct Part {
  Text method, path, bulk_id, version;
  Json *data;
  Text id;              /* of the resource to create */
  unsigned *references; /* the creates that it refers to */
  unsigned reference_count;
  bool dangling; /* it refers to what the request does not create */
  State state;
  Json *result;
} Part;

typedef struct Bulk {
  Request *request;
  Part *parts;
  unsigned count;
  long long most_errors, errors;
} Bulk;

/*
** Reading.
*/
static Part *find_part(Bulk *bulk, Text bulk_id) {
  for (unsigned i = 0; i < bulk->count; i++) {
    Part *part = &bulk->parts[i];
    if (part->id.size && text_equal(part->bulk_id, bulk_id)) return part;
  }
  return NULL;
}

static Text read_part(Bulk *bulk, const Json *operation, unsigned number) {
  Part *part = &bulk->parts[number];
  Operation *own = bulk->request->operation;
  part->method = json_member_string(operation, "method");
  part->path = json_member_string(operation, "path");
  part->bulk_id = json_member_string(operation, "bulkId");
  part->version = json_member_string(operation, "version");
  part->data = json_member(operation, "data");
  if (operation->type != JSON_OBJECT || !part->method.size || !part->path.size)
    error_set(own, ERROR_INVALID_SYNTAX,
              "Operations[%u] needs a method and a path", number);
  if (text_equal(part->method, text_of("POST"))) {
    if (!part->bulk_id.size)
      error_set(own, ERROR_INVALID_SYNTAX,
                "Operations[%u] is a POST and needs a bulkId", number);
    if (find_part(bulk, part->bulk_id))
      error_set(own, ERROR_INVALID_SYNTAX,
                "the bulkId of Operations[%u] is that of another", number);
    part->id = request_new_id(bulk->request);
  }
  return part->id;
}

static void read_parts(Bulk *bulk) {
  Request *request = bulk->request;
  Operation *operation = request->operation;
  const Json *list = json_member(request->json, "Operations");
  const Json *errors = json_member(request->json, "failOnErrors");
  long long most = request_limit(request, LIMIT_BULK_OPERATIONS);
  unsigned number = 0;
  if (!list || list->type != JSON_ARRAY) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "a bulk request needs Operations, an array");
    return;
  }
  if (list->count > most) {
    error_set(operation, ERROR_TOO_LARGE,
              "the bulk request has %u operations, more than %lld", list->count,
              most);
    return;
  }
  if (errors && errors->type != JSON_NULL &&
      (errors->type != JSON_NUMBER || !key_is_integer(errors->text)))
    error_set(operation, ERROR_INVALID_VALUE,
              "failOnErrors must be an integer");
  bulk->most_errors = errors && errors->type == JSON_NUMBER
                          ? key_number(errors->text).integer
                          : 0;
  bulk->parts = arena_alloc(&operation->arena, list->count * sizeof(Part));
  bulk->count = list->count;
  Json *pending = json_new(&operation->arena, JSON_ARRAY);
  JSON_EACH (item, list) {
    Text id = read_part(bulk, item, number++);
    if (id.size) json_append(pending, json_string(&operation->arena, id));
  }
  request->pending = json_text(&operation->arena, pending);
}

/*
** References.
*/
/* Where a text that refers to something does so: it begins with the mark, or
** it is the path of a PATCH with a reference in quotes. The mark before other
** words is only text. */
static bool find_reference(Text text, bool path, size_t *start, Text *id) {
  Text mark = text_of(path ? "\"" REFERENCE : REFERENCE);
  for (size_t at = 0; at + mark.size <= text.size; at++) {
    if (!text_begins(text_after(text, at), mark)) {
      if (!path) return false;
      continue;
    }
    *start = at + mark.size - strlen(REFERENCE);
    *id = text_after(text, at + mark.size);
    const char *end = path && id->size ? memchr(id->data, '"', id->size) : NULL;
    if (end) id->size = (size_t)(end - id->data);
    return id->size > 0 && !memchr(id->data, ' ', id->size);
  }
  return false;
}

/* Puts the id of the resource in place of the reference. */
static Text resolved(Bulk *bulk, Text text, size_t start, Text id,
                     const Part *part) {
  Text behind = text_after(text, start + strlen(REFERENCE) + id.size);
  return arena_format(&bulk->request->operation->arena, "%.*s%.*s%.*s",
                      TEXT_ARG(text_first(text, start)), TEXT_ARG(part->id),
                      TEXT_ARG(behind));
}

/* Notes what a text of the part refers to. A part may refer to itself. */
static void note_text(Bulk *bulk, Part *own, Text text, bool path) {
  size_t start;
  Text id;
  if (!find_reference(text, path, &start, &id)) return;
  const Part *part = find_part(bulk, id);
  if (part == own) return;
  if (!part) {
    own->dangling = true;
    return;
  }
  size_t used = own->reference_count * sizeof *own->references;
  own->references = (unsigned *)(void *)arena_grow(
      &bulk->request->operation->arena, (char *)own->references, used, used,
      used + sizeof *own->references);
  own->references[own->reference_count++] = (unsigned)(part - bulk->parts);
}

static bool is_path(const Json *value) {
  return text_same(value->name, text_of("path"));
}

static void note_value(Bulk *bulk, Part *own, const Json *value) {
  if (value->type == JSON_STRING)
    note_text(bulk, own, value->text, is_path(value));
  JSON_EACH (item, value) note_value(bulk, own, item);
}

/* "/Groups/bulkId:abc": the last segment of the path. */
static Text last_segment(Text path) {
  size_t at = path.size;
  while (at && path.data[at - 1] != '/') at--;
  return text_after(path, at);
}

static void note_references(Bulk *bulk, Part *part) {
  note_text(bulk, part, last_segment(part->path), false);
  if (part->data) note_value(bulk, part, part->data);
}

/* The worst of what the part refers to. */
static State state_of_references(const Bulk *bulk, const Part *part) {
  State worst = part->dangling ? FAILED : DONE;
  for (unsigned i = 0; i < part->reference_count && worst != FAILED; i++) {
    State state = bulk->parts[part->references[i]].state;
    if (state != DONE) worst = state;
  }
  return worst;
}

/* Puts ids in place of references. */
static Text resolve_text(Bulk *bulk, Text text, bool path) {
  size_t start;
  Text id;
  if (!find_reference(text, path, &start, &id)) return text;
  const Part *part = find_part(bulk, id);
  return part ? resolved(bulk, text, start, id, part) : text;
}

static void resolve_value(Bulk *bulk, Json *value) {
  if (value->type == JSON_STRING)
    value->text = resolve_text(bulk, value->text, is_path(value));
  JSON_EACH (item, value) resolve_value(bulk, item);
}

static void resolve_references(Bulk *bulk, Part *part) {
  Text last = last_segment(part->path);
  Text front = text_first(part->path, part->path.size - last.size);
  Text id = resolve_text(bulk, last, false);
  part->path = arena_format(&bulk->request->operation->arena, "%.*s%.*s",
                            TEXT_ARG(front), TEXT_ARG(id));
  if (part->data) resolve_value(bulk, part->data);
}

/*
** Doing.
*/
static void set_result(Bulk *bulk, Part *part, Request *inner) {
  Operation *operation = bulk->request->operation;
  Arena *arena = &operation->arena;
  Json *result = json_new(arena, JSON_OBJECT);
  bool error = failed(operation);
  int status = error ? error_status(operation->error) : inner->reply.status;
  json_put_string(arena, result, "method", part->method);
  json_put_string(arena, result, "bulkId", part->bulk_id);
  json_put_string(arena, result, "version", inner->reply.etag);
  json_put_string(arena, result, "location", request_location(inner));
  json_put_string(arena, result, "status", arena_format(arena, "%d", status));
  if (error) json_put(result, "response", error_json(operation));
  part->result = result;
  part->state = error ? FAILED : DONE;
  bulk->errors += error;
}

static void do_part(Bulk *bulk, Part *part) {
  Request inner;
  Operation *operation = bulk->request->operation;
  bool dangling = state_of_references(bulk, part) == FAILED;
  resolve_references(bulk, part);
  request_within(bulk->request, &inner, part->method, part->path, part->data,
                 part->version, part->id);
  if (dangling)
    error_set(operation, ERROR_CONFLICT,
              "a bulkId in the operation names nothing that was created");
  request_run_within(&inner);
  if (operation->error == ERROR_DATABASE) return;
  set_result(bulk, part, &inner);
  error_clear(operation);
}

/* The next operation: the first that waits for nothing, else the first. */
static Part *next_part(const Bulk *bulk) {
  Part *first = NULL;
  for (unsigned i = 0; i < bulk->count; i++) {
    Part *part = &bulk->parts[i];
    if (part->state != WAITING) continue;
    if (!first) first = part;
    if (state_of_references(bulk, part) != WAITING) return part;
  }
  return first;
}

void bulk_post(Request *request) {
  Bulk bulk = {.request = request};
  Operation *operation = request->operation;
  Arena *arena = &operation->arena;
  read_parts(&bulk);
  for (unsigned i = 0; i < bulk.count && !failed(operation); i++)
    note_references(&bulk, &bulk.parts[i]);
  while (!failed(operation)) {
    Part *part = next_part(&bulk);
    if (!part || (bulk.most_errors && bulk.errors >= bulk.most_errors)) break;
    do_part(&bulk, part);
  }
  if (failed(operation)) return;
  Json *reply = json_new(arena, JSON_OBJECT);
  Json *schemas = json_new(arena, JSON_ARRAY);
  Json *results = json_new(arena, JSON_ARRAY);
  json_append(schemas, json_string(arena, text_of(BULK_SCHEMA)));
  json_put(reply, "schemas", schemas);
  json_put(reply, "Operations", results);
  for (unsigned i = 0; i < bulk.count; i++)
    if (bulk.parts[i].result) json_append(results, bulk.parts[i].result);
  reply_set_body(request, 200, json_text(arena, reply));
}
