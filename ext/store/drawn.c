/*
** drawn.c: keeps what is drawn out of databases that are replicated.
**
** HOW IT WORKS
**
** An engine that replicates statements (rqlite) runs each of them on every
** node, and again when a node replays its log. What a statement draws would be
** another thing each time. So who runs it says beforehand what is to be drawn,
** in its options, and scim_init was told that it must be so: scim_meta has a
** row 'replicated' then.
**
** Whoever draws notes what (drawn_now here, secret.c), and the two places that
** write look at the note (commit.c). So a request that only reads may draw what
** it likes, and nothing that writes can be forgotten.
*/
#include "drawn.h"

#include "../db/query.h"
#include "../model/schema.h"
#include "../text/instant.h"

Text drawn_now(Operation *operation, Text given) {
  if (given.size) return given;
  operation->drawn |= DRAWN_NOW;
  return instant_now(&operation->arena);
}

bool drawn_is_refused(Operation *operation) {
  Query query = query_open(operation, STATEMENT_REPLICATED);
  bool replicated =
      query_step(&query) && query_integer(&query, REPLICATED_ROW_THERE) > 0;
  query_close(&query);
  return replicated;
}

/* It is an error of SQLite's and no SCIM reply: not the client has to mend it,
** but who passes its request on. */
void drawn_check(Operation *operation) {
  static const char *const options[] = {"now", "id", "random", "digest"};
  unsigned drawn = operation->drawn, number = 0;
  if (!drawn || !operation->schemas || !operation->schemas->replicated) return;
  while (number < sizeof options / sizeof *options && !(drawn & 1U << number))
    number++;
  error_database(
      operation, SQLITE_ERROR,
      drawn == DRAWN_ELSEWHERE
          ? "this database is replicated: what is in another file "
            "may not be loaded"
          : arena_format(&operation->arena, DRAWN_NEEDS, options[number]).data);
}
