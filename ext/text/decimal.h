/*
** decimal.h: numbers as text, and as a double, the same bits everywhere.
**
** What a database compares must not depend on the machine that has read it:
** two nodes that replicate the same requests have to store the same keys. So
** text becomes the double that is nearest to it (of two, the even one), and a
** double becomes the text that is read as that double again, on every
** machine, with every C library and in every locale.
*/
#ifndef SCIM_DECIMAL_H
#define SCIM_DECIMAL_H

#include "parse.h"

/* A number, exactly: 2.50 is the digits 25 and the exponent -1. Equal numbers
** have equal digits and exponents, however they are spelled. */
typedef struct Decimal {
  bool negative;
  int exponent; /* the power of ten that the digits are multiplied by */
  int count;    /* of digits; 0 for zero, whose exponent is 0 */
  unsigned char digits[JSON_NUMBER_SIZE]; /* 0 to 9, first and last not 0 */
} Decimal;

/* The value of a JSON number as the parser accepts it: RFC 8259 section 6, of
** at most JSON_NUMBER_SIZE characters. Exponents beyond 100,000 count as that
** many, which is more than any double has. */
Decimal decimal_read(Text number);

/* Is it one without fraction (3, 3.0, 3e2)? Of any size. */
bool decimal_is_whole(const Decimal *decimal);

/* The number as an integer; false, and *integer untouched, when it has a
** fraction or is out of the range of 64 bits. */
bool decimal_integer(const Decimal *decimal, long long *integer);

/* The nearest double, of two the one with an even last bit; infinite when it
** is too large for any, a zero when it is nearer to that than to 5e-324. */
double decimal_real(const Decimal *decimal);

/* A finite double as a JSON number in scientific notation ("25e-1"), in the
** arena. It has as few digits as one of 15 to 17 digits may have so that
** decimal_real reads it as the same double again. */
Text decimal_write(Arena *arena, double real);

#endif
