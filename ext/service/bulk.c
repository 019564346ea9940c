/*
** bulk.c: POST /Bulk (RFC 7644 section 3.7).
**
** Many operations in one request. Each is atomic by itself, is answered for
** itself and leaves its own row in the log; failOnErrors says after how many
** failures the rest is left out.
**
** THE ORDER
**
** The outcome must be that of the operations done one after another ("the same
** stateful result is achieved as for non-optimized processing", section 3.7).
** So they are done in the order of the request, with one exception: a create
** to which an operation before it refers comes forward, to just before that
** operation. Nobody can tell, because nobody knows the resource by anything but
** its bulkId.
**
**     0  POST /Groups  members: bulkId:ann        order: 1, 0
**     1  POST /Users   bulkId ann
**
**     0  PATCH /Groups/g   add bulkId:ann         order: 2, 0, 1
**     1  PATCH /Groups/g   remove bob
**     2  POST  /Users      bulkId ann
**
** Were 0 to wait for its user instead, 1 would overtake it and bob would stay.
** Were it done at once, a create that fails would leave a member that is
** nobody, in a group of which the client was told that all is well.
**
** Somebody can tell after all when the create would pass an operation that has
** to do with the same thing: that takes or frees a value which must be unique,
** or deletes what the create names. Then that operation comes forward too.
**
**     0  PATCH  /Groups/g  add bulkId:ann         order: 1, 2, 0
**     1  DELETE /Users/a   whose userName is ann
**     2  POST   /Users     bulkId ann, userName ann
**
** When it cannot, because it must also stay behind, then the operation that
** refers to the create is refused (409; section 3.7.1 allows it), and the
** create is done in its place.
**
**     0  PATCH  /Users/a   manager bulkId:new     order: 0 (409), 1, 2
**     1  DELETE /Users/a   whose userName is ann
**     2  POST   /Users     bulkId new, userName ann
**
** Whatever refers to a create that has failed fails too, with 400 and the
** bulkId in its detail. Creates may refer to each other in a circle (section
** 3.7.1). Ids are given beforehand, so the first of them can name what is not
** there yet; before it is done, those that are to follow are tried without
** effect, as in a dry run. One that would fail takes the circle along, and no
** reference is left to a resource that was never made. Groups that would be
** within each other are no such circle: of them the last is refused, and the
** others with it (bulk_circle.c). The same is done where failOnErrors lets the
** next failure end the request: what would be left out then must not have come
** forward.
**
** HOW IT WORKS
**
** Operations are read into parts, and what each refers to is noted
** (bulk_references.c). Then the parts are gone through in order. For each that
** still waits a plan is made (bulk_order.c): what has to be done before it, and
** itself. The plan is carried out, each part as a request within the request.
*/
#include "bulk.h"

#include <assert.h>

#include "../db/transaction.h"
#include "../model/budget.h"
#include "../model/key.h"
#include "caller.h"
#include "handle.h"
#include "handlers.h"
#include "reply.h"
#include "trial.h"

#define BULK_RESPONSE "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

/* The rows that a bulk request may change before its next part is refused: half
** a second for the worst, members of many groups. A part by itself has no such
** limit, so each that could be sent alone can also be the first of a bulk. */
#define BULK_ROWS 80000

/*
** Reading.
*/

/* A text that is a member of an operation; never NULL, as the log has it. */
static Text bulk_read_text(const Json *item, const char *name) {
  Text text = json_member_string(item, name);
  return text.data ? text : TEXT("");
}

/* Looks at the shape of an operation. What is wrong with it fails this one
** alone: the others are done ("MUST continue performing as many changes as
** possible", RFC 7644 section 3.7), and the reply to this one is in its place,
** with what there is of method and bulkId. */
static void bulk_check_part(Bulk *bulk, const Json *item, unsigned number) {
  BulkPart *part = &bulk->parts[number];
  const char *fault = NULL;
  if (item->type != JSON_OBJECT || !part->method.size || !part->path.size)
    fault = "needs a method and a path";
  else if (bulk_method_is(part, "POST") && !part->bulk_id.size)
    fault = "is a POST and needs a bulkId";
  if (fault)
    part->fault = arena_format(&bulk->request->operation->arena,
                               "Operations[%u] %s", number, fault)
                      .data;
}

/* Fills in the part. A create gets its id now, so that others can name it. */
static void bulk_read_part(Bulk *bulk, const Json *item, unsigned number) {
  BulkPart *part = &bulk->parts[number];
  part->method = bulk_read_text(item, "method");
  part->query = bulk_read_text(item, "path");
  part->bulk_id = bulk_read_text(item, "bulkId");
  part->version = json_member_string(item, "version");
  part->data = json_member(item, "data");
  Text path = part->query;
  part->path = text_cut(&path, '?');
  part->query = text_after(part->query, part->path.size);
  bulk_check_part(bulk, item, number);
  part->name = request_part_name(bulk->request, number);
  if (!part->fault && bulk_method_is(part, "POST"))
    part->id = part->name.size ? part->name : request_new_id(bulk->request);
}

