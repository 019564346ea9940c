/*
** nesting_test.c: calls nest, and each is a scope of its own.
**
** An application's trigger calls scim_match while scim_apply runs; a SELECT
** calls scim_apply for each row of scim_filter; a function of the host runs
** SQL of its own in the middle of both. Whatever the inner call does, and
** however it fails, no memory is harmed, the outer call answers right or fails
** as a whole, and the connection works on.
**
** Three walks and what they have in common:
**
** - triggers: every function and table (a probe), from a trigger on each table
**   that an operation (a step) writes. A trigger may be on any of 13 tables,
**   before and after each of three events: a site. All sites have a trigger
**   with the same body; only the one that is armed runs it, so that one
**   connection serves many attempts. Of the sites at which a step stops, each
**   probe takes some, under valgrind fewer; NESTING_STRIDE=1 takes all. Of the
**   probes one of SHARE is taken.
** - rows: every source of rows, with every call in the SELECT list, and every
**   call by another statement while a cursor is open.
** - nest(): a function of the host that runs SQL, as eval() of others does. By
**   it scim_apply runs within scim_apply.
**
** The four faults by which the walks were found to be needed are tests of
** their own, at the beginning.
*/
#include "../harness/share.h"
#include "../store/sound.h"

static Image image;
static sqlite3_int64 memory_before;
static long attempts; /* numbers them: names and ids follow from it */

/*
** Functions of the host: at(site) for the triggers, and nest(sql).
*/
enum { NOWHERE = -1, EVERYWHERE = -2 };
static int armed = NOWHERE;
static int skipped; /* how often the armed site lets pass before it strikes */
static bool struck; /* the body of a trigger has run */
static bool fired[256];

static void host_at(sqlite3_context *context, int count,
                    sqlite3_value **values) {
  (void)count;
  int site = sqlite3_value_int(values[0]);
  if (armed != NOWHERE) fired[site] = true;
  bool strikes = armed == EVERYWHERE || armed == site;
  if (strikes && skipped > 0) {
    skipped--;
    strikes = false;
  }
  if (strikes) struck = true;
  sqlite3_result_int(context, strikes);
}

