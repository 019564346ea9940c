/*
** extension.c: see extension.h.
**
** POSIX has no call that tells a program where its own file is, so this does
** what the shell did: a program that was called by a path is there, one that
** was called by a bare name is the first of that name on the PATH. Symbolic
** links are followed, because the extension lies beside the file itself.
** Whoever calls scimd in another way (argv[0] may be anything) has --extension.
*/
#define _XOPEN_SOURCE 700 /* realpath */
#include "extension.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where "make install" puts the extension. */
#ifndef SCIM_LIBDIR
#define SCIM_LIBDIR "/usr/local/lib"
#endif

/* Writes directory, middle and name one behind the other, and tells whether
** there is a file to read. A path that does not fit names none. */
static bool extension_is_at(char path[EXTENSION_PATH], const char *directory,
                            const char *middle) {
  int size =
      snprintf(path, EXTENSION_PATH, "%s%s%s", directory, middle, SCIM_FILE);
  return size > 0 && size < EXTENSION_PATH && access(path, R_OK) == 0;
}

/* Leaves in file the first program of this name on the PATH. An empty entry
** is the current directory. */
static bool extension_search_path(const char *program,
                                  char file[EXTENSION_PATH]) {
  const char *list = getenv("PATH");
  while (list) {
    int size = (int)strcspn(list, ":");
    int length = snprintf(file, EXTENSION_PATH, "%.*s/%s", size,
                          size ? list : ".", program);
    if (length > 0 && length < EXTENSION_PATH && access(file, X_OK) == 0)
      return true;
    list = list[size] ? list + size + 1 : NULL;
  }
  return false;
}

/* Returns the directory of the program's file, which the caller frees, or NULL
** if it cannot be told. */
static char *extension_directory(const char *program) {
  char file[EXTENSION_PATH];
  if (!strchr(program, '/')) {
    if (!extension_search_path(program, file)) return NULL;
    program = file;
  }
  char *directory = realpath(program, NULL);
  char *slash = directory ? strrchr(directory, '/') : NULL;
  if (slash) *slash = '\0';
  return directory;
}

/* The extension of the tree that scimd was built in comes before one that is
** installed: who tries out a new build wants both of it. */
bool extension_find(const Options *options, char path[EXTENSION_PATH]) {
  if (options->extension) {
    /* A bare name would send the dynamic linker to its own directories. */
    bool bare = !strchr(options->extension, '/');
    int size = snprintf(path, EXTENSION_PATH, "%s%s", bare ? "./" : "",
                        options->extension);
    return size > 0 && size < EXTENSION_PATH;
  }
  char *directory = extension_directory(options->program);
  bool found = directory && (extension_is_at(path, directory, "/") ||
                             extension_is_at(path, directory, "/../lib/"));
  free(directory);
  return found || extension_is_at(path, SCIM_LIBDIR, "/");
}
