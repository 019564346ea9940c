/*
** instant.c: dates and times of the proleptic Gregorian calendar, by integers.
**
** HOW IT WORKS
**
** A dateTime is read from its front, each function cutting off what it has
** read, to seconds since 1970 and the digits of a fraction. It is written again
** from the seconds. So all that names one moment has one form, whatever its
** zone, and that is what is compared:
**
**   2011-05-13T04:42:34Z   2011-05-13T06:42:34.000+02:00   one key
**
** The C library's mktime, strptime and gmtime are not used: they depend on the
** host's zone and locale, and know 32 bits on some machines. Leap seconds are
** read (23:59:60) and count as the second behind them, as in POSIX. 24:00:00,
** which xsd:dateTime allows, is the midnight that follows.
**
** Days are counted with years that begin in March: then February is the last
** month, a leap day is the last day of a year, and the months before it have
** 153 days in every five, which (153 * m + 2) / 5 adds up.
*/
#include "instant.h"

#include <time.h>

typedef struct Instant {
  long long seconds; /* since 1970-01-01T00:00:00Z */
  Text fraction;     /* digits behind the point */
} Instant;

#define INSTANT_DAY 86400 /* seconds */

/* Bytes of the longest that is written, "2011-05-13T04:42:34.567Z". */
#define INSTANT_SIZE 24

/* Days from 0000-03-01, where the count by years of March begins, to
** 1970-01-01, and those of 400 years, 100, 4 and 1. */
#define INSTANT_EPOCH 719468
#define INSTANT_DAYS_400 146097
#define INSTANT_DAYS_100 36524
#define INSTANT_DAYS_4 1461
#define INSTANT_DAYS_1 365

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
#define INSTANT_FIRST (-62135596800LL)
#define INSTANT_LAST 253402300799LL

/* Days since 1970-01-01 of a date. */
static long long instant_days_of(int year, int month, int day) {
  assert(year >= 1 && month >= 1 && month <= 12 && day >= 1);
  long long y = month > 2 ? year : year - 1;
  long long m = month > 2 ? month - 3 : month + 9;
  return y * INSTANT_DAYS_1 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 +
         day - 1 - INSTANT_EPOCH;
}

/* The date of so many days since 1970-01-01: first the 400 years they are in,
** which are all alike, then the year within them. The last day of 4 and of 400
** years is a leap day, and has to be taken off before dividing by 365. */
static void instant_date_of(long long days, int *year, int *month, int *day) {
  long long all = days + INSTANT_EPOCH;
  long long era = all / INSTANT_DAYS_400, within = all % INSTANT_DAYS_400;
  assert(all >= 0);
  long long y = (within - within / (INSTANT_DAYS_4 - 1) +
                 within / INSTANT_DAYS_100 - within / (INSTANT_DAYS_400 - 1)) /
                INSTANT_DAYS_1;
  long long yday = within - (INSTANT_DAYS_1 * y + y / 4 - y / 100);
  long long m = (5 * yday + 2) / 153;
  assert(yday >= 0 && yday <= INSTANT_DAYS_1 && m >= 0 && m < 12);
  *day = (int)(yday - (153 * m + 2) / 5 + 1);
  *month = (int)(m < 10 ? m + 3 : m - 9);
  *year = (int)(y + era * 400 + (*month <= 2));
}

/* The days of a month. */
static int instant_days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

/*
** Reading. Each function cuts what it has read off the front of the text.
*/

/* Reads exactly `count` digits; -1 when there are fewer. */
static int instant_number(Text *text, size_t count) {
  long long value = 0;
  assert(count > 0 && count <= 4);
  if (text->size < count || !text_is_digit(text->data[0]) ||
      !text_integer(text_first(*text, count), &value))
    return -1;
  *text = text_after(*text, count);
  return (int)value;
}

