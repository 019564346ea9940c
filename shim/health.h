/*
** health.h: is the service well, and are the definitions?
*/
#ifndef SHIM_HEALTH_H
#define SHIM_HEALTH_H

#include <pthread.h>
#include <stdbool.h>

#include "engine.h"

/* What was found wrong in the definitions. */
typedef struct HealthAnswer {
  long long generation; /* of the definitions, before they were looked at */
  long long checked;    /* when that was, by moment_now */
  long long count;      /* of mistakes; 0: all is well */
  Output mistakes;      /* the first of them, as a JSON array */
  bool unfinished;      /* the look took too long: nobody knows of any */
} HealthAnswer;

/* Shared by all threads. */
typedef struct Health {
  Engine *engine;
  pthread_t thread;      /* runs health_run, */
  bool started;          /* if there is one */
  pthread_mutex_t mutex; /* of all that follows */
  pthread_cond_t wished; /* there is a wish, or it is the end */
  pthread_cond_t found;  /* the thread has been at it */
  long long wishes;      /* how often somebody has wished for a new answer, */
  long long granted;     /* up to which of them the thread has looked, */
  bool well;             /* and could, the last time */
  bool stopping;
  bool known;          /* there is an answer: */
  HealthAnswer answer; /* the last one */
} Health;

/* Returns false without memory, or a thread. health_stop is called either
** way. */
bool health_start(Health *health, Engine *engine);

/* Nobody asks any more. */
void health_stop(Health *health);

/* Appends the body of /healthz, a JSON object. Returns false where the database
** cannot be read: then there is nothing to say. */
bool health_render(Health *health, Output *output);

/* Leaves in *count how many mistakes there are. Returns false likewise, and
** where the look took too long. */
bool health_count(Health *health, long long *count);

#endif
