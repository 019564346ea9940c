#include "../../ext/model/projection.h"

#include "model_test.h"

static const char user[] =
    "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'id':'i','externalId':'e',"
    "'userName':'a','name':{'familyName':'f','givenName':'g'},'password':'p',"
    "'emails':[{'value':'w','type':'work'},{'type':'home'}],"
    "'groups':[{'value':'g1','display':'G'}],'meta':{'version':'1',"
    "'resourceType':'User'},'" ENTERPRISE "':{'department':'d','manager':"
    "{'value':'m'}}}";

#define HEAD "{'schemas':['" CORE_USER "'],'id':'i'"
#define BOTH "{'schemas':['" CORE_USER "','" ENTERPRISE "'],'id':'i'"

typedef struct Case {
  const char *attributes, *excluded, *want;
} Case;

static void expect_shown(const char *type_name, const char *doc_text,
                         const Case *cases, size_t count) {
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *type = type_named(&model, type_name);
  for (size_t i = 0; i < count; i++) {
    Json *doc = json_of(&model, doc_text);
    Projection projection =
        projection_read(&model.operation, type, text_of(cases[i].attributes),
                        text_of(cases[i].excluded));
    projection_apply(&model.operation, &projection, doc);
    Text sentence = arena_format(&model.operation.arena,
                                 "attributes=%s excludedAttributes=%s",
                                 cases[i].attributes, cases[i].excluded);
    expect_json(&model, sentence.data, doc, cases[i].want);
  }
  model_close(&model);
}

/* RFC 7644 section 3.9. */
static void users_are_shown(void **state) {
  (void)state;
  static const Case cases[] = {
      {"", "",
       BOTH ",'externalId':'e','userName':'a','name':{'familyName':'f',"
            "'givenName':'g'},'emails':[{'value':'w','type':'work'},{'type':"
            "'home'}],'groups':[{'value':'g1','display':'G'}],'meta':"
            "{'version':'1','resourceType':'User'},'" ENTERPRISE
            "':{'department':'d','manager':{'value':'m'}}}"},
      {"userName", "", HEAD ",'userName':'a'}"},
      {"USERNAME", "", HEAD ",'userName':'a'}"},
      {" userName , externalId ", "", HEAD ",'externalId':'e','userName':'a'}"},
      {"userName,,", "", HEAD ",'userName':'a'}"},
      {CORE_USER ":userName", "", HEAD ",'userName':'a'}"},
      {"name", "", HEAD ",'name':{'familyName':'f','givenName':'g'}}"},
      {"name.givenName", "", HEAD ",'name':{'givenName':'g'}}"},
      {"name.middleName", "", HEAD "}"},
      {"emails.value", "", HEAD ",'emails':[{'value':'w'}]}"},
      {"emails.type,emails.value", "",
       HEAD ",'emails':[{'value':'w','type':'work'},{'type':'home'}]}"},
      {"groups", "", HEAD ",'groups':[{'value':'g1','display':'G'}]}"},
      {"meta.version", "", HEAD ",'meta':{'version':'1'}}"},
      {"id", "", HEAD "}"},
      {"nope", "", HEAD "}"},
      {"password", "", HEAD "}"},
      {ENTERPRISE ":department", "",
       BOTH ",'" ENTERPRISE "':{'department':'d'}}"},
      {ENTERPRISE ":manager.value", "",
       BOTH ",'" ENTERPRISE "':{'manager':{'value':'m'}}}"},
      {ENTERPRISE, "",
       BOTH ",'" ENTERPRISE "':{'department':'d','manager':{'value':'m'}}}"},
      /* N19: the URN of the type's own schema. */
      {CORE_USER, "",
       HEAD ",'userName':'a','name':{'familyName':'f','givenName':'g'},"
            "'emails':[{'value':'w','type':'work'},{'type':'home'}],'groups':"
            "[{'value':'g1','display':'G'}]}"},
      {"meta.version," CORE_USER, "emails,name,groups",
       HEAD ",'userName':'a','meta':{'version':'1'}}"},
      {"", CORE_USER,
       BOTH ",'externalId':'e','meta':{'version':'1','resourceType':'User'},"
            "'" ENTERPRISE "':{'department':'d','manager':{'value':'m'}}}"},
      {"", "emails,groups,meta,name,externalId",
       BOTH ",'userName':'a','" ENTERPRISE "':{'department':'d','manager':"
            "{'value':'m'}}}"},
      {"",
       "EMAILS,groups,meta,externalId,name.givenName," ENTERPRISE ":department",
       BOTH ",'userName':'a','name':{'familyName':'f'},'" ENTERPRISE
            "':{'manager':{'value':'m'}}}"},
      {"", "emails,groups,meta,name,externalId," ENTERPRISE,
       HEAD ",'userName':'a'}"},
      {"",
       CORE_USER ":emails,groups,meta,name.familyName,name.givenName,"
                 "externalId," ENTERPRISE ":department," ENTERPRISE ":manager",
       HEAD ",'userName':'a'}"},
      {"", "emails.value,emails.type,groups,meta,name,externalId," ENTERPRISE,
       HEAD ",'userName':'a'}"},
      {"", "id,schemas,userName,emails,groups,meta,name,externalId," ENTERPRISE,
       HEAD "}"},
  };
  expect_shown("User", user, cases, COUNT(cases));
}

