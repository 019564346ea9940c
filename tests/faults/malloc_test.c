/*
** malloc_test.c: nothing breaks when memory runs out, or when a statement is
** interrupted, at whatever point.
**
** A walk runs one step of SQL again and again: first the 1st allocation (or
** the 1st instruction of SQLite's virtual machine) fails, then the 2nd, until
** the step gets through. After each failure the code must be SQLITE_NOMEM (or
** SQLITE_INTERRUPT), the database must be consistent, no transaction may be
** left open, and the same step must work on the same connection at once.
**
** A warm walk stays on one connection, with schemas and statements loaded. A
** cold walk opens a database for every failure: from loading the extension to
** closing the connection. Both may have many thousands of points, of which a
** warm walk takes the first 32 and one in 1999 after that, the first cold one
** all of loading, and each one of so many after that. Most points of a cold
** walk are SQLite's own, as it reads the schema: one walk takes few of them,
** and another, which has read it, more of what is ours. Under the sanitizer,
** which takes twenty times as long, all take fewer; FAULT_STRIDE=1 takes all
** that follow. Of all of these one of SHARE is taken.
*/
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#include "../harness/share.h"

int sqlite3_scim_init(sqlite3 *db, char **message,
                      const sqlite3_api_routines *api);

/*
** The fault. It strikes once, when the countdown comes to its end.
*/
static sqlite3_mem_methods real;
static int kind = SQLITE_NOMEM; /* or SQLITE_INTERRUPT */
static long countdown;          /* 0: none is armed */
static bool struck;
static long points; /* at which something failed, in all */

static bool strikes(int asked) {
  if (asked != kind || countdown == 0 || --countdown > 0) return false;
  struck = true;
  points++;
  return true;
}

static void *faulty_malloc(int size) {
  return strikes(SQLITE_NOMEM) ? NULL : real.xMalloc(size);
}

static void *faulty_realloc(void *old, int size) {
  return strikes(SQLITE_NOMEM) ? NULL : real.xRealloc(old, size);
}

/* An interrupt that lasts is the host's: SQLite then refuses every statement
** until the outermost one has ended. Every other one does. */
static bool lasting;

static int faulty_progress(void *db) {
  if (!strikes(SQLITE_INTERRUPT)) return 0;
  if (lasting) sqlite3_interrupt(db);
  return 1;
}

static void install_faults(void) {
  sqlite3_mem_methods faulty;
  /* There is one thread: without locks it takes a tenth less. A SQLite that was
  ** built without them knows no such thing. */
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real), SQLITE_OK);
  faulty = real;
  faulty.xMalloc = faulty_malloc;
  faulty.xRealloc = faulty_realloc;
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty), SQLITE_OK);
  /* Lookaside would answer most of SQLite's own requests without us. */
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

/*
** One step and what it may answer.
*/
typedef struct Step {
  const char *name;
  const char *sql;        /* ?1 is the number of the attempt */
  int status;             /* of the reply; 0 for other results */
  int status_if_done;     /* when the failed attempt got as far as COMMIT */
  const char *afterwards; /* must then yield 1; may be NULL */
  const char *before;     /* runs before every attempt, or NULL */
} Step;

#define APPLY(arguments) "SELECT scim_apply(" arguments ")"
#define USER "'/Users/00000000-0000-4000-8000-00000000000a'"
#define GROUP "'/Groups/00000000-0000-4000-8000-00000000000b'"

