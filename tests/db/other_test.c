/*
** other_test.c: another file is opened for reading only, where the host allows
** it, its rows are copied, and nothing of it stays, not even when memory runs
** out.
*/
#include "../../ext/db/other.h"

#include <unistd.h>

#include "db_test.h"

static char path[40];

/* The countdown strikes once; 0: none is armed. */
static sqlite3_mem_methods real;
static long countdown;

static void *faulty_malloc(int size) {
  return countdown && !--countdown ? NULL : real.xMalloc(size);
}

static void *faulty_realloc(void *old, int size) {
  return countdown && !--countdown ? NULL : real.xRealloc(old, size);
}

/* A file with the table t, and faults that can be armed. */
static int set_up(void **state) {
  (void)state;
  sqlite3 *db = NULL;
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  sqlite3_mem_methods faulty = real;
  faulty.xMalloc = faulty_malloc;
  faulty.xRealloc = faulty_realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty);
  snprintf(path, sizeof path, "/tmp/other_test_%d", (int)getpid());
  unlink(path);
  sqlite3_open(path, &db);
  sqlite3_exec(db,
               "CREATE TABLE t (x); INSERT INTO t VALUES (1), ('two'),"
               " (NULL), (x'00')",
               NULL, NULL, NULL);
  return sqlite3_close(db);
}

static int tear_down(void **state) {
  (void)state;
  return unlink(path);
}

/* What an operation does that has opened the file. */
typedef struct Task {
  Text file;
  bool silently;
  const char *prepare; /* of the other database */
  Other other;
} Task;

static void copies(Operation *operation, void *data) {
  Task *task = data;
  other_open(operation, &task->other, task->file);
  int prepared = failed(operation) ? SQLITE_OK
                                   : sqlite3_exec(task->other.db, task->prepare,
                                                  NULL, NULL, NULL);
  if (prepared != SQLITE_OK)
    error_database(operation,
                   prepared == SQLITE_INTERRUPT ? prepared : SQLITE_NOMEM,
                   "not prepared");
  other_copy(operation, &task->other, "t", task->silently);
}

static int code;
static char message[400];

/* Runs it, and closes what is open. */
static void run(Db *db, Task task) {
  Operation operation;
  db_enter(db, &operation);
  bool enough = operation_run(&operation, copies, &task);
  code = enough ? operation.sqlite & 0xff : SQLITE_NOMEM;
  snprintf(message, sizeof message, "%.*s", TEXT_ARG(operation.detail));
  db_leave(&operation);
  other_close(&task.other);
}

static Task task_of(const char *file, bool silently) {
  static char prepare[200];
  snprintf(prepare, sizeof prepare,
           "CREATE TABLE IF NOT EXISTS main.t AS SELECT * FROM \"%s\".t", file);
  return (Task){text_of(file), silently, prepare, {NULL, NULL, NULL}};
}

static const char triggered[] =
    "CREATE TRIGGER u AFTER INSERT ON t BEGIN INSERT INTO scim_log VALUES (7);"
    " END; INSERT INTO t VALUES (9); DELETE FROM scim_log";

static void rows_are_copied(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  db_run(&db, triggered);
  run(&db, task_of(path, true));
  expect_number("in place of what was there", code, SQLITE_OK);
  expect_number("as they are", db_number(&db, "SELECT count(*) FROM t"), 4);
  expect_number("each value",
                db_number(&db, "SELECT count(*) FROM t WHERE x IS NULL OR "
                               "x IN (1, 'two', x'00')"),
                4);
  expect_number("no trigger", db_number(&db, "SELECT count(*) FROM scim_log"),
                0);
  run(&db, task_of(path, false));
  expect_number("besides it", db_number(&db, "SELECT count(*) FROM t"), 8);
  expect_number("each fires", db_number(&db, "SELECT count(*) FROM scim_log"),
                4);
  db_run(&db, "CREATE UNIQUE INDEX one ON t (x) WHERE false");
  db_run(&db, "CREATE TRIGGER no BEFORE INSERT ON t BEGIN "
              "SELECT RAISE(ABORT, 'not this'); END");
  run(&db, task_of(path, false));
  expect_number("refused", code, SQLITE_CONSTRAINT);
  expect_text("with the words", text_of(message), "not this");
  db_run(&db, "ALTER TABLE t RENAME COLUMN x TO y");
  run(&db, task_of(path, true));
  expect_number("another column", code, SQLITE_ERROR);
  db_close(&db);
  db_check();
}

static int answer = SQLITE_DENY;

static int forbids(void *data, int action, const char *a, const char *b,
                   const char *c, const char *d) {
  (void)data, (void)b, (void)c, (void)d;
  return action == SQLITE_ATTACH && strcmp(a, path) == 0 ? answer : SQLITE_OK;
}

