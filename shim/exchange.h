/* One HTTP request and its reply: reading the body, framing the answer,
** counting and logging it. Knows HTTP and civetweb, no database. */
#ifndef SHIM_EXCHANGE_H
#define SHIM_EXCHANGE_H

#include <civetweb.h>
#include <time.h>

#include "buffer.h"

typedef struct Exchange {
  struct mg_connection *connection;
  const struct mg_request_info *info;
  const char *method;
  const char *path;
  bool quiet;      /* no access log */
  bool keep_alive; /* the connection may serve another request */
  bool unread;     /* (part of) the body is still to come */
  struct timespec start;
  Buffer *out; /* scratch memory of the thread, for the reply */
} Exchange;

typedef enum BodyState {
  BODY_READ,   /* whole; an empty one has size 0 */
  BODY_LARGE,  /* longer than allowed; the rest was not read */
  BODY_BROKEN, /* the client stopped, or the chunks make no sense */
} BodyState;

/* Fills in what every exchange has; keep_alive is what the client wants. */
void exchange_begin(Exchange *exchange, struct mg_connection *connection,
                    Buffer *out, bool quiet);

/* Returns a header of the request, or NULL. */
const char *exchange_header(const Exchange *exchange, const char *name);

/* Reads the body, announced by length or in chunks. */
BodyState exchange_read_body(Exchange *exchange, size_t limit, Buffer *body);

/* Sends the reply in one write. headers are complete lines or NULL; body NULL
** means none. If the request's body was not read the connection ends here.
** Returns the status, as civetweb's handlers do. */
int exchange_send(Exchange *exchange, int status, const Buffer *headers,
                  const char *type, const char *body, size_t body_size);

/* Sends an Error body; headers is complete lines or "". */
int exchange_fail(Exchange *exchange, int status, const char *headers,
                  const char *detail);

/* Ends the exchange. What is left of the body is read for a while, and dropped:
** closing at once would reset the connection under a client that is still
** sending, and it might lose the reply. */
void exchange_end(Exchange *exchange);

#endif
