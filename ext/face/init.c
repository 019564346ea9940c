/*
** init.c: the function scim_init(options).
**
**   SELECT scim_init();   -- 16
**   SELECT scim_init('{"replicated":true,"now":"2026-11-27T10:00:00Z",
**                      "cursor_key":"5b1c…"}');   -- 16
**
** Creates the tables, or upgrades those of an earlier version, builds what is
** marked in scim_index, reads the filters of rules, and writes the triggers of
** maps anew that an earlier version has made; returns the version of the
** schema. Calling it again does nothing. It is one transaction, or within
** one of the caller's all or nothing; it cannot be called in the middle of a
** statement that writes (SQLITE_BUSY). Top level only.
**
** Options: replicated, for an engine that runs each statement on several nodes;
** from then on what is to be drawn must be given in the options of every call
** that writes, and is an error where it is not (store/drawn.c). For tables that
** are made: cursor_key (64 hexadecimal digits) and now, which it needs then.
*/
#include "../db/transaction.h"
#include "../model/option.h"
#include "../store/build.h"
#include "../store/definitions.h"
#include "../store/install.h"
#include "../store/map_switch.h"
#include "../store/outbox.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

/* The options of a call. */
typedef struct InitOptions {
  Text cursor_key, now;
  bool replicated;
} InitOptions;

/* Whether it says that the database is replicated, or is not, is another thing
** than what it says. */
static Install init_options(Operation *operation, const FunctionCall *call) {
  static const Option table[] = {
      {"cursor_key", OPTION_TEXT, offsetof(InitOptions, cursor_key)},
      {"now", OPTION_TIME, offsetof(InitOptions, now)},
      {"replicated", OPTION_BOOLEAN, offsetof(InitOptions, replicated)}};
  InitOptions read = {NO_TEXT, NO_TEXT, false};
  Json *options = call_options(operation, call_text(operation, call, 0));
  options_read(operation, options, table, sizeof table / sizeof *table, &read);
  const Json *said = json_member(options, "replicated");
  return (Install){.cursor_key = read.cursor_key,
                   .now = read.now,
                   .says = said && said->type != JSON_NULL,
                   .replicated = read.replicated};
}

/* What is wrong with the options is an error before any table is made. */
void init_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Install install = init_options(operation, call);
  int version = install_run(operation, &install);
  transaction_begin(operation);
  if (definitions_require(operation)) build_indexes(operation);
  outbox_check_rules(operation);
  map_check_definitions(operation);
  map_renew(operation);
  transaction_end(operation);
  sqlite3_result_int(call->context, version);
}