/* The number of failures after which the request ends; 0 when it never does.
** A negative one would end it before it has begun. */
static long long bulk_read_fail_on_errors(Bulk *bulk) {
  const Json *value = json_member(bulk->request->body->json, "failOnErrors");
  if (!value || value->type == JSON_NULL) return 0;
  if (value->type == JSON_NUMBER && key_is_integer(value->text) &&
      value->text.data[0] != '-')
    return key_number(value->text).integer;
  error_set(bulk->request->operation, ERROR_INVALID_VALUE,
            "failOnErrors must be an integer that is not negative");
  return 0;
}

/* The array of operations, or NULL with an error. */
static const Json *bulk_read_list(Bulk *bulk) {
  Request *request = bulk->request;
  const Json *list = json_member(request->body->json, "Operations");
  long long most = caller_limit(request->caller, LIMIT_BULK_OPERATIONS);
  if (!list || list->type != JSON_ARRAY) {
    error_set(request->operation, ERROR_INVALID_SYNTAX,
              "a bulk request needs Operations, an array");
    return NULL;
  }
  if (list->count > most) {
    error_set(request->operation, ERROR_TOO_LARGE,
              "the bulk request has %u operations, more than %lld", list->count,
              most);
    return NULL;
  }
  return list;
}

/* Reads all parts, and then what each refers to: a reference may be to a part
** that stands behind it. */
static void bulk_read(Bulk *bulk) {
  Operation *operation = bulk->request->operation;
  const Json *list = bulk_read_list(bulk);
  unsigned number = 0;
  if (!list) return;
  bulk->most_errors = bulk_read_fail_on_errors(bulk);
  bulk->count = list->count;
  bulk->parts =
      arena_alloc(&operation->arena, bulk->count * sizeof *bulk->parts);
  bulk->plan = arena_alloc(&operation->arena, bulk->count * sizeof *bulk->plan);
  JSON_EACH (item, list) bulk_read_part(bulk, item, number++);
  assert(number == bulk->count);
  bulk_sort_creates(bulk);
  for (unsigned i = 0; i < bulk->count && !failed(operation); i++)
    if (!bulk->parts[i].fault) bulk_note_references(bulk, &bulk->parts[i]);
}

/*
** Doing.
*/

/* What came of the part (RFC 7644 section 3.7.3), as JSON: the error, if there
** is one, and otherwise where the resource is. */
static Text bulk_result(Bulk *bulk, const BulkPart *part, Request *inner) {
  Operation *operation = bulk->request->operation;
  Arena *arena = &operation->arena;
  Json *result = json_new(arena, JSON_OBJECT);
  bool error = failed(operation);
  int status = error ? error_status(operation->error) : inner->reply->status;
  json_put_string(arena, result, "method", part->method);
  json_put_string(arena, result, "bulkId", part->bulk_id);
  json_put_string(arena, result, "version", inner->reply->etag);
  json_put_string(arena, result, "location", request_location(inner));
  json_put_string(arena, result, "status", arena_format(arena, "%d", status));
  if (error) json_put(result, "response", error_json(operation));
  if (inner->dry_run) json_put(result, "change", trial_change(inner));
  return json_text(arena, result);
}

/* Notes what came of the part, and gives back what it took of memory since the
** mark: a thousand parts need no more than the largest of them. A result that
** is long keeps it. One who is revived has the id of before (rehire.c), which
** is in that memory. */
static void bulk_set_result(Bulk *bulk, BulkPart *part, Request *inner,
                            ArenaMark mark) {
  Operation *operation = bulk->request->operation;
  char carried[4096];
  bool done = !failed(operation);
  bool revived =
      done && part->id.size && !text_equal(part->id, inner->target->id);
  Text result = bulk_result(bulk, part, inner);
  if (revived) part->id = inner->target->id;
  if (!revived && result.size <= sizeof carried) {
    memcpy(carried, result.data, result.size);
    error_clear(operation); /* its detail is there, too */
    arena_release(&operation->arena, mark);
    result.data = carried;
    result = arena_copy(&operation->arena, result);
  }
  part->result = result;
  part->state = done ? BULK_DONE : BULK_FAILED;
}

/* Makes the part a request of its own, with ids in place of bulkIds. */
static Request *bulk_request(Bulk *bulk, BulkPart *part) {
  bulk_resolve_references(bulk, part);
  Text target = part->path;
  if (part->query.size)
    target = arena_format(&bulk->request->operation->arena, "%.*s%.*s",
                          TEXT_ARG(part->path), TEXT_ARG(part->query));
  return handle_part_new(bulk->request, part->method, target, part->data,
                         part->version, part->id, part->name);
}

