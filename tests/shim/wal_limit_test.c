/*
** wal_limit_test.c: who is waited for before a write-ahead log is held to be at
** its limit, and what is told of it, by a clock that stands still unless
** somebody waits.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The three that are not SQLite's here. */
#define sqlite3_errcode limit_errcode
#define sqlite3_errmsg limit_errmsg
#define sqlite3_sleep limit_sleep

#include "../../shim/output.c"
#include "../../shim/wal_limit.c"

static long long now; /* in milliseconds */
static Database database;
static Options options;

/* Attempts end with these codes, one after the other, the last one again and
** again; and those who read are waited for, if that is said. */
static const int *codes;
static bool reads;
static int tries;

static int events;
static char event[512];

long long moment_milliseconds(void) { return now; }
long long moment_now(void) { return now * MOMENT_MILLISECOND; }
void moment_write(char text[MOMENT_TEXT]) { strcpy(text, "THEN"); }

int limit_errcode(sqlite3 *handle) {
  (void)handle;
  return *codes;
}

const char *limit_errmsg(sqlite3 *handle) {
  (void)handle;
  return "disk I/O error";
}

int limit_sleep(int milliseconds) {
  now += milliseconds;
  return milliseconds;
}

bool database_restart_wal(Database *restarted, int patience) {
  if (tries++ && codes[1] >= 0) codes++;
  if (*codes == SQLITE_OK) restarted->wal_frames = 0;
  if (*codes == SQLITE_BUSY && reads) now += patience;
  return *codes == SQLITE_OK;
}

const char *database_wal(const Database *asked) {
  (void)asked;
  return "file-wal";
}

static long holder;
long wal_holder(const char *wal) {
  assert_string_equal(wal, "file-wal");
  return holder;
}

void log_event(const char *name, const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(event, sizeof event, format, list);
  va_end(list);
  assert_string_equal(name, "wal");
  events++;
}

/* The log has so many pages of a thousand bytes, of which it may have 1,000,
** and attempts end like this. */
static void fill(int pages, const int *ends) {
  options = (Options){.wal_bytes = 1000000};
  database = (Database){.wal_frames = pages, .wal_frame = 1000};
  codes = ends;
  tries = 0;
  events = 0;
  reads = false;
}

static int leave(void **state) {
  static const int ends[] = {SQLITE_OK, -1};
  (void)state;
  fill(2000, ends);
  assert_true(wal_limit_restart(&database, 5));
  assert_false(wal_limit_decide(&options, &database));
  return 0;
}

static void test_what_is_in_the_log_counts(void **state) {
  (void)state;
  fill(1000, NULL);
  assert_false(wal_limit_is_passed(&options, &database));
  fill(1001, NULL);
  database.wal_size = 1;
  assert_true(wal_limit_is_passed(&options, &database));
  options.wal_bytes = 0;
  assert_false(wal_limit_is_passed(&options, &database));
}

static void test_a_log_that_is_begun_anew_is_not_held(void **state) {
  static const int ends[] = {SQLITE_OK, -1};
  (void)state;
  fill(2000, ends);
  assert_true(wal_limit_restart(&database, 3200));
  assert_false(wal_limit_decide(&options, &database));
  assert_int_equal(events, 0);
}

static void test_one_that_is_held_and_short_may_grow(void **state) {
  static const int ends[] = {SQLITE_BUSY, -1};
  (void)state;
  fill(1000, ends);
  assert_false(wal_limit_restart(&database, 50));
  assert_false(wal_limit_decide(&options, &database));
  assert_int_equal(events, 0);
}

/* SQLite itself waits for who reads: not a second time then. */
static void test_a_reader_is_waited_for_once(void **state) {
  static const int ends[] = {SQLITE_BUSY, -1};
  (void)state;
  fill(2000, ends);
  reads = true;
  assert_false(wal_limit_restart(&database, 3200));
  assert_int_equal(tries, 1);
  now += 7;
  assert_true(wal_limit_decide(&options, &database));
  assert_true(wal_limit_is_reached());
  assert_true(wal_limit_since() == moment_now());
  assert_non_null(strstr(event, "the write-ahead log has 2 MB, "));
  assert_non_null(strstr(event, "since THEN at least"));
}

