#include "../../ext/model/key.h"
#include <math.h>

#include <sqlite3.h>

#include "model_test.h"

/* The key as SQLite would show it, or "none". */
static Text key_text(Model *model, const Attribute *attribute,
                     const char *value) {
  Key key;
  Json *json = json_of(model, value);
  if (!key_of(&model->operation, attribute, json, &key)) return text_of("none");
  return json_text(&model->operation.arena,
                   key_json(&model->operation.arena, &key));
}

static void a_value_has_the_key_of_its_type(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *value, *want;
  } cases[] = {
      {"label", "'Mango'", "\"mango\""},
      {"label", "'STRASSE'", "\"strasse\""},
      {"label", "'Stra\u00DFe'", "\"strasse\""},
      {"label", "''", "\"\""},
      {"label", "5", "none"},
      {"label", "true", "none"},
      {"label", "null", "none"},
      {"label", "['a']", "none"},
      {"label", "{}", "none"},
      {"code", "'Mango'", "\"Mango\""},
      {"code", "'\u00C9'", "\"\u00C9\""},
      {"link", "'https://A/'", "\"https://A/\""},
      {"blob", "'bWFuZ28='", "\"bWFuZ28=\""},
      {"tags", "'Red'", "\"red\""},
      {"ready", "true", "1"},
      {"ready", "false", "0"},
      {"ready", "'True'", "1"},
      {"ready", "'FALSE'", "0"},
      {"ready", "'yes'", "none"},
      {"ready", "''", "none"},
      {"ready", "1", "none"},
      {"ready", "null", "none"},
      {"size", "5", "5"},
      {"size", "-5", "-5"},
      {"size", "-0", "0"},
      {"size", "5.0", "5"},
      {"size", "5e2", "500"},
      {"size", "500e-2", "5"},
      {"size", "9007199254740993", "9007199254740993"},
      {"size", "-8999999999999999999", "-8999999999999999999"},
      {"size", "'5'", "none"},
      {"size", "true", "none"},
      {"size", "9000000000000000001", "9000000000000000001"},
      {"size", "9223372036854775807", "9223372036854775807"},
      {"size", "-9223372036854775808", "-9223372036854775808"},
      {"size", "9223372036854775808", "9223372036854776e3"},
      {"weight", "2.5", "25e-1"},
      {"weight", "2.50", "25e-1"},
      {"weight", "25e-1", "25e-1"},
      {"weight", "-0.125", "-125e-3"},
      {"weight", "3.3333333333333333", "33333333333333335e-16"},
      {"weight", "2.5e-300", "25e-301"},
      {"weight", "1e-22", "1e-22"},
      {"weight", "123456789012345.678", "12345678901234567e-2"},
      {"weight", "1.7976931348623157e308", "17976931348623157e292"},
      {"weight", "1e-400", "0e0"},
      {"weight", "1e309", "none"},
      {"weight", "-1e309", "none"},
      {"weight", "0.0", "0"},
      {"weight", "0e400", "0"},
      {"seen", "'2011-05-13T06:42:34.50+02:00'", "\"2011-05-13T04:42:34.5\""},
      {"seen", "'2011-05-13'", "\"2011-05-13T00:00:00\""},
      {"seen", "'soon'", "none"},
      {"seen", "5", "none"},
      {"origin", "{'place':'Oslo'}", "none"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].value,
                key_text(&model, attribute_of(model.thing, cases[i].attribute),
                         cases[i].value),
                cases[i].want);
  model_close(&model);
}

static void keys_have_the_order_of_numbers(void **state) {
  (void)state;
  static const char *const ordered[] = {
      "-1e400",
      "-1e308",
      "-9223372036854777856",
      "-9223372036854775807",
      "-9007199254740993",
      "-9007199254740992",
      "-2.5",
      "-2",
      "-1e-300",
      "0",
      "1e-300",
      "0.1",
      "0.10000000000000001942890293094023945741355419158935547",
      "0.5",
      "1",
      "1.5",
      "2",
      "9007199254740992",
      "9007199254740993",
      "9007199254740994",
      "8999999999999999999",
      "9000000000000000001",
      "9000000000000000002",
      "9223372036854775807",
      "9223372036854775809",
      "1e30",
      "1e308",
      "1e400",
  };
  Model model;
  MODEL_OPEN(&model);
  const Attribute *weight = attribute_of(model.thing, "weight");
  for (size_t i = 0; i < COUNT(ordered); i++) {
    for (size_t j = 0; j < COUNT(ordered); j++) {
      Key a, b;
      key_of(&model.operation, weight, json_of(&model, ordered[i]), &a);
      key_of(&model.operation, weight, json_of(&model, ordered[j]), &b);
      int order = key_compare(&a, &b), want = (i > j) - (i < j);
      if ((order > 0) - (order < 0) != want)
        expect_number(arena_format(&model.operation.arena, "%s and %s",
                                   ordered[i], ordered[j])
                          .data,
                      order, want);
    }
  }
  Key text = key_of_text(&model.operation, weight, text_of("")), number;
  key_of(&model.operation, weight, json_of(&model, "1e30"), &number);
  expect_bool("numbers come before text", key_compare(&number, &text) < 0,
              true);
  expect_bool("text comes behind", key_compare(&text, &number) > 0, true);
  model_close(&model);
}

