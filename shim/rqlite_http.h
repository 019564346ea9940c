/*
** rqlite_http.h: one request of HTTP to a node, and its reply.
**
** Connections are kept and used again. Every function may be called from any
** thread.
*/
#ifndef SHIM_RQLITE_HTTP_H
#define SHIM_RQLITE_HTTP_H

#include <stdio.h>

#include "options.h"
#include "output.h"

/* What all connections have: libcurl, who we are, and whom we trust. */
typedef struct RqliteHttp RqliteHttp;

/* Returns NULL, with the reason in complaint, if that fails. */
RqliteHttp *rqlite_http_open(const Options *options, Output *complaint);

/* Nobody may be calling. */
void rqlite_http_close(RqliteHttp *http);

typedef struct RqliteCall {
  const char *node; /* its URL, without a slash at the end */
  const char *path; /* and query */
  const char *body; /* NULL: a GET */
  size_t size;
  FILE *file;              /* a reply of status 200 goes into it; NULL: no */
  long long first;         /* the first byte has to be there by this, */
  long long whole;         /* and the last one by that moment_now */
  bool (*stop)(void *who); /* is asked all the while; NULL: nobody stops it */
  void *who;
} RqliteCall;

/* How a call ends. */
typedef enum RqliteEnd {
  RQLITE_REPLIED, /* with a reply, of whatever status */
  RQLITE_UNSENT,  /* nobody there: the node has not seen the request */
  RQLITE_LATE,    /* it said nothing, or not all of it, in time */
  RQLITE_CUT,     /* the connection ended before the reply did */
  RQLITE_LARGE,   /* the reply is longer than anybody may take */
  RQLITE_STOPPED  /* as was wished */
} RqliteEnd;

/* Makes the call, and follows where the node sends it. The reply is appended;
** the status is that of a reply alone. Whatever does not end with a reply
** leaves a reason in it. */
RqliteEnd rqlite_http_call(RqliteHttp *http, const RqliteCall *call,
                           long *status, Output *reply);

#endif
