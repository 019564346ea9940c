/*
** admission.h: who is let in, as far as it counts how often he asks (rates.h).
*/
#ifndef SHIM_ADMISSION_H
#define SHIM_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"
#include "rates.h"

/* Of one request. */
typedef struct Admission {
  uint64_t caller;     /* a key */
  const char *address; /* of which a stranger needs the key */
  bool has_token;      /* he sent something that may be one */
  bool known;          /* he was let in before, */
  uint64_t tenant;     /* as one of this tenant (a key); 0: who knows */
  bool asks;           /* his terms are to be asked for (rates.h) */
  bool is_client;      /* of OAuth: who asks for a token */
} Admission;

/* Fills it in. tenant is the segment of the path that names one; form the body
** of an OAuth client, in which his secret may be, or NULL. */
void admission_begin(Admission *admission, const Exchange *exchange,
                     const Output *tenant, const Output *form);

/* Puts the request off with a 429 (RFC 6585 section 4) if there were too many;
** that costs no SQL. Returns the status, 0 if the request goes on. */
int admission_delay(const Admission *admission, Exchange *exchange);

/* Is there a token that has to be looked at first? */
bool admission_is_new(const Admission *admission);

/* What came of it. Who is let in has terms, once they are known. */
void admission_grant(const Admission *admission);
void admission_set_terms(const Admission *admission, const RatesTerms *terms);
void admission_refuse(const Admission *admission);

#endif
