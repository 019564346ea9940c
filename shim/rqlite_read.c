/*
** rqlite_read.c: see rqlite_read.h.
**
** HOW IT WORKS
**
** A read may be asked again of another node as often as one likes. It is, until
** it has been answered or there has been time for an election besides its own.
** So many may be under way at a time, of which the tenants have their shares:
** a node that does not answer takes a place for two seconds, and then no more.
**
** With --read-level weak or linearizable the leader is asked, since the others
** would only pass it on; with none all of them have turns. A command that
** writes has to see what it has written: the leader is the least that it asks.
**
** What a command reads may take as long as it takes. So once its node has been
** silent for two seconds it is looked every two seconds whether that is there
** at all, as of a write: if it is not, another one is asked.
**
** Reads of level linearizable wait in vain when a node has joined or left,
** until something is written: rqlite waits for its database to be where its log
** is, and such an entry does not take it there. Whoever is not answered at this
** level has something go through the log (rqlite_nodes_doubt) and asks again.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "moment.h"
#include "rqlite_text.h"

/* How long a node has for the first byte of a read, where --read-budget is not
** longer; and what there is besides that, for the way. */
#define RQLITE_READ_FIRST (2 * MOMENT_SECOND)
#define RQLITE_READ_WAY (500 * MOMENT_MILLISECOND)

/* How much longer than its budget a read may take, all in all: an election, for
** which clients would otherwise have to ask twice. */
#define RQLITE_READ_SPARE (2 * MOMENT_SECOND)

/* How long a read waits for a place. */
#define RQLITE_READ_PLACE (2 * MOMENT_SECOND)

/* How long a command's read may take that a node is at, and where that node has
** passed it on to another one, as rqlite does for half a minute itself. */
#define RQLITE_READ_COMMAND (600 * MOMENT_SECOND)
#define RQLITE_READ_PASSED (30 * MOMENT_SECOND)

/* How long, in milliseconds, a leader may wait for its own database at level
** linearizable, where --read-budget is not shorter. */
#define RQLITE_READ_LINEAR 1000

/* Between two rounds of all nodes: during an election each of them answers at
** once that it has no leader. */
#define RQLITE_READ_PAUSE (50 * MOMENT_MILLISECOND)

struct RqliteReader {
  const Options *options;
  bool serves; /* requests of clients, which have a budget */
  bool linear; /* the level is linearizable */
  RqliteHttp *http;
  RqliteNodes *nodes;
  Share share;     /* of the reads at a time */
  RqliteWish wish; /* which nodes may be read */
  char path[128];
};

/*
** Beginning and end.
*/

/* A read is ended by the node when its budget is over. How long that may wait
** for another one, to which it passes the read on, is said as well, or it would
** be for half a minute. */
static void rqlite_reader_set_path(RqliteReader *reader, EngineUse use) {
  const Options *options = reader->options;
  bool none = strcmp(options->read_level, "none") == 0;
  long budget = options->read_budget, linear = RQLITE_READ_LINEAR;
  size_t most = sizeof reader->path;
  reader->wish = none && use != ENGINE_WRITE ? RQLITE_ANY : RQLITE_LEADER;
  reader->linear = strcmp(options->read_level, "linearizable") == 0;
  int size =
      snprintf(reader->path, most, "/db/query?level=%s",
               none && use == ENGINE_WRITE ? "weak" : options->read_level);
  if (reader->serves)
    size += snprintf(reader->path + size, most - (size_t)size,
                     "&db_timeout=%ldms&timeout=%ldms", budget, budget);
  if (reader->serves && budget < linear) linear = budget;
  if (reader->linear)
    snprintf(reader->path + size, most - (size_t)size,
             "&linearizable_timeout=%ldms", linear);
}

RqliteReader *rqlite_reader_new(const Options *options, EngineUse use,
                                RqliteHttp *http, RqliteNodes *nodes) {
  RqliteReader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  if (!share_init(&reader->share, options->readers,
                  (options->threads + 1) / 2)) {
    free(reader);
    return NULL;
  }
  reader->options = options;
  reader->serves = use == ENGINE_SERVE;
  reader->http = http;
  reader->nodes = nodes;
  rqlite_reader_set_path(reader, use);
  return reader;
}

void rqlite_reader_free(RqliteReader *reader) {
  share_free(&reader->share);
  free(reader);
}

/*
** What a node says.
*/

/* A read that is under way. */
typedef struct RqliteRead {
  RqliteReader *reader;
  const EngineStatement *statement;
  EngineClient client;
  EngineAnswer *answer;
  Output request, reply;
  long long end;  /* when it is over */
  unsigned tried; /* nodes, as bits, in this round */
  bool asked;     /* one at least */
  bool ran;       /* some rows may have been handed over */
  bool lacks;     /* the last node that said something lacks something */
  Output excuse;  /* what it said, if it was of itself */
  int outcome;    /* once it is done: what engine_read returns */
  int node;       /* that is being asked, */
  bool leads;     /* which answers by itself, */
  long long due;  /* and is looked at then, */
  long long last; /* until then at most; of commands, all three; */
  long long seen; /* when a node was at it last, or it began */
} RqliteRead;

