/*
** log.h: rows of scim_log.
*/
#ifndef SCIM_LOG_H
#define SCIM_LOG_H

#include "../text/operation.h"

/* A row, as far as the table scim shows it. No text and 0 are NULL. */
typedef struct LogRow {
  long long seq; /* 0: no row */
  Text method, target;
  long long status;
  Text scim_type, detail, time, tenant;
  long long token;
  Text action, type, id;
  long long version;
  Text before, after;
} LogRow;

/* The first row behind `after`, up to `to`; its seq is 0 when there is none. */
LogRow log_next(Operation *operation, long long after, long long to);

#endif
