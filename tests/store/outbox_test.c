/*
** outbox_test.c: what C says of a change, SQL says too. Each event of each type
** has a rule that leaves a job, so that after many random requests the outbox
** (model/event.c) and the view scim_change must hold the same events. What
** rules mean is tested by tests/store/outbox.sh.
**
** SCIM_CASES is the number of requests, 5,000 unless told, and SCIM_SEED
** begins the chance; both are printed.
*/
#include "property_world.h"

#include "../../ext/store/outbox.h"
#include "../harness/share.h"

#define CASES_PER_WORLD 500

static unsigned long environment(const char *name, unsigned long otherwise) {
  const char *value = getenv(name);
  return value ? strtoul(value, NULL, 10) : otherwise;
}

static unsigned long case_count(void) {
  unsigned long count = getenv("SANITIZED") ? 4000 : 5000;
  count = getenv("VALGRIND") ? 500 : count / (unsigned long)one_of();
  return environment("SCIM_CASES", count);
}

/* The first column of the only row. */
static long long ask(World *world, const char *sql) {
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2(world->db, sql, -1, &statement, NULL);
  if (sqlite3_step(statement) != SQLITE_ROW)
    fail_msg("%s, in %s", sqlite3_errmsg(world->db), sql);
  long long number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

/* Prints the rows that only one of the two has. */
static int show(void *data, int count, char **values, char **names) {
  (void)data, (void)names;
  print_error("  %s:", values[0]);
  for (int i = 1; i < count; i++)
    print_error(" %s", values[i] ? values[i] : "NULL");
  print_error("\n");
  return 0;
}

static const char rules[] =
    "INSERT INTO scim_rule (event, type, kind, once)"
    " SELECT e.value, t.name, e.value, 0"
    "   FROM json_each('[\"created\",\"updated\",\"activated\","
    "     \"deactivated\",\"deleted\"]') AS e, scim_resource_type AS t"
    "  UNION ALL"
    " SELECT e.value, 'Group', e.value, 0"
    "   FROM json_each('[\"member_added\",\"member_removed\"]') AS e";

/* Both as rows of what they share. Of a member event the payload says who; of
** any other one it is the document, whose patches are not compared. */
static const char views[] =
    "CREATE TEMP VIEW in_sql AS"
    " SELECT seq, time, tenant, type, id, event,"
    "        iif(event GLOB 'member*', coalesce(old, new), NULL) AS member"
    "   FROM scim_change;"
    "CREATE TEMP VIEW in_c AS"
    " SELECT seq, created, tenant, type, id, event,"
    "        iif(event GLOB 'member*', payload ->> '$.value', NULL)"
    "   FROM scim_outbox;"
    "CREATE TEMP VIEW different AS"
    " SELECT 'only in SQL', * FROM (SELECT * FROM in_sql EXCEPT"
    "                               SELECT * FROM in_c)"
    "  UNION ALL"
    " SELECT 'only in C', * FROM (SELECT * FROM in_c EXCEPT"
    "                             SELECT * FROM in_sql)";

/* Turns somebody on or off, or takes the attribute away: a random body hardly
** ever does. */
static void turn(World *world) {
  static const char *const operations[] = {
      "{\"Operations\":[{\"op\":\"replace\",\"path\":\"active\","
      "\"value\":true}]}",
      "{\"Operations\":[{\"op\":\"replace\",\"path\":\"active\","
      "\"value\":false}]}",
      "{\"Operations\":[{\"op\":\"remove\",\"path\":\"active\"}]}"};
  const Population *users = &world->populations[0];
  Arena *arena = &world->operation.arena;
  if (!users->count) return;
  Text id = users->documents[below((unsigned)users->count)].id;
  world_apply(world, arena, "PATCH",
              arena_format(arena, "/Users/%.*s", TEXT_ARG(id)),
              text_of(ONE_OF(operations)));
}

static void run(World *world, unsigned long count) {
  world_run(world, "DELETE FROM scim_log");
  for (unsigned long i = 0; i < count; i++) {
    const Population *population = &world->populations[below(TYPES)];
    if (chance(30)) turn(world);
    if (chance(25)) world_create(world, population->type);
    world_change(world, population);
    if (i % 20 == 19) world_read(world);
  }
}

static void check(World *world, unsigned long kinds[2]) {
  long long different = ask(world, "SELECT count(*) FROM different");
  expect_number("events that only one of the two knows", different, 0);
  if (different)
    sqlite3_exec(world->db, "SELECT * FROM different LIMIT 10", show, NULL,
                 NULL);
  expect_number("events, with those that are there twice",
                ask(world, "SELECT count(*) FROM in_c"),
                ask(world, "SELECT count(*) FROM in_sql"));
  expect_number("jobs that are no JSON",
                ask(world, "SELECT count(*) FROM scim_outbox"
                           " WHERE NOT json_valid(payload)"),
                0);
  kinds[0] += (unsigned long)ask(world, "SELECT count(*) FROM in_c");
  kinds[1] = (unsigned long)ask(
      world, "SELECT count(DISTINCT event) FROM scim_outbox");
}

static void c_and_sql_agree(void **state) {
  (void)state;
  static World world;
  unsigned long count = case_count(), kinds[2] = {0, 0};
  chance_state = environment("SCIM_SEED", 20261121);
  print_message("# %lu requests, seed %llu\n", count,
                (unsigned long long)chance_state);
  for (unsigned long done = 0; done < count; done += CASES_PER_WORLD) {
    Arena none;
    WORLD_OPEN(&world);
    world_run(&world, rules);
    world_run(&world, views);
    run(&world, CASES_PER_WORLD);
    check(&world, kinds);
    world_close(&world);
    arena_init(&none);
    test_close(&none);
  }
  print_message("# %lu events, of %lu kinds\n", kinds[0], kinds[1]);
  assert_int_equal(kinds[1], 7);
}

/* The jobs of a change of a user, as outbox_add_jobs makes them. */
static Text jobs_of(World *world, const Json *old, const Json *new,
                    bool existed) {
  Operation *operation = &world->operation;
  Change change = {.id = TEXT("ann"),
                   .doc = TEXT("{\"userName\":\"ann\"}"),
                   .before = TEXT("{}"),
                   .former = old,
                   .content = new,
                   .existed = existed};
  outbox_add_jobs(operation, world->populations[0].type, &change);
  if (failed(operation)) fail_msg("%.*s", TEXT_ARG(operation->detail));
  return change.jobs.size ? change.jobs : TEXT("none");
}

static void who_existed_is_not_created(void **state) {
  (void)state;
  static World world;
  JsonFault fault;
  Arena none;
  chance_state = 1;
  WORLD_OPEN(&world);
  Arena *arena = &world.operation.arena;
  const Json *one = json_parse(arena, TEXT("{\"active\":true}"), &fault);
  const Json *two = json_parse(arena, TEXT("{\"active\":false}"), &fault);
  expect_text("without rules", jobs_of(&world, NULL, one, false), "none");
  world_run(&world, "INSERT INTO scim_rule (event, kind) VALUES"
                    " ('created', 'invite'), ('deactivated', 'lock'),"
                    " ('deleted', 'forget')");
  world_read(&world);
  expect_text("who is new is told of", jobs_of(&world, NULL, one, false),
              "[{\"type\":\"User\",\"id\":\"ann\",\"event\":\"created\","
              "\"kind\":\"invite\",\"once\":true,"
              "\"payload\":{\"userName\":\"ann\"}}]");
  expect_text("whom the platform had is not", jobs_of(&world, NULL, one, true),
              "none");
  expect_text("but what happens later", jobs_of(&world, one, two, true),
              "[{\"type\":\"User\",\"id\":\"ann\","
              "\"event\":\"deactivated\",\"kind\":\"lock\",\"once\":true,"
              "\"payload\":{\"userName\":\"ann\"}}]");
  expect_text("and the end", jobs_of(&world, two, NULL, true),
              "[{\"type\":\"User\",\"id\":\"ann\",\"event\":\"deleted\","
              "\"kind\":\"forget\",\"once\":true,\"payload\":{}}]");
  world_close(&world);
  arena_init(&none);
  test_close(&none);
}

int main(void) {
  /* There is one thread, and nobody asks how much memory is in use. */
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(c_and_sql_agree),
      cmocka_unit_test(who_existed_is_not_created)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
