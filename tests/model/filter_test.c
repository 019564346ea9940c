#include "../../ext/model/filter.h"

#include "model_test.h"

static const char user[] =
    "{'schemas':['" CORE_USER "','" ENTERPRISE "'],"
    "'id':'2819c223-7f76-453a-919d-413861904646','externalId':'Ext-1',"
    "'meta':{'resourceType':'User','created':'2010-01-23T04:56:22Z',"
    "'lastModified':'2011-05-13T04:42:34Z','version':'W/`1`'},"
    "'userName':'BJensen@Example.com','name':{'formatted':'Ms. Barbara J',"
    "'familyName':'Jensen','givenName':'Barbara'},'displayName':'Babs Jensen',"
    "'title':'M\u00FCller & S\u00F6hne','userType':'Employee','active':true,"
    "'emails':[{'value':'bjensen@example.com','type':'work','primary':true},"
    "{'value':'babs@jensen.org','type':'home','display':'a]b'}],"
    "'phoneNumbers':[{'value':'555-555-5555','type':'work'}],"
    "'roles':[{'value':'admin','primary':true}],"
    "'groups':[{'value':'e9e30dba-f08f','display':'Tour Guides'}],"
    "'" ENTERPRISE
    "':{'employeeNumber':'701984','department':'Tour Operations',"
    "'manager':{'value':'26118915-6090','displayName':'John Smith'}}}";

static const char thing[] =
    "{'id':'t1','label':'Mango','code':'Mango','size':5,'weight':2.50,"
    "'ready':true,'seen':'2011-05-13T04:42:34.5Z','blob':'bWFuZ28=',"
    "'link':'https://example.com/Mango','tags':['Red','green'],"
    "'levels':[1,3,9],'parts':[{'value':'Wheel','size':3,"
    "'made':'2020-01-01T00:00:00Z'},{'value':'axle','size':7}],"
    "'origin':{'place':'Oslo'}}";

typedef struct Case {
  const char *filter;
  bool want;
} Case;

/* "true", "false" or the kind of the error. */
static Text evaluate(Model *model, const ResourceType *type, const Json *doc,
                     const char *text) {
  Operation *operation = &model->operation;
  Text bytes = quoted(&operation->arena, text);
  Filter *filter = filter_parse(operation, type, bytes);
  if (failed(operation)) return take_error(model);
  return text_of(filter_match(operation, filter, doc) ? "true" : "false");
}

static void expect_cases(const char *type_name, const char *text,
                         const Case *cases, size_t count) {
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *type = type_named(&model, type_name);
  Json *doc = json_of(&model, text);
  for (size_t i = 0; i < count; i++)
    expect_text(cases[i].filter, evaluate(&model, type, doc, cases[i].filter),
                cases[i].want ? "true" : "false");
  model_close(&model);
}

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

