/*
** blot.h: takes secrets out of what is to be kept as it came: passwords, and
** whatever else the directory is sent and does not store.
**
** The rule: every value under the name of a secret becomes asterisks, as many
** as it has bytes (a number: ones), at any depth, in texts that are JSON
** themselves, beside a path that ends in the name or goes on behind it, and
** where a filter compares with it. A name is a secret's in any case of its
** letters and behind any URN, unless the type of the resource stores what has
** it in this place.
*/
#ifndef SCIM_BLOT_H
#define SCIM_BLOT_H

#include "../text/json.h"

typedef struct Blot {
  Arena *arena;
  const Json *names;     /* of secrets: strings; NULL: "password" alone */
  const Json *endpoints; /* "/Devices": ["password", "account.password"]: what
                         ** has a name of these and is stored; or NULL */
  const Json *stored;    /* those of what is being looked at */
  bool found;            /* something was taken out */
} Blot;

/* The option `write_only` (README.md), or NULL. */
Blot blot_new(Arena *arena, const Json *option);

/* Might there be something in it? Most bodies have none of the names, and need
** not be read. They may be written with escapes; and what begins as no object
** does may be the form of a client at the wrong place, whose names are others.
** */
bool blot_may_be_in(const Blot *blot, Text body);

/* Of a body that was sent to this path, and of a bulk request, in which each
** part has one of its own. */
void blot_body(Blot *blot, Text path, Json *body);

/* The filter of a request to this path, without what is compared with a
** secret. */
Text blot_filter(Blot *blot, Text path, Text filter);

#endif