static void what_the_host_forbids_is_not_opened(void **state) {
  (void)state;
  char missing[80];
  Db db;
  db_open(&db, ":memory:");
  sqlite3_set_authorizer(db.db, forbids, NULL);
  run(&db, task_of(path, true));
  expect_number("the authorizer is asked about the file", code, SQLITE_AUTH);
  answer = SQLITE_IGNORE;
  run(&db, task_of(path, true));
  expect_number("which may ignore it, too", code, SQLITE_AUTH);
  sqlite3_set_authorizer(db.db, NULL, NULL);
  int limit = sqlite3_limit(db.db, SQLITE_LIMIT_ATTACHED, 0);
  run(&db, task_of(path, true));
  expect_number("no database may be attached", code, SQLITE_AUTH);
  sqlite3_limit(db.db, SQLITE_LIMIT_ATTACHED, limit);
  snprintf(missing, sizeof missing, "%s.missing", path);
  run(&db, task_of(missing, true));
  expect_number("what is not there", code, SQLITE_CANTOPEN);
  expect_number("is not made", access(missing, F_OK), -1);
  Task task = task_of(path, true);
  char write[200];
  snprintf(write, sizeof write, "INSERT INTO \"%s\".t VALUES (5)", path);
  task.prepare = write; /* fails, and leaves no table to be copied */
  run(&db, task);
  expect_text("for reading only", text_of(message), "not prepared");
  db_run(&db, "DELETE FROM t");
  run(&db, task_of(path, true));
  expect_number("nothing can be written",
                db_number(&db, "SELECT count(*) FROM t"), 4);
  db_close(&db);
  db_check();
}

/* The host's handler, which says to stop at the call of that number. */
typedef struct Stopper {
  sqlite3 *db;
  bool interrupts; /* or by what it returns */
  long calls, last;
} Stopper;

static int stopper_call(void *data) {
  Stopper *stopper = data;
  if (++stopper->calls != stopper->last) return 0;
  if (stopper->interrupts) sqlite3_interrupt(stopper->db);
  return !stopper->interrupts;
}

/* Within a statement of the host's, as scim_replay is. */
static void what_stops_the_host_stops_it(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  db_run(&db, "INSERT INTO t VALUES (1), (2)");
  Task task = task_of(path, true);
  task.prepare = "CREATE TABLE main.t AS WITH n (x) AS (SELECT 1 UNION ALL "
                 "SELECT x + 1 FROM n LIMIT 100000) SELECT x FROM n";
  for (int way = 0; way < 3; way++) {
    Stopper stopper = {db.db, way == 1, 0, way < 2 ? 5 : 0};
    sqlite3_stmt *theirs = NULL;
    sqlite3_prepare_v2(db.db, "SELECT 1 UNION ALL SELECT 2", -1, &theirs, NULL);
    expect_number("the host reads", sqlite3_step(theirs), SQLITE_ROW);
    sqlite3_progress_handler(db.db, 100, stopper_call, &stopper);
    run(&db, task);
    sqlite3_progress_handler(db.db, 0, NULL, NULL);
    sqlite3_finalize(theirs);
    expect_number("stopped or not", code, way < 2 ? SQLITE_INTERRUPT : 0);
    expect_bool("it was asked", stopper.calls >= 5, true);
    expect_number("and nothing copied or all",
                  db_number(&db, "SELECT count(*) FROM t"),
                  way < 2 ? 2 : 100000);
  }
  db_close(&db);
  db_check();
}

/* Each allocation fails once, until all succeed. */
static void without_memory_nothing_stays(void **state) {
  (void)state;
  Db db;
  db_open(&db, ":memory:");
  db_run(&db, triggered);
  run(&db, task_of(path, true));
  long long used = sqlite3_memory_used();
  long failures = 0;
  for (long at = 1; at < 10000; at++) {
    bool silently = at % 2;
    db_run(&db, "BEGIN");
    countdown = at;
    run(&db, task_of(path, silently));
    bool through = countdown > 0;
    countdown = 0;
    if (db_in_transaction(&db)) db_run(&db, "ROLLBACK");
    if (through) break;
    failures += code != SQLITE_OK;
    if (code != SQLITE_OK && code != SQLITE_NOMEM)
      expect_number(message, code, SQLITE_NOMEM);
  }
  expect_bool("some of them count", failures > 20, true);
  db_run(&db, "INSERT INTO t VALUES (1)");
  expect_number("triggers fire again",
                db_number(&db, "SELECT count(*) FROM scim_log"), 1);
  run(&db, task_of(path, true));
  expect_bool("nothing is left", sqlite3_memory_used() - used < 2000, true);
  db_close(&db);
  db_check();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_copied),
      cmocka_unit_test(what_the_host_forbids_is_not_opened),
      cmocka_unit_test(what_stops_the_host_stops_it),
      cmocka_unit_test(without_memory_nothing_stays),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