/* Tells of an error. As database_tell. */
static void rqlite_read_tell(RqliteRead *read, const char *error) {
  if (read->answer->complaint)
    output_text(read->answer->complaint, error);
  else
    log_event("rqlite", "%s: %s", engine_name(read->statement), error);
}

/* An error of SQL. Returns whether the read is done by it: another node may
** have what this one lacks, or not be as this one is for a moment. */
static bool rqlite_read_take_error(RqliteRead *read, int node,
                                   const char *error) {
  RqliteReader *reader = read->reader;
  if (strstr(error, "query timeout")) {
    log_event("budget", "%s: ended after %ld ms", engine_name(read->statement),
              reader->options->read_budget);
    read->outcome = ENGINE_LATE;
    return true;
  }
  if (rqlite_text_may_pass(error)) {
    read->lacks = rqlite_text_is_lack(error);
    if (read->lacks) rqlite_nodes_blame(reader->nodes, node, METRICS_EXTENSION);
    output_clear(&read->excuse);
    output_text(&read->excuse, error);
    return false;
  }
  rqlite_read_tell(read, error);
  read->answer->refused = true;
  read->outcome = 503;
  return true;
}

/* Hands over the rows. Returns whether the read is done. A reply that ends in
** the middle, or says what nobody asked for, is no answer: another node is
** asked then, and whoever took rows is told to forget them. If he cannot, it is
** over: they would come twice. */
static bool rqlite_read_take_rows(RqliteRead *read, int node,
                                  RqliteReply *reply) {
  EngineAnswer *answer = read->answer;
  Output error = {0};
  size_t rows;
  if (read->ran && answer->row && !answer->row(answer->context, NULL, 0)) {
    output_text(&read->excuse, "the answer ended in the middle");
    return true;
  }
  read->ran = true;
  RqliteResult result =
      rqlite_text_result(reply, answer->row, answer->context, &rows, &error);
  bool done = result == RQLITE_ROWS || result == RQLITE_UNTAKEN;
  if (result == RQLITE_UNTAKEN)
    output_text(&read->excuse, "the answer is not what was asked for");
  if (result == RQLITE_ROWS) read->outcome = 0;
  if (result == RQLITE_ERROR)
    done = rqlite_read_take_error(read, node, output_terminate(&error));
  output_free(&error);
  return done;
}

/* What the node has replied. One that has no leader, or has lost it, says so;
** another one may know. */
static bool rqlite_read_take(RqliteRead *read, int node, long status) {
  RqliteReply *reply =
      status == 200 ? rqlite_text_read(read->reply.data, read->reply.size)
                    : NULL;
  bool done = false;
  if (reply && rqlite_text_count(reply) == 1)
    done = rqlite_read_take_rows(read, node, reply);
  else if (status == 401 || status == 403)
    rqlite_nodes_blame(read->reader->nodes, node, METRICS_FORBIDDEN);
  else if (!reply && status < 500)
    rqlite_nodes_blame(read->reader->nodes, node, METRICS_DOWN);
  if (reply) rqlite_text_free(reply);
  if (!done && read->reader->linear) rqlite_nodes_doubt(read->reader->nodes);
  return done;
}

/*
** Asking.
*/

/* Is asked all the while: is it time to hang up? For nobody else is worth a
** place and a node's time what he does not wait for any more. Commands have
** nobody who could go. */
static bool rqlite_read_is_over(void *argument) {
  static const EngineStatement one = {.sql = "SELECT 1"};
  RqliteRead *read = argument;
  RqliteReader *reader = read->reader;
  const ShareClient *who = &read->client.who;
  long long now = moment_now(), number;
  if (reader->serves) return who->gone && who->gone(who->client);
  if (now < read->due) return false;
  bool there = rqlite_nodes_asks(reader->nodes, read->node, &one, &number);
  read->due = now + RQLITE_READ_FIRST;
  if (there) read->seen = now;
  if (!there) rqlite_nodes_blame(reader->nodes, read->node, METRICS_SLOW);
  return !there || (!read->leads && now >= read->last);
}

/* How long a node has for the first byte: the budget, or two seconds where that
** is shorter, since the node itself ends what takes longer; who says nothing by
** then is stopped or cut off, and would have the whole time of a client. A
** command's node is looked at meanwhile. */
static long long rqlite_read_first(RqliteRead *read) {
  const RqliteReader *reader = read->reader;
  long long budget = reader->options->read_budget * MOMENT_MILLISECOND,
            first = budget + RQLITE_READ_WAY, now = moment_now();
  if (first < RQLITE_READ_FIRST) first = RQLITE_READ_FIRST;
  if (!reader->serves || now + first > read->end) return read->end;
  return now + first;
}

