#include "../../ext/text/decimal.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/share.h"
#include "text_test.h"

/* Bits decide, so that 0 and -0 differ. */
static bool same_bits(double a, double b) { return !memcmp(&a, &b, sizeof a); }

static void expect_real(const char *sentence, double got, double want) {
  if (same_bits(got, want)) return;
  unmet++;
  print_error("not ok - %s\n  got:  %a\n  want: %a\n", sentence, got, want);
}

static double real_of(const char *text) {
  Decimal decimal = decimal_read(text_of(text));
  return decimal_real(&decimal);
}

/* Where conversions go wrong: halfway between two doubles and a digit beside
** it, the smallest, the denormal and the largest ones, and those of Vern
** Paxson's "A Program for Testing IEEE Decimal-Binary Conversion", which come
** nearest to halfway. Doubles are spelled in hexadecimal, because a compiler
** for i386 may round a decimal constant twice. */
static const struct {
  const char *text;
  double real;
} hard[] = {
    {"0", 0x0p0},
    {"-0", -0x0p0},
    {"0.0", 0x0p0},
    {"0e400", 0x0p0},
    {"1", 0x1p0},
    {"-1", -0x1p0},
    {"2.5", 0x1.4000000000000p1},
    {"2.50", 0x1.4000000000000p1},
    {"25e-1", 0x1.4000000000000p1},
    {"0.1", 0x1.999999999999ap-4},
    {"0.3", 0x1.3333333333333p-2},
    {"-0.125", -0x1p-3},
    {"3.3333333333333333", 0x1.aaaaaaaaaaaabp1},
    {"2.5e-300", 0x1.ac9a7b3b7302fp-996},
    {"1e-22", 0x1.e392010175ee6p-74},
    {"1e22", 0x1.0f0cf064dd592p73},
    {"1e23", 0x1.52d02c7e14af6p76},
    {"123456789012345.678", 0x1.c12218377de6bp46},
    {"9007199254740991", 0x1.fffffffffffffp52},
    {"9007199254740992", 0x1p53},
    {"9007199254740993", 0x1p53},
    {"9007199254740994", 0x1.0000000000001p53},
    {"9007199254740995", 0x1.0000000000002p53},
    {"900719925474099300000e-5", 0x1p53},
    {"18446744073709551615", 0x1p64},
    {"0.000001", 0x1.0c6f7a0b5ed8dp-20},
    {"1E5", 0x1.86a0000000000p16},
    {"1e+5", 0x1.86a0000000000p16},
    {"1e-5", 0x1.4f8b588e368f1p-17},
    {"1.00000000000000011102230246251565404236316680908203124", 0x1p0},
    {"1.00000000000000011102230246251565404236316680908203125", 0x1p0},
    {"1.00000000000000011102230246251565404236316680908203126",
     0x1.0000000000001p0},
    {"1.00000000000000033306690738754696212708950042724609375",
     0x1.0000000000002p0},
    {"5e-324", 0x0.0000000000001p-1022},
    {"2e-324", 0x0p0},
    {"3e-324", 0x0.0000000000001p-1022},
    {"2.4703282292062327208e-324", 0x0p0},
    {"2.4703282292062328e-324", 0x0.0000000000001p-1022},
    {"7.4109846876186981626e-324", 0x0.0000000000001p-1022},
    {"7.4109846876186981627e-324", 0x0.0000000000002p-1022},
    {"1e-325", 0x0p0},
    {"1e-400", 0x0p0},
    {"1e-99999999999999999999", 0x0p0},
    {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
    {"2.2250738585072012e-308", 0x1p-1022},
    {"2.2250738585072014e-308", 0x1p-1022},
    {"6.631236846766476e-316", 0x0.0000008000000p-1022},
    {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
    {"1.7976931348623158e308", 0x1.fffffffffffffp1023},
    {"1.797693134862315807e308", 0x1.fffffffffffffp1023},
    {"5e125", 0x1.7a2ecc414a03fp417},
    {"69e267", 0x1.0b7cb60c994dap893},
    {"999e-26", 0x1.82782afe1869ep-77},
    {"7861e-34", 0x1.fe3544145e9d8p-101},
    {"75569e-254", 0x1.5a462d91c6ab3p-828},
    {"928609e-261", 0x1.be2dd66200befp-848},
    {"9210917e-80", 0x1.4d4c1b197dd9dp-243},
    {"84863171e114", 0x1.06e98f5ec8f37p405},
    {"653777767e273", 0x1.20223f2b3a881p936},
    {"5232604057e-298", 0x1.465b896c24520p-958},
    {"27235667517e-109", 0x1.7d41824d64fb2p-328},
    {"653532977297e-123", 0x1.925a0aabcdc68p-370},
    {"3142213164987e-294", 0x1.d3409dfbca26fp-936},
    {"46202199371337e-72", 0x1.28f9edfbd341fp-194},
    {"231010996856685e-73", 0x1.28f9edfbd341fp-195},
    {"9324754620109615e212", 0x1.3ae60753af6cap757},
    {"78459735791271921e49", 0x1.dcd0089c1314ep218},
    {"272104041512242479e200", 0x1.3bbb4bf05f087p722},
    {"6802601037806061975e198", 0x1.3bbb4bf05f087p720},
    {"20505426358836677347e-221", 0x1.012954b6aabbap-670},
    {"836168422905420598437e-234", 0x1.20403a628a9cap-708},
    {"4891559871276714924261e222", 0x1.6ecaf7694a3c7p809},
    {"9999999999999999999999999999999999999999999999999999999999999999",
     0x1.84f03e93ff9f5p212},
    {"0.00000000000000000000000000000000000000000000000000000000000001",
     0x1.0747ddddf22a8p-206},
    {"0.99999999999999999999999999999999999999999999999999999999999999", 0x1p0},
    {"9999999999999999999999999999999999999999999999999999999999e-380",
     0x0.0000000000014p-1022},
    {"0.0000000000000000000000000000000000000000000000000000000005e266",
     0x1.37798f4285630p693},
    {"1000000000000000000000000000000000000000000000000000000000e-57", 0x1p0},
};

static void a_decimal_becomes_the_nearest_double(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(hard); i++)
    expect_real(hard[i].text, real_of(hard[i].text), hard[i].real);
  test_close(&arena);
}

static void beyond_the_largest_double_is_infinite(void **state) {
  (void)state;
  static const char *const texts[] = {"1.797693134862315808e308",
                                      "1.7976931348623159e308",
                                      "1e309",
                                      "1e400",
                                      "10e308",
                                      "0.1e310",
                                      "1e99999999999999999999"};
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(texts); i++) {
    Text minus = arena_format(&arena, "-%s", texts[i]);
    expect_real(texts[i], real_of(texts[i]), HUGE_VAL);
    expect_real(minus.data, real_of(minus.data), -HUGE_VAL);
  }
  test_close(&arena);
}

