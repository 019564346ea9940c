#include "../../ext/text/uri.h"
#include "model_test.h"

/* RFC 7644 section 3.12 and table 9. */
static void kinds_have_a_status_and_a_type(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const struct {
    int kind;
    int status;
    const char *type;
  } cases[] = {
      {ERROR_INVALID_FILTER, 400, "invalidFilter"},
      {ERROR_TOO_MANY, 400, "tooMany"},
      {ERROR_UNIQUENESS, 409, "uniqueness"},
      {ERROR_MUTABILITY, 400, "mutability"},
      {ERROR_INVALID_SYNTAX, 400, "invalidSyntax"},
      {ERROR_INVALID_PATH, 400, "invalidPath"},
      {ERROR_NO_TARGET, 400, "noTarget"},
      {ERROR_INVALID_VALUE, 400, "invalidValue"},
      {ERROR_INVALID_VERSION, 400, "invalidVers"},
      {ERROR_SENSITIVE, 403, "sensitive"},
      {ERROR_UNAUTHORIZED, 401, NULL},
      {ERROR_FORBIDDEN, 403, NULL},
      {ERROR_NOT_FOUND, 404, NULL},
      {ERROR_METHOD_NOT_ALLOWED, 405, NULL},
      {ERROR_PRECONDITION_FAILED, 412, NULL},
      {ERROR_TOO_LARGE, 413, NULL},
      {ERROR_MEDIA_TYPE, 415, NULL},
      {ERROR_NOT_IMPLEMENTED, 501, NULL},
      {ERROR_DATABASE, 500, NULL},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *type = error_scim_type(cases[i].kind);
    expect_number("a status", error_status(cases[i].kind), cases[i].status);
    expect_text("a scimType", text_of(type ? type : "none"),
                cases[i].type ? cases[i].type : "none");
    /* And back, but for those that no application may mean. */
    if (cases[i].kind != ERROR_DATABASE)
      expect_number("the kind", error_kind(cases[i].status, text_of(type)),
                    cases[i].kind);
  }
  expect_number("a type counts in any case",
                error_kind(409, TEXT("UNIQUENESS")), ERROR_UNIQUENESS);
  expect_number("one that has another status is none",
                error_kind(404, TEXT("uniqueness")), ERROR_NONE);
  expect_number("nor is a success", error_kind(200, NO_TEXT), ERROR_NONE);
  expect_number("nor what the database says", error_kind(500, NO_TEXT),
                ERROR_NONE);
  model_close(&model);
}

static void the_message_is_that_of_the_rfc(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  error_set(&model.operation, ERROR_MUTABILITY, "'%s' is readOnly", "id");
  Text got = json_text(&model.operation.arena, error_json(&model.operation));
  expect_text("an error with a type", got,
              "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],"
              "\"status\":\"400\",\"scimType\":\"mutability\","
              "\"detail\":\"'id' is readOnly\"}");
  error_clear(&model.operation);
  error_set(&model.operation, ERROR_NOT_FOUND, "no such user");
  expect_json(&model, "an error without", error_json(&model.operation),
              "{'schemas':['urn:ietf:params:scim:api:messages:2.0:Error'],"
              "'status':'404','detail':'no such user'}");
  model_close(&model);
}

static void bad_json_names_the_byte(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  Json *value = error_parse(operation, text_of("{\"a\":1}"), "the body");
  expect_json(&model, "good JSON", value, "{'a':1}");
  value = error_parse(operation, text_of("{\"a\":01}"), "the body");
  expect_text("the detail", operation->detail,
              "the body is not valid JSON: not a JSON value at byte 5");
  expect_bool("no value", value == NULL, true);
  expect_error(&model, "the kind", "invalidSyntax");
  error_set(operation, ERROR_NOT_FOUND, "before");
  expect_bool("nothing after an error",
              error_parse(operation, text_of("1"), "the body") == NULL, true);
  model_close(&model);
}

/* An admin who reads "not valid JSON" would look for a comma that is not
** missing. */
static void json_over_a_limit_is_not_called_invalid(void **state) {
  (void)state;
  static const struct {
    const char *text, *want;
  } cases[] = {
      {"{\"a\":1,\"A\":2}",
       "the body is not accepted: duplicate member name in "
       "the object at byte 7"},
      {"{\"a\":\"\\u0000\"}",
       "the body is not accepted: U+0000 in a string at byte 6"},
      {"[11111111111111111111111111111111111111111111111111111111111111111]",
       "the body is not accepted: a number of more than 64 characters at byte "
       "1"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    error_parse(&model.operation, text_of(cases[i].text), "the body");
    expect_text("the detail", model.operation.detail, cases[i].want);
    expect_error(&model, "the kind", "invalidSyntax");
    error_clear(&model.operation);
  }
  model_close(&model);
}

/* No client is blamed for it: 11 is SQLITE_CORRUPT. */
static void what_is_stored_must_be_an_object(void **state) {
  (void)state;
  static const char *const cases[] = {"", "{", "[]", "5", "{\"a\":1,\"a\":2}"};
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  for (size_t i = 0; i < COUNT(cases); i++) {
    error_parse_stored(operation, text_of(cases[i]), "scim_resource",
                       TEXT("u"));
    expect_text(cases[i], operation->detail,
                "what scim_resource holds for 'u' is not a JSON object");
    expect_number("the code", operation->sqlite & 0xFF, 11);
    expect_number("the status", error_status(operation->error), 500);
    error_clear(operation);
  }
  expect_json(&model, "an object",
              error_parse_stored(operation, TEXT("{}"), "scim_log", TEXT("1")),
              "{}");
  model_close(&model);
}

/* What an error tells of a way: whole, or as much as somebody reads. */
static void a_way_is_no_longer_than_somebody_reads(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  char name[203];
  memset(name, 'x', 99);
  memcpy(name + 99, "éé", sizeof "éé");
  Buffer way = buffer_new(arena);
  error_add_step(&way, TEXT("Sales"), false);
  error_add_step(&way, text_of(name), false);
  error_add_step(&way, TEXT("Sales"), true);
  Text want = arena_format(arena, "Sales -> %.99s… -> Sales", name);
  expect_text("a long name is cut, between characters", buffer_text(&way),
              want.data);
  way = buffer_new(arena);
  for (int i = 0; i < 1000; i++) error_add_step(&way, TEXT("x"), false);
  error_add_step(&way, TEXT("y"), true);
  expect_bool("a long way has a gap", way.size < 1020, true);
  expect_text("before its last step",
              text_after(buffer_text(&way), way.size - 17), " -> x -> … -> y");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(kinds_have_a_status_and_a_type),
      cmocka_unit_test(the_message_is_that_of_the_rfc),
      cmocka_unit_test(bad_json_names_the_byte),
      cmocka_unit_test(json_over_a_limit_is_not_called_invalid),
      cmocka_unit_test(what_is_stored_must_be_an_object),
      cmocka_unit_test(a_way_is_no_longer_than_somebody_reads),
  };
  return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
