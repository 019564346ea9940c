#include "../../ext/model/source.h"

#include "model_test.h"

/* A user as it is stored; ann has two addresses at work. */
static const char user[] =
    "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'id':'u1',"
    "'userName':'Ann@Example.com','active':true,'displayName':'Ann Lee',"
    "'name':{'givenName':'Ann','familyName':'Lee'},"
    "'emails':[{'type':'home','value':'Home@x.org'},"
    "{'type':'work','value':'Work@x.org','primary':true},"
    "{'type':'Work','value':'Second@x.org'},{'type':'work'}],"
    "'phoneNumbers':[{'type':'work','value':'030 12345'},"
    "{'type':'mobile','value':'+49 170 1234567'}],"
    "'" ENTERPRISE "':{'organization':'Acme','manager':{'value':'u2'}}}";

typedef struct Case {
  const char *from, *as, *want;
} Case;

/* The value that a column gets, or the error. */
static Text column(Model *model, const ResourceType *type, const Json *from,
                   const char *as, const Json *doc) {
  Operation *operation = &model->operation;
  Transform transform;
  Source *source = source_read(operation, type, from, TEXT("columns.x.from"));
  if (source_transform(operation, source, text_of(as), TEXT("columns.x.as"),
                       &transform))
    return text_of_json(model, source_value(operation, source, transform, doc));
  Text detail = operation->detail;
  expect_bool("an error has a kind", take_error(model).size > 0, true);
  return detail;
}

static void expect_columns(const char *type, const char *doc, const Case *cases,
                           size_t count) {
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *t = type_named(&model, type);
  for (size_t i = 0; i < count; i++) {
    bool error = text_begins(text_of(cases[i].want), TEXT("columns."));
    expect_text(cases[i].from,
                column(&model, t, json_of(&model, cases[i].from), cases[i].as,
                       json_of(&model, doc)),
                error ? cases[i].want
                      : quoted(&model.operation.arena, cases[i].want).data);
  }
  model_close(&model);
}

static void the_first_that_survives_wins(void **state) {
  (void)state;
  static const Case cases[] = {
      {"'userName'", NULL, "'Ann@Example.com'"},
      {"'USERNAME'", "lower", "'ann@example.com'"},
      {"'" CORE_USER ":userName'", NULL, "'Ann@Example.com'"},
      {"'id'", NULL, "'u1'"},
      {"'active'", NULL, "1"},
      {"'active'", "text", "'true'"},
      {"'name.familyName'", NULL, "'Lee'"},
      {"'title'", NULL, "none"},
      {"['title','displayName','userName']", NULL, "'Ann Lee'"},
      {"['title','nickName']", NULL, "none"},
      {"'emails[type eq `work`].value'", "lower", "'work@x.org'"},
      {"'emails[type eq `work` and primary eq false].value'", NULL,
       "'Second@x.org'"}, /* M8: what is not said to be primary is not */
      {"'emails[primary eq true].value'", NULL, "'Work@x.org'"},
      {"'emails[type eq `other`].value'", NULL, "none"},
      {"['emails[type eq `other`].value','emails.value']", NULL,
       "'Home@x.org'"},
      {"'emails'", NULL, "'Home@x.org'"},
      {"'emails.type'", NULL, "'home'"},
      {"'phoneNumbers.value'", NULL, "'030 12345'"},
      {"'phoneNumbers.value'", "e164", "'+491701234567'"},
      {"'phoneNumbers[type eq `work`].value'", "e164", "none"},
      {"'" ENTERPRISE ":organization'", NULL, "'Acme'"},
      {"'organization'", NULL, "'Acme'"},
      {"'" ENTERPRISE ":manager.value'", "key", "'u2'"},
      {"'" ENTERPRISE ":manager'", "key", "'u2'"},
      {"'userName'", "integer", "none"},
      {"['userName','active']", "boolean", "1"},
  };
  expect_columns("User", user, cases, COUNT(cases));
}

static void json_takes_all(void **state) {
  (void)state;
  static const Case cases[] = {
      {"'name'", "json", "'{`givenName`:`Ann`,`familyName`:`Lee`}'"},
      {"'userName'", "json", "'`Ann@Example.com`'"},
      {"'active'", "json", "'true'"},
      {"'emails.type'", "json", "'[`home`,`work`,`Work`,`work`]'"},
      {"'emails.value'", "json",
       "'[`Home@x.org`,`Work@x.org`,`Second@x.org`]'"},
      {"'emails[type eq `home`]'", "json",
       "'[{`type`:`home`,`value`:`Home@x.org`}]'"},
      {"'emails[type eq `other`]'", "json", "none"},
      {"['emails[type eq `other`]','displayName']", "json", "'`Ann Lee`'"},
      {"'" ENTERPRISE "'", "json",
       "'{`organization`:`Acme`,`manager`:{`value`:`u2`}}'"},
      {"'title'", "json", "none"},
  };
  expect_columns("User", user, cases, COUNT(cases));
}

