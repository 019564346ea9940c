/* Changes of the members of a group as a list of entries. */
#include "patch_case.h"

static void edits_are_made_of_lists(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  MemberEdit edit = {.used = false};
  Json *old = json_of(&model, "[{'value':'u1'},{'value':'u2'}]");
  Json *new = json_of(&model, "[{'value':'u2','$ref':'x','type':'User'}]");
  member_edit_replace(&model.operation, &edit, new);
  expect_text("made equal to a list", describe(&model, &edit),
              "replace [{\"value\":\"u2\",\"type\":\"User\"}]");
  expect_bool("says all of them", edit.whole, true);
  member_edit_replace(&model.operation, &edit, NULL);
  expect_text("made empty", describe(&model, &edit), "replace []");
  memset(&edit, 0, sizeof edit);
  member_edit_change(&model.operation, &edit, old, new);
  expect_text("one list turned into another", describe(&model, &edit),
              "edit [{\"value\":\"u2\",\"type\":\"User\"},"
              "{\"value\":\"u1\",\"drop\":1}]");
  expect_bool("says all of them, too", edit.whole, true);
  member_edit_note(&model.operation, &edit, json_of(&model, "{}"), true);
  expect_error(&model, "nobody is dropped", "");
  member_edit_note(&model.operation, &edit, json_of(&model, "{}"), false);
  expect_text("nobody is added", model.operation.detail,
              "a member that is to be added has no value");
  expect_error(&model, "nobody is added", "invalidValue");
  model_close(&model);
}

/* A row of scim_member holds no more than these; "$ref" follows from them. */
static void an_entry_holds_what_a_row_holds(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  MemberEdit edit = {.used = false};
  const Json *member = json_of(
      &model, "{'value':'u1','type':'User','display':'d','$ref':'r','x':1}");
  expect_text("before anything", describe(&model, &edit), "untouched");
  member_edit_note(&model.operation, &edit, member, false);
  member_edit_note(&model.operation, &edit, member, true);
  expect_text("added and dropped", describe(&model, &edit),
              "edit [{\"value\":\"u1\",\"type\":\"User\",\"display\":\"d\"},"
              "{\"value\":\"u1\",\"drop\":1}]");
  expect_bool("which says no more than it names", edit.whole, false);
  error_set(&model.operation, ERROR_NO_TARGET, "before");
  member_edit_note(&model.operation, &edit, member, false);
  expect_number("nothing after an error", edit.entries->count, 2);
  error_clear(&model.operation);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(edits_are_made_of_lists),
      cmocka_unit_test(an_entry_holds_what_a_row_holds),
  };
  return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
