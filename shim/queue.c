/*
** queue.c: see queue.h.
**
** HOW IT WORKS
**
** A list under one mutex, and a semaphore a job. The writer is woken once for
** what it waits for, however many jobs that is, and posts the semaphores after
** it has let go of the mutex: a thread that wakes finds no lock taken.
**
** Gathering. Clients that were answered by one commit come back together, a
** little apart. If the writer began with the first of them, each commit would
** be of half of them, and the sync, which is what costs, would be shared by
** half as many. So it remembers how many there were at the last commit, and
** when it has run all that are there and they were fewer, it waits a moment for
** the rest. One client alone is never waited for by anyone.
**
** Being stuck. As long as the writer gets on, every commit is a matter of
** milliseconds and whoever comes may wait. When it has not for QUEUE_STUCK,
** because another process holds the lock or a request takes long, threads that
** wait for it are threads that serve nobody: then those beyond the places are
** refused, new ones at once and the youngest of those that wait as well. The
** rest is refused when it has waited for the busy timeout, counted from when
** each of them came; for requests of others not before QUEUE_LONG.
*/
#define _POSIX_C_SOURCE 200809L
#include "queue.h"

#include <assert.h>
#include <errno.h>

#include "metrics.h"
#include "moment.h"

/* After this long without getting on, in nanoseconds, the writer is stuck. */
#define QUEUE_STUCK 250000000LL

/* How long anybody may wait for requests of others, in nanoseconds, where the
** busy timeout is shorter: that is for locks. */
#define QUEUE_LONG 5000000000LL

/* Whoever is told to come again is told so within these seconds. */
#define QUEUE_RETRY_MOST 60

void queue_init(Queue *queue, size_t places, long patience) {
  *queue = (Queue){.places = places, .patience = patience * MOMENT_MILLISECOND};
  pthread_mutex_init(&queue->mutex, NULL);
  moment_init_condition(&queue->arrived);
}

void queue_free(Queue *queue) {
  assert(!queue->first && !queue->taken);
  pthread_mutex_destroy(&queue->mutex);
  pthread_cond_destroy(&queue->arrived);
}

/*
** The list. All of it with the mutex held.
*/

static void queue_append(Queue *queue, Job *job) {
  job->next = NULL;
  if (queue->last)
    queue->last->next = job;
  else
    queue->first = job;
  queue->last = job;
  queue->waiting++;
}

static Job *queue_pop(Queue *queue) {
  Job *job = queue->first;
  if (!job) return NULL;
  queue->first = job->next;
  if (!queue->first) queue->last = NULL;
  queue->waiting--;
  assert(queue->first || queue->waiting == 0);
  return job;
}

/* Is the writer there for somebody, and does not get on? */
static bool queue_is_stuck(const Queue *queue, long long now) {
  return queue->waiting + queue->taken > 0 && now - queue->moved > QUEUE_STUCK;
}

static bool queue_is_full(const Queue *queue, long long now) {
  return queue->waiting + queue->taken >= queue->places &&
         queue_is_stuck(queue, now);
}

/* Takes out those who came before then: the first ones. */
static Job *queue_cut_late(Queue *queue, long long then) {
  Job *late = queue->first, *last = NULL;
  while (queue->first && queue->first->arrived < then) last = queue_pop(queue);
  if (!last) return NULL;
  last->next = NULL;
  return late;
}

/* Takes out those beyond the places: the last ones. */
static Job *queue_cut_surplus(Queue *queue) {
  size_t kept = queue->places > queue->taken ? queue->places - queue->taken : 0;
  if (queue->waiting <= kept) return NULL;
  Job *last = NULL, *surplus = queue->first;
  for (size_t i = 0; i < kept; i++) {
    last = surplus;
    surplus = surplus->next;
  }
  if (last)
    last->next = NULL;
  else
    queue->first = NULL;
  queue->last = last;
  queue->waiting = kept;
  return surplus;
}

/* Takes out whoever may not wait any more: who has waited for longer than this,
** and who is one too many. */
static void queue_cut(Queue *queue, long long now, long long patience,
                      Job **late, Job **surplus) {
  *late = queue_cut_late(queue, now - patience);
  if (now - queue->moved > QUEUE_STUCK) *surplus = queue_cut_surplus(queue);
}

/*
** Refusing. The mutex need not be held.
*/

/* Nobody knows how long a lock is held. One that was held for a minute is not
** likely to go within a second, nor one of a second to stay for a minute: so
** it is worth coming again after as long as the writer has been stuck. */
long queue_retry_after(long long stuck) {
  long long seconds = (stuck + MOMENT_SECOND - 1) / MOMENT_SECOND;
  if (seconds < 1) return 1;
  return seconds < QUEUE_RETRY_MOST ? (long)seconds : QUEUE_RETRY_MOST;
}

static void queue_refuse(Job *job, long long stuck) {
  job->status = 503;
  job->retry_after = queue_retry_after(stuck);
  metrics_write_refused();
}

/* Refuses a list of jobs that were taken out, and lets them go. A job is gone
** when it is posted, so that the next one is looked up before. */
static void queue_dismiss(Job *job, long long stuck) {
  while (job) {
    Job *next = job->next;
    queue_refuse(job, stuck);
    sem_post(&job->answered);
    job = next;
  }
}

/*
** The threads of the server.
*/

/* Prepares a job; one that cannot be waited for is refused. */
static void queue_begin(Job *job, long long now) {
  job->arrived = now;
  job->begun = sem_init(&job->answered, 0, 0) == 0;
  if (!job->begun) job->status = 503;
}

