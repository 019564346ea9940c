/*
** metrics.c: see metrics.h.
**
** The counters are atomic and stand alone: a reader of /metrics may see a
** request counted whose time is not there yet, which the next reading mends.
** That is worth not having a lock that all threads meet at for every reply.
**
** Counters begin at 0 when the program starts and never go back, as Prometheus
** expects; what goes up and down is asked of who knows it when it is wanted.
*/
#include "metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "wal_limit.h"

#define METRICS_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A method that a stranger made up must not become a label of its own. */
static const char *const metrics_methods[] = {"GET",   "HEAD",   "POST", "PUT",
                                              "PATCH", "DELETE", "other"};

/* The upper ends of the histograms' buckets: of times, from the usual
** request to the slow disk; of batches, doubling up to what the writer takes
** at once. */
static const double metrics_seconds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                         0.005,  0.01,    0.025,  0.05,  0.1,
                                         0.25,   0.5,     1,      2.5,   10};
static const double metrics_sizes[] = {1, 2, 4, 8, 16, 32, 64, 128};

#define METRICS_SLOTS 16

static_assert(METRICS_COUNT(metrics_seconds) < METRICS_SLOTS &&
                  METRICS_COUNT(metrics_sizes) < METRICS_SLOTS,
              "a histogram needs a slot above its last limit");

typedef struct Histogram {
  atomic_ullong slots[METRICS_SLOTS]; /* the last one in use is +Inf */
  atomic_ullong sum;                  /* in millionths */
} Histogram;

/* By method and status. The statuses are few, but there are 600 slots of each:
** 34 KB are less than a way to find a slot without waiting. */
static atomic_ullong metrics_requests[METRICS_COUNT(metrics_methods)][600];
static Histogram metrics_latency;
static Histogram metrics_batches;
static atomic_ullong metrics_commit_failures;
static atomic_llong metrics_wal_bytes;
static atomic_llong metrics_wal_limit;
static atomic_ullong metrics_closures[METRICS_CLOSED];
static atomic_int metrics_parked_now;
static atomic_ullong metrics_refusals[METRICS_REFUSALS];
static atomic_ullong metrics_throttles[METRICS_THROTTLES];
static atomic_ullong metrics_write_refusals;
static atomic_ullong metrics_gatherings;
static atomic_ullong metrics_checkpoints[2]; /* in vain, done */
static atomic_ullong metrics_restarts[2];
static struct MetricsNode {
  _Atomic(const char *) url; /* NULL: there is none */
  atomic_bool up;
} metrics_nodes[METRICS_NODES];
static atomic_ullong metrics_unfits[METRICS_UNFITS];
static atomic_ullong metrics_retries;

/*
** Counting. Relaxed, because no counter says anything about another.
*/

/* Adds to a counter that nothing else depends on. */
static void counter_add(atomic_ullong *counter, unsigned long long number) {
  atomic_fetch_add_explicit(counter, number, memory_order_relaxed);
}

static unsigned long long counter_read(atomic_ullong *counter) {
  return atomic_load_explicit(counter, memory_order_relaxed);
}

/* Slots hold what fell into them alone; Prometheus wants all up to a limit,
** and metrics_render_histogram adds them up. */
static void histogram_observe(Histogram *histogram, const double *limits,
                              size_t count, double value) {
  size_t slot = 0;
  while (slot < count && value > limits[slot]) slot++;
  counter_add(&histogram->slots[slot], 1);
  counter_add(&histogram->sum, (unsigned long long)(value * 1e6));
}

/* A status beyond the table (civetweb might invent one) is timed, not
** counted. */
void metrics_request(const char *method, int status, double seconds) {
  size_t i = 0;
  while (i < METRICS_COUNT(metrics_methods) - 1 &&
         strcmp(method, metrics_methods[i]) != 0)
    i++;
  if (status > 0 && status < 600) counter_add(&metrics_requests[i][status], 1);
  histogram_observe(&metrics_latency, metrics_seconds,
                    METRICS_COUNT(metrics_seconds), seconds);
}

/* A batch that failed counts as one that was tried: its size is what the disk
** was asked for. */
void metrics_batch(size_t requests, bool committed) {
  histogram_observe(&metrics_batches, metrics_sizes,
                    METRICS_COUNT(metrics_sizes), (double)requests);
  if (!committed) counter_add(&metrics_commit_failures, 1);
}

/* The last one says it: a size has no sum. */
void metrics_wal(long long bytes, long long limit) {
  atomic_store_explicit(&metrics_wal_bytes, bytes, memory_order_relaxed);
  atomic_store_explicit(&metrics_wal_limit, limit, memory_order_relaxed);
}

void metrics_closed(MetricsClosed reason) {
  counter_add(&metrics_closures[reason], 1);
}

