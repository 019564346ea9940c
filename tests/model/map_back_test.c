#include "../../ext/model/map_back.h"

#include "model_test.h"

typedef struct Case {
  const char *columns, *row, *want;
} Case;

/* What the columns hold, from a list of JSON values. */
static Json **cells(Model *model, const char *text) {
  Json *list = json_of(model, text);
  Json **row = arena_array(&model->operation.arena, list->count, sizeof *row);
  size_t count = 0;
  JSON_EACH (item, list) row[count++] = item->type == JSON_NULL ? NULL : item;
  return row;
}

/* The map of the columns. */
static Map *map_of(Model *model, const char *type, const char *columns) {
  Arena *arena = &model->operation.arena;
  Json *definition = json_of(
      model,
      arena_format(arena, "{'type':'%s','table':'t','key':'id','columns':%s}",
                   type, columns)
          .data);
  Map *map = map_read(&model->operation, &model->set, TEXT("test"), definition);
  if (!map)
    fail_msg("%.*s in the map %s", TEXT_ARG(model->operation.detail), columns);
  return map;
}

static void expect_documents(const char *type, const Case *cases,
                             size_t count) {
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < count; i++) {
    const Map *map = map_of(&model, type, cases[i].columns);
    Json *doc = map_back(&model.operation, map, cells(&model, cases[i].row));
    if (doc) json_remove(doc, json_member(doc, "schemas"));
    expect_json(&model, cases[i].row, doc, cases[i].want);
  }
  expect_error(&model, "there is no error", "");
  model_close(&model);
}

#define UPN "'upn':{'from':'userName'}"

static void values_go_where_paths_lead(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{" UPN "}", "['Ann']", "{'userName':'Ann'}"},
      {"{" UPN ",'name':{'from':['displayName','name.formatted']}}",
       "['ann','Ann Lee']", "{'userName':'ann','displayName':'Ann Lee'}"},
      {"{" UPN ",'given':{'from':'name.givenName'},"
       "'family':{'from':'name.familyName','as':'upper'}}",
       "['ann','Ann','LEE']",
       "{'userName':'ann','name':{'givenName':'Ann','familyName':'LEE'}}"},
      {"{" UPN ",'mail':{'from':['emails[type eq `work`].value',"
       "'emails.value'],'as':'lower'}}",
       "['ann','ann@x.org']",
       "{'userName':'ann','emails':[{'type':'work','value':'ann@x.org'}]}"},
      {"{" UPN ",'mail':{'from':'emails.value'},"
       "'work':{'from':'emails[type eq `work`].value'},"
       "'home':{'from':'emails[type eq `home`].value'}}",
       "['ann','a@x','w@x','h@x']",
       "{'userName':'ann','emails':[{'value':'a@x'},{'type':'work',"
       "'value':'w@x'},{'type':'home','value':'h@x'}]}"},
      {"{'work':{'from':'emails[type eq `work`].value'},"
       "'mail':{'from':'emails.value'}," UPN "}",
       "['a@x','a@x','ann']",
       "{'emails':[{'value':'a@x','type':'work'}],'userName':'ann'}"},
      {"{" UPN ",'city':{'from':'addresses[type eq `work`].locality'},"
       "'zip':{'from':'addresses[type eq `work`].postalCode'}}",
       "['ann','Rome','00100']",
       "{'userName':'ann','addresses':[{'type':'work','locality':'Rome',"
       "'postalCode':'00100'}]}"},
      {"{" UPN ",'phone':{'from':'phoneNumbers.value','as':'e164'}}",
       "['ann','+4930123456']",
       "{'userName':'ann','phoneNumbers':[{'value':'+4930123456'}]}"},
      {"{" UPN ",'org':{'from':'organization'},"
       "'boss':{'from':'" ENTERPRISE ":manager.value','as':'key'}}",
       "['ann','Acme','u2']",
       "{'userName':'ann','" ENTERPRISE
       "':{'organization':'Acme','manager':{'value':'u2'}}}"},
      {"{" UPN ",'a':{'from':'title'},'b':{'from':'title'}}",
       "['ann','first','second']", "{'userName':'ann','title':'first'}"},
  };
  expect_documents("User", cases, COUNT(cases));
}

static void what_leads_nowhere_is_left_out(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{" UPN ",'mail':{'from':'emails[type ne `home`].value'}}",
       "['ann','a@x']", "{'userName':'ann'}"},
      {"{" UPN ",'mail':{'from':'emails[type eq `work` and primary eq true]"
       ".value'}}",
       "['ann','a@x']", "{'userName':'ann'}"},
      {"{" UPN ",'kind':{'from':'emails.type'}}", "['ann','work']",
       "{'userName':'ann'}"},
      {"{" UPN ",'all':{'from':'name','as':'json'}}",
       "['ann','{`givenName`:`Ann`}']", "{'userName':'ann'}"},
      {"{" UPN ",'scim':{'from':'id'}}", "['ann','u1']", "{'userName':'ann'}"},
      {"{" UPN ",'origin':{'value':'scim'}}", "['ann','web']",
       "{'userName':'ann'}"},
      {"{" UPN ",'title':{'from':'title'}}", "['ann',null]",
       "{'userName':'ann'}"},
      {"{" UPN ",'title':{'from':'title'}}", "['ann','']",
       "{'userName':'ann'}"},
      {"{" UPN ",'title':{'from':'title'}}", "['ann',5]",
       "{'userName':'ann','title':'5'}"},
  };
  expect_documents("User", cases, COUNT(cases));
}

