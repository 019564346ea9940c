/*
** members_test.c: members as rows: what an edit changes in them, how they are
** read, and the groups that follow from them.
*/
#include "store_test.h"

#include "../../ext/store/members.h"

#define GROUP 10 /* the row of the group "all" */

/* ann and bob came from the IdP, cid the platform has put in, and bob as well.
** "all" is within "top", and "top" within "all": a circle, as an earlier
** version let it in. */
static void add_members(Store *store) {
  store_run(
      store,
      "INSERT INTO scim_resource (" RESOURCE_COLUMNS ") VALUES"
      " (1, 'default', 'User', 'ann', 1, 't', 't', '{}'),"
      " (2, 'acme', 'User', 'eve', 1, 't', 't', '{}'),"
      " (10, 'default', 'Group', 'all', 1, 't', 't',"
      "  '{\"displayName\":\"All\"}'),"
      " (11, 'default', 'Group', 'top', 1, 't', 't', '{}'),"
      " (12, 'acme', 'Group', 'their', 1, 't', 't', '{}');"
      "INSERT INTO scim_member VALUES"
      " (10, 'ann', 'User', 'Ann', 'idp'), (10, 'bob', NULL, NULL, 'idp'),"
      " (10, 'bob', 'User', 'Bo', 'manual'),"
      " (10, 'cid', 'Robot', NULL, 'manual'),"
      " (11, 'all', 'Group', NULL, 'idp'),"
      " (10, 'top', 'Group', NULL, 'idp'),"
      " (12, 'ann', 'User', NULL, 'idp')");
}

static Json *read(Store *store, const char *text) {
  JsonFault fault;
  Json *value = json_parse(&store->operation.arena, text_of(text), &fault);
  if (!value) fail_msg("%s in the test's %s", fault.reason, text);
  return value;
}

static void edits_change_what_is_not_so_yet(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *source;
    bool replace;
    const char *entries, *add, *drop;
  } cases[] = {
      {"nothing", "idp", false, "[]", "", ""},
      {"who is new", "idp", false, "[{\"value\":\"dan\"}]",
       "[{\"value\":\"dan\"}]", ""},
      {"not who is there", "idp", false, "[{\"value\":\"ann\"}]", "", ""},
      {"not with the same name", "idp", false,
       "[{\"value\":\"ann\",\"display\":\"Ann\"}]", "", ""},
      {"nor with another one", "idp", false,
       "[{\"value\":\"ann\",\"display\":\"A.\"}]", "", ""},
      {"nor with a type", "idp", false,
       "[{\"value\":\"bob\",\"type\":\"User\"}]", "", ""},
      {"not another one", "idp", false,
       "[{\"value\":\"ann\",\"type\":\"Robot\"}]", "", ""},
      {"who is to go", "idp", false, "[{\"value\":\"bob\",\"drop\":true}]", "",
       "[\"bob\"]"},
      {"not who was never there", "idp", false,
       "[{\"value\":\"dan\",\"drop\":true}]", "", ""},
      {"nor whom the platform has put in", "idp", false,
       "[{\"value\":\"cid\",\"drop\":true}]", "", ""},
      {"but the platform itself", "manual", false,
       "[{\"value\":\"cid\",\"drop\":true}]", "", "[\"cid\"]"},
      {"who has the IdP's as a second time", "manual", false,
       "[{\"value\":\"ann\"}]", "[{\"value\":\"ann\"}]", ""},
      {"and the IdP the platform's", "idp", false, "[{\"value\":\"cid\"}]",
       "[{\"value\":\"cid\"}]", ""},
      {"a name of the other source is no name", "manual", false,
       "[{\"value\":\"bob\",\"display\":\"Bo\"}]", "", ""},
      {"the last word on each counts", "idp", false,
       "[{\"value\":\"dan\"},{\"value\":\"bob\",\"drop\":true},"
       "{\"value\":\"dan\",\"drop\":true},{\"value\":\"bob\"}]",
       "", ""},
      {"in the order of the rows, whatever that of the request", "idp", false,
       "[{\"value\":\"top\",\"drop\":true},{\"value\":\"eve\"},"
       "{\"value\":\"ann\",\"drop\":true},{\"value\":\"dan\"}]",
       "[{\"value\":\"dan\"},{\"value\":\"eve\"}]", "[\"ann\",\"top\"]"},
      {"a replace by nobody drops all", "idp", true, "[]", "",
       "[\"ann\",\"bob\",\"top\"]"},
      {"who was to go within a replace goes", "idp", true,
       "[{\"value\":\"ann\"},{\"value\":\"ann\",\"drop\":true}]", "",
       "[\"ann\",\"bob\",\"top\"]"},
      {"a replace drops all others, but the platform's", "idp", true,
       "[{\"value\":\"bob\"},{\"value\":\"dan\"}]", "[{\"value\":\"dan\"}]",
       "[\"ann\",\"top\"]"},
      {"and of the platform's nobody else", "manual", true,
       "[{\"value\":\"dan\"}]", "[{\"value\":\"dan\"}]", "[\"bob\",\"cid\"]"},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    MemberEdit edit = {.used = true,
                       .replace = cases[i].replace,
                       .entries = read(&store, cases[i].entries)};
    MemberChange change = members_resolve(&store.operation, GROUP,
                                          text_of(cases[i].source), &edit);
    expect_text(cases[i].sentence, change.add, cases[i].add);
    expect_text(cases[i].sentence, change.drop, cases[i].drop);
  }
  store_close(&store);
}

