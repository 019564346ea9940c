/*
** handle.c: makes a request out of what scim_apply was given, and takes it
** through its steps.
**
** HOW IT WORKS
**
** The steps stand in handle_steps, and each needs what the ones before it have
** found out: who asks, before it is said what exists; what is asked for,
** before the body, since only some methods have one; everything that can be
** wrong with a request, before anything is done. Whatever a step finds is the
** operation's error; the steps behind it then do nothing, but for the last:
** an attempt that failed is logged too.
**
** What is wrong with the options, the method or the target is known before the
** first step, and put aside for two: a stranger is told no more than that the
** token is wrong, and a failure is logged where the caller is known.
*/
#include "handle.h"

#include <assert.h>

#include "../db/transaction.h"
#include "../model/budget.h"
#include "../model/option.h"
#include "../store/build.h"
#include "../store/commit.h"
#include "../store/definitions.h"
#include "../store/map.h"
#include "again.h"
#include "body.h"
#include "caller.h"
#include "change.h"
#include "discovery.h"
#include "handlers.h"
#include "known.h"
#include "oauth.h"
#include "reply.h"
#include "route.h"
#include "target.h"
#include "trial.h"

/*
** Reading.
*/

/* Where the options of README.md go. */
typedef struct HandleOptions {
  Caller caller;
  Target target;
  Body body;
  Text new_id, random, digest;
  bool dry_run, again;
} HandleOptions;

/* The names that an object of options may have, and where each is put. */
static const Option handle_options[] = {
    {"authorization", OPTION_TEXT,
     offsetof(HandleOptions, caller.authorization)},
    {"tenant", OPTION_TEXT, offsetof(HandleOptions, caller.tenant.name)},
    {"tenant_path", OPTION_TEXT, offsetof(HandleOptions, caller.tenant_path)},
    {"base_url", OPTION_TEXT, offsetof(HandleOptions, caller.base)},
    {"now", OPTION_TIME, offsetof(HandleOptions, caller.now)},
    {"source", OPTION_TEXT, offsetof(HandleOptions, caller.source)},
    {"dry_run", OPTION_BOOLEAN, offsetof(HandleOptions, dry_run)},
    {"if_match", OPTION_TEXT, offsetof(HandleOptions, target.if_match)},
    {"if_none_match", OPTION_TEXT,
     offsetof(HandleOptions, target.if_none_match)},
    {"content_type", OPTION_TEXT, offsetof(HandleOptions, body.content_type)},
    {"truncated", OPTION_BOOLEAN, offsetof(HandleOptions, body.truncated)},
    {"refused", OPTION_TEXT, offsetof(HandleOptions, body.refused)},
    {"id", OPTION_TEXT, offsetof(HandleOptions, new_id)},
    {"again", OPTION_BOOLEAN, offsetof(HandleOptions, again)},
    {"random", OPTION_TEXT, offsetof(HandleOptions, random)},
    {"digest", OPTION_TEXT, offsetof(HandleOptions, digest)},
    {"token_digest", OPTION_TEXT, offsetof(HandleOptions, caller.token_digest)},
};

/* Reads the options into a record of their own first, since they belong to four
** of the request's. No option is left out in silence: a name that is not in the
** table is an error (model/option.h), lest "dryrun" be a write. */
static void handle_read_options(Request *request, const Json *options) {
  HandleOptions read;
  memset(&read, 0, sizeof read);
  read.body.text = request->body->text;
  options_read(request->operation, options, handle_options,
               sizeof handle_options / sizeof *handle_options, &read);
  *request->caller = read.caller;
  *request->target = read.target;
  *request->body = read.body;
  request->new_id = request->name = read.new_id;
  request->again = read.again;
  request->random = read.random;
  request->digest = read.digest;
  request->dry_run = read.dry_run;
  /* What a call alone has (a time, an id, a version, a body) is nothing to be
  ** remembered with who asks. */
  bool plain = !read.caller.now.size && !read.caller.source.data &&
               !read.target.if_match.data && !read.target.if_none_match.data &&
               !read.body.content_type.data && !read.body.truncated &&
               !read.body.refused.data && !read.new_id.data &&
               !read.random.data && !read.digest.data && !read.again &&
               !read.caller.token_digest.data && !read.dry_run;
  if (!plain) request->options = NO_TEXT;
}

/* Room for all of a request. */
static Request *handle_alloc(Operation *operation) {
  Arena *arena = &operation->arena;
  Request *request = arena_alloc(arena, sizeof *request);
  request->operation = operation;
  request->target = arena_alloc(arena, sizeof *request->target);
  request->body = arena_alloc(arena, sizeof *request->body);
  request->reply = arena_alloc(arena, sizeof *request->reply);
  return request;
}

/* None of the steps does anything after an error, which becomes the reply when
** the request is run: what the caller sent is wrong, and nothing of ours. */
Request *handle_new(Operation *operation, Text method, Text target, Text body,
                    const Json *options) {
  Request *request = handle_alloc(operation);
  request->caller = arena_alloc(&operation->arena, sizeof *request->caller);
  request->body->text = body;
  handle_read_options(request, options);
  caller_read(operation, request->caller, options);
  target_read(operation, request->target, method, target);
  again_check(request);
  return request;
}

