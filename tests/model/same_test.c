/* S2: which values of a list are one and the same, in whichever way they come:
** with POST and PUT (value_read), by a PATCH that adds or removes. */
#include "../../ext/model/same.h"

#include "patch_case.h"

/* Values that are the same, or not. */
static void values_are_compared_by_key(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *one, *other;
    bool same;
  } cases[] = {
      {"tags", "'a'", "'A'", true},
      {"tags", "'a'", "'b'", false},
      {"tags", "'stra\u00DFe'", "'STRASSE'", true},
      {"tags", "'\u00E9'", "'e\u0301'", true},
      {"tags", "'\u00E9'", "'e'", false},
      {"levels", "1", "1.0", true},
      {"levels", "1", "2", false},
      {"parts", "{'value':'v','type':'t'}", "{'value':'V','type':'T'}", true},
      {"parts", "{'value':'v','type':'t'}", "{'value':'v','type':'u'}", false},
      {"parts", "{'value':'v','type':'t'}", "{'value':'v'}", true},
      {"parts", "{'value':'v','size':1}", "{'value':'v','size':2}", true},
      {"parts", "{'type':'t','size':1}", "{'size':1,'type':'t'}", true},
      {"parts", "{'type':'t','size':1}", "{'type':'t','size':2}", false},
      {"parts", "{'value':'v'}", "{'type':'t'}", false},
      {"parts", "{'value':''}", "{'value':'v'}", false},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Attribute *attribute = attribute_of(model.thing, cases[i].attribute);
    const Json *one = json_of(&model, cases[i].one);
    const Json *other = json_of(&model, cases[i].other);
    Memo memo = memo_new(&model.operation);
    for (int round = 0; round < 2; round++) {
      expect_bool(cases[i].one, same_is(&memo, attribute, one, other),
                  cases[i].same);
      expect_bool(cases[i].other, same_is(&memo, attribute, other, one),
                  cases[i].same);
    }
  }
  model_close(&model);
}

/* Case counts where the schema says so, and always for members: they are ids,
** which SQL compares byte by byte. */
static void case_may_count(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Memo memo = memo_new(&model.operation);
  const Attribute *members = attribute_of(model.group, "members");
  const Attribute *code = attribute_of(model.thing, "code");
  const Json *one = json_of(&model, "{'value':'a'}");
  const Json *other = json_of(&model, "{'value':'A'}");
  expect_bool("members", same_is(&memo, members, one, other), false);
  expect_bool("a member", same_is(&memo, members, one, one), true);
  expect_bool("caseExact", same_is(&memo, code, one->first, other->first),
              false);
  model_close(&model);
}

/* A table of keys grows, and forgets nothing. */
static void many_texts_are_remembered(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  Memo memo = memo_new(&model.operation);
  const Attribute *tags = attribute_of(model.thing, "tags");
  Json *list = json_new(arena, JSON_ARRAY);
  SameList values = same_list(&memo, tags, list);
  for (int i = 0; i < 300; i++)
    json_append(list, json_string(arena, arena_format(arena, "\u00E9%d", i)));
  int found = 0;
  for (int i = 0; i < 600; i++) {
    Json *upper = json_string(arena, arena_format(arena, "\u00C9%d", i));
    found += same_find(&values, upper) != NULL;
  }
  expect_number("those of 300 that are there", found, 300);
  expect_bool("each once", memo.count <= 900, true);
  model_close(&model);
}

/* What a list has twice is read once, and what comes later counts. */
static void lists_are_read_once(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *list, *want;
  } cases[] = {
      {"tags", "['x','X','y']", "['x','y']"},
      {"parts", "[{'value':'a','type':'work'},{'value':'a','type':'work'}]",
       "[{'value':'a','type':'work'}]"},
      {"parts",
       "[{'value':'a','type':'work','size':1,'primary':true},{'value':'b'},"
       "{'value':'A','type':'Work','size':2}]",
       "[{'primary':true,'value':'A','type':'Work','size':2},{'value':'b'}]"},
      {"parts", "[{'value':'a','type':'work'},{'value':'a','type':'home'}]",
       "[{'value':'a','type':'work'},{'value':'a','type':'home'}]"},
      {"parts", "['x','x']", "[{'value':'x'}]"},
      {"parts", "[{'type':'t'},{'type':'t'},{'type':'u'}]",
       "[{'type':'t'},{'type':'u'}]"},
      {"levels", "[1,1.0,2]", "[1,2]"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    const Attribute *attribute = attribute_of(model.thing, cases[i].attribute);
    Json *read =
        value_read(&model.operation, attribute, json_of(&model, cases[i].list));
    expect_json(&model, cases[i].list, read, cases[i].want);
  }
  model_close(&model);
}

static void patches_find_the_same(void **state) {
  (void)state;
  static const PatchCase cases[] = {
      {"add of what is there in other letters",
       "{'parts':[{'value':'a@w','type':'work'}]}",
       "[{'op':'add','path':'parts','value':[{'value':'A@W','type':'work',"
       "'size':2}]}]",
       "{'parts':[{'value':'A@W','type':'work','size':2}]}"},
      {"of a simple one", "{'tags':['x']}",
       "[{'op':'add','path':'tags','value':['X','y','Y']}]",
       "{'tags':['x','y']}"},
      {"remove by a value in other letters",
       "{'parts':[{'value':'a@w','type':'work'},{'value':'b'}]}",
       "[{'op':'remove','path':'parts','value':[{'value':'A@W'}]}]",
       "{'parts':[{'value':'b'}]}"},
      {"of a simple one", "{'tags':['x','\u00E9']}",
       "[{'op':'remove','path':'tags','value':['\u00C9']}]", "{'tags':['x']}"},
      {"remove of nobody", "{'parts':[{'value':'a@w','type':'work'}]}",
       "[{'op':'remove','path':'parts','value':[{'value':'A@W','type':"
       "'home'}]}]",
       "{'parts':[{'value':'a@w','type':'work'}]}"},
      {"replace by what is twice in the list", "{'tags':['x']}",
       "[{'op':'replace','path':'tags','value':['a','A']}]", "{'tags':['a']}"},
  };
  expect_patches("Thing", cases, COUNT(cases));
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_compared_by_key),
      cmocka_unit_test(case_may_count),
      cmocka_unit_test(many_texts_are_remembered),
      cmocka_unit_test(lists_are_read_once),
      cmocka_unit_test(patches_find_the_same),
  };
  return cmocka_run_group_tests_name("same", tests, NULL, NULL);
}