void metrics_parked(int connections) {
  atomic_store_explicit(&metrics_parked_now, connections, memory_order_relaxed);
}

void metrics_refused(MetricsRefused reason) {
  counter_add(&metrics_refusals[reason], 1);
}

void metrics_throttled(MetricsThrottled reason) {
  counter_add(&metrics_throttles[reason], 1);
}

void metrics_write_refused(void) { counter_add(&metrics_write_refusals, 1); }

void metrics_gathered(void) { counter_add(&metrics_gatherings, 1); }

void metrics_checkpoint(bool copied) {
  counter_add(&metrics_checkpoints[copied], 1);
}

void metrics_wal_restart(bool begun) {
  counter_add(&metrics_restarts[begun], 1);
}

/* Whoever finds the URL finds whether it is up. */
void metrics_node(size_t node, const char *url, bool up) {
  assert(node < METRICS_NODES);
  atomic_store(&metrics_nodes[node].up, up);
  atomic_store(&metrics_nodes[node].url, url);
}

void metrics_unfit(MetricsUnfit reason) {
  counter_add(&metrics_unfits[reason], 1);
}

void metrics_retry(void) { counter_add(&metrics_retries, 1); }

/*
** The text.
*/

/* What a metric is, once before its numbers. */
static void metrics_render_head(Output *output, const char *name,
                                const char *type, const char *help) {
  output_format(output, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A metric that is one number. */
static void metrics_render_number(Output *output, const char *name,
                                  const char *type, const char *help,
                                  long long number) {
  metrics_render_head(output, name, type, help);
  output_format(output, "%s %lld\n", name, number);
}

/* A bucket counts all that is up to its limit, those below included. */
static void metrics_render_histogram(Output *output, const char *name,
                                     const char *help, Histogram *histogram,
                                     const double *limits, size_t limit_count) {
  unsigned long long count = 0;
  metrics_render_head(output, name, "histogram", help);
  for (size_t i = 0; i < limit_count; i++) {
    count += counter_read(&histogram->slots[i]);
    output_format(output, "%s_bucket{le=\"%g\"} %llu\n", name, limits[i],
                  count);
  }
  count += counter_read(&histogram->slots[limit_count]);
  output_format(output, "%s_bucket{le=\"+Inf\"} %llu\n", name, count);
  output_format(output, "%s_sum %.6f\n", name,
                (double)counter_read(&histogram->sum) / 1e6);
  output_format(output, "%s_count %llu\n", name, count);
}

/* Counters of one name, by reason; those that are 0 as well. */
static void metrics_render_reasons(Output *output, const char *name,
                                   const char *help, atomic_ullong *counters,
                                   const char *const *reasons, size_t count) {
  metrics_render_head(output, name, "counter", help);
  for (size_t i = 0; i < count; i++)
    output_format(output, "%s{reason=\"%s\"} %llu\n", name, reasons[i],
                  counter_read(&counters[i]));
}

/* Who was kept out, and why. */
static void metrics_render_strangers(Output *output) {
  static const char *const refused[METRICS_REFUSALS] = {"missing", "invalid",
                                                        "client"};
  static const char *const throttled[METRICS_THROTTLES] = {"strangers",
                                                           "token"};
  metrics_render_reasons(output, "scimd_refused_tokens_total",
                         "Requests without a good token, by reason.",
                         metrics_refusals, refused, METRICS_REFUSALS);
  metrics_render_reasons(output, "scimd_throttled_requests_total",
                         "Requests put off with 429, by reason.",
                         metrics_throttles, throttled, METRICS_THROTTLES);
}

/* Only what has happened: 600 statuses of 7 methods would be 4,200 lines. */
static void metrics_render_requests(Output *output) {
  metrics_render_head(output, "scimd_requests_total", "counter",
                      "Requests answered, by method and status.");
  for (size_t i = 0; i < METRICS_COUNT(metrics_methods); i++) {
    for (int status = 100; status < 600; status++) {
      unsigned long long count = counter_read(&metrics_requests[i][status]);
      if (count == 0) continue;
      output_format(output,
                    "scimd_requests_total{method=\"%s\",status=\"%d\"} %llu\n",
                    metrics_methods[i], status, count);
    }
  }
}

/* Connections: those that wait, and those that were ended. */
static void metrics_render_connections(Output *output) {
  static const char *const reasons[METRICS_CLOSED] = {"evicted", "refused",
                                                      "overdue", "crowded"};
  metrics_render_number(
      output, "scimd_parked_connections", "gauge",
      "Connections that wait for their head, without a thread.",
      atomic_load_explicit(&metrics_parked_now, memory_order_relaxed));
  metrics_render_head(output, "scimd_closed_connections_total", "counter",
                      "Connections that were ended early, by reason.");
  for (int i = 0; i < METRICS_CLOSED; i++)
    output_format(output,
                  "scimd_closed_connections_total{reason=\"%s\"} %llu\n",
                  reasons[i], counter_read(&metrics_closures[i]));
}

/* A metric that is one counter. */
static void metrics_render_counter(Output *output, const char *name,
                                   const char *help, atomic_ullong *counter) {
  metrics_render_number(output, name, "counter", help,
                        (long long)counter_read(counter));
}

/* How long the write-ahead log is, and may be. */
static void metrics_render_wal(Output *output) {
  metrics_render_number(
      output, "scimd_wal_bytes", "gauge",
      "Size of the write-ahead log after the last write.",
      atomic_load_explicit(&metrics_wal_bytes, memory_order_relaxed));
  metrics_render_number(
      output, "scimd_wal_limit_bytes", "gauge",
      "From which on nothing is written; 0: there is no limit.",
      atomic_load_explicit(&metrics_wal_limit, memory_order_relaxed));
  metrics_render_number(output, "scimd_wal_limit_reached", "gauge",
                        "1 while nothing is written for that.",
                        wal_limit_is_reached());
}

/* What becomes of the write-ahead log, and of those who wait for the writer. */
static void metrics_render_writer(Output *output) {
  metrics_render_counter(output, "scimd_writes_refused_total",
                         "Requests refused while the writer did not get on.",
                         &metrics_write_refusals);
  metrics_render_counter(output, "scimd_commits_gathered_total",
                         "Write transactions that waited for more requests.",
                         &metrics_gatherings);
  metrics_render_counter(output, "scimd_checkpoints_total",
                         "Times the write-ahead log was copied into the file.",
                         &metrics_checkpoints[1]);
  metrics_render_counter(output, "scimd_checkpoint_failures_total",
                         "Times that did not work.", &metrics_checkpoints[0]);
  metrics_render_counter(output, "scimd_wal_restarts_total",
                         "Times the write-ahead log was begun anew.",
                         &metrics_restarts[1]);
  metrics_render_counter(output, "scimd_wal_held_total",
                         "Times a reader did not let it be begun anew.",
                         &metrics_restarts[0]);
}

/* Of a cluster alone. Its URLs have nothing in them that a label could not
** have (options.c). */
static void metrics_render_cluster(Output *output) {
  static const char *const unfit[METRICS_UNFITS] = {
      "down", "slow", "version", "extension", "behind", "forbidden"};
  if (!atomic_load(&metrics_nodes[0].url)) return;
  metrics_render_head(output, "scimd_rqlite_node_up", "gauge",
                      "Whether requests are sent to the node.");
  for (size_t i = 0; i < METRICS_NODES; i++) {
    const char *url = atomic_load(&metrics_nodes[i].url);
    if (url)
      output_format(output, "scimd_rqlite_node_up{node=\"%s\"} %d\n", url,
                    atomic_load(&metrics_nodes[i].up));
  }
  metrics_render_reasons(output, "scimd_rqlite_unfit_total",
                         "Times a node was left out, by reason.",
                         metrics_unfits, unfit, METRICS_UNFITS);
  metrics_render_counter(output, "scimd_rqlite_retries_total",
                         "Batches of writes that were sent again.",
                         &metrics_retries);
}

/* Names end in the unit, and in _total for what only grows, as Prometheus asks
** for. Queue and connections are not counted here: their owners know. */
void metrics_render(Output *output, size_t queue_length, int open_connections) {
  metrics_render_requests(output);
  metrics_render_histogram(output, "scimd_request_seconds",
                           "Time from request to reply.", &metrics_latency,
                           metrics_seconds, METRICS_COUNT(metrics_seconds));
  metrics_render_histogram(output, "scimd_batch_requests",
                           "Requests that one write transaction carried.",
                           &metrics_batches, metrics_sizes,
                           METRICS_COUNT(metrics_sizes));
  metrics_render_number(output, "scimd_commit_failures_total", "counter",
                        "Write transactions that did not commit.",
                        (long long)counter_read(&metrics_commit_failures));
  metrics_render_number(output, "scimd_queue_length", "gauge",
                        "Requests waiting for the writer.",
                        (long long)queue_length);
  metrics_render_number(output, "scimd_open_connections", "gauge",
                        "Connections that hold a thread.", open_connections);
  metrics_render_connections(output);
  metrics_render_wal(output);
  metrics_render_strangers(output);
  metrics_render_writer(output);
  metrics_render_cluster(output);
}

void metrics_render_bodies(Output *output, long long bytes) {
  metrics_render_number(output, "scimd_body_bytes", "gauge",
                        "Memory taken by bodies above 64 KiB.", bytes);
}

void metrics_render_mistakes(Output *output, long long mistakes) {
  metrics_render_number(output, "scimd_definition_mistakes", "gauge",
                        "Rows of scim_mistake: what is out of order.",
                        mistakes);
}
