/*
** target.h: what a request asks for, of whom: path, query and host.
*/
#ifndef SHIM_TARGET_H
#define SHIM_TARGET_H

#include <civetweb.h>
#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

#include "output.h"

/* A request target (RFC 9112 section 3.2), as it came: decoding it is not for
** the shim. A thread keeps it from one request to the next, for its memory. */
typedef struct Target {
  const char *path;  /* "*" of an OPTIONS that means the whole server */
  const char *query; /* what is behind the '?', or NULL */
  const char *host;  /* the one that counts, or NULL */
  size_t host_size;
  Output copy; /* of the path, where that is not a text of its own */
} Target;

/* Reads the target and the Host of a head. Returns false if the one is no
** target of this server or the other no host; then path is "-". civetweb cuts
** the query off before it calls for a request: is_cut says that it has. The
** texts live as long as info. */
bool target_read(Target *target, const struct mg_request_info *info,
                 bool is_cut);

/* Are the names of two fields one, in any case (RFC 9110 section 5.1)? Most
** differ in their first letter, which is looked at here: a head is gone through
** many times. */
static inline bool target_is_named(const char *name, const char *other) {
  return ((name[0] ^ other[0]) & ~0x20) == 0 && strcasecmp(name, other) == 0;
}

/* Returns a field of the head, the first of its name, or NULL. */
const char *target_field(const struct mg_request_info *info, const char *name);

/* Returns a value's size without the spaces behind it, which are no part of it
** (RFC 9112 section 5.1) and which civetweb leaves there. */
size_t target_value_size(const char *value);

void target_free(Target *target);

#endif