static void who_stays_is_patched(void **state) {
  (void)state;
  static const struct {
    const char *sentence, *source;
    bool whole;
    const char *entries, *patch;
  } cases[] = {
      {"another name", "idp", false, "[{\"value\":\"ann\",\"display\":\"A.\"}]",
       "{\"ann\":{\"display\":\"A.\"}}"},
      {"not the same", "idp", true, "[{\"value\":\"ann\",\"display\":\"Ann\"}]",
       ""},
      {"a first name", "idp", false, "[{\"value\":\"bob\",\"display\":\"\"}]",
       "{\"bob\":{\"display\":\"\"}}"},
      {"a type where there was none", "idp", false,
       "[{\"value\":\"bob\",\"type\":\"User\"}]",
       "{\"bob\":{\"type\":\"User\"}}"},
      {"none to who has one", "idp", true,
       "[{\"value\":\"top\",\"type\":\"Robot\"}]", ""},
      {"an add leaves a name", "idp", false, "[{\"value\":\"ann\"}]", ""},
      {"a whole entry takes it away", "idp", true, "[{\"value\":\"ann\"}]",
       "{\"ann\":{\"display\":null}}"},
      {"where there is one", "idp", true,
       "[{\"value\":\"top\"},{\"value\":\"bob\"}]", ""},
      {"beside a type", "manual", true,
       "[{\"value\":\"cid\",\"display\":\"C\"},"
       "{\"value\":\"bob\",\"type\":\"User\"}]",
       "{\"bob\":{\"display\":null},\"cid\":{\"display\":\"C\"}}"},
      {"each in the order of the rows", "idp", true,
       "[{\"value\":\"bob\",\"type\":\"User\",\"display\":\"B\"},"
       "{\"value\":\"ann\"}]",
       "{\"ann\":{\"display\":null},"
       "\"bob\":{\"display\":\"B\",\"type\":\"User\"}}"},
      {"who was taken out has none when he comes back", "idp", false,
       "[{\"value\":\"ann\",\"drop\":true},{\"value\":\"ann\"}]",
       "{\"ann\":{\"display\":null}}"},
      {"but what was said since then", "idp", false,
       "[{\"value\":\"ann\",\"drop\":true},"
       "{\"value\":\"ann\",\"display\":\"A.\"},{\"value\":\"ann\"}]",
       "{\"ann\":{\"display\":\"A.\"}}"},
      {"also when that is what it was", "idp", false,
       "[{\"value\":\"ann\",\"drop\":true},"
       "{\"value\":\"ann\",\"display\":\"Ann\"},{\"value\":\"ann\"}]",
       ""},
      {"who goes has no patch", "idp", true,
       "[{\"value\":\"ann\"},{\"value\":\"ann\",\"drop\":true}]", ""},
      {"nor has who comes", "idp", true,
       "[{\"value\":\"dan\",\"display\":\"D\"},{\"value\":\"cid\"}]", ""},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    MemberEdit edit = {.used = true,
                       .whole = cases[i].whole,
                       .entries = read(&store, cases[i].entries)};
    MemberChange change = members_resolve(&store.operation, GROUP,
                                          text_of(cases[i].source), &edit);
    expect_text(cases[i].sentence, change.patch, cases[i].patch);
  }
  store_close(&store);
}