/* The one character; RFC 3339 section 5.6 has "t" and "z" for "T" and "Z". */
static bool instant_literal(Text *text, char c) {
  if (!text_begins(*text, (Text){&c, 1})) return false;
  *text = text_after(*text, 1);
  return true;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing, and then the end; *offset is in seconds
** and to be subtracted. xsd:dateTime lets zones be 14 hours away. */
static bool instant_parse_zone(Text *text, long long *offset) {
  *offset = 0;
  if (!text->size || instant_literal(text, 'Z')) return text->size == 0;
  char sign = text->data[0];
  if (sign != '+' && sign != '-') return false;
  *text = text_after(*text, 1);
  int hours = instant_number(text, 2);
  int minutes = instant_literal(text, ':') ? instant_number(text, 2) : -1;
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return false;
  *offset = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
  return text->size == 0;
}

/* "04:42:34", and a fraction perhaps, added to the instant. */
static bool instant_parse_clock(Text *text, Instant *instant) {
  int hour = instant_number(text, 2);
  int minute = instant_literal(text, ':') ? instant_number(text, 2) : -1;
  int second = instant_literal(text, ':') ? instant_number(text, 2) : -1;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 ||
      second > 60)
    return false;
  if (hour == 24 && (minute || second)) return false;
  instant->seconds += hour * 3600 + minute * 60 + second;
  if (!text->size || text->data[0] != '.') return true;
  *text = text_after(*text, 1);
  instant->fraction.data = text->data;
  while (text->size && text_is_digit(text->data[0]))
    *text = text_after(*text, 1);
  instant->fraction.size = (size_t)(text->data - instant->fraction.data);
  return instant->fraction.size > 0;
}

/* The whole text: a date, or a date and a time. Years are 1 to 9999, in UTC
** too, or keys would have other lengths and not sort as bytes. */
static bool instant_parse(Text text, Instant *instant) {
  int year = instant_number(&text, 4);
  int month = instant_literal(&text, '-') ? instant_number(&text, 2) : -1;
  int day = instant_literal(&text, '-') ? instant_number(&text, 2) : -1;
  if (year < 1 || month < 1 || month > 12 || day < 1 ||
      day > instant_days_in(year, month))
    return false;
  instant->seconds = instant_days_of(year, month, day) * INSTANT_DAY;
  instant->fraction.size = 0;
  if (!text.size) return true;
  long long offset;
  if (!instant_literal(&text, 'T') || !instant_parse_clock(&text, instant) ||
      !instant_parse_zone(&text, &offset))
    return false;
  instant->seconds -= offset;
  return instant->seconds >= INSTANT_FIRST && instant->seconds <= INSTANT_LAST;
}

/*
** Writing.
*/

/* Writes a number of so many digits and what follows it; returns where to go
** on. By hand, not by printf: every operation asks what time it is. */
static char *instant_put(char *out, int number, int digits, char behind) {
  for (int i = digits; i-- > 0; number /= 10)
    out[i] = (char)('0' + number % 10);
  assert(number == 0);
  out[digits] = behind;
  return out + digits + 1;
}

/* "2011-05-13T04:42:34" in UTC and what follows it. A division rounds towards
** zero, and so a time before 1970 is on the day before. */
static char *instant_print(char *out, long long seconds, char behind) {
  long long days = seconds / INSTANT_DAY;
  int rest = (int)(seconds % INSTANT_DAY);
  if (rest < 0) {
    rest += INSTANT_DAY;
    days--;
  }
  int year, month, day;
  instant_date_of(days, &year, &month, &day);
  out = instant_put(out, year, 4, '-');
  out = instant_put(out, month, 2, '-');
  out = instant_put(out, day, 2, 'T');
  out = instant_put(out, rest / 3600, 2, ':');
  out = instant_put(out, rest / 60 % 60, 2, ':');
  return instant_put(out, rest % 60, 2, behind);
}