/* SQLite does not wait for a checkpoint that another process makes, which may
** be what frees the log. */
static void test_another_checkpoint_is_waited_for(void **state) {
  static const int ends[] = {SQLITE_BUSY, SQLITE_BUSY, SQLITE_OK, -1};
  (void)state;
  fill(2000, ends);
  assert_true(wal_limit_restart(&database, 3200));
  assert_int_equal(tries, 3);
  assert_false(wal_limit_decide(&options, &database));
}

static void test_but_no_longer_than_is_said(void **state) {
  static const int ends[] = {SQLITE_BUSY, -1};
  long long start = now;
  (void)state;
  fill(2000, ends);
  assert_false(wal_limit_restart(&database, 3200));
  assert_true(now - start >= 3200 && now - start < 3200 + 2 * WAL_LIMIT_NAP);
}

static void test_a_disk_that_fails_is_not_waited_for(void **state) {
  static const int ends[] = {SQLITE_IOERR, -1};
  (void)state;
  fill(2000, ends);
  assert_false(wal_limit_restart(&database, 3200));
  assert_int_equal(tries, 1);
  assert_true(wal_limit_decide(&options, &database));
  assert_non_null(strstr(event, "cannot be moved into the file: disk I/O err"));
}

static void test_each_change_is_told_once(void **state) {
  static const int held[] = {SQLITE_BUSY, -1}, ends[] = {SQLITE_OK, -1};
  (void)state;
  fill(2000, held);
  for (int i = 0; i < 3; i++) {
    assert_false(wal_limit_restart(&database, 5));
    assert_true(wal_limit_decide(&options, &database));
  }
  assert_int_equal(events, 1);
  codes = ends;
  assert_true(wal_limit_restart(&database, 5));
  assert_false(wal_limit_decide(&options, &database));
  assert_false(wal_limit_decide(&options, &database));
  assert_int_equal(events, 2);
  assert_string_equal(event, "Writes are taken again.");
}

/* Of our own reads none takes longer than that; but it may be asked for while
** one is there. */
static void test_who_holds_it_is_named(void **state) {
  static const int ends[] = {SQLITE_BUSY, -1}, begun[] = {SQLITE_OK, -1};
  const struct {
    long holder;
    const char *said;
  } cases[] = {
      {4711, "and another process (perhaps 4711) keeps a snapshot"},
      {(long)getpid(), "and a read of scimd itself, or a process that"},
      {0, "and another process keeps a snapshot"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fill(2000, ends);
    holder = cases[i].holder;
    assert_false(wal_limit_restart(&database, 5));
    assert_true(wal_limit_decide(&options, &database));
    if (!strstr(event, cases[i].said))
      assert_string_equal(event, cases[i].said); /* shows both */
    codes = begun;
    assert_true(wal_limit_restart(&database, 5));
    assert_false(wal_limit_decide(&options, &database));
  }
}

static void test_reads_are_pressed_at_the_limit_only(void **state) {
  static const int ends[] = {SQLITE_BUSY, -1};
  (void)state;
  fill(2000, ends);
  assert_false(wal_limit_presses());
  wal_limit_wait(true);
  assert_true(wal_limit_presses());
  assert_false(wal_limit_restart(&database, 5));
  assert_true(wal_limit_decide(&options, &database));
  wal_limit_wait(false);
  assert_true(wal_limit_presses());
}

int main(void) {
#define WITH_LOG(test) cmocka_unit_test_teardown(test, leave)
  const struct CMUnitTest tests[] = {
      WITH_LOG(test_what_is_in_the_log_counts),
      WITH_LOG(test_a_log_that_is_begun_anew_is_not_held),
      WITH_LOG(test_one_that_is_held_and_short_may_grow),
      WITH_LOG(test_a_reader_is_waited_for_once),
      WITH_LOG(test_another_checkpoint_is_waited_for),
      WITH_LOG(test_but_no_longer_than_is_said),
      WITH_LOG(test_a_disk_that_fails_is_not_waited_for),
      WITH_LOG(test_each_change_is_told_once),
      WITH_LOG(test_who_holds_it_is_named),
      WITH_LOG(test_reads_are_pressed_at_the_limit_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
