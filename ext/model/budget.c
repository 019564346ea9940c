/*
** budget.c: counts the work that a request makes.
**
** HOW IT WORKS
**
** The counter belongs to the operation, of which a bulk request has one for all
** its parts. It is begun by who handles requests that write (service/handle.c);
** searches hold no writer. The error is 413: RFC 7644 section 3.12 has tooMany
** for searches only, and the request is right but for its size.
**
** Once the steps have run out every further one is refused, so that what is
** beyond the limit stays small however many parts of a bulk request come
** behind: they fail before they read a document (service/change.c).
*/
#include "budget.h"

void budget_begin(Operation *operation, size_t steps) {
  operation->steps = 0;
  operation->most_steps = steps;
}

/* Beyond the limit the count stands still: it must not wrap, however long a
** caller goes on after the error. */
bool budget_spend(Operation *operation, size_t steps) {
  if (!operation->most_steps) return true;
  operation->steps += steps;
  if (operation->steps <= operation->most_steps) return !failed(operation);
  operation->steps = operation->most_steps + 1; /* it never wraps */
  if (!operation->spares_steps)
    error_set(operation, ERROR_TOO_LARGE,
              "the request compares values more than %lld times; it must be "
              "sent in several parts, or with simpler filters",
              (long long)operation->most_steps);
  return !failed(operation);
}

size_t budget_pause(Operation *operation) {
  size_t paused = operation->most_steps;
  operation->most_steps = 0;
  return paused;
}

void budget_go_on(Operation *operation, size_t paused) {
  operation->most_steps = paused;
}

void budget_spare(Operation *operation, bool spares) {
  operation->spares_steps = spares;
}

long long budget_left(const Operation *operation) {
  if (!operation->most_steps || operation->spares_steps) return -1;
  return operation->steps < operation->most_steps
             ? (long long)(operation->most_steps - operation->steps)
             : 0;
}
