/*
** plan.h: the SQL that a filter becomes. That it finds what it should is the
** business of property_test.c and plan.sh.
*/
#include "../text/stack_test.h"

#include <sqlite3.h>

#include "../../ext/store/plan.h"

#include "../model/model_test.h"

/* The model with some indexes, as scim_index would have them. */
static void add_indexes(Model *model) {
  static const char *const users[] = {"userName",       "displayName",
                                      "emails.value",   "emails.type",
                                      "emails.primary", "active"};
  static const char *const things[] = {"size", "weight", "seen"};
  for (size_t i = 0; i < COUNT(users); i++)
    schema_add_index(&model->operation, &model->set, text_of("User"),
                     text_of(users[i]), true);
  for (size_t i = 0; i < COUNT(things); i++)
    schema_add_index(&model->operation, &model->set, text_of("Thing"),
                     text_of(things[i]), true);
  schema_add_index(&model->operation, &model->set, text_of("User"),
                   text_of("nickName"), false);
}

static Plan plan_of(Model *model, const ResourceType *type, Text text,
                    PlanParameters *parameters) {
  Filter *filter = filter_parse(&model->operation, type, NULL, text);
  if (!filter) fail_msg("%.*s", TEXT_ARG(model->operation.detail));
  return plan_filter(&model->operation, type, filter, parameters);
}

/* The plan with the values of its parameters, and what is always the same left
** out; "?" before what is not exact. */
static Text show(Model *model, const Plan *plan,
                 const PlanParameters *parameters) {
  static const char *const always[] = {"SELECT resource FROM ",
                                       " WHERE tenant = ?1 AND type = ?2"};
  Buffer buffer = buffer_new(&model->operation.arena);
  if (plan->sql.size && !plan->exact) buffer_string(&buffer, "? ");
  for (size_t i = 0; i < plan->sql.size;) {
    Text rest = text_after(plan->sql, i);
    size_t digits = 0, number = 0;
    for (size_t k = 0; k < COUNT(always); k++)
      if (text_begins(rest, text_of(always[k]))) digits = strlen(always[k]);
    if (digits) {
      i += digits;
      continue;
    }
    if (rest.data[0] == '?')
      while (digits + 1 < rest.size && rest.data[digits + 1] >= '0' &&
             rest.data[digits + 1] <= '9')
        number = number * 10 + (size_t)(rest.data[++digits] - '0');
    if (number >= PLAN_FIRST) {
      buffer_add(&buffer, parameters->texts[number - PLAN_FIRST]);
    } else {
      buffer_add(&buffer, text_first(rest, digits + 1));
    }
    i += digits + 1;
  }
  return buffer_text(&buffer);
}

#define VALUES(attribute) "scim_value AND attribute = " attribute " AND key "
#define ONE_OF(list) "IN (SELECT value FROM json_each([" list "]))"

