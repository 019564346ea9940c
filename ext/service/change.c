/*
** change.c: from a document as it is to be, to the one row of scim_commit.
**
** HOW IT WORKS
**
** A handler makes the new document. From the old and the new one follow, in
** this order: the members that come and go, the status of the reply (a large
** group is not shown), the difference for the log, and the keys that come and
** go in the indexes, and the jobs that rules make of it (store/outbox.c). Then
** everything is in one Change, which is one statement (store/commit.c), and
** nothing has been written before that.
*/
#include "change.h"

#include <assert.h>
#include <limits.h>

#include "../model/budget.h"
#include "../model/canonical.h"
#include "../model/event.h"
#include "../model/resource.h"
#include "../model/shape.h"
#include "../store/circle.h"
#include "../store/keys.h"
#include "../store/map.h"
#include "../store/map_reach.h"
#include "../store/unique.h"
#include "../text/instant.h"
#include "breaker.h"
#include "caller.h"
#include "handlers.h"
#include "reply.h"
#include "trial.h"

/* Bytes of a document that are a step of the budget; and no more steps than
** these, or one that is very large could never be changed again. */
#define CHANGE_STEP_BYTES 4
#define CHANGE_STEPS (BUDGET_STEPS / 4)
#define CHANGE_TARGET_SIZE 512 /* bytes of a path that the log keeps */

/*
** Conditional requests (RFC 7644 section 3.14, RFC 9110 section 13).
*/

/* What an entity tag says (RFC 9110 section 8.8.3). Weak and strong are
** compared alike, and without quotes as well: clients send back what they were
** given in each of these forms. */
static Text change_tag_value(Text tag) {
  if (tag.size > 1 && tag.data[0] == 'W' && tag.data[1] == '/')
    tag = text_after(tag, 2);
  bool quoted =
      tag.size > 1 && tag.data[0] == '"' && tag.data[tag.size - 1] == '"';
  return quoted ? text_between(tag, 1, tag.size - 1) : tag;
}

/* Is the version in the list of a header, as in W/"7", "8"? An asterisk alone
** is any version, one in quotes is a tag that no resource has (RFC 9110 section
** 13.1.1). */
static bool change_lists_version(Text list, long long version, Arena *arena) {
  Text own = arena_format(arena, "%lld", version);
  while (list.size) {
    Text tag = text_trim(text_cut(&list, ','));
    if (text_equal(tag, TEXT("*")) || text_equal(change_tag_value(tag), own))
      return true;
  }
  return false;
}

/* True unless the headers speak against it. If-Match comes first (RFC 9110
** section 13.2.2): when both fail it is the one that is told. */
static bool change_is_wanted(Request *request, const Resource *resource) {
  Operation *operation = request->operation;
  Arena *arena = &operation->arena;
  Text match = request->target->if_match;
  Text none_match = request->target->if_none_match;
  if (match.data && !change_lists_version(match, resource->version, arena))
    error_set(operation, ERROR_PRECONDITION_FAILED,
              "the version is W/\"%lld\", not the one of If-Match",
              resource->version);
  if (!none_match.data ||
      !change_lists_version(none_match, resource->version, arena))
    return !failed(operation);
  if (!request->target->reads) {
    error_set(operation, ERROR_PRECONDITION_FAILED,
              "the version is that of If-None-Match");
  } else if (!failed(operation)) {
    reply_set_headers(request, resource);
    request->reply->status = 304;
  }
  return false;
}

/* To read a document, compare it and write it again takes time with its size,
** and a bulk request may do so a thousand times. */
static bool change_is_affordable(Request *request, const Resource *resource) {
  size_t steps = resource->doc.size / CHANGE_STEP_BYTES;
  if (steps > CHANGE_STEPS) steps = CHANGE_STEPS;
  return budget_spend(request->operation, steps);
}

/* Whoever changes it parses what is stored (find_stored), whoever reads it may
** not. One step is asked for first, since where none is left nothing is to be
** read any more: a document may be large. */
bool change_find(Request *request, Resource *resource) {
  Operation *operation = request->operation;
  const Target *target = request->target;
  if (failed(operation) || !budget_spend(operation, 1)) return false;
  if ((target->reads ? find_by_id : find_unread)(operation, target->type,
                                                 target->id, resource))
    return change_is_affordable(request, resource) &&
           change_is_wanted(request, resource);
  error_set(operation, ERROR_NOT_FOUND, "there is no %.*s '%.*s'",
            TEXT_ARG(target->type->name), TEXT_ARG(target->id));
  return false;
}

/*
** Uniqueness (RFC 7643 section 2.2).
*/

/* The value is not in the detail: it is another's, perhaps of another tenant.
 */
static void change_set_taken(Request *request, Text attribute) {
  error_set(request->operation, ERROR_UNIQUENESS,
            "the value of '%.*s' is that of another %.*s", TEXT_ARG(attribute),
            TEXT_ARG(request->target->type->name));
}

