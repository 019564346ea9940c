/*
** meta.c: reads scim_meta.
*/
#include "meta.h"

#include "../db/query.h"

Text meta_cursor_key(Operation *operation) {
  Text key = NO_TEXT;
  Query query = query_open(operation, STATEMENT_CURSOR_KEY);
  if (query_step(&query)) key = query_text(&query, 0);
  query_close(&query);
  if (!key.size) error_corrupt(operation, "scim_meta holds no 'cursor_key'");
  return key;
}
