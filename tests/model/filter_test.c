#include "filter_case.h"

static const char thing[] =
    "{'id':'t1','label':'Mango','code':'Mango','size':5,'weight':2.50,"
    "'ready':true,'seen':'2011-05-13T04:42:34.5Z','blob':'bWFuZ28=',"
    "'link':'https://example.com/Mango','tags':['Red','green'],"
    "'levels':[1,3,9],'parts':[{'value':'Wheel','size':3,"
    "'made':'2020-01-01T00:00:00Z'},{'value':'axle','size':7}],"
    "'origin':{'place':'Oslo'}}";

/*
** Operators and types: each operator with a literal below the value, equal
** to it and above it.
*/
static const char *const operators[] = {"eq", "ne", "gt", "ge", "lt", "le"};

static bool holds(int operator, int order) {
  static const bool table[][3] = {
      /* value less, equal, greater than the literal */
      {false, true, false}, {true, false, true},  {false, false, true},
      {false, true, true},  {true, false, false}, {true, true, false}};
  return table[operator][order + 1];
}

static void every_operator_compares_every_type(void **state) {
  (void)state;
  static const struct {
    const char *attribute, *literal;
    int order; /* of the value and the literal */
  } cases[] = {
      {"label", "'apple'", 1},
      {"label", "'Mang'", 1},
      {"label", "'MANGO'", 0},
      {"label", "'mango'", 0},
      {"label", "'Mangos'", -1},
      {"label", "'ZEBRA'", -1},
      {"label", "'\u00E9'", -1},
      {"code", "'Apple'", 1},
      {"code", "'MANGO'", 1},
      {"code", "'Mango'", 0},
      {"code", "'mango'", -1},
      {"code", "'apple'", -1},
      {"link", "'https://example.com/'", 1},
      {"link", "'https://example.com/Mango'", 0},
      {"link", "'https://example.com/mango'", -1},
      {"size", "-10", 1},
      {"size", "4", 1},
      {"size", "4.5", 1},
      {"size", "5", 0},
      {"size", "5.0", 0},
      {"size", "0.5e1", 0},
      {"size", "'5'", 0},
      {"size", "10", -1},
      {"size", "1e30", -1},
      {"weight", "2", 1},
      {"weight", "2.49999", 1},
      {"weight", "2.5", 0},
      {"weight", "25e-1", 0},
      {"weight", "'2.50'", 0},
      {"weight", "10.5", -1},
      {"seen", "'2011-05-13T04:42:34Z'", 1},
      {"seen", "'2011-05-13'", 1},
      {"seen", "'2011-05-13T04:42:34.4999Z'", 1},
      {"seen", "'2011-05-13T06:42:34+02:00'", 1},
      {"seen", "'2011-05-13T04:42:34.5Z'", 0},
      {"seen", "'2011-05-13T04:42:34.500Z'", 0},
      {"seen", "'2011-05-13T06:42:34.5+02:00'", 0},
      /* a plus that was not encoded in the URL */
      {"seen", "'2011-05-13T06:42:34.5 02:00'", 0},
      {"seen", "'2011-05-13T04:42:34.5000000 00:00'", 0},
      {"seen", "'2011-05-12T23:42:34.5-05:00'", 0},
      {"seen", "'2011-05-13T04:42:34.25-01:00'", -1},
      {"seen", "'2011-05-13T04:42:35Z'", -1},
  };
  Model model;
  MODEL_OPEN(&model);
  Json *doc = json_of(&model, thing);
  for (size_t i = 0; i < COUNT(cases); i++) {
    for (int j = 0; j < 6; j++) {
      Text filter =
          arena_format(&model.operation.arena, "%s %s %s", cases[i].attribute,
                       operators[j], cases[i].literal);
      expect_text(filter.data, evaluate(&model, model.thing, doc, filter.data),
                  holds(j, cases[i].order) ? "true" : "false");
    }
  }
  model_close(&model);
}

/* RFC 7644 table 3: no order among booleans and binary. */
static void some_operators_do_not_fit_some_types(void **state) {
  (void)state;
  static const char *const order[] = {"gt", "ge", "lt", "le"};
  static const char *const parts[] = {"co", "sw", "ew"};
  static const char *const no_order[] = {"ready gt true", "blob gt 'bWFuZ28='"};
  static const char *const no_parts[] = {"ready co 'true'", "size co 5",
                                         "weight co 2.5", "size co '5'"};
  Model model;
  MODEL_OPEN(&model);
  Json *doc = json_of(&model, thing);
  for (size_t i = 0; i < COUNT(no_order) * COUNT(order); i++) {
    Text filter = arena_copy(&model.operation.arena, text_of(no_order[i / 4]));
    memcpy(strstr(filter.data, " gt ") + 1, order[i % 4], 2);
    expect_text(filter.data, evaluate(&model, model.thing, doc, filter.data),
                "invalidFilter");
  }
  for (size_t i = 0; i < COUNT(no_parts) * COUNT(parts); i++) {
    Text filter = arena_copy(&model.operation.arena, text_of(no_parts[i / 3]));
    memcpy(strstr(filter.data, " co ") + 1, parts[i % 3], 2);
    expect_text(filter.data, evaluate(&model, model.thing, doc, filter.data),
                "invalidFilter");
  }
  model_close(&model);
}

