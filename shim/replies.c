/*
** replies.c: see replies.h.
**
** A large reply is memory for as long as its client takes to read it. What is
** on its way to slow clients at a time is limited in all.
*/
#include "replies.h"

#include <assert.h>
#include <pthread.h>

#include "memory.h"

#define REPLIES_LARGE (1 << 20)         /* bytes: a larger one is counted */
#define REPLIES_MOST ((size_t)32 << 20) /* of large ones at a time */

/* There is one process, so there is one amount. */
static struct Replies {
  pthread_mutex_t mutex; /* guards what follows; held for moments only */
  size_t sending;        /* bytes of large ones on their way */
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

/* What it was made of is given back with the last one, and now and then
** before. */
void replies_end(Output *reply) {
  if (reply->capacity <= REPLIES_LARGE) return;
  pthread_mutex_lock(&replies.mutex);
  assert(replies.sending >= reply->capacity);
  replies.sending -= reply->capacity;
  bool is_last = !replies.sending;
  pthread_mutex_unlock(&replies.mutex);
  output_free(reply);
  memory_tidy(is_last);
}
