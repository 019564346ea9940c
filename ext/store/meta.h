/*
** meta.h: facts about the installation (scim_meta).
*/
#ifndef SCIM_META_H
#define SCIM_META_H

#include "../text/operation.h"

/* The key that signs the cursors of lists. SQLITE_CORRUPT and no text where the
** database has none. */
Text meta_cursor_key(Operation *operation);

#endif
