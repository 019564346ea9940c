/*
** rqlite_curl.h: libcurl, loaded when it is wanted.
*/
#ifndef SHIM_RQLITE_CURL_H
#define SHIM_RQLITE_CURL_H

#include <stdbool.h>

/* Its checks of types are macros in the place of its functions. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#ifdef __APPLE__
#define RQLITE_CURL_LIBRARY "libcurl.4.dylib"
#else
#define RQLITE_CURL_LIBRARY "libcurl.so.4"
#endif

/* What is used of it, by the names that it has there. */
#define RQLITE_CURL_FUNCTIONS(FUNCTION)                                        \
  FUNCTION(curl_global_init)                                                   \
  FUNCTION(curl_easy_init)                                                     \
  FUNCTION(curl_easy_setopt)                                                   \
  FUNCTION(curl_easy_getinfo)                                                  \
  FUNCTION(curl_easy_strerror)                                                 \
  FUNCTION(curl_easy_cleanup)                                                  \
  FUNCTION(curl_multi_init)                                                    \
  FUNCTION(curl_multi_add_handle)                                              \
  FUNCTION(curl_multi_perform)                                                 \
  FUNCTION(curl_multi_poll)                                                    \
  FUNCTION(curl_multi_info_read)                                               \
  FUNCTION(curl_multi_remove_handle)                                           \
  FUNCTION(curl_multi_cleanup)                                                 \
  FUNCTION(curl_slist_append)                                                  \
  FUNCTION(curl_slist_free_all)

#define RQLITE_CURL_FIELD(name) __typeof__ (&(name))(name);
typedef struct RqliteCurl {
  RQLITE_CURL_FUNCTIONS(RQLITE_CURL_FIELD)
} RqliteCurl;

/* Returns false if there is no libcurl, or none that has all of these. It is
** never unloaded. */
bool rqlite_curl_load(RqliteCurl *curl);

#endif