/* The characteristic "returned" in all its values. */
static void things_are_shown(void **state) {
  (void)state;
  static const char thing[] =
      "{'id':'t','label':'l','secret':'s','hidden':'h','stamp':'x','tags':"
      "['a','b']}";
  static const Case cases[] = {
      {"", "", "{'id':'t','label':'l','stamp':'x','tags':['a','b']}"},
      {"label", "", "{'id':'t','label':'l','stamp':'x'}"},
      {"hidden", "", "{'id':'t','hidden':'h','stamp':'x'}"},
      {"hidden,secret", "", "{'id':'t','hidden':'h','stamp':'x'}"},
      {"tags", "", "{'id':'t','stamp':'x','tags':['a','b']}"},
      {"tags.value", "", "{'id':'t','stamp':'x'}"},
      {"", "label,stamp", "{'id':'t','stamp':'x','tags':['a','b']}"},
      {"", "hidden", "{'id':'t','label':'l','stamp':'x','tags':['a','b']}"},
  };
  expect_shown("Thing", thing, cases, COUNT(cases));
}

/* A list that is empty, as of members, is shown; what has become empty by what
** was left out is not. */
static void empty_lists_are_shown(void **state) {
  (void)state;
  static const char group[] = "{'id':'g','displayName':'d','members':[]}";
  static const Case cases[] = {
      {"", "", "{'id':'g','displayName':'d','members':[]}"},
      {"members", "", "{'id':'g','members':[]}"},
      {"displayName", "", "{'id':'g','displayName':'d'}"},
      {"", "members", "{'id':'g','displayName':'d'}"},
  };
  expect_shown("Group", group, cases, COUNT(cases));
  static const Case others[] = {{"members.display", "", "{'id':'g'}"}};
  expect_shown("Group", "{'id':'g','members':[{'value':'a'}]}", others, 1);
}

