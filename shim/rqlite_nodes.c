/*
** rqlite_nodes.c: see rqlite_nodes.h.
**
** HOW IT WORKS
**
** A thread looks at each node once a second, and at once when a call to one has
** failed (rqlite_sight.h). A node without the extension takes writes from Raft
** all the same, runs none of them, and differs from then on: it is left out.
** What comes of a look is said in rqlite_fitness.c; which looks there are, and
** when, here.
**
** For a node to become fit somebody has to be known who has all there is:
**
**   the leader. After an election that is not known, and after a start of all
**   nodes it is not true for as long as it replays its log. So a leader that
**   leads in a new term is asked for one strong read, which goes through the
**   log: when that is answered, so is everything before it. (A linearizable one
**   does so only the first time, and waits in vain after that where a node has
**   joined or left since, until something goes through the log: whoever meets
**   that has the leader doubted, and so asked again.)
**
** A node that runs a statement which takes long is late with its /status, and
** on every node that is the same one: they are as they were seen last, or a map
** that is switched on would end all reads.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_nodes.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "interrupt.h"
#include "log.h"
#include "moment.h"
#include "rqlite_fitness.h"

/* When it is looked again, if nothing happens; and if nobody is fit or leads.
*/
#define RQLITE_NODES_PERIOD MOMENT_SECOND
#define RQLITE_NODES_SOON (100 * MOMENT_MILLISECOND)

/* How long a node has for an answer to a look; and one that is left out for a
** while, for which the others shall not wait. */
#define RQLITE_NODES_PATIENCE (2 * MOMENT_SECOND)
#define RQLITE_NODES_IMPATIENCE (300 * MOMENT_MILLISECOND)

/* How long it has to say that it is there, while it is at something. */
#define RQLITE_NODES_GLANCE (1 * MOMENT_SECOND)

struct RqliteNodes {
  RqliteHttp *http;
  bool serves;     /* somebody reads the log */
  long long term;  /* the leader of this one has all; of the thread */
  long long index; /* how far it had come when it was looked at last */
  bool differ;     /* the versions of the extension; likewise */
  RqliteSight sights[OPTION_TEXTS_MOST]; /* what was seen last; likewise */
  pthread_t thread;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t woken;
  RqliteFitness fitness; /* how many there are, and their URLs, stay */
  bool hurried;          /* something has failed */
  bool doubted;          /* the leader did not do what one that has all does */
  bool stopping;
};

void rqlite_nodes_tell(const RqliteNodes *nodes, const char *format, ...) {
  char message[512];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  if (nodes->serves) log_event("rqlite", "%s", message);
}

/*
** Looking. By the thread alone, without the mutex.
*/

/* One that was slow has less time: the others shall not wait for it. */
static long long rqlite_nodes_patience(RqliteNodes *nodes, int at) {
  pthread_mutex_lock(&nodes->mutex);
  bool slow = moment_now() < nodes->fitness.nodes[at].until;
  pthread_mutex_unlock(&nodes->mutex);
  return slow ? RQLITE_NODES_IMPATIENCE : RQLITE_NODES_PATIENCE;
}

static void rqlite_nodes_look_at(RqliteNodes *nodes, int at,
                                 RqliteSight *sight) {
  *sight =
      rqlite_sight_look(nodes->http, nodes->fitness.nodes[at].url,
                        rqlite_nodes_patience(nodes, at), &nodes->sights[at]);
}

/* One read through the log, which says that the leader has all before it. */
static bool rqlite_nodes_read_strongly(RqliteNodes *nodes, int leader,
                                       MetricsUnfit *fault) {
  return rqlite_sight_read_strongly(
      nodes->http, nodes->fitness.nodes[leader].url,
      rqlite_nodes_patience(nodes, leader), fault);
}

