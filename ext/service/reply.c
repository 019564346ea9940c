/*
** reply.c: what a reply looks like: resources, lists, errors, headers.
**
** HOW IT WORKS
**
** A handler writes its body into a buffer and hands it over with a status
** (reply_set_body); an error is made a body in the same way. What was copied is
** let go of at once: a list of 100,000 members is not to be there three times.
** At the very end reply_text puts status, headers and body into one JSON
** object, the body last, so that a caller can cut it out without reading it.
**
** Most resources are shown as they are stored. Then the stored text is copied,
** and what is not stored with it (members, groups, meta) goes in before its
** last brace: no tree is made. Only a reply that leaves something out needs
** one.
**
** References are stored relative to the base URL, so that a change of it
** changes no row. They are made absolute in the finished text, in one pass with
** memchr, which costs less than to carry the base through all that writes them;
** without a base, as in SQL, nothing is done.
*/
#include "reply.h"

#include <assert.h>

#include "../model/unfit.h"
#include "../store/members.h"
#include "caller.h"
#include "handlers.h"
#include "trial.h"

/* What a write has said of what is returned on request is part of its reply. */
Projection reply_projection(Request *request, const ResourceType *type) {
  Operation *operation = request->operation;
  const Target *target = request->target;
  const Json *body = request->body->json;
  Projection projection =
      projection_read(operation, type, target->attributes, target->excluded);
  if (target->handler == modify_handle) {
    projection_note_patch(operation, &projection, body);
  } else if (!target->reads) {
    projection_note_resource(operation, &projection, body);
  }
  return projection;
}

/*
** Resources.
*/

/* May the document be shown as it is stored, with members put in before its
** end? What is stored was checked when it was found (store/find.c): it is an
** object from the first byte to the last. One of ours has a member at once;
** behind what begins with a space nobody knows whether a comma is needed. */
static bool reply_is_verbatim(const Resource *resource) {
  Text doc = resource->doc;
  assert(doc.size > 1 && doc.data[0] == '{' && doc.data[doc.size - 1] == '}');
  return resource->type->stored_verbatim &&
         (doc.data[1] == '"' || doc.data[1] == '}') && !resource->unfit;
}

/* Begins a member of the object that is being written. */
static void reply_begin_member(Buffer *buffer, Text name) {
  assert(buffer->size > 0);
  if (buffer->data[buffer->size - 1] != '{') buffer_char(buffer, ',');
  buffer_json_string(buffer, name);
  buffer_char(buffer, ':');
}

/* Is an empty group shown with an empty list? RFC 7643 section 2.5 lets both
** be, and some clients add nobody to a group that has no list (authentik). */
static bool reply_shows_empty(const Request *request) {
  return !tenant_is(&request->caller->tenant, "empty_members", "hide");
}

/* The members of a group behind their name, which is taken back when nothing
** is to be written of a group that has none. */
static void reply_write_members(Request *request, const Resource *resource,
                                Buffer *buffer) {
  Operation *operation = request->operation;
  size_t before = buffer->size;
  reply_begin_member(buffer, resource->type->members->name);
  if (members_write(operation, resource->resource, operation->sees, buffer))
    return;
  if (reply_shows_empty(request))
    buffer_string(buffer, "[]");
  else
    buffer->size = before;
}

/* The groups of a resource behind their name, if it has any. */
static void reply_write_groups(Request *request, const Resource *resource,
                               Groups *page, Buffer *buffer) {
  size_t before = buffer->size;
  reply_begin_member(buffer, resource->type->groups->name);
  if (page) {
    if (!groups_write(page, resource->resource, buffer)) buffer->size = before;
    return;
  }
  Json *groups = members_groups(request->operation, resource->id);
  if (groups)
    json_write(buffer, groups);
  else
    buffer->size = before;
}

