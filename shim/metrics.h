/*
** metrics.h: counters for /metrics.
**
** Every function may be called from any thread, and none of them waits.
*/
#ifndef SHIM_METRICS_H
#define SHIM_METRICS_H

#include "output.h"

/* One reply was sent. */
void metrics_request(const char *method, int status, double seconds);

/* One transaction of the writer ended: how many requests it carried, and
** whether its COMMIT succeeded. */
void metrics_batch(size_t requests, bool committed);

/* Why somebody was refused for want of a good token (401, or 400). */
typedef enum MetricsRefused {
  METRICS_MISSING,  /* he sent none */
  METRICS_INVALID,  /* it is not known, not valid any more, or not here */
  METRICS_CLIENT,   /* a client of OAuth, who asked for one */
  METRICS_REFUSALS, /* how many reasons there are */
} MetricsRefused;
void metrics_refused(MetricsRefused reason);

/* For what a request was put off (429). */
typedef enum MetricsThrottled {
  METRICS_STRANGERS, /* refused tokens, of the address or of all */
  METRICS_TOKEN,     /* requests with this token */
  METRICS_THROTTLES, /* how many reasons there are */
} MetricsThrottled;
void metrics_throttled(MetricsThrottled reason);

/* How large the write-ahead log's file is now, and how much may be in it (0:
** any). Whether nothing is written for that is asked of wal_limit.h. */
void metrics_wal(long long bytes, long long limit);

/* Why a connection was ended that its client would have kept. */
typedef enum MetricsClosed {
  METRICS_EVICTED, /* silent, to make room for a newer one */
  METRICS_REFUSED, /* one too many, and nobody was silent */
  METRICS_OVERDUE, /* head, body or reply took too long */
  METRICS_CROWDED, /* too many threads were waiting for clients */
  METRICS_CLOSED   /* how many reasons there are */
} MetricsClosed;

void metrics_closed(MetricsClosed reason);

/* How many connections wait, without a thread, until they have sent a head. */
void metrics_parked(int connections);

/* A request was refused because the writer did not get on. */
void metrics_write_refused(void);

/* A transaction waited for requests that were expected. */
void metrics_gathered(void);

/* The write-ahead log was copied into the file, or could not be. */
void metrics_checkpoint(bool copied);

/* It was begun anew, or a reader held it. */
void metrics_wal_restart(bool begun);

/* The nodes of a cluster are numbered from 0. */
#define METRICS_NODES 16

/* This node is up, or left out. The URL must stay. */
void metrics_node(size_t node, const char *url, bool up);

/* Why a node of a cluster is left out. */
typedef enum MetricsUnfit {
  METRICS_DOWN,      /* it cannot be reached, or answers with what is none */
  METRICS_SLOW,      /* it did not say anything in time */
  METRICS_VERSION,   /* it is too old */
  METRICS_EXTENSION, /* it has no extension, or no tables */
  METRICS_BEHIND,    /* it has not got what others have */
  METRICS_FORBIDDEN, /* it does not let us in */
  METRICS_UNFITS     /* how many reasons there are */
} MetricsUnfit;
void metrics_unfit(MetricsUnfit reason);

/* Something that was to be written was sent to a cluster again. */
void metrics_retry(void);

/* Appends everything in the Prometheus text format, version 0.0.4. */
void metrics_render(Output *output, size_t queue_length, int open_connections);

/* The same of the bytes that bodies take (bodies.h). */
void metrics_render_bodies(Output *output, long long bytes);

/* The same of what is wrong in the definitions, where that is known. */
void metrics_render_mistakes(Output *output, long long mistakes);

#endif