/* The first value of the statement, or its error. Nothing is armed in it. */
static void host_nest(sqlite3_context *context, int count,
                      sqlite3_value **values) {
  (void)count;
  sqlite3 *db = sqlite3_context_db_handle(context);
  sqlite3_stmt *statement = NULL;
  int was = armed;
  armed = NOWHERE;
  int code = sqlite3_prepare_v2(db, (const char *)sqlite3_value_text(values[0]),
                                -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    sqlite3_result_value(context, sqlite3_column_value(statement, 0));
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  if (code != SQLITE_DONE) {
    sqlite3_result_error(context, sqlite3_errmsg(db), -1);
    sqlite3_result_error_code(context, code);
  }
  sqlite3_finalize(statement);
  armed = was;
}

static sqlite3 *open_fixture(void) {
  memory_before = sqlite3_memory_used();
  sqlite3 *db = open_image(image);
  sqlite3_create_function(db, "at", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL,
                          host_at, NULL, NULL);
  sqlite3_create_function(db, "nest", 1, SQLITE_UTF8, NULL, host_nest, NULL,
                          NULL);
  armed = NOWHERE;
  return db;
}

/* The connection still serves, and closes with nothing left behind. */
static void close_sound(sqlite3 *db, const char *what) {
  armed = NOWHERE;
  char sql[256];
  snprintf(sql, sizeof sql,
           APPLY("'POST', '/Users', '{\"userName\":\"last %ld\"}', NULL"),
           ++attempts);
  if (run(db, sql, 0) != SQLITE_OK || status() != 201)
    fail_msg("%s: the next operation answers %s%s", what, value, message);
  if (!sqlite3_get_autocommit(db)) must(db, "ROLLBACK");
  check_integrity(db);
  int code = sqlite3_close(db);
  if (code != SQLITE_OK) fail_msg("%s: it does not close: %d", what, code);
  if (sqlite3_memory_used() != memory_before)
    fail_msg("%s: %lld bytes are left behind", what,
             sqlite3_memory_used() - memory_before);
}

/*
** The four faults.
*/
#define CREATE_BOB APPLY("'POST', '/Users', '{\"userName\":\"new bob\"}', NULL")

/* The failing call reset the statements of the operation around it. */
static void a_wrong_filter_in_a_trigger_fails_the_operation(void **state) {
  (void)state;
  sqlite3 *db = open_fixture();
  must(db, "CREATE TRIGGER app AFTER INSERT ON scim_resource BEGIN"
           " SELECT scim_match('userName sw \"a\" and (', NEW.doc); END");
  unsigned long long before = digest(db, "scim_*");
  assert_int_equal(run(db, CREATE_BOB, 0), SQLITE_ERROR);
  assert_non_null(strstr(message, "filter"));
  assert_true(sqlite3_get_autocommit(db));
  assert_true(before == digest(db, "scim_*"));
  must(db, "DROP TRIGGER app");
  close_sound(db, "a wrong filter in a trigger");
}

/* The inner call freed the schemas of the operation around it. */
static void definitions_may_be_read_again_within_a_trigger(void **state) {
  (void)state;
  sqlite3 *db = open_fixture();
  must(db, "CREATE TRIGGER app AFTER INSERT ON scim_resource BEGIN"
           " INSERT INTO scim_index(type, attribute) VALUES('User', 'title');"
           " SELECT scim_match('userName pr', NEW.doc); END");
  assert_int_equal(run(db, CREATE_BOB, 0), SQLITE_OK);
  assert_int_equal(status(), 201);
  assert_non_null(strstr(value, "\"userName\":\"new bob\""));
  assert_int_equal(
      run(db, "SELECT id FROM scim_filter('User', 'userName eq \"new bob\"')",
          0),
      SQLITE_OK);
  assert_int_equal(rows, 1);
  must(db, "DROP TRIGGER app");
  close_sound(db, "definitions read again within a trigger");
}

/* The call in the SELECT list freed the schemas of the cursor it reads. */
static void definitions_may_be_read_again_while_a_cursor_is_open(void **state) {
  (void)state;
  sqlite3 *db = open_fixture();
  must(db, "INSERT INTO scim_index(type, attribute) VALUES('User', 'title')");
  assert_int_equal(
      run(db,
          "SELECT group_concat(path), count(scim_apply('DELETE', '/Users/x',"
          " NULL, NULL))"
          " FROM scim_attributes('{\"userName\":\"a\",\"title\":\"t\"}')",
          0),
      SQLITE_OK);
  assert_string_equal(value, "userName,title");
  assert_int_equal(
      run(db,
          "SELECT path, scim_apply('DELETE', '/Users/x', NULL, NULL)"
          " FROM scim_attributes('{\"userName\":\"a\",\"title\":\"t\"}')",
          0),
      SQLITE_OK);
  assert_string_equal(value, "userName");
  assert_int_equal(rows, 2);
  close_sound(db, "definitions read again under a cursor");
}

/* A length of 0 less 1 was copied. */
static void an_empty_document_is_an_error_of_the_database(void **state) {
  (void)state;
  sqlite3 *db = open_fixture();
  must(db, "UPDATE scim_resource SET doc = '' WHERE id = 'ann'");
  int code = run(db, APPLY("'GET', '/Users', NULL, NULL"), 0);
  if (code != SQLITE_CORRUPT)
    fail_msg("got code %d, message '%s', value %.99s", code, message, value);
  assert_non_null(strstr(message, "scim_resource"));
  assert_non_null(strstr(message, "ann"));
  close_sound(db, "an empty document");
}

/* Without a type, documents were taken for one of none. */
static void functions_answer_though_there_are_no_types(void **state) {
  (void)state;
  static const char *const calls[] = {
      "SELECT scim_match('userName pr', '{\"userName\":\"a\"}')",
      "SELECT scim_match('(', '{}')",
      "SELECT scim_patch('{}', '{\"Operations\":[{\"op\":\"add\",\"path\":"
      "\"title\",\"value\":\"x\"}]}')",
      "SELECT scim_validate('User', '{\"userName\":\"a\"}')",
      "SELECT path FROM scim_attributes('{\"userName\":\"a\"}')",
      "SELECT id FROM scim_filter('User', 'userName pr')",
      "SELECT id FROM scim_as_of('User', '2100-01-01')",
      APPLY("'GET', '/Users', NULL, NULL"),
      APPLY("'GET', '/', NULL, NULL"),
      APPLY("'GET', '/Schemas', NULL, NULL"),
      APPLY("'GET', '/ResourceTypes', NULL, NULL"),
      APPLY("'POST', '/Users', '{\"userName\":\"b\"}', NULL"),
      APPLY("'POST', '/Bulk', '{\"Operations\":[]}', NULL"),
      "SELECT scim_init()",
  };
  sqlite3 *db = open_fixture();
  must(db, "BEGIN; DELETE FROM scim_resource_type");
  for (size_t i = 0; i < COUNT_OF(calls); i++) {
    int code = run(db, calls[i], 0);
    if (code != SQLITE_OK && !message[0])
      fail_msg("%s: code %d without a message", calls[i], code);
    if (status() && !is_json(value)) fail_msg("%s: %s", calls[i], value);
  }
  must(db, "ROLLBACK");
  close_sound(db, "no types");
}

/*
** Steps: the outer operations. ?1 is the number of the attempt.
*/
typedef struct Step {
  const char *name;
  const char *sql;
  int status;        /* of the reply; 0: no reply is looked at */
  const char *after; /* yields 1 once it has been done, or NULL */
  const char *before;
} Step;

#define PATCH_BODY(operation)                                                  \
  "json_object('Operations', json_array(" operation "))"
static const Step steps[] = {
    {"create",
     APPLY("'POST', '/Users', json_object('userName', 'new ' || ?1, 'title', "
           "'cook', 'emails', json_array(json_object('value', 'a@b.no'))), "
           "NULL"),
     201, "SELECT count(*) FROM scim_user WHERE user_name = 'new ' || ?1",
     NULL},
    {"create by INSERT",
     "INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', "
     "json_object('userName', 'inserted ' || ?1))",
     0, "SELECT count(*) FROM scim_user WHERE user_name = 'inserted ' || ?1",
     NULL},
    {"create a group",
     APPLY("'POST', '/Groups', json_object('displayName', 'group ' || ?1, "
           "'members', json('[{\"value\":\"ann\"},{\"value\":\"bob\"}]')), "
           "NULL"),
     201,
     "SELECT members = 2 FROM scim_group WHERE display_name = 'group ' || ?1",
     NULL},
    {"create a device",
     APPLY("'POST', '/Devices', json_object('serial', 'serial ' || ?1, "
           "'bought', '2026-02-01T09:00:00Z'), NULL"),
     201,
     "SELECT count(*) FROM scim_filter('Device', 'serial eq \"serial ' || ?1 "
     "|| '\"')",
     NULL},
    {"replace",
     APPLY("'PUT', '/Users/ann', json_object('userName', 'ann', 'title', "
           "'put ' || ?1), NULL"),
     200, "SELECT count(*) FROM scim_user WHERE title = 'put ' || ?1", NULL},
    {"patch",
     APPLY("'PATCH', '/Users/ann', " PATCH_BODY(
         "json_object('op', 'replace', 'path', 'name.familyName', 'value', "
         "'patch ' || ?1)") ", NULL"),
     200, "SELECT count(*) FROM scim_user WHERE family_name = 'patch ' || ?1",
     NULL},
    {"add a member",
     APPLY("'PATCH', '/Groups/sales', " PATCH_BODY(
         "json_object('op', 'add', 'path', 'members', 'value', json_array("
         "json_object('value', 'm' || ?1)))") ", NULL"),
     200, "SELECT count(*) FROM scim_member WHERE value = 'm' || ?1", NULL},
    {"drop a member",
     APPLY("'PATCH', '/Groups/sales', " PATCH_BODY(
         "json_object('op', 'remove', 'path', 'members[value eq \"m' || ?1 "
         "|| '\"]')") ", NULL"),
     200, "SELECT NOT count(*) FROM scim_member WHERE value = 'm' || ?1",
     APPLY("'PATCH', '/Groups/sales', " PATCH_BODY(
         "json_object('op', 'add', 'path', 'members', 'value', json_array("
         "json_object('value', 'm' || ?1)))") ", NULL")},
    {"delete", APPLY("'DELETE', '/Users/leaver-' || ?1, NULL, NULL"), 204,
     "SELECT NOT count(*) FROM scim_user WHERE id = 'leaver-' || ?1",
     APPLY("'POST', '/Users', json_object('userName', 'leaver-' || ?1), "
           "json_object('id', 'leaver-' || ?1)")},
    {"delete a member of groups",
     APPLY("'DELETE', '/Users/member-' || ?1, NULL, NULL"), 204,
     "SELECT NOT count(*) FROM scim_member WHERE value = 'member-' || ?1",
     "SELECT scim_apply('POST', '/Users', json_object('userName', 'member-' "
     "|| ?1), json_object('id', 'member-' || ?1)), scim_apply('PATCH', "
     "'/Groups/sales', " PATCH_BODY(
         "json_object('op', 'add', 'path', 'members', 'value', json_array("
         "json_object('value', 'member-' || ?1)))") ", NULL)"},
    {"bulk",
     APPLY("'POST', '/Bulk', json_object('Operations', json_array("
           "json_object('method', 'POST', 'path', '/Users', 'bulkId', 'a', "
           "'data', json_object('userName', 'bulk ' || ?1)), "
           "json_object('method', 'POST', 'path', '/Groups', 'bulkId', 'b', "
           "'data', json_object('displayName', 'bulk ' || ?1, 'members', "
           "json_array(json_object('value', 'bulkId:a')))), "
           "json_object('method', 'PATCH', 'path', '/Users/bob', 'data', " //
           PATCH_BODY("json_object('op', 'add', 'path', 'title', 'value', "
                      "'bulk ' || ?1)") "))), NULL"),
     200,
     "SELECT count(*) = 3 FROM scim_log WHERE status < 300 AND coalesce(after, "
     "'') LIKE '%bulk ' || ?1 || '\"%'",
     NULL},
    {"what is refused",
     APPLY("'POST', '/Users', json_object('userName', 'ANN', 'title', "
           "'no ' || ?1), NULL"),
     409, "SELECT NOT count(*) FROM scim_user WHERE title = 'no ' || ?1", NULL},
    {"a wrong patch",
     APPLY("'PATCH', '/Users/ann', " PATCH_BODY(
         "json_object('op', 'add', 'path', 'a[b')") ", NULL"),
     400, NULL, NULL},
    {"a token", "SELECT scim_token('acme', 'label ' || ?1)", 0,
     "SELECT count(*) FROM scim_token WHERE label = 'label ' || ?1", NULL},
    {"a token of a new tenant", "SELECT scim_token('tenant ' || ?1, 'label')",
     0, "SELECT count(*) FROM scim_tenant WHERE name = 'tenant ' || ?1", NULL},
    {"another secret",
     "SELECT scim_token_rotate(1, 0, json_object('random', "
     "printf('%064d', ?1)))",
     0,
     "SELECT count(DISTINCT digest) = count(*) AND min(previous_digest) IS "
     "NULL "
     "FROM scim_token",
     NULL},
    {"a client", "SELECT scim_client('acme', 'client ' || ?1)", 0,
     "SELECT count(*) FROM scim_client WHERE label = 'client ' || ?1", NULL},
    {"a tenant that goes", "SELECT scim_tenant_remove('going ' || ?1, 10)", 0,
     "SELECT NOT count(*) FROM scim_tenant WHERE name = 'going ' || ?1",
     "INSERT OR IGNORE INTO scim_tenant (name) VALUES ('going ' || ?1)"},
    {"building an index", "SELECT scim_init()", 0,
     "SELECT min(built) FROM scim_index",
     "INSERT OR REPLACE INTO scim_index (type, attribute) "
     "VALUES ('User', 'title')"},
    {"building all indexes",
     APPLY("'DELETE', '/Users/nobody-' || ?1, NULL, NULL"), 404,
     "SELECT min(built) FROM scim_index",
     "UPDATE scim_schema SET definition = definition"},
    {"a new schema",
     "INSERT INTO scim_schema (definition) VALUES (json_object('id', "
     "'urn:example:' || ?1, 'name', 'x', 'attributes', json_array()))",
     0, "SELECT count(*) FROM scim_schema WHERE id = 'urn:example:' || ?1",
     NULL},
    {"a schema that is replaced",
     "UPDATE scim_schema SET definition = json_set(definition, "
     "'$.description', 'as of ' || ?1) WHERE id = 'urn:example:Device'",
     0,
     "SELECT count(*) FROM scim_schema WHERE json_extract(definition, "
     "'$.description') = 'as of ' || ?1",
     NULL},
    {"a default",
     "INSERT OR REPLACE INTO scim_default (type, attribute, value) "
     "VALUES ('User', 'userType', json_quote('type ' || ?1))",
     0,
     "SELECT count(*) FROM scim_default WHERE value = '\"type ' || ?1 || "
     "'\"'",
     NULL},
};

#define STEPS ((int)COUNT_OF(steps))

/* Done in more than one statement. */
static bool is_long(const Step *step) {
  return !strcmp(step->name, "bulk") || strstr(step->name, "building");
}

/*
** Sites.
*/
static const char *const tables[] = {
    "scim_resource", "scim_member", "scim_log",    "scim_value",
    "scim_unique",   "scim_count",  "scim_token",  "scim_meta",
    "scim_tenant",   "scim_index",  "scim_schema", "scim_resource_type",
    "scim_default"};
static const char *const moments[] = {"BEFORE INSERT", "AFTER INSERT",
                                      "BEFORE UPDATE", "AFTER UPDATE",
                                      "BEFORE DELETE", "AFTER DELETE"};

#define MOMENTS ((int)COUNT_OF(moments))
#define SITES ((int)COUNT_OF(tables) * MOMENTS)

static const char *site_name(int site) {
  static char name[64];
  if (site < 0) return site == NOWHERE ? "nowhere" : "everywhere";
  snprintf(name, sizeof name, "%s ON %s", moments[site % MOMENTS],
           tables[site / MOMENTS]);
  return name;
}

static void create_trigger(sqlite3 *db, int site, const char *body) {
  char *sql =
      sqlite3_mprintf("CREATE TRIGGER app_%d %s WHEN at(%d) BEGIN %s; END",
                      site, site_name(site), site, body);
  must(db, sql);
  sqlite3_free(sql);
}

static void create_triggers(sqlite3 *db, const char *body) {
  must(db, "BEGIN");
  for (int site = 0; site < SITES; site++) create_trigger(db, site, body);
  must(db, "COMMIT");
}

/*
** Attempts: a step with a trigger armed.
*/
typedef enum Outcome {
  GOOD, /* the inner call succeeds, and so does the outer */
  BAD,  /* the outer fails with the message of the inner, and changes nothing */
  EITHER /* it succeeds, or fails with any message and changes nothing */
} Outcome;

#define REQUIRE(condition, what)                                               \
  do {                                                                         \
    if (!(condition))                                                          \
      fail_msg("%s, %s, within %s, attempt %ld: %s\n  message: %s\n"           \
               "  value: %.300s",                                              \
               probe, site_name(site), step->name, attempts, (what), message,  \
               value);                                                         \
  } while (0)

/* A caller's transaction around every other attempt. */
static void begin(sqlite3 *db) {
  if (attempts % 2) must(db, "BEGIN");
}

/* In a transaction of the caller's, what is done in several statements is
** undone with the transaction. */
static void end(sqlite3 *db, const Step *step, int code) {
  if (attempts % 2 == 0 || sqlite3_get_autocommit(db)) return;
  must(db, is_long(step) && code != SQLITE_OK ? "ROLLBACK" : "COMMIT");
}

/* A trigger that changes definitions leaves indexes to be built again. */
static bool redefines(const Step *step, const char *probe) {
  return strstr(step->after, "scim_index") &&
         (strstr(probe, "scim_index") || strstr(probe, "scim_schema"));
}

static void check_done(sqlite3 *db, const Step *step, const char *probe,
                       int site) {
  if (step->status) REQUIRE(status() == step->status, "another status");
  if (!step->after || redefines(step, probe)) return;
  REQUIRE(run(db, step->after, attempts) == SQLITE_OK, "cannot be looked at");
  REQUIRE(!strcmp(value, "1"), "it is not done");
}

/* An error of the database undoes the operation. An application's refusal is a
** SCIM error, and leaves a row of the log; of a bulk request, it is about a
** part. */
static void check_undone(sqlite3 *db, const Step *step, const char *probe,
                         int site, const char *error, unsigned long long before,
                         unsigned long long log) {
  REQUIRE(strstr(message[0] ? message : value, error), error);
  if (is_long(step) && (!message[0] || !sqlite3_get_autocommit(db))) return;
  REQUIRE(before == digest(db, "scim_[^l][^h]*"), "it is half done");
  if (message[0]) REQUIRE(log == digest(db, "scim_log"), "the log has changed");
}

/* True when the site was reached and the operation succeeded. */
static bool attempt(sqlite3 *db, const Step *step, const char *probe, int site,
                    Outcome outcome, const char *error) {
  attempts++;
  message[0] = '\0';
  if (!is_long(step) && site != NOWHERE)
    must(db, "SELECT scim_init()"); /* builds what is left */
  if (step->before)
    REQUIRE(run(db, step->before, attempts) == SQLITE_OK, "not prepared");
  unsigned long long before = digest(db, "scim_[^l][^h]*");
  unsigned long long log = digest(db, "scim_log");
  memset(fired, 0, sizeof fired);
  begin(db);
  armed = site;
  skipped = site >= 0 && attempts % 3 == 0; /* not always the first row */
  struck = site == NOWHERE; /* then the trigger need not run to do its harm */
  int code = run(db, step->sql, attempts);
  armed = NOWHERE;
  if (code == SQLITE_OK && strstr(step->sql, "INSERT INTO scim ")) /* a reply */
    REQUIRE(run(db,
                "SELECT json_object('status', status, 'detail', detail)"
                "  FROM scim_log ORDER BY seq DESC LIMIT 1",
                attempts) == SQLITE_OK,
            "no log");
  if (outcome == GOOD) REQUIRE(code == SQLITE_OK, "it fails");
  if (outcome == BAD && struck)
    REQUIRE(code != SQLITE_OK || status() >= 400 ||
                (is_long(step) && strstr(value, error)), /* a part of a bulk */
            "it does not fail");
  if (code != SQLITE_OK || (outcome == BAD && struck)) {
    check_undone(db, step, probe, site, error, before, log);
  } else {
    check_done(db, step, probe, site);
  }
  end(db, step, code);
  REQUIRE(sqlite3_get_autocommit(db), "a transaction stays open");
  const char *broken = broken_rule(db);
  REQUIRE(!broken, broken);
  return struck && code == SQLITE_OK;
}

/* At which sites does each step stop? Found by running it once. */
static bool stops[STEPS][COUNT_OF(tables) * MOMENTS];

static void find_sites(void) {
  sqlite3 *db = open_fixture();
  int found = 0;
  create_triggers(db, "SELECT 1");
  for (int i = 0; i < STEPS; i++) {
    attempt(db, &steps[i], "nothing", EVERYWHERE, GOOD, "");
    memcpy(stops[i], fired, sizeof stops[i]);
    for (int site = 0; site < SITES; site++) found += stops[i][site];
  }
  must(db, "DROP TRIGGER app_0");
  close_sound(db, "finding the sites");
  if (found < 100) fail_msg("only %d sites", found);
}

/* Of the sites of all steps a probe takes one in so many. */
static long stride(void) {
  const char *wanted = getenv("NESTING_STRIDE");
  if (wanted && atol(wanted) > 0) return atol(wanted);
  return getenv("VALGRIND") ? 60 : getenv("SANITIZED") ? 28 : 14;
}

/* And valgrind, slow as it is, some of the probes. */
static int probe_stride(void) { return getenv("VALGRIND") ? 4 : (int)one_of(); }

/* A change of a definition takes as long as a hundred other steps, because
** SQLite compiles all rules of definitions for it: a probe takes few. */
static bool is_slow(const Step *step) {
  const char *before = step->before ? step->before : "";
  return strstr(before, "INTO scim_") || strstr(before, "UPDATE scim_") ||
         !strncmp(step->sql, "INSERT INTO scim_", 17) ||
         !strncmp(step->sql, "INSERT OR", 9) ||
         !strncmp(step->sql, "UPDATE", 6);
}

static bool takes(int step, int site, int probe) {
  if (is_slow(&steps[step]) && (step + probe) % 6) return false;
  return stops[step][site] && (site + 3 * probe + step) % stride() == 0;
}

static bool takes_everywhere(int step, int probe) {
  if (is_slow(&steps[step]) && (step + probe) % 6) return false;
  return (step + probe) % (1 + stride() / 10) == 0;
}

/* Triggers for a probe that is never everywhere: at the sites that it takes.
** Each that is there is compiled along with the statements of a step. */
static void create_taken(sqlite3 *db, const char *body, int number) {
  must(db, "BEGIN");
  for (int site = 0; site < SITES; site++) {
    bool taken = false;
    for (int i = 0; i < STEPS; i++) taken |= takes(i, site, number);
    if (taken) create_trigger(db, site, body);
  }
  must(db, "COMMIT");
}

/* A definition that changes another before it is whole is refused. */
static bool is_own(const char *probe, int site) {
  return strstr(probe, "scim_schema") && strstr(site_name(site), "scim_schema");
}

/* How often the trigger ran and the operation succeeded. What writes does it
** after the row that set it off: before, the row would be overwritten. */
static int walk(sqlite3 *db, int number, const char *probe, Outcome outcome,
                const char *error) {
  int times = 0;
  for (int i = 0; i < STEPS; i++) {
    for (int site = 0; site < SITES; site++)
      if (takes(i, site, number) && (outcome != EITHER || site % 2) &&
          !is_own(probe, site))
        times += attempt(db, &steps[i], probe, site, outcome, error);
  }
  /* Changes of definitions would set off each other. */
  if (outcome == GOOD && !strstr(probe, "scim_schema") &&
      !strstr(probe, "scim_index") && !strstr(probe, "scim_default"))
    for (int i = 0; i < STEPS; i++)
      if (takes_everywhere(i, number))
        attempt(db, &steps[i], probe, EVERYWHERE, GOOD, "");
  return times;
}

/*
** Probes: the inner calls. Each is the body of a trigger.
*/
#define DOC "'{\"userName\":\"ann\",\"emails\":[{\"value\":\"a@b.no\"}]}'"
#define PATCH_TITLE                                                            \
  SOUND_PATCH("{\"op\":\"add\",\"path\":\"title\",\"value\":\"x\"}")

static const char *const good_probes[] = {
    "SELECT scim_match('userName sw \"a\"', " DOC ")",
    "SELECT sum(scim_match('emails[value ew \"no\"] or displayName pr', doc)) "
    "FROM scim_resource WHERE type = 'User'",
    "SELECT scim_match(NULL, NULL), scim_match('a pr', NULL), "
    "scim_match(NULL, " DOC "), scim_patch(NULL, NULL), scim_patch(" DOC
    ", NULL)",
    "SELECT scim_patch(" DOC ", " PATCH_TITLE ")",
    "SELECT sum(length(scim_patch(doc, " PATCH_TITLE "))) FROM scim_resource "
    "WHERE type = 'User'",
    "SELECT scim_validate('User', " DOC "), scim_validate('User', '{}'), "
    "scim_validate('Nothing', '{}'), scim_validate('User', '{'), "
    "scim_validate(NULL, NULL), scim_validate(5, x'ff00')",
    "SELECT sum(scim_validate(type, doc) IS NULL) FROM scim_resource",
    "SELECT scim_version(), scim_debug()",
    "SELECT count(*) FROM scim_filter('User', 'userName eq \"ann\"')",
    "SELECT count(id) FROM scim_filter('User', 'title pr and active eq true', "
    "'userName', 'descending')",
    "SELECT id FROM scim_filter('Group', 'members.value eq \"ann\"') LIMIT 1",
    "SELECT count(*) FROM scim_filter('Device', NULL) WHERE tenant = 'acme'",
    "SELECT count(value) FROM scim_attributes(" DOC ")",
    "SELECT count(*) FROM scim_attributes(NULL)",
    "SELECT count(a.path) FROM scim_filter('User', 'userName pr') AS f, "
    "scim_attributes(f.doc) AS a",
    "SELECT count(doc) FROM scim_as_of('User', '2100-01-01T00:00:00Z')",
    "SELECT count(doc) FROM scim_as_of('Group', '2026-01-01')",
    "SELECT count(*) FROM scim_filter('User', 'userName pr') "
    "WHERE scim_match('title pr', doc) AND id IN (SELECT id FROM "
    "scim_filter('User', 'active eq true'))",
    "UPDATE scim_meta SET value = value + 1 WHERE name = 'generation'; "
    "SELECT scim_match('userName pr', " DOC ")",
    "UPDATE scim_schema SET definition = definition "
    "WHERE id = 'urn:example:Device'; SELECT count(*) FROM scim_filter('User', "
    "'userName pr'); "
    "SELECT scim_patch(" DOC ", " PATCH_TITLE ")",
    "DELETE FROM scim_index WHERE type = 'User' AND attribute = 'locale'; "
    "INSERT INTO scim_index (type, attribute) VALUES ('User', 'locale'); "
    "SELECT scim_validate('User', " DOC ")",
    "DELETE FROM scim_default WHERE attribute = 'locale'; "
    "INSERT INTO scim_default (type, attribute, value) "
    "VALUES ('User', 'locale', '\"en\"'); "
    "SELECT count(*) FROM scim_attributes(" DOC ")",
};

static const char *const bad_probes[] = {
    "SELECT scim_match('userName sw \"a\" and (', " DOC ")",
    "SELECT scim_match('', " DOC ")",
    "SELECT scim_match(5, " DOC ")",
    "SELECT scim_match(x'00ff', " DOC ")",
    "SELECT scim_match(printf('%.*c', 100000, '('), " DOC ")",
    "SELECT scim_match('userName pr', '')",
    "SELECT scim_match('userName pr', '{')",
    "SELECT scim_match('userName pr', '[]')",
    "SELECT scim_match('userName pr', 7.5)",
    "SELECT scim_match('userName pr', x'ff00')",
    "SELECT scim_match('userName pr', printf('%.*c', 100000, '['))",
    "SELECT scim_match('userName pr', doc), scim_match('(', doc) "
    "FROM scim_resource",
    "SELECT scim_patch(" DOC ", '{')",
    "SELECT scim_patch('nothing', " PATCH_TITLE ")",
    "SELECT scim_patch(" DOC
    ", " SOUND_PATCH("{\"op\":\"add\",\"path\":\"a[b\",\"value\":1}") ")",
    "SELECT scim_patch(" DOC
    ", " SOUND_PATCH("{\"op\":\"fly\",\"path\":\"title\"}") ")",
    "SELECT scim_patch(" DOC ", x'')",
    "SELECT count(*) FROM scim_filter('User', 'userName sw \"a\" and (')",
    "SELECT count(*) FROM scim_filter('Nothing', 'userName pr')",
    "SELECT count(*) FROM scim_filter(NULL, NULL)",
    "SELECT count(*) FROM scim_filter('User', NULL, 'nothing')",
    "SELECT count(*) FROM scim_filter('User', x'ff')",
    "SELECT count(*) FROM scim_filter('User', 'userName pr') "
    "WHERE scim_match('(', doc)",
    "SELECT count(*) FROM scim_as_of('User', 'yesterday')",
    "SELECT count(*) FROM scim_as_of('Nothing', '2026-01-01')",
    "SELECT count(*) FROM scim_as_of(5, 5)",
    "SELECT count(*) FROM scim_attributes('{')",
    "SELECT count(*) FROM scim_attributes(x'ff')",
    "SELECT count(*) FROM scim_filter('User', 'userName pr') AS f, "
    "scim_attributes(f.id || '}')",
    "SELECT nest('SELECT scim_match(''('', ''{}'')')",
    "UPDATE scim_schema SET definition = definition "
    "WHERE id = 'urn:example:Device'; SELECT scim_match('(', '{}')",
    "SELECT RAISE(ABORT, 'no seats left')",
    "SELECT scim_match('userName pr', " DOC "); SELECT RAISE(ABORT, 'no')",
};

/* The functions that write, and the table of requests: from a trigger SQLite
** does not let them be called. */
static const char *const direct_probes[] = {
    "SELECT scim_apply('GET', '/Users', NULL, NULL)",
    "SELECT scim_apply('{\"method\":\"GET\",\"target\":\"/Users\"}')",
    "SELECT scim_apply('POST', '/Users', '{', 5)",
    "SELECT scim_init()",
    "SELECT scim_token('default', 'x')",
    "SELECT scim_token(NULL, x'ff', '{')",
    "SELECT scim_token_rotate(1, 60)",
    "SELECT scim_client('default', 'x')",
    "SELECT scim_client_rotate('x', 60)",
    "SELECT scim_tenant_remove('default', 10)",
    "SELECT count(*) FROM scim",
    "INSERT INTO scim (method, target) VALUES ('GET', '/Users')",
};

/* What applications should not do, and do. */
static const char *const hostile_probes[] = {
    "DELETE FROM scim_resource; SELECT scim_match('userName pr', " DOC ")",
    "DELETE FROM scim_resource WHERE resource = (SELECT max(resource) FROM "
    "scim_resource)",
    "UPDATE scim_resource SET doc = ''",
    "UPDATE scim_resource SET doc = '[]', type = 'Nothing'",
    "UPDATE scim_resource SET resource = resource + 1000 "
    "WHERE resource < 1000",
    "DELETE FROM scim_member",
    "DELETE FROM scim_tenant",
    "DELETE FROM scim_token",
    "DELETE FROM scim_meta",
    "UPDATE scim_meta SET value = 'x'",
    "DELETE FROM scim_log",
    "DELETE FROM scim_count",
    "DELETE FROM scim_unique",
    "DELETE FROM scim_value",
    "DELETE FROM scim_index; SELECT scim_match('userName pr', " DOC ")",
    "DELETE FROM scim_resource_type; SELECT scim_match('userName pr', " DOC ")",
    "DELETE FROM scim_resource_type WHERE name = 'Device'; "
    "DELETE FROM scim_schema WHERE id = 'urn:example:Device'; "
    "SELECT count(*) FROM scim_filter('Device', NULL)",
    "SELECT RAISE(IGNORE)",
    "SELECT RAISE(FAIL, 'half')",
    "SELECT RAISE(ROLLBACK, 'all')",
    "SELECT nest('CREATE TABLE app_' || abs(random()) || ' (a)')",
    "SELECT nest('COMMIT')",
    "SELECT nest('BEGIN')",
    "SELECT nest('SAVEPOINT s')",
    "SELECT nest('DROP TRIGGER app_1')",
    "SELECT nest('VACUUM')",
};

/* The message that the probe has by itself. */
static const char *error_of(const char *probe) {
  static char error[sizeof message];
  sqlite3 *db = open_fixture();
  must(db, "CREATE TABLE app (a)");
  char *sql = sqlite3_mprintf(
      "CREATE TRIGGER app AFTER INSERT ON app BEGIN %s; END", probe);
  must(db, sql);
  sqlite3_free(sql);
  assert_int_not_equal(run(db, "INSERT INTO app VALUES (1)", 0), SQLITE_OK);
  snprintf(error, sizeof error, "%s", message);
  close_sound(db, probe);
  assert_true(error[0]);
  return error;
}

static void calls_from_triggers_succeed(void **state) {
  (void)state;
  int times = 0;
  for (int i = 0; i < (int)COUNT_OF(good_probes); i += probe_stride()) {
    sqlite3 *db = open_fixture();
    create_triggers(db, good_probes[i]);
    times += walk(db, i, good_probes[i], GOOD, "");
    close_sound(db, good_probes[i]);
  }
  assert_true(times > 700 / stride() / probe_stride());
}

static void calls_from_triggers_fail_and_the_operation_with_them(void **state) {
  (void)state;
  for (int i = 0; i < (int)COUNT_OF(bad_probes); i += probe_stride()) {
    const char *error = error_of(bad_probes[i]);
    sqlite3 *db = open_fixture();
    create_taken(db, bad_probes[i], i);
    walk(db, i, bad_probes[i], BAD, error);
    close_sound(db, bad_probes[i]);
  }
}

/* SQLite refuses the trigger when the statement around it is prepared. */
static void writing_from_triggers_is_unsafe_use(void **state) {
  (void)state;
  for (int i = 0; i < (int)COUNT_OF(direct_probes); i++) {
    sqlite3 *db = open_fixture();
    must(db, "SELECT scim_init()");
    create_trigger(db, 5, direct_probes[i]);  /* scim_resource */
    create_trigger(db, 13, direct_probes[i]); /* scim_log */
    for (int step = 0; step < 3; step++)
      attempt(db, &steps[step], direct_probes[i], NOWHERE, BAD,
              "unsafe use of");
    must(db, "DROP TRIGGER app_5; DROP TRIGGER app_13");
    close_sound(db, direct_probes[i]);
  }
}

/*
** What applications should not do, and do. What is left is their own doing;
** each reply is JSON or an error, and the rest is for the tools that watch
** memory.
*/
static void attempt_hostile(sqlite3 *db, const Step *step, const char *probe,
                            int site) {
  attempts++;
  if (step->before) run(db, step->before, attempts);
  armed = site;
  int code = run(db, step->sql, attempts);
  armed = NOWHERE;
  if (code == SQLITE_OK && step->status)
    REQUIRE(is_json(value), "the reply is no JSON");
}

/* Each in a transaction that is rolled back, so that the next finds all as it
** was; and some for good. */
static void walk_hostile(sqlite3 *db, int number, const char *probe) {
  for (int i = 0; i < STEPS; i++) {
    for (int site = 0; site < SITES; site++) {
      if (!takes(i, site, number)) continue;
      run_all(db, "BEGIN");
      attempt_hostile(db, &steps[i], probe, site);
      run_all(db, "ROLLBACK");
    }
  }
  for (int i = 0; i < STEPS; i += 3)
    if (takes_everywhere(i, number))
      attempt_hostile(db, &steps[i], probe, EVERYWHERE);
}

static void hostile_triggers_harm_no_memory(void **state) {
  (void)state;
  for (int i = 0; i < (int)COUNT_OF(hostile_probes); i += probe_stride()) {
    sqlite3 *db = open_fixture();
    create_triggers(db, hostile_probes[i]);
    walk_hostile(db, i, hostile_probes[i]);
    if (!sqlite3_get_autocommit(db)) must(db, "ROLLBACK");
    check_integrity(db);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(sqlite3_memory_used(), memory_before);
  }
}

/*
** Calls within calls, by a function of the host.
*/
typedef struct Call {
  const char *sql; /* an expression without double quotes */
  Outcome outcome;
} Call;

#define NEW_NAME "json_object('userName', 'inner ' || hex(randomblob(8)))"

static const Call calls[] = {
    {"scim_apply('GET', '/Users/ann', NULL, NULL)", GOOD},
    {"scim_apply('GET', '/Users?filter=title%20co%20%22e%22', NULL, NULL)",
     GOOD},
    {"scim_apply('GET', '/Groups?sortBy=displayName&count=1', NULL, NULL)",
     GOOD},
    {"scim_apply('GET', '/Schemas', NULL, NULL)", GOOD},
    {"scim_apply('GET', '/Users?filter=(', NULL, NULL)", GOOD},
    {"scim_apply('POST', '/Users', '{', NULL)", EITHER}, /* it is logged */
    {"scim_apply(NULL, x'ff', 5, NULL)", EITHER},
    {"scim_apply('POST', '/Users', " NEW_NAME ", '{\"dry_run\":true}')", GOOD},
    {"scim_apply('POST', '/Users', " NEW_NAME ", NULL)", EITHER},
    {"scim_apply('PATCH', '/Users/bob', json_object('Operations', json_array("
     "json_object('op', 'add', 'path', 'nickName', 'value', "
     "hex(randomblob(4))))), NULL)",
     EITHER},
    {"scim_apply('PUT', '/Groups/all', json_object('displayName', 'All'), "
     "NULL)",
     EITHER},
    {"scim_apply('DELETE', '/Devices/laptop', NULL, NULL)", EITHER},
    {"scim_apply('POST', '/Bulk', json_object('Operations', json_array("
     "json_object('method', 'POST', 'path', '/Users', 'bulkId', 'a', "
     "'data', " NEW_NAME "))), NULL)",
     EITHER},
    {"scim_token('default', 'inner')", EITHER},
    {"scim_token_rotate(1, 60)", EITHER},
    {"scim_client('default', 'inner')", EITHER},
    {"scim_tenant_remove('nobody', 10)", GOOD},
    {"scim_init()", EITHER},
    {"nest('INSERT INTO scim (method, target) VALUES (''DELETE'', ''/x'')')",
     EITHER},
    {"nest('SELECT count(*) FROM scim')", GOOD},
    {"nest('UPDATE scim_schema SET definition = definition "
     "WHERE id = ''urn:example:Device''')",
     GOOD},
    {"nest('INSERT OR IGNORE INTO scim_index (type, attribute) VALUES "
     "(''User'', ''locale'')')",
     GOOD},
};

static void operations_run_within_operations(void **state) {
  (void)state;
  for (int i = 0; i < (int)COUNT_OF(calls); i += probe_stride()) {
    sqlite3 *db = open_fixture();
    char *body = sqlite3_mprintf("SELECT nest('SELECT ' || %Q)", calls[i].sql);
    create_triggers(db, body);
    int times = walk(db, i, calls[i].sql, calls[i].outcome, "");
    /* SQLite opens no savepoint within a statement that writes. */
    if (!times && stride() < 15 && strcmp(calls[i].sql, "scim_init()"))
      fail_msg("%s: it never succeeds", calls[i].sql);
    sqlite3_free(body);
    close_sound(db, calls[i].sql);
  }
}

/*
** Calls in the SELECT list, and by other statements, while cursors are open.
*/
static const char *const sources[] = {
    "scim_filter('User', 'userName pr') LIMIT 3",
    "scim_filter('User', 'title pr or emails pr or active pr', 'userName') "
    "LIMIT 3",
    "scim_filter('Group', NULL) LIMIT 3",
    "scim_filter('User', NULL) AS f, scim_attributes(f.doc) AS a LIMIT 9",
    "scim_attributes('{\"userName\":\"a\",\"title\":\"t\",\"emails\":["
    "{\"value\":\"x\"},{\"value\":\"y\"}]}')",
    "scim_as_of('User', '2100-01-01T00:00:00Z') LIMIT 3",
    "scim LIMIT 5",
    "scim_stmt LIMIT 9",
    "scim_resource LIMIT 3",
    "scim_history LIMIT 9",
};

/* So that scim_stmt has rows. */
#define WARM_UP APPLY("'GET', '/Users?filter=title%20pr', NULL, NULL")

/* Besides those above. */
static const Call row_calls[] = {
    {"scim_match('userName sw \"a\"', '{\"userName\":\"ann\"}')", GOOD},
    {"scim_match('(', '{}')", BAD},
    {"scim_match('userName pr', '[')", BAD},
    {"scim_patch('{}', '{')", BAD},
    {"scim_validate('User', '{}')", GOOD},
    {"scim_document('User', '{\"userName\":\"ann\"}', " DOC ")", GOOD},
    {"scim_document('User', '{\"id\":1}')", BAD},
    {"(SELECT count(*) FROM scim_filter('User', 'title pr'))", GOOD},
    {"(SELECT count(*) FROM scim_filter('User', 'title') WHERE random())", BAD},
    {"(SELECT count(*) FROM scim_as_of('User', hex(randomblob(2))))", BAD},
    {"(SELECT count(*) FROM scim_attributes(hex(randomblob(2)) || '{'))", BAD},
    {"scim_token(NULL, NULL)", BAD},
    {"scim_token('default', hex(randomblob(2)), '{')", BAD},
    {"scim_token_rotate(1, hex(randomblob(2)) || 'x')", BAD},
    {"scim_client_rotate(hex(randomblob(2)), 1)", BAD},
    {"scim_tenant_remove('default', 0)", BAD},
    {"nest('SELECT scim_match(''('', ''{}'')')", BAD},
    {"nest('VACUUM')", BAD},
    {"nest('CREATE TABLE IF NOT EXISTS app (a)')", GOOD},
    {"nest('PRAGMA user_version = 5')", GOOD},
};

#define CALLS ((int)(COUNT_OF(calls) + COUNT_OF(row_calls)))

static const Call *call_at(int number) {
  int first = (int)COUNT_OF(calls);
  return number < first ? &calls[number] : &row_calls[number - first];
}

static int count_rows(sqlite3 *db, const char *source) {
  char sql[512];
  snprintf(sql, sizeof sql, "SELECT 1 FROM %s", source);
  if (run(db, sql, 0) != SQLITE_OK) fail_msg("%s: %s", sql, message);
  return rows;
}

/* A call must see the rows that were there when the statement began; the live
** tables may show more. */
static void check_rows(sqlite3 *db, const char *source, const Call *call) {
  char sql[1024];
  int want = count_rows(db, source);
  snprintf(sql, sizeof sql, "SELECT %s, '%ld' FROM %s", call->sql, ++attempts,
           source);
  int code = run(db, sql, 0);
  bool good = call->outcome == BAD ? code != SQLITE_OK && message[0]
                                   : code == SQLITE_OK && rows == want;
  if (call->outcome == EITHER && code != SQLITE_OK) good = true;
  if (!good)
    fail_msg("%s: code %d, %d rows, not %d: %s", sql, code, rows, want,
             message);
  if (!sqlite3_get_autocommit(db)) fail_msg("%s: a transaction is open", sql);
  const char *broken = broken_rule(db);
  if (broken) fail_msg("%s: %s", sql, broken);
}

static void every_row_may_call(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT_OF(sources); i++) {
    sqlite3 *db = open_fixture();
    must(db, WARM_UP);
    for (int call = 0; call < CALLS; call++)
      if (((int)i + call) % one_of() == 0)
        check_rows(db, sources[i], call_at(call));
    close_sound(db, sources[i]);
  }
}

