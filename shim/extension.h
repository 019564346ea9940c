/*
** extension.h: where the extension is that scimd loads.
*/
#ifndef SHIM_EXTENSION_H
#define SHIM_EXTENSION_H

#include <stdbool.h>

#include "options.h"

/* The file's name: the Makefile knows what shared libraries are called here. */
#ifndef SCIM_FILE
#define SCIM_FILE "scim.so"
#endif

#define EXTENSION_PATH 4096 /* bytes of a path, its NUL included */

/* Finds the extension: the file of --extension, else the one beside the
** program, in ../lib, or where "make install" puts it. Leaves its path, which
** always has a slash in it. Returns false if it is in none of these places;
** what --extension names is taken as it is. */
bool extension_find(const Options *options, char path[EXTENSION_PATH]);

#endif
