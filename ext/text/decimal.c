/*
** decimal.c: numbers as text, and as a double, the same bits everywhere.
**
** HOW IT WORKS. By exact arithmetic with large integers; no step in between
** is rounded. The other ways depend on where they run:
**
**   *  strtod and printf take the decimal point from the host's locale, and
**      not every system has newlocale to say otherwise;
**   *  scaling by powers of ten in floating point rounds in each step: a long
**      double has 64 bits on a PC, 53 on Apple's ARM and with MSVC, 113 on
**      most other machines, so that the last bit of the result differs. Even
**      a multiplication of two doubles may round twice on i386, whose
**      registers are wider than a double;
**   *  SQLite's own conversions do that too, in other ways from version to
**      version.
**
** The numbers are short (JSON_NUMBER_SIZE), so the exact way is cheap. A
** number d * 10^e is d * 5^e * 2^e, of which the power of two is an exponent
** only. For a positive e, d is multiplied by 5^e. For a negative one, d is
** moved left by enough bits, and divided by 5^-e: what matters of the rest is
** whether there is one. Dividing by 5^13 and the result again is the same as
** dividing at once, because floor(floor(x / a) / b) = floor(x / (a * b)), and
** a rest of 0 all along is a rest of 0 in the end. Then one rounding to 53
** bits, or fewer for a denormal number, gives the mantissa. Both directions
** share this: writing multiplies mantissa * 2^e by the power of ten that
** leaves as many digits as wanted before the point.
*/
#include "decimal.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>

/* A double of IEEE 754: 53 bits, the lowest of them not below 2^-1074. */
#define DECIMAL_MANTISSA_BITS 53
#define DECIMAL_LOWEST_EXPONENT (-1074)

/* Numbers below 10^DECIMAL_LEAST are nearer to 0 than to a double, those from
** 10^DECIMAL_MOST on are beyond all doubles. */
#define DECIMAL_LEAST (-324)
#define DECIMAL_MOST 309

/* The largest exponent that is kept as it is. */
#define DECIMAL_EXPONENT_LIMIT 100000

/* limbs * 2^exponent, and a rest of less than 2^exponent. The largest one that
** occurs is a number of JSON_NUMBER_SIZE digits near 10^DECIMAL_LEAST: 213
** bits, moved left by 31 limbs. */
#define BIG_LIMBS 40
typedef struct Big {
  uint32_t limbs[BIG_LIMBS]; /* the lowest first */
  int count;                 /* of limbs; the highest is not 0 */
  int exponent;
  bool rest;
} Big;

/*
** Large integers.
*/

