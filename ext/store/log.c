/*
** log.c: reading scim_log row by row.
*/
#include "log.h"

#include "../db/query.h"

LogRow log_next(Operation *operation, long long after, long long to) {
  LogRow row = {0};
  Query query = query_open(operation, STATEMENT_NEXT_LOG_ROW);
  query_bind_integer(&query, 1, after);
  query_bind_integer(&query, 2, to);
  if (query_step(&query)) {
    Text *const texts[] = {
        NULL,        &row.method, &row.target, NULL,        &row.scim_type,
        &row.detail, &row.time,   &row.tenant, NULL,        &row.action,
        &row.type,   &row.id,     NULL,        &row.before, &row.after};
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
      if (texts[i]) *texts[i] = query_text(&query, i);
    row.seq = query_integer(&query, 0);
    row.status = query_integer(&query, 3);
    row.token = query_integer(&query, 8);
    row.version = query_integer(&query, 12);
  }
  query_close(&query);
  return row;
}