typedef struct Open {
  sqlite3_stmt *statement;
  int rows, want;
} Open;

static void open_all(sqlite3 *db, Open *open) {
  for (size_t i = 0; i < COUNT_OF(sources); i++) {
    char sql[512];
    snprintf(sql, sizeof sql, "SELECT * FROM %s", sources[i]);
    open[i].want = count_rows(db, sources[i]);
    sqlite3_prepare_v2(db, sql, -1, &open[i].statement, NULL);
    assert_int_equal(sqlite3_step(open[i].statement), SQLITE_ROW);
    open[i].rows = 1;
  }
}

static void finish_all(sqlite3 *db, Open *open, const char *call) {
  for (size_t i = 0; i < COUNT_OF(sources); i++) {
    int code;
    while ((code = sqlite3_step(open[i].statement)) == SQLITE_ROW) {
      open[i].rows++;
      for (int j = 0; j < sqlite3_column_count(open[i].statement); j++)
        sqlite3_column_text(open[i].statement, j);
    }
    if (code != SQLITE_DONE || open[i].rows != open[i].want)
      fail_msg("%s after %s: code %d, %d rows, not %d: %s", sources[i], call,
               code, open[i].rows, open[i].want, sqlite3_errmsg(db));
    sqlite3_finalize(open[i].statement);
  }
}