static void equal_numbers_are_the_same_decimal(void **state) {
  (void)state;
  static const char *const equal[][3] = {
      {"2.5", "2.50", "25e-1"},         {"0", "-0.00", "0e-99"},
      {"300", "3e2", "3000.0e-1"},      {"0.001", "1e-3", "10E-4"},
      {"1e5", "1.0e+05", "100000.000"}, {"7", "7.0", "0.0007e4"},
  };
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(equal); i++) {
    Decimal first = decimal_read(text_of(equal[i][0]));
    for (size_t j = 1; j < COUNT(equal[i]); j++) {
      Decimal other = decimal_read(text_of(equal[i][j]));
      expect_number(equal[i][j], other.exponent, first.exponent);
      expect_number(equal[i][j], other.count, first.count);
      expect_bool("with the same digits",
                  !memcmp(other.digits, first.digits, sizeof first.digits),
                  true);
    }
  }
  test_close(&arena);
}

static void integers_have_64_bits(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool whole, fits;
    long long integer;
  } cases[] = {
      {"0", true, true, 0},
      {"-0", true, true, 0},
      {"-7", true, true, -7},
      {"3.0", true, true, 3},
      {"3e2", true, true, 300},
      {"350e-1", true, true, 35},
      {"35e-1", false, false, 0},
      {"1e-5", false, false, 0},
      {"9007199254740993", true, true, 9007199254740993},
      {"9223372036854775807", true, true, LLONG_MAX},
      {"-9223372036854775807", true, true, -LLONG_MAX},
      {"-9223372036854775808", true, true, LLONG_MIN},
      {"9223372036854775808", true, false, 0},
      {"-9223372036854775809", true, false, 0},
      {"9223372036854775800", true, true, 9223372036854775800},
      {"9223372036854775810", true, false, 0},
      {"922337203685477580700e-2", true, true, LLONG_MAX},
      {"1e18", true, true, 1000000000000000000},
      {"1e19", true, false, 0},
      {"18446744073709551617", true, false, 0},
      {"1e400", true, false, 0},
      {"0e400", true, true, 0},
  };
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Decimal decimal = decimal_read(text_of(cases[i].text));
    long long integer = 0;
    expect_bool(cases[i].text, decimal_is_whole(&decimal), cases[i].whole);
    expect_bool(cases[i].text, decimal_integer(&decimal, &integer),
                cases[i].fits);
    expect_number(cases[i].text, integer, cases[i].integer);
  }
  test_close(&arena);
}