/* What the schema wants to be unique: of these, scim_unique holds each key
** once, so that one look tells. An entry with "tenant" is unique in the whole
** database (uniqueness global), any other within the tenant. */
static void change_check_unique(Request *request, const Json *uniques,
                                long long own) {
  JSON_EACH (key, uniques) {
    Text attribute = json_member_string(key, "attribute");
    bool global = json_member(key, "tenant") != NULL;
    long long owner = unique_owner(
        request->operation, request->target->type, attribute,
        json_text(&request->operation->arena, json_member(key, "key")), global);
    if (owner && owner != own) change_set_taken(request, attribute);
  }
}

/* What the tenant wants to be unique besides: among the settings is a list, as
** ["Group.displayName"]. */
static void change_check_wanted(Request *request, const Json *values,
                                long long own) {
  const Json *wanted =
      json_member(request->caller->tenant.settings, "unique_attributes");
  if (!wanted) return;
  JSON_EACH (key, values) {
    Text name = arena_format(&request->operation->arena, "%.*s.%.*s",
                             TEXT_ARG(request->target->type->name),
                             TEXT_ARG(key->name));
    if (json_lists(wanted, name) &&
        value_owner(request->operation, request->target->type, key->name,
                    json_text(&request->operation->arena, key), own))
      change_set_taken(request, key->name);
  }
}

/* Only the differences go into the change: a resource with a hundred keys, of
** which one changes, costs a row. Nor are others looked for but with what
** comes. What stays may be another's as well, from before it had to be unique
** (claim.sql): the client has not brought that, and to refuse it would refuse
** as well that somebody is switched off. */
void change_keys(Request *request, const Json *old, const Json *new,
                 long long own, Change *change) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  if (failed(operation)) return;
  DocumentKeys before = keys_of_document(operation, type, old, new);
  DocumentKeys after = keys_of_document(operation, type, new, old);
  const Json *values = keys_missing(operation, after.values, before.values);
  const Json *uniques = keys_missing(operation, after.uniques, before.uniques);
  change_check_unique(request, uniques, own);
  change_check_wanted(request, values, own);
  change->value_add = keys_text(operation, values);
  change->value_drop = keys_difference(operation, before.values, after.values);
  change->unique_add = keys_text(operation, uniques);
  change->unique_drop =
      keys_difference(operation, before.uniques, after.uniques);
}

/*
** Members.
*/

/* Does a member who is named without what he is called lose that? Not where
** clients may not say it (RFC 7644 section 3.5.1: readOnly values are ignored).
** What has become writeOnly goes in any case. */
static bool change_unnames_members(const Request *request, bool whole) {
  const Attribute *members = request->target->type->members;
  const Attribute *display =
      members ? schema_attribute(members->first, TEXT("display")) : NULL;
  return display && (display->mutability == MUTABILITY_WRITE_ONLY ||
                     (whole && display->mutability == MUTABILITY_READ_WRITE));
}

/* Members that have to exist may be those that the bulk request is about to
** create (`pending`). A group is called by its name where it has one. */
MemberChange change_members(Request *request, long long group,
                            const MemberEdit *edit, const Json *doc,
                            Change *change) {
  MemberEdit named = *edit;
  named.whole = change_unnames_members(request, edit->whole);
  MemberChange members = members_resolve(request->operation, group,
                                         request->caller->source, &named);
  circle_check(request->operation, group, change->id,
               json_member_string(doc, "displayName"), members.add);
  if (tenant_is(&request->caller->tenant, "dangling_references", "reject"))
    members_check(request->operation, &members, request->pending);
  change->member_add = members.add;
  change->joins = members.joins;
  change->member_drop = members.drop;
  change->member_patch = members.patch;
  return members;
}

/*
** Storing.
*/

/* Does a PATCH that says nothing of its reply get none? The tenant may want it
** so, and a large group would cost more to show than to change. */
static bool change_is_brief(Request *request, long long resource,
                            const MemberChange *members) {
  long long most = caller_limit(request->caller, LIMIT_GROUP_REPLY);
  return tenant_is(&request->caller->tenant, "patch_reply", "204") ||
         (request->target->type->members &&
          members_exceed(request->operation, resource, members, most));
}

/* A PUT answers with the resource; a PATCH with 200 and the resource, or 204.
** RFC 7644 section 3.5.2: it MUST be 200 when the client says which attributes
** it wants, and who says which it does not want means the same. Who may not
** read has nothing to be shown. */
static int change_status(Request *request, long long resource,
                         const MemberChange *members) {
  const Target *target = request->target;
  if (target->handler == create_handle) return 201; /* rehire.c */
  if (target->handler != modify_handle) return 200;
  if (!caller_may_read(request->caller, target->type)) return 204;
  if (target->attributes.size || target->excluded.size) return 200;
  return change_is_brief(request, resource, members) ? 204 : 200;
}

