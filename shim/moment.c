/*
** moment.c: see moment.h.
*/
#define _POSIX_C_SOURCE 200809L /* clock_gettime, pthread_condattr_setclock */
#include "moment.h"

#include <stdio.h>
#include <time.h>

long long moment_now(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * MOMENT_SECOND + now.tv_nsec;
}

long long moment_milliseconds(void) {
  return moment_now() / MOMENT_MILLISECOND;
}

void moment_write(char text[MOMENT_TEXT]) {
  struct timespec now = {0};
  struct tm utc = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  size_t size = strftime(text, MOMENT_TEXT, "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(text + size, MOMENT_TEXT - size, ".%03lldZ",
           now.tv_nsec / MOMENT_MILLISECOND);
}

void moment_init_condition(pthread_cond_t *condition) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &monotonic);
  pthread_condattr_destroy(&monotonic);
}

bool moment_wait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                 long long until) {
  struct timespec end = {.tv_sec = (time_t)(until / MOMENT_SECOND),
                         .tv_nsec = (long)(until % MOMENT_SECOND)};
  return pthread_cond_timedwait(condition, mutex, &end) == 0;
}
