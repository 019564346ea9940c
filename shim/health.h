/*
** health.h: is the service well, and are the definitions?
*/
#ifndef SHIM_HEALTH_H
#define SHIM_HEALTH_H

#include <pthread.h>
#include <stdbool.h>

#include "engine.h"

/* What was found out last, shared by all threads. */
typedef struct Health {
  pthread_mutex_t mutex; /* of all that follows */
  bool known;            /* something has been found out */
  long long generation;  /* of the definitions, when that was */
  long long checked;     /* and when, by moment_now */
  long long count;       /* of mistakes; 0: all is well */
  Output mistakes;       /* the first of them, as a JSON array */
} Health;

void health_init(Health *health);
void health_free(Health *health);

/* Appends the body of /healthz, a JSON object. Returns false where the database
** cannot be read: then there is nothing to say. */
bool health_render(Health *health, Engine *engine, Output *output);

/* Leaves in *count how many mistakes there are. Returns false likewise. */
bool health_count(Health *health, Engine *engine, long long *count);

#endif
