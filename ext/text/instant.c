#include "instant.h"

#include <stdio.h>
#include <time.h>

typedef struct Instant {
  long long seconds; /* since 1970-01-01T00:00:00Z */
  Text fraction;     /* digits behind the point */
} Instant;

/* Days since 1970-01-01 of a date of the Gregorian calendar: years begin in
** March, so that the leap day is the last of one. */
static long long instant_days_of(int year, int month, int day) {
  long long y = month > 2 ? year : year - 1;
  long long m = month > 2 ? month - 3 : month + 9;
  return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 -
         719468;
}

static void instant_date_of(long long days, int *year, int *month, int *day) {
  long long z = days + 719468;
  long long era = z / 146097, within = z % 146097;
  long long y =
      (within - within / 1460 + within / 36524 - within / 146096) / 365;
  long long yday = within - (365 * y + y / 4 - y / 100);
  long long m = (5 * yday + 2) / 153;
  *day = (int)(yday - (153 * m + 2) / 5 + 1);
  *month = (int)(m < 10 ? m + 3 : m - 9);
  *year = (int)(y + era * 400 + (*month <= 2));
}

static int instant_days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

/* Reads exactly `count` digits; -1 when there are fewer. */
static int instant_number(Text *text, size_t count) {
  int value = 0;
  if (text->size < count) return -1;
  for (size_t i = 0; i < count; i++) {
    char c = text->data[i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  *text = text_after(*text, count);
  return value;
}

/* The one character, a letter in either case. */
static bool instant_literal(Text *text, char c) {
  Text wanted = {&c, 1};
  if (!text_begins(*text, wanted)) return false;
  *text = text_after(*text, 1);
  return true;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing; seconds to subtract. */
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
  while (text->size && text->data[0] >= '0' && text->data[0] <= '9')
    *text = text_after(*text, 1);
  instant->fraction.size = (size_t)(text->data - instant->fraction.data);
  return instant->fraction.size > 0;
}

static bool instant_parse(Text text, Instant *instant) {
  int year = instant_number(&text, 4);
  int month = instant_literal(&text, '-') ? instant_number(&text, 2) : -1;
  int day = instant_literal(&text, '-') ? instant_number(&text, 2) : -1;
  if (year < 1 || month < 1 || month > 12 || day < 1 ||
      day > instant_days_in(year, month))
    return false;
  instant->seconds = instant_days_of(year, month, day) * 86400;
  instant->fraction.size = 0;
  if (!text.size) return true;
  long long offset;
  if (!instant_literal(&text, 'T') || !instant_parse_clock(&text, instant) ||
      !instant_parse_zone(&text, &offset))
    return false;
  instant->seconds -= offset;
  /* Within years 1 to 9999 in UTC too, or keys would not sort. */
  return instant->seconds >= -62135596800LL &&
         instant->seconds <= 253402300799LL;
}

/* "2011-05-13T04:42:34" */
static int instant_print(char *out, size_t size, long long seconds) {
  long long days = seconds / 86400;
  int rest = (int)(seconds % 86400);
  if (rest < 0) {
    rest += 86400;
    days--;
  }
  int year, month, day;
  instant_date_of(days, &year, &month, &day);
  return snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
                  rest / 3600, rest / 60 % 60, rest % 60);
}

bool instant_key(Arena *arena, Text text, Text *key) {
  Instant instant;
  char base[64];
  if (!instant_parse(text, &instant)) return false;
  Text digits = instant.fraction;
  while (digits.size && digits.data[digits.size - 1] == '0') digits.size--;
  instant_print(base, sizeof base, instant.seconds);
  *key = digits.size ? arena_format(arena, "%s.%.*s", base, TEXT_ARG(digits))
                     : arena_copy(arena, text_of(base));
  return true;
}

bool instant_canonical(Arena *arena, Text text, Text *canonical) {
  Instant instant;
  char base[64], milliseconds[4] = "000";
  if (!instant_parse(text, &instant)) return false;
  for (size_t i = 0; i < 3 && i < instant.fraction.size; i++)
    milliseconds[i] = instant.fraction.data[i];
  instant_print(base, sizeof base, instant.seconds);
  *canonical = arena_format(arena, "%s.%sZ", base, milliseconds);
  return true;
}

Text instant_now(Arena *arena) {
  struct timespec now;
  char base[64];
  timespec_get(&now, TIME_UTC);
  instant_print(base, sizeof base, (long long)now.tv_sec);
  return arena_format(arena, "%s.%03dZ", base, (int)(now.tv_nsec / 1000000));
}

long long instant_seconds(Text canonical) {
  Instant instant;
  return instant_parse(canonical, &instant) ? instant.seconds : 0;
}