static void a_double_is_written_in_few_digits(void **state) {
  (void)state;
  static const struct {
    double real;
    const char *text;
  } cases[] = {
      {0.0, "0e0"},
      {-0.0, "0e0"},
      {0x1p0, "1e0"},
      {0x1.4p1, "25e-1"},
      {-0x1p-3, "-125e-3"},
      {0x1.999999999999ap-4, "1e-1"},
      {0x1.3333333333334p-2, "30000000000000004e-17"},
      {0x1.5555555555555p-2, "3333333333333333e-16"},
      {0x1.999999999999ap3, "128e-1"},
      {0x1.93e5939a08ceap99, "1e30"},
      {0x1p63, "9223372036854776e3"},
      {0x1.52d02c7e14af6p76, "1e23"},
      {DBL_MAX, "17976931348623157e292"},
      {-DBL_MAX, "-17976931348623157e292"},
      {DBL_MIN, "22250738585072014e-324"},
      {0x1p-1074, "494065645841247e-338"},
  };
  Arena arena;
  TEST_OPEN(&arena);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].text, decimal_write(&arena, cases[i].real),
                cases[i].text);
  test_close(&arena);
}

/* 64 random bits, the same in every run. */
static uint64_t next_random(void) {
  static uint64_t state = 20261121;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

/* A finite double of any size. */
static double random_real(void) {
  double real;
  do {
    uint64_t bits = next_random();
    memcpy(&real, &bits, sizeof real);
  } while (!isfinite(real));
  return real;
}

/* Compares with strtod, which is correctly rounded where these tests run; no
** test changes the locale. */
static void expect_as_strtod(const char *text) {
  expect_real(text, real_of(text), strtod(text, NULL));
}

static void random_numbers_are_read_as_by_the_c_library(void **state) {
  (void)state;
  Arena arena;
  char text[128];
  TEST_OPEN(&arena);
  for (int i = 0; i < 100000 / one_of(); i++) {
    uint64_t digits = next_random() >> (next_random() % 64);
    int exponent = (int)(next_random() % 700) - 365;
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits,
             exponent);
    expect_as_strtod(text);
    snprintf(text, sizeof text, "%llu%llu.%llue%d", (unsigned long long)digits,
             (unsigned long long)next_random(),
             (unsigned long long)next_random() >> (i % 64), exponent);
    if (strlen(text) <= JSON_NUMBER_SIZE) expect_as_strtod(text);
  }
  test_close(&arena);
}

/* An odd number of 54 bits is halfway between two doubles, and times 5^n it
** still has 64 bits and is the digits of a fraction that is halfway. */
static void halfway_numbers_go_to_the_even_one(void **state) {
  (void)state;
  Arena arena;
  char text[128];
  TEST_OPEN(&arena);
  for (int i = 0; i < 50000 / one_of(); i++) {
    uint64_t middle = (next_random() >> 10) | (1ULL << 53) | 1;
    for (int fives = 0; fives < 5; fives++, middle *= 5) {
      for (int beside = -1; beside <= 1; beside++) {
        snprintf(text, sizeof text, "%llue-%d",
                 (unsigned long long)(middle + (uint64_t)beside), fives);
        expect_as_strtod(text);
      }
    }
  }
  test_close(&arena);
}

static void what_is_written_is_read_as_the_same_double(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  ArenaMark mark = arena_mark(&arena);
  for (int i = 0; i < 50000 / one_of(); i++) {
    double real = random_real();
    Text text = decimal_write(&arena, real);
    JsonFault fault;
    expect_bool("is JSON", json_parse(&arena, text, &fault) != NULL, true);
    expect_real(text.data, real_of(text.data), real);
    expect_real(text.data, strtod(text.data, NULL), real);
    arena_release(&arena, mark);
  }
  test_close(&arena);
}

/* What people write has few digits, and comes back with these. */
static void fifteen_digits_survive_both_ways(void **state) {
  (void)state;
  Arena arena;
  char text[64];
  TEST_OPEN(&arena);
  ArenaMark mark = arena_mark(&arena);
  for (int i = 0; i < 50000 / one_of(); i++) {
    unsigned long long digits = next_random() % 1000000000000000ULL;
    digits -= digits % 10 == 0;
    int exponent = (int)(next_random() % 560) - 280;
    snprintf(text, sizeof text, "%llue%d", digits, exponent);
    expect_text(text, decimal_write(&arena, real_of(text)), text);
    arena_release(&arena, mark);
  }
  test_close(&arena);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_decimal_becomes_the_nearest_double),
      cmocka_unit_test(beyond_the_largest_double_is_infinite),
      cmocka_unit_test(equal_numbers_are_the_same_decimal),
      cmocka_unit_test(integers_have_64_bits),
      cmocka_unit_test(a_double_is_written_in_few_digits),
      cmocka_unit_test(random_numbers_are_read_as_by_the_c_library),
      cmocka_unit_test(halfway_numbers_go_to_the_even_one),
      cmocka_unit_test(what_is_written_is_read_as_the_same_double),
      cmocka_unit_test(fifteen_digits_survive_both_ways),
  };
  return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
