/*
** property_values.h: chance, and the values that random documents have: small
** lists of what is hard to compare, so that equal ones, and nearly equal ones,
** are frequent.
*/
#ifndef SCIM_PROPERTY_VALUES_H
#define SCIM_PROPERTY_VALUES_H

#include "../text/text_test.h"

/*
** Chance.
*/
static uint64_t chance_state;

/* splitmix64: good enough, and the same everywhere. */
static inline uint64_t chance_next(void) {
  uint64_t z = chance_state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static inline unsigned below(unsigned most) {
  return (unsigned)(chance_next() % most);
}

static inline bool chance(unsigned percent) { return below(100) < percent; }

#define ONE_OF(list) list[below(COUNT(list))]

/*
** Values.
*/
/* Composed and decomposed, sharp s, i with and without dot, final sigma, full
** width, a ligature, Hangul, what folds to nothing, and what SQL or JSON might
** take for a sign of its own. */
static const char *const words[] = {
    "ann",
    "Ann",
    "ANNA",
    "anna b",
    "Stra\u00DFe",
    "STRASSE",
    "stra\u1E9Ee",
    "strasse",
    "\u0130stanbul",
    "istanbul",
    "\u0131stanbul",
    "ISTANBUL",
    "\u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2",
    "\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3",
    "\u00C5ngstr\u00F6m",
    "A\u030Angstro\u0308m",
    "\u212Bngstr\u00F6m",
    "caf\u00E9",
    "cafe\u0301",
    "CAFE",
    "\uFF21\uFF22\uFF23",
    "abc",
    "ABC",
    "ab\u00ADc",
    "\u00AD",
    "\uFB01n",
    "fin",
    "\uD55C\uAE00",
    "\u1112\u1161\u11AB",
    "a\\\"b",
    "back\\\\x",
    "100%",
    "a_b",
    "true",
    "123",
    "work",
    "home",
    "\U0001F600",
    "\U0010FFFD",
    "zz zz",
    "2026-11-21"};

static const char *const integers[] = {"0",
                                       "1",
                                       "-1",
                                       "3",
                                       "300",
                                       "3e2",
                                       "-7",
                                       "9007199254740993",
                                       "9223372036854775807",
                                       "-9223372036854775808"};

static const char *const decimals[] = {"0",
                                       "0.0",
                                       "-0.0",
                                       "3",
                                       "3.0",
                                       "3.14",
                                       "3.140",
                                       "1e-7",
                                       "0.1",
                                       "0.10",
                                       "-2.5",
                                       "1e308",
                                       "1.7976931348623157e308",
                                       "-1.2234559435016964e+260",
                                       "-1.2234559435016965e+260",
                                       "2.2250738585072011e-308",
                                       "9007199254740993",
                                       "9007199254740992.0",
                                       "123456789.123456789",
                                       "99999999999999999999",
                                       "0.30000000000000004",
                                       "0.3",
                                       "5e-324"};

/* Of custom "$ref", which nobody computes; and what the base may be. */
static const char *const references[] = {"Users/1",
                                         "users/1",
                                         "Users/10",
                                         "https://x.test/scim/v2/Users/1",
                                         "https://X.test/scim/v2/Users/1",
                                         "https://x.test/scim/Users/1",
                                         "https://x.test/scim/v1/Users/1",
                                         "https://y.test/scim/v2/Users/1",
                                         "https://x.test/scim/v2",
                                         "../Users/1",
                                         "Caf\u00E9/1",
                                         "urn:x:1"};

static const char *const bases[] = {"https://x.test/scim/v2",
                                    "https://x.test/scim",
                                    "https://y.test/scim/v2", ""};

static const char *const instants[] = {"2026-11-21T09:30:00Z",
                                       "2026-11-21T10:30:00+01:00",
                                       "2026-11-21T09:30:00.000Z",
                                       "2026-11-21T09:30:00.5Z",
                                       "2026-11-21T09:30:00.500Z",
                                       "2026-11-21T09:30:00.5001Z",
                                       "2026-11-21T04:00:00.123456-05:30",
                                       "2026-11-21T09:30:00.123456Z",
                                       "2026-11-21T09:30:00",
                                       "2026-11-21",
                                       "2026-11-20T24:00:00Z",
                                       "2024-02-29T23:59:59.999Z",
                                       "1969-12-31T23:59:59Z",
                                       "0001-01-01T00:00:00Z",
                                       "9999-12-31T23:59:59Z",
                                       "2026-11-21T09:30:01Z"};

/* The same moments as the option "now" has, for meta. */
static const char *const moments[] = {
    "2026-11-21T09:30:00.000Z", "2026-11-21T09:30:00.001Z",
    "2026-11-21T09:30:00.500Z", "2026-11-21T09:30:01.000Z",
    "2024-02-29T23:59:59.999Z"};

#endif
