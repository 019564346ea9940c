/* bare REPLY [WORKERS]: what civetweb can do at best. Answers every request
** with the bytes of a file in one write, set up as scimd sets it up. Prints its
** port, and ends with SIGTERM.
**
** With WORKERS, civetweb's threads only read and write: each hands its request
** to one of so many others, and waits until that has a reply. What this costs
** is why scimd does not do so. */
#define _POSIX_C_SOURCE 200809L
#include <civetweb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

static char *reply;
static size_t reply_size;

/* What a worker has to do: nothing but to say that it is done. */
typedef struct Job {
  struct Job *next;
  bool done;
  pthread_cond_t changed;
} Job;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t come = PTHREAD_COND_INITIALIZER;
static Job *first, **last = &first;

static void *work(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  for (;;) {
    while (!first) pthread_cond_wait(&come, &mutex);
    Job *job = first;
    first = job->next;
    if (!first) last = &first;
    job->done = true;
    pthread_cond_signal(&job->changed);
  }
  return NULL;
}

static void hand_over(void) {
  Job job = {.changed = PTHREAD_COND_INITIALIZER};
  pthread_mutex_lock(&mutex);
  *last = &job;
  last = &job.next;
  pthread_cond_signal(&come);
  while (!job.done) pthread_cond_wait(&job.changed, &mutex);
  pthread_mutex_unlock(&mutex);
  pthread_cond_destroy(&job.changed);
}

static int answer(struct mg_connection *connection) {
  mg_write(connection, reply, reply_size);
  return 200;
}

static int answer_by_worker(struct mg_connection *connection) {
  hand_over();
  return answer(connection);
}

int main(int argc, char **argv) {
  struct mg_callbacks callbacks = {.begin_request = answer};
  const char *settings[] = {"listening_ports",
                            "127.0.0.1:0",
                            "num_threads",
                            "64",
                            "tcp_nodelay",
                            "1",
                            "enable_keep_alive",
                            "yes",
                            "keep_alive_timeout_ms",
                            "1000",
                            "request_timeout_ms",
                            "10000",
                            "max_request_size",
                            "65536",
                            "decode_url",
                            "no",
                            "enable_auth_domain_check",
                            "no",
                            NULL};
  struct mg_server_port port = {0};
  sigset_t endings;
  int ending;
  if (argc < 2) give_up("usage", "bare REPLY [WORKERS]");
  reply = read_file(argv[1], &reply_size);
  sigemptyset(&endings);
  sigaddset(&endings, SIGTERM);
  sigprocmask(SIG_BLOCK, &endings, NULL);
  for (int left = argc > 2 ? atoi(argv[2]) : 0; left > 0; left--) {
    pthread_t worker;
    if (pthread_create(&worker, NULL, work, NULL))
      give_up("workers", "there are not so many");
    callbacks.begin_request = answer_by_worker;
  }
  mg_init_library(MG_FEATURES_DEFAULT);
  struct mg_context *context = mg_start(&callbacks, NULL, settings);
  if (!context) give_up("civetweb", "does not start");
  mg_get_server_ports(context, 1, &port);
  printf("%d\n", port.port);
  fflush(stdout);
  sigwait(&endings, &ending);
  mg_stop(context);
  mg_exit_library();
  return 0;
}
