/*
** worker.h: what a thread of the server keeps between requests.
*/
#ifndef SHIM_WORKER_H
#define SHIM_WORKER_H

#include <time.h>

#include "arguments.h"
#include "database.h"
#include "http_reply.h"

typedef struct Worker {
  Database database;   /* read only; in use once open is set */
  bool open;           /* the database has been opened */
  Arguments arguments; /* of the request */
  Output body;         /* of the request */
  Output answer;       /* what scim_apply returned */
  HttpReply reply;     /* the answer, taken apart */
  long retry_after;    /* seconds, if the writer refused; 0: nobody knows */
  Output output;       /* the reply as it is sent */
  Output admitted;     /* the options of a caller who was let in lately, */
  time_t admitted_at;  /* at this time of a clock that is never set */
} Worker;

/* Returns NULL without memory. */
Worker *worker_new(void);
void worker_free(Worker *worker);

/* The request is done: gives back the memory that an unusual one needed. */
void worker_rest(Worker *worker);

/* Opens the thread's own connection if this is its first read. Returns an
** SQLite result code; what went wrong is logged. */
int worker_open(Worker *worker, const Options *options);

/* Runs a request that reads, and leaves what scim_apply returned in answer.
** Returns 0, or the HTTP status of the failure, as writer_apply does. */
int worker_read(Worker *worker, const Options *options,
                const DatabaseRequest *request);

/* Was the caller of these options let in by this worker a moment ago? */
bool worker_knows(const Worker *worker, const Output *options);

/* Notes that he is let in now. */
void worker_note(Worker *worker, const Output *options);

#endif
