/*
** naming_test.c: the name and the address of a document. That SQL says the same
** of what it is given is tests/store/naming.sh.
*/
#include "model_test.h"

#include "../../ext/model/naming.h"

static const NamingWords words = {
    {"userName", 8}, {"displayName", 11}, {"emails", 6}};

typedef struct NamingCase {
  const char *sentence, *type, *doc, *name, *email;
} NamingCase;

static const NamingCase cases[] = {
    {"a user goes by the userName", "User",
     "{'displayName':'Ann','userName':'ann'}", "ann", ""},
    {"and by no other name", "User", "{'displayName':'Ann'}", "", ""},
    {"a group by the displayName", "Group", "{'displayName':'Sales'}", "Sales",
     ""},
    {"unless it has a userName", "Robot",
     "{'displayName':'R2','userName':'r2d2'}", "r2d2", ""},
    {"what is no text is no name", "User", "{'userName':7}", "", ""},
    {"the first address", "User", "{'emails':[{'value':'a'},{'value':'b'}]}",
     "", "a"},
    {"one without a value is none", "User",
     "{'emails':[{'type':'work','primary':true},{'value':'b'}]}", "", "b"},
    {"that of work before it", "User",
     "{'emails':[{'value':'a'},{'value':'b','type':'Work'},"
     "{'value':'c','type':'work'}]}",
     "", "b"},
    {"the primary one before that", "User",
     "{'emails':[{'value':'a','type':'work'},{'value':'b','primary':true}]}",
     "", "b"},
    {"of two primary ones that of work", "User",
     "{'emails':[{'value':'a','primary':true},"
     "{'value':'b','primary':true,'type':'work'}]}",
     "", "b"},
    {"one that is primary by its false is not", "User",
     "{'emails':[{'value':'a'},{'value':'b','primary':false}]}", "", "a"},
    {"elements that are no objects do not count", "User",
     "{'emails':['x',{'value':'b'}]}", "", "b"},
    {"nor what is no list", "User", "{'emails':'x'}", "", ""},
};

static void names_documents(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const NamingCase *one = &cases[i];
    Naming naming =
        naming_of(&words, text_of(one->type), json_of(&model, one->doc));
    expect_text(one->sentence, naming.name, one->name);
    expect_text(one->sentence, naming.email, one->email);
  }
  model_close(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_documents),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
