/*
** map_test.c: reading the definition of a map, and what documents come to by
** it. What is refused, tests/face/map.sh tries; here is what is read.
*/
#include "../../ext/model/map.h"

#include "model_test.h"

static const char learner[] =
    "{'type':'User','table':'learner','key':'id','columns':{"
    "'email':{'from':['emails[type eq `work`].value','userName'],"
    "'as':'lower'},"
    "'name':{'from':'displayName','unique':' (%d)','absent':'keep'},"
    "'manager':{'from':'" ENTERPRISE ":manager.value','as':'key'},"
    "'Status':{'active':'in','inactive':false},"
    "'origin':{'value':true,'on':'create'},"
    "'nick':{'from':'nickName','unique':'%d.'}},"
    "'match':['email',['NAME','email']]}";

static Map *map_of(Model *model, const char *definition) {
  Map *map = map_read(&model->operation, &model->set, TEXT("learner"),
                      json_of(model, definition));
  if (!map) fail_msg("%.*s", TEXT_ARG(model->operation.detail));
  return map;
}

/* The row as JSON, with null for no value. */
static Text row_text(Model *model, const Map *map, Json **row) {
  Arena *arena = &model->operation.arena;
  Json *array = json_new(arena, JSON_ARRAY);
  for (size_t i = 0; i < map->count; i++)
    json_append(array, row[i] ? row[i] : json_new(arena, JSON_NULL));
  return json_text(arena, array);
}

static void a_definition_is_read(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  const Map *map = map_of(&model, learner);
  expect_text("the table", map->table, "learner");
  expect_number("six columns", (long long)map->count, 6);
  expect_bool("email is found by paths",
              map->columns[0].content == MAP_FROM &&
                  map->columns[0].as == TRANSFORM_LOWER,
              true);
  expect_text("what is before the number", map->columns[1].before, " (");
  expect_text("and behind it", map->columns[1].after, ")");
  expect_bool("a name is kept", map->columns[1].keep, true);
  expect_text("the manager's map is this one", map->columns[2].of, "learner");
  expect_bool("origin is written once", map->columns[4].on_create, true);
  expect_number("a name in any case", (long long)map_column(map, TEXT("NAME")),
                1);
  expect_number("or none", (long long)map_column(map, TEXT("no")), 6);
  model_close(&model);
}

static void what_is_not_said_is_what_is_safe(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  const Map *map = map_of(&model, learner);
  expect_bool("who is not found gets a row", map->none == MAP_CREATE, true);
  expect_bool("in doubt a person decides", map->many == MAP_REVIEW, true);
  expect_bool("who is gone is inactive", map->deleted == MAP_INACTIVE, true);
  expect_bool("one tenant", map_serves(map, TEXT("default")), true);
  expect_bool("and no other", map_serves(map, TEXT("acme")), false);
  expect_bool("and it is off", map->on, false);
  map = map_of(&model, "{'type':'Group','table':'t','key':'k','tenant':'c',"
                       "'columns':{'name':{'from':'displayName'}}}");
  expect_bool("a row that nobody can switch off stays",
              map->deleted == MAP_KEEP, true);
  expect_bool("all tenants", map_serves(map, TEXT("acme")), true);
  expect_bool("there is no rule", map_next_rule(map, NULL) == NULL, true);
  model_close(&model);
}

static void rules_come_in_order_and_then_unique_columns(void **state) {
  (void)state;
  static const char *const names[] = {"email", "name+email", "name", "nick"};
  Model model;
  MODEL_OPEN(&model);
  const Map *map = map_of(&model, learner);
  const MapRule *rule = NULL;
  for (int i = 0; i < 4; i++) {
    rule = map_next_rule(map, rule);
    if (!rule) fail_msg("there is no rule %d", i);
    expect_text("its name", rule->name, names[i]);
    expect_number("its number", rule->number, i);
  }
  expect_bool("and no more", map_next_rule(map, rule) == NULL, true);
  model_close(&model);
}

static void a_document_becomes_a_row(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *doc, *want;
  } cases[] = {
      {"all of it",
       "{'userName':'Ann','displayName':'A','nickName':'n',"
       "'emails':[{'type':'home','value':'H@x'},{'type':'work','value':'W@x'}],"
       "'" ENTERPRISE "':{'manager':{'value':'u2'}},'active':true}",
       "[\"w@x\",\"A\",\"u2\",\"in\",1,\"n\"]"},
      {"as little as there may be", "{'userName':'Ann'}",
       "[\"ann\",null,null,\"in\",1,null]"},
      {"who is inactive", "{'userName':'Ann','active':false}",
       "[\"ann\",null,null,0,1,null]"},
  };
  Model model;
  MODEL_OPEN(&model);
  const Map *map = map_of(&model, learner);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].sentence,
                row_text(&model, map,
                         map_project(&model.operation, map,
                                     json_of(&model, cases[i].doc))),
                cases[i].want);
  expect_text("of who is gone only that",
              row_text(&model, map, map_project_gone(&model.operation, map)),
              "[null,null,null,0,null,null]");
  model_close(&model);
}

static void an_error_comes_with_its_place(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Map *map = map_read(&model.operation, &model.set, TEXT("m"),
                      json_of(&model, "{'type':'User','table':'t','key':'k',"
                                      "'columns':{'a':{'from':['id','x']}}}"));
  expect_bool("there is no map", map == NULL, true);
  expect_text("the place", model.operation.detail,
              "columns.a.from[1]: the path 'x' names an unknown attribute");
  expect_bool("and nothing is read behind it",
              map_read(&model.operation, &model.set, TEXT("m"),
                       json_of(&model, learner)) == NULL,
              true);
  error_clear(&model.operation);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_definition_is_read),
      cmocka_unit_test(what_is_not_said_is_what_is_safe),
      cmocka_unit_test(rules_come_in_order_and_then_unique_columns),
      cmocka_unit_test(a_document_becomes_a_row),
      cmocka_unit_test(an_error_comes_with_its_place),
  };
  return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