/* D3: terms of one attribute are one IN, and none lies within another. */
static void filters_become_sql(void **state) {
  (void)state;
  static const struct {
    const char *type, *filter, *want;
  } cases[] = {
      {"User", "userName eq 'Ann'", VALUES("userName") "= ann"},
      {"User", "userName eq 'ann' or userName eq 'bob' or userName eq 'cid'",
       VALUES("userName") ONE_OF("'ann','bob','cid'")},
      {"User", "userName sw 'ab'", VALUES("userName") ">= ab AND key < ac"},
      {"User", "userName gt 'ab'",
       VALUES("userName") "> json_extract('ab', '$')"},
      {"User", "userName pr", "scim_value AND attribute = userName AND key > "},
      {"User", "active eq true", VALUES("active") "= json_extract(1, '$')"},
      {"Thing", "size le 3", VALUES("size") "<= json_extract(3, '$')"},
      {"Thing", "weight eq 0",
       "? " VALUES("weight") ">= json_extract(-1e-300, '$') AND key <= "
                             "json_extract(1e-300, '$')"},
      /* what no index serves */
      {"User", "userName ne 'x'", ""},
      {"User", "userName co 'x'", ""},
      {"User", "userName ew 'x'", ""},
      {"User", "userName sw ''", ""},
      {"User", "userName eq null", ""},
      {"User", "not (userName eq 'x')", ""},
      {"User", "nickName eq 'x'", ""},
      {"User", "title eq 'x'", ""},
      {"User", "emails.primary eq false", ""}, /* M8: absent is false */
      {"User", "emails[primary eq false]", ""},
      {"User", "emails.primary eq true",
       VALUES("emails.primary") "= json_extract(1, '$')"},
      {"User", "id gt 'x'", ""},
      {"User", "groups.value co 'x'", ""},
      {"User", "meta.created co '2026'", ""},
      {"Thing", "seen sw '2026'", ""},
      {"Thing", "weight eq 1.7976931348623157e308", ""},
      /* columns */
      {"User", "id eq 'x'",
       "scim_resource WHERE tenant = ?1 AND +type = ?2 AND id = x"},
      {"User", "meta.version eq 'W/`1`'",
       "scim_resource AND 'W/'' || version || ''' = W/'1'"},
      {"User", "meta.created ge '2026-11-21'",
       "scim_resource INDEXED BY scim_resource_created AND created >= "
       "2026-11-21T00:00:00.000Z"},
      {"User", "meta.lastModified lt '2026-11-21T09:30:00.0005Z'",
       "? scim_resource INDEXED BY scim_resource_modified AND modified <= "
       "2026-11-21T09:30:00.000Z"},
      {"User", "meta.lastModified eq '2026-11-21T09:30:00.0005Z'",
       "? scim_resource INDEXED BY scim_resource_modified AND modified >= "
       "2026-11-21T09:30:00.000Z"},
      /* or */
      {"User", "userName eq 'a' or displayName sw 'b'",
       VALUES("userName") "= a UNION " VALUES(
           "displayName") ">= b AND key < c"},
      {"User", "userName eq 'a' or title eq 'b'", ""},
      {"User",
       "userName eq 'a' or displayName eq 'b' or emails[value eq 'c'] or "
       "userName eq 'd' or emails eq 'e'",
       VALUES("userName") ONE_OF("'a','d'") " UNION " VALUES(
           "displayName") "= b UNION " VALUES("emails.value")
           ONE_OF("'c','e'")},
      /* and */
      {"User", "userName sw 'a' and displayName sw 'b'",
       VALUES("userName") ">= a AND key < b INTERSECT " VALUES(
           "displayName") ">= b AND key < c"},
      {"User", "userName sw 'a' and title pr",
       "? " VALUES("userName") ">= a AND key < b"},
      {"User", "displayName sw 'a' and userName eq 'a'",
       "? " VALUES("userName") "= a"},
      {"User", "title pr and active pr and meta.version co 'x'",
       "? scim_value AND attribute = active"},
      {"User", "title pr and nickName pr", ""},
      {"User", "(userName sw 'a' or displayName sw 'a') and active pr",
       "(" VALUES("userName") ">= a AND key < b UNION " VALUES(
           "displayName") ">= a AND key < b) INTERSECT scim_value AND "
                          "attribute = active"},
      {"User", "userName eq 'a' and active pr or userName eq 'b'",
       "? " VALUES("userName") ONE_OF("'a','b'")},
      /* value paths */
      {"User", "emails[value eq 'a' or value eq 'b']",
       VALUES("emails.value") ONE_OF("'a','b'")},
      {"User", "emails[type eq 'a' and value eq 'b']",
       "? " VALUES("emails.type") "= a INTERSECT " VALUES(
           "emails.value") "= b"},
      {"User", "emails[type sw 'a' and value eq 'b'].display pr",
       "? " VALUES("emails.value") "= b"},
      {"User", "emails[value eq 'b' and not (type eq 'a')]",
       "? " VALUES("emails.value") "= b"},
  };
  Model model;
  MODEL_OPEN(&model);
  add_indexes(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    PlanParameters parameters;
    Text filter = quoted(&model.operation.arena, cases[i].filter);
    Plan plan =
        plan_of(&model, type_named(&model, cases[i].type), filter, &parameters);
    /* ' for " on both sides, so that '$' is '$'. */
    Text got =
        arena_copy(&model.operation.arena, show(&model, &plan, &parameters));
    expect_text(cases[i].filter,
                quoted(&model.operation.arena, got.data ? got.data : ""),
                quoted(&model.operation.arena, cases[i].want).data);
  }
  model_close(&model);
}