/* Short parts may change many rows: a thousand may each delete a large group.
** All rows count, those of the application's tables too, and those of a part
** that failed in the end. Such a count is the same on every node of a cluster;
** a clock would not be. Where all of a plan or nothing has to be done, the rows
** count only until it has been tried. */
static void bulk_check_rows(const Bulk *bulk) {
  Operation *operation = bulk->request->operation;
  if (!bulk->promised &&
      transaction_changes(operation) - bulk->before > BULK_ROWS)
    error_set(operation, ERROR_TOO_LARGE,
              "the operations before this one have changed more than %d rows; "
              "it must be sent in another request",
              BULK_ROWS);
}

/* Does the part, or refuses to with the error and for the reason given. */
static void bulk_do(Bulk *bulk, BulkPart *part, ErrorKind error,
                    const char *refusal) {
  Operation *operation = bulk->request->operation;
  if (failed(operation)) return;
  if (part->fault)
    error_set(operation, ERROR_INVALID_SYNTAX, "%s", part->fault);
  bulk_check_rows(bulk);
  Request *inner = bulk_request(bulk, part);
  ArenaMark mark = arena_mark(&operation->arena);
  if (refusal) error_set(operation, error, "%s", refusal);
  if (bulk_references_state(bulk, part) == BULK_FAILED) {
    Text bulk_id = bulk_references_failed(bulk, part);
    error_set(operation, ERROR_INVALID_VALUE,
              "the operation refers to the bulkId '%.*s', which stands for no "
              "resource",
              TEXT_ARG(bulk_id));
  }
  handle_part_run(inner);
  /* What was done before is gone: then the whole has failed. */
  if (operation->error == ERROR_DATABASE || operation->lost) return;
  bulk_set_result(bulk, part, inner, mark);
  error_clear(operation);
}

/* Would the create fail now? Nothing is changed by the question, and the reply,
** which nobody sees, is freed at once. */
static bool bulk_would_fail(Bulk *bulk, BulkPart *part) {
  Operation *operation = bulk->request->operation;
  if (bulk_references_state(bulk, part) == BULK_FAILED) return true;
  Request *inner = bulk_request(bulk, part);
  ArenaMark before = arena_mark(&operation->arena);
  inner->dry_run = false;
  inner->computes = true;
  bulk_check_rows(bulk);
  handle_part_run(inner);
  bool fails = failed(operation);
  if (operation->error == ERROR_DATABASE) return true;
  error_clear(operation);
  arena_release(&operation->arena, before);
  return fails;
}

/* The ids that are going to exist once the plan has been carried out, as JSON:
** where members have to exist, they may be named already. Outside of circles
** all that a part names is there, but for itself. For each part of a circle
** they are others, in the same memory: nobody looks at the last any more. */
static Text bulk_pending_ids(Bulk *bulk, unsigned from, unsigned to) {
  Buffer *ids = &bulk->pending;
  ids->size = 0;
  buffer_char(ids, '[');
  for (unsigned i = from; i < to; i++) {
    if (!bulk->plan[i]->id.size) continue;
    if (ids->size > 1) buffer_char(ids, ',');
    buffer_json_string(ids, bulk->plan[i]->id);
  }
  buffer_char(ids, ']');
  return buffer_text(ids);
}

/* Would the next failure end the request? */
static bool bulk_ends_with_failure(const Bulk *bulk) {
  return bulk->most_errors && bulk->errors + 1 >= bulk->most_errors;
}

/* Does an operation come forward that is no create? */
static bool bulk_plan_has_changes(const Bulk *bulk) {
  for (unsigned i = 0; i + 1 < bulk->planned; i++) {
    if (!bulk->plan[i]->id.size) return true;
  }
  return false;
}

/* Is it one of the creates of the plan, or the part that it is for? */
static bool bulk_is_to_try(const Bulk *bulk, unsigned i) {
  return bulk->plan[i]->id.size || i + 1 == bulk->planned;
}

/* Tries the creates of the plan from there on, and the part that it is for,
** and lets those fail that would: what refers to them fails with them then.
** True when all of them will do. They cannot get into each other's way
** afterwards, because two that take the same value would not be in a plan with
** a circle. */
static bool bulk_try(Bulk *bulk, unsigned from) {
  bool good = true;
  bulk->request->pending = bulk_pending_ids(bulk, from, bulk->planned);
  for (unsigned i = from; i < bulk->planned; i++) {
    BulkPart *part = bulk->plan[i];
    if (!bulk_is_to_try(bulk, i) || !bulk_would_fail(bulk, part)) continue;
    bulk_do(bulk, part, ERROR_CONFLICT, NULL);
    good = false;
  }
  return good;
}

