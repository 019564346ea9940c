/*
** init.c: the function scim_init().
**
**   SELECT scim_init();   -- 1
**
** Creates the tables, or upgrades those of an earlier version, builds what is
** marked in scim_index and reads the filters of rules; returns the version of
** the schema. Calling it again does nothing. It is one transaction, or within
** one of the caller's all or nothing; it cannot be called in the middle of a
** statement that writes (SQLITE_BUSY). Top level only.
*/
#include "../db/transaction.h"
#include "../store/build.h"
#include "../store/definitions.h"
#include "../store/install.h"
#include "../store/map.h"
#include "../store/outbox.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

void init_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  int version = install_run(operation);
  transaction_begin(operation);
  if (definitions_require(operation)) build_indexes(operation);
  outbox_check_rules(operation);
  map_check_definitions(operation);
  transaction_end(operation);
  sqlite3_result_int(call->context, version);
}
