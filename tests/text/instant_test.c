#include "../../ext/text/instant.h"

#include "text_test.h"

typedef struct Case {
  const char *text, *key, *canonical;
} Case;

static const Case accepted[] = {
    {"2011-05-13T04:42:34Z", "2011-05-13T04:42:34", "2011-05-13T04:42:34.000Z"},
    {"2011-05-13t04:42:34z", "2011-05-13T04:42:34", "2011-05-13T04:42:34.000Z"},
    {"2011-05-13T04:42:34+02:00", "2011-05-13T02:42:34",
     "2011-05-13T02:42:34.000Z"},
    {"2011-05-13T04:42:34-05:30", "2011-05-13T10:12:34",
     "2011-05-13T10:12:34.000Z"},
    {"2011-05-13T00:30:00+01:00", "2011-05-12T23:30:00",
     "2011-05-12T23:30:00.000Z"},
    {"2011-12-31T23:30:00-01:00", "2012-01-01T00:30:00",
     "2012-01-01T00:30:00.000Z"},
    {"2012-03-01T00:30:00+01:00", "2012-02-29T23:30:00",
     "2012-02-29T23:30:00.000Z"},
    {"2011-05-13T04:42:34-00:00", "2011-05-13T04:42:34",
     "2011-05-13T04:42:34.000Z"},
    {"2011-05-13T04:42:34.25Z", "2011-05-13T04:42:34.25",
     "2011-05-13T04:42:34.250Z"},
    {"2011-05-13T04:42:34.2500Z", "2011-05-13T04:42:34.25",
     "2011-05-13T04:42:34.250Z"},
    {"2011-05-13T04:42:34.000Z", "2011-05-13T04:42:34",
     "2011-05-13T04:42:34.000Z"},
    {"2011-05-13T04:42:34.1234567Z", "2011-05-13T04:42:34.1234567",
     "2011-05-13T04:42:34.123Z"},
    {"2011-05-13T04:42:34.123456789+14:00", "2011-05-12T14:42:34.123456789",
     "2011-05-12T14:42:34.123Z"},
    {"2011-05-13T04:42:34", "2011-05-13T04:42:34", "2011-05-13T04:42:34.000Z"},
    {"2011-05-13", "2011-05-13T00:00:00", "2011-05-13T00:00:00.000Z"},
    {"2011-05-13T24:00:00Z", "2011-05-14T00:00:00", "2011-05-14T00:00:00.000Z"},
    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00", "2017-01-01T00:00:00.000Z"},
    {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00", "2000-02-29T00:00:00.000Z"},
    {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59", "1969-12-31T23:59:59.000Z"},
    {"1900-03-01T00:00:00Z", "1900-03-01T00:00:00", "1900-03-01T00:00:00.000Z"},
    {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00.000Z"},
    {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999",
     "9999-12-31T23:59:59.999Z"},
};

static void date_times_are_read(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(accepted); i++) {
    Text text = text_of(accepted[i].text), none = {"refused", 7};
    Text key = none, canonical = none;
    instant_key(&arena, text, &key);
    instant_canonical(&arena, text, &canonical);
    expect_text(accepted[i].text, key, accepted[i].key);
    expect_text(accepted[i].text, canonical, accepted[i].canonical);
  }
  test_close(&arena);
}

static void what_is_no_date_time_is_refused(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const refused[] = {
      "",
      "yesterday",
      "2011",
      "2011-05",
      "2011-5-13",
      "11-05-13",
      "20110513",
      "2011-05-13T",
      "2011-05-13T04",
      "2011-05-13T04:42",
      "2011-05-13T04:42Z",
      "2011-05-13 04:42:34Z",
      "2011-05-13T04:42:34.Z",
      "2011-05-13T04:42:34,5Z",
      "2011-05-13T04:42:34ZZ",
      "2011-05-13T04:42:34Z ",
      " 2011-05-13T04:42:34Z",
      "2011-05-13T04:42:34+0200",
      "2011-05-13T04:42:34+02",
      "2011-05-13T04:42:34+02:60",
      "2011-05-13T04:42:34+99:00",
      "2011-05-13T04:42:34 UTC",
      "2011-00-13T04:42:34Z",
      "2011-13-13T04:42:34Z",
      "2011-05-00T04:42:34Z",
      "2011-05-32T04:42:34Z",
      "2011-04-31T04:42:34Z",
      "2011-02-29T04:42:34Z",
      "1900-02-29T04:42:34Z",
      "2011-05-13T25:00:00Z",
      "2011-05-13T24:00:01Z",
      "2011-05-13T04:60:00Z",
      "2011-05-13T04:42:61Z",
      "2011-05-13T-4:42:34Z",
      "0000-01-01T00:00:00Z",
      "2011-05-13T04:42:34Z\xC3\xA9",
  };
  for (size_t i = 0; i < COUNT(refused); i++) {
    Text key, canonical;
    expect_bool(refused[i], instant_key(&arena, text_of(refused[i]), &key),
                false);
    expect_bool(refused[i],
                instant_canonical(&arena, text_of(refused[i]), &canonical),
                false);
  }
  Text nul = BYTES("2011-05-13T04:42:34Z\0"), key;
  expect_bool("a NUL behind it", instant_key(&arena, nul, &key), false);
  test_close(&arena);
}

static void keys_are_in_the_order_of_time(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const char *const ordered[] = {
      "0001-01-01T00:00:00Z",
      "1969-12-31T23:59:59.999Z",
      "1970-01-01T00:00:00Z",
      "2011-05-13T04:42:34+02:00",
      "2011-05-13T04:42:33Z",
      "2011-05-13T04:42:34Z",
      "2011-05-13T04:42:34.0001Z",
      "2011-05-13T04:42:34.05Z",
      "2011-05-13T04:42:34.25Z",
      "2011-05-13T06:42:34.3+02:00",
      "2011-05-13T04:42:35Z",
      "2011-05-13T00:00:00-05:00",
      "2011-06-01",
  };
  Text before, after;
  instant_key(&arena, text_of(ordered[0]), &before);
  for (size_t i = 1; i < COUNT(ordered); i++, before = after) {
    expect_bool(ordered[i], instant_key(&arena, text_of(ordered[i]), &after),
                true);
    expect_bool(ordered[i], text_compare(before, after) < 0, true);
  }
  test_close(&arena);
}

static void what_comes_next_is_after_it(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *before, *now, *after;
  } cases[] = {
      {"the clock goes on", "2026-01-01T00:00:00.000Z",
       "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:01.000Z"},
      {"it stands", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z",
       "2026-01-01T00:00:00.000Z"},
      {"it is set back", "2026-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z",
       "2026-01-01T00:00:00.001Z"},
      {"a second begins", "2025-12-31T23:59:59.999Z",
       "2025-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"},
      {"nothing comes after the last time", "9999-12-31T23:59:59.999Z",
       "2025-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"},
      {"what is no time has none after it", "z", "2025-01-01T00:00:00.000Z",
       "2025-01-01T00:00:00.000Z"},
  };
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(
        cases[i].sentence,
        instant_after(&arena, text_of(cases[i].before), text_of(cases[i].now)),
        cases[i].after);
  test_close(&arena);
}

static void a_time_may_be_later(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  static const struct {
    const char *time;
    long long seconds;
    const char *later;
  } cases[] = {
      {"2026-06-01T10:00:00.000Z", 0, "2026-06-01T10:00:00.000Z"},
      {"2026-06-01T10:00:00.250Z", 3600, "2026-06-01T11:00:00.250Z"},
      {"2026-12-31T23:59:59.999Z", 1, "2027-01-01T00:00:00.999Z"},
      {"1969-12-31T23:59:59.000Z", 2, "1970-01-01T00:00:01.000Z"},
      {"2024-02-28T12:00:00.000Z", 86400, "2024-02-29T12:00:00.000Z"},
      {"9999-12-31T23:59:00.000Z", 3600, "9999-12-31T23:59:59.000Z"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].time,
                instant_later(&arena, text_of(cases[i].time), cases[i].seconds),
                cases[i].later);
  test_close(&arena);
}

/* Every day of 800 years comes out as it went in. */
/* The second is the example of RFC 9562. */
static void milliseconds_are_counted(void **state) {
  (void)state;
  static const struct {
    const char *time;
    long long milliseconds;
  } cases[] = {{"1970-01-01T00:00:00.000Z", 0},
               {"2022-02-22T19:22:22.000Z", 1645557742000},
               {"2022-02-22T19:22:22.078Z", 1645557742078},
               {"1969-12-31T23:59:59.999Z", -1},
               {"9999-12-31T23:59:59.999Z", 253402300799999}};
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_number(cases[i].time, instant_milliseconds(text_of(cases[i].time)),
                  cases[i].milliseconds);
}

static void the_calendar_is_right(void **state) {
  (void)state;
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  Arena arena;
  TEST_OPEN(&arena);
  for (int year = 1600; year < 2400; year++) {
    ArenaMark mark = arena_mark(&arena);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; month++) {
      int last = days[month - 1] + (month == 2 && leap);
      for (int day = 1; day <= last; day++) {
        Text text =
            arena_format(&arena, "%04d-%02d-%02dT12:00:00", year, month, day);
        Text key = NO_TEXT;
        instant_key(&arena, text, &key);
        expect_text("a day", key, text.data);
      }
    }
    arena_release(&arena, mark);
  }
  test_close(&arena);
}

static void now_is_canonical(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  Text now = instant_now(&arena), again = NO_TEXT;
  instant_canonical(&arena, now, &again);
  expect_text("the clock", again, arena_copy(&arena, now).data);
  expect_bool("is after 2024", text_compare(text_of("2024"), now) < 0, true);
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(date_times_are_read),
      cmocka_unit_test(what_is_no_date_time_is_refused),
      cmocka_unit_test(keys_are_in_the_order_of_time),
      cmocka_unit_test(milliseconds_are_counted),
      cmocka_unit_test(the_calendar_is_right),
      cmocka_unit_test(a_time_may_be_later),
      cmocka_unit_test(what_comes_next_is_after_it),
      cmocka_unit_test(now_is_canonical),
  };
  return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