/* The same text as find_meta's: no tree is made of it, since a page has a
** hundred. */
static void reply_write_meta(Request *request, const Resource *resource,
                             Buffer *buffer) {
  Text base = request->caller->base;
  buffer_string(buffer, "{\"resourceType\":");
  buffer_json_string(buffer, resource->type->name);
  buffer_string(buffer, ",\"created\":");
  buffer_json_string(buffer, resource->created);
  buffer_string(buffer, ",\"lastModified\":");
  buffer_json_string(buffer, resource->modified);
  buffer_string(buffer, ",\"location\":");
  buffer_json_string(buffer, find_location(request->operation, resource, base));
  buffer_string(buffer, ",\"version\":\"W/\\\"");
  buffer_integer(buffer, resource->version);
  buffer_string(buffer, "\\\"\"}");
}

/* The stored text with members, groups and meta put in before its end. */
static void reply_write_stored(Request *request, const Resource *resource,
                               const Projection *projection, Groups *page,
                               Buffer *buffer) {
  const ResourceType *type = resource->type;
  buffer_add(buffer, text_without(resource->doc, 1));
  if (projection_shows(projection, type->members))
    reply_write_members(request, resource, buffer);
  if (projection_shows(projection, type->groups))
    reply_write_groups(request, resource, page, buffer);
  reply_begin_member(buffer, TEXT("meta"));
  reply_write_meta(request, resource, buffer);
  buffer_char(buffer, '}');
}

/* As it is stored, which is most of the time, or as a tree. */
void reply_write(Request *request, const Resource *resource,
                 const Projection *projection, Groups *page, Buffer *buffer) {
  const ResourceType *type = resource->type;
  if (reply_is_verbatim(resource) && projection_shows_stored(projection)) {
    reply_write_stored(request, resource, projection, page, buffer);
    return;
  }
  Include include = {.meta = true,
                     .members = projection_shows(projection, type->members),
                     .empty_members = reply_shows_empty(request),
                     .groups = projection_shows(projection, type->groups),
                     .page = page};
  Json *doc = find_document(request->operation, resource, request->caller->base,
                            include);
  if (resource->unfit) unfit_drop(type, doc);
  projection_apply(request->operation, projection, doc);
  json_write(buffer, doc);
}

/*
** Bodies.
*/

/* A relative reference without what leads out of its place: "../Users/b", read
** in a resource whose location is ".../Users/a", is "Users/b" below the base
** (RFC 3986 section 5.2.4), and so is "/Users/b". */
static Text reply_reference(Text text) {
  static const char *const leads[] = {"../", "./", "/"};
  for (size_t i = 0; i < sizeof leads / sizeof *leads;) {
    Text lead = text_of(leads[i]);
    bool leads_out = text_begins(text, lead);
    if (leads_out) text = text_after(text, lead.size);
    i = leads_out ? 0 : i + 1;
  }
  return text;
}

/* Writes the text with the base before each relative reference (RFC 7643
** section 2.3.7): a "$ref" whose value has no colon, hence no scheme (RFC 3986
** section 4.2). A quote within a string is escaped, so these bytes can only be
** a member. The search is for the rare '$', and looks around it when it is
** found. */
static void reply_write_absolute(Buffer *buffer, Text text, Text base) {
  static const char member[] = "\"$ref\":\"";
  const size_t size = sizeof member - 1; /* of which the '$' is the second */
  while (text.size) {
    const char *dollar = memchr(text.data, '$', text.size);
    size_t at = dollar ? (size_t)(dollar - text.data) : text.size;
    bool found = at > 0 && at - 1 + size <= text.size &&
                 !memcmp(text.data + at - 1, member, size);
    size_t done = found ? at - 1 + size : at + (at < text.size);
    buffer_add(buffer, text_first(text, done));
    assert(done > 0); /* or this would never end */
    text = text_after(text, done);
    if (!found) continue;
    const char *end = memchr(text.data, '"', text.size);
    if (end && !memchr(text.data, ':', (size_t)(end - text.data))) {
      buffer_add(buffer, base);
      buffer_char(buffer, '/');
      text = reply_reference(text);
    }
  }
}

/* The base as a part of a JSON string. */
static Text reply_base(const Request *request) {
  Buffer buffer = buffer_new(&request->operation->arena);
  buffer_json_string(&buffer, request->caller->base);
  return text_without(text_after(buffer_text(&buffer), 1), 1);
}