/* Every cursor is open in the middle of its rows while a call is made. */
static void cursors_outlive_calls_of_other_statements(void **state) {
  (void)state;
  sqlite3 *db = open_fixture();
  must(db, WARM_UP);
  for (int i = 0; i < CALLS; i++) {
    const Call *call = call_at(i);
    Open open[COUNT_OF(sources)];
    char sql[1024];
    open_all(db, open);
    snprintf(sql, sizeof sql, "SELECT %s", call->sql);
    int code = run(db, sql, 0);
    if (code != SQLITE_OK && call->outcome == GOOD)
      fail_msg("%s: %s", sql, message);
    finish_all(db, open, call->sql);
  }
  close_sound(db, "calls while cursors are open");
}

/* Until the last cursor has gone, so have not the definitions. */
static void definitions_outlive_their_replacement(void **state) {
  (void)state;
  sqlite3 *db = open_fixture();
  must(db, WARM_UP);
  Open open[COUNT_OF(sources)];
  open_all(db, open);
  for (int i = 0; i < 40; i++) {
    must(db, "UPDATE scim_meta SET value = value + 1 WHERE name = "
             "'generation'");
    must(db, "SELECT scim_match('userName pr', '{}');"
             "SELECT count(*) FROM scim_filter('User', 'title pr')");
  }
  must(db, "DELETE FROM scim_index; DELETE FROM scim_resource_type "
           "WHERE name = 'Device'; SELECT scim_match('userName pr', '{}')");
  finish_all(db, open, "40 sets of definitions");
  close_sound(db, "40 sets of definitions");
}

static int set_up(void **state) {
  (void)state;
  image = sound_image();
  is_json("{}");
  find_sites();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  print_message("# %ld attempts\n", attempts);
  is_json(NULL);
  sqlite3_free(image.bytes);
  return 0;
}

/* An argument chooses tests by a pattern with * and ?. */
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_wrong_filter_in_a_trigger_fails_the_operation),
      cmocka_unit_test(definitions_may_be_read_again_within_a_trigger),
      cmocka_unit_test(definitions_may_be_read_again_while_a_cursor_is_open),
      cmocka_unit_test(an_empty_document_is_an_error_of_the_database),
      cmocka_unit_test(functions_answer_though_there_are_no_types),
      cmocka_unit_test(calls_from_triggers_succeed),
      cmocka_unit_test(calls_from_triggers_fail_and_the_operation_with_them),
      cmocka_unit_test(writing_from_triggers_is_unsafe_use),
      cmocka_unit_test(hostile_triggers_harm_no_memory),
      cmocka_unit_test(operations_run_within_operations),
      cmocka_unit_test(every_row_may_call),
      cmocka_unit_test(cursors_outlive_calls_of_other_statements),
      cmocka_unit_test(definitions_outlive_their_replacement),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
