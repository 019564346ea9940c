/*
** wal_file_test.c: real databases written through shim/wal_file.c. Below it is
** a VFS that counts what is written to logs, and lets it fail; the same VFS by
** itself says how the bytes, and the outcome, are without ours.
*/
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../shim/wal_file.c"
#include "../harness/share.h"

#define PLAIN "below" /* the name of the VFS below, which is the default one */

/*
** The VFS below.
*/
static sqlite3_vfs *system_vfs;
static sqlite3_vfs below;
static const sqlite3_io_methods *system_methods;
static sqlite3_io_methods below_log, below_undo;

static long writes;    /* to logs, */
static int largest;    /* and the most bytes of one */
static long countdown; /* so many work, and the next ones fail */
static long failing;   /* so many, */
static int failure;    /* with this code */

static long undo_writes;   /* to what may have to be undone, */
static sqlite3_int64 undo; /* and bytes of it */

static int below_write(sqlite3_file *file, const void *bytes, int size,
                       sqlite3_int64 offset) {
  writes++;
  if (size > largest) largest = size;
  if (countdown > 0) {
    countdown--;
  } else if (failing > 0) {
    failing--;
    /* Some of it is there. */
    system_methods->xWrite(file, bytes, size / 2, offset);
    return failure;
  }
  return system_methods->xWrite(file, bytes, size, offset);
}

static int below_write_undo(sqlite3_file *file, const void *bytes, int size,
                            sqlite3_int64 offset) {
  undo_writes++;
  undo += size;
  return system_methods->xWrite(file, bytes, size, offset);
}

/* Nothing here is about what a disk has when the power goes. */
static int below_sync(sqlite3_file *file, int flags) {
  (void)file;
  (void)flags;
  return SQLITE_OK;
}

static int below_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file,
                      int flags, int *out) {
  (void)vfs;
  int code = system_vfs->xOpen(system_vfs, path, file, flags, out);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL)) {
    system_methods = file->pMethods;
    below_log = *system_methods;
    below_log.xWrite = below_write;
    below_log.xSync = below_sync;
    file->pMethods = &below_log;
  } else if (code == SQLITE_OK && (flags & SQLITE_OPEN_SUBJOURNAL)) {
    system_methods = file->pMethods;
    below_undo = *system_methods;
    below_undo.xWrite = below_write_undo;
    file->pMethods = &below_undo;
  }
  return code;
}

/* The same numbers each time, so that logs have the same salt. */
static int below_randomness(sqlite3_vfs *vfs, int size, char *bytes) {
  (void)vfs;
  memset(bytes, 7, (size_t)size);
  return size;
}

static int begin(void **unused) {
  (void)unused;
  sqlite3_config(SQLITE_CONFIG_URI, 1);
  sqlite3_initialize();
  system_vfs = sqlite3_vfs_find(NULL);
  below = *system_vfs;
  below.zName = PLAIN;
  below.pNext = NULL;
  below.xOpen = below_open;
  below.xRandomness = below_randomness;
  return sqlite3_vfs_register(&below, 1);
}

/*
** Databases.
*/
static char folder[80];
static char path[100], log_path[104];

static int make_folder(void **unused) {
  const char *temporary = getenv("TMPDIR");
  int size = snprintf(folder, sizeof folder, "%s/wal_file_XXXXXX",
                      temporary ? temporary : "/tmp");
  if (size >= (int)sizeof folder || !mkdtemp(folder)) return 1;
  snprintf(path, sizeof path, "%s/test.db", folder);
  snprintf(log_path, sizeof log_path, "%s-wal", path);
  return begin(unused);
}

static int remove_folder(void **unused) {
  (void)unused;
  unlink(path);
  return rmdir(folder);
}

static void run(sqlite3 *db, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s: %s", sql, message);
}

static long ask(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                   SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  long value = (long)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

static sqlite3 *open_with(const char *name, const char *vfs) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open_v2(name, &db,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                   vfs),
                   SQLITE_OK);
  sqlite3_wal_autocheckpoint(db, 0);
  run(db, "PRAGMA cache_size = 20");
  return db;
}

static void forget(void) {
  unlink(path);
  unlink(log_path);
  countdown = failing = writes = largest = 0;
  sqlite3_randomness(0, NULL);
}

