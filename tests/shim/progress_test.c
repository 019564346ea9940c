/*
** progress_test.c: what a command tells of how far it is (shim/progress.c), by
** a clock and a terminal of the test's.
*/
#define _POSIX_C_SOURCE 200809L
#include <unistd.h>

#include "../../shim/log.h"
#include "../../shim/moment.h"

/* What progress.c sees. */
static long long now;
static int terminal;
static int fake_isatty(int file) {
  (void)file;
  return terminal;
}
#define isatty fake_isatty
#include "../../shim/output.c"
#include "../../shim/progress.c"
#undef isatty

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

long long moment_now(void) { return now; }

/* The lines that were told, one behind the other. */
static char told[400];
void log_complaint(const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(told + strlen(told), sizeof told - strlen(told), format, list);
  va_end(list);
  strcat(told, "/");
}

static int begin(void **state) {
  (void)state;
  now = 7 * MOMENT_SECOND;
  terminal = 0;
  told[0] = '\0';
  return 0;
}

static void the_first_second_is_silent(void **state) {
  (void)state;
  Progress progress;
  progress_begin(&progress, "rows");
  now += MOMENT_SECOND - 1;
  progress_tell(&progress, 10, 1, 100);
  assert_string_equal(told, "");
}

static void a_second_has_a_line(void **state) {
  (void)state;
  Progress progress;
  progress_begin(&progress, "rows");
  for (int i = 0; i < 30; i++) {
    now += MOMENT_SECOND / 10;
    progress_tell(&progress, 10 * (i + 1), 0, 0);
  }
  assert_string_equal(told, "100 rows, 100/s/200 rows, 100/s/300 rows, 100/s/");
}

static void it_tells_what_is_left(void **state) {
  (void)state;
  Progress progress;
  progress_begin(&progress, "pages");
  now += 3 * MOMENT_SECOND;
  progress_tell(&progress, 60, 25, 100);
  assert_string_equal(told, "60 pages, 20/s, 25 %, 9 s left/");
}

static void what_makes_no_sense_is_left_out(void **state) {
  (void)state;
  Progress progress;
  progress_begin(&progress, "rows");
  now += MOMENT_SECOND;
  progress_tell(&progress, 1, -1, 100); /* a pipe has no position */
  now += MOMENT_SECOND;
  progress_tell(&progress, 2, 150, 100); /* a file that has grown */
  assert_string_equal(told, "1 rows, 1/s/2 rows, 1/s/");
}

/* On a terminal it writes to standard error, which is a file here. */
static void a_terminal_has_one_line(void **state) {
  (void)state;
  char seen[200] = "";
  Progress progress;
  FILE *file = tmpfile();
  assert_non_null(file);
  int kept = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  terminal = 1;
  progress_begin(&progress, "rows");
  progress_end(&progress); /* there is none yet */
  for (int i = 1; i < 3; i++) {
    now += MOMENT_SECOND;
    progress_tell(&progress, i, 0, 0);
  }
  progress_end(&progress);
  fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  rewind(file);
  size_t size = fread(seen, 1, sizeof seen - 1, file);
  fclose(file);
  seen[size] = '\0';
  assert_string_equal(seen, "\r1 rows, 1/s\033[K\r2 rows, 1/s\033[K\r\033[K");
  assert_string_equal(told, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(the_first_second_is_silent, begin),
      cmocka_unit_test_setup(a_second_has_a_line, begin),
      cmocka_unit_test_setup(it_tells_what_is_left, begin),
      cmocka_unit_test_setup(what_makes_no_sense_is_left_out, begin),
      cmocka_unit_test_setup(a_terminal_has_one_line, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
