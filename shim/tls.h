/*
** tls.h: an OpenSSL that civetweb finds.
*/
#ifndef SHIM_TLS_H
#define SHIM_TLS_H

#include "options.h"

/* Loads what stands between civetweb and the OpenSSL that is installed, if it
** was built and is found. Before civetweb is asked for TLS; if it still cannot,
** it says so. */
void tls_prepare(const Options *options);

#endif