static const Step steps[] = {
    {"create",
     APPLY("'POST', '/Users', json_object('userName', 'new ' || ?1,"
           "'emails', json_array(json_object('value', 'a@b.no'))), "
           "NULL"),
     201, 409, "SELECT count(*) FROM scim_user WHERE user_name = 'new ' || ?1",
     NULL},
    {"create by INSERT",
     "INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', "
     "json_object('userName', 'inserted ' || ?1))",
     0, 0, "SELECT count(*) FROM scim_user WHERE user_name = 'inserted ' || ?1",
     NULL},
    {"get", APPLY("'GET'," USER ", NULL, NULL"), 200, 200, NULL, NULL},
    {"list", APPLY("'GET', '/Users?filter=title+co+%22e%22', NULL, NULL"), 200,
     200, NULL, NULL},
    {"put",
     APPLY("'PUT'," USER ", json_object('userName', 'ann', 'title', "
           "'put ' || ?1), NULL"),
     200, 200, "SELECT count(*) FROM scim_user WHERE title = 'put ' || ?1",
     NULL},
    {"patch",
     APPLY("'PATCH'," USER ", json_object('Operations', json_array("
           "json_object('op', 'replace', 'path', 'title', 'value', "
           "'patch ' || ?1))), NULL"),
     200, 200, "SELECT count(*) FROM scim_user WHERE title = 'patch ' || ?1",
     NULL},
    {"wrong patch",
     APPLY("'PATCH'," USER ", '{\"Operations\":[{\"op\":"
           "\"add\",\"path\":\"a[b\"}]}', NULL"),
     400, 400, NULL, NULL},
    {"equal name", APPLY("'POST', '/Users', '{\"userName\":\"ANN\"}', NULL"),
     409, 409, NULL, NULL},
    {"add a member",
     APPLY("'PATCH'," GROUP ", json_object('Operations', json_array("
           "json_object('op', 'add', 'path', 'members', 'value', json_array("
           "json_object('value', 'm' || ?1))))), NULL"),
     204, 204, "SELECT count(*) FROM scim_member WHERE value = 'm' || ?1",
     NULL},
    {"drop a member",
     APPLY("'PATCH'," GROUP ", json_object('Operations', json_array("
           "json_object('op', 'remove', 'path', "
           "'members[value eq \"m' || ?1 || '\"]'))), NULL"),
     204, 204, "SELECT NOT count(*) FROM scim_member WHERE value = 'm' || ?1",
     APPLY("'PATCH'," GROUP ", json_object('Operations', json_array("
           "json_object('op', 'add', 'path', 'members', 'value', json_array("
           "json_object('value', 'm' || ?1))))), NULL")},
    {"add a member by hand",
     APPLY("'PATCH'," GROUP ", json_object('Operations', json_array("
           "json_object('op', 'add', 'path', 'members', 'value', json_array("
           "json_object('value', 'h' || ?1))))), '{\"source\":\"manual\"}'"),
     204, 204,
     "SELECT source = 'manual' FROM scim_member WHERE value = 'h' || ?1", NULL},
    {"a group into itself",
     APPLY("'PATCH'," GROUP ", '{\"Operations\":[{\"op\":\"add\",\"path\":"
           "\"members\",\"value\":[{\"value\":"
           "\"00000000-0000-4000-8000-00000000000b\"}]}]}', NULL"),
     400, 400, NULL, NULL},
    {"groups within each other",
     APPLY("'POST', '/Bulk', '{\"Operations\":[{\"method\":\"POST\",\"path\":"
           "\"/Groups\",\"bulkId\":\"p\",\"data\":{\"displayName\":\"P\","
           "\"members\":[{\"value\":\"bulkId:q\"}]}},{\"method\":\"POST\","
           "\"path\":\"/Groups\",\"bulkId\":\"q\",\"data\":{\"displayName\":"
           "\"Q\",\"members\":[{\"value\":\"bulkId:p\"}]}}]}', NULL"),
     200, 200,
     "SELECT NOT count(*) FROM scim_group WHERE display_name IN ('P', 'Q')",
     NULL},
    {"members in effect", "SELECT count(*) FROM scim_membership_effective", 0,
     0, NULL, NULL},
    {"note a rule that is wrong",
     APPLY("'DELETE', '/Users/nobody', NULL, NULL"), 404, 404,
     "SELECT count(*) FROM scim_rule_mistake WHERE rule = 3 AND kind = ?1",
     "INSERT OR REPLACE INTO scim_rule (rule, event, filter, kind) "
     "VALUES (3, 'created', 'x', ?1)"},
    {"delete", APPLY("'DELETE', '/Users/leaver-' || ?1, NULL, NULL"), 204, 404,
     "SELECT NOT count(*) FROM scim_user WHERE id = 'leaver-' || ?1",
     APPLY("'POST', '/Users', json_object('userName', 'leaver-' || ?1), "
           "json_object('id', 'leaver-' || ?1)")},
    {"token", "SELECT scim_token('default', 'label ' || ?1)", 0, 0, NULL, NULL},
    {"another secret", "SELECT scim_token_rotate(1, 60)", 0, 0, NULL,
     "INSERT OR IGNORE INTO scim_token (token, tenant, label, created, digest) "
     "VALUES (1, 'default', 'x', '2026-01-01', 'x')"},
    {"client", "SELECT scim_client('default', 'client ' || ?1)", 0, 0, NULL,
     NULL},
    /* The secret is "abc". */
    {"access token",
     APPLY("'POST', '/oauth/token', 'grant_type=client_credentials&scope=read&"
           "client_id=c&client_secret=abc', '{\"authorization\":\"\"}'"),
     200, 200, NULL,
     "INSERT OR IGNORE INTO scim_token (token, tenant, label, kind, client, "
     "created, digest) VALUES (1000000, 'default', 'c', 'client', 'c', "
     "'2026-01-01', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
     "f20015ad')"},
    {"access refused",
     APPLY("'POST', '/oauth/token', 'grant_type=client_credentials', "
           "'{\"authorization\":\"Basic YzphYg==\"}'"),
     401, 401, NULL, NULL},
    {"removing a tenant", "SELECT scim_tenant_remove('t' || ?1, 10)", 0, 0,
     "SELECT NOT count(*) FROM scim_tenant WHERE name = 't' || ?1",
     "INSERT OR IGNORE INTO scim_tenant (name) VALUES ('t' || ?1)"},
    {"release", "SELECT scim_release('default')", 0, 0, NULL, NULL},
    {"limits", "SELECT scim_limits('{}')", 0, 0, NULL, NULL},
    {"fault", "SELECT scim_body_fault('{}', '[]')", 0, 0, NULL, NULL},
    {"init", "SELECT scim_init()", 0, 0, NULL, NULL},
    {"a new index",
     "INSERT OR REPLACE INTO scim_index (type, attribute) "
     "VALUES ('User', 'title')",
     0, 0, NULL, NULL},
    {"building the index", "SELECT scim_init()", 0, 0,
     "SELECT built FROM scim_index WHERE attribute = 'title'",
     "INSERT OR REPLACE INTO scim_index (type, attribute) "
     "VALUES ('User', 'title')"},
    {"scim_filter",
     "SELECT count(*) FROM scim_filter('User', 'userName eq \"ann\"')", 0, 0,
     NULL, NULL},
    {"scim_as_of",
     "SELECT count(*) FROM scim_as_of('User', '2100-01-01T00:00:00Z')", 0, 0,
     NULL, NULL},
    {"scim_attributes",
     "SELECT count(*) FROM scim_attributes('{\"userName\":\"a\",\"emails\":[{"
     "\"value\":\"a@b.no\"}]}')",
     0, 0, NULL, NULL},
    {"scim_match",
     "SELECT scim_match('userName sw \"A\"', '{\"userName\":"
     "\"ann\"}')",
     0, 0, NULL, NULL},
    {"scim_patch",
     "SELECT scim_patch('{\"userName\":\"ann\"}', '{\"Operations\":[{\"op\":"
     "\"add\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":"
     "\"a@b.no\"}]}')",
     0, 0, NULL, NULL},
    {"scim_validate", "SELECT scim_validate('User', '{\"emails\":5}')", 0, 0,
     NULL, NULL},
    {"scim_document",
     "SELECT scim_document('User', '{\"emails[type eq \\\"work\\\"].value\":"
     "\"a@b.no\",\"name.givenName\":\"A\"}', "
     "'{\"emails\":[{\"value\":\"b\"}]}')",
     0, 0, NULL, NULL},
    {"scim_preview",
     "SELECT count(*) FROM scim_preview('User', 'SELECT ''ann'' AS userName, "
     "''x'' AS title UNION ALL SELECT ''new'', NULL') "
     "WHERE deactivate_missing = 1",
     0, 0, NULL, NULL},
    {"scim_fold", "SELECT scim_fold('\u00C9' || ?1)", 0, 0, NULL, NULL},
    {"scim_map_preview",
     "SELECT count(*) FROM scim_map_preview('staff') AS p WHERE p.key > 0", 0,
     0, NULL, NULL},
    {"scim_map_adopt", "SELECT scim_map_adopt('staff')", 0, 0,
     "SELECT count(*) FROM scim_user JOIN scim_link USING (tenant, id) "
     "WHERE how = 'adopted' AND user_name = 'staff ' || ?1",
     "INSERT OR IGNORE INTO staff (login, boss) VALUES ('staff ' || ?1, 1)"},
    {"scim_review",
     "SELECT scim_review(review, 'create') FROM scim_review "
     "WHERE review = (SELECT max(review) FROM scim_review)",
     0, 0, "SELECT count(*) FROM tag WHERE name = 'waits ' || ?1",
     "INSERT INTO scim (method, target, body) VALUES ('POST', '/Groups', "
     "json_object('displayName', 'waits ' || ?1))"},
    {"scim_debug", "SELECT scim_debug()", 0, 0, NULL, NULL},
    {"the table scim", "SELECT max(status) FROM scim", 0, 0, NULL, NULL},
    {"the table scim_stmt", "SELECT count(*) FROM scim_stmt", 0, 0, NULL, NULL},
};

