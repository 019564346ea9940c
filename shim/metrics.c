/* Counters for /metrics: see metrics.h. */
#include "metrics.h"

#include <stdatomic.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A method that a stranger made up must not become a label of its own. */
static const char *const methods[] = {"GET",   "HEAD",   "POST", "PUT",
                                      "PATCH", "DELETE", "other"};

static const double seconds_limits[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                        0.005,  0.01,    0.025,  0.05,  0.1,
                                        0.25,   0.5,     1,      2.5,   10};
static const double batch_limits[] = {1, 2, 4, 8, 16, 32, 64, 128};

#define SLOTS 16 /* at least one more than the longest table of limits */

typedef struct Histogram {
  atomic_ullong slots[SLOTS]; /* the last one in use is +Inf */
  atomic_ullong sum;          /* in millionths */
} Histogram;

static atomic_ullong requests[COUNT(methods)][600];
static Histogram latency;
static Histogram batches;
static atomic_ullong commit_failures;
static atomic_llong wal_bytes;

static void add(atomic_ullong *counter, unsigned long long n) {
  atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static unsigned long long get(atomic_ullong *counter) {
  return atomic_load_explicit(counter, memory_order_relaxed);
}

static void observe(Histogram *histogram, const double *limits, size_t n,
                    double value) {
  size_t slot = 0;
  while (slot < n && value > limits[slot]) slot++;
  add(&histogram->slots[slot], 1);
  add(&histogram->sum, (unsigned long long)(value * 1e6));
}

void metrics_request(const char *method, int status, double seconds) {
  size_t i = 0;
  while (i < COUNT(methods) - 1 && strcmp(method, methods[i]) != 0) i++;
  if (status > 0 && status < 600) add(&requests[i][status], 1);
  observe(&latency, seconds_limits, COUNT(seconds_limits), seconds);
}

void metrics_batch(size_t size, bool committed) {
  observe(&batches, batch_limits, COUNT(batch_limits), (double)size);
  if (!committed) add(&commit_failures, 1);
}

void metrics_wal(long long bytes) {
  atomic_store_explicit(&wal_bytes, bytes, memory_order_relaxed);
}

/* ---- the text --------------------------------------------------------- */

static void render_head(Buffer *out, const char *name, const char *type,
                        const char *help) {
  buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void render_histogram(Buffer *out, const char *name, const char *help,
                             Histogram *histogram, const double *limits,
                             size_t n) {
  unsigned long long count = 0;
  render_head(out, name, "histogram", help);
  for (size_t i = 0; i < n; i++) {
    count += get(&histogram->slots[i]);
    buffer_format(out, "%s_bucket{le=\"%g\"} %llu\n", name, limits[i], count);
  }
  count += get(&histogram->slots[n]);
  buffer_format(out, "%s_bucket{le=\"+Inf\"} %llu\n", name, count);
  buffer_format(out, "%s_sum %.6f\n", name, (double)get(&histogram->sum) / 1e6);
  buffer_format(out, "%s_count %llu\n", name, count);
}

static void render_requests(Buffer *out) {
  render_head(out, "scimd_requests_total", "counter",
              "Requests answered, by method and status.");
  for (size_t i = 0; i < COUNT(methods); i++) {
    for (int status = 100; status < 600; status++) {
      unsigned long long n = get(&requests[i][status]);
      if (n == 0) continue;
      buffer_format(out,
                    "scimd_requests_total{method=\"%s\",status=\"%d\"} %llu\n",
                    methods[i], status, n);
    }
  }
}

void metrics_render(Buffer *out, size_t queue_length, int open_connections) {
  render_requests(out);
  render_histogram(out, "scimd_request_seconds", "Time from request to reply.",
                   &latency, seconds_limits, COUNT(seconds_limits));
  render_histogram(out, "scimd_batch_requests",
                   "Requests that one write transaction carried.", &batches,
                   batch_limits, COUNT(batch_limits));
  render_head(out, "scimd_commit_failures_total", "counter",
              "Write transactions that did not commit.");
  buffer_format(out, "scimd_commit_failures_total %llu\n",
                get(&commit_failures));
  render_head(out, "scimd_queue_length", "gauge",
              "Requests waiting for the writer.");
  buffer_format(out, "scimd_queue_length %zu\n", queue_length);
  render_head(out, "scimd_open_connections", "gauge",
              "Connections that hold a thread.");
  buffer_format(out, "scimd_open_connections %d\n", open_connections);
  render_head(out, "scimd_wal_bytes", "gauge",
              "Size of the write-ahead log after the last write.");
  buffer_format(out, "scimd_wal_bytes %lld\n",
                atomic_load_explicit(&wal_bytes, memory_order_relaxed));
}
