/*
** rqlite_batch_test.c: who is taken into a batch, who is answered by a reply
** and how, and who stays to be sent again.
*/
#define _POSIX_C_SOURCE 200809L
#include "../../shim/moment.c"
#include "../../shim/output.c"
#include "../../shim/rqlite_json.c"
#include "../../shim/rqlite_text.c"

#include "../../shim/rqlite_batch.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* What cmocka needs comes before it. */
#include <cmocka.h>

/*
** What is not tested here: a queue that has these jobs, and remembers those
** that were answered and those that came back.
*/

static EngineStatement statements[40];
static EngineAnswer answers[40];
static Job jobs[40];
static size_t next, count;
static Job *answered[40], *returned[40];
static size_t answered_count, returned_count, refused;
static bool fenced;
static int blamed;                    /* the node that is left out, or -1 */
static size_t answered_before_it_was; /* who could come to it again */

Job *queue_take(Queue *queue, long long patience) {
  (void)queue;
  (void)patience;
  return next < count ? &jobs[next++] : NULL;
}

void queue_answer(Queue *queue, Job *const *done, size_t number) {
  (void)queue;
  for (size_t i = 0; i < number; i++) answered[answered_count++] = done[i];
}

void queue_return(Queue *queue, Job *const *back, size_t number) {
  (void)queue;
  for (size_t i = 0; i < number; i++) returned[returned_count++] = back[i];
}

bool rqlite_sender_is_fenced(const EngineStatement *statement) {
  (void)statement;
  return fenced;
}

void metrics_write_refused(void) { refused++; }

const char *engine_name(const EngineStatement *statement) {
  return statement->sql;
}

void log_event(const char *event, const char *format, ...) {
  (void)event;
  (void)format;
}

void rqlite_nodes_tell(const RqliteNodes *nodes, const char *format, ...) {
  (void)nodes;
  (void)format;
}

void rqlite_nodes_blame(RqliteNodes *nodes, int node, MetricsUnfit reason) {
  (void)nodes;
  assert_int_equal(reason, METRICS_EXTENSION);
  blamed = node;
  answered_before_it_was = answered_count;
}

/*
** Jobs.
*/

static RqliteBatch batch;
static int cells; /* that were handed over, less those that count for nothing */

/* An EngineRow. */
static bool row(void *context, const EngineValue *values, size_t size) {
  (void)context;
  (void)size;
  cells = values ? cells + 1 : 0;
  return true;
}

static int begin(void **state) {
  (void)state;
  memset(jobs, 0, sizeof jobs);
  next = count = answered_count = returned_count = refused = 0;
  cells = 0;
  fenced = false;
  blamed = -1;
  for (size_t i = 0; i < 40; i++) {
    statements[i] = (EngineStatement){.sql = "SELECT"};
    answers[i] = (EngineAnswer){.row = row};
    jobs[i].statement = &statements[i];
    jobs[i].answer = &answers[i];
    jobs[i].status = -1;
    jobs[i].arrived = 1000;
  }
  batch = (RqliteBatch){.patience = MOMENT_SECOND};
  return 0;
}

/* So many jobs are in the batch, of as many that wait. */
static void fill(size_t waiting, size_t taken) {
  count = waiting;
  rqlite_batch_fill(&batch, 0);
  assert_int_equal(batch.size, taken);
}

/* They are answered by the results that stand here as JSON; the first is that
** of the number. */
static void answer(const char *results) {
  Output text = {0};
  output_format(&text, "{\"results\":[{\"rows_affected\":1},%s]}", results);
  RqliteReply *reply = rqlite_text_read(output_terminate(&text), text.size);
  assert_non_null(reply);
  rqlite_batch_answer(&batch, reply, 2);
  rqlite_text_free(reply);
  output_free(&text);
}

#define ROWS "{\"columns\":[\"a\"],\"types\":[\"text\"],\"values\":[[\"x\"]]}"
#define NO_ROWS "{\"columns\":[\"a\"],\"types\":[\"text\"]}"

static void test_no_more_than_a_node_does_at_once(void **state) {
  (void)state;
  fill(40, ENGINE_BATCH);
  assert_int_equal(next, ENGINE_BATCH);
}

static void test_no_more_than_a_mebibyte(void **state) {
  (void)state;
  for (size_t i = 0; i < 40; i++) {
    statements[i].count = 1;
    statements[i].values[0].size = 400 << 10;
  }
  fill(40, 3);
}

static void test_each_has_its_own_result(void **state) {
  (void)state;
  fill(3, 3);
  answer(ROWS ",{\"error\":\"UNIQUE constraint failed: a.b\"}," ROWS);
  assert_int_equal(batch.size, 0);
  assert_int_equal(answered_count, 3);
  assert_int_equal(jobs[0].status, 0);
  assert_int_equal(jobs[1].status, 500);
  assert_true(answers[1].refused);
  assert_int_equal(jobs[2].status, 0);
  assert_int_equal(cells, 2);
}