static sqlite3 *create(const char *name, const char *vfs, int page_size) {
  char sql[100];
  forget();
  sqlite3 *db = open_with(name, vfs);
  snprintf(sql, sizeof sql, "PRAGMA page_size = %d", page_size);
  run(db, sql);
  run(db, "PRAGMA journal_mode = WAL");
  run(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, round, text);"
          "CREATE UNIQUE INDEX i ON t(text, id)");
  return db;
}

static sqlite3 *create_ours(void) { return create(path, wal_file_vfs(), 4096); }

/* Whoever comes from outside finds it whole. */
static void is_whole(long rows) {
  sqlite3 *db = open_with(path, PLAIN);
  assert_int_equal(ask(db, "SELECT integrity_check = 'ok'"
                           " FROM pragma_integrity_check"),
                   1);
  assert_int_equal(ask(db, "SELECT count(*) FROM t"), rows);
  sqlite3_close(db);
}

/* Rows of a kilobyte, in no order of the index. */
#define ROWS(count)                                                            \
  "INSERT INTO t(round, text) WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL"      \
  " SELECT n + 1 FROM n WHERE n < " #count ")"                                 \
  " SELECT 1, (n * 7919 % 10007) || hex(zeroblob(500)) FROM n;"

/*
** The bytes.
*/
typedef struct Log {
  unsigned char *bytes;
  size_t size;
} Log;

static Log read_log(void) {
  Log log = {NULL, 0};
  FILE *file = fopen(log_path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  log.size = (size_t)ftell(file);
  rewind(file);
  log.bytes = malloc(log.size + 1);
  assert_non_null(log.bytes);
  assert_int_equal(fread(log.bytes, 1, log.size, file), log.size);
  fclose(file);
  return log;
}

static Log log_of(const char *name, const char *vfs, int page_size,
                  const char *sql) {
  sqlite3 *db = create(name, vfs, page_size);
  run(db, sql);
  Log log = read_log(); /* while it is open: nothing waits for the end */
  sqlite3_close(db);
  return log;
}

/* Returns how often was written, for 100 times without ours. */
static long same_bytes(const char *name, int page_size, const char *sql) {
  Log plain = log_of(name, PLAIN, page_size, sql);
  long without = writes;
  Log ours = log_of(name, wal_file_vfs(), page_size, sql);
  long with = writes;
  assert_int_equal(ours.size, plain.size);
  assert_true(plain.size > 500000);
  assert_int_equal(memcmp(ours.bytes, plain.bytes, plain.size), 0);
  free(plain.bytes);
  free(ours.bytes);
  return with * 100 / without;
}

static void a_commit_is_the_same_in_fewer_writes(void **unused) {
  (void)unused;
  static const char *const syncs[] = {"OFF;", "NORMAL;", "FULL;", "EXTRA;"};
  for (int i = 0; i < 4; i++) {
    char sql[600];
    snprintf(sql, sizeof sql, "PRAGMA synchronous = %s%s", syncs[i],
             "PRAGMA cache_size = 2000;" ROWS(300) ROWS(1)
                 ROWS(90) "DELETE FROM t WHERE id % 3 = 0");
    long hundredth = same_bytes(path, 4096, sql);
    assert_in_range(hundredth, 1, 10);
    assert_in_range(largest, 50000, WAL_FILE_GATHERED);
  }
}

static void so_are_pages_of_any_size(void **unused) {
  (void)unused;
  for (int size = 512; size <= 65536; size *= 2)
    assert_in_range(same_bytes(path, size, ROWS(600) ROWS(2) ROWS(40)), 1, 100);
}

/* What leaves the cache early comes back, and is written over: then all
** checksums of the transaction are made again. */
static void so_is_what_leaves_the_cache_early(void **unused) {
  (void)unused;
  static const char *const syncs[] = {"OFF;", "NORMAL;", "FULL;"};
  for (int i = 0; i < 3; i++) {
    char sql[900];
    snprintf(
        sql, sizeof sql, "PRAGMA synchronous = %s%s", syncs[i],
        "BEGIN;" ROWS(
            300) "UPDATE t SET round = 2;"
                 "SAVEPOINT a;" ROWS(
                     200) "ROLLBACK TO a;"
                          "UPDATE t SET text = round || text; COMMIT;" ROWS(3));
    assert_in_range(same_bytes(path, 4096, sql), 1, 100);
    sqlite3 *db = open_with(path, wal_file_vfs());
    sqlite3_close(db);
    is_whole(303);
  }
}

/* Whose sectors are not safe when their neighbours are written gets frames up
** to the end of a sector, in pieces of any size. */
static void sectors_that_are_filled_are_left_alone(void **unused) {
  (void)unused;
  char name[120];
  snprintf(name, sizeof name, "file:%s?psow=0", path);
  for (int size = 512; size <= 8192; size *= 2)
    assert_int_equal(same_bytes(name, size, ROWS(300) ROWS(1) ROWS(9)), 100);
}

/*
** Who else is there.
*/

static void others_see_a_commit_at_once(void **unused) {
  (void)unused;
  static const char *const syncs[] = {"OFF", "NORMAL", "FULL"};
  for (int i = 0; i < 3; i++) {
    char sql[60];
    sqlite3 *db = create_ours(), *other = open_with(path, PLAIN);
    snprintf(sql, sizeof sql, "PRAGMA synchronous = %s", syncs[i]);
    run(db, sql);
    for (int rows = 1; rows < 40; rows++) {
      run(db, ROWS(1));
      assert_int_equal(ask(other, "SELECT count(*) FROM t NOT INDEXED"), rows);
      assert_int_equal(ask(other, "SELECT count(*) FROM t INDEXED BY i"
                                  " WHERE text > ''"),
                       rows);
    }
    run(db, "BEGIN;" ROWS(300));
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 39);
    run(db, "COMMIT");
    assert_int_equal(ask(other, "SELECT count(*) FROM t"), 339);
    sqlite3_close(other);
    sqlite3_close(db);
    is_whole(339);
  }
}

