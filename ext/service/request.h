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

#include "../model/option.h"
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

  /* What came in. */
  Text method, target, body;
  Text authorization, content_type, base, now, id, source;
  Text if_match, if_none_match;
  bool has_authorization, dry_run, truncated;

  /* What follows from it. */
  Text path;     /* the target's path, as sent */
  Text query;    /* what is behind the '?', as sent */
  bool searches; /* such a POST */
  bool reads;    /* GET, HEAD, or a POST that searches */
  Json *json;    /* the parsed body */
  Tenant tenant;
  Token token;
  Text endpoint, resource_id; /* "/Users" and what follows, decoded */
  const ResourceType *type;   /* of the endpoint, or NULL */
  Handler handler;
  Text attributes, excluded; /* what the reply is to show, read beforehand */

  Text pending; /* ids that a bulk request is going to create, as JSON */

  /* What the log will say. */
  Text log_id;
  Reply reply;
};

/* A request from its method, target, body and options (an object as in
** README.md, or NULL). */
void request_read(Request *request, Operation *operation, Text method,
                  Text target, Text body, const Json *options);

/* Handles it. Afterwards the operation has failed only if the database has:
** a SCIM error is a reply. */
void request_handle(Request *request);

/* Numbers that a tenant's settings may change; what is no number, or out of
** bounds, does not count. */
typedef enum Limit {
  LIMIT_PAGE_MAX,
  LIMIT_PAGE_DEFAULT,
  LIMIT_BODY,
  LIMIT_GROUP_REPLY,
  LIMIT_BULK_OPERATIONS
} Limit;

long long request_limit(const Request *request, Limit limit);

/* The decoded value of a query parameter; without data when there is none.
** Text that is not UTF-8 is an error of the kind, and then without data. */
Text request_parameter(Request *request, const char *name, ErrorKind kind);

/* A version 4 UUID (RFC 9562 section 5.4), or the id that the request brings
** (RFC 7643 section 3.1: "bulkId" must not be part of one). */
Text request_new_id(Request *request);

/* The URL of the resource that a request names or has made; empty when there
** is none. */
Text request_location(Request *request);

/* A request as part of another: of the same caller, at the same time, within
** the same transaction. Running it leaves its error set, and logged. */
void request_within(Request *outer, Request *inner, Text method, Text target,
                    Json *json, Text if_match, Text id);
void request_run_within(Request *inner);

/* Fills in what every log row says: who, when, what. */
void request_log(const Request *request, Change *change);

/* The handlers. */
void resource_create(Request *request);
void resource_get(Request *request);
void resource_put(Request *request);
void resource_patch(Request *request);
void resource_delete(Request *request);
void search_list(Request *request);
void bulk_post(Request *request);
void discovery_get(Request *request);

/* Is this the endpoint of a discovery document? */
bool discovery_is(Text endpoint);

#endif