/* Has the leader got all there is? It has if it had in this term, and if it is
** doubted all the same, what goes through the log takes away what held it up.
** Else one such read tells, after which it is looked at again. */
static bool rqlite_nodes_is_certain(RqliteNodes *nodes, int leader,
                                    bool doubted, RqliteSight *sight) {
  bool known = sight->term == nodes->term;
  MetricsUnfit fault;
  if (known && doubted) rqlite_nodes_read_strongly(nodes, leader, &fault);
  if (known) return true;
  if (!rqlite_nodes_read_strongly(nodes, leader, &sight->fault)) return false;
  rqlite_nodes_look_at(nodes, leader, sight);
  if (sight->fault != RQLITE_SIGHT_WELL || !sight->leads) return false;
  nodes->term = sight->term;
  nodes->index = sight->index;
  return true;
}

/* A node that comes back may have another version of the extension, which was
** not seen before the tables were made: it is told when it is. */
static void rqlite_nodes_compare(RqliteNodes *nodes) {
  Output differences = {0};
  bool differ = !rqlite_nodes_agree(nodes, &differences);
  if (differ && !nodes->differ)
    rqlite_nodes_tell(nodes, "the versions of the extension differ: %s",
                      output_terminate(&differences));
  nodes->differ = differ;
  output_free(&differences);
}

/* One look at all of them; or two, where the others have to be compared with
** where the leader is only by now. */
static void rqlite_nodes_look(RqliteNodes *nodes) {
  RqliteSight sights[OPTION_TEXTS_MOST] = {{.fault = RQLITE_SIGHT_WELL}};
  long long term = nodes->term;
  pthread_mutex_lock(&nodes->mutex);
  bool doubted = nodes->doubted;
  nodes->doubted = false;
  pthread_mutex_unlock(&nodes->mutex);
  for (int i = 0; i < nodes->fitness.count; i++)
    rqlite_nodes_look_at(nodes, i, &sights[i]);
  int leader = rqlite_fitness_find_leader(sights, nodes->fitness.count);
  bool certain = leader >= 0 && rqlite_nodes_is_certain(nodes, leader, doubted,
                                                        &sights[leader]);
  for (int i = 0; nodes->term != term && i < nodes->fitness.count; i++)
    if (i != leader && sights[i].fault == RQLITE_SIGHT_WELL)
      rqlite_nodes_look_at(nodes, i, &sights[i]);
  pthread_mutex_lock(&nodes->mutex);
  rqlite_fitness_judge(&nodes->fitness, sights, nodes->index, certain,
                       moment_now());
  nodes->fitness.leader = leader;
  pthread_mutex_unlock(&nodes->mutex);
  if (certain) nodes->index = sights[leader].index;
  rqlite_nodes_compare(nodes);
}

/*
** The thread.
*/

/* The thread that looks at the nodes: now and then, more often while something
** is wrong, and at once when hurried. */
static void *rqlite_nodes_run(void *argument) {
  RqliteNodes *nodes = argument;
  pthread_mutex_lock(&nodes->mutex);
  while (!nodes->stopping) {
    long long pause = rqlite_fitness_is_well(&nodes->fitness)
                          ? RQLITE_NODES_PERIOD
                          : RQLITE_NODES_SOON;
    long long due = moment_now() + pause;
    while (!nodes->stopping && !nodes->hurried &&
           moment_wait(&nodes->woken, &nodes->mutex, due))
      continue;
    nodes->hurried = false;
    if (nodes->stopping) break;
    pthread_mutex_unlock(&nodes->mutex);
    rqlite_nodes_look(nodes);
    pthread_mutex_lock(&nodes->mutex);
  }
  pthread_mutex_unlock(&nodes->mutex);
  return NULL;
}

/*
** Those who call.
*/

int rqlite_nodes_choose(RqliteNodes *nodes, RqliteWish wish, unsigned tried) {
  pthread_mutex_lock(&nodes->mutex);
  int node = rqlite_fitness_pick(&nodes->fitness, wish, tried);
  pthread_mutex_unlock(&nodes->mutex);
  return node;
}

