/*
** keys_test.c: the keys of documents, which are rows of scim_value and
** scim_unique. That a key is what a filter compares is tested with key.c.
*/
#include "../model/model_test.h"

#include "../../ext/store/keys.h"

/* A type with indexes of every kind; some attributes are made unique. */
static void mark(Model *model) {
  static const char *const indexes[] = {"tags", "parts.value", "origin.place",
                                        "size"};
  for (size_t i = 0; i < COUNT(indexes); i++)
    schema_add_index(&model->operation, &model->set, TEXT("Thing"),
                     text_of(indexes[i]), false);
  attribute_of(model->thing, "stamp")->uniqueness = UNIQUENESS_SERVER;
  attribute_of(model->thing, "serial")->uniqueness = UNIQUENESS_GLOBAL;
  attribute_of(model->thing, "parts.value")->uniqueness = UNIQUENESS_SERVER;
}

#define VALUE(attribute, key) "'" attribute "':" key
#define ITEM(attribute, key) "{'attribute':'" attribute "','key':" key "}"

static void documents_have_keys(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *doc, *values, *uniques;
  } cases[] = {
      {"an empty document has none", "{}", "{}", "[]"},
      {"each value of a list has one, folded", "{'tags':['A','b']}",
       "{" VALUE("tags", "'a'") "," VALUE("tags", "'b'") "}", "[]"},
      {"the same one twice is one", "{'tags':['A','a']}",
       "{" VALUE("tags", "'a'") "}", "[]"},
      {"so are a number and the same number", "{'size':5.0}",
       "{" VALUE("size", "5") "}", "[]"},
      {"a sub-attribute has one for each element",
       "{'parts':[{'value':'x'},{'type':'t'},{'value':'y'}]}",
       "{" VALUE("parts.value", "'x'") "," VALUE("parts.value", "'y'") "}",
       "[" ITEM("parts.value", "'x'") "," ITEM("parts.value", "'y'") "]"},
      {"also in a single complex value", "{'origin':{'place':'P'}}",
       "{" VALUE("origin.place", "'p'") "}", "[]"},
      {"what is unique and has case keeps it", "{'code':'Ab'}", "{}",
       "[" ITEM("code", "'Ab'") "]"},
      {"what is unique among all is of the tenant ''", "{'serial':'S'}", "{}",
       "[{'tenant':'','attribute':'serial','key':'s'}]"},
      {"what the service sets is nobody's", "{'stamp':'x'}", "{}", "[]"},
      {"what has another type has no key", "{'size':'five','tags':[{}]}", "{}",
       "[]"},
  };
  Model model;
  MODEL_OPEN(&model);
  mark(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    DocumentKeys keys = keys_of_document(&model.operation, model.thing,
                                         json_of(&model, cases[i].doc), NULL);
    expect_json(&model, cases[i].sentence, keys.values, cases[i].values);
    expect_json(&model, cases[i].sentence, keys.uniques, cases[i].uniques);
  }
  DocumentKeys none =
      keys_of_document(&model.operation, model.thing, NULL, NULL);
  expect_json(&model, "no document has none", none.values, "{}");
  DocumentKeys left = keys_of_document(
      &model.operation, model.thing,
      json_of(&model, "{'tags':['A'],'size':5,'code':'Ab'}"),
      json_of(&model, "{'size':5.0,'tags':['A'],'code':'Ab'}"));
  expect_json(&model, "what is the same in another document has no keys",
              left.values, "{" VALUE("size", "5") "}");
  expect_json(&model, "of what is unique neither", left.uniques, "[]");
  model_close(&model);
}

static void a_difference_is_what_changes(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *keys, *others, *want;
  } cases[] = {
      {"nothing, when all stay", "['a','b']", "['b','a']", ""},
      {"what is new", "['a','b','c']", "['b']", "[\"a\",\"c\"]"},
      {"not what is gone", "[]", "['b']", ""},
      {"members are compared with their names", "{'a':'x','c':'y'}",
       "{'b':'x','c':'y'}", "{\"a\":\"x\"}"},
      {"items are compared whole", "[" ITEM("a", "1") "]",
       "[" ITEM("a", "'1'") "]", "[{\"attribute\":\"a\",\"key\":1}]"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].sentence,
                keys_difference(&model.operation,
                                json_of(&model, cases[i].keys),
                                json_of(&model, cases[i].others)),
                cases[i].want);
  expect_text("everything, beside nothing",
              keys_difference(&model.operation, json_of(&model, "['a']"), NULL),
              "[\"a\"]");
  model_close(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(documents_have_keys),
      cmocka_unit_test(a_difference_is_what_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