/* In a search of all types (M7): of those that have not what is asked for no
** resource is looked at. */
static void what_a_type_has_not_finds_nothing(void **state) {
  (void)state;
  static const struct {
    const char *filter, *want;
  } cases[] = {
      {"userName eq 'x'", "scim_resource WHERE tenant = ?1 AND +type = ?2 AND "
                          "id = json_extract(null, '$')"},
      {"userName eq 'x' and title pr",
       "scim_resource WHERE tenant = ?1 AND +type = ?2 AND "
       "id = json_extract(null, '$') INTERSECT "
       "scim_resource WHERE tenant = ?1 AND +type = ?2 AND "
       "id = json_extract(null, '$')"},
      {"userName eq 'x' or id eq 'y'",
       "scim_resource WHERE tenant = ?1 AND +type = ?2 AND "
       "id IN (SELECT value FROM json_each([null,'y']))"},
      {"userName ne 'x'", ""},
  };
  Model model;
  MODEL_OPEN(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    PlanParameters parameters;
    const ResourceType *group = type_named(&model, "Group");
    Arena *arena = &model.operation.arena;
    Filter *filter = filter_parse(&model.operation, group, &model.set,
                                  quoted(arena, cases[i].filter));
    if (!filter) fail_msg("%.*s", TEXT_ARG(model.operation.detail));
    Plan plan = plan_filter(&model.operation, group, filter, &parameters);
    Text got = arena_copy(arena, show(&model, &plan, &parameters));
    expect_text(cases[i].filter, quoted(arena, got.data ? got.data : ""),
                quoted(arena, cases[i].want).data);
  }
  model_close(&model);
}

/* term, as often as told, joined by the word, with %d counted. */
static Text chain(Model *model, int count, const char *word, const char *term) {
  Buffer buffer = buffer_new(&model->operation.arena);
  for (int i = 0; i < count; i++) {
    if (i) buffer_string(&buffer, word);
    buffer_add(&buffer, arena_format(&model->operation.arena, term, i));
  }
  return buffer_text(&buffer);
}

static int occurrences(Text text, const char *part) {
  int count = 0;
  for (size_t i = 0; i < text.size; i++)
    count += text_begins(text_after(text, i), text_of(part));
  return count;
}

static void plans_have_limits(void **state) {
  (void)state;
  static const struct {
    int count;
    const char *word, *term;
    int searches; /* in the plan */
    bool exact;
  } cases[] = {
      {300, " or ", "userName eq \"%d\"", 1, true},
      {300, " or ", "emails[value eq \"%d\"]", 1, true},
      {PLAN_SEARCHES, " or ", "userName sw \"%d\"", PLAN_SEARCHES, true},
      {PLAN_SEARCHES + 1, " or ", "userName sw \"%d\"", 0, false},
      {PLAN_SEARCHES, " and ", "userName sw \"%d\"", PLAN_SEARCHES, true},
      {PLAN_SEARCHES + 1, " and ", "userName sw \"%d\"", PLAN_SEARCHES, false},
      {300, " and ", "userName sw \"%d\"", PLAN_SEARCHES, false},
      {PLAN_SEARCHES / 2, " or ",
       "(userName sw \"%d\" and displayName sw \"a\")", PLAN_SEARCHES, true},
      {PLAN_SEARCHES / 2 + 1, " or ",
       "(userName sw \"%d\" and displayName sw \"a\")", 0, false},
      {100, " or ", "(userName sw \"%d\" and displayName eq \"a\")", 1, false},
  };
  Model model;
  MODEL_OPEN(&model);
  add_indexes(&model);
  for (size_t i = 0; i < COUNT(cases); i++) {
    PlanParameters parameters;
    Text filter = chain(&model, cases[i].count, cases[i].word, cases[i].term);
    Plan plan = plan_of(&model, model.user, filter, &parameters);
    Text sentence = arena_format(&model.operation.arena, "%d x %s",
                                 cases[i].count, cases[i].term);
    expect_number(sentence.data, occurrences(plan.sql, "FROM scim_value"),
                  cases[i].searches);
    expect_bool(sentence.data, plan.exact, cases[i].exact);
  }
  model_close(&model);
}

