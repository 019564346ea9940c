/*
** circle.h: no group may be within itself.
*/
#ifndef SCIM_CIRCLE_H
#define SCIM_CIRCLE_H

#include "../text/operation.h"

/* invalidValue that names the way, where the group would be within itself,
** directly or through others, once it has the members of `add` too: a JSON
** array of {value, …}, or no text. `group` is its row, 0 for one that is not
** there yet, `name` what people call it, perhaps nothing. */
void circle_check(Operation *operation, long long group, Text id, Text name,
                  Text add);

#endif