/* Begins a transaction of which something is gathered, and more is written.
** Returns how many rows it has. */
static long begin_and_gather(sqlite3 *db) {
  sqlite3_file *log = NULL;
  long rows = 60;
  run(db, "BEGIN;" ROWS(60));
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  for (; rows < 1000 && wal_file_of(log)->size == 0; rows++) run(db, ROWS(1));
  assert_true(wal_file_of(log)->size > 0);
  return rows;
}

/* The place of what was rolled back is another one's by then. */
static void what_is_rolled_back_is_not_written_later(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours(), *other = open_with(path, PLAIN);
  for (int i = 0; i < 4; i++) {
    begin_and_gather(db);
    run(db, "ROLLBACK");
    run(other, ROWS(400));
    run(db, ROWS(2));
  }
  sqlite3_close(other);
  sqlite3_close(db);
  is_whole(1608);
}

static void nor_is_what_a_closed_connection_left(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours(), *other = open_with(path, PLAIN);
  run(db, ROWS(1));
  begin_and_gather(db);
  long before = writes;
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  assert_int_equal(writes, before);
  run(other, ROWS(5));
  sqlite3_close(other);
  is_whole(6);
}

/*
** The rest of what one does with a file.
*/

static void the_log_is_begun_anew_cut_and_given_up(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours();
  run(db, "PRAGMA journal_size_limit = 100000");
  run(db, ROWS(400) "PRAGMA wal_checkpoint(RESTART);" ROWS(3));
  run(db, ROWS(400) "PRAGMA wal_checkpoint(TRUNCATE);" ROWS(3));
  run(db, "PRAGMA journal_mode = DELETE;" ROWS(40));
  assert_int_equal(access(log_path, F_OK), -1);
  run(db, "PRAGMA journal_mode = WAL;" ROWS(40) "VACUUM;" ROWS(1));
  sqlite3_close(db);
  assert_int_equal(access(log_path, F_OK), -1);
  is_whole(887);
}

static void one_who_has_it_alone_needs_no_lock(void **unused) {
  (void)unused;
  forget();
  sqlite3 *db = open_with(path, wal_file_vfs());
  run(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
          "CREATE TABLE t(id INTEGER PRIMARY KEY, round, text);"
          "CREATE INDEX i ON t(text);" ROWS(50));
  run(db, "BEGIN;" ROWS(300) "ROLLBACK;" ROWS(3) "BEGIN;" ROWS(300));
  sqlite3_close(db);
  is_whole(53);
}

