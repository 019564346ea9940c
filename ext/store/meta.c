/*
** meta.c: reads scim_meta, a table of names and values.
**
** The key of cursors is made by scim_init, once, and not when it is first
** needed: a list must be possible on a connection that may not write, and a
** copy of the database must take the cursors of the original.
*/
#include "meta.h"

#include "../db/query.h"

/* Without a key anybody could sign a cursor, so a missing one is no key that is
** empty but a broken database. */
Text meta_cursor_key(Operation *operation) {
  Text key = NO_TEXT;
  Query query = query_open(operation, STATEMENT_CURSOR_KEY);
  if (query_step(&query)) key = query_text(&query, CURSOR_KEY_ROW_VALUE);
  query_close(&query);
  if (!key.size) error_corrupt(operation, "scim_meta holds no 'cursor_key'");
  return key;
}