#define STEPS (sizeof steps / sizeof *steps)

/*
** Running SQL.
*/
static char reply[65536]; /* first column of the first row */

static int run(sqlite3 *db, const char *sql, long number) {
  sqlite3_stmt *statement = NULL;
  reply[0] = '\0';
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) return code;
  sqlite3_bind_int64(statement, 1, number);
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (!reply[0] && text) snprintf(reply, sizeof reply, "%s", text);
  }
  sqlite3_finalize(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int status(void) {
  int number = 0;
  return sscanf(reply, "{\"status\":%d", &number) == 1 ? number : 0;
}

#define REQUIRE(condition, step, number, what)                                 \
  do {                                                                         \
    if (!(condition))                                                          \
      fail_msg("%s, failure %ld: %s (%s)", (step), (number), (what), reply);   \
  } while (0)

/* What must be true of every database, each a query that yields 0. */
static const char *const rules[] = {
    "SELECT count(*) FROM (SELECT tenant, type, count(*) FROM scim_resource "
    "GROUP BY 1, 2 EXCEPT SELECT tenant, type, live FROM scim_count)",
    "SELECT count(*) FROM scim_value WHERE resource NOT IN "
    "(SELECT resource FROM scim_resource)",
    "SELECT count(*) FROM scim_unique WHERE resource NOT IN "
    "(SELECT resource FROM scim_resource)",
    "SELECT count(*) FROM scim_member WHERE \"group\" NOT IN "
    "(SELECT resource FROM scim_resource)",
    "SELECT (SELECT count(*) FROM scim_resource WHERE type = 'User') <> "
    "(SELECT count(*) FROM scim_unique WHERE attribute = 'userName')",
    /* Whoever was in the application's table is not new. */
    "SELECT (SELECT count(*) FROM scim_change WHERE event = 'created' AND "
    "type = 'User' AND id NOT IN (SELECT id FROM scim_link WHERE how <> "
    "'created')) <> (SELECT count(*) FROM scim_outbox WHERE kind = "
    "'invite')",
    "SELECT count(*) FROM scim_resource AS r WHERE r.version <> "
    "(SELECT max(version) FROM scim_log AS l WHERE l.id = r.id)",
    "SELECT count(*) FROM scim_index WHERE built AND attribute = 'userName' "
    "AND (SELECT count(*) FROM scim_resource WHERE type = 'User') <> "
    "(SELECT count(*) FROM scim_value WHERE attribute = 'userName')"};

#define RULES (sizeof rules / sizeof *rules)

/* They are asked twice for each failure, and to compile them takes longer than
** what is tested: so a connection keeps them, until it closes. */
static sqlite3_stmt *compiled[RULES];

static void forget_rules(void) {
  for (size_t i = 0; i < RULES; i++) {
    sqlite3_finalize(compiled[i]);
    compiled[i] = NULL;
  }
}

static void check_database(sqlite3 *db, const char *step, long number) {
  REQUIRE(sqlite3_get_autocommit(db), step, number, "a transaction stays open");
  for (size_t i = 0; i < RULES; i++) {
    if (!compiled[i]) sqlite3_prepare_v2(db, rules[i], -1, &compiled[i], NULL);
    bool row = sqlite3_step(compiled[i]) == SQLITE_ROW;
    snprintf(reply, sizeof reply, "%s",
             row ? (const char *)sqlite3_column_text(compiled[i], 0)
                 : sqlite3_errmsg(db));
    sqlite3_reset(compiled[i]);
    REQUIRE(strcmp(reply, "0") == 0, step, number, rules[i]);
  }
}

/* A run with a failure, then one without. False when there was no failure,
** because the step ends before. */
static bool attempt(sqlite3 *db, const Step *step, long number) {
  if (step->before)
    REQUIRE(run(db, step->before, number) == SQLITE_OK, step->name, number,
            sqlite3_errmsg(db));
  struck = false;
  lasting = number % 2;
  countdown = number;
  int code = run(db, step->sql, number);
  countdown = 0;
  if (code != SQLITE_OK)
    REQUIRE(struck && (code & 0xff) == kind, step->name, number,
            sqlite3_errmsg(db));
  bool acknowledged = code == SQLITE_OK;
  if (acknowledged && step->status)
    REQUIRE(status() == step->status, step->name, number, "another status");
  check_database(db, step->name, number);
  if (!acknowledged) {
    code = run(db, step->sql, number);
    REQUIRE(code == SQLITE_OK, step->name, number, sqlite3_errmsg(db));
    if (step->status)
      REQUIRE(status() == step->status || status() == step->status_if_done,
              step->name, number, "another status when it is tried again");
    check_database(db, step->name, number);
  }
  if (step->afterwards) {
    code = run(db, step->afterwards, number);
    REQUIRE(code == SQLITE_OK && !strcmp(reply, "1"), step->name, number,
            "it is not done exactly once");
  }
  return struck;
}

/*
** Databases.
*/
static const char fixture[] =
    "SELECT scim_init();"
    "INSERT INTO scim_rule (rule, event, type, filter, kind, once) VALUES"
    " (1, 'created', 'User', 'userName pr and not (groups pr)', 'invite', 0),"
    " (2, 'member_removed', 'Group', 'displayName pr', 'left', 1);"
    "UPDATE scim_tenant SET settings = '{\"group_reply\":0}';"
    "SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',"
    " '{\"id\":\"00000000-0000-4000-8000-00000000000a\"}');"
    "SELECT scim_apply('POST', '/Groups', '{\"displayName\":\"Sales\","
    " \"members\":[{\"value\":\"00000000-0000-4000-8000-00000000000a\"}]}',"
    " '{\"id\":\"00000000-0000-4000-8000-00000000000b\"}');"
    "CREATE TABLE staff (id INTEGER PRIMARY KEY, login TEXT UNIQUE, boss INT);"
    "INSERT INTO staff (login) VALUES ('Ann');"
    "SELECT scim_map('staff', '{\"type\":\"User\",\"table\":\"staff\","
    " \"key\":\"id\",\"columns\":{\"login\":{\"from\":\"userName\"},"
    " \"boss\":{\"from\":\"manager.value\",\"as\":\"key\"}},"
    " \"match\":[\"login\"]}');"
    "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);"
    "SELECT scim_map('tag', '{\"type\":\"Group\",\"table\":\"tag\","
    " \"key\":\"id\",\"columns\":{\"name\":{\"from\":\"displayName\"}},"
    " \"none\":\"review\"}');"
    "SELECT scim_map_switch('tag', 'on');";

static sqlite3 *open_with(const char *sql) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  return db;
}

