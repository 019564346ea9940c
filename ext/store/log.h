/*
** log.h: rows of scim_log.
*/
#ifndef SCIM_LOG_H
#define SCIM_LOG_H

#include "../text/operation.h"

/* A row, as far as the table scim shows it. No text and 0 are NULL. */
typedef struct LogRow {
  long long seq;       /* its number; 0: no row */
  Text method, target; /* what was asked, */
  long long status;    /* and what was answered */
  Text scim_type, detail;
  Text time, tenant;
  long long token;
  Text action; /* what became of a resource, NULL for nothing: */
  Text type, id;
  long long version;
  Text before, after; /* merge patches, back and forth (RFC 7396) */
} LogRow;

/* The first row behind `after`, up to `to`; its seq is 0 when there is none. */
LogRow log_next(Operation *operation, long long after, long long to);

/* A request as the log has it. */
typedef struct LogRequest {
  Text name, tenant, time, method, target;
} LogRequest;

/* The row of the request that had this name, and was made then or later; its
** seq is 0 when there is none. */
LogRow log_of_request(Operation *operation, const LogRequest *request);

/* The last row behind `after`, up to `to`. */
LogRow log_previous(Operation *operation, long long after, long long to);

#endif