/* Makes the call; who was told to hang up is late, or has nobody to answer. */
static RqliteEnd rqlite_read_call(RqliteRead *read, long *status) {
  RqliteReader *reader = read->reader;
  RqliteCall call = {.node = rqlite_nodes_url(reader->nodes, read->node),
                     .path = reader->path,
                     .body = read->request.data,
                     .size = read->request.size,
                     .first = rqlite_read_first(read),
                     .whole = read->end + RQLITE_READ_WAY,
                     .stop = rqlite_read_is_over,
                     .who = read};
  read->leads = reader->wish == RQLITE_ANY ||
                rqlite_nodes_is_leader(reader->nodes, read->node);
  read->due = moment_now() + RQLITE_READ_FIRST;
  read->last = moment_now() + RQLITE_READ_PASSED;
  return rqlite_http_call(reader->http, &call, status, &read->reply);
}

/* Asks a node. Returns whether the read is done. */
static bool rqlite_read_ask(RqliteRead *read, int node) {
  RqliteReader *reader = read->reader;
  long status;
  read->node = node;
  RqliteEnd end = rqlite_read_call(read, &status);
  if (end == RQLITE_REPLIED) return rqlite_read_take(read, node, status);
  if (end == RQLITE_STOPPED) {
    read->outcome = reader->serves ? ENGINE_GONE : 503;
    return reader->serves;
  }
  if (end == RQLITE_LARGE) {
    read->answer->large = read->answer->refused = true;
    rqlite_read_tell(read, "the answer is over 256 MiB");
    return true;
  }
  bool late = end == RQLITE_LATE;
  rqlite_nodes_blame(reader->nodes, node, late ? METRICS_SLOW : METRICS_DOWN);
  if (late && reader->linear) rqlite_nodes_doubt(reader->nodes);
  return false;
}

/* A command, whose read may run for long, is as patient with a cluster that
** does not answer as with a lock, from when a node was at it last; and asks
** once without any. */
static bool rqlite_read_has_time(const RqliteRead *read) {
  const RqliteReader *reader = read->reader;
  long long patience = reader->options->busy_timeout * MOMENT_MILLISECOND,
            now = moment_now();
  return now < read->end &&
         (reader->serves || !read->asked || now < read->seen + patience);
}

/* Asks one node after the other, and then all of them again, since who has lost
** his leader a moment ago has another one a second later. A command asks for
** what no node has only once: the tables. */
static void rqlite_read_run(RqliteRead *read) {
  static const struct timespec nap = {.tv_nsec = RQLITE_READ_PAUSE};
  RqliteReader *reader = read->reader;
  read->outcome = 503;
  while (rqlite_read_has_time(read)) {
    int node = rqlite_nodes_choose(reader->nodes, reader->wish, read->tried);
    if (node < 0 && !read->asked) return; /* nobody is fit */
    if (node < 0 && !reader->serves && read->lacks) return;
    if (node < 0) {
      nanosleep(&nap, NULL);
      read->tried = 0;
      continue;
    }
    read->tried |= 1u << node;
    read->asked = true;
    if (rqlite_read_ask(read, node)) return;
  }
}

/* Runs a statement that nodes may have. */
static int rqlite_read_query(RqliteReader *reader,
                             const EngineStatement *statement,
                             EngineClient client, EngineAnswer *answer) {
  long long budget = reader->options->read_budget * MOMENT_MILLISECOND;
  RqliteRead read = {.reader = reader,
                     .statement = statement,
                     .client = client,
                     .answer = answer};
  read.seen = moment_now();
  read.end = read.seen + (reader->serves ? budget + RQLITE_READ_SPARE
                                         : RQLITE_READ_COMMAND);
  rqlite_text_begin(&read.request);
  rqlite_text_statement(&read.request, statement, "");
  rqlite_text_end(&read.request);
  if (read.request.failed)
    read.outcome = 503;
  else
    rqlite_read_run(&read);
  if (read.outcome == 503 && reader->serves && read.excuse.size && !read.lacks)
    rqlite_read_tell(&read, output_terminate(&read.excuse));
  if (read.outcome && !reader->serves && answer->complaint &&
      answer->complaint->size == 0)
    output_text(answer->complaint, read.excuse.size
                                       ? output_terminate(&read.excuse)
                                       : "no node of the cluster answers");
  output_free(&read.request);
  output_free(&read.reply);
  output_free(&read.excuse);
  return read.outcome;
}

/* The same with a place. There are fewer of them than of clients: each read
** that a node does not answer holds a thread here, and those of a tenant who
** asks for much must not be all of them. */
int rqlite_read(RqliteReader *reader, const EngineStatement *statement,
                EngineClient client, EngineAnswer *answer) {
  if (!share_enter(&reader->share, client.tenant)) {
    ShareEnd end = share_wait(&reader->share, client.tenant,
                              moment_now() + RQLITE_READ_PLACE, client.who);
    if (end != SHARE_HAS) return end == SHARE_GONE ? ENGINE_GONE : ENGINE_BUSY;
  }
  int outcome = rqlite_read_query(reader, statement, client, answer);
  share_leave(&reader->share, client.tenant);
  return outcome;
}

int rqlite_read_now(RqliteReader *reader, const EngineStatement *statement,
                    EngineAnswer *answer) {
  return rqlite_read_query(reader, statement, (EngineClient){0}, answer);
}