static void words_tell_who_is_active(void **state) {
  (void)state;
  static const char columns[] =
      "{" UPN ",'status':{'active':'on','inactive':'off'}}";
  static const char numbers[] = "{" UPN ",'closed':{'active':0,'inactive':1}}";
  static const Case cases[] = {
      {columns, "['ann','on']", "{'userName':'ann','active':true}"},
      {columns, "['ann','off']", "{'userName':'ann','active':false}"},
      {columns, "['ann','pending']", "{'userName':'ann','active':true}"},
      {columns, "['ann',null]", "{'userName':'ann'}"},
      {numbers, "['ann',0]", "{'userName':'ann','active':true}"},
      {numbers, "['ann',1]", "{'userName':'ann','active':false}"},
      {"{" UPN ",'open':{'from':'active','as':'boolean'}}", "['ann',0]",
       "{'userName':'ann','active':false}"},
      {"{" UPN ",'open':{'from':'active','as':'text'}}", "['ann','TRUE']",
       "{'userName':'ann','active':true}"},
      {"{" UPN ",'open':{'from':'active'}}", "['ann','perhaps']",
       "{'userName':'ann'}"},
  };
  expect_documents("User", cases, COUNT(cases));
}

static void what_is_required_must_be_there(void **state) {
  (void)state;
  static const char listed[] =
      "{'mail':{'from':['emails.value','userName'],'as':'lower'}}";
  static const Case cases[] = {
      {"{" UPN "}", "[null]", "none"},
      {"{" UPN "}", "['']", "none"},
      {"{'name':{'from':'displayName'}}", "['Ann']", "none"},
      {listed, "['ann@x']",
       "{'emails':[{'value':'ann@x'}],'userName':'ann@x'}"},
      {listed, "[null]", "none"},
      {"{" UPN ",'mail':{'from':['emails.value','userName']}}",
       "['ann','ann@x']", "{'userName':'ann','emails':[{'value':'ann@x'}]}"},
  };
  expect_documents("User", cases, COUNT(cases));
  static const Case things[] = {
      {"{'a':{'from':'label'}}", "[null]", "none"},
      {"{'a':{'from':'label'}}", "['x']", "{'label':'x'}"},
  };
  expect_documents("Thing", things, COUNT(things));
}

static void values_have_their_types(void **state) {
  (void)state;
  static const Case cases[] = {
      {"{'a':{'from':'size'},'b':{'from':'weight'}}", "[5,1.5]",
       "{'size':5,'weight':1.5}"},
      {"{'a':{'from':'size'},'b':{'from':'label'}}", "['five',1.5]",
       "{'label':'1.5'}"},
      {"{'a':{'from':'seen','as':'date'}}", "['2026-11-21']",
       "{'seen':'2026-11-21T00:00:00.000Z'}"},
      {"{'a':{'from':'seen'},'b':{'from':'code'}}", "['soon','x']",
       "{'code':'x'}"},
      {"{'a':{'from':'tags'},'b':{'from':'tags'},'c':{'from':'tags'}}",
       "['red','blue','red']", "{'tags':['red','blue']}"},
      {"{'a':{'from':'tags[value eq `red`]'},'b':{'from':'code'}}",
       "['red','x']", "{'code':'x'}"},
      {"{'a':{'from':'parts[primary eq true].value'},"
       "'b':{'from':'parts[primary eq true].size'}}",
       "['x',7]", "{'parts':[{'primary':true,'value':'x','size':7}]}"},
  };
  expect_documents("Thing", cases, COUNT(cases));
}

/* The document of a row that a document has come to is the row's again. */
static void rows_come_round(void **state) {
  (void)state;
  static const char columns[] =
      "{" UPN ",'mail':{'from':['emails[type eq `work`].value',"
      "'emails.value'],'as':'lower'},'phone':{'from':'phoneNumbers.value',"
      "'as':'e164'},'status':{'active':'on','inactive':'off'},"
      "'org':{'from':'organization'},'since':{'from':'title','as':'trim'}}";
  static const char row[] = "['ann','ann@x','+4930123456','off','Acme','2020']";
  Model model;
  MODEL_OPEN(&model);
  Operation *operation = &model.operation;
  const Map *map = map_of(&model, "User", columns);
  Json **before = cells(&model, row);
  Json *doc = map_back(operation, map, before);
  expect_text("schemas are named",
              json_text(&operation->arena, json_member(doc, "schemas")),
              "[\"" CORE_USER "\",\"" ENTERPRISE "\"]");
  Json **after = map_project(operation, map, doc);
  for (size_t i = 0; i < map->count; i++)
    expect_text(
        arena_copy(&operation->arena, map->columns[i].name).data,
        text_of_json(&model, after[i]),
        arena_copy(&operation->arena, json_text(&operation->arena, before[i]))
            .data);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_go_where_paths_lead),
      cmocka_unit_test(what_leads_nowhere_is_left_out),
      cmocka_unit_test(words_tell_who_is_active),
      cmocka_unit_test(what_is_required_must_be_there),
      cmocka_unit_test(values_have_their_types),
      cmocka_unit_test(rows_come_round),
  };
  return cmocka_run_group_tests_name("map_back", tests, NULL, NULL);
}
