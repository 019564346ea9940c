/*
** pages.h: what the server answers, page by page.
*/
#ifndef SHIM_PAGES_H
#define SHIM_PAGES_H

#include <stdatomic.h>

#include "exchange.h"
#include "health.h"
#include "worker.h"

/* What the pages need to know of the server. */
typedef struct Service {
  const Options *options;
  Engine *engine;
  atomic_int open_connections;
  Health health; /* what /healthz said last */
} Service;

/* What is allowed somewhere, as a header line. */
#define PAGES_ALLOW "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"

/* Answers the request: /healthz, /metrics, and under the base path what
** scim_apply says. Returns the status. */
int pages_serve(Service *service, Exchange *exchange, Worker *worker);

#endif