void reply_set_body(Request *request, int status, Text body) {
  request->reply->status = status;
  request->reply->body = body;
  request->reply->whole = NO_TEXT;
  if (!request->caller->base.size) return;
  Buffer buffer = buffer_new(&request->operation->arena);
  reply_write_absolute(&buffer, body, reply_base(request));
  arena_drop(&request->operation->arena, body.data);
  request->reply->body = buffer_text(&buffer);
}

/* The version is something to read, and not for who only writes. */
void reply_set_headers(Request *request, const Resource *resource) {
  Operation *operation = request->operation;
  if (caller_may_read(request->caller, resource->type))
    request->reply->etag = find_version(operation, resource);
  request->reply->location =
      find_location(operation, resource, request->caller->base);
}

/* What is told of a resource to who may write and not read: what it is, and by
** which id the next request can name it (RFC 7644 section 3.3 wants a Location,
** and clients an id). Nothing of it depends on what is stored, so parameters
** such as `attributes` change nothing either. */
static void reply_set_receipt(Request *request, int status,
                              const Resource *resource) {
  Arena *arena = &request->operation->arena;
  Json *doc = json_new(arena, JSON_OBJECT);
  Json *schemas = json_new(arena, JSON_ARRAY);
  Json *meta = json_new(arena, JSON_OBJECT);
  reply_set_headers(request, resource);
  json_append(schemas, json_string(arena, resource->type->schema->id));
  json_put_string(arena, meta, "resourceType", resource->type->name);
  json_put_string(arena, meta, "location", request->reply->location);
  json_put(doc, "schemas", schemas);
  json_put_string(arena, doc, "id", resource->id);
  json_put(doc, "meta", meta);
  reply_set_body(request, status, json_text(arena, doc));
}

/* Sets nothing when the operation fails on the way: a half of a resource is
** none, and reply_set_error will say why. */
void reply_set_resource(Request *request, int status,
                        const Resource *resource) {
  Buffer buffer = buffer_new(&request->operation->arena);
  Projection projection = reply_projection(request, resource->type);
  if (failed(request->operation)) return;
  request->reply->status = status;
  if (request->reply->unread) return;
  if (request->reply->bodiless) {
    reply_set_headers(request, resource);
    return;
  }
  if (!caller_may_read(request->caller, resource->type)) {
    reply_set_receipt(request, status, resource);
    return;
  }
  reply_write(request, resource, &projection, NULL, &buffer);
  if (failed(request->operation)) return;
  reply_set_headers(request, resource);
  reply_set_body(request, status, buffer_text(&buffer));
}

/*
** Lists.
*/

/* What is in front of the body of a list: no header goes with one. */
#define REPLY_LIST_HEAD "{\"status\":200,\"headers\":{},\"body\":"

/* startIndex belongs to pages by index, the cursors to pages by cursor (RFC
** 9865 section 2.1). */
void reply_begin_list(Buffer *buffer, const ListHead *head) {
  assert(!head->start || (!head->next.size && !head->previous.size));
  assert(!buffer->size);
  buffer_string(buffer, REPLY_LIST_HEAD);
  buffer_string(
      buffer,
      "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"]"
      ",\"totalResults\":");
  buffer_integer(buffer, head->total);
  if (head->start) {
    buffer_string(buffer, ",\"startIndex\":");
    buffer_integer(buffer, head->start);
  }
  buffer_string(buffer, ",\"itemsPerPage\":");
  buffer_integer(buffer, head->count);
  if (head->next.size) {
    buffer_string(buffer, ",\"nextCursor\":");
    buffer_json_string(buffer, head->next);
  }
  if (head->previous.size) {
    buffer_string(buffer, ",\"previousCursor\":");
    buffer_json_string(buffer, head->previous);
  }
  buffer_string(buffer, ",\"Resources\":[");
}

/* With a base, what is written is written once more, behind what has been, and
** taken back from there: still in the cache, and not by a second text as long
** as the list. */
void reply_write_listed(Request *request, const Resource *resource,
                        const Projection *projection, Groups *page,
                        Buffer *buffer) {
  Text base = request->caller->base;
  Buffer one = buffer_new(&request->operation->arena);
  if (!base.size) {
    reply_write(request, resource, projection, page, buffer);
    return;
  }
  reply_write(request, resource, projection, page, &one);
  if (!failed(request->operation))
    reply_write_absolute(buffer, buffer_text(&one), reply_base(request));
}

