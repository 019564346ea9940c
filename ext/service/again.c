/*
** again.c: answers a request that was done before.
**
** HOW IT WORKS
**
** Who sends a request to several machines may not come to know whether it was
** done: the answer was lost, or the machine that led the others was. To send it
** again must not do it twice. A POST would be told that its name is taken, a
** DELETE that there is nothing, a PATCH might remove one element more.
**
** So in a database that is replicated a request has a name, its option `id`, by
** which the log keeps what came of it. One that comes again is looked for
** there, with its method and its target, from its own time on: what is found is
** told, with the resource as it is now, and what is not found is done. A bulk
** request is done as a whole or not at all, and each part looks for itself, by
** the name that follows from that of the whole.
*/
#include "again.h"

#include "../store/find.h"
#include "../store/log.h"
#include "breaker.h"
#include "change.h"
#include "reply.h"

void again_check(Request *request) {
  if (request->again && !request->name.size)
    error_set(request->operation, ERROR_INVALID_VALUE,
              "the option 'again' is without the option 'id'");
}

/* What came of it; seq is 0 where it was not done. The log of a database that
** is not replicated keeps no names, and could only say no. */
static LogRow again_row(Request *request) {
  Operation *operation = request->operation;
  const Caller *caller = request->caller;
  if (!request->again || !request->name.size || request->target->reads ||
      operation->error == ERROR_DATABASE)
    return (LogRow){.seq = 0};
  SavedError saved = error_save(operation);
  if (!operation->schemas->replicated)
    error_database(operation, SQLITE_ERROR,
                   "the option 'again' is for a database that is replicated");
  LogRequest asked = {.name = request->name,
                      .tenant = caller->tenant.name,
                      .time = caller->now,
                      .method = change_method(request->target),
                      .target = change_target(request->target)};
  LogRow row = log_of_request(operation, &asked);
  error_restore(operation, saved);
  return row;
}

bool again_is_done(Request *request) { return again_row(request).seq > 0; }

/* The resource is shown as it is: somebody may have changed it since. */
static void again_reply(Request *request, const LogRow *row) {
  Operation *operation = request->operation;
  Resource resource;
  request->target->id = row->id;
  request->reply->status = (int)row->status;
  if (text_equal(row->action, TEXT("delete"))) return;
  if (!find_by_id(operation, request->target->type, row->id, &resource))
    error_set(operation, ERROR_NOT_FOUND,
              "what the request made or changed was deleted since");
  else if (row->status == 204)
    reply_set_headers(request, &resource);
  else
    reply_set_resource(request, (int)row->status, &resource);
}

/* The kind of the error follows from what the log has of it. Of 503 there is
** one alone that the log has: who was held by the breaker. */
bool again_answer(Request *request) {
  LogRow row = again_row(request);
  if (!row.seq) return failed(request->operation);
  if (row.status == 503) breaker_tell_wait(request);
  if (row.status < 400)
    again_reply(request, &row);
  else
    error_set(request->operation, error_kind((int)row.status, row.scim_type),
              "%.*s", TEXT_ARG(row.detail));
  return true;
}