static void who_joins_is_told_in_two_forms(void **state) {
  (void)state;
  static const struct {
    const char *entries, *joins;
  } cases[] = {
      {"[{\"value\":\"eve\"},{\"value\":\"dan\",\"type\":\"User\"}]",
       "{\"dan\":\"User\",\"eve\":null}"},
      {"[{\"value\":\"dan\",\"display\":\"D.\"}]",
       "{\"dan\":{\"display\":\"D.\"}}"},
      {"[{\"value\":\"d\\\"n\",\"type\":\"User\",\"display\":\"D.\"}]",
       "{\"d\\\"n\":{\"display\":\"D.\",\"type\":\"User\"}}"},
      {"[{\"value\":\"ann\",\"drop\":true}]", ""},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    MemberEdit edit = {.used = true, .entries = read(&store, cases[i].entries)};
    MemberChange change =
        members_resolve(&store.operation, GROUP, TEXT("idp"), &edit);
    expect_text(cases[i].entries, change.joins, cases[i].joins);
  }
  store_close(&store);
}

static void missing_members_are_named(void **state) {
  (void)state;
  static const struct {
    const char *joins, *pending, *want;
  } cases[] = {
      {"{\"ann\":null,\"top\":\"Group\"}", "", ""},
      {"{\"eve\":null,\"ann\":{\"display\":\"A.\"},\"x\":\"User\"}", "",
       "'members' names resources that do not exist: eve, x"},
      {"{\"x\":null,\"y\":null}", "[\"x\"]",
       "'members' names resources that do not exist: y"},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    MemberChange change = {.joins = text_of(cases[i].joins)};
    members_check(&store.operation, &change, text_of(cases[i].pending));
    expect_text(cases[i].joins, store.operation.detail, cases[i].want);
    expect_bool("is invalidValue, if anything",
                store.operation.error == ERROR_INVALID_VALUE,
                *cases[i].want != 0);
    error_clear(&store.operation);
  }
  store_close(&store);
}

static void members_are_counted_after_the_change(void **state) {
  (void)state;
  static const struct {
    const char *entries;
    bool replace;
    long long count; /* of five rows, after the change */
  } cases[] = {
      {"[]", false, 5},
      {"[{\"value\":\"dan\"}]", false, 6},
      {"[{\"value\":\"cid\"}]", false, 6},
      {"[{\"value\":\"ann\",\"display\":\"A.\"}]", false, 5},
      {"[{\"value\":\"ann\",\"drop\":1},{\"value\":\"bob\",\"drop\":1}]", false,
       3},
      {"[{\"value\":\"dan\"},{\"value\":\"ann\",\"drop\":1}]", false, 5},
      {"[{\"value\":\"dan\"}]", true, 3},
      {"[{\"value\":\"a\"},{\"value\":\"b\"},{\"value\":\"c\"},"
       "{\"value\":\"d\"}]",
       true, 6},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    MemberEdit edit = {.used = true,
                       .replace = cases[i].replace,
                       .entries = read(&store, cases[i].entries)};
    MemberChange change =
        members_resolve(&store.operation, GROUP, TEXT("idp"), &edit);
    expect_bool(
        cases[i].entries,
        members_exceed(&store.operation, GROUP, &change, cases[i].count),
        false);
    expect_bool(
        "more than one less",
        members_exceed(&store.operation, GROUP, &change, cases[i].count - 1),
        true);
  }
  store_close(&store);
}

/* Groups of 99 to 300, one behind the other and behind an empty number. */
static void members_of_one_group_are_counted(void **state) {
  (void)state;
  static const long long sizes[] = {99, 100, 101, 102, 250, 300};
  Store store;
  store_open(&store);
  const MemberChange none = {.added = 0};
  for (size_t i = 0; i < COUNT(sizes); i++)
    store_run(&store, arena_format(
                          &store.operation.arena,
                          "WITH RECURSIVE n (n) AS"
                          " (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT %lld)"
                          "INSERT INTO scim_member (\"group\", value) SELECT "
                          "%lld, 'm' || n FROM n",
                          sizes[i], 2 * (long long)i)
                          .data);
  for (size_t i = 0; i < COUNT(sizes); i++) {
    long long group = 2 * (long long)i;
    for (long long count = 0; count < 600; count++)
      if (members_exceed(&store.operation, group, &none, count) !=
          (sizes[i] > count))
        fail_msg("%lld of %lld", count, sizes[i]);
    expect_bool("nobody is no more than nobody",
                members_exceed(&store.operation, group + 1, &none, 0), false);
  }
  store_close(&store);
}

