/*
** breaker.c: the setting `breaker`: {"deactivations": 50, "percent": 10,
** "minutes": 60}.
**
** HOW IT WORKS
**
** An admin who empties a scope by mistake has an identity provider deactivate
** or delete everybody in it, one request at a time, and each of these is all
** right by itself. So before one is done, those of the last minutes are
** counted: users, not requests, since some are deactivated first and deleted
** then. One more than a limit is held:
**
**     deactivations   so many within the minutes
**     percent         of those who were active before the window took any: who
**                     are active now, and whom it has taken. One may always go,
**                     or nobody could leave a small customer
**
** What is held is refused with 503, which identity providers try again, and
** changes nothing; the row that it leaves in the log is no deactivation. With
** that row goes what scim_alert is to say (Request.alert).
*/
#include "breaker.h"

#include "../store/alert.h"
#include "../text/instant.h"

/* The numbers of the setting; -1 for a limit that is none. */
typedef struct BreakerLimits {
  long long deactivations, percent, minutes;
} BreakerLimits;

#define BREAKER_MANY 1000000000LL /* more users than there are */

/* False where the tenant has no breaker. The bounds are those of scim_setting;
** what got in past it and makes no sense does not count. */
static bool breaker_read(const Request *request, BreakerLimits *limits) {
  Json *value = json_member(request->caller->tenant.settings, "breaker");
  Tenant part = {.settings = value};
  if (!value) return false;
  limits->deactivations =
      tenant_number(&part, "deactivations", -1, -1, 1000000);
  limits->percent = tenant_number(&part, "percent", -1, -1, 100);
  limits->minutes = tenant_number(&part, "minutes", 60, 1, 10080);
  return true;
}

static bool breaker_is_inactive(const Json *doc) {
  const Json *active = json_member(doc, "active");
  return active && active->type == JSON_FALSE;
}

/* How many may go within the window, when so many have gone of those who were
** active before. */
static long long breaker_allowance(const BreakerLimits *limits,
                                   long long active, long long gone) {
  long long most = BREAKER_MANY;
  if (limits->deactivations >= 0) most = limits->deactivations;
  if (limits->percent >= 0) {
    long long part = limits->percent * (active + gone) / 100;
    if (part < 1) part = 1;
    if (part < most) most = part;
  }
  return most;
}

/* How many have to be counted to know that one more is too many: solves
** breaker_allowance for those who have gone. */
static long long breaker_horizon(const BreakerLimits *limits,
                                 long long active) {
  long long most = BREAKER_MANY;
  if (limits->deactivations >= 0) most = limits->deactivations;
  if (limits->percent >= 0 && limits->percent < 100) {
    long long part = limits->percent * active / (100 - limits->percent) + 2;
    if (part < most) most = part;
  }
  return most;
}

/* Seconds until the first that counts does not any more. */
static long long breaker_wait(Request *request, const BreakerLimits *limits,
                              Text first) {
  Text time;
  long long most = 60 * limits->minutes;
  if (!instant_canonical(&request->operation->arena, first, &time)) return most;
  long long wait =
      instant_seconds(time) + most - instant_seconds(request->caller->now) + 1;
  return wait < 1 ? 1 : wait > most ? most : wait;
}

static void breaker_set_wait(Request *request, long long seconds) {
  request->reply->retry_after =
      arena_format(&request->operation->arena, "%lld", seconds);
}

/* Refuses, and says what to do, to the IdP and to people. */
static void breaker_hold(Request *request, const BreakerLimits *limits,
                         Text since, const AlertLosses *losses,
                         long long allowed) {
  Operation *operation = request->operation;
  Arena *arena = &operation->arena;
  if (failed(operation)) return;
  breaker_set_wait(request, breaker_wait(request, limits, losses->first));
  error_set(operation, ERROR_UNAVAILABLE,
            "held by the breaker of the tenant: within %lld minutes %lld users "
            "were deactivated or deleted, and no more than %lld may be, until "
            "scim_release('%.*s') lets them",
            limits->minutes, losses->number, allowed,
            TEXT_ARG(request->caller->tenant.name));
  Json *alert = json_new(arena, JSON_OBJECT);
  json_put_string(arena, alert, "detail", operation->detail);
  json_put_string(arena, alert, "since", since);
  request->alert = json_text(arena, alert);
}

/* Who has gone within the window, and how many are still there. */
static AlertLosses breaker_losses(Request *request, const BreakerLimits *limits,
                                  const AlertWindow *window,
                                  long long *active) {
  *active = window->active < 0              ? 0
            : window->active > BREAKER_MANY ? BREAKER_MANY
                                            : window->active;
  return alert_losses(request->operation, window->since, request->target->id,
                      breaker_horizon(limits, *active));
}

/* By what has gone by the time of the request. Where the tenant has taken the
** breaker away, or has let all through, it may come at once. */
void breaker_tell_wait(Request *request) {
  Operation *operation = request->operation;
  BreakerLimits limits;
  long long wait = 1, active;
  if (breaker_read(request, &limits)) {
    AlertWindow window =
        alert_window(operation, request->caller->now, limits.minutes);
    AlertLosses losses = breaker_losses(request, &limits, &window, &active);
    if (losses.number) wait = breaker_wait(request, &limits, losses.first);
  }
  breaker_set_wait(request, wait);
}

/* Whoever has the file is trusted. Who is inactive already can be deleted, and
** counts: the deletion takes away what was kept. */
void breaker_check(Request *request, const Json *old, const Json *new) {
  Operation *operation = request->operation;
  BreakerLimits limits;
  bool loss = !new || (breaker_is_inactive(new) && !breaker_is_inactive(old));
  if (failed(operation) || !request->caller->token.token || !loss ||
      !text_equal(request->target->type->name, TEXT("User")) ||
      !breaker_read(request, &limits))
    return;
  AlertWindow window =
      alert_window(operation, request->caller->now, limits.minutes);
  if (text_compare(window.since, request->caller->now) > 0) return;
  long long active;
  AlertLosses losses = breaker_losses(request, &limits, &window, &active);
  long long allowed = breaker_allowance(&limits, active, losses.number);
  if (losses.number + 1 > allowed)
    breaker_hold(request, &limits, window.since, &losses, allowed);
}