/* RFC 7643 section 7, "request": `hidden` of a Thing is one. */
static void what_a_write_says_is_shown(void **state) {
  (void)state;
  static const struct {
    const char *attributes, *excluded, *body, *want;
    bool patch;
  } cases[] = {
      {"", "", "{'hidden':'x'}", "{'label':'l','hidden':'h'}", false},
      {"", "", "{'HIDDEN':null}", "{'label':'l','hidden':'h'}", false},
      {"", "", "{'label':'x'}", "{'label':'l'}", false},
      {"", "", "{'secret':'x','nope':1}", "{'label':'l'}", false},
      {"label", "", "{'hidden':'x'}", "{'label':'l'}", false},
      {"", "hidden", "{'hidden':'x'}", "{'label':'l'}", false},
      {"", "", "{'Operations':[{'path':'hidden'}]}", "{'label':'l'}", false},
      {"", "", "{'Operations':[{'path':'hidden'}]}",
       "{'label':'l','hidden':'h'}", true},
      {"", "", "{'Operations':[{'value':{'hidden':'x'}}]}",
       "{'label':'l','hidden':'h'}", true},
      {"", "", "{'Operations':[{'value':[{'hidden':'x'}]}]}",
       "{'label':'l','hidden':'h'}", true},
      {"", "", "{'Operations':[1,{'path':'nope'},{'path':5,'value':6}]}",
       "{'label':'l'}", true},
      {"", "", "{'Operations':'hidden'}", "{'label':'l'}", true},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Json *doc = json_of(&model, "{'label':'l','secret':'s','hidden':'h'}");
    Projection projection = projection_read(&model.operation, model.thing,
                                            text_of(cases[i].attributes),
                                            text_of(cases[i].excluded));
    Json *body = json_of(&model, cases[i].body);
    if (cases[i].patch)
      projection_note_patch(&model.operation, &projection, body);
    else
      projection_note_resource(&model.operation, &projection, body);
    expect_bool("nothing has failed", failed(&model.operation), false);
    projection_apply(&model.operation, &projection, doc);
    expect_json(&model, cases[i].body, doc, cases[i].want);
  }
  model_close(&model);
}

static void what_is_not_shown_is_known_before(void **state) {
  (void)state;
  static const struct {
    const char *attributes, *excluded, *attribute;
    bool shows, stored;
  } cases[] = {
      {"", "", "members", true, true},
      {"", "members", "members", false, true},
      {"", "Members", "members", false, true},
      {"", "members,meta", "members", false, false},
      {"", "displayName,members", "members", false, false},
      {"", "urn:ietf:params:scim:schemas:core:2.0:Group:members", "members",
       false, true},
      {"", "urn:ietf:params:scim:schemas:core:2.0:Group", "members", false,
       false},
      {"", "members.display", "members", true, false},
      {"id", "", "members", false, false},
      {"members.value", "", "members", true, false},
      {"displayName", "", "id", true, false},
      {"nope", "", "members", false, false},
      {"", "nope", "members", true, true},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Projection projection = projection_read(&model.operation, model.group,
                                            text_of(cases[i].attributes),
                                            text_of(cases[i].excluded));
    Text sentence = arena_format(&model.operation.arena, "%s / %s shows %s",
                                 cases[i].attributes, cases[i].excluded,
                                 cases[i].attribute);
    expect_bool(sentence.data,
                projection_shows(&projection,
                                 attribute_of(model.group, cases[i].attribute)),
                cases[i].shows);
    expect_bool(sentence.data, projection_shows_stored(&projection),
                cases[i].stored);
    expect_bool("nothing is not shown", projection_shows(&projection, NULL),
                false);
  }
  model_close(&model);
}

static long long count_names(const ProjectionItem *list) {
  long long count = 0;
  for (; list; list = list->next) count++;
  return count;
}

/* However often a name is repeated, it costs once. */
static void a_name_counts_once(void **state) {
  (void)state;
  static const struct {
    const char *names;
    int want;
  } cases[] = {
      {"userName,userName,USERNAME," CORE_USER ":userName", 1},
      {"name,name.givenName,Name.GivenName,name", 2},
      {ENTERPRISE "," ENTERPRISE "," ENTERPRISE ":department,department", 2},
      {"nope,nope", 0},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Projection projection =
        projection_read(&model.operation, model.user, text_of(cases[i].names),
                        text_of(cases[i].names));
    expect_number(cases[i].names, count_names(projection.included),
                  cases[i].want);
    expect_number(cases[i].names, count_names(projection.excluded),
                  cases[i].want);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(users_are_shown),
      cmocka_unit_test(things_are_shown),
      cmocka_unit_test(empty_lists_are_shown),
      cmocka_unit_test(what_a_write_says_is_shown),
      cmocka_unit_test(what_is_not_shown_is_known_before),
      cmocka_unit_test(a_name_counts_once),
  };
  return cmocka_run_group_tests_name("projection", tests, NULL, NULL);
}
