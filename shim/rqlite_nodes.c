/*
** rqlite_nodes.c: see rqlite_nodes.h.
**
** HOW IT WORKS
**
** A thread looks at each node once a second, and at once when a call to one has
** failed (rqlite_sight.h). A node without the extension takes writes from Raft
** all the same, runs none of them, and differs from then on: it is left out.
**
** A node that was fit stays so until something is seen to be wrong. One that
** was not becomes fit when nothing is wrong any more, which needs somebody to
** compare it with:
**
**   the leader, of which it is known that it has all there is. After an
**   election that is not known, and after a start of all nodes it is not true
**   for as long as it replays its log. So a leader that leads in a new term is
**   asked for one strong read, which goes through the log: when that is
**   answered, so is everything before it. (A linearizable one does so only the
**   first time, and waits in vain after that where a node has joined or left
**   since, until something goes through the log: whoever meets that has the
**   leader doubted, and so asked again.)
**   where the leader was when it was looked at the time before. Who is not
**   there a second later is behind, and not only on the way.
**
** A node that runs a statement which takes long is late with its /status, and
** on every node that is the same one: they are as they were seen last, or a map
** that is switched on would end all reads.
**
** While nobody leads nobody becomes fit; who is fit goes on, for reads that
** want nothing else (--read-level none).
**
** Being slow, being without the extension and letting nobody in are faults that
** the next look may not show (a process that is stopped between two of them, a
** password that is for reads alone): with these a node is left out for some
** seconds, whatever is seen; a slow one only while there is another.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_nodes.h"

#include <assert.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "interrupt.h"
#include "log.h"
#include "moment.h"
#include "rqlite_sight.h"

/* When it is looked again, if nothing happens; if nobody is fit or leads; and
** how long who was to blame is left out. */
#define RQLITE_NODES_PERIOD MOMENT_SECOND
#define RQLITE_NODES_SOON (100 * MOMENT_MILLISECOND)
#define RQLITE_NODES_PENALTY (10 * MOMENT_SECOND)

/* How long a node has for an answer to a look; and one that is left out for a
** while, for which the others shall not wait. */
#define RQLITE_NODES_PATIENCE (2 * MOMENT_SECOND)
#define RQLITE_NODES_IMPATIENCE (300 * MOMENT_MILLISECOND)

/* How long it has to say that it is there, while it is at something. */
#define RQLITE_NODES_GLANCE (1 * MOMENT_SECOND)

typedef struct RqliteNode {
  const char *url;
  bool fit;
  bool seen;          /* it was fit, or told of, before */
  MetricsUnfit fault; /* why it is not, or was not last */
  long long until;    /* it is left out until then, by moment_now */
  char version[32];   /* of its extension, when it was seen last; "": never */
} RqliteNode;

struct RqliteNodes {
  RqliteHttp *http;
  bool serves; /* somebody reads the log */
  int count;
  long long term;  /* the leader of this one has all; of the thread */
  long long index; /* how far it had come when it was looked at last */
  bool differ;     /* the versions of the extension; likewise */
  RqliteSight sights[OPTION_TEXTS_MOST]; /* what was seen last; likewise */
  pthread_t thread;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t woken;
  RqliteNode nodes[OPTION_TEXTS_MOST];
  int leader; /* -1: nobody knows one */
  unsigned turn;
  bool hurried; /* something has failed */
  bool doubted; /* the leader did not do what one that has all does */
  bool stopping;
};

static_assert(OPTION_TEXTS_MOST <= METRICS_NODES, "each node has its metric");

static const char *const rqlite_nodes_faults[METRICS_UNFITS] = {
    "it cannot be reached",
    "it does not answer in time",
    "it is older than 8.36.4, or does not say its version",
    "it has no extension, or no tables",
    "it has not got what the leader has",
    "it lets nobody in with this user and password"};

void rqlite_nodes_tell(const RqliteNodes *nodes, const char *format, ...) {
  char message[512];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  if (nodes->serves) log_event("rqlite", "%s", message);
}

/*
** Judging. All of it with the mutex held.
*/

/* Only a change is counted and told: the same is seen again each second. What
** a node was before its first look nobody has relied on. */
static void rqlite_nodes_set(RqliteNodes *nodes, int at, MetricsUnfit fault) {
  RqliteNode *node = &nodes->nodes[at];
  bool fit = fault == RQLITE_SIGHT_WELL;
  if (node->seen && node->fit == fit) return;
  node->fit = fit;
  if (!fit) node->fault = fault;
  if (!fit) metrics_unfit(fault);
  metrics_node((size_t)at, node->url, fit);
  if (node->seen)
    rqlite_nodes_tell(
        nodes, "%s is %s%s", node->url,
        fit ? "fit" : "left out: ", fit ? "" : rqlite_nodes_faults[fault]);
  node->seen = true;
}

