/*
** transaction_test.c: what an operation begins, where it is called from, and
** what is left when it ends well, fails or is left in the middle.
**
** A function of the host, call(), runs the operation of a test within a
** statement, as scim_apply is run within one.
*/
#define _POSIX_C_SOURCE 200809L /* mkstemp */

#include "db_test.h"

#include <stdlib.h>
#include <unistd.h>

/* An operation that writes one row between beginning and ending. */
typedef struct Job {
  Db *db;
  bool whole;       /* transaction_begin_whole */
  int error;        /* set after the row is written: ERROR_… */
  bool unfinished;  /* it is left in the middle */
  const char *also; /* run after the row is written */
  int began, code;  /* the outcome */
  bool locked;      /* main was locked when it had begun */
} Job;

static void do_job(Job *job) {
  Operation operation;
  db_enter(job->db, &operation);
  if (job->whole)
    transaction_begin_whole(&operation);
  else
    transaction_begin(&operation);
  job->began = operation.began;
  job->locked = sqlite3_txn_state(job->db->db, "main") == SQLITE_TXN_WRITE;
  query_script(&operation, "INSERT INTO main.t VALUES ('ours')");
  if (job->also) query_script(&operation, job->also);
  if (job->error == ERROR_DATABASE)
    error_database(&operation, SQLITE_FULL, "the disk is full");
  else if (job->error)
    error_set(&operation, job->error, "a mistake of the client");
  if (!job->unfinished) transaction_end(&operation);
  job->code = operation.sqlite & 0xFF;
  if (job->error) expect_number("the error stays", operation.error, job->error);
  db_leave(&operation);
}

static void host_call(sqlite3_context *context, int count,
                      sqlite3_value **values) {
  (void)count, (void)values;
  Job *job = sqlite3_user_data(context);
  do_job(job);
  sqlite3_result_text(context, "theirs", -1, SQLITE_STATIC);
}

static void job_open(Job *job, Db *db, const char *path) {
  db_open(db, path);
  *job = (Job){.db = db};
  sqlite3_create_function(db->db, "call", 0, SQLITE_UTF8, job, host_call, NULL,
                          NULL);
}

static void job_close(Job *job) {
  expect_bool("no transaction is left open", db_in_transaction(job->db), false);
  db_close(job->db);
  db_check();
}

static void expect_rows(Job *job, const char *sentence, int count) {
  expect_number(sentence, db_number(job->db, "SELECT count(*) FROM t"), count);
}

/*
** Where it is called from.
*/
static void in_autocommit_it_is_a_transaction(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  db_run(&db, "SELECT call()");
  expect_number("of its own", job.began, TRANSACTION_OWN);
  expect_bool("which is a writer from the beginning", job.locked, true);
  expect_rows(&job, "and is committed", 1);
  job_close(&job);
}

static void within_a_transaction_it_begins_nothing(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  db_run(&db, "BEGIN; SELECT call()");
  expect_number("the caller's holds", job.began, TRANSACTION_NONE);
  expect_bool("and goes on", db_in_transaction(&db), true);
  expect_rows(&job, "the row is in it", 1);
  db_run(&db, "ROLLBACK");
  expect_rows(&job, "and goes with it", 0);
  job_close(&job);
}

static void within_a_writing_statement_it_begins_nothing(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  db_run(&db, "CREATE TABLE mine (x); INSERT INTO mine SELECT call()");
  expect_number("the statement holds", job.began, TRANSACTION_NONE);
  expect_bool("which has the lock", job.locked, true);
  expect_rows(&job, "both are committed together", 1);
  job_close(&job);
}

/* The statement has no lock on main, which must be taken before anything is
** read: a reader could not become a writer once another has written. */
static void a_statement_on_a_temporary_table_takes_the_lock(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  db_run(&db, "CREATE TEMP TABLE mine (x); INSERT INTO mine SELECT call()");
  expect_number("nothing is begun", job.began, TRANSACTION_NONE);
  expect_bool("but main is locked", job.locked, true);
  expect_rows(&job, "and written", 1);
  job_close(&job);
}

static void a_read_that_goes_on_is_no_hindrance(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  db_run(&db, "SELECT x, call() FROM (SELECT 1 AS x UNION ALL SELECT 2)");
  expect_number("each call is a transaction", job.began, TRANSACTION_OWN);
  expect_rows(&job, "and committed", 2);
  job_close(&job);
}

/*
** How it ends.
*/
static void a_failure_undoes_it(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  job.error = ERROR_DATABASE;
  do_job(&job);
  expect_rows(&job, "the row is gone", 0);
  job_close(&job);
}

/* The row of the log, which says what was refused. */
static void a_mistake_of_the_client_keeps_what_was_written(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  job.error = ERROR_FIRST_OF_MODEL;
  do_job(&job);
  expect_rows(&job, "the row is kept", 1);
  job_close(&job);
}

static void what_is_left_in_the_middle_is_undone(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  job.unfinished = true;
  do_job(&job);
  expect_rows(&job, "the row is gone", 0);
  job_close(&job);
}

/* A foreign key that is looked at when the transaction ends. */
static void a_commit_that_fails_undoes_it(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  db_run(&db, "PRAGMA foreign_keys = ON; CREATE TABLE parent (id PRIMARY KEY);"
              "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY "
              "DEFERRED)");
  job.also = "INSERT INTO child VALUES (1)";
  do_job(&job);
  expect_number("it was begun", job.began, TRANSACTION_OWN);
  expect_number("the code is that of the commit", job.code, SQLITE_CONSTRAINT);
  expect_rows(&job, "the row is gone", 0);
  job_close(&job);
}