typedef struct Image {
  unsigned char *bytes;
  sqlite3_int64 size;
} Image;

static Image image_of(const char *sql) {
  Image image;
  sqlite3 *db = open_with(sql);
  image.bytes = sqlite3_serialize(db, "main", &image.size, 0);
  sqlite3_close(db);
  return image;
}

static sqlite3 *open_image(Image image) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
  if (!image.size) return db;
  unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)image.size);
  memcpy(copy, image.bytes, (size_t)image.size);
  assert_int_equal(sqlite3_deserialize(db, "main", copy, image.size, image.size,
                                       SQLITE_DESERIALIZE_FREEONCLOSE |
                                           SQLITE_DESERIALIZE_RESIZEABLE),
                   SQLITE_OK);
  return db;
}

static Image base; /* with the fixture */
static long long memory_before;

static int set_up(void **state) {
  (void)state;
  install_faults();
  base = image_of(fixture);
  memory_before = sqlite3_memory_used();
  return 0;
}

static void close_clean(sqlite3 *db, const char *step, long number) {
  forget_rules();
  int code = sqlite3_close(db);
  REQUIRE(code == SQLITE_OK, step, number, "the connection does not close");
  REQUIRE(sqlite3_memory_used() == memory_before, step, number,
          "memory is left behind");
}

