/*
** uncounted.c: put before a program with LD_PRELOAD it has SQLite's shell
** count no memory (tests/run.sh). To count takes a lock at each allocation and
** at each release, which is a tenth of what the shell does in the tests, and
** none of them asks it. Other programs are left as they are: unit tests ask,
** and scimd says the same for itself.
*/
#define _GNU_SOURCE
#include <errno.h>
#include <sqlite3.h>
#include <string.h>

/* Weak, as what is loaded into all that a test starts: most have no SQLite. */
#pragma weak sqlite3_config

__attribute__((constructor)) static void count_nothing(void) {
  if (sqlite3_config && strcmp(program_invocation_short_name, "sqlite3") == 0)
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
