/*
** rqlite_curl.c: see rqlite_curl.h.
**
** HOW IT WORKS
**
** Linked, libcurl would bring thirty libraries into every scimd, of which each
** start would take six milliseconds where one is enough; and who has no cluster
** need not have it. So it is opened by name, and its functions are looked up.
*/
#include "rqlite_curl.h"

#include <dlfcn.h>
#include <string.h>

/* dlsym returns no pointer to a function, but what is one; ISO C has no cast
** for that. */
static bool rqlite_curl_find(void *library, const char *name, void *function) {
  void *found = dlsym(library, name);
  memcpy(function, &found, sizeof found);
  return found != NULL;
}

#define RQLITE_CURL_FIND(name)                                                 \
  if (!rqlite_curl_find(library, #name, (void *)&curl->name)) return false;

/* It stays loaded: libraries of TLS do not like to be left. */
bool rqlite_curl_load(RqliteCurl *curl) {
  void *library = dlopen(RQLITE_CURL_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (!library) return false;
  RQLITE_CURL_FUNCTIONS(RQLITE_CURL_FIND)
  return curl->curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}
