/*
** rqlite_fitness.c: see rqlite_fitness.h.
**
** HOW IT WORKS
**
** A node that was fit stays so until something is seen to be wrong. One that
** was not becomes fit when nothing is wrong any more, which needs somebody to
** compare it with: where the leader was when it was looked at the time before,
** a leader of whom it is known that it has all there is (rqlite_nodes.c). Who
** is not there a second later is behind, and not only on the way.
**
** While nobody leads nobody becomes fit; who is fit goes on, for reads that
** want nothing else (--read-level none).
**
** Being slow, being without the extension and letting nobody in are faults that
** the next look may not show (a process that is stopped between two of them, a
** password that is for reads alone): with these a node is left out for some
** seconds, whatever is seen; a slow one only while there is another.
*/
#include "rqlite_fitness.h"

#include <assert.h>
#include <string.h>

#include "log.h"
#include "moment.h"

/* How long who was to blame is left out. */
#define RQLITE_FITNESS_PENALTY (10 * MOMENT_SECOND)

static_assert(OPTION_TEXTS_MOST <= METRICS_NODES, "each node has its metric");

static const char *const rqlite_fitness_faults[METRICS_UNFITS] = {
    "it cannot be reached",
    "it does not answer in time",
    "it is older than 8.36.4, or does not say its version",
    "it has no extension, or no tables",
    "it has not got what the leader has",
    "it lets nobody in with this user and password"};

void rqlite_fitness_init(RqliteFitness *fitness, const Options *options) {
  *fitness = (RqliteFitness){.serves = options->command == COMMAND_SERVE,
                             .count = options->nodes.count,
                             .leader = -1};
  for (int i = 0; i < fitness->count; i++)
    fitness->nodes[i].url = options->nodes.items[i];
}

/*
** Judging.
*/

/* Only a change is counted and told: the same is seen again each second. What
** a node was before its first look nobody has relied on. */
static void rqlite_fitness_set(RqliteFitness *fitness, int at,
                               MetricsUnfit fault) {
  RqliteNode *node = &fitness->nodes[at];
  bool fit = fault == RQLITE_SIGHT_WELL;
  if (node->seen && node->fit == fit) return;
  node->fit = fit;
  if (!fit) node->fault = fault;
  if (!fit) metrics_unfit(fault);
  metrics_node((size_t)at, node->url, fit);
  if (node->seen && fitness->serves)
    log_event("rqlite", "%s is %s%s", node->url, fit ? "fit" : "left out: ",
              fit ? "" : rqlite_fitness_faults[fault]);
  node->seen = true;
}

/* What is seen, taken together with how far the leader was a look ago. */
static MetricsUnfit rqlite_fitness_fault(const RqliteSight *sight,
                                         long long index) {
  if (sight->fault != RQLITE_SIGHT_WELL) return sight->fault;
  return sight->index < index ? METRICS_BEHIND : RQLITE_SIGHT_WELL;
}

/* Is anybody? */
static bool rqlite_fitness_has_fit(const RqliteFitness *fitness) {
  for (int i = 0; i < fitness->count; i++)
    if (fitness->nodes[i].fit) return true;
  return false;
}

/* Who was slow and is well by now does not wait for his time to be over where
** nobody else is fit: one write that takes long makes each node slow to which
** it is sent, in a cluster of one the only one, and would end all reads. */
static void rqlite_fitness_recall(RqliteFitness *fitness,
                                  const RqliteSight *sights, long long index) {
  if (rqlite_fitness_has_fit(fitness)) return;
  for (int i = 0; i < fitness->count; i++)
    if (fitness->nodes[i].fault == METRICS_SLOW &&
        rqlite_fitness_fault(&sights[i], index) == RQLITE_SIGHT_WELL)
      rqlite_fitness_set(fitness, i, RQLITE_SIGHT_WELL);
}

