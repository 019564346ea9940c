/*
** tls.c: see tls.h. Why there has to be anything, shim/tls/libssl.c tells.
*/
#include "tls.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "extension.h"

/* The directory of the two libraries, beside the extension that is installed
** or was built with scimd. Their names are common: no other program must find
** them there. */
#define TLS_DIRECTORY "scim-tls"

/* Loads one, and never lets go of it. Of a failure nothing is said: there are
** systems where civetweb needs no help, and these may lack the file. */
static void tls_load(const char *directory, const char *name) {
  char path[EXTENSION_PATH];
  int size =
      snprintf(path, sizeof path, "%s/" TLS_DIRECTORY "/%s", directory, name);
  if (size > 0 && size < EXTENSION_PATH) dlopen(path, RTLD_NOW);
}

/* --extension may name a file anywhere. */
void tls_prepare(const Options *options) {
  char path[EXTENSION_PATH];
  Options plain = *options;
  plain.extension = NULL;
  if (!extension_find(&plain, path)) return;
  *strrchr(path, '/') = '\0';
  tls_load(path, "libcrypto.so");
  tls_load(path, "libssl.so");
}
