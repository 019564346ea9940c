/*
** trial.c: dry runs.
**
** HOW IT WORKS
**
** What triggers and constraints of the application say about a change is known
** only when it is made. So a dry run is a run: in autocommit in a transaction
** that is rolled back, otherwise in a savepoint. The reply is made while the
** change is there, and so is the list of what maps have written
** (store/written.c). Then everything is undone: tables, sequences, counts,
** times of last use, and keys that are deferred.
**
** Two situations have no savepoint: the middle of a statement that writes, and
** a connection that may not write. There the change is worked out up to the
** INSERT, which is left out; the change says so, "tried": false, and no
** trigger was asked.
**
** WHO SEES WHAT
**
** Whoever has the file sees all. Of a token's caller it is what he could read
** afterwards: without the right to read only the action; no attribute that is
** never returned, and none that is returned on request; of the application's
** rows what would be written, but what they hold only with the scope admin.
*/
#include "trial.h"

#include "../db/transaction.h"
#include "../model/projection.h"
#include "../store/written.h"
#include "caller.h"
#include "handlers.h"
#include "target.h"

struct Trial {
  const char *action;
  Text before, after, member_add, member_drop, member_patch, groups_left;
  Written written; /* as it is before the change */
  Json *maps;      /* NULL: it was not tried */
};

void trial_begin(Request *request) {
  request->computes = !target_changes(request->target) ||
                      !transaction_begin_trial(request->operation);
}

void trial_end(Request *request) { transaction_undo(request->operation); }

/* The rows of the application's tables are noted as they are before the change,
** to be compared afterwards. Who only computes (computes) changes none, and so
** has none to note. */
void trial_note(Request *request, const Change *change) {
  Operation *operation = request->operation;
  if (!request->dry_run || failed(operation)) return;
  request->trial = NULL;
  if (change->status >= 400) return;
  struct Trial *trial = arena_alloc(&operation->arena, sizeof *trial);
  *trial = (struct Trial){.action = change->action,
                          .before = change->before,
                          .after = change->after,
                          .member_add = change->member_add,
                          .member_drop = change->member_drop,
                          .member_patch = change->member_patch,
                          .groups_left = change->groups_left};
  if (!request->computes)
    trial->written = written_before(operation, request->target->type, change);
  request->trial = trial;
}

void trial_note_written(Request *request, const Change *change) {
  struct Trial *trial = request->trial;
  if (!trial || failed(request->operation)) return;
  trial->maps = written_after(request->operation, &trial->written, change);
}

/*
** Telling.
*/

/* May the caller be told what stands in the application's rows? */
static bool trial_shows_rows(const Caller *caller) {
  return !caller->has_authorization || (caller->token.rights & RIGHT_ADMIN);
}

/* JSON of our own under the name; nothing for no text. */
static Json *trial_put(Operation *operation, Json *change, const char *name,
                       Text text) {
  Json *value = text.size ? error_parse(operation, text, name) : NULL;
  if (value) json_put(change, name, value);
  return value;
}

/* A merge patch, without what the caller may not be shown. */
static void trial_put_patch(Request *request, Json *change, const char *name,
                            Text text) {
  Operation *operation = request->operation;
  Json *patch = trial_put(operation, change, name, text);
  if (!patch || !request->caller->has_authorization) return;
  Projection projection =
      projection_read(operation, request->target->type, NO_TEXT, NO_TEXT);
  projection_apply(operation, &projection, patch);
}

/* Takes what columns hold out of each row. */
static void trial_hide_rows(const Json *maps) {
  JSON_EACH (row, maps) {
    JSON_EACH (column, json_member(row, "columns"))
      json_remove(column, json_member(column, "have"));
  }
}

/* What the change is, into the member of the reply. Who asks by HTTP does not
** see the groups that a person left; nor, without the right to all (scope
** admin), what stands in the rows of the application's tables. */
static void trial_put_all(Request *request, const struct Trial *trial,
                          Json *change) {
  Operation *operation = request->operation;
  trial_put_patch(request, change, "before", trial->before);
  trial_put_patch(request, change, "after", trial->after);
  trial_put(operation, change, "member_add", trial->member_add);
  trial_put(operation, change, "member_drop", trial->member_drop);
  trial_put(operation, change, "member_patch", trial->member_patch);
  if (!request->caller->has_authorization)
    trial_put(operation, change, "groups_left", trial->groups_left);
  if (!trial->maps) return;
  json_put(change, "maps", trial->maps);
  if (!trial_shows_rows(request->caller)) trial_hide_rows(trial->maps);
}

/* Of a failure, and of what only reads, it is the action alone: the shim tells
** an error by it (shim/http_reply.c). */
Json *trial_change(Request *request) {
  Arena *arena = &request->operation->arena;
  const struct Trial *trial = request->trial;
  Json *change = json_new(arena, JSON_OBJECT);
  bool failure = request->reply->status >= 400 || failed(request->operation);
  bool bulk = request->target->handler == bulk_handle;
  Text action = bulk ? TEXT("bulk") : TEXT("none");
  if (trial) action = text_of(trial->action);
  json_put_string(arena, change, "action", failure ? TEXT("none") : action);
  if (!trial || failure) return change;
  if (!trial->maps) json_put(change, "tried", json_bool(arena, false));
  if (caller_may_read(request->caller, request->target->type))
    trial_put_all(request, trial, change);
  return change;
}
