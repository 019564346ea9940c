/*
** head.h: have enough bytes come that civetweb need not wait for more?
*/
#ifndef SHIM_HEAD_H
#define SHIM_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes up to which the end of a head is waited for: a longer one is
** refused, and for that it need not be whole. */
#define HEAD_MOST 65536

/* Is it a head of HTTP to its end, or at least to where civetweb refuses it? */
bool head_is_whole(const char *bytes, size_t size);

/* Is it the whole first record of a handshake of TLS (RFC 8446 section 5.1), or
** something else, which will be refused? Not of no bytes. */
bool head_is_hello(const char *bytes, size_t size);

/* Does it ask whether the service is well? */
bool head_is_probe(const char *bytes, size_t size);

#endif
