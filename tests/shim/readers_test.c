/*
** readers_test.c: how long a read may go on beginning again (shim/readers.c),
** by a clock that only the test sets. Requests, and waiting for a place, take
** as long as a test says.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../shim/readers.c"

#define BUDGET 1000

static long long now; /* in milliseconds */
static int began;     /* how often the request has begun */

/* ---- What the rest of scimd says */

long long moment_now(void) { return now * MOMENT_MILLISECOND; }
long long moment_milliseconds(void) { return now; }
void moment_init_condition(pthread_cond_t *condition) {
  pthread_cond_init(condition, NULL);
}
bool moment_wait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                 long long until) {
  (void)condition;
  (void)mutex;
  now = until / MOMENT_MILLISECOND;
  return false;
}
static bool presses; /* the log is at its limit */
bool wal_limit_presses(void) { return presses; }
bool place_is_there(void) { return true; }
bool place_was_there(long long milliseconds) { return milliseconds > 0; }
void keeper_touch(Keeper *keeper) { (void)keeper; }
void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}
const char *engine_name(const EngineStatement *statement) {
  (void)statement;
  return "GET";
}
const char engine_apply_read[] = "", engine_apply_write[] = "";
bool engine_is_apply(const EngineStatement *statement) {
  (void)statement;
  return true;
}
/* What becomes of a reader that is asked for the first time, and how many have
** put off to read the schema. */
static int readiness = SQLITE_OK;
static int put_off;
int database_open(Database *database, const Options *options, DatabaseMode mode,
                  Output *complaint) {
  (void)options;
  (void)complaint;
  database->later = mode == DATABASE_LATER;
  put_off += database->later;
  return sqlite3_open(":memory:", &database->handle);
}
int database_get_ready(Database *database, const Options *options) {
  (void)options;
  if (!database->later) return SQLITE_OK;
  database->later = readiness != SQLITE_OK;
  return readiness;
}
int database_close(Database *database) {
  return sqlite3_close(database->handle);
}
int database_tell(Database *database, const EngineStatement *statement,
                  EngineAnswer *answer, int code) {
  (void)database;
  (void)statement;
  (void)answer;
  return code ? 500 : 0;
}
void output_bytes(Output *output, const void *bytes, size_t size) {
  (void)output;
  (void)bytes;
  (void)size;
}

/* ---- Places: another tenant has all of them, wants each back at once until
** some time, and gives one up after a while */

static long long wants_until, a_while;

bool share_init(Share *share, long places, long most) {
  (void)share;
  return places > 0 && most > 0;
}
void share_free(Share *share) { (void)share; }
bool share_enter(Share *share, uint64_t tenant) {
  (void)share;
  return tenant == 0;
}
bool share_yield(Share *share, uint64_t tenant) {
  (void)share;
  return tenant == 1 && now < wants_until;
}
void share_leave(Share *share, uint64_t tenant) {
  (void)share;
  (void)tenant;
}
ShareEnd share_wait(Share *share, uint64_t tenant, long long until,
                    ShareClient client) {
  long long end = now + a_while;
  (void)share;
  (void)tenant;
  (void)client;
  now = end < until / MOMENT_MILLISECOND ? end : until / MOMENT_MILLISECOND;
  return now == end ? SHARE_HAS : SHARE_FULL;
}

/* A request without an end, which is looked at ten times a budget. One of ours
** is short, unless a test says that it has no end either. */
static bool endless;
int database_ask(Database *database, const EngineStatement *statement,
                 EngineAnswer *answer) {
  Reader *reader = (Reader *)database;
  (void)statement;
  (void)answer;
  began++;
  assert_true(reader->watched);
  if (reader->ours && !endless) return SQLITE_OK;
  do now += BUDGET / 10;
  while (!readers_watch(reader));
  return SQLITE_INTERRUPT;
}

/* ---- One that asks */

static long budget = BUDGET;

/* What becomes of it; *spent is how long it took. */
static int ask(long long wants, long long wait, long long *spent) {
  Options options = {.readers = 2, .threads = 4, .read_budget = budget};
  EngineStatement statement = {0};
  EngineAnswer answer = {0};
  EngineClient client = {.tenant = 1};
  Output complaint = {0};
  Readers *readers = readers_open(&options, NULL, &complaint);
  assert_non_null(readers);
  now = 5000;
  wants_until = now + wants;
  a_while = wait;
  began = 0;
  int outcome = readers_apply(readers, &statement, client, &answer);
  *spent = now - 5000;
  readers_close(readers);
  return outcome;
}