/*
** The stack that it takes to plan a filter and to prepare the SQL.
*/
typedef struct Task {
  Model *model;
  sqlite3 *db;
  Text text;
  int code; /* of SQLite */
} Task;

static void *prepare_plan(void *data) {
  Task *task = data;
  PlanParameters parameters;
  sqlite3_stmt *statement = NULL;
  Plan plan = plan_of(task->model, task->model->user, task->text, &parameters);
  Text sql = arena_format(&task->model->operation.arena,
                          "SELECT DISTINCT resource FROM (%.*s) WHERE "
                          "resource > ?5 ORDER BY resource LIMIT ?4",
                          TEXT_ARG(plan.sql));
  task->code =
      sqlite3_prepare_v2(task->db, sql.data, (int)sql.size, &statement, NULL);
  sqlite3_finalize(statement);
  return NULL;
}

/* All levels that a plan may have: "a or b and (a or b and (…))". */
static Text nested(Model *model, int depth) {
  Arena *arena = &model->operation.arena;
  Text text = text_of("userName sw \"x\"");
  for (int i = 0; i < depth; i++)
    text = arena_format(
        arena, "userName sw \"%d\" %s displayName sw \"b\" %s (%.*s)", i,
        i % 2 ? "or" : "and", i % 2 ? "or" : "and", TEXT_ARG(text));
  return text;
}

static void a_small_stack_is_enough(void **state) {
  (void)state;
  Model model;
  MODEL_OPEN(&model);
  add_indexes(&model);
  const struct {
    const char *sentence;
    Text text;
  } cases[] = {
      {"a union", chain(&model, PLAN_SEARCHES, " or ", "userName sw \"%d\"")},
      {"an intersection",
       chain(&model, PLAN_SEARCHES, " and ", "userName sw \"%d\"")},
      {"a list of keys", chain(&model, 300, " or ", "userName eq \"%d\"")},
      {"a plan as deep as may be", nested(&model, PLAN_DEPTH)},
      {"a filter as deep as may be", nested(&model, FILTER_DEPTH)},
  };
  Task task = {.model = &model};
  assert_int_equal(sqlite3_open(":memory:", &task.db), SQLITE_OK);
  assert_int_equal(
      sqlite3_exec(task.db,
                   "CREATE TABLE scim_value (tenant TEXT, type TEXT,"
                   " attribute TEXT, key, resource INTEGER, PRIMARY KEY"
                   " (tenant, type, attribute, key, resource)) WITHOUT ROWID",
                   NULL, NULL, NULL),
      SQLITE_OK);
  for (size_t i = 0; i < COUNT(cases); i++) {
    task.text = cases[i].text;
    expect_stack(cases[i].sentence, prepare_plan, &task, 40);
    expect_number(cases[i].sentence, task.code, SQLITE_OK);
  }
  sqlite3_close(task.db);
  model_close(&model);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(filters_become_sql),
      cmocka_unit_test(what_a_type_has_not_finds_nothing),
      cmocka_unit_test(plans_have_limits),
      cmocka_unit_test(a_small_stack_is_enough),
  };
  return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
