/*
** moment.h: the clock by which scimd waits and measures.
**
** It is never set, as the clock of the day may be: nobody waits an hour too
** long because that was put back.
*/
#ifndef SHIM_MOMENT_H
#define SHIM_MOMENT_H

#include <pthread.h>
#include <stdbool.h>

#define MOMENT_SECOND 1000000000LL
#define MOMENT_MILLISECOND 1000000LL

/* Nanoseconds since some time before the program began. */
long long moment_now(void);

/* The same in milliseconds. */
long long moment_milliseconds(void);

/* Makes a condition for moment_wait; pthread_cond_destroy ends it. */
void moment_init_condition(pthread_cond_t *condition);

/* Waits for the condition, whose mutex is held, until then, in nanoseconds.
** Returns false when the time is over. */
bool moment_wait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                 long long until);

#endif
