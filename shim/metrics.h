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

/* How large the write-ahead log's file is now. */
void metrics_wal(long long bytes);

/* A request was refused because the writer did not get on. */
void metrics_refused(void);

/* A transaction waited for requests that were expected. */
void metrics_gathered(void);

/* The write-ahead log was copied into the file, or could not be. */
void metrics_checkpoint(bool copied);

/* It was begun anew, or a reader held it. */
void metrics_wal_restart(bool begun);

/* Appends everything in the Prometheus text format, version 0.0.4. */
void metrics_render(Output *output, size_t queue_length, int open_connections);

/* The same of the bytes that bodies take (bodies.h). */
void metrics_render_bodies(Output *output, long long bytes);

/* The same of what is wrong in the definitions, where that is known. */
void metrics_render_mistakes(Output *output, long long mistakes);

#endif