/* It takes a tenth of a budget to be found to be long. */
static void test_it_waits_for_a_budget(void **state) {
  long long spent;
  (void)state;
  assert_int_equal(ask(0, 100 * BUDGET, &spent), ENGINE_BUSY);
  assert_int_equal(spent, BUDGET / 10 + BUDGET);
  assert_int_equal(began, 1);
}

static void test_it_runs_for_a_budget(void **state) {
  long long spent;
  (void)state;
  assert_int_equal(ask(0, 1, &spent), ENGINE_LATE);
  assert_int_equal(spent, BUDGET / 10 + 1 + BUDGET);
  assert_int_equal(began, 2);
}

static void test_it_begins_again_for_four_budgets(void **state) {
  long long spent;
  (void)state;
  assert_int_equal(ask(100 * BUDGET, BUDGET / 2, &spent), ENGINE_BUSY);
  assert_int_equal(spent, 4 * BUDGET);
  assert_true(began > 4);
}

static void test_and_runs_for_one_more(void **state) {
  long long spent;
  (void)state;
  assert_int_equal(ask(3 * BUDGET + 650, BUDGET / 2, &spent), ENGINE_LATE);
  assert_true(spent > 4 * BUDGET && spent <= 5 * BUDGET);
}

/* However much it has: one that holds up all writes is ended before the writer
** has waited in vain. */
static void test_at_the_limit_of_the_log_it_is_ended(void **state) {
  long long spent;
  (void)state;
  budget = 100 * BUDGET;
  presses = true;
  assert_int_equal(ask(0, 1, &spent), ENGINE_BUSY);
  assert_int_equal(spent, BUDGET / 10 + 1 + WAL_LIMIT_READ);
  assert_true(WAL_LIMIT_READ + READERS_QUICK < WAL_LIMIT_PATIENCE);
  presses = false;
  assert_int_equal(ask(0, 1, &spent), ENGINE_LATE);
  budget = BUDGET;
}

/* One of ours waits for nobody, and for no place, but has a budget. */
static void test_one_of_ours_has_a_budget(void **state) {
  (void)state;
  Options options = {.readers = 2, .threads = 4, .read_budget = BUDGET};
  EngineStatement statement = {0};
  EngineAnswer answer = {0};
  Output complaint = {0};
  Readers *readers = readers_open(&options, NULL, &complaint);
  now = 5000;
  wants_until = 10 * now;
  endless = true;
  began = 0;
  assert_int_equal(readers_ask(readers, &statement, &answer), ENGINE_LATE);
  assert_int_equal(now - 5000, BUDGET);
  assert_int_equal(began, 1);
  endless = false;
  readers_close(readers);
}

/* The first who asks finds one that is ready. One that cannot be made so, now,
** is given back, and is asked again. */
static void test_readers_are_made_ready_when_they_are_needed(void **state) {
  (void)state;
  Options options = {.readers = 3, .threads = 6};
  Output complaint = {0};
  put_off = 0;
  Readers *readers = readers_open(&options, NULL, &complaint);
  assert_int_equal(put_off, 2);
  readiness = SQLITE_IOERR;
  Reader *first = readers_take(readers, true);
  Reader *second = readers_take(readers, true);
  EngineAnswer answer = {0};
  EngineStatement statement = {.sql = "SELECT 1"};
  began = 0;
  assert_int_equal(readers_run(second, &statement, &answer), SQLITE_IOERR);
  assert_int_equal(second->end, END_NONE);
  readers_put(readers, second);
  assert_int_equal(readers_ask(readers, &statement, &answer), 500);
  assert_int_equal(began, 0);
  readiness = SQLITE_OK;
  assert_ptr_equal(readers->idle, second);
  assert_int_equal(readers_ask(readers, &statement, &answer), 0);
  assert_int_equal(began, 1);
  assert_false(first->database.later);
  readers_close(readers);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_it_waits_for_a_budget),
      cmocka_unit_test(test_it_runs_for_a_budget),
      cmocka_unit_test(test_it_begins_again_for_four_budgets),
      cmocka_unit_test(test_and_runs_for_one_more),
      cmocka_unit_test(test_at_the_limit_of_the_log_it_is_ended),
      cmocka_unit_test(test_one_of_ours_has_a_budget),
      cmocka_unit_test(test_readers_are_made_ready_when_they_are_needed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