/*
** Warm walks.
*/
#define ATTEMPTS 32 /* on one connection: the tables stay small */
/* Points of a warm walk that are all taken; what has more compiles the rules of
** definitions. THINNER: how many times fewer of the others. */
#define EACH 32
#ifdef __SANITIZE_ADDRESS__
#define THINNER 4
#else
#define THINNER 1
#endif

/* The point after this one: each of so many, and then as FAULT_STRIDE says. */
static long next_point(long number, long each, long usual) {
  const char *stride = getenv("FAULT_STRIDE");
  long far = stride ? atol(stride) : usual * THINNER * one_of();
  return number + (number < each ? one_of() : far);
}

static bool walk_some(const Step *step, long *number) {
  sqlite3 *db = open_image(base);
  bool more = true;
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  sqlite3_progress_handler(db, 1, faulty_progress, db);
  attempt(db, step, 0); /* warms up: nothing fails */
  for (int i = 0; more && i < ATTEMPTS; i++) {
    *number = next_point(*number, EACH, 1999);
    more = attempt(db, step, *number);
  }
  run(db, "PRAGMA integrity_check", 0);
  assert_string_equal(reply, "ok");
  close_clean(db, step->name, *number);
  return more;
}

static void walk_warm(int fault) {
  kind = fault;
  for (size_t i = 0; i < STEPS; i++) {
    long number = 0;
    while (walk_some(&steps[i], &number)) continue;
  }
}