/* ROLLBACK is refused then, as every statement. */
static void an_interrupt_undoes_it_too(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  sqlite3_stmt *running = NULL;
  sqlite3_prepare_v2(db.db, "SELECT 1 UNION ALL SELECT 2", -1, &running, NULL);
  assert_int_equal(sqlite3_step(running), SQLITE_ROW);
  Operation operation;
  db_enter(&db, &operation);
  transaction_begin(&operation);
  query_script(&operation, "INSERT INTO t VALUES (1)");
  sqlite3_interrupt(db.db);
  transaction_end(&operation);
  expect_code("the commit is interrupted", &operation, SQLITE_INTERRUPT);
  db_leave(&operation);
  expect_bool("no transaction is left", db_in_transaction(&db), false);
  sqlite3_finalize(running);
  expect_rows(&job, "the row is gone", 0);
  job_close(&job);
}

static void another_writer_is_busy_and_nothing_is_begun(void **state) {
  (void)state;
  Db db;
  Job job;
  char path[] = "/tmp/scim_transaction_XXXXXX";
  close(mkstemp(path));
  job_open(&job, &db, path);
  sqlite3 *other = NULL;
  sqlite3_open(path, &other);
  sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  do_job(&job);
  expect_number("the code is SQLite's", job.code, SQLITE_BUSY);
  sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
  sqlite3_close(other);
  do_job(&job);
  expect_number("then it goes well", job.code, SQLITE_OK);
  expect_rows(&job, "with one row", 1);
  job_close(&job);
  unlink(path);
}

/*
** Many statements as a whole.
*/
static void who_reads_is_in_one_transaction(void **state) {
  (void)state;
  Job job;
  Db db;
  Operation operation;
  job_open(&job, &db, ":memory:");
  db_enter(&db, &operation);
  transaction_begin_reading(&operation);
  expect_number("it reads", sqlite3_txn_state(db.db, "main"), SQLITE_TXN_READ);
  query_run(&operation, STATEMENT_CHANGE_LEFT);
  error_clear(&operation); /* there is no such table */
  expect_number("also when a statement has ended",
                sqlite3_txn_state(db.db, "main"), SQLITE_TXN_READ);
  transaction_begin_reading(&operation);
  transaction_end(&operation);
  expect_number("until the end", sqlite3_txn_state(db.db, "main"),
                SQLITE_TXN_NONE);
  transaction_begin_reading(&operation);
  db_leave(&operation);
  expect_number("or until it is left", sqlite3_txn_state(db.db, "main"),
                SQLITE_TXN_NONE);
  job_close(&job);
}

static void as_a_whole_it_is_a_transaction_or_a_savepoint(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  job.whole = true;
  do_job(&job);
  expect_number("alone a transaction", job.began, TRANSACTION_OWN);
  db_run(&db, "BEGIN; INSERT INTO t VALUES ('theirs')");
  do_job(&job);
  expect_number("within one a savepoint", job.began, TRANSACTION_SAVEPOINT);
  expect_bool("which leaves the caller's open", db_in_transaction(&db), true);
  expect_rows(&job, "all rows are there", 3);
  job.error = ERROR_DATABASE;
  do_job(&job);
  expect_rows(&job, "a failure undoes only its own", 3);
  job.error = ERROR_NONE;
  job.unfinished = true;
  do_job(&job);
  expect_rows(&job, "and so does leaving it in the middle", 3);
  db_run(&db, "ROLLBACK");
  expect_rows(&job, "the caller undoes the rest", 1);
  job_close(&job);
}

static void as_a_whole_it_is_refused_within_a_writing_statement(void **state) {
  (void)state;
  Db db;
  Job job;
  job_open(&job, &db, ":memory:");
  job.whole = true;
  db_run(&db, "CREATE TABLE mine (x); BEGIN; INSERT INTO mine SELECT call()");
  expect_number("SQLite says so", job.code, SQLITE_BUSY);
  expect_rows(&job, "and nothing is done", 0);
  db_run(&db, "COMMIT");
  job_close(&job);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_autocommit_it_is_a_transaction),
      cmocka_unit_test(within_a_transaction_it_begins_nothing),
      cmocka_unit_test(within_a_writing_statement_it_begins_nothing),
      cmocka_unit_test(a_statement_on_a_temporary_table_takes_the_lock),
      cmocka_unit_test(a_read_that_goes_on_is_no_hindrance),
      cmocka_unit_test(a_failure_undoes_it),
      cmocka_unit_test(a_mistake_of_the_client_keeps_what_was_written),
      cmocka_unit_test(what_is_left_in_the_middle_is_undone),
      cmocka_unit_test(a_commit_that_fails_undoes_it),
      cmocka_unit_test(an_interrupt_undoes_it_too),
      cmocka_unit_test(another_writer_is_busy_and_nothing_is_begun),
      cmocka_unit_test(who_reads_is_in_one_transaction),
      cmocka_unit_test(as_a_whole_it_is_a_transaction_or_a_savepoint),
      cmocka_unit_test(as_a_whole_it_is_refused_within_a_writing_statement),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
