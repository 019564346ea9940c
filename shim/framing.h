/*
** framing.h: can the head of a request be read in one way only?
**
** Where two servers see the end of a request in different places, the bytes
** that one client sends as a body become another's request (RFC 9112 section
** 11.2, request smuggling). So what leaves room for a second reading is
** refused, and the connection ends.
*/
#ifndef SHIM_FRAMING_H
#define SHIM_FRAMING_H

#include <civetweb.h>
#include <stdbool.h>

#include "output.h"

/* Returns 0 for a head that can be read in one way only; else the HTTP status
** to refuse it with, with the reason appended to detail. The head must be as
** civetweb has parsed it: the texts of info still lie in its buffer. is_cut
** says that the query was cut off from the target. *buffer is where the
** thread's buffer begins, as far as is known: NULL for a new thread. */
int framing_check(const struct mg_request_info *info, bool is_cut,
                  const char **buffer, Output *detail);

/* Returns where the body of a request begins, or NULL where the head cannot be
** read. The texts of info must still lie in the buffer. */
const char *framing_body(const struct mg_request_info *info);

#endif