/* What is seen, taken together with how far the leader was a look ago. */
static MetricsUnfit rqlite_nodes_fault(const RqliteSight *sight,
                                       long long index) {
  if (sight->fault != RQLITE_SIGHT_WELL) return sight->fault;
  return sight->index < index ? METRICS_BEHIND : RQLITE_SIGHT_WELL;
}

/* With the mutex held: is anybody? */
static bool rqlite_nodes_has_fit(const RqliteNodes *nodes) {
  for (int i = 0; i < nodes->count; i++)
    if (nodes->nodes[i].fit) return true;
  return false;
}

/* Who was slow and is well by now does not wait for his time to be over where
** nobody else is fit: one write that takes long makes each node slow to which
** it is sent, in a cluster of one the only one, and would end all reads. */
static void rqlite_nodes_recall(RqliteNodes *nodes, const RqliteSight *sights) {
  if (rqlite_nodes_has_fit(nodes)) return;
  for (int i = 0; i < nodes->count; i++)
    if (nodes->nodes[i].fault == METRICS_SLOW &&
        rqlite_nodes_fault(&sights[i], nodes->index) == RQLITE_SIGHT_WELL)
      rqlite_nodes_set(nodes, i, RQLITE_SIGHT_WELL);
}

/* Says of each node whether it is fit. `certain` says that there is a leader
** who has all. */
static void rqlite_nodes_judge(RqliteNodes *nodes, const RqliteSight *sights,
                               bool certain, long long now) {
  for (int i = 0; i < nodes->count; i++) {
    RqliteNode *node = &nodes->nodes[i];
    MetricsUnfit fault = rqlite_nodes_fault(&sights[i], nodes->index);
    if (sights[i].version[0])
      memcpy(node->version, sights[i].version, sizeof node->version);
    if (fault != RQLITE_SIGHT_WELL || node->fit)
      rqlite_nodes_set(nodes, i, fault);
    else if (certain && now >= node->until)
      rqlite_nodes_set(nodes, i, RQLITE_SIGHT_WELL);
  }
  if (certain) rqlite_nodes_recall(nodes, sights);
}

/* Returns who leads: of several who say so, as one does that was cut off and
** has not noticed, the one of the last election. */
static int rqlite_nodes_find_leader(const RqliteSight *sights, int count) {
  int leader = -1;
  for (int i = 0; i < count; i++)
    if (sights[i].fault == RQLITE_SIGHT_WELL && sights[i].leads &&
        (leader < 0 || sights[i].term > sights[leader].term))
      leader = i;
  return leader;
}

/*
** Looking. By the thread alone, without the mutex.
*/

/* One that was slow has less time: the others shall not wait for it. */
static long long rqlite_nodes_patience(RqliteNodes *nodes, int at) {
  pthread_mutex_lock(&nodes->mutex);
  bool slow = moment_now() < nodes->nodes[at].until;
  pthread_mutex_unlock(&nodes->mutex);
  return slow ? RQLITE_NODES_IMPATIENCE : RQLITE_NODES_PATIENCE;
}

static void rqlite_nodes_look_at(RqliteNodes *nodes, int at,
                                 RqliteSight *sight) {
  *sight =
      rqlite_sight_look(nodes->http, nodes->nodes[at].url,
                        rqlite_nodes_patience(nodes, at), &nodes->sights[at]);
}

/* One read through the log, which says that the leader has all before it. */
static bool rqlite_nodes_read_strongly(RqliteNodes *nodes, int leader,
                                       MetricsUnfit *fault) {
  return rqlite_sight_read_strongly(nodes->http, nodes->nodes[leader].url,
                                    rqlite_nodes_patience(nodes, leader),
                                    fault);
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
  for (int i = 0; i < nodes->count; i++)
    rqlite_nodes_look_at(nodes, i, &sights[i]);
  int leader = rqlite_nodes_find_leader(sights, nodes->count);
  bool certain = leader >= 0 && rqlite_nodes_is_certain(nodes, leader, doubted,
                                                        &sights[leader]);
  for (int i = 0; nodes->term != term && i < nodes->count; i++)
    if (i != leader && sights[i].fault == RQLITE_SIGHT_WELL)
      rqlite_nodes_look_at(nodes, i, &sights[i]);
  pthread_mutex_lock(&nodes->mutex);
  rqlite_nodes_judge(nodes, sights, certain, moment_now());
  nodes->leader = leader;
  pthread_mutex_unlock(&nodes->mutex);
  if (certain) nodes->index = sights[leader].index;
  rqlite_nodes_compare(nodes);
}

/*
** The thread.
*/

/* With the mutex held: is there a leader, and somebody who is fit? */
static bool rqlite_nodes_is_well(const RqliteNodes *nodes) {
  return rqlite_nodes_has_fit(nodes) && nodes->leader >= 0;
}

