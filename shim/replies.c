/*
** replies.c: see replies.h.
**
** A large reply is memory for as long as its client takes to read it. What is
** on its way to slow clients at a time is limited in all.
*/
#include "replies.h"

#include <assert.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>

#include "moment.h"

#define REPLIES_LARGE (1 << 20)         /* bytes: a larger one is counted */
#define REPLIES_MOST ((size_t)32 << 20) /* of large ones at a time */
#define REPLIES_TRIM 1000               /* milliseconds between giving back */

/* There is one process, so there is one amount. */
static struct Replies {
  pthread_mutex_t mutex; /* guards what follows; held for moments only */
  size_t sending;        /* bytes of large ones on their way */
  long long trimmed;     /* when memory was given back, in milliseconds */
} replies = {.mutex = PTHREAD_MUTEX_INITIALIZER};

bool replies_begin(const Output *reply) {
  if (reply->capacity <= REPLIES_LARGE) return true;
  pthread_mutex_lock(&replies.mutex);
  bool fits =
      !replies.sending || replies.sending + reply->capacity <= REPLIES_MOST;
  if (fits) replies.sending += reply->capacity;
  pthread_mutex_unlock(&replies.mutex);
  return fits;
}

/* What a large reply was made of lies in many small pieces, which the C library
** keeps. When the last one is sent, and now and then before, they are given
** back to the system. */
void replies_end(Output *reply) {
  if (reply->capacity <= REPLIES_LARGE) return;
  long long now = moment_milliseconds();
  pthread_mutex_lock(&replies.mutex);
  assert(replies.sending >= reply->capacity);
  replies.sending -= reply->capacity;
  bool trims = now - replies.trimmed > REPLIES_TRIM || !replies.sending;
  if (trims) replies.trimmed = now;
  pthread_mutex_unlock(&replies.mutex);
  output_free(reply);
#ifdef __GLIBC__
  if (trims) malloc_trim(1 << 20);
#endif
}
