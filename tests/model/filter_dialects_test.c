/* filter.h again: what the grammar of the RFC has not, but identity providers
** send, and names in every script. */
#include "filter_case.h"

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

/* findings/clients.md section 3: a backslash that is none of JSON's escapes. */
static void windows_accounts_are_found(void **state) {
  (void)state;
  static const Case cases[] = {
      {"userName eq 'CORP\\user'", true},
      {"userName eq 'CORP\\\\user'", true},
      {"userName eq 'corp\\u0075ser'", false},
      {"userName eq CORP\\user", true},
      {"userName sw 'CORP\\us'", true},
      {"userName ew '\\user'", true},
      {"userName co 'P\\u'", true},
      {"nickName eq 'a\\\\b\\z'", true},
      {"nickName eq 'a\\\\b\\\\z'", true},
      {"nickName eq 'a\\b\\z'", false}, /* \b is a backspace */
      {"title eq 'x\\u12y'", true},
      {"title eq 'x\\\\u12y'", true},
      {"displayName eq '\\Q\\/\\E'", true}, /* \/ is a slash */
      {"displayName eq '\\\\Q/\\\\E'", true},
      {"emails[value eq 'A\\Sue']", true},
      {"emails[value eq 'A\\Sue'].type eq 'w'", true},
  };
  expect_cases("User",
               "{'userName':'CORP\\\\user','nickName':'a\\\\b\\\\z',"
               "'title':'x\\\\u12y','displayName':'\\\\Q/\\\\E',"
               "'emails':[{'value':'A\\\\Sue','type':'w'}]}",
               cases, COUNT(cases));
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

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(identity_providers_are_understood),
      cmocka_unit_test(windows_accounts_are_found),
      cmocka_unit_test(members_match),
      cmocka_unit_test(case_folds_by_unicode),
  };
  return cmocka_run_group_tests_name("filter dialects", tests, NULL, NULL);
}