static void things_match(void **state) {
  (void)state;
  static const Case cases[] = {
      {"ready eq true", true},
      {"ready ne true", false},
      {"ready eq false", false},
      {"ready eq 'True'", true},
      {"ready eq 'FALSE'", false},
      {"ready eq True", true},
      {"ready ne False", true},
      {"blob eq 'bWFuZ28='", true},
      {"blob eq 'BWFUZ28='", false},
      {"blob ne 'AAAA'", true},
      {"label co 'ANG'", true},
      {"label co 'mango'", true},
      {"label co ''", true},
      {"label co 'mangos'", false},
      {"label sw 'ma'", true},
      {"label sw 'an'", false},
      {"label ew 'GO'", true},
      {"label ew 'ma'", false},
      {"code co 'ang'", true},
      {"code co 'ANG'", false},
      {"code sw 'M'", true},
      {"code sw 'm'", false},
      {"code ew 'go'", true},
      {"code ew 'GO'", false},
      {"link sw 'https://'", true},
      {"link co 'mango'", false},
      {"seen sw '2011-05'", true},
      {"tags eq 'red'", true},
      {"tags eq 'blue'", false},
      {"tags sw 'gr'", true},
      {"tags pr", true},
      {"tags[value eq 'GREEN']", true},
      {"tags[value sw 'b']", false},
      {"levels eq 3", true},
      {"levels eq 2", false},
      {"levels gt 8", true},
      {"levels gt 9", false},
      {"levels[value gt 1 and value lt 9]", true},
      {"levels[value gt 3 and value lt 9]", false},
      {"parts eq 'wheel'", true},
      {"parts.size ge 7", true},
      {"parts[value eq 'axle' and size eq 7]", true},
      {"parts[value eq 'axle' and size eq 3]", false},
      {"parts[made lt '2020-01-01T00:00:00+00:00']", false},
      {"parts[made le '2020-01-01T00:00:00+00:00']", true},
      {"parts[not (made pr)].value eq 'axle'", true},
      {"serial pr", false},
      {"not (serial pr)", true},
      {"serial eq null", true},
      {"serial ne 'x'", true},
      {"serial eq 'x'", false},
      {"serial co ''", false},
      {"serial lt 'x'", false},
      {"not (serial eq 'x')", true},
  };
  expect_cases("Thing", thing, cases, COUNT(cases));
}

/*
** The grammar.
*/

/* Terms A, B and C that are true or false, in all combinations. */
static void and_binds_more_than_or_and_not_more_than_and(void **state) {
  (void)state;
  static const char *const texts[] = {"A or B and C",
                                      "A and B or C",
                                      "(A or B) and C",
                                      "A and (B or C)",
                                      "not (A) and B or C",
                                      "not (A) or B and C",
                                      "not (A and B) or C",
                                      "not (A or B) and C",
                                      "not (not (A) or B) and C",
                                      "A or not (B) and C",
                                      "(A and (B) or ((C)))",
                                      "A and B and C",
                                      "A or B or C",
                                      "not (A) and not (B) and not (C)",
                                      "A and not (B or C)",
                                      "A or B and not (C)"};
  Model model;
  MODEL_OPEN(&model);
  Json *doc = json_of(&model, user);
  for (int bits = 0; bits < 8; bits++) {
    bool A = bits & 1, B = bits & 2, C = bits & 4;
    const bool want[] = {
        A || (B && C),   (A && B) || C,  (A || B) && C,  A && (B || C),
        (!A && B) || C,  !A || (B && C), !(A && B) || C, !(A || B) && C,
        !(!A || B) && C, A || (!B && C), (A && B) || C,  A && B && C,
        A || B || C,     !A && !B && !C, A && !(B || C), A || (B && !C)};
    for (size_t i = 0; i < COUNT(texts); i++) {
      Buffer filter = buffer_new(&model.operation.arena);
      for (const char *c = texts[i]; *c; c++) {
        bool term = *c >= 'A' && *c <= 'C';
        if (!term) buffer_char(&filter, *c);
        if (term)
          buffer_string(&filter,
                        bits >> (*c - 'A') & 1 ? "userName pr" : "locale pr");
      }
      buffer_char(&filter, 0);
      expect_text(filter.data, evaluate(&model, model.user, doc, filter.data),
                  want[i] ? "true" : "false");
    }
  }
  model_close(&model);
}