bool rqlite_nodes_agree(RqliteNodes *nodes, Output *differences) {
  pthread_mutex_lock(&nodes->mutex);
  bool agree = rqlite_fitness_agrees(&nodes->fitness, differences);
  pthread_mutex_unlock(&nodes->mutex);
  return agree;
}

/* It may have been deposed since, which its own answer will tell. */
bool rqlite_nodes_is_leader(RqliteNodes *nodes, int node) {
  pthread_mutex_lock(&nodes->mutex);
  bool leads = nodes->fitness.leader == node;
  pthread_mutex_unlock(&nodes->mutex);
  return leads;
}

const char *rqlite_nodes_url(const RqliteNodes *nodes, int node) {
  return nodes->fitness.nodes[node].url;
}

void rqlite_nodes_blame(RqliteNodes *nodes, int node, MetricsUnfit fault) {
  pthread_mutex_lock(&nodes->mutex);
  rqlite_fitness_blame(&nodes->fitness, node, fault, moment_now());
  nodes->hurried = true;
  pthread_cond_signal(&nodes->woken);
  pthread_mutex_unlock(&nodes->mutex);
}

void rqlite_nodes_doubt(RqliteNodes *nodes) {
  pthread_mutex_lock(&nodes->mutex);
  nodes->doubted = nodes->hurried = true;
  pthread_cond_signal(&nodes->woken);
  pthread_mutex_unlock(&nodes->mutex);
}

bool rqlite_nodes_asks(RqliteNodes *nodes, int node,
                       const EngineStatement *statement, long long *number) {
  return rqlite_sight_asks(nodes->http, nodes->fitness.nodes[node].url,
                           RQLITE_NODES_GLANCE, statement, number);
}

/*
** Beginning and end.
*/

static void rqlite_nodes_free(RqliteNodes *nodes) {
  pthread_cond_destroy(&nodes->woken);
  pthread_mutex_destroy(&nodes->mutex);
  free(nodes);
}

static RqliteNodes *rqlite_nodes_new(const Options *options, RqliteHttp *http) {
  RqliteNodes *nodes = calloc(1, sizeof *nodes);
  if (!nodes) return NULL;
  nodes->http = http;
  nodes->serves = options->command == COMMAND_SERVE;
  rqlite_fitness_init(&nodes->fitness, options);
  pthread_mutex_init(&nodes->mutex, NULL);
  moment_init_condition(&nodes->woken);
  return nodes;
}

/* Nodes may be starting at the same time as we are. One that is too old will
** not be another by waiting. */
static bool rqlite_nodes_await(RqliteNodes *nodes, const Options *options,
                               Output *complaint) {
  static const struct timespec nap = {.tv_nsec = RQLITE_NODES_SOON};
  long long end = moment_now() + options->busy_timeout * MOMENT_MILLISECOND;
  for (;;) {
    rqlite_nodes_look(nodes);
    if (rqlite_fitness_has_old(&nodes->fitness, complaint)) return false;
    if (rqlite_fitness_is_well(&nodes->fitness)) return true;
    if (interrupt_came() || moment_now() >= end) break;
    nanosleep(&nap, NULL);
  }
  rqlite_fitness_complain(&nodes->fitness, complaint);
  return false;
}

RqliteNodes *rqlite_nodes_open(const Options *options, RqliteHttp *http,
                               Output *complaint) {
  RqliteNodes *nodes = rqlite_nodes_new(options, http);
  if (!nodes) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  if (rqlite_nodes_await(nodes, options, complaint)) {
    if (pthread_create(&nodes->thread, NULL, rqlite_nodes_run, nodes) == 0)
      return nodes;
    output_text(complaint, "cannot start the thread that looks at the nodes");
  }
  rqlite_nodes_free(nodes);
  return NULL;
}

void rqlite_nodes_close(RqliteNodes *nodes) {
  pthread_mutex_lock(&nodes->mutex);
  nodes->stopping = true;
  pthread_cond_signal(&nodes->woken);
  pthread_mutex_unlock(&nodes->mutex);
  pthread_join(nodes->thread, NULL);
  rqlite_nodes_free(nodes);
}
