/*
** build.h: making indexes complete.
*/
#ifndef SCIM_BUILD_H
#define SCIM_BUILD_H

#include "../model/schema.h"

/* Builds what is marked in scim_index and not yet built. Part of every write,
** cheap when there is nothing to do. Reads operation->schemas again when
** something was built: nothing of them may be in use. */
void build_indexes(Operation *operation);

#endif
