/*
** log.c: reading scim_log row by row.
**
** HOW IT WORKS
**
** Each row is found by the number of the one before it, with a statement of its
** own. A cursor of the table scim lives for many calls, and a statement only as
** long as the operation that opened it: so what the cursor keeps is a number.
*/
#include "log.h"

#include <assert.h>

#include "../db/query.h"

/* The texts of a LogRow, by their columns. */
static const struct {
  int column;
  size_t offset;
} log_texts[] = {
    {LOG_ROW_METHOD, offsetof(LogRow, method)},
    {LOG_ROW_TARGET, offsetof(LogRow, target)},
    {LOG_ROW_SCIM_TYPE, offsetof(LogRow, scim_type)},
    {LOG_ROW_DETAIL, offsetof(LogRow, detail)},
    {LOG_ROW_TIME, offsetof(LogRow, time)},
    {LOG_ROW_TENANT, offsetof(LogRow, tenant)},
    {LOG_ROW_ACTION, offsetof(LogRow, action)},
    {LOG_ROW_TYPE, offsetof(LogRow, type)},
    {LOG_ROW_ID, offsetof(LogRow, id)},
    {LOG_ROW_BEFORE, offsetof(LogRow, before)},
    {LOG_ROW_AFTER, offsetof(LogRow, after)},
};

/* A row of either statement; its texts are copied, since the cursor keeps them.
** NULL becomes no text and 0: no column of the log has these for a value. */
static LogRow log_read(Query *query) {
  LogRow row = {0};
  for (size_t i = 0; i < sizeof log_texts / sizeof *log_texts; i++) {
    Text *text = (Text *)(void *)((char *)&row + log_texts[i].offset);
    *text = query_text(query, log_texts[i].column);
  }
  row.seq = query_integer(query, LOG_ROW_SEQ);
  row.status = query_integer(query, LOG_ROW_STATUS);
  row.token = query_integer(query, LOG_ROW_TOKEN);
  row.version = query_integer(query, LOG_ROW_VERSION);
  return row;
}

LogRow log_next(Operation *operation, long long after, long long to) {
  LogRow row = {0};
  Query query = query_open(operation, STATEMENT_NEXT_LOG);
  query_bind_integer(&query, NEXT_LOG_AFTER, after);
  query_bind_integer(&query, NEXT_LOG_LAST, to);
  if (query_step(&query)) row = log_read(&query);
  query_close(&query);
  assert(!row.seq || row.seq > after); /* or a reader would never end */
  return row;
}

/* The same from the other end: the last row of a log of millions is one
** look. */
LogRow log_previous(Operation *operation, long long after, long long to) {
  LogRow row = {0};
  Query query = query_open(operation, STATEMENT_PREVIOUS_LOG);
  query_bind_integer(&query, PREVIOUS_LOG_AFTER, after);
  query_bind_integer(&query, PREVIOUS_LOG_LAST, to);
  if (query_step(&query)) row = log_read(&query);
  query_close(&query);
  assert(!row.seq || row.seq <= to);
  return row;
}

/* The first of them, should a host have given two requests one name: that is
** the one which was done. But a DELETE is not done because a POST of its name
** was. From its own time on, since a change may have been put behind a later
** one of the same resource, but never before it. */
LogRow log_of_request(Operation *operation, const LogRequest *request) {
  LogRow row = {0};
  Query query = query_open(operation, STATEMENT_NAMED_LOG);
  query_bind_text(&query, NAMED_LOG_TENANT, request->tenant);
  query_bind_text(&query, NAMED_LOG_TIME, request->time);
  query_bind_text(&query, NAMED_LOG_REQUEST, request->name);
  query_bind_text(&query, NAMED_LOG_METHOD, request->method);
  query_bind_text(&query, NAMED_LOG_TARGET, request->target);
  if (query_step(&query)) row = log_read(&query);
  query_close(&query);
  return row;
}