/* What the grammar of the RFC has not, but identity providers send. */
static void identity_providers_are_understood(void **state) {
  (void)state;
  static const Case cases[] = {
      {"emails[type eq 'work'].value eq 'BJENSEN@example.com'", true},
      {"emails[type eq 'home'].value eq 'bjensen@example.com'", false},
      {"emails[type eq 'other'].value eq 'bjensen@example.com'", false},
      {"emails[type eq 'work' or type eq 'home'].value sw 'babs'", true},
      {"emails[type eq 'work'].display eq null", true},
      {"emails[type eq 'work'].primary eq 'True'", true},
      {"emails[type eq 'work'].value eq 'bjensen@example.com' and active eq "
       "true",
       true},
      {"active eq false or emails[type eq 'work'].value pr", true},
      {"not (emails[type eq 'work'].value eq 'x')", true},
      {"emails eq 'babs@jensen.org'", true},
      {"emails co 'JENSEN.org'", true},
      {"emails eq 'work'", false},
      {"emails ne null", true},
      {"phoneNumbers eq '555-555-5555'", true},
      {"manager eq '26118915-6090'", true},
      {"id eq '2819c223-7f76-453a-919d-413861904646' and manager eq "
       "'26118915-6090'",
       true},
      {"manager eq '26118915-6090' and id eq "
       "'2819c223-7f76-453a-919d-413861904646'",
       true},
      {"manager eq 'other' and id eq '2819c223-7f76-453a-919d-413861904646'",
       false},
      {"userName eq bjensen@example.com", true},
      {"userName eq nobody", false},
      {"id eq 2819c223-7f76-453a-919d-413861904646", true},
      {"(userName eq bjensen@example.com)", true},
      {"employeeNumber eq 701984", true},
      {"active eq 'True'", true},
      {"active eq True", true},
      {"active eq 'false'", false},
      {"active ne 'False'", true},
      {"roles[primary eq 'True'].value eq 'admin'", true},
      {"roles[primary eq 'False'].value eq 'admin'", false},
      {"department eq 'tour operations'", true},
      {ENTERPRISE ":department eq 'Tour Operations'", true},
      {"URN:ietf:params:scim:schemas:EXTENSION:enterprise:2.0:user:Department "
       "eq 'Tour Operations'",
       true},
      {ENTERPRISE ":manager.value eq '26118915-6090'", true},
      {ENTERPRISE ":manager eq '26118915-6090'", true},
      {ENTERPRISE ":manager.displayName sw 'john'", true},
      {ENTERPRISE ":costCenter pr", false},
      {"groups eq 'e9e30dba-f08f'", true},
      {"groups.display eq 'tour guides'", true},
  };
  expect_cases("User", user, cases, COUNT(cases));
}

static void members_match(void **state) {
  (void)state;
  static const Case cases[] = {
      {"id eq 'g' and members eq 'u1'", true},
      {"members eq 'u1' and id eq 'g'", true},
      {"members eq 'U1'", false},
      {"members.value eq 'u2'", true},
      {"members[value eq 'u2']", true},
      {"members[value eq 'u2' and type eq 'group']", false},
      {"members eq 'u3'", false},
      {"displayName eq 'ALL staff'", true},
      {"members pr", true},
  };
  expect_cases("Group",
               "{'id':'g','displayName':'All Staff','members':[{'value':'u1'},"
               "{'value':'u2','type':'User'}]}",
               cases, COUNT(cases));
}

static void case_folds_by_unicode(void **state) {
  (void)state;
  static const Case cases[] = {
      {"userName eq 'STRASSE'", true},
      {"userName eq 'stra\u00DFe'", true},
      {"userName eq 'STRA\u1E9EE'", true},
      {"userName sw 'STRAS'", true},
      {"displayName eq 'andr\u00E9'", true},
      {"displayName eq 'ANDRE\u0301'", true},
      {"displayName eq 'andre'", false},
      {"displayName eq 'Andr\\u00c9'", true},
      {"nickName eq '\u03BF\u03B4\u03CC\u03C2'", true},
      {"nickName eq '\u039F\u0394\u038C\u03A3'", true},
      {"nickName ew '\u03C3'", true},
      {"title eq 'bj'", true},
      {"title co '\uFF22'", true},
      {"locale eq 'i'", false},
      {"locale eq 'I'", false},
      {"locale eq '\u0131'", true},
      {"userType eq '\u043C\u0418\u0420'", true},
      {"timezone eq '\u00C9'", false},
      {"externalId eq '\u00E9'", true},
      {"externalId eq '\u00C9'", false},
  };
  expect_cases("User",
               "{'userName':'Stra\u00DFe','displayName':'Andr\u00E9',"
               "'nickName':'\u039F\u03B4\u03CC\u03C2',"
               "'title':'\uFF22\uFF2A','locale':'\u0131',"
               "'userType':'\u041C\u0438\u0440','timezone':'e',"
               "'externalId':'\u00E9'}",
               cases, COUNT(cases));
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
      cmocka_unit_test(identity_providers_are_understood),
      cmocka_unit_test(members_match),
      cmocka_unit_test(case_folds_by_unicode),
      cmocka_unit_test(empty_values_are_not_present),
  };
  return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