/* The same with milliseconds: what the API shows. */
static Text instant_format(Arena *arena, long long seconds, int milliseconds) {
  char out[INSTANT_SIZE];
  char *end = instant_print(out, seconds, '.');
  end = instant_put(end, milliseconds, 3, 'Z');
  return arena_copy(arena, (Text){out, (size_t)(end - out)});
}

/* Zeros at the end of a fraction say nothing and go: "….5" and "….500" are one
** moment, and sort by bytes in the order of time, because "….25" < "….5". */
bool instant_key(Arena *arena, Text text, Text *key) {
  Instant instant;
  char base[INSTANT_SIZE];
  if (!instant_parse(text, &instant)) return false;
  Text digits = instant.fraction;
  while (digits.size && digits.data[digits.size - 1] == '0')
    digits = text_without(digits, 1);
  char *end = instant_print(base, instant.seconds, 0);
  *key = digits.size
             ? arena_format(arena, "%s.%.*s", base, TEXT_ARG(digits))
             : arena_copy(arena, (Text){base, (size_t)(end - base) - 1});
  return true;
}

/* The places are fixed, because years have four digits: "2011-05-13T04:42:34".
** RFC 7643 section 2.3.5 points to xsd:dateTime, section 3.3.7 of which knows
** seconds up to 59 and capital letters only. */
bool instant_is_exact(Text text) {
  if (text.size < 19) return false;
  assert(text.data[4] == '-' && text.data[16] == ':');
  return text.data[10] == 'T' && text.data[17] < '6' &&
         text.data[text.size - 1] != 'z';
}

/* Digits beyond milliseconds are cut, not rounded: a time must not move into
** the future. */
bool instant_canonical(Arena *arena, Text text, Text *canonical) {
  Instant instant;
  if (!instant_parse(text, &instant)) return false;
  int milliseconds = 0;
  for (size_t i = 0; i < 3; i++)
    milliseconds =
        milliseconds * 10 +
        (i < instant.fraction.size ? instant.fraction.data[i] - '0' : 0);
  *canonical = instant_format(arena, instant.seconds, milliseconds);
  return true;
}

Text instant_now(Arena *arena) {
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return instant_format(arena, (long long)now.tv_sec,
                        (int)(now.tv_nsec / 1000000));
}

long long instant_seconds(Text canonical) {
  Instant instant;
  return instant_parse(canonical, &instant) ? instant.seconds : 0;
}

/* The three digits behind the point, which have no sign. */
long long instant_milliseconds(Text canonical) {
  Instant instant = {.fraction = NO_TEXT};
  long long fraction = 0;
  if (!instant_parse(canonical, &instant)) return 0;
  text_integer(instant.fraction, &fraction);
  return instant.seconds * 1000 + fraction;
}

/* The milliseconds stay. What is beyond the last time that there is, is that:
** an expiry far away must not come out as one that has passed. */
Text instant_later(Arena *arena, Text canonical, long long seconds) {
  Instant instant;
  long long milliseconds = 0;
  if (!instant_parse(canonical, &instant)) return canonical;
  assert(seconds >= 0 && seconds <= INSTANT_LAST);
  if (instant.fraction.size == 3) text_integer(instant.fraction, &milliseconds);
  instant.seconds += seconds;
  if (instant.seconds > INSTANT_LAST) instant.seconds = INSTANT_LAST;
  return instant_format(arena, instant.seconds, (int)milliseconds);
}

/* Order of the texts is order in time. */
Text instant_after(Arena *arena, Text before, Text now) {
  Instant instant;
  long long milliseconds = 0;
  if (text_compare(now, before) >= 0 || !instant_parse(before, &instant))
    return now;
  if (instant.fraction.size == 3) text_integer(instant.fraction, &milliseconds);
  milliseconds++;
  instant.seconds += milliseconds / 1000;
  if (instant.seconds > INSTANT_LAST) return now;
  return instant_format(arena, instant.seconds, (int)(milliseconds % 1000));
}