/* The examples of RFC 7644 figure 2 among them. */
static void users_match(void **state) {
  (void)state;
  static const Case cases[] = {
      {"userName eq 'bjensen@example.com'", true},
      {"userName Eq 'bjensen@example.com'", true},
      {"USERNAME EQ 'BJENSEN@EXAMPLE.COM'", true},
      {"username eq 'someone'", false},
      {"name.familyName co 'ens'", true},
      {"name.familyName co 'O\\u0027Malley'", false},
      {"userName sw 'B'", true},
      {CORE_USER ":userName sw 'b'", true},
      {"title pr", true},
      {"nickName pr", false},
      {"meta.lastModified gt '2011-05-13T04:42:34Z'", false},
      {"meta.lastModified ge '2011-05-13T04:42:34Z'", true},
      {"meta.lastModified lt '2011-05-13T04:42:34-01:00'", true},
      {"meta.lastModified le '2011-05-13T04:42:33.999Z'", false},
      {"title pr and userType eq 'Employee'", true},
      {"title pr or userType eq 'Intern'", true},
      {"schemas eq '" ENTERPRISE "'", true},
      {"schemas eq 'urn:other'", false},
      {"userType eq 'Employee' and (emails co 'example.com' or emails.value "
       "co 'example.org')",
       true},
      {"userType ne 'Employee' and not (emails co 'example.com' or "
       "emails.value co 'example.org')",
       false},
      {"userType eq 'Employee' and (emails.type eq 'work')", true},
      {"userType eq 'Employee' and emails[type eq 'work' and value co "
       "'@example.com']",
       true},
      {"emails[type eq 'work' and value co '@example.com'] or ims[type eq "
       "'xmpp' and value co '@foo.com']",
       true},
      {"ims[type eq 'xmpp']", false},
      {"not (ims[type eq 'xmpp'])", true},
      {"id eq '2819c223-7f76-453a-919d-413861904646'", true},
      {"id eq '2819C223-7F76-453A-919D-413861904646'", false},
      {"externalId eq 'Ext-1'", true},
      {"externalId eq 'ext-1'", false},
      {"name pr", true},
      {"name eq null", false},
      {"addresses eq null", true},
      {"addresses pr", false},
      {"name.middleName eq null", true},
      {"name.middleName ne null", false},
      {"userName ne null", true},
      {"userName eq NULL", false},
      {"active eq true", true},
      {"active eq false", false},
      {"active ne false", true},
      {"  userName   eq   'bjensen@example.com'  ", true},
      {"(userName pr)", true},
      {"not(userName pr)", false},
      {"NOT (locale pr) AND (userName pr)", true},
      {"userName pr OR locale pr", true},
      {"name[givenName eq 'barbara' and familyName eq 'jensen']", true},
      {"name[givenName eq 'barbara' and familyName eq 'smith']", false},
      {"displayName eq 'Babs Jensen'", true},
      {"displayName eq 'Babs\\u0020Jensen'", true},
      {"title eq 'M\u00FCller & S\u00F6hne'", true},
      {"phoneNumbers.value eq '555-555-5555'", true},
  };
  expect_cases("User", user, cases, COUNT(cases));
}

static void value_paths_look_at_one_element(void **state) {
  (void)state;
  static const Case cases[] = {
      {"emails[type eq 'work']", true},
      {"emails[type eq 'WORK']", true},
      {"emails[type eq 'other']", false},
      {"emails[type eq 'work' and value eq 'babs@jensen.org']", false},
      {"emails.type eq 'work' and emails.value eq 'babs@jensen.org'", true},
      {"emails[type eq 'home' and value eq 'babs@jensen.org']", true},
      {"emails[type eq 'home' or type eq 'other']", true},
      {"emails[(type eq 'home' or type eq 'work') and primary eq true]", true},
      {"emails[not (type eq 'work')]", true},
      {"emails[not (type eq 'work' or type eq 'home')]", false},
      {"emails[not (value co '@')]", false},
      {"emails[type eq 'home' and not (primary eq true)]", true},
      {"emails[primary eq 'True']", true},
      {"emails[primary eq true and type eq 'home']", false},
      {"emails[display pr]", true},
      {"emails[display eq null and type eq 'home']", false},
      {"emails[display eq 'a]b']", true},
      {"emails[display eq 'a)b']", false},
      {"EMAILS[TYPE EQ 'work']", true},
      {CORE_USER ":emails[type eq 'work']", true},
      {"emails[ type eq 'work' ]", true},
      {"roles[primary eq 'True']", true},
      {"not (emails[type eq 'work']) or emails[type eq 'home']", true},
  };
  expect_cases("User", user, cases, COUNT(cases));
}

/* RFC 7644 table 3: pr wants a value that is neither null nor empty. */
static void empty_values_are_not_present(void **state) {
  (void)state;
  static const Case cases[] = {
      {"title pr", false},      {"nickName pr", false},
      {"emails pr", false},     {"name pr", false},
      {"title eq null", true},  {"name eq null", true},
      {"emails eq null", true}, {"not (title pr)", true},
      {"active pr", true},
  };
  expect_cases("User",
               "{'title':null,'nickName':'','emails':[],'name':{},"
               "'active':false}",
               cases, COUNT(cases));
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_operator_compares_every_type),
      cmocka_unit_test(some_operators_do_not_fit_some_types),
      cmocka_unit_test(things_match),
      cmocka_unit_test(and_binds_more_than_or_and_not_more_than_and),
      cmocka_unit_test(users_match),
      cmocka_unit_test(value_paths_look_at_one_element),
      cmocka_unit_test(empty_values_are_not_present),
  };
  return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