static void a_copy_is_made_of_it_and_into_it(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours(), *memory;
  run(db, ROWS(300));
  assert_int_equal(sqlite3_open(":memory:", &memory), SQLITE_OK);
  sqlite3_backup *out = sqlite3_backup_init(memory, "main", db, "main");
  assert_int_equal(sqlite3_backup_step(out, -1), SQLITE_DONE);
  sqlite3_backup_finish(out);
  run(memory, ROWS(20));
  sqlite3_backup *in = sqlite3_backup_init(db, "main", memory, "main");
  assert_int_equal(sqlite3_backup_step(in, -1), SQLITE_DONE);
  sqlite3_backup_finish(in);
  sqlite3_close(memory);
  sqlite3_close(db);
  is_whole(320);
}

static void the_file_tells_what_it_told(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours();
  char *name = NULL;
  sqlite3_file *log = NULL;
  sqlite3_int64 size = 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_VFSNAME, &name);
  assert_string_equal(name, system_vfs->zName);
  sqlite3_free(name);
  assert_string_equal(sqlite3_filename_wal(sqlite3_db_filename(db, "main")),
                      log_path);
  run(db, "BEGIN;" ROWS(200));
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  assert_int_equal(log->pMethods->xFileSize(log, &size), SQLITE_OK);
  Log bytes = read_log();
  assert_int_equal(size, bytes.size);
  assert_int_equal((size - 32) % (4096 + 24), 0); /* with what was gathered */
  free(bytes.bytes);
  run(db, "COMMIT");
  sqlite3_close(db);
}

/*
** Writes that fail.
*/

/* A transaction that meets the failure, and says COMMIT all the same if it is
** still one. Returns how many rows there are for who was told so. */
static long attempt(sqlite3 *db, long rows, bool healed) {
  static const char *const steps[] = {
      "BEGIN",
      ROWS(60),
      "UPDATE t SET round = round + 1",
      ROWS(70),
      "UPDATE t SET text = 'x' || text WHERE id % 2",
      ROWS(5)};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (sqlite3_exec(db, steps[i], NULL, NULL, NULL) != SQLITE_OK) {
      if (healed) failing = 0;
      if (sqlite3_get_autocommit(db)) return rows;
    }
  long found = -1;
  sqlite3_stmt *count;
  sqlite3_prepare_v2(db, "SELECT count(*) FROM t", -1, &count, NULL);
  if (count && sqlite3_step(count) == SQLITE_ROW)
    found = (long)sqlite3_column_int64(count, 0);
  sqlite3_finalize(count);
  if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK) {
    assert_true(found >= 0);
    return found;
  }
  if (!sqlite3_get_autocommit(db))
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return rows;
}

/* After it all is as those were told who were there; and the same again at
** once, when the disk is well. Returns whether the failure was met. */
static bool fail_at(const char *vfs, long at, int code, long times,
                    bool healed) {
  sqlite3 *db = create(path, vfs, 4096), *other = open_with(path, PLAIN);
  run(db, ROWS(50));
  countdown = at;
  failing = times;
  failure = code;
  long rows = attempt(db, 50, healed);
  bool met = failing < times;
  failing = 0;
  assert_int_equal(ask(other, "SELECT count(*) FROM t"), rows);
  run(other, ROWS(3));
  assert_int_equal(attempt(db, 0, false), rows + 138);
  assert_int_equal(ask(other, "SELECT count(*) FROM t"), rows + 138);
  run(db, "PRAGMA wal_checkpoint(RESTART);" ROWS(1));
  sqlite3_close(other);
  sqlite3_close(db);
  is_whole(rows + 139);
  return met;
}

/* Each of the first writes fails, or one of SHARE, and some of the others.
** Under valgrind, where each takes half a second, one in four of the first. */
static void fail_everywhere(const char *vfs, int code, long times,
                            bool healed) {
  long at = 0, first = getenv("VALGRIND") ? 4 : one_of(), tried = 1;
  for (; fail_at(vfs, at, code, times, healed); tried++)
    at += at < 20 ? first : at / 3 * one_of();
  print_message("# %ld writes failed, of %ld\n", tried, at);
  assert_true(at > 20);
}

static void each_write_may_fail(void **unused) {
  (void)unused;
  static const int codes[] = {SQLITE_IOERR_WRITE, SQLITE_FULL};
  for (int i = 0; i < 2; i++) {
    for (long times = 1; times <= 1000000; times *= 1000000) {
      fail_everywhere(PLAIN, codes[i], times, true);
      fail_everywhere(wal_file_vfs(), codes[i], times, true);
      fail_everywhere(wal_file_vfs(), codes[i], times, false);
    }
  }
}