/* "$ref" only for a type that has an endpoint (RFC 7643 section 2.4). Who is
** there by both is once among all, as the IdP has it. */
static void members_are_written(void **state) {
  (void)state;
#define OF_IDP                                                                 \
  "{\"value\":\"ann\",\"$ref\":\"Users/ann\",\"type\":\"User\","               \
  "\"display\":\"Ann\"},{\"value\":\"bob\"}"
#define TOP "{\"value\":\"top\",\"$ref\":\"Groups/top\",\"type\":\"Group\"}"
#define CID "{\"value\":\"cid\",\"type\":\"Robot\"}"
  static const struct {
    const char *source, *want;
  } cases[] = {
      {"", "[" OF_IDP "," CID "," TOP "]"},
      {"idp", "[" OF_IDP "," TOP "]"},
      {"manual", "[{\"value\":\"bob\",\"$ref\":\"Users/bob\","
                 "\"type\":\"User\",\"display\":\"Bo\"}," CID "]"},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Buffer buffer = buffer_new(&store.operation.arena);
    Text source = *cases[i].source ? text_of(cases[i].source) : NO_TEXT;
    expect_bool("there are some",
                members_write(&store.operation, GROUP, source, &buffer), true);
    expect_text(cases[i].source, buffer_text(&buffer), cases[i].want);
  }
  Buffer empty = buffer_new(&store.operation.arena);
  expect_bool("a group without members",
              members_write(&store.operation, 99, NO_TEXT, &empty), false);
  expect_number("writes nothing", (long long)empty.size, 0);
  expect_bool("and has no list",
              members_list(&store.operation, 99, NO_TEXT) != NULL, false);
  store_close(&store);
}

/* Direct ones first, each once, of the same tenant, and not forever; by the
** memberships that are seen. */
static void groups_follow_from_members(void **state) {
  (void)state;
#define ALL(type)                                                              \
  "{\"value\":\"all\",\"$ref\":\"Groups/all\",\"display\":\"All\","            \
  "\"type\":\"" type "\"}"
#define ABOVE                                                                  \
  "{\"value\":\"top\",\"$ref\":\"Groups/top\",\"type\":\"indirect\"}"
  static const struct {
    const char *id, *sees, *want;
  } cases[] = {
      {"ann", "", "[" ALL("direct") "," ABOVE "]"},
      {"top", "", "[" ALL("direct") "," ABOVE "]"},
      {"bob", "", "[" ALL("direct") "," ABOVE "]"},
      {"cid", "", "[" ALL("direct") "," ABOVE "]"},
      {"cid", "idp", "none"},
      {"cid", "manual", "[" ALL("direct") "]"},
      {"ann", "manual", "none"},
      {"nobody", "", "none"},
  };
  Store store;
  store_open(&store);
  add_members(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    store.operation.sees = *cases[i].sees ? text_of(cases[i].sees) : NO_TEXT;
    Json *groups = members_groups(&store.operation, text_of(cases[i].id));
    expect_text(cases[i].id,
                groups ? json_text(&store.operation.arena, groups)
                       : TEXT("none"),
                cases[i].want);
  }
  store_close(&store);
}

static void the_log_learns_who_was_left(void **state) {
  (void)state;
  Store store;
  Text members, groups;
  store_open(&store);
  add_members(&store);
  members_of_deleted(&store.operation, GROUP, TEXT("all"), &members, &groups);
  expect_text("its members", members, "[\"ann\",\"bob\",\"cid\",\"top\"]");
  expect_text("and its groups", groups, "[\"top\"]");
  members_of_deleted(&store.operation, 1, TEXT("bob"), &members, &groups);
  expect_text("a user has no members", members, "");
  expect_text("but groups, each once", groups, "[\"all\"]");
  store_close(&store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edits_change_what_is_not_so_yet),
      cmocka_unit_test(who_stays_is_patched),
      cmocka_unit_test(who_joins_is_told_in_two_forms),
      cmocka_unit_test(missing_members_are_named),
      cmocka_unit_test(members_are_counted_after_the_change),
      cmocka_unit_test(members_of_one_group_are_counted),
      cmocka_unit_test(members_are_written),
      cmocka_unit_test(groups_follow_from_members),
      cmocka_unit_test(the_log_learns_who_was_left),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