void reply_set_list(Request *request, Buffer *buffer) {
  Reply *reply = request->reply;
  buffer_string(buffer, "]}}");
  reply->status = 200;
  reply->whole = buffer_text(buffer);
  reply->body =
      text_without(text_after(reply->whole, TEXT(REPLY_LIST_HEAD).size), 1);
}

/*
** Errors.
*/

/* Headers of what the handler had nearly done are taken back; Allow and
** Retry-After stay, they belong to a 405 and a 503. */
void reply_set_error(Request *request) {
  Operation *operation = request->operation;
  request->reply->status = error_status(operation->error);
  request->reply->etag = request->reply->location = NO_TEXT;
  if (operation->error == ERROR_INVALID_REQUEST)
    request->reply->challenge =
        TEXT("Bearer realm=\"scim\", error=\"invalid_request\"");
  request->reply->body = json_text(&operation->arena, error_json(operation));
  request->reply->whole = NO_TEXT;
}

/*
** The whole.
*/

/* A header that is set, with a comma before all but the first. */
static void reply_write_header(Buffer *buffer, const char *name, Text value) {
  if (!value.size) return;
  reply_begin_member(buffer, text_of(name));
  buffer_json_string(buffer, value);
}

/* What a 401 asks for (RFC 6750 section 3), and the 400 for a token that is
** empty: whoever sent a token is told that it is not valid; who sent none, or
** what is of another scheme, only that one is wanted (section 3.1: without an
** error code then). */
static Text reply_challenge(const Request *request) {
  const Caller *caller = request->caller;
  if (request->reply->challenge.size) return request->reply->challenge;
  return caller->token.token || token_is_sent(caller->authorization)
             ? TEXT("Bearer realm=\"scim\", error=\"invalid_token\"")
             : TEXT("Bearer realm=\"scim\"");
}

/* Puts the body behind what was written, and lets go of it. */
static void reply_move_body(Request *request, Buffer *buffer) {
  Reply *reply = request->reply;
  buffer_string(buffer, ",\"body\":");
  buffer_add(buffer, reply->body);
  arena_drop(buffer->arena,
             reply->whole.size ? reply->whole.data : reply->body.data);
  reply->body = reply->whole = NO_TEXT;
}

/* Is all of it written, as a list is where no header was set? */
static bool reply_is_whole(const Reply *reply) {
  return reply->whole.size && reply->status == 200 && !reply->etag.size &&
         !reply->location.size && !reply->allow.size && !reply->no_store &&
         !reply->retry_after.size && !reply->challenge.size;
}

/* Without a space anywhere, so that a shim can read it with few lines of code
** (shim/http_reply.c); the names of the parts are never escaped. */
Text reply_text(Request *request) {
  const Reply *reply = request->reply;
  Buffer buffer = buffer_new(&request->operation->arena);
  assert(reply->status >= 200 && reply->status < 600);
  if (reply_is_whole(reply) && !request->dry_run) return reply->whole;
  buffer_string(&buffer, "{\"status\":");
  buffer_integer(&buffer, reply->status);
  buffer_string(&buffer, ",\"headers\":{");
  reply_write_header(&buffer, "ETag", reply->etag);
  reply_write_header(&buffer, "Location", reply->location);
  reply_write_header(&buffer, "Allow", reply->allow);
  if (reply->no_store) {
    reply_write_header(&buffer, "Cache-Control", TEXT("no-store"));
    reply_write_header(&buffer, "Pragma", TEXT("no-cache"));
  }
  reply_write_header(&buffer, "Retry-After", reply->retry_after);
  if (reply->status == 401 || reply->challenge.size)
    reply_write_header(&buffer, "WWW-Authenticate", reply_challenge(request));
  buffer_char(&buffer, '}');
  if (request->dry_run) {
    buffer_string(&buffer, ",\"change\":");
    json_write(&buffer, trial_change(request));
  }
  if (reply->body.size) reply_move_body(request, &buffer);
  buffer_char(&buffer, '}');
  return buffer_text(&buffer);
}
