/* The reply of scim_apply, taken apart for HTTP; and the replies that the shim
** has to give by itself. */
#ifndef SHIM_REPLY_H
#define SHIM_REPLY_H

#include "buffer.h"

typedef struct Reply {
  int status;
  Buffer headers;   /* complete lines, each ending in CR LF */
  const char *body; /* NULL: none; points into the text that was parsed */
  size_t body_size;
} Reply;

/* Takes {"status":S,"headers":{...},"body":...} apart; the order of the keys
** is part of the extension's promise, so no JSON parser is needed. Returns
** false if the text is anything else, or if a header would break out of its
** line. The caller clears headers before and frees them at the end. */
bool reply_parse(Reply *reply, const char *text, size_t size);

/* Appends an Error body (RFC 7644 section 3.12). */
void reply_error(Buffer *body, int status, const char *detail);

#endif