static void every_allocation_of_every_step_may_fail(void **state) {
  (void)state;
  walk_warm(SQLITE_NOMEM);
}

/*
** Cold walks.
*/
/* Loads, runs the step and closes, with one failure anywhere in between. What
** comes before the step is done before that. */
static bool attempt_cold(Image image, const Step *step, long number) {
  sqlite3 *db = open_image(image);
  if (step->before)
    REQUIRE(run(db, step->before, number) == SQLITE_OK, step->name, number,
            sqlite3_errmsg(db));
  char *message = NULL;
  struck = false;
  countdown = number;
  int code = sqlite3_scim_init(db, &message, NULL);
  if (code == SQLITE_OK) code = run(db, step->sql, number);
  if (code != SQLITE_OK) {
    /* json_valid() of SQLite says 0 when it has no memory. */
    REQUIRE(struck && (code == SQLITE_NOMEM || code == SQLITE_CONSTRAINT),
            step->name, number, sqlite3_errstr(code));
    sqlite3_free(message);
    REQUIRE(sqlite3_scim_init(db, NULL, NULL) == SQLITE_OK, step->name, number,
            "the extension cannot be loaded again");
    REQUIRE(run(db, step->sql, number) == SQLITE_OK, step->name, number,
            sqlite3_errmsg(db));
  }
  close_clean(db, step->name, number);
  countdown = 0;
  return struck;
}

#define LOADING 250 /* allocations, and some to spare */
#define LOADED 1    /* another walk has taken these */

static void walk_cold(Image image, const char *before, const char *step_sql,
                      long each, long usual) {
  kind = SQLITE_NOMEM;
  const Step step = {step_sql, step_sql, 0, 0, NULL, before};
  long number = 1;
  while (attempt_cold(image, &step, number))
    number = next_point(number, each, usual);
}

static void every_allocation_from_load_to_close_may_fail(void **state) {
  (void)state;
  walk_cold(base, NULL, "SELECT scim_version()", LOADING, 1);
  walk_cold(base, NULL, steps[0].sql, LOADED, 1999);
  walk_cold(base, "SELECT count(*) FROM scim_resource", steps[0].sql, LOADED,
            97);
}

static void every_allocation_of_creating_the_tables_may_fail(void **state) {
  (void)state;
  walk_cold((Image){NULL, 0}, NULL, "SELECT scim_init()", LOADED, 2999);
}