/* Carries out the plan, which is tried first where it has to succeed as a
** whole or not at all: a circle, and a plan whose failure ends the request.
** What was tried has paid for its steps, and makes no more of them now. */
static void bulk_carry_out(Bulk *bulk) {
  Operation *operation = bulk->request->operation;
  size_t most_steps = operation->most_steps;
  bool whole = bulk->planned > 1 && bulk_ends_with_failure(bulk);
  bool tried = false, to_try = whole || bulk->circle;
  for (unsigned i = 0; i < bulk->planned; i++) {
    BulkPart *part = bulk->plan[i];
    if (to_try && !tried &&
        (whole || bulk_references_state(bulk, part) == BULK_WAITING)) {
      tried = true;
      if (!bulk_try(bulk, i)) return;
    }
    bulk->promised = tried && bulk_is_to_try(bulk, i);
    if (bulk->promised) budget_pause(operation);
    if (bulk->circle || part->refers_to_self)
      bulk->request->pending =
          bulk_pending_ids(bulk, i, bulk->circle ? bulk->planned : i + 1);
    bulk_do(bulk, part, ERROR_CONFLICT, NULL);
    budget_go_on(operation, most_steps);
    bulk->promised = false;
  }
}

/* Refuses the part that would close a circle of groups, if the plan has one.
** What refers to it fails after that. */
static bool bulk_refuse_circle(Bulk *bulk) {
  Text way;
  BulkPart *part = bulk->circle ? bulk_circle_find(bulk, &way) : NULL;
  if (!part) return false;
  const char *refusal = arena_format(&bulk->request->operation->arena,
                                     "'members' would put a group into itself: "
                                     "%.*s",
                                     TEXT_ARG(way))
                            .data;
  bulk_do(bulk, part, ERROR_INVALID_VALUE, refusal);
  return true;
}

/* Plans the part, which stands in its place, and does what the plan says. What
** remains of the plan waits again, to be planned anew: a circle of which a part
** has failed. */
static void bulk_do_in_place(Bulk *bulk, BulkPart *part) {
  Operation *operation = bulk->request->operation;
  bool planned = bulk_plan(bulk, part);
  bool spent = operation->error == ERROR_TOO_LARGE;
  if (spent) error_clear(operation);
  if (failed(operation)) return;
  planned = planned && !spent;
  if (planned && bulk_ends_with_failure(bulk) && bulk_plan_has_changes(bulk))
    planned = false;
  if (planned && !bulk_refuse_circle(bulk)) bulk_carry_out(bulk);
  bulk->request->pending = TEXT("");
  for (unsigned i = 0; i < bulk->planned; i++) {
    if (bulk_is_pending(bulk->plan[i])) bulk->plan[i]->state = BULK_WAITING;
  }
  if (spent)
    bulk_do(bulk, part, ERROR_TOO_LARGE,
            "the operations of the bulk request depend on each other in too "
            "many ways; it must be sent in several parts");
  else if (!planned)
    bulk_do(bulk, part, ERROR_CONFLICT,
            "the operation refers to a resource that cannot be created before "
            "it");
}

/* Does everything, in the order that the top of this file describes. A failure
** counts for failOnErrors in the place of the operation that has failed, so
** that what has come forward does not end the request too early. */
static void bulk_do_all(Bulk *bulk) {
  Operation *operation = bulk->request->operation;
  for (unsigned i = 0; i < bulk->count; i++) {
    BulkPart *part = &bulk->parts[i];
    while (bulk_is_pending(part) && !failed(operation))
      bulk_do_in_place(bulk, part);
    bulk->errors += part->state == BULK_FAILED;
    if (bulk->most_errors && bulk->errors >= bulk->most_errors) return;
  }
}

/* The answer: results in the order of the request, whatever was done first. */
static void bulk_reply(Bulk *bulk) {
  Buffer reply = buffer_new(&bulk->request->operation->arena);
  char mark = '[';
  buffer_string(&reply, "{\"schemas\":[\"" BULK_RESPONSE "\"],\"Operations\":");
  for (unsigned i = 0; i < bulk->count; i++) {
    if (!bulk->parts[i].result.size) continue;
    buffer_char(&reply, mark);
    buffer_add(&reply, bulk->parts[i].result);
    mark = ',';
  }
  buffer_string(&reply, mark == '[' ? "[]}" : "]}");
  reply_set_body(bulk->request, 200, buffer_text(&reply));
}

void bulk_handle(Request *request) {
  Bulk bulk = {.request = request,
               .pending = buffer_new(&request->operation->arena),
               .before = transaction_changes(request->operation)};
  bulk_read(&bulk);
  if (!request->computes) transaction_make_whole(request->operation);
  bulk_do_all(&bulk);
  if (!failed(request->operation)) bulk_reply(&bulk);
}
