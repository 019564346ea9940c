/* Scopes: words to rights, rights to words, and the right of a type. */
#include "../../ext/model/right.h"

#include "model_test.h"

static void words_give_rights(void **state) {
  (void)state;
  static const struct {
    const char *words;
    bool known;
    unsigned rights;
  } cases[] = {
      {"", true, 0},
      {"read", true, RIGHT_READ},
      {"write", true, RIGHT_WRITE},
      {"read write", true, RIGHT_READ | RIGHT_WRITE},
      {"users:read", true, RIGHT_USERS_READ},
      {"users:write groups:read", true, RIGHT_USERS_WRITE | RIGHT_GROUPS_READ},
      {"groups:write", true, RIGHT_GROUPS_WRITE},
      {"admin", true, RIGHT_ADMIN},
      {"read read", true, RIGHT_READ},
      {"users", false, 0},
      {"Read", false, 0},
      {"users:read,users:write", false, 0},
      {"read  write", false, RIGHT_READ | RIGHT_WRITE},
      {" read", false, RIGHT_READ},
      {"read everything", false, RIGHT_READ},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    unsigned rights = ~0u;
    expect_bool(cases[i].words, right_read(text_of(cases[i].words), &rights),
                cases[i].known);
    expect_number(cases[i].words, rights, cases[i].rights);
  }
  unsigned rights;
  right_read(TEXT("read write admin"), &rights);
  expect_number("all of them together", rights, RIGHT_ALL);
}

static void rights_are_written_shortly(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  static const char *const cases[] = {
      "read",
      "write",
      "read write",
      "users:read",
      "users:write groups:read",
      "read users:write",
      "write users:read groups:read",
      "read write admin",
      "admin",
      "",
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    unsigned rights;
    right_read(text_of(cases[i]), &rights);
    expect_text(cases[i], right_words(&model.operation.arena, rights),
                cases[i]);
  }
  model_close(&model);
}

static void a_type_takes_a_right(void **state) {
  (void)state;
  static const struct {
    const char *type;
    bool reads;
    const char *scope;
  } cases[] = {
      {"User", true, "users:read"},     {"User", false, "users:write"},
      {"user", true, "users:read"},     {"Group", true, "groups:read"},
      {"Group", false, "groups:write"}, {"Device", true, "read"},
      {"Users", false, "write"},
  };
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].type,
                text_of(right_name(
                    right_of_type(text_of(cases[i].type), cases[i].reads))),
                cases[i].scope);
  expect_text("of all that read", text_of(right_name(RIGHT_READ)), "read");
  expect_text("of all that write", text_of(right_name(RIGHT_WRITE)), "write");
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_give_rights),
      cmocka_unit_test(rights_are_written_shortly),
      cmocka_unit_test(a_type_takes_a_right),
  };
  return cmocka_run_group_tests_name("right", tests, NULL, NULL);
}