/* All or nothing: the second call finds version 1, whole, or nothing to do. */
static void every_allocation_of_an_upgrade_may_fail(void **state) {
  (void)state;
  Image old = {NULL, 0};
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open_v2("tests/store/old/version1.db", &db,
                                   SQLITE_OPEN_READONLY, NULL),
                   SQLITE_OK);
  old.bytes = sqlite3_serialize(db, "main", &old.size, 0);
  sqlite3_close(db);
  assert_non_null(old.bytes);
  memory_before = sqlite3_memory_used();
  walk_cold(old, NULL, "SELECT scim_init()", LOADED, 4999);
  sqlite3_free(old.bytes);
  memory_before = sqlite3_memory_used();
}

static void pure_functions_without_tables_may_fail(void **state) {
  (void)state;
  walk_cold((Image){NULL, 0}, NULL,
            "SELECT scim_match('userName pr', '{\"userName\":\"a\"}')", LOADED,
            1);
}

static void every_instruction_may_be_interrupted(void **state) {
  (void)state;
  walk_warm(SQLITE_INTERRUPT);
}

/* In a transaction of the caller's, which is committed whatever came of it: a
** dry run that fails in the middle leaves no more than one that does not. */
static long dry_points; /* where the last one could have failed */

static void attempt_dry(long number) {
  sqlite3 *db = open_image(base);
  assert_int_equal(sqlite3_scim_init(db, NULL, NULL), SQLITE_OK);
  sqlite3_progress_handler(db, 1, faulty_progress, db);
  static const char dry[] =
      APPLY("'POST', '/Users', json_object('userName', 'dry ' || ?1), "
            "'{\"dry_run\":true}'");
  run(db, dry, -1); /* warms up */
  assert_int_equal(run(db, "BEGIN", 0), SQLITE_OK);
  assert_int_equal(run(db, "INSERT INTO tag VALUES (77, 'mine')", 0),
                   SQLITE_OK);
  struck = false;
  lasting = number % 2;
  countdown = number;
  int code = run(db, dry, number);
  dry_points = number - countdown;
  countdown = 0;
  if (code == SQLITE_OK)
    REQUIRE(status() == 201, "dry run", number, "another status");
  else
    REQUIRE(struck && (code & 0xff) == kind, "dry run", number,
            sqlite3_errmsg(db));
  bool whole = !sqlite3_get_autocommit(db);
  if (whole) run(db, "COMMIT", 0);
  check_database(db, "dry run", number);
  run(db, "SELECT count(*) FROM scim_log WHERE after LIKE '%dry %'", 0);
  REQUIRE(!strcmp(reply, "0"), "dry run", number, "something stays");
  run(db, "SELECT count(*) FROM tag WHERE id = 77", 0);
  REQUIRE(atoi(reply) == whole, "dry run", number, "what was the caller's");
  close_clean(db, "dry run", number);
}

/* So many points at the end are all taken: there it is undone. */
#define DRY_UNDONE 100

static void dry_runs_leave_nothing(void **state) {
  (void)state;
  static const int kinds[] = {SQLITE_NOMEM, SQLITE_INTERRUPT};
  for (int i = 0; i < 2; i++) {
    kind = kinds[i];
    attempt_dry(1L << 40);
    long last = dry_points, undone = last - DRY_UNDONE;
    for (long number = 997; number <= undone; number += 997 * one_of())
      attempt_dry(number);
    for (long number = undone + 1; number <= last; number += one_of())
      attempt_dry(number);
  }
}

static void thousands_of_points_were_tried(void **state) {
  (void)state;
  print_message("# %ld failures, one of %ld\n", points, one_of());
  assert_true(points * one_of() > 2500);
}

static int tear_down(void **state) {
  (void)state;
  sqlite3_free(base.bytes);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_allocation_of_every_step_may_fail),
      cmocka_unit_test(every_allocation_from_load_to_close_may_fail),
      cmocka_unit_test(every_allocation_of_creating_the_tables_may_fail),
      cmocka_unit_test(pure_functions_without_tables_may_fail),
      cmocka_unit_test(every_allocation_of_an_upgrade_may_fail),
      cmocka_unit_test(every_instruction_may_be_interrupted),
      cmocka_unit_test(dry_runs_leave_nothing),
      cmocka_unit_test(thousands_of_points_were_tried),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
