/*
** arguments.h: from an HTTP request to the arguments of scim_apply.
*/
#ifndef SHIM_ARGUMENTS_H
#define SHIM_ARGUMENTS_H

#include "exchange.h"
#include "options.h"

/* A segment of the path, behind the base, below which requests are tried and
** undone. A place and no header: a server that does not know it answers 404. */
#define ARGUMENTS_DRY "/.dry-run"

/* A thread keeps it from one request to the next, for its memory. */
typedef struct Arguments {
  Output base_url; /* what clients know this service by */
  Output target;   /* the argument target, a C string */
  Output tenant;   /* the segment of the path that names one, or empty */
  Output refused;  /* what is wrong with the body, if it is not sent for that */
  Output options;  /* the argument options, a JSON object */
  bool dry;        /* the target is one of those below ARGUMENTS_DRY */
} Arguments;

/* What else the options say, as bits. */
enum {
  ARGUMENTS_BODY = 1,      /* there is a body, and its type counts */
  ARGUMENTS_TRUNCATED = 2, /* it was too large to be read */
  ARGUMENTS_DRY_RUN = 4    /* nothing is to be changed */
};

/* Leaves the target as it came, without the base path and without ARGUMENTS_DRY
** before a method that may write, and the segment that stands for {tenant} in
** the base path, as it came. Returns false if the path is not under
** the base path. */
bool arguments_read_target(Arguments *arguments, const Options *options,
                           const Exchange *exchange);

/* Leaves the base URL: what was configured, else what the request's host
** says. */
void arguments_read_base_url(Arguments *arguments, const Options *options,
                             const Exchange *exchange);

/* Leaves the options, with the base URL that was read before and the headers
** that scim_apply takes; `more` has bits of the above. */
void arguments_render_options(Arguments *arguments, const Exchange *exchange,
                              unsigned more);

/* Ran memory out on the way? Then they are not to be used. */
bool arguments_failed(const Arguments *arguments);

/* Is it what the extension takes for a search (RFC 7644 section 3.4.3), a POST
** that reads? The target must have been read. */
bool arguments_are_search(const Arguments *arguments, const Exchange *exchange);

/* Is it the request of an OAuth client for a token (RFC 6749 section 4.4.2)?
** The only one whose body is read of a caller who has none yet. */
bool arguments_ask_token(const Arguments *arguments, const Exchange *exchange);

void arguments_free(Arguments *arguments);

#endif