/* Puts a job in, if there is a place; with the mutex held. One that finds
** nobody before it begins the time from which the writer has to get on. */
static void queue_enter(Queue *queue, Job *job) {
  if (!job->begun) return;
  if (queue_is_full(queue, job->arrived)) {
    queue_refuse(job, job->arrived - queue->moved);
    sem_post(&job->answered);
    return;
  }
  if (queue->waiting + queue->taken == 0) queue->moved = job->arrived;
  queue_append(queue, job);
}

/* Waits for its answer. */
static void queue_end(Job *job) {
  if (!job->begun) return;
  while (sem_wait(&job->answered) != 0) assert(errno == EINTR);
  sem_destroy(&job->answered);
}

/* The writer is woken when there are as many as it waits for. */
static void queue_enter_all(Queue *queue, Job *jobs, size_t count) {
  pthread_mutex_lock(&queue->mutex);
  assert(!queue->stopping);
  for (size_t i = 0; i < count; i++) queue_enter(queue, &jobs[i]);
  bool wake = queue->wanted && queue->waiting >= queue->wanted;
  if (wake) queue->wanted = 0;
  pthread_mutex_unlock(&queue->mutex);
  if (wake) pthread_cond_signal(&queue->arrived);
}

void queue_submit_all(Queue *queue, Job *jobs, size_t count) {
  long long now = moment_now();
  for (size_t i = 0; i < count; i++) queue_begin(&jobs[i], now);
  queue_enter_all(queue, jobs, count);
  for (size_t i = 0; i < count; i++) queue_end(&jobs[i]);
}

int queue_submit(Queue *queue, Job *job) {
  queue_submit_all(queue, job, 1);
  return job->status;
}

size_t queue_waiting(Queue *queue) {
  pthread_mutex_lock(&queue->mutex);
  size_t waiting = queue->waiting;
  pthread_mutex_unlock(&queue->mutex);
  return waiting;
}

/* Sets what is said, and wakes the writer whatever it waits for. */
static void queue_say(Queue *queue, bool *what) {
  pthread_mutex_lock(&queue->mutex);
  *what = true;
  queue->wanted = 0;
  pthread_mutex_unlock(&queue->mutex);
  pthread_cond_signal(&queue->arrived);
}

void queue_stop(Queue *queue) { queue_say(queue, &queue->stopping); }

void queue_urge(Queue *queue) { queue_say(queue, &queue->urged); }

/*
** The writer.
*/

/* While it sleeps here, one job wakes it. */
bool queue_await(Queue *queue, bool *urged) {
  pthread_mutex_lock(&queue->mutex);
  while (!queue->first && !queue->stopping && !queue->urged) {
    queue->wanted = 1;
    pthread_cond_wait(&queue->arrived, &queue->mutex);
  }
  queue->wanted = 0;
  *urged = queue->urged;
  queue->urged = false;
  bool more = queue->first || !queue->stopping;
  pthread_mutex_unlock(&queue->mutex);
  return more;
}

/* Sleeps until the rest of the crowd is there, or until then. */
static void queue_gather(Queue *queue, long long until) {
  bool in_time = true;
  metrics_gathered();
  while (in_time && !queue->stopping &&
         queue->waiting + queue->taken < queue->crowd) {
    queue->wanted = queue->crowd - queue->taken;
    in_time = moment_wait(&queue->arrived, &queue->mutex, until);
  }
  queue->wanted = 0;
}

Job *queue_take(Queue *queue, long long patience) {
  pthread_mutex_lock(&queue->mutex);
  if (!queue->first && queue->taken < queue->crowd && patience > 0)
    queue_gather(queue, moment_now() + patience);
  Job *job = queue_pop(queue);
  if (job) queue->taken++;
  pthread_mutex_unlock(&queue->mutex);
  return job;
}

/* The last first, so that the first is in front in the end. */
void queue_return(Queue *queue, Job *const *jobs, size_t count) {
  pthread_mutex_lock(&queue->mutex);
  assert(count <= queue->taken);
  while (count-- > 0) {
    jobs[count]->next = queue->first;
    queue->first = jobs[count];
    if (!queue->last) queue->last = jobs[count];
    queue->waiting++;
    queue->taken--;
  }
  pthread_mutex_unlock(&queue->mutex);
}

/* Those that are still there after a batch that took long are seen to at once:
** the next one may take as long. */
void queue_answer(Queue *queue, Job *const *jobs, size_t count) {
  Job *late = NULL, *surplus = NULL;
  long long now = moment_now();
  pthread_mutex_lock(&queue->mutex);
  assert(count <= queue->taken);
  queue->crowd = queue->waiting + queue->taken;
  queue->taken -= count;
  long long stuck = now - queue->moved;
  if (stuck > QUEUE_STUCK)
    queue_cut(queue, now,
              queue->patience > QUEUE_LONG ? queue->patience : QUEUE_LONG,
              &late, &surplus);
  queue->moved = now;
  pthread_mutex_unlock(&queue->mutex);
  for (size_t i = 0; i < count; i++) sem_post(&jobs[i]->answered);
  queue_dismiss(late, stuck);
  queue_dismiss(surplus, stuck);
}

/* Called again and again while another process has the lock. */
size_t queue_relieve(Queue *queue) {
  Job *late = NULL, *surplus = NULL;
  long long now = moment_now();
  pthread_mutex_lock(&queue->mutex);
  long long stuck = now - queue->moved;
  queue_cut(queue, now, queue->patience, &late, &surplus);
  size_t left = queue->waiting;
  pthread_mutex_unlock(&queue->mutex);
  queue_dismiss(late, stuck);
  queue_dismiss(surplus, stuck);
  return left;
}