static void other_types_have_other_values(void **state) {
  (void)state;
  static const Case things[] = {
      {"'size'", NULL, "5"},
      {"'weight'", NULL, "'1.50'"},
      {"'ready'", NULL, "0"},
      {"'tags'", NULL, "'red'"},
      {"'tags[value eq `blue`]'", NULL, "'blue'"},
      {"'tags'", "json", "'[`red`,`blue`]'"},
      {"'levels'", NULL, "3"},
      {"'seen'", "date", "'2026-11-21'"},
      {"'parts.size'", NULL, "7"},
      {"'origin.place'", NULL, "'Rome'"},
  };
  expect_columns("Thing",
                 "{'size':5.0,'weight':1.50,'ready':false,"
                 "'tags':['red','blue'],'levels':[3,4],"
                 "'seen':'2026-11-21T09:30:00Z',"
                 "'parts':[{'value':'a'},{'size':7}],"
                 "'origin':{'place':'Rome'}}",
                 things, COUNT(things));
  /* A definition may have been replaced under what is stored. */
  static const Case odd[] = {
      {"'size'", NULL, "none"},       {"'tags'", NULL, "'red'"},
      {"'parts.size'", NULL, "none"}, {"'origin.place'", NULL, "none"},
      {"'ready'", NULL, "none"},
  };
  expect_columns("Thing",
                 "{'size':[[1]],'tags':'red','parts':[1,'x',[2],{}],"
                 "'origin':'Rome','ready':{}}",
                 odd, COUNT(odd));
}

static void wrong_definitions_are_refused(void **state) {
  (void)state;
  static const Case cases[] = {
      {"5", NULL, "columns.x.from must be a path or a list of paths"},
      {"[]", NULL, "columns.x.from must be a path or a list of paths"},
      {"null", NULL, "columns.x.from must be a path or a list of paths"},
      {"{'path':'userName'}", NULL,
       "columns.x.from must be a path or a list of paths"},
      {"['userName',5]", NULL, "columns.x.from[1] must be a path"},
      {"['userName',['id']]", NULL, "columns.x.from[1] must be a path"},
      {"'nope'", NULL,
       "columns.x.from: the path 'nope' names an unknown attribute"},
      {"['userName','name.nope']", NULL,
       "columns.x.from[1]: the path 'name.nope' names an unknown attribute"},
      {"''", NULL, "columns.x.from: the path '' names an unknown attribute"},
      {"'emails[type eq'", NULL,
       "columns.x.from: the path 'emails[...' has '[' without ']'"},
      {"'emails[nope eq 1].value'", NULL,
       "columns.x.from: the filter names 'nope', which 'emails' does not have"},
      {"'meta.created'", NULL,
       "columns.x.from: the path 'meta.created' names what is not part of the"
       " stored document"},
      {"'groups.value'", NULL,
       "columns.x.from: the path 'groups.value' names what is not part of the"
       " stored document"},
      {"'password'", NULL,
       "columns.x.from: the path 'password' names what is not part of the"
       " stored document"},
      {"'" ENTERPRISE ":manager.displayName'", NULL,
       "columns.x.from: the path '" ENTERPRISE ":manager.displayName' names"
       " what is not part of the stored document"},
      {"'name'", NULL,
       "columns.x.as: the path 'name' names several attributes: name one of"
       " them, or say \"as\": \"json\""},
      {"['userName','name']", "lower",
       "columns.x.as: the path 'name' names several attributes: name one of"
       " them, or say \"as\": \"json\""},
      {"'" ENTERPRISE "'", "text",
       "columns.x.as: the path '" ENTERPRISE "' names several attributes: name"
       " one of them, or say \"as\": \"json\""},
      {"'userName'", "Lower",
       "columns.x.as: there is no transform 'Lower', only text lower upper trim"
       " e164 boolean integer date key json"},
      {"'userName'", "",
       "columns.x.as: there is no transform '', only text lower upper trim e164"
       " boolean integer date key json"},
  };
  expect_columns("User", user, cases, COUNT(cases));
  static const Case groups[] = {
      {"'members.value'", NULL,
       "columns.x.from: the path 'members.value' names what is not part of the"
       " stored document"},
      {"'userName'", NULL,
       "columns.x.from: the path 'userName' names an unknown attribute"},
  };
  expect_columns("Group", "{}", groups, COUNT(groups));
}

static void an_error_stays(void **state) {
  (void)state;
  Model model;
  Transform as;
  MODEL_OPEN(&model);
  error_set(&model.operation, ERROR_CONFLICT, "the first");
  expect_bool("nothing is read behind an error",
              source_read(&model.operation, model.user, json_of(&model, "5"),
                          TEXT("x")) == NULL,
              true);
  expect_bool("no transform either",
              source_transform(&model.operation, NULL, NO_TEXT, TEXT("x"), &as),
              false);
  expect_text("and the error stays", model.operation.detail, "the first");
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_that_survives_wins),
      cmocka_unit_test(json_takes_all),
      cmocka_unit_test(other_types_have_other_values),
      cmocka_unit_test(wrong_definitions_are_refused),
      cmocka_unit_test(an_error_stays),
  };
  return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
