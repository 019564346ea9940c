/*
** request.h: one SCIM request from its parts to its reply.
**
** request_handle is the protocol's entry: it authorises, routes, opens and
** ends the transaction, and logs. The handlers in resources.c, search.c and
** discovery.c each do one kind of request; they fill in the reply or set the
** operation's error.
*/
#ifndef SCIM_REQUEST_H
#define SCIM_REQUEST_H

#include "../store/commit.h"
#include "../store/find.h"
#include "../store/tokens.h"

typedef struct Reply {
  int status;
  Text location, etag, allow; /* headers; empty: not sent */
  Text body;                  /* empty: none */
} Reply;

typedef struct Request Request;
typedef void (*Handler)(Request *request);

struct Request {
  Operation *operation;
  Connection *connection;
  const SchemaSet *set;

  /* What came in. */
  Text method, target, body;
  Text authorization, content_type, base, now, id, source;
  bool has_authorization, has_content_type, dry_run, truncated;

  /* What follows from it. */
  Text path;  /* the target's path, as sent */
  Text query; /* what is behind the '?', as sent */
  bool reads; /* GET or HEAD */
  Json *json; /* the parsed body */
  Tenant tenant;
  Token token;
  Text endpoint, resource_id; /* "/Users" and what follows, decoded */
  const ResourceType *type;   /* of the endpoint, or NULL */
  Handler handler;

  /* What the log will say. */
  Text log_id;
  long long log_seq; /* the row, 0 while there is none */
  Reply reply;
};

/* A request from its method, target, body and options (an object as in
** README.md, or NULL). */
void request_read(Request *request, Operation *operation,
                  Connection *connection, Text method, Text target, Text body,
                  const Json *options);

/* Handles it. Afterwards the operation has failed only if the database has:
** a SCIM error is a reply. */
void request_handle(Request *request);

/* The decoded value of a query parameter; without data when there is none.
** Text that is not UTF-8 is an error of the kind, and then without data. */
Text request_parameter(Request *request, const char *name, ErrorKind kind);

/* Fills in what every log row says: who, when, what. */
void request_log(const Request *request, Change *change);

/* The handlers. */
void resource_create(Request *request);
void resource_get(Request *request);
void resource_put(Request *request);
void resource_patch(Request *request);
void resource_delete(Request *request);
void search_list(Request *request);
void discovery_get(Request *request);

/* Is this the endpoint of a discovery document? */
bool discovery_is(Text endpoint);

#endif