void rqlite_fitness_judge(RqliteFitness *fitness, const RqliteSight *sights,
                          long long index, bool certain, long long now) {
  for (int i = 0; i < fitness->count; i++) {
    RqliteNode *node = &fitness->nodes[i];
    MetricsUnfit fault = rqlite_fitness_fault(&sights[i], index);
    if (sights[i].version[0])
      memcpy(node->version, sights[i].version, sizeof node->version);
    if (fault != RQLITE_SIGHT_WELL || node->fit)
      rqlite_fitness_set(fitness, i, fault);
    else if (certain && now >= node->until)
      rqlite_fitness_set(fitness, i, RQLITE_SIGHT_WELL);
  }
  if (certain) rqlite_fitness_recall(fitness, sights, index);
}

/* Of several who say so, as one does that was cut off and has not noticed, the
** one of the last election. */
int rqlite_fitness_find_leader(const RqliteSight *sights, int count) {
  int leader = -1;
  for (int i = 0; i < count; i++)
    if (sights[i].fault == RQLITE_SIGHT_WELL && sights[i].leads &&
        (leader < 0 || sights[i].term > sights[leader].term))
      leader = i;
  return leader;
}

void rqlite_fitness_blame(RqliteFitness *fitness, int at, MetricsUnfit fault,
                          long long now) {
  if (fault != METRICS_DOWN)
    fitness->nodes[at].until = now + RQLITE_FITNESS_PENALTY;
  rqlite_fitness_set(fitness, at, fault);
  if (fitness->leader == at) fitness->leader = -1;
}

/*
** Choosing.
*/

static bool rqlite_fitness_may(const RqliteFitness *fitness, int at,
                               unsigned tried) {
  return at >= 0 && fitness->nodes[at].fit && !(tried & 1u << at);
}

/* An unfit node may be the only way to a leader that is not in the list. */
int rqlite_fitness_pick(RqliteFitness *fitness, RqliteWish wish,
                        unsigned tried) {
  if (wish != RQLITE_ANY && rqlite_fitness_may(fitness, fitness->leader, tried))
    return fitness->leader;
  unsigned first = fitness->turn++, count = (unsigned)fitness->count;
  for (unsigned i = 0; i < count; i++) {
    int at = (int)((first + i) % count);
    if (rqlite_fitness_may(fitness, at, tried)) return at;
  }
  for (int i = 0; wish == RQLITE_WRITE && i < fitness->count; i++)
    if (!(tried & 1u << i)) return i;
  return -1;
}

/*
** Telling.
*/

bool rqlite_fitness_is_well(const RqliteFitness *fitness) {
  return rqlite_fitness_has_fit(fitness) && fitness->leader >= 0;
}

/* Of a node that has never answered nothing is known, which is no difference.
** */
bool rqlite_fitness_agrees(const RqliteFitness *fitness, Output *differences) {
  const char *first = "";
  bool agree = true;
  for (int i = 0; i < fitness->count; i++) {
    const RqliteNode *node = &fitness->nodes[i];
    if (!node->version[0]) continue;
    if (!first[0]) first = node->version;
    agree = agree && strcmp(first, node->version) == 0;
    output_format(differences, "%s%s: %s", differences->size ? "; " : "",
                  node->url, node->version);
  }
  if (agree) output_clear(differences);
  return agree;
}

bool rqlite_fitness_has_old(const RqliteFitness *fitness, Output *complaint) {
  for (int i = 0; i < fitness->count; i++) {
    const RqliteNode *node = &fitness->nodes[i];
    if (node->fit || !node->seen || node->fault != METRICS_VERSION) continue;
    output_format(complaint, "%s: %s", node->url,
                  rqlite_fitness_faults[METRICS_VERSION]);
    return true;
  }
  return false;
}

void rqlite_fitness_complain(const RqliteFitness *fitness, Output *complaint) {
  output_text(complaint, "no node of the cluster can be asked");
  for (int i = 0; i < fitness->count; i++) {
    const RqliteNode *node = &fitness->nodes[i];
    output_format(complaint, "%s %s: %s", i ? ";" : ":", node->url,
                  node->seen ? rqlite_fitness_faults[node->fault]
                             : "there is no leader yet");
  }
}
