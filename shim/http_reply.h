/*
** http_reply.h: the reply of scim_apply, taken apart for HTTP; and the replies
** that the shim has to give by itself.
*/
#ifndef SHIM_HTTP_REPLY_H
#define SHIM_HTTP_REPLY_H

#include "output.h"

typedef struct HttpReply {
  int status;
  bool dry; /* what a dry run would have done: the body is the whole text */
  Output headers;   /* complete lines, each ending in CR LF */
  const char *body; /* NULL: none; points into the text that was parsed */
  size_t body_size;
} HttpReply;

/* Takes {"status":S,"headers":{...},"body":...} apart. What headers held
** before is dropped; the caller frees it in the end. A dry run that succeeds
** has a member "change" before the body: it is left whole, a 200 without
** headers, so that nobody takes it for what was done. Returns false if the text
** is anything else, or if a header would break out of its line. */
bool http_reply_parse(HttpReply *reply, const char *text, size_t size);

/* Appends the body of an Error (RFC 7644 section 3.12); the type is one of its
** table, or NULL. */
void http_reply_error(Output *body, int status, const char *scim_type,
                      const char *detail);

#endif