/* Fills in what the log and the indexes say of a document that has changed;
** false when it has not. What is stored and may not be any more (unfit_forget)
** goes by any request, and the log tells that, and not what it was. */
static bool change_document(Request *request, const Resource *resource,
                            const Json *old, const Json *new, Change *change) {
  Arena *arena = &request->operation->arena;
  const Json *whole =
      resource->unkept ? find_whole(request->operation, resource) : old;
  const Json *after = json_difference(arena, whole, new);
  if (!after) return false;
  change_keys(request, old, new, change->resource, change);
  const Json *before = json_reverse(arena, old, after);
  change->after = json_text(arena, after);
  change->before = json_text(arena, before);
  change->form = shape_form(arena, before, after);
  return true;
}

/* Versions grow by one; none comes after the last number that there is, which
** nobody reaches but who has written it there. */
static long long change_next_version(Request *request,
                                     const Resource *resource) {
  if (resource->version < LLONG_MAX) return resource->version + 1;
  error_corrupt(request->operation,
                "scim_resource holds a version of '%.*s' that has no next",
                TEXT_ARG(resource->id));
  return resource->version;
}

/* The time of a change: now, or a moment after the one before it where the
** clock has been set back. lastModified never goes back, nor do the times of a
** resource in the log, by which its past is found (store/history.c); `created`
** is the first of them. And who asks for what has been modified since the last
** time (RFC 7643 section 3.1) sees it. */
Text change_time(const Request *request, const Resource *resource) {
  return instant_after(&request->operation->arena, resource->modified,
                       request->caller->now);
}

/* Commits an update, or the fact that nothing was to be done: a request that
** changes nothing must not look like a change to those who compare versions,
** but the log tells that it came (RFC 7644 section 3.5.2.1 wants it so). */
static void change_update(Request *request, Resource *resource, const Json *old,
                          const Json *new, const MemberEdit *edit) {
  Change change = {.action = "update",
                   .resource = resource->resource,
                   .id = resource->id,
                   .version = resource->version,
                   .doc = json_text(&request->operation->arena, new),
                   .content = new,
                   .former = old};
  MemberChange members =
      change_members(request, resource->resource, edit, new, &change);
  change.status = request->reply->status =
      change_status(request, resource->resource, &members);
  bool other = change_document(request, resource, old, new, &change);
  if (other || members.add.size || members.drop.size || members.patch.size) {
    change.version = resource->version = change_next_version(request, resource);
    change.time = resource->modified = change_time(request, resource);
    resource->doc = change.doc;
  } else {
    change.action = "none";
  }
  if (!other) change.doc = NO_TEXT; /* triggers ask UPDATE OF doc */
  change_commit(request, &change);
}

/* Values that no longer fit a definition which was replaced stay as they were,
** unless the request says something about them (resource_keep_unfit): a client
** that changes a title must not delete what it has never seen. */
void change_store(Request *request, Resource *resource, const Json *old,
                  Json *content, const MemberEdit *edit) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  resource_check(operation, type, content, old);
  breaker_check(request, old, content);
  if (failed(operation)) return;
  Json *new = resource_canonical(operation, type, content, resource->id);
  resource->unfit = resource_keep_unfit(operation, type, new, content, old);
  change_update(request, resource, old, new, edit);
}

/*
** Committing.
*/

/* What was refused because it is not UTF-8 must not get into the log. */
Text change_method(const Target *target) {
  return utf8_valid(target->method) ? target->method : TEXT("");
}

/* The path alone: some put secrets into a query. */
Text change_target(const Target *target) {
  return utf8_valid(target->path) ? utf8_first(target->path, CHANGE_TARGET_SIZE)
                                  : TEXT("");
}

/* What maps and rules make of the change. Maps first: whom they find in the
** application's tables is not new. What they compare is more than a request may
** where documents are large, his own or those of his groups; but they are not
** the client's, and who leaves must not stay for them. Nobody leaves by what
** brings rows into tables of members. */
static void change_follow(Request *request, Change *change) {
  Operation *operation = request->operation;
  const ResourceType *type = request->target->type;
  bool leaves = change->former && (!change->content || change->inactive > 0);
  budget_spare(operation, leaves);
  map_change(operation, type, change);
  budget_spare(operation, false);
  map_reach(operation, change, caller_limit(request->caller, LIMIT_JOINED));
  budget_spare(operation, leaves);
  outbox_add_jobs(operation, type, change);
  budget_spare(operation, false);
}

/* Everything has been checked by now; what the statement itself may still
** refuse is an application's trigger or constraint, and becomes the operation's
** error (store/commit.c). */
void change_commit(Request *request, Change *change) {
  const Caller *caller = request->caller;
  const Target *target = request->target;
  assert(change->action && change->status); /* the row of the log wants both */
  change->tenant = caller->tenant.name;
  change->token = caller->token.token;
  change->method = change_method(target);
  change->target = change_target(target);
  if (!change->time.size) change->time = caller->now;
  change->source = caller->source;
  if (request->operation->schemas->replicated) change->request = request->name;
  change->inactive =
      event_is_inactive(change->content) - event_is_inactive(change->former);
  if (target->type) change->type = target->type->name;
  if (strcmp(change->action, "none") != 0) change_follow(request, change);
  trial_note(request, change);
  if (failed(request->operation) || request->computes) return;
  commit_change(request->operation, change);
  trial_note_written(request, change);
}
