/*
** request.h: one SCIM request, from its parts to its reply.
**
** A request is four records, each filled in by one step and read by those
** that follow: who asks (caller.h), for what (target.h), with which body
** (body.h), and what is answered (reply.h). The operations of a bulk request
** are requests of their own that share the caller with it.
*/
#ifndef SCIM_REQUEST_H
#define SCIM_REQUEST_H

#include "../model/schema.h"
#include "../store/token.h"

/* Who asks, when, and with which rights: caller.c. */
typedef struct Caller {
  bool has_authorization; /* the token decides, even when there is none */
  Text authorization;     /* the header */
  Text token_digest;      /* of the secret that was taken out of the request */
  Token token;            /* what is known of it; of a trusted caller, all */
  Tenant tenant;          /* whose directory it is */
  Text tenant_path;       /* the segment of the URL that names it, as sent */
  Text base;              /* what URLs begin with; empty: they are relative */
  Text now;               /* the time of everything that the request does */
  Text source;            /* whose members it changes: idp or manual */
  Text sees;              /* whose members it is shown; no text: all */
  unsigned strict;        /* what the tenant refuses: bits of model/strict.h */
  bool known;             /* found out by a call before: known.h */
} Caller;

/* What is asked for: target.c reads it, route.c finds who handles it. */
typedef struct Request Request;
typedef void (*Handler)(Request *request);

typedef struct Target {
  Text method;
  Text path;     /* as sent, up to the '?' */
  Text query;    /* as sent, behind it */
  bool searches; /* a POST to .search, whose parameters are in the body */
  bool reads;    /* GET, HEAD, or such a POST */
  Text endpoint; /* "/Users", decoded; "/" for none */
  Text id;       /* the segment behind it, decoded; of a create, once known */
  const ResourceType *type; /* of the endpoint, or NULL */
  Handler handler;
  Text if_match, if_none_match; /* headers; no text: not sent */
  Text attributes, excluded;    /* what the reply is to show */
} Target;

/* What came along: body.c. */
typedef struct Body {
  Text text;         /* as sent */
  Text content_type; /* empty: nothing said */
  bool truncated;    /* it was too large to be read */
  Text refused;      /* why the host has not brought it: limits_of_body */
  Json *json;        /* parsed, an object; NULL for none */
} Body;

/* What is answered: reply.c writes it down. */
typedef struct Reply {
  int status;                 /* of HTTP */
  Text location, etag, allow; /* headers; empty: not sent */
  Text retry_after;           /* seconds, of a 503 */
  Text body;                  /* JSON; empty: none */
  Text whole;     /* what is around the body where it is, or empty (lists) */
  Text challenge; /* of a 401; empty: that for bearer tokens */
  bool no_store;  /* no cache may keep it: there is a secret in it */
  bool unread;    /* nobody looks at more than the status */
  bool bodiless;  /* nor at more than the headers: a part of a bulk request */
} Reply;

struct Request {
  Operation *operation;
  Caller *caller;
  Target *target;
  Body *body;
  Reply *reply;
  Text new_id;               /* that a create is to use; empty: a random one */
  Text name;                 /* of the request itself, or no text (again.h) */
  bool again;                /* it was sent before, and may have been done */
  Text random;               /* bits of an access token; no text: random ones */
  Text digest;               /* of one that was made elsewhere; no text: none */
  bool dry_run;              /* it is undone, and tells what it has changed */
  bool computes;             /* everything but the change itself */
  struct Trial *trial;       /* what a dry run has changed (trial.h) */
  Text options;              /* as given, if they say nothing but who asks */
  Text adopt_map, adopt_key; /* the row that is a new resource's already, as
                             ** JSON, and by which map; no text: none */
  Text pending; /* ids that a bulk request is going to create, as JSON */
  Text alert;   /* what the breaker has to say, as JSON (breaker.c) */
};

/* A version 7 UUID (RFC 9562 section 5.7), or the id that the request brings
** (RFC 7643 section 3.1: "bulkId" must not be part of one). */
Text request_new_id(Request *request);

/* The name of a part of a bulk request, which is the id of what it creates: a
** UUID that follows from the whole's; no text where that has none. */
Text request_part_name(Request *request, unsigned number);

/* The URL of the resource that a request names or has made; empty when there
** is none. */
Text request_location(const Request *request);

#endif