/* big * factor + more. */
static void big_multiply(Big *big, uint32_t factor, uint32_t more) {
  uint64_t carry = more;
  for (int i = 0; i < big->count; i++) {
    carry += (uint64_t)big->limbs[i] * factor;
    big->limbs[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (!carry) return;
  assert(big->count < BIG_LIMBS);
  big->limbs[big->count++] = (uint32_t)carry;
}

/* big / divisor, with what is left over noted. */
static void big_divide(Big *big, uint32_t divisor) {
  uint64_t rest = 0;
  for (int i = big->count - 1; i >= 0; i--) {
    rest = (rest << 32) | big->limbs[i];
    big->limbs[i] = (uint32_t)(rest / divisor);
    rest %= divisor;
  }
  if (rest) big->rest = true;
  while (big->count && !big->limbs[big->count - 1]) big->count--;
}

/* The same value with a lower exponent. */
static void big_extend(Big *big, int limbs) {
  assert(limbs >= 0 && big->count + limbs <= BIG_LIMBS);
  memmove(big->limbs + limbs, big->limbs,
          (size_t)big->count * sizeof *big->limbs);
  memset(big->limbs, 0, (size_t)limbs * sizeof *big->limbs);
  big->count += limbs;
  big->exponent -= 32 * limbs;
}

static int big_bits(const Big *big) {
  int bits = 32 * big->count;
  if (!bits) return 0;
  for (uint32_t top = big->limbs[big->count - 1]; top < 0x80000000u; top <<= 1)
    bits--;
  return bits;
}

/* The value times 10^power. A quotient keeps more than 64 bits: 7/3 is more
** than the 2.32 bits of a factor of five. */
static void big_scale(Big *big, int power) {
  static const uint32_t fives[] = {
      1,     5,      25,      125,     625,      3125,      15625,
      78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125};
  const int most = (int)(sizeof fives / sizeof *fives) - 1;
  int left = power < 0 ? -power : power;
  if (power < 0) big_extend(big, (left * 7 / 3 + 64) / 32 + 1);
  big->exponent += power;
  while (left) {
    int step = left < most ? left : most;
    if (power < 0)
      big_divide(big, fives[step]);
    else
      big_multiply(big, fives[step], 0);
    left -= step;
  }
}

static unsigned big_bit(const Big *big, int bit) {
  if (bit < 0 || bit >= 32 * big->count) return 0;
  return (big->limbs[bit / 32] >> (bit % 32)) & 1;
}

/* The value in units of 2^exponent, rounded to the nearest, of two to the even
** one. It must be of fewer than 64 bits. */
static uint64_t big_round(const Big *big, int exponent) {
  int drop = exponent - big->exponent;
  assert(big_bits(big) - drop < 64);
  assert(!big->rest || drop > 1); /* or the rest would be lost */
  uint64_t value = 0;
  for (int i = big_bits(big) - 1; i >= drop; i--)
    value = (value << 1) | big_bit(big, i);
  bool odd = value & 1, more = big->rest;
  for (int i = 0; i < drop - 1 && !more; i++) more = big_bit(big, i);
  return value + (big_bit(big, drop - 1) && (more || odd));
}

/*
** Text.
*/

/* The digits up to the exponent's letter; returns where that is. */
static size_t decimal_read_digits(Decimal *decimal, Text number) {
  bool fraction = false;
  size_t i = 0;
  for (; i < number.size && text_lower(number.data[i]) != 'e'; i++) {
    char c = number.data[i];
    if (c == '-') decimal->negative = true;
    if (c == '.') fraction = true;
    if (!text_is_digit(c)) continue;
    assert(decimal->count < JSON_NUMBER_SIZE);
    if (fraction) decimal->exponent--;
    if (decimal->count || c != '0')
      decimal->digits[decimal->count++] = (unsigned char)(c - '0');
  }
  return i;
}

/* "e-7", "E+7"; 0 when there is none. */
static int decimal_read_exponent(Text text) {
  long long exponent = 0;
  if (!text.size) return 0;
  text = text_after(text, 1);
  if (text.size && text.data[0] == '+') text = text_after(text, 1);
  text_integer(text, &exponent);
  if (exponent > DECIMAL_EXPONENT_LIMIT) exponent = DECIMAL_EXPONENT_LIMIT;
  if (exponent < -DECIMAL_EXPONENT_LIMIT) exponent = -DECIMAL_EXPONENT_LIMIT;
  return (int)exponent;
}

/* Zeros at the end go into the exponent, so that equal is the same. */
static void decimal_trim(Decimal *decimal) {
  while (decimal->count && !decimal->digits[decimal->count - 1]) {
    decimal->count--;
    decimal->exponent++;
  }
  if (!decimal->count) decimal->exponent = 0;
  assert(!decimal->count || decimal->digits[0]);
}

Decimal decimal_read(Text number) {
  assert(number.size <= JSON_NUMBER_SIZE);
  Decimal decimal = {false, 0, 0, {0}};
  size_t end = decimal_read_digits(&decimal, number);
  decimal.exponent += decimal_read_exponent(text_after(number, end));
  decimal_trim(&decimal);
  return decimal;
}

/*
** Integers.
*/
bool decimal_is_whole(const Decimal *decimal) { return decimal->exponent >= 0; }

/* Digit by digit, with a check before each step, since overflow of a signed
** integer is undefined. Exponents are small here: 19 digits are the most. */
bool decimal_integer(const Decimal *decimal, long long *integer) {
  if (decimal->exponent < 0 || decimal->count + decimal->exponent > 19)
    return false;
  long long value = 0; /* negative, because there is one more of those */
  for (int i = 0; i < decimal->count + decimal->exponent; i++) {
    int digit = i < decimal->count ? decimal->digits[i] : 0;
    if (value < (LLONG_MIN + digit) / 10) return false;
    value = value * 10 - digit;
  }
  if (!decimal->negative && value == LLONG_MIN) return false;
  *integer = decimal->negative ? value : -value;
  return true;
}

/*
** Doubles.
*/
static double decimal_positive_real(const Decimal *decimal) {
  /* 10^(size - 1) <= value < 10^size */
  int size = decimal->count + decimal->exponent;
  if (!decimal->count || size <= DECIMAL_LEAST) return 0.0;
  if (size > DECIMAL_MOST) return HUGE_VAL;
  Big big = {{0}, 0, 0, false};
  for (int i = 0; i < decimal->count; i++)
    big_multiply(&big, 10, decimal->digits[i]);
  big_scale(&big, decimal->exponent);
  int exponent = big.exponent + big_bits(&big) - DECIMAL_MANTISSA_BITS;
  if (exponent < DECIMAL_LOWEST_EXPONENT) exponent = DECIMAL_LOWEST_EXPONENT;
  /* At most 2^53, which a double has exactly; ldexp then only moves it. */
  return ldexp((double)big_round(&big, exponent), exponent);
}

double decimal_real(const Decimal *decimal) {
  double real = decimal_positive_real(decimal);
  return decimal->negative ? -real : real;
}

/* real, which is positive and finite, rounded to so many digits. */
static Decimal decimal_rounded(double real, int size) {
  uint64_t limit = 1, digits = 0;
  for (int i = 0; i < size; i++) limit *= 10;
  int exponent;
  uint64_t mantissa =
      (uint64_t)ldexp(frexp(real, &exponent), DECIMAL_MANTISSA_BITS);
  /* 10^ten <= real < 10^(ten + 1): log10(2) = 0.30103 tells ten from the power
  ** of two below real, or the one before. 400 is added and taken away, because
  ** a division rounds down only above zero. */
  int ten = ((exponent - 1) * 30103 + 400 * 100000) / 100000 - 400;
  for (;; ten++) {
    Big big = {{(uint32_t)mantissa, (uint32_t)(mantissa >> 32)},
               2,
               exponent - DECIMAL_MANTISSA_BITS,
               false};
    big_scale(&big, size - 1 - ten);
    digits = big_round(&big, 0);
    if (digits < limit) break;
  }
  Decimal decimal = {false, ten - size + 1, size, {0}};
  for (int i = size - 1; i >= 0; i--, digits /= 10)
    decimal.digits[i] = (unsigned char)(digits % 10);
  decimal_trim(&decimal);
  return decimal;
}

/* Tries sizes until the text is read back as the same double: the shortest that
** does, not the nearest of all, is what a person would have written (0.1). */
Text decimal_write(Arena *arena, double real) {
  assert(isfinite(real));
  Decimal decimal = {false, 0, 0, {0}};
  double positive = fabs(real);
  /* 15 digits are what every decimal of 15 digits comes back from; 17 are
  ** enough for every double. */
  for (int size = 15; decimal_positive_real(&decimal) != positive; size++) {
    assert(size <= 17);
    decimal = decimal_rounded(positive, size);
  }
  char digits[JSON_NUMBER_SIZE];
  for (int i = 0; i < decimal.count; i++)
    digits[i] = (char)('0' + decimal.digits[i]);
  return arena_format(arena, "%s%.*se%d", real < 0 ? "-" : "",
                      decimal.count ? decimal.count : 1,
                      decimal.count ? digits : "0", decimal.exponent);
}
