/*
** exchange.h: one HTTP request and its reply.
**
** Reading the body, framing the answer, counting and logging it. Knows HTTP
** and civetweb, no database.
*/
#ifndef SHIM_EXCHANGE_H
#define SHIM_EXCHANGE_H

#include <civetweb.h>

#include "output.h"

#define EXCHANGE_SCIM "application/scim+json"

/* Says when to come again, as a header line, where nobody knows better. */
#define EXCHANGE_RETRY_AFTER "Retry-After: 2\r\n"

typedef struct Exchange {
  struct mg_connection *connection;
  const struct mg_request_info *info;
  const char *method;
  const char *path;  /* as it came, without the query */
  const char *query; /* as it came, or NULL */
  const char *host;  /* that the request is for, or NULL */
  size_t host_size;
  bool quiet;      /* no access log */
  bool keep_alive; /* the connection may serve another request */
  bool admitted;   /* its token is good: else it may not */
  bool unread;     /* (part of) the body is still to come */
  size_t taken;    /* bytes of bodies.h that its body has */
  long long start; /* when the request had arrived: moment_now */
  Output *output;  /* of the thread: the reply is put together in it */
} Exchange;

typedef enum BodyState {
  BODY_READ,   /* whole; an empty one has size 0 */
  BODY_LARGE,  /* longer than allowed; the rest was not read */
  BODY_BROKEN, /* the client stopped, or the chunks make no sense */
  BODY_LATE,   /* it came too slowly, or nobody had the time to wait */
  BODY_CROWDED /* there are so many bodies that there is no room for it */
} BodyState;

/* Fills in what every exchange has, but for the target, which is "-". Says of
** the body only whether one is announced; keep_alive is what the client
** wants. */
void exchange_begin(Exchange *exchange, struct mg_connection *connection,
                    Output *output, bool quiet);

/* Returns a header field of the request, or NULL. It lives as long as the
** exchange. */
const char *exchange_header(const Exchange *exchange, const char *name);

/* Is the method GET or HEAD, which is a GET whose body is not sent? */
bool exchange_is_get(const Exchange *exchange);

/* Appends the body, announced by length or in chunks, to an empty output. */
BodyState exchange_read_body(Exchange *exchange, size_t limit, Output *body);

/* The caller's token is good: he may keep his connection, and be waited for. */
void exchange_admit(Exchange *exchange);

/* Sends what became of a body that is not there, of which exchange_read_body
** told. Returns the status. */
int exchange_fail_body(Exchange *exchange, BodyState state);

/* Sends the reply, a small one in one write. headers are complete lines or
** NULL; body NULL means none. If the request's body was not read the connection
** ends here, and also if the caller was not let in. Returns the status, as
** civetweb's handlers do. */
int exchange_send(Exchange *exchange, int status, const Output *headers,
                  const char *type, const char *body, size_t body_size);

/* Sends an Error body (RFC 7644 section 3.12); headers is complete lines or
** "". Returns the status. */
int exchange_fail(Exchange *exchange, int status, const char *headers,
                  const char *detail);

/* The same with a scimType of RFC 7644 section 3.12. */
int exchange_refuse(Exchange *exchange, int status, const char *headers,
                    const char *scim_type, const char *detail);

/* Ends the exchange, whose body has been given back. What is left of the body
** is read for a while, and dropped:
** closing at once would reset the connection under a client that is still
** sending, and it might lose the reply. */
void exchange_end(Exchange *exchange);

#endif
