/*
** health.h: is the service well, and are the definitions?
*/
#ifndef SHIM_HEALTH_H
#define SHIM_HEALTH_H

#include <pthread.h>
#include <stdbool.h>

#include "database.h"

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

/* Appends the body of /healthz, a JSON object. Returns an SQLite result code:
** without a database that can be read there is nothing to say. */
int health_render(Health *health, Database *database, Output *output);

/* Leaves in *count how many mistakes there are. Returns a result code too. */
int health_count(Health *health, Database *database, long long *count);

#endif
