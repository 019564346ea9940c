/*
** scim.h: for programs that link the extension statically.
**
**   sqlite3_auto_extension((void (*)(void))sqlite3_scim_init);
**
** makes every connection that is opened afterwards have it; no library is
** loaded, and none need be allowed. `make` leaves build/scim_all.o for that; it
** needs SQLite, libsodium and utf8proc, and has no name but this one that does
** not begin with scim_.
*/
#ifndef SCIM_H
#define SCIM_H

#include <sqlite3ext.h>

#ifdef _WIN32
#define SCIM_API __declspec(dllexport)
#elif defined(__GNUC__)
#define SCIM_API __attribute__((visibility("default")))
#else
#define SCIM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The entry point. Registers the functions and tables of README.md on the
** connection and touches no database. SQLITE_OK, or the code of what failed,
** with a message (sqlite3_malloc) where there is more to say; then nothing is
** registered. */
SCIM_API int sqlite3_scim_init(sqlite3 *db, char **message,
                               const sqlite3_api_routines *api);

#ifdef __cplusplus
}
#endif

#endif
