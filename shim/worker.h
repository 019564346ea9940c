/*
** worker.h: what a thread of the server keeps between requests.
*/
#ifndef SHIM_WORKER_H
#define SHIM_WORKER_H

#include "arguments.h"
#include "engine.h"
#include "http_reply.h"
#include "rates.h"
#include "target.h"

typedef struct Worker {
  Target target; /* of the request */
  bool failed;   /* the connection's last head was one for http_on_error */
  Arguments arguments;   /* of the request */
  Output body;           /* of the request */
  Output answer;         /* what scim_apply returned, */
  bool counted;          /* to a read: replies_end is to be told */
  HttpReply reply;       /* the answer, taken apart */
  uint64_t tenant;       /* whose the caller is, a key; 0: nobody knows */
  long retry_after;      /* seconds, if it was not written; 0: nobody knows */
  Output output;         /* the reply as it is sent */
  Output admitted;       /* the options of a caller who was let in lately, */
  long long admitted_at; /* at this moment_now */
} Worker;

/* Returns NULL without memory. */
Worker *worker_new(void);
void worker_free(Worker *worker);

/* What worker_read returns besides what engine_read does. */
#define WORKER_FULL (-5) /* too much is being sent to others */

/* Runs a request that reads, and leaves what scim_apply returned in answer.
** Returns what engine_read returns. */
int worker_read(Worker *worker, Engine *engine,
                const EngineStatement *statement, EngineClient client);

/* Looks, if the body is large, whether it is one that would be refused where it
** is written as soon as it had been parsed there, and leaves what is wrong with
** it in arguments.refused. The options must be those of who asks. */
void worker_check_body(Worker *worker, Engine *engine);

/* Runs a request that may write, and leaves what scim_apply returned in answer.
** Returns what engine_write returns. */
int worker_write(Worker *worker, Engine *engine,
                 const EngineStatement *statement);

/* Asks for the terms of the caller, whose options must be there. Returns false
** if he has none, or nobody can tell. */
bool worker_ask_terms(Worker *worker, Engine *engine, RatesTerms *terms);

/* Forgets the request, whose reply has been sent. What was large in it is given
** back: the thread may be idle from now on. */
void worker_end(Worker *worker);

/* Was the caller of these options let in by this worker a moment ago? */
bool worker_knows(const Worker *worker, const Output *options);

/* Notes that he is let in now. */
void worker_note(Worker *worker, const Output *options);

#endif
