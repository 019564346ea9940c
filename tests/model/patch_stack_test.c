/*
** D1, as a rule: nothing takes more stack than a small thread has, however
** deep or long is what a client wrote. Here JSON and PATCH at their deepest;
** filters in filter_stack_test.c, plans in store/plan_test.c.
*/
#include "../text/stack_test.h"

#include "../../ext/model/patch.h"
#include "../../ext/model/projection.h"
#include "../../ext/text/bag.h"
#include "model_test.h"

/* open, as often as told, then inner, then close as often. */
static Text nested(Model *model, const char *open, int count, const char *inner,
                   const char *close) {
  Buffer buffer = buffer_new(&model->operation.arena);
  for (int i = 0; i < count; i++) buffer_string(&buffer, open);
  buffer_string(&buffer, inner);
  for (int i = 0; i < count; i++) buffer_string(&buffer, close);
  return buffer_text(&buffer);
}

typedef struct Task {
  Model *model;
  Text text; /* JSON */
  bool right;
} Task;

/* All that goes through a tree of JSON. */
static void *handle_json(void *data) {
  Task *task = data;
  Arena *arena = &task->model->operation.arena;
  JsonFault fault;
  Json *value = json_parse(arena, task->text, &fault);
  if (!value) return NULL;
  Json *copy = json_copy(arena, value);
  Json *other = json_new(arena, JSON_OBJECT);
  task->right = json_equal(value, copy) && bag_hash(value) == bag_hash(copy) &&
                json_text(arena, copy).size == task->text.size &&
                json_difference(arena, other, value) &&
                json_equal(json_merge(arena, other, value), value);
  return NULL;
}

/* The whole of a PATCH, and what a reply has to know of it. */
static void *handle_patch(void *data) {
  Task *task = data;
  Operation *operation = &task->model->operation;
  const ResourceType *type = task->model->user;
  JsonFault fault;
  const Json *body = json_parse(&operation->arena, task->text, &fault);
  if (!body) return NULL;
  PatchOptions options = {NULL};
  Json *doc = json_of(task->model, "{'userName':'u','emails':["
                                   "{'value':'a','type':'b'}]}");
  Projection projection = projection_read(operation, type, NO_TEXT, NO_TEXT);
  patch_apply(operation, type, doc, body, &options);
  error_clear(operation);
  projection_note_patch(operation, &projection, body);
  json_equal(resource_read(operation, type, body), doc);
  error_clear(operation);
  task->right = true;
  return NULL;
}

static void json_takes_little_stack(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Text texts[] = {nested(&model, "{\"a\":", 63, "{\"a\":1}", "}"),
                  nested(&model, "{\"a\":[", 30, "{\"a\":[[1,2]]}", "]}")};
  for (size_t i = 0; i < COUNT(texts); i++) {
    Task task = {&model, texts[i], false};
    expect_stack("JSON", handle_json, &task, 32);
    expect_bool("it is read, and everything holds", task.right, true);
  }
  model_close(&model);
}

static void a_patch_takes_little_stack(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  Arena *arena = &model.operation.arena;
  const char *form = "{\"Operations\":[{\"op\":\"%s\",\"path\":\"%.*s\","
                     "\"value\":%.*s}]}";
  Text plain = TEXT("emails");
  Text lists = nested(&model, "[", 58, "1", "]");
  Text objects = nested(&model, "{\"value\":", 58, "null", "}");
  Text packed = TEXT("\"{\\\"value\\\":\\\"{\\\\\\\"value\\\\\\\":1}\\\"}\"");
  Text filter =
      nested(&model, "type pr or value pr and not (", 62, "type pr", ")");
  Text path = arena_format(arena, "emails[%.*s].value", TEXT_ARG(filter));
  Text chain = nested(&model, "type eq 1 or ", 600, "value pr", "");
  Text chained = arena_format(arena, "emails[%.*s].value", TEXT_ARG(chain));
  struct {
    const char *op;
    Text path, value;
  } cases[] = {
      {"add", plain, lists},
      {"remove", plain, lists},
      {"replace", plain, lists},
      {"add", plain, objects},
      {"remove", plain, objects},
      {"replace", plain, objects},
      {"add", plain, packed},
      {"add", TEXT("name.x"), objects},
      {"add", TEXT(""), objects},
      {"replace", path, TEXT("\"x\"")},
      {"replace", chained, TEXT("\"x\"")},
      {"add", TEXT(CORE_USER), objects},
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    Task task = {&model, NO_TEXT, false};
    task.text = arena_format(arena, form, cases[i].op, TEXT_ARG(cases[i].path),
                             TEXT_ARG(cases[i].value));
    expect_stack(cases[i].op, handle_patch, &task, 40);
    expect_bool("it comes to its end", task.right, true);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_takes_little_stack),
      cmocka_unit_test(a_patch_takes_little_stack),
  };
  return cmocka_run_group_tests_name("patch stack", tests, NULL, NULL);
}