/* It is not the statement's fault that a node is busy, or lacks something. */
static void test_who_may_pass_yet_stays(void **state) {
  (void)state;
  fill(3, 3);
  answer("{\"error\":\"database is locked\"}," ROWS ","
         "{\"error\":\"no such function: scim_apply\"}");
  assert_int_equal(answered_count, 1);
  assert_ptr_equal(answered[0], &jobs[1]);
  assert_int_equal(batch.size, 2);
  assert_ptr_equal(batch.jobs[0], &jobs[0]);
  assert_ptr_equal(batch.jobs[1], &jobs[2]);
  assert_true(batch.lacks);
  blamed = -1;
  answer(ROWS "," ROWS);
  assert_int_equal(batch.size, 0);
  assert_false(batch.lacks);
  assert_int_equal(blamed, -1);
}

/* Whoever is answered may come again at once, and shall not meet that node. */
static void test_who_lacks_is_left_out_before_anybody_goes(void **state) {
  (void)state;
  fill(2, 2);
  answer(ROWS ",{\"error\":\"no such function: scim_apply\"}");
  assert_int_equal(blamed, 2);
  assert_int_equal(answered_before_it_was, 0);
  assert_int_equal(answered_count, 1);
}

/* Of an old number nothing runs, and there is no row. */
static void test_who_has_not_run_stays(void **state) {
  (void)state;
  fenced = true;
  fill(1, 1);
  answer(NO_ROWS);
  assert_int_equal(batch.size, 1);
  fenced = false;
  answer(NO_ROWS);
  assert_int_equal(batch.size, 0);
  assert_int_equal(jobs[0].status, 0);
}

/* Rows of a try whose end nobody knows are not those of the next one, too. */
static void test_rows_of_before_count_for_nothing(void **state) {
  (void)state;
  fill(1, 1);
  rqlite_batch_forget(&batch);
  cells = 5;
  rqlite_batch_forget(&batch);
  assert_int_equal(cells, 0);
  answer(ROWS);
  assert_int_equal(cells, 1);
}

static void test_a_request_that_nobody_takes(void **state) {
  (void)state;
  fill(3, 3);
  rqlite_batch_split(&batch);
  assert_int_equal(batch.size, 1);
  assert_int_equal(returned_count, 2);
  assert_ptr_equal(returned[0], &jobs[1]);
  assert_ptr_equal(returned[1], &jobs[2]);
  assert_int_equal(answered_count, 0);
  rqlite_batch_split(&batch);
  assert_int_equal(batch.size, 0);
  assert_ptr_equal(answered[0], &jobs[0]);
  assert_int_equal(jobs[0].status, 500);
}

static void test_whose_time_is_over(void **state) {
  (void)state;
  jobs[1].arrived = moment_now() + 3600 * MOMENT_SECOND;
  fill(2, 2);
  assert_true(rqlite_batch_patient(&batch) == jobs[1].arrived + MOMENT_SECOND);
  assert_int_equal(rqlite_batch_expire(&batch), 1);
  assert_int_equal(refused, 1);
  assert_int_equal(jobs[0].status, 503);
  assert_true(jobs[0].retry_after > 0);
  assert_int_equal(batch.size, 1);
  assert_ptr_equal(batch.jobs[0], &jobs[1]);
}

static bool has_had_enough(void *context, long long part) {
  (void)context;
  (void)part;
  return true;
}

static void test_who_has_had_enough(void **state) {
  (void)state;
  jobs[0].arrived = jobs[1].arrived = moment_now() + 3600 * MOMENT_SECOND;
  fill(2, 2);
  assert_false(rqlite_batch_is_ended(&batch));
  answers[1].watch = has_had_enough;
  assert_true(rqlite_batch_is_ended(&batch));
  assert_int_equal(rqlite_batch_expire(&batch), 1);
  assert_ptr_equal(answered[0], &jobs[1]);
}

int main(void) {
#define WITH_JOBS(test) cmocka_unit_test_setup(test, begin)
  const struct CMUnitTest tests[] = {
      WITH_JOBS(test_no_more_than_a_node_does_at_once),
      WITH_JOBS(test_no_more_than_a_mebibyte),
      WITH_JOBS(test_each_has_its_own_result),
      WITH_JOBS(test_who_may_pass_yet_stays),
      WITH_JOBS(test_who_lacks_is_left_out_before_anybody_goes),
      WITH_JOBS(test_who_has_not_run_stays),
      WITH_JOBS(test_rows_of_before_count_for_nothing),
      WITH_JOBS(test_a_request_that_nobody_takes),
      WITH_JOBS(test_whose_time_is_over),
      WITH_JOBS(test_who_has_had_enough),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