static void *rqlite_nodes_run(void *argument) {
  RqliteNodes *nodes = argument;
  pthread_mutex_lock(&nodes->mutex);
  while (!nodes->stopping) {
    long long pause =
        rqlite_nodes_is_well(nodes) ? RQLITE_NODES_PERIOD : RQLITE_NODES_SOON;
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

static bool rqlite_nodes_may(const RqliteNodes *nodes, int at, unsigned tried) {
  return at >= 0 && nodes->nodes[at].fit && !(tried & 1u << at);
}

/* With the mutex held. An unfit node may be the only way to a leader that is
** not in the list. */
static int rqlite_nodes_pick(RqliteNodes *nodes, RqliteWish wish,
                             unsigned tried) {
  if (wish != RQLITE_ANY && rqlite_nodes_may(nodes, nodes->leader, tried))
    return nodes->leader;
  unsigned first = nodes->turn++, count = (unsigned)nodes->count;
  for (unsigned i = 0; i < count; i++) {
    int at = (int)((first + i) % count);
    if (rqlite_nodes_may(nodes, at, tried)) return at;
  }
  for (int i = 0; wish == RQLITE_WRITE && i < nodes->count; i++)
    if (!(tried & 1u << i)) return i;
  return -1;
}

int rqlite_nodes_choose(RqliteNodes *nodes, RqliteWish wish, unsigned tried) {
  pthread_mutex_lock(&nodes->mutex);
  int node = rqlite_nodes_pick(nodes, wish, tried);
  pthread_mutex_unlock(&nodes->mutex);
  return node;
}

/* Of a node that has never answered nothing is known, which is no difference.
** */
bool rqlite_nodes_agree(RqliteNodes *nodes, Output *differences) {
  const char *first = "";
  bool agree = true;
  pthread_mutex_lock(&nodes->mutex);
  for (int i = 0; i < nodes->count; i++) {
    const RqliteNode *node = &nodes->nodes[i];
    if (!node->version[0]) continue;
    if (!first[0]) first = node->version;
    agree = agree && strcmp(first, node->version) == 0;
    output_format(differences, "%s%s: %s", differences->size ? "; " : "",
                  node->url, node->version);
  }
  pthread_mutex_unlock(&nodes->mutex);
  if (agree) output_clear(differences);
  return agree;
}

/* It may have been deposed since, which its own answer will tell. */
bool rqlite_nodes_is_leader(RqliteNodes *nodes, int node) {
  pthread_mutex_lock(&nodes->mutex);
  bool leads = nodes->leader == node;
  pthread_mutex_unlock(&nodes->mutex);
  return leads;
}

const char *rqlite_nodes_url(const RqliteNodes *nodes, int node) {
  return nodes->nodes[node].url;
}

void rqlite_nodes_blame(RqliteNodes *nodes, int node, MetricsUnfit fault) {
  pthread_mutex_lock(&nodes->mutex);
  if (fault != METRICS_DOWN)
    nodes->nodes[node].until = moment_now() + RQLITE_NODES_PENALTY;
  rqlite_nodes_set(nodes, node, fault);
  if (nodes->leader == node) nodes->leader = -1;
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
  return rqlite_sight_asks(nodes->http, nodes->nodes[node].url,
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
  nodes->leader = -1;
  nodes->count = options->nodes.count;
  for (int i = 0; i < nodes->count; i++)
    nodes->nodes[i].url = options->nodes.items[i];
  pthread_mutex_init(&nodes->mutex, NULL);
  moment_init_condition(&nodes->woken);
  return nodes;
}

/* Returns the node that is too old, or -1. */
static int rqlite_nodes_find_old(const RqliteNodes *nodes) {
  for (int i = 0; i < nodes->count; i++)
    if (!nodes->nodes[i].fit && nodes->nodes[i].seen &&
        nodes->nodes[i].fault == METRICS_VERSION)
      return i;
  return -1;
}

/* Says of each node what is wrong with it. */
static void rqlite_nodes_complain(const RqliteNodes *nodes, Output *complaint) {
  output_text(complaint, "no node of the cluster can be asked");
  for (int i = 0; i < nodes->count; i++) {
    const RqliteNode *node = &nodes->nodes[i];
    output_format(complaint, "%s %s: %s", i ? ";" : ":", node->url,
                  node->seen ? rqlite_nodes_faults[node->fault]
                             : "there is no leader yet");
  }
}

/* Nodes may be starting at the same time as we are. One that is too old will
** not be another by waiting. */
static bool rqlite_nodes_await(RqliteNodes *nodes, const Options *options,
                               Output *complaint) {
  static const struct timespec nap = {.tv_nsec = RQLITE_NODES_SOON};
  long long end = moment_now() + options->busy_timeout * MOMENT_MILLISECOND;
  for (;;) {
    rqlite_nodes_look(nodes);
    int old = rqlite_nodes_find_old(nodes);
    if (old >= 0) {
      output_format(complaint, "%s: %s", nodes->nodes[old].url,
                    rqlite_nodes_faults[METRICS_VERSION]);
      return false;
    }
    if (rqlite_nodes_is_well(nodes)) return true;
    if (interrupt_came() || moment_now() >= end) break;
    nanosleep(&nap, NULL);
  }
  rqlite_nodes_complain(nodes, complaint);
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
