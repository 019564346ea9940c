/*
** queue.h: the requests that wait for the writer.
**
** Threads of the server put theirs in and sleep; the writer takes them out, one
** by one, and answers them. Nobody waits longer than the busy timeout for his
** turn, and while the writer does not get on only so many may wait at all.
*/
#ifndef SHIM_QUEUE_H
#define SHIM_QUEUE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#include "engine.h"

/* One statement, on the stack of the thread that waits for it. */
typedef struct Job {
  const EngineStatement *statement;
  EngineAnswer *answer;
  bool ran;          /* it has, perhaps for nothing */
  int status;        /* 0: well; else the HTTP status of the failure */
  long retry_after;  /* of a refusal: seconds after which to come again */
  long long arrived; /* when, by moment_now */
  bool begun;        /* there is the next one, which is to be waited for */
  sem_t answered;    /* its thread may go on */
  struct Job *next;  /* in the queue */
} Job;

/* Of all but the first two fields the mutex is the guard. */
typedef struct Queue {
  size_t places;          /* jobs that may wait while the writer is stuck */
  long long patience;     /* how long a job may wait for its turn, ns */
  pthread_mutex_t mutex;  /* nobody holds it for longer than a look */
  pthread_cond_t arrived; /* there is what the writer waits for */
  Job *first, *last;      /* oldest first; both NULL if it is empty */
  size_t waiting;         /* jobs in the queue */
  size_t taken;           /* jobs that the writer has, unanswered */
  size_t crowd;           /* jobs there were, of both, at the last commit */
  size_t wanted;          /* so many wake the writer; 0: it is awake */
  long long moved;        /* when the writer last got on */
  bool urged;             /* there is something else to do than jobs */
  bool stopping;          /* no job will come any more */
} Queue;

/* The patience is in milliseconds. */
void queue_init(Queue *queue, size_t places, long patience);
void queue_free(Queue *queue);

/*
** For the threads of the server.
*/

/* Puts the job in and waits until it is answered. Returns the job's status:
** 0, or the HTTP status of a failure; 503 at once where there is no place. */
int queue_submit(Queue *queue, Job *job);

/* The same for several, which come together and in their order. */
void queue_submit_all(Queue *queue, Job *jobs, size_t count);

/* How many jobs are waiting, those that the writer has not included. */
size_t queue_waiting(Queue *queue);

/* No job will come any more: queue_await returns once all are answered. */
void queue_stop(Queue *queue);

/* After how many seconds it is worth coming again, if the writer has not got on
** for so many nanoseconds. */
long queue_retry_after(long long stuck);

/* Wakes the writer without a job. */
void queue_urge(Queue *queue);

/*
** For the writer.
*/

/* Waits for a job, or for queue_urge, which leaves *urged. Returns false when
** it is time to stop and nobody waits. */
bool queue_await(Queue *queue, bool *urged);

/* Takes the oldest job. If there is none, but fewer have been taken than there
** were at the last commit, waits for them, for so many nanoseconds at most.
** Returns NULL if nobody comes. */
Job *queue_take(Queue *queue, long long patience);

/* Puts jobs that were taken back in front, in their order. */
void queue_return(Queue *queue, Job *const *jobs, size_t count);

/* Answers jobs that were taken, and are gone then: the writer gets on. If it
** had been stuck, sees to those who have waited too long. */
void queue_answer(Queue *queue, Job *const *jobs, size_t count);

/* The writer cannot get on: answers 503 to those who have waited too long and
** to those without a place. Returns how many are left. */
size_t queue_relieve(Queue *queue);

#endif
