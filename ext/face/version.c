/*
** version.c: the functions scim_version() and scim_debug().
**
**   SELECT scim_version();   -- 0.1.0
**   SELECT scim_debug();     -- a line each: SQLite, libraries, limits
**
** For reports of faults: what is asked first. Neither looks at the database.
*/
#include <sodium.h>
#include <utf8proc.h>

#include "../model/filter.h"
#include "../model/patch.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

/* The build says it (Makefile); this is for other builds. */
#ifndef SCIM_VERSION
#define SCIM_VERSION "0.1.0"
#endif

#ifdef __VERSION__
#define VERSION_COMPILER __VERSION__
#else
#define VERSION_COMPILER "unknown"
#endif

/* A constant, but a function: a library that is loaded has no other way to
** say what it is. */
void version_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  (void)operation;
  call_result(call->context, TEXT(SCIM_VERSION));
}

/* SQLite twice: as it runs, and as its header was when this was built, which a
** library that is loaded may find to differ. */
void debug_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text text = arena_format(
      &operation->arena,
      "scim %s\nsqlite %s (built with %s)\nutf8proc %s\nlibsodium %s\n"
      "compiler %s\nlimits: JSON depth %d, filter %d bytes, "
      "%d PATCH operations",
      SCIM_VERSION, sqlite3_libversion(), SQLITE_VERSION, utf8proc_version(),
      sodium_version_string(), VERSION_COMPILER, JSON_DEPTH, FILTER_SIZE,
      PATCH_OPERATIONS);
  call_result(call->context, text);
}