/* The options of one caller are the same text in each of his requests, and need
** not be parsed again (known.c). Only a GET is spared them: whatever else there
** is reads more of the options, or is rare. */
Request *handle_new_as_text(Operation *operation, Text method, Text target,
                            Text body, Text options) {
  Request *request = handle_alloc(operation);
  request->caller = arena_alloc(&operation->arena, sizeof *request->caller);
  request->body->text = body;
  if (!text_equal(method, TEXT("GET")) || !options.size ||
      !known_recall(operation, options, request->caller)) {
    Json *json = NULL;
    if (options.size)
      json = error_parse(operation, options, "the text of the options");
    request->options = options;
    handle_read_options(request, json);
    caller_read(operation, request->caller, json);
  }
  target_read(operation, request->target, method, target);
  again_check(request);
  return request;
}

/* Only what was asked for is the part's own. Who asks, when, and whether it is
** to have an effect are those of the whole. */
Request *handle_part_new(const Request *outer, Text method, Text target,
                         Json *json, Text if_match, Text new_id, Text name) {
  Request *request = handle_alloc(outer->operation);
  assert(outer->target->handler == bulk_handle);
  request->caller = outer->caller;
  request->pending = outer->pending;
  request->dry_run = outer->dry_run;
  request->computes = outer->computes;
  request->again = outer->again;
  request->new_id = new_id;
  request->name = name;
  request->body->json = json;
  request->reply->bodiless = true;
  target_read(outer->operation, request->target, method, target);
  request->target->if_match = if_match;
  return request;
}

/*
** Handling.
*/

/* A request that may change something, and is to do so: in a dry run for as
** long as that lasts. */
static bool handle_writes(const Request *request) {
  return !request->target->reads && !request->computes;
}

/* Every attempt of a known caller to change something leaves a row; one that
** succeeded has left it together with its change. Requests of strangers leave
** none: whoever has no valid token must not be able to fill the disk, and
** what an IdP was told must not be buried among them. Nor do those to a tenant
** that is being removed, or it would never be gone. */
static void handle_log_failure(Request *request) {
  Operation *operation = request->operation;
  if (!failed(operation) || operation->error == ERROR_DATABASE ||
      operation->error == ERROR_UNAUTHORIZED ||
      operation->error == ERROR_INVALID_REQUEST ||
      request->caller->tenant.removing || !handle_writes(request) ||
      again_is_done(request))
    return;
  SavedError saved = error_save(operation);
  Change change = {.action = "none",
                   .status = error_status(saved.error),
                   .scim_type = text_of(error_scim_type(saved.error)),
                   .detail = saved.detail,
                   .data = request->alert};
  if (request->target->type) change.id = request->target->id;
  change_commit(request, &change);
  error_restore(operation, saved);
}

/* The steps, whose order the top of this file explains. What was done before
** (again) is answered without its handler; and the failure is logged last, when
** it is known which it is. */
static void handle_steps(Request *request) {
  Operation *operation = request->operation;
  caller_authorise(operation, request->caller);
  if (request->options.size)
    known_note(operation, request->options, request->caller);
  route_request(request);
  caller_check_scope(operation, request->caller, request->target);
  body_read(request);
  body_check_schemas(request);
  target_read_projection(request);
  assert(failed(operation) || request->target->handler);
  if (!failed(operation) && !again_answer(request))
    request->target->handler(request);
  handle_log_failure(request);
}

/* A dry run has a transaction of its own kind, which ends by being undone. Who
** only reads has one for all statements, without the write lock. */
static void handle_begin(Request *request) {
  if (request->dry_run)
    trial_begin(request);
  else if (handle_writes(request))
    transaction_begin(request->operation);
  else
    transaction_begin_reading(request->operation);
}

/* Of a request that began nothing it only ends what is still open. */
static void handle_end(Request *request) {
  if (request->dry_run)
    trial_end(request);
  else
    transaction_end(request->operation);
}

/* A write takes its transaction before it reads anything, so that what it has
** read is still true when it writes. The error that the request was made with
** is put aside meanwhile: the database must be found and the caller known all
** the same. */
void handle_run(Request *request) {
  Operation *operation = request->operation;
  if (!request->target->reads) budget_begin(operation, BUDGET_STEPS);
  if (oauth_is_asked(request->target)) {
    oauth_run(request);
    return;
  }
  if (discovery_is_public(request)) {
    discovery_run_public(request);
    return;
  }
  SavedError saved = error_save(operation);
  handle_begin(request);
  bool writes = handle_writes(request);
  definitions_require(operation);
  /* A stranger's request must not even build an index, or note a mistake. */
  caller_identify(operation, request->caller);
  if (writes) build_indexes(operation);
  if (writes) outbox_check_rules(operation);
  if (writes) map_check_definitions(operation);
  error_restore(operation, saved);
  if (operation->error != ERROR_DATABASE) handle_steps(request);
  if (writes) map_explain_failure(operation);
  handle_end(request);
  if (failed(operation) && operation->error != ERROR_DATABASE) {
    reply_set_error(request);
    error_clear(operation);
  }
}

/* A part is no search and no bulk request (RFC 7644 section 3.7 lists what it
** may be): a search would make one reply of another, a bulk request would be
** without any limit of its own. */
void handle_part_run(Request *request) {
  Operation *operation = request->operation;
  if (!target_changes(request->target))
    route_refuse(request, "POST, PUT, PATCH, DELETE");
  route_request(request);
  if (request->target->searches || request->target->handler == bulk_handle)
    error_set(operation, ERROR_INVALID_PATH,
              "'%.*s' cannot be part of a bulk request",
              TEXT_ARG(request->target->path));
  caller_check_scope(operation, request->caller, request->target);
  body_check_schemas(request);
  target_read_projection(request);
  if (!failed(operation) && !again_answer(request))
    request->target->handler(request);
  handle_log_failure(request);
}
