/*
** moment.h: the clock by which scimd waits and measures, and that of the day.
**
** The first is never set, as the other may be: nobody waits an hour too long
** because that was put back.
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

/* The time of day in UTC with milliseconds, as the times in the database are:
** 2026-11-27T10:00:00.000Z (RFC 3339 section 5.6), a C string of so many bytes
** at most. */
#define MOMENT_TEXT 32
void moment_write(char text[MOMENT_TEXT]);

/* Makes a condition for moment_wait; pthread_cond_destroy ends it. */
void moment_init_condition(pthread_cond_t *condition);

/* Waits for the condition, whose mutex is held, until then, in nanoseconds.
** Returns false when the time is over. */
bool moment_wait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                 long long until);

#endif
