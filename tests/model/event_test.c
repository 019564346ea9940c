/*
** event_test.c: which events a change is, and in which order. That SQL says the
** same is tests/store/outbox_test.c.
*/
#include "model_test.h"

#include "../../ext/model/event.h"

/* JSON with ' for ", or NULL. */
static const Json *json_or_null(Model *model, const char *text) {
  return text ? json_of(model, text) : NULL;
}

typedef struct EventCase {
  const char *sentence;
  const char *old, *new, *added, *removed, *left;
  const char *want; /* kind:group/member of each event */
} EventCase;

/* "member_removed:sales/ann" of each event, with blanks between them. */
static Text events_of(Model *model, const EventCase *one) {
  Operation *operation = &model->operation;
  EventSource source = {.id = TEXT("own"),
                        .old = json_or_null(model, one->old),
                        .new = json_or_null(model, one->new),
                        .added = json_or_null(model, one->added),
                        .removed = json_or_null(model, one->removed),
                        .left = json_or_null(model, one->left)};
  EventList list = event_list(operation, &source);
  Buffer buffer = buffer_new(&operation->arena);
  for (size_t i = 0; i < list.count; i++) {
    const Event *event = &list.items[i];
    if (i) buffer_char(&buffer, ' ');
    buffer_string(&buffer, event_name(event->kind));
    if (event->group.size || event->member.size) buffer_char(&buffer, ':');
    buffer_add(&buffer, event->group);
    if (event->member.size) buffer_char(&buffer, '/');
    buffer_add(&buffer, event->member);
  }
  return buffer.size ? buffer_text(&buffer) : TEXT("none");
}

static const EventCase cases[] = {
    {"a new document", NULL, "{'a':1}", NULL, NULL, NULL, "created"},
    {"one that is inactive", NULL, "{'active':false}", NULL, NULL, NULL,
     "created"},
    {"one that goes", "{'a':1}", NULL, NULL, NULL, NULL, "deleted"},
    {"a difference", "{'a':1}", "{'a':2}", NULL, NULL, NULL, "updated"},
    {"none", "{'a':1}", "{'a':1}", NULL, NULL, NULL, "none"},
    {"another order is none", "{'a':1,'b':2}", "{'b':2,'a':1}", NULL, NULL,
     NULL, "none"},
    {"true to false", "{'active':true}", "{'active':false}", NULL, NULL, NULL,
     "updated deactivated"},
    {"false to true", "{'active':false}", "{'active':true}", NULL, NULL, NULL,
     "updated activated"},
    {"nothing to false", "{'a':1}", "{'a':1,'active':false}", NULL, NULL, NULL,
     "updated deactivated"},
    {"false to nothing", "{'active':false}", "{}", NULL, NULL, NULL,
     "updated activated"},
    {"true to nothing", "{'active':true}", "{}", NULL, NULL, NULL, "updated"},
    {"nothing to true", "{}", "{'active':true}", NULL, NULL, NULL, "updated"},
    {"false that stays", "{'active':false,'a':1}", "{'active':false}", NULL,
     NULL, NULL, "updated"},
    {"a text is no boolean", "{'active':'false'}", "{'active':true}", NULL,
     NULL, NULL, "updated"},
    {"nor is another spelling the attribute", "{'Active':false}", "{}", NULL,
     NULL, NULL, "updated"},
    {"a new group with members", NULL, "{}", "[{'value':'x'},{'value':'y'}]",
     NULL, NULL, "created member_added:/x member_added:/y"},
    {"members alone", "{}", "{}", "[{'value':'x','display':'X'}]", "['y','z']",
     NULL, "member_removed:/y member_removed:/z member_added:/x"},
    {"members and the document", "{'a':1}", "{}", "[{'value':'x'}]", NULL, NULL,
     "updated member_added:/x"},
    {"a delete", "{}", NULL, NULL, "['x']", "['g','h']",
     "member_removed:g/own member_removed:h/own member_removed:/x deleted"},
};

static void changes_are_events(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++)
    expect_text(cases[i].sentence, events_of(&model, &cases[i]), cases[i].want);
  model_close(&model);
}

static void who_is_added_is_there_as_sent(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  EventSource source = {.id = TEXT("g"),
                        .old = json_of(&model, "{}"),
                        .new = json_of(&model, "{}"),
                        .added =
                            json_of(&model, "[{'value':'x','type':'User'}]"),
                        .removed = json_of(&model, "['y']")};
  EventList list = event_list(&model.operation, &source);
  expect_number("events", (long long)list.count, 2);
  expect_json(&model, "who goes has no more than an id", list.items[0].entry,
              "none");
  expect_json(&model, "who comes has all", list.items[1].entry,
              "{'value':'x','type':'User'}");
  model_close(&model);
}

static void names_are_found_again(void **state) {
  (void)state;
  Arena arena;
  TEST_OPEN(&arena);
  EventKind found = EVENT_CREATED;
  for (int kind = EVENT_CREATED; kind <= EVENT_MEMBER_REMOVED; kind++) {
    expect_bool(event_name((EventKind)kind),
                event_find(text_of(event_name((EventKind)kind)), &found), true);
    expect_number(event_name((EventKind)kind), (long long)found, kind);
  }
  expect_bool("another word", event_find(TEXT("made"), &found), false);
  expect_bool("another case", event_find(TEXT("Created"), &found), false);
  expect_bool("no word", event_find(NO_TEXT, &found), false);
  test_close(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes_are_events),
      cmocka_unit_test(who_is_added_is_there_as_sent),
      cmocka_unit_test(names_are_found_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