/* A statement that found the disk full may end without the transaction. */
static void what_could_not_be_written_is_not_lost(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours();
  sqlite3_file *log = NULL;
  sqlite3_int64 size;
  long rows = begin_and_gather(db);
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  failure = SQLITE_FULL;
  failing = 2;
  assert_int_equal(log->pMethods->xFileSize(log, &size), SQLITE_FULL);
  assert_int_equal(log->pMethods->xSync(log, SQLITE_SYNC_FULL), SQLITE_FULL);
  assert_int_equal(failing, 0);
  run(db, "COMMIT");
  is_whole(rows);
  sqlite3_close(db);
  is_whole(rows);
}

/* While the disk is full what is there can be read, rolled back and copied into
** the file; and nothing that was given up stands in the way of a commit that
** finds room. */
static void a_full_disk_stops_nothing_else(void **unused) {
  (void)unused;
  sqlite3 *db = create_ours();
  run(db, ROWS(50));
  failure = SQLITE_FULL;
  failing = 1000000;
  attempt(db, 50, false);
  assert_true(sqlite3_get_autocommit(db));
  assert_int_equal(ask(db, "SELECT count(*) FROM t"), 50);
  run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  failing = 0;
  run(db, ROWS(1));
  sqlite3_close(db);
  is_whole(51);
}

/* Changes so many rows of a page each, of which each needs to be undone; and
** undoes it. Returns what SQLite said to the change. */
static int change_and_undo(sqlite3 *db, int rows) {
  char sql[100];
  undo_writes = 0;
  undo = 0;
  snprintf(sql, sizeof sql, "UPDATE u SET x = zeroblob(3000) WHERE rowid <= %d",
           rows);
  run(db, "BEGIN; SAVEPOINT one");
  int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
  if (sqlite3_get_autocommit(db)) return code;
  run(db, "ROLLBACK TO one; RELEASE one; COMMIT");
  assert_int_equal(ask(db, "SELECT sum(x = zeroblob(3000)) FROM u"), 0);
  return code;
}

/* In memory up to a size, and then all at once in a file: which fails where not
** so much can be written. Only between two lives of SQLite may that be set. */
static void what_may_be_undone_needs_no_file_before_a_megabyte(void **unused) {
  (void)unused;
  sqlite3_shutdown();
  sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, WAL_FILE_UNDO);
  sqlite3_initialize();
  sqlite3 *db = create_ours();
  run(db, "PRAGMA cache_size = 1000; CREATE TABLE u (x);" ROWS(400));
  run(db, "INSERT INTO u SELECT randomblob(3000) FROM t");
  assert_int_equal(change_and_undo(db, 240), SQLITE_OK);
  assert_int_equal(undo_writes, 0);
  assert_int_equal(change_and_undo(db, 400), SQLITE_OK);
  assert_true(undo > WAL_FILE_UNDO);
  assert_true(undo_writes > WAL_FILE_UNDO / WAL_FILE_AT_ONCE);
  sqlite3_close(db);
  is_whole(400);
  db = open_with(path, PLAIN);
  assert_int_equal(change_and_undo(db, 400), SQLITE_FULL);
  sqlite3_close(db);
  is_whole(400);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_commit_is_the_same_in_fewer_writes),
      cmocka_unit_test(so_are_pages_of_any_size),
      cmocka_unit_test(so_is_what_leaves_the_cache_early),
      cmocka_unit_test(sectors_that_are_filled_are_left_alone),
      cmocka_unit_test(others_see_a_commit_at_once),
      cmocka_unit_test(what_is_rolled_back_is_not_written_later),
      cmocka_unit_test(nor_is_what_a_closed_connection_left),
      cmocka_unit_test(the_log_is_begun_anew_cut_and_given_up),
      cmocka_unit_test(one_who_has_it_alone_needs_no_lock),
      cmocka_unit_test(a_copy_is_made_of_it_and_into_it),
      cmocka_unit_test(the_file_tells_what_it_told),
      cmocka_unit_test(each_write_may_fail),
      cmocka_unit_test(what_could_not_be_written_is_not_lost),
      cmocka_unit_test(a_full_disk_stops_nothing_else),
      cmocka_unit_test(what_may_be_undone_needs_no_file_before_a_megabyte)};
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
