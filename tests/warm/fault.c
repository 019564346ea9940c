/*
** fault.c: two faults of memory, as functions of SQL, which valgrind must see
** in a program that was kept warm (seen.sh). Nothing else loads it.
*/
#include <sqlite3ext.h>
#include <stdlib.h>

SQLITE_EXTENSION_INIT1

/* Goes by what nobody has set. */
static void fault_unset(sqlite3_context *context, int count,
                        sqlite3_value **values) {
  (void)count, (void)values;
  char *volatile byte = malloc(1);
  sqlite3_result_text(context, byte && *byte ? "set" : "none", -1,
                      SQLITE_STATIC);
  free(byte);
}

/* Forgets what it has asked for. */
static void fault_leak(sqlite3_context *context, int count,
                       sqlite3_value **values) {
  (void)count, (void)values;
  void *volatile lost = malloc(1000);
  lost = NULL;
  sqlite3_result_int(context, lost == NULL);
}

int sqlite3_fault_init(sqlite3 *db, char **message,
                       const sqlite3_api_routines *api);
int sqlite3_fault_init(sqlite3 *db, char **message,
                       const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  (void)message;
  int code = sqlite3_create_function(db, "fault_unset", 0, SQLITE_UTF8, NULL,
                                     fault_unset, NULL, NULL);
  if (code != SQLITE_OK) return code;
  return sqlite3_create_function(db, "fault_leak", 0, SQLITE_UTF8, NULL,
                                 fault_leak, NULL, NULL);
}
