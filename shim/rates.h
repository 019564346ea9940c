/*
** rates.h: how often somebody may ask: strangers, and those with a token.
**
** Every function may be called from any thread. Keys come from rates_caller and
** rates_address: of tokens and addresses themselves nothing is kept.
*/
#ifndef SHIM_RATES_H
#define SHIM_RATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limits, from the command line; 0 is none. */
typedef struct RatesLimits {
  long failures; /* refused tokens a second, from one address */
  long rate;     /* requests a second, with one token */
  long burst;    /* and so many at once */
} RatesLimits;

/* From an address so many seconds' worth of refusals may come at once, and from
** all addresses together so many times as many as from one. */
#define RATES_FAILURE_BURST 100
#define RATES_ALL 5

/* For so many seconds the terms of a caller are taken for what they were. */
#define RATES_TERMS 2

/* What the database says of one who was let in. */
typedef struct RatesTerms {
  long rate;       /* as above, 0 for any; -1: not said, the command line's */
  long burst;      /* of which 0 is the one that is not said */
  uint64_t tenant; /* key of whose he is; 0: nobody knows */
} RatesTerms;

/* Sets the limits, and forgets everybody. Before any thread serves. */
void rates_configure(const RatesLimits *limits);

/* The key of a caller, by what he says that proves who he is: one or two
** texts. */
uint64_t rates_caller(const char *text, size_t size, const char *more,
                      size_t more_size);

/* The key of an address, as text; of IPv6, that of its network of 64 bits,
** which is what one customer has (RFC 6177). */
uint64_t rates_address(const char *address);

/*
** Strangers: whoever is not known to have been let in.
*/

/* Is he one who was let in? Then *tenant is the key of whose he is, and *asks
** says that his terms have to be asked for again: the one who is told so does
** it, and nobody else is for RATES_TERMS. */
bool rates_knows(uint64_t caller, uint64_t *tenant, bool *asks);

/* Returns 0 if a stranger of that address may be asked about; else in how many
** seconds he may. */
int rates_wait(uint64_t address);

/* He was refused: counts for his address, and he is not known any more. */
void rates_refuse(uint64_t address, uint64_t caller);

/* He was let in. */
void rates_admit(uint64_t caller);

/*
** Those who are known.
*/

/* Sets his terms, if he is known. */
void rates_set_terms(uint64_t caller, const RatesTerms *terms);

/* Counts a request of one who is known. Returns 0 if it may go on; else in how
** many seconds it may come again. */
int rates_count(uint64_t caller);

#endif
