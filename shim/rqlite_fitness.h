/*
** rqlite_fitness.h: which nodes of a cluster are fit to be asked, by what has
** been seen of them.
**
** There is no thread, no network and no clock in it: who calls has the lock
** that it needs, and says what time it is.
*/
#ifndef SHIM_RQLITE_FITNESS_H
#define SHIM_RQLITE_FITNESS_H

#include "metrics.h"
#include "options.h"
#include "output.h"
#include "rqlite_sight.h"

typedef struct RqliteNode {
  const char *url;
  bool fit;
  bool seen;          /* it was fit, or told of, before */
  MetricsUnfit fault; /* why it is not, or was not last */
  long long until;    /* it is left out until then, by moment_now */
  char version[32];   /* of its extension, when it was seen last; "": never */
} RqliteNode;

typedef struct RqliteFitness {
  bool serves; /* somebody reads the log */
  int count;   /* this and the URLs stay as they are */
  RqliteNode nodes[OPTION_TEXTS_MOST];
  int leader; /* -1: nobody knows one */
  unsigned turn;
} RqliteFitness;

/* Nobody is fit so far. The options must outlive it. */
void rqlite_fitness_init(RqliteFitness *fitness, const Options *options);

/* Says of each node whether it is fit, by a look at each of them. index is how
** far the leader had come a look ago; certain says that there is a leader who
** has all. */
void rqlite_fitness_judge(RqliteFitness *fitness, const RqliteSight *sights,
                          long long index, bool certain, long long now);

/* The node has failed in this way: it is left out, for some seconds at least if
** the next look may not show it, and leads nobody. */
void rqlite_fitness_blame(RqliteFitness *fitness, int at, MetricsUnfit fault,
                          long long now);

/* Returns who leads by these looks, or -1. */
int rqlite_fitness_find_leader(const RqliteSight *sights, int count);

/* What a node is wanted for. */
typedef enum RqliteWish {
  RQLITE_ANY,    /* a read that any node may answer: they have turns */
  RQLITE_LEADER, /* one that the leader does, and others pass on to it */
  RQLITE_WRITE   /* the same for writes, and rather an unfit node than none */
} RqliteWish;

/* Returns a node that is not among those tried, as bits, or -1. */
int rqlite_fitness_pick(RqliteFitness *fitness, RqliteWish wish,
                        unsigned tried);

/* Is there a leader, and somebody who is fit? */
bool rqlite_fitness_is_well(const RqliteFitness *fitness);

/* Have all nodes that were ever seen the same version of the extension? If not,
** which they have is appended. */
bool rqlite_fitness_agrees(const RqliteFitness *fitness, Output *differences);

/* Is one too old? Then the complaint says which. */
bool rqlite_fitness_has_old(const RqliteFitness *fitness, Output *complaint);

/* Says of each node what is wrong with it. */
void rqlite_fitness_complain(const RqliteFitness *fitness, Output *complaint);

#endif
