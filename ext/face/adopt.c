/*
** adopt.c: the function scim_map_adopt(name).
**
**   SELECT scim_map_adopt('learner');   -- 1204
**
** Makes resources of the rows that the map's table has already, and returns how
** many: so an identity provider that looks for them by userName finds them, and
** changes them, instead of creating each a second time. A row becomes what it
** would be the row of, as far as the map can be read backwards: by the first
** path of each column, if that names one place (a plain path, or a value path
** with one eq). Of the log and for application's triggers it is a POST as any
** other; in scim_link its `how` is adopted.
**
** A row stays out that has no value for what its type requires (userName); that
** is somebody's, or could be that of a resource which is there; or whose
** creation is refused. To call it again adopts what has come since.
**
** A second argument may be options: now, and random (64 hexadecimal digits,
** from which the ids follow) for engines that run the statement on several
** nodes. One transaction. Top level only.
*/
#include "../service/adopt.h"
#include "../model/option.h"
#include "../store/drawn.h"
#include "../store/secret.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

/* The options of a call. */
typedef struct AdoptOptions {
  Text now, random;
} AdoptOptions;

/* Draws what is not given as an option, the time and the random digits: no code
** below the face does, so that a call with both options does the same on every
** node. */
void adopt_body(Operation *operation, void *data) {
  static const Option table[] = {
      {"now", OPTION_TIME, offsetof(AdoptOptions, now)},
      {"random", OPTION_TEXT, offsetof(AdoptOptions, random)}};
  const FunctionCall *call = data;
  AdoptOptions options = {NO_TEXT, NO_TEXT};
  options_read(operation,
               call_options(operation, call_text(operation, call, 1)), table,
               sizeof table / sizeof *table, &options);
  options.now = drawn_now(operation, options.now);
  Secret seed = secret_new(operation, options.random);
  if (failed(operation)) return;
  if (!options.random.data) operation->drawn |= DRAWN_RANDOM;
  long long count = adopt_rows(operation, call_text(operation, call, 0),
                               seed.digest, options.now);
  if (!failed(operation)) sqlite3_result_int64(call->context, count);
}
