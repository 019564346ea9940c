/* What filters mean for values that documents should not have, and for one
** element. The grammar, and the operators, are in filter_test.c. */
#include "filter_case.h"

/* A definition was replaced since: what has not its attribute's type has no key
** and can be in no index, so it is no value here either. */
static void values_of_another_type_are_none(void **state) {
  (void)state;
  static const Case cases[] = {
      {"size pr", false},
      {"size eq null", true},
      {"size ne 5", true},
      {"size eq 5", false},
      {"size lt 100", false},
      {"seen pr", false},
      {"seen ne '2020-01-01'", true},
      {"origin pr", false},
      {"label pr", false},
      {"tags eq 'a'", true},
      {"tags pr", true},
      {"levels eq 1", true},
      {"parts.value eq 'p'", true},
      {"parts[value eq 'p']", true},
      {"parts[size pr]", false},
  };
  expect_cases("Thing",
               "{'size':'5','seen':'yesterday','origin':'here','label':{'a':1},"
               "'tags':'a','levels':[[1],'x'],'parts':{'value':'p','size':"
               "'1'}}",
               cases, COUNT(cases));
}

/* ne holds when some value is another, and not only when all are. */
static void any_of_several_values_matches(void **state) {
  (void)state;
  static const Case cases[] = {
      {"tags eq 'a'", true},        {"tags ne 'a'", true},
      {"not (tags eq 'a')", false}, {"not (tags ne 'a')", false},
      {"levels eq 1", true},        {"levels ne 1", false},
      {"levels gt 1", false},       {"not (levels ne 1)", true},
  };
  expect_cases("Thing", "{'tags':['a','b'],'levels':[1,1.0]}", cases,
               COUNT(cases));
}

/* M8, RFC 7643 section 2.4: what is not said to be primary is not, for every
** operator that a boolean has; an attribute without elements has no value. */
static void absent_primary_is_false(void **state) {
  (void)state;
  static const Case cases[] = {
      {"emails[primary eq false]", true},
      {"emails.primary eq false", true},
      {"emails[primary eq false].value eq 'b'", true},
      {"emails[primary eq false].value eq 'a'", false},
      {"emails[primary eq 'False' and value eq 'b']", true},
      {"emails[primary ne true]", true},
      {"emails[primary ne false].value eq 'b'", false},
      {"emails[value eq 'b' and not (primary eq false)]", false},
      {"emails[value eq 'b' and primary eq true]", false},
      {"emails[value eq 'b' and primary pr]", false},
      {"emails[value eq 'b' and primary eq null]", true},
      {"emails.primary eq true", true},
      {"roles.primary eq false", true},
      {"roles[primary ne false]", false},
      {"roles.primary pr", false},
      {"ims.primary eq false", true},
      {"photos.primary eq false", false},
      {"photos.primary ne false", true},
      {"photos[primary eq false]", false},
      {"entitlements.primary eq false", false},
      {"active eq false", false},
  };
  expect_cases("User",
               "{'emails':[{'value':'a','primary':true},{'value':'b'}],"
               "'roles':[{'value':'r'}],'entitlements':['x'],"
               "'ims':[{'value':'i','primary':null}]}",
               cases, COUNT(cases));
}

/* For one element names are sub-attributes, and "value" is the element itself
** where the attribute is simple. */
static void one_element_is_matched(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *filter, *element;
    bool want;
  } cases[] = {
      {"parts", "value eq 'P'", "{'value':'p'}", true},
      {"parts", "value eq 'p' and size gt 1", "{'value':'p','size':1}", false},
      {"parts", "size pr or not (value pr)", "{}", true},
      {"parts", "made ge '2020-01-01'", "{'made':'2020-01-01T00:00:00Z'}",
       true},
      {"parts", "value pr", "'p'", false},
      {"parts", "primary eq false", "{'value':'p'}", true},
      {"parts", "primary eq false", "{'primary':true}", false},
      {"parts", "primary eq false", "'p'", false},
      {"tags", "value eq 'A'", "'a'", true},
      {"tags", "value sw 'b'", "'a'", false},
      {"levels", "value ge 2 and value le 2", "2", true},
      {"levels", "value eq null", "null", true},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Operation *operation = &model.operation;
    const Attribute *attribute = attribute_of(model.thing, cases[i].attribute);
    const Filter *filter = filter_parse_value(
        operation, attribute, quoted(&operation->arena, cases[i].filter),
        ERROR_INVALID_FILTER);
    expect_error(&model, cases[i].filter, "");
    expect_bool(cases[i].filter,
                filter &&
                    filter_match_element(operation, filter, attribute,
                                         json_of(&model, cases[i].element)),
                cases[i].want);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_of_another_type_are_none),
      cmocka_unit_test(any_of_several_values_matches),
      cmocka_unit_test(absent_primary_is_false),
      cmocka_unit_test(one_element_is_matched),
  };
  return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
