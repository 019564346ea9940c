/*
** wal_holder_test.c: which process is found in a list of locks as Linux has it.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define WAL_HOLDER_LOCKS "locks"
#include "../../shim/wal_holder.c"

static unsigned long long inode;

/* Writes the list: the line that is said, for the inode, between others. */
static long find(const char *line) {
  FILE *locks = fopen("locks", "w");
  assert_non_null(locks);
  fprintf(locks, "1: FLOCK  ADVISORY  WRITE 1 00:19:%llu 0 EOF\n", inode);
  fprintf(locks, line, inode);
  fprintf(locks, "\n9: POSIX  ADVISORY  READ 9 08:01:%llu 124 124\n",
          inode + 1);
  fclose(locks);
  return wal_holder("db-wal");
}

static void test_who_reads_in_the_log_is_found(void **state) {
  (void)state;
  assert_int_equal(find("2: POSIX  ADVISORY  READ 4711 08:01:%llu 124 124"),
                   4711);
  assert_int_equal(find("2: POSIX  ADVISORY  READ 4711 fd:00:%llu 127 127"),
                   4711);
}

static void test_who_does_not_is_not(void **state) {
  (void)state;
  assert_int_equal(find("2: POSIX  ADVISORY  READ 4711 08:01:%llu 123 123"), 0);
  assert_int_equal(find("2: POSIX  ADVISORY  READ 4711 08:01:%llu 128 128"), 0);
  assert_int_equal(find("2: POSIX  ADVISORY  WRITE 4711 08:01:%llu 124 124"),
                   0);
  assert_int_equal(find("2: -> POSIX  ADVISORY  READ 4711 08:01:%llu 124 124"),
                   0);
  assert_int_equal(find("2: POSIX  ADVISORY  READ 0 08:01:%llu 124 124"), 0);
  assert_int_equal(find(""), 0);
}

static void test_another_process_comes_first(void **state) {
  char lines[200];
  (void)state;
  snprintf(lines, sizeof lines,
           "2: POSIX ADVISORY READ %ld 08:01:%%llu 124 124\n"
           "3: POSIX ADVISORY READ 4711 08:01:%llu 125 125",
           (long)getpid(), inode);
  assert_int_equal(find(lines), 4711);
  *strchr(lines, '\n') = '\0';
  assert_int_equal(find(lines), getpid());
}

static void test_without_a_file_or_a_list_there_is_nobody(void **state) {
  (void)state;
  assert_int_equal(find("2: POSIX  ADVISORY  READ 4711 08:01:%llu 124 124"),
                   4711);
  assert_int_equal(wal_holder("none-wal"), 0);
  assert_int_equal(wal_holder(""), 0);
  assert_int_equal(remove("locks"), 0);
  assert_int_equal(wal_holder("db-wal"), 0);
}

int main(void) {
  char folder[] = "/tmp/wal_holder_XXXXXX";
  struct stat status;
  if (!mkdtemp(folder) || chdir(folder) != 0) return 1;
  FILE *file = fopen("db-shm", "w");
  if (!file || fclose(file) != 0 || stat("db-shm", &status) != 0) return 1;
  inode = (unsigned long long)status.st_ino;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_who_reads_in_the_log_is_found),
      cmocka_unit_test(test_who_does_not_is_not),
      cmocka_unit_test(test_another_process_comes_first),
      cmocka_unit_test(test_without_a_file_or_a_list_there_is_nobody),
  };
  int failures = cmocka_run_group_tests(tests, NULL, NULL);
  remove("locks");
  remove("db-shm");
  if (chdir("/") != 0 || rmdir(folder) != 0) failures++;
  return failures;
}