/* 64 random bits, the same in every run. */
static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* A JSON number with some digits, perhaps a fraction and an exponent. */
static Text random_number(Arena *arena, uint64_t *state) {
  uint64_t bits = next_random(state);
  uint64_t whole = next_random(state) >> (bits & 63);
  uint64_t fraction = next_random(state) >> ((bits >> 6) & 63);
  int exponent = (int)((bits >> 12) % 600) - 300;
  const char *sign = bits >> 40 & 1 ? "-" : "";
  switch ((bits >> 30) % 4) {
  case 0:
    return arena_format(arena, "%s%llu", sign, whole);
  case 1:
    return arena_format(arena, "%s%llu.%llu", sign, whole, fraction);
  case 2:
    return arena_format(arena, "%s%llu.%llue%d", sign, whole % 10, fraction,
                        exponent);
  default:
    return arena_format(arena, "%s%llue%d", sign, whole, exponent % 30);
  }
}

/* What SQLite makes of the key's JSON, compared with the key: off by no more
** than `margin` of it. */
static bool sqlite_agrees(sqlite3_stmt *statement, const Key *key, Text json,
                          double margin) {
  sqlite3_bind_text(statement, 1, json.data, (int)json.size, SQLITE_STATIC);
  bool agrees = false;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    int type = sqlite3_column_type(statement, 0);
    if (key->type == KEY_INTEGER)
      agrees = type == SQLITE_INTEGER &&
               sqlite3_column_int64(statement, 0) == key->integer;
    if (key->type == KEY_REAL)
      agrees = type == SQLITE_FLOAT &&
               fabs(sqlite3_column_double(statement, 0) - key->real) <=
                   (fabs(key->real) + 1e-294) * margin;
  }
  sqlite3_reset(statement);
  return agrees;
}

/* The same for a number as a client spells it. */
static bool sqlite_agrees_on(Model *model, sqlite3_stmt *statement,
                             Text spelled, double margin) {
  Arena *arena = &model->operation.arena;
  Json *value = json_new(arena, JSON_NUMBER);
  value->text = spelled;
  Key key;
  key_of(&model->operation, attribute_of(model->thing, "weight"), value, &key);
  return sqlite_agrees(statement, &key, json_text(arena, key_json(arena, &key)),
                       margin);
}

/* The index in the database compares what SQLite has read: of a fraction with
** many digits perhaps the next double, for which a plan allows; but of a number
** as people write it, the very same, whatever SQLite calculates with. */
static void sqlite_reads_the_same_number(void **state) {
  (void)state;
  static const char *const special[] = {"1e-400",
                                        "5e-324",
                                        "1.5e300",
                                        "0.1",
                                        "-0.0",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "9223372036854775808"};
  static uint64_t random;
  random = 20261121;
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  sqlite3 *db;
  sqlite3_stmt *statement;
  sqlite3_open(":memory:", &db);
  sqlite3_prepare_v2(db, "SELECT json_extract(?1, '$')", -1, &statement, NULL);
  for (size_t i = 0; i < COUNT(special); i++)
    expect_bool(special[i],
                sqlite_agrees_on(&model, statement, text_of(special[i]), 1e-13),
                true);
  for (int i = 0; i < 20000; i++) {
    ArenaMark mark = arena_mark(arena);
    Text any = random_number(arena, &random);
    Text usual =
        arena_format(arena, "%llu.%02llu", next_random(&random) % 10000000,
                     next_random(&random) % 100);
    expect_bool(any.data, sqlite_agrees_on(&model, statement, any, 1e-13),
                true);
    expect_bool(usual.data, sqlite_agrees_on(&model, statement, usual, 0.0),
                true);
    arena_release(arena, mark);
  }
  sqlite3_finalize(statement);
  sqlite3_close(db);
  model_close(&model);
}

static void helpers_know_integers_and_booleans(void **state) {
  (void)state;
  static const struct {
    const char *number;
    bool integer;
  } numbers[] = {{"0", true},      {"-7", true},   {"3.0", true},
                 {"3e2", true},    {"3.5", false}, {"35e-1", false},
                 {"350e-1", true}, {"0.0", true},  {"1e-5", false}};
  static const struct {
    const char *text;
    bool known, truth;
  } words[] = {{"true", true, true},    {"True", true, true},
               {"TRUE", true, true},    {"false", true, false},
               {"False", true, false},  {"", false, false},
               {"1", false, false},     {"truee", false, false},
               {" true", false, false}, {"yes", false, false}};
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(numbers); i++)
    expect_bool(numbers[i].number, key_is_integer(text_of(numbers[i].number)),
                numbers[i].integer);
  for (size_t i = 0; i < COUNT(words); i++) {
    bool truth = false;
    expect_bool(words[i].text, key_boolean(text_of(words[i].text), &truth),
                words[i].known);
    if (words[i].known) expect_bool(words[i].text, truth, words[i].truth);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_value_has_the_key_of_its_type),
      cmocka_unit_test(keys_have_the_order_of_numbers),
      cmocka_unit_test(sqlite_reads_the_same_number),
      cmocka_unit_test(helpers_know_integers_and_booleans),
  };
  return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
