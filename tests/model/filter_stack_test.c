/*
** filter.h once more: the shape of the tree, and the stack that it takes.
*/
#include "../text/stack_test.h"

#include "../../ext/model/match.h"

#include "model_test.h"

typedef struct Task {
  Model *model;
  Text text;
  const Json *doc;
  bool parsed, matches, uses;
} Task;

static void *read_filter(void *data) {
  Task *task = data;
  Operation *operation = &task->model->operation;
  const ResourceType *type = task->model->user;
  Filter *filter = filter_parse(operation, type, NULL, task->text);
  task->parsed = filter != NULL;
  if (!filter) return NULL;
  task->matches = filter_match(operation, filter, task->doc);
  task->uses = filter_uses(filter, attribute_of(type, "locale"));
  return NULL;
}

/* open, as often as told, then inner, then close as often. */
static Text repeated(Model *model, const char *open, int count,
                     const char *inner, const char *close) {
  Buffer buffer = buffer_new(&model->operation.arena);
  for (int i = 0; i < count; i++) buffer_string(&buffer, open);
  buffer_string(&buffer, inner);
  for (int i = 0; i < count; i++) buffer_string(&buffer, close);
  return buffer_text(&buffer);
}

static void a_small_stack_is_enough(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *open;
    int count;
    const char *inner, *close;
  } cases[] = {
      {"a chain of or", "locale pr or ", 600, "title pr", ""},
      {"a chain of and", "title pr and ", 600, "title pr", ""},
      {"both in turn", "locale pr or title pr and ", 300, "title pr", ""},
      {"a chain of value paths", "emails[type pr and value pr] and ", 200,
       "title pr", ""},
      {"parentheses", "(", 64, "title pr", ")"},
      {"all that makes a filter deep",
       "locale pr or title pr and not (locale pr or title pr and not (", 32,
       "title pr", "))"},
      {"a value path as deep",
       "locale pr or title pr and not (locale pr or title pr and not (", 31,
       "emails[type pr and not (display pr or value pr)]", "))"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Task task = {.model = &model};
    task.text = repeated(&model, cases[i].open, cases[i].count, cases[i].inner,
                         cases[i].close);
    task.doc = json_of(&model, "{'title':'x','emails':[{'value':'v',"
                               "'type':'work'}]}");
    /* Half of a thread of 64 KiB; the other half is for whoever calls. */
    expect_stack(cases[i].sentence, read_filter, &task, 32);
    expect_bool(cases[i].sentence, task.parsed, true);
  }
  model_close(&model);
}

/* The shape of a tree: kinds of nodes, each with its terms in brackets. */
static void describe(const Filter *filter, Buffer *buffer) {
  static const char *const names[] = {"and",     "or",   "not",
                                      "compare", "null", "path"};
  buffer_string(buffer, names[filter->kind]);
  if (!filter->first) return;
  buffer_char(buffer, '(');
  FILTER_EACH (term, filter) {
    if (term != filter->first) buffer_char(buffer, ' ');
    describe(term, buffer);
  }
  buffer_char(buffer, ')');
}

static void what_is_joined_alike_is_one_list(void **state) {
  (void)state;
  static const struct {
    const char *filter, *want;
  } cases[] = {
      {"title pr", "compare"},
      {"((title pr))", "compare"},
      {"title pr or title pr or title pr", "or(compare compare compare)"},
      {"(title pr or title pr) or (title pr or title pr)",
       "or(compare compare compare compare)"},
      {"title pr and (title pr and (title pr and title pr))",
       "and(compare compare compare compare)"},
      {"title pr or title pr and title pr", "or(compare and(compare compare))"},
      {"(title pr or title pr) and title pr",
       "and(or(compare compare) compare)"},
      {"not (title pr or title pr) or title pr",
       "or(not(or(compare compare)) compare)"},
      {"title ne null", "not(null)"},
      {"emails[type pr and value pr]", "path(and(compare compare))"},
      {"emails[type pr and value pr].display pr",
       "path(and(compare compare compare))"},
      {"emails[type pr or value pr].display pr",
       "path(and(or(compare compare) compare))"},
      {"emails[type pr].display ne null", "path(and(compare not(null)))"},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Buffer buffer = buffer_new(&model.operation.arena);
    Filter *filter = filter_parse(&model.operation, model.user, NULL,
                                  text_of(cases[i].filter));
    if (filter) describe(filter, &buffer);
    expect_text(cases[i].filter, buffer_text(&buffer), cases[i].want);
  }
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_small_stack_is_enough),
      cmocka_unit_test(what_is_joined_alike_is_one_list),
  };
  return cmocka_run_group_tests_name("filter stack", tests, NULL, NULL);
}
