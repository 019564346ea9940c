/*
** map.c: the functions scim_map, scim_map_switch, scim_map_drop and
** scim_map_sql.
**
**   SELECT scim_map('learner', '{"type":"User","table":"learner",…}');
**     -- learner: stored, and off
**   SELECT scim_map_switch('learner', 'on');
**     -- how many resources it went through
**   SELECT scim_map_sql('learner');
**     -- the SQL by which it is switched on
**   SELECT scim_map_drop('learner');
**     -- learner: gone; the rows of the application stay
**
** The first three take options besides: now, and the second `again` (see
** map_switch.h). A definition that is wrong is an
** SQL error that begins with the place, and nothing is stored. Each is one
** transaction, or within one of the caller's all or nothing. Top level only.
*/
#include "../model/option.h"
#include "../store/drawn.h"
#include "../store/map_switch.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

void map_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text name = call_text(operation, call, 0);
  map_define(operation, name, call_text(operation, call, 1),
             call_now(operation, call, 2));
  if (!failed(operation)) call_result(call->context, name);
}

/* The state is said as the table says it, and no boolean: 'on' and 'off'
** read well where they are typed. */
void map_switch_body(Operation *operation, void *data) {
  static const Option table[] = {
      {"now", OPTION_TIME, offsetof(MapSwitching, now)},
      {"again", OPTION_BOOLEAN, offsetof(MapSwitching, again)}};
  const FunctionCall *call = data;
  Text state = call_text(operation, call, 1);
  MapSwitching switching = {text_equal(state, TEXT("on")), NO_TEXT, false};
  options_read(operation,
               call_options(operation, call_text(operation, call, 2)), table,
               sizeof table / sizeof *table, &switching);
  switching.now = drawn_now(operation, switching.now);
  if (!switching.on && !text_equal(state, TEXT("off")))
    error_set(operation, ERROR_INVALID_VALUE,
              "a map is switched 'on' or 'off', not '%.*s'", TEXT_ARG(state));
  long long count =
      map_switch(operation, call_text(operation, call, 0), &switching);
  if (!failed(operation)) sqlite3_result_int64(call->context, count);
}

void map_drop_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text name = call_text(operation, call, 0);
  map_drop(operation, name, call_now(operation, call, 1));
  if (!failed(operation)) call_result(call->context, name);
}

void map_sql_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text script = map_sql(operation, call_text(operation, call, 0));
  if (!failed(operation)) call_result(call->context, script);
}
