/*
** rqlite_engine.c: see rqlite_engine.h.
**
** HOW IT WORKS
**
** What is drawn, and what is secret, is seen to here first (rqlite_local.h);
** then a write goes to the writer (rqlite_writer.h), which sends it with
** others, and a read to a node that is fit (rqlite_nodes.h), by the thread that
** asks. What nodes never had is put into the answer last: a secret.
**
** A read may be asked again of another node as often as one likes. It is, until
** it has been answered or there has been time for an election besides its own.
** So many may be under way at a time, of which the tenants have their shares:
** a node that does not answer takes a place for two seconds, and then no more.
**
** A write stays in Raft's log on the disks of all nodes, also one that is
** refused. So what nobody would look at is not sent: a body goes along where
** there is something at its place, of which a node is asked first, by a read,
** unless that was found before or is the same in nearly every database
** (rqlite_local.h). If no node answers that, nothing is sent.
**
** With --read-level weak or linearizable the leader is asked, since the others
** would only pass it on; with none all of them have turns. A command that
** writes has to see what it has written: the leader is the least that it asks.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_engine.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "moment.h"
#include "retention.h"
#include "rqlite_local.h"
#include "rqlite_text.h"
#include "rqlite_writer.h"

/* How long a node has for the first byte of a read, where --read-budget is not
** longer; and what there is besides that, for the way. */
#define RQLITE_READ_FIRST (2 * MOMENT_SECOND)
#define RQLITE_READ_WAY (500 * MOMENT_MILLISECOND)

/* How much longer than its budget a read may take, all in all: an election, for
** which clients would otherwise have to ask twice. */
#define RQLITE_READ_SPARE (2 * MOMENT_SECOND)

/* How long a read waits for a place, and a command for everything. */
#define RQLITE_READ_PLACE (2 * MOMENT_SECOND)
#define RQLITE_COMMAND (600 * MOMENT_SECOND)

/* Between two rounds of all nodes: during an election each of them answers at
** once that it has no leader. */
#define RQLITE_READ_PAUSE (50 * MOMENT_MILLISECOND)

typedef struct RqliteEngine {
  Engine engine;
  const Options *options;
  bool serves; /* requests of clients, which have a budget */
  RqliteHttp *http;
  RqliteLocal *local;
  RqliteNodes *nodes;
  RqliteWriter *writer;
  Retention *retention;  /* or NULL */
  bool shared;           /* there is a */
  Share share;           /* of the reads at a time */
  RqliteWish wish;       /* which nodes may be read */
  char path[96];         /* of a read */
  pthread_mutex_t mutex; /* guards what follows */
  Output place;          /* an endpoint that there is, the last one found */
} RqliteEngine;

/*
** Answers.
*/

/* An answer into which a secret is to be put, and what is. */
typedef struct RqliteReveal {
  const RqlitePrepared *prepared;
  EngineAnswer *answer; /* whose it is */
} RqliteReveal;

/* An EngineRow. The secret is in a row of one cell. */
static bool rqlite_engine_reveal(void *context, const EngineValue *cells,
                                 size_t count) {
  const RqliteReveal *reveal = context;
  EngineAnswer *answer = reveal->answer;
  Output revealed = {0};
  if (!cells || count != 1 || cells[0].kind != ENGINE_TEXT)
    return answer->row(answer->context, cells, count);
  rqlite_local_reveal(reveal->prepared, cells[0].bytes, cells[0].size,
                      &revealed);
  EngineValue cell = engine_output(&revealed);
  bool taken = !revealed.failed && answer->row(answer->context, &cell, 1);
  output_free(&revealed);
  return taken;
}

/*
** Reads.
*/

/* A read that is under way. */
typedef struct RqliteRead {
  RqliteEngine *engine;
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
} RqliteRead;

/* For nobody else is worth a place and a node's time what he does not wait for
** any more. Commands have nobody who could go. */
static bool rqlite_engine_is_gone(void *argument) {
  const RqliteRead *read = argument;
  const ShareClient *who = &read->client.who;
  return who->gone && who->gone(who->client);
}

/* Tells of an error. As database_tell. */
static void rqlite_engine_tell(RqliteRead *read, const char *error) {
  if (read->answer->complaint)
    output_text(read->answer->complaint, error);
  else
    log_event("rqlite", "%s: %s", engine_name(read->statement), error);
}

/* An error of SQL. Returns whether the read is done by it: another node may
** have what this one lacks, or not be as this one is for a moment. */
static bool rqlite_engine_take_error(RqliteRead *read, int node,
                                     const char *error) {
  RqliteEngine *engine = read->engine;
  if (strstr(error, "query timeout")) {
    log_event("budget", "%s: ended after %ld ms", engine_name(read->statement),
              engine->options->read_budget);
    read->outcome = ENGINE_LATE;
    return true;
  }
  if (rqlite_nodes_may_pass(error)) {
    read->lacks = rqlite_nodes_is_lack(error);
    if (read->lacks) rqlite_nodes_blame(engine->nodes, node, METRICS_EXTENSION);
    output_clear(&read->excuse);
    output_text(&read->excuse, error);
    return false;
  }
  rqlite_engine_tell(read, error);
  read->answer->refused = true;
  read->outcome = 503;
  return true;
}

/* Hands over the rows. Returns whether the read is done. A reply that ends in
** the middle, or says what nobody asked for, is no answer: another node is
** asked then, and whoever took rows is told to forget them. If he cannot, it is
** over: they would come twice. */
static bool rqlite_engine_take_rows(RqliteRead *read, int node,
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
    done = rqlite_engine_take_error(read, node, output_terminate(&error));
  output_free(&error);
  return done;
}

/* What the node has replied. One that has no leader, or has lost it, says so;
** another one may know. */
static bool rqlite_engine_take(RqliteRead *read, int node, long status) {
  RqliteReply *reply =
      status == 200 ? rqlite_text_read(read->reply.data, read->reply.size)
                    : NULL;
  bool done = false;
  if (reply && rqlite_text_count(reply) == 1)
    done = rqlite_engine_take_rows(read, node, reply);
  else if (status == 401 || status == 403)
    rqlite_nodes_blame(read->engine->nodes, node, METRICS_FORBIDDEN);
  else if (!reply && status < 500)
    rqlite_nodes_blame(read->engine->nodes, node, METRICS_DOWN);
  if (reply) rqlite_text_free(reply);
  return done;
}

/* Asks a node. Returns whether the read is done. The first byte has to be there
** within its budget, or two seconds where that is shorter, since the node
** itself ends what takes longer; who says nothing by then is stopped or cut
** off, and would have the whole time of a client. */
static bool rqlite_engine_ask(RqliteRead *read, int node) {
  RqliteEngine *engine = read->engine;
  long long now = moment_now(), status_end = read->end;
  long long first =
      engine->options->read_budget * MOMENT_MILLISECOND + RQLITE_READ_WAY;
  long status;
  if (first < RQLITE_READ_FIRST) first = RQLITE_READ_FIRST;
  if (!engine->serves) first = RQLITE_COMMAND;
  RqliteCall call = {.node = rqlite_nodes_url(engine->nodes, node),
                     .path = engine->path,
                     .body = read->request.data,
                     .size = read->request.size,
                     .first =
                         now + first < status_end ? now + first : status_end,
                     .whole = status_end + RQLITE_READ_WAY,
                     .stop = rqlite_engine_is_gone,
                     .who = read};
  switch (rqlite_http_call(engine->http, &call, &status, &read->reply)) {
  case RQLITE_REPLIED:
    return rqlite_engine_take(read, node, status);
  case RQLITE_STOPPED:
    read->outcome = ENGINE_GONE;
    return true;
  case RQLITE_LARGE:
    read->answer->large = read->answer->refused = true;
    rqlite_engine_tell(read, "the answer is over 256 MiB");
    return true;
  case RQLITE_LATE:
    rqlite_nodes_blame(engine->nodes, node, METRICS_SLOW);
    return false;
  default:
    rqlite_nodes_blame(engine->nodes, node, METRICS_DOWN);
    return false;
  }
}

/* Asks one node after the other, and then all of them again, since who has lost
** his leader a moment ago has another one a second later. A command, whose
** read may run for long, is as patient with a cluster that does not answer as
** with a lock; and one asks for what no node has only once: the tables. */
static void rqlite_engine_run(RqliteRead *read) {
  static const struct timespec nap = {.tv_nsec = RQLITE_READ_PAUSE};
  RqliteEngine *engine = read->engine;
  long long patience = engine->options->busy_timeout * MOMENT_MILLISECOND,
            end = engine->serves ? read->end : moment_now() + patience;
  read->outcome = 503;
  while (moment_now() < end) {
    int node = rqlite_nodes_choose(engine->nodes, engine->wish, read->tried);
    if (node < 0 && !read->asked) return; /* nobody is fit */
    if (node < 0 && !engine->serves && read->lacks) return;
    if (node < 0) {
      nanosleep(&nap, NULL);
      read->tried = 0;
      continue;
    }
    read->tried |= 1u << node;
    read->asked = true;
    if (rqlite_engine_ask(read, node)) return;
  }
}

/* A command says why, even if no node has said anything. */
static void rqlite_engine_explain(const RqliteEngine *engine, int outcome,
                                  EngineAnswer *answer, const char *reason) {
  if (outcome && !engine->serves && answer->complaint &&
      answer->complaint->size == 0)
    output_text(answer->complaint, reason);
}

/* Runs a statement that nodes may have. */
static int rqlite_engine_query(RqliteEngine *engine,
                               const EngineStatement *statement,
                               EngineClient client, EngineAnswer *answer) {
  long long budget = engine->options->read_budget * MOMENT_MILLISECOND;
  RqliteRead read = {.engine = engine,
                     .statement = statement,
                     .client = client,
                     .answer = answer};
  read.end = moment_now() +
             (engine->serves ? budget + RQLITE_READ_SPARE : RQLITE_COMMAND);
  rqlite_text_begin(&read.request);
  rqlite_text_statement(&read.request, statement, "");
  rqlite_text_end(&read.request);
  if (read.request.failed)
    read.outcome = 503;
  else
    rqlite_engine_run(&read);
  if (read.outcome == 503 && engine->serves && read.excuse.size && !read.lacks)
    rqlite_engine_tell(&read, output_terminate(&read.excuse));
  rqlite_engine_explain(engine, read.outcome, answer,
                        read.excuse.size ? output_terminate(&read.excuse)
                                         : "no node of the cluster answers");
  output_free(&read.request);
  output_free(&read.reply);
  output_free(&read.excuse);
  return read.outcome;
}

/* The same with a place. There are fewer of them than of clients: each read
** that a node does not answer holds a thread here, and those of a tenant who
** asks for much must not be all of them. */
static int rqlite_engine_query_in_place(RqliteEngine *engine,
                                        const EngineStatement *statement,
                                        EngineClient client,
                                        EngineAnswer *answer) {
  if (!share_enter(&engine->share, client.tenant)) {
    ShareEnd end = share_wait(&engine->share, client.tenant,
                              moment_now() + RQLITE_READ_PLACE, client.who);
    if (end != SHARE_HAS) return end == SHARE_GONE ? ENGINE_GONE : ENGINE_BUSY;
  }
  int outcome = rqlite_engine_query(engine, statement, client, answer);
  share_leave(&engine->share, client.tenant);
  return outcome;
}

/* Also a read is prepared: its token would be in the logs of a node that are no
** log of Raft's, and of a proxy between. */
static int rqlite_engine_read(Engine *base, const EngineStatement *statement,
                              EngineClient client, EngineAnswer *answer) {
  RqliteEngine *engine = (RqliteEngine *)base;
  RqlitePrepared prepared = {0};
  if (rqlite_local_is_for(statement))
    return rqlite_local_ask(engine->local, statement, answer);
  int outcome =
      rqlite_local_prepare(engine->local, statement, &prepared, answer);
  if (outcome == 0)
    outcome = rqlite_engine_query_in_place(engine, &prepared.statement, client,
                                           answer);
  rqlite_local_free(&prepared);
  return outcome;
}

/*
** Writes.
*/

/* What is known to be a place is one for as long as this runs: a body would be
** sent in vain, and seldom, if it were none any more. */
static bool rqlite_engine_knows_place(RqliteEngine *engine,
                                      const Output *place) {
  const Output *known = &engine->place;
  pthread_mutex_lock(&engine->mutex);
  bool knows = known->size == place->size &&
               memcmp(known->data, place->data, place->size) == 0;
  pthread_mutex_unlock(&engine->mutex);
  return knows;
}

static void rqlite_engine_keep_place(RqliteEngine *engine,
                                     const Output *place) {
  pthread_mutex_lock(&engine->mutex);
  output_clear(&engine->place);
  output_bytes(&engine->place, place->data, place->size);
  pthread_mutex_unlock(&engine->mutex);
}

/* A body that may have a secret is not sent to where nothing is: that would
** stay in Raft's log. Reads do not go there. Returns what engine_read does; if
** that is not 0, nothing must be sent. */
static int rqlite_engine_look_for_place(RqliteEngine *engine,
                                        RqlitePrepared *prepared) {
  static const char sql[] = "SELECT endpoint FROM scim_resource_type"
                            " WHERE lower(endpoint) = lower(?1)";
  const Output *place = &prepared->place;
  Output found = {0};
  if (!place->size || rqlite_engine_knows_place(engine, place)) return 0;
  EngineStatement ask = {
      .sql = sql, .count = 1, .values = {engine_output(place)}};
  EngineAnswer answer = {.row = engine_append, .context = &found};
  int status = rqlite_engine_query(engine, &ask, (EngineClient){0}, &answer);
  if (!status && found.size)
    rqlite_engine_keep_place(engine, place);
  else if (!status)
    rqlite_local_drop_body(prepared);
  output_free(&found);
  return status;
}

/* A write as nodes may have it, which answers as the one that was asked for. */
typedef struct RqliteWrite {
  RqlitePrepared prepared;
  RqliteReveal reveal;
} RqliteWrite;

/* Makes *sent what is to be sent instead of the statement. Returns what
** engine_write does, and then there is nothing to be sent. */
static int rqlite_engine_begin_write(RqliteEngine *engine, RqliteWrite *write,
                                     const EngineStatement *statement,
                                     EngineAnswer *answer, EngineWrite *sent) {
  RqlitePrepared *prepared = &write->prepared;
  *prepared = (RqlitePrepared){0};
  int status = rqlite_local_prepare(engine->local, statement, prepared, answer);
  if (!status) status = rqlite_engine_look_for_place(engine, prepared);
  sent->statement = prepared->statement;
  sent->answer = *answer;
  if (prepared->secret.size && prepared->digest.size && answer->row) {
    write->reveal = (RqliteReveal){.prepared = prepared, .answer = answer};
    sent->answer.row = rqlite_engine_reveal;
    sent->answer.context = &write->reveal;
  }
  return status;
}

/* Hands on what the answer says besides its rows, which have gone by way of the
** secret, where there is one. */
static void rqlite_engine_end_write(const RqliteEngine *engine,
                                    RqliteWrite *write, int status,
                                    EngineAnswer *answer,
                                    const EngineWrite *sent) {
  answer->retry_after = sent->answer.retry_after;
  answer->refused = sent->answer.refused;
  rqlite_local_free(&write->prepared);
  rqlite_engine_explain(engine, status, answer,
                        "the cluster does not say in time what became "
                        "of it: it may have been done");
}

/* The caller sleeps until the writer has an answer (queue.h). */
static int rqlite_engine_write(Engine *base, const EngineStatement *statement,
                               EngineAnswer *answer) {
  RqliteEngine *engine = (RqliteEngine *)base;
  RqliteWrite write;
  EngineWrite sent;
  int status =
      rqlite_engine_begin_write(engine, &write, statement, answer, &sent);
  if (status == 0)
    status = rqlite_writer_apply(engine->writer, &sent.statement, &sent.answer);
  rqlite_engine_end_write(engine, &write, status, answer, &sent);
  return status;
}

/* What cannot be sent is left out, and the others are sent: so the place of a
** write among those that were is not its place among all. */
static void rqlite_engine_write_all(Engine *base, EngineWrite *writes,
                                    size_t count) {
  RqliteEngine *engine = (RqliteEngine *)base;
  RqliteWrite begun[ENGINE_BATCH];
  EngineWrite sent[ENGINE_BATCH], none = {.failure = 0};
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    EngineWrite *write = &writes[i];
    write->failure = rqlite_engine_begin_write(
        engine, &begun[i], &write->statement, &write->answer, &sent[size]);
    if (!write->failure) size++;
  }
  rqlite_writer_apply_all(engine->writer, sent, size);
  size = 0;
  for (size_t i = 0; i < count; i++) {
    EngineWrite *write = &writes[i];
    none.answer = write->answer;
    EngineWrite *one = write->failure ? &none : &sent[size++];
    if (!write->failure) write->failure = one->failure;
    rqlite_engine_end_write(engine, &begun[i], write->failure, &write->answer,
                            one);
  }
}

static size_t rqlite_engine_waiting(Engine *base) {
  return rqlite_writer_waiting(((RqliteEngine *)base)->writer);
}

/*
** What is old.
*/

/* Several scimd may do it at once: each step is one statement, which finds what
** is there when its turn comes. What no error of SQL has kept from being done
** may be tried again soon. */
static int rqlite_engine_prune(void *argument, const EngineStatement *statement,
                               bool writes, EngineAnswer *answer) {
  RqliteEngine *engine = argument;
  int status = writes ? rqlite_engine_write(&engine->engine, statement, answer)
                      : rqlite_engine_read(&engine->engine, statement,
                                           (EngineClient){0}, answer);
  return status && !answer->complaint->size ? ENGINE_BUSY : status;
}

/*
** Opening and closing.
*/

/* Makes the tables, where they are missing or old; whoever comes second finds
** them. Each node makes its own, so that the key of cursors is drawn here. */
static bool rqlite_engine_make(RqliteEngine *engine, Output *complaint) {
  static const char sql[] = "SELECT scim_init(?1)";
  unsigned char key[32];
  char now[MOMENT_TEXT];
  Output options = {0};
  moment_write(now);
  sqlite3_randomness(sizeof key, key);
  output_format(&options, "{\"replicated\":true,\"now\":\"%s\",", now);
  output_text(&options, "\"cursor_key\":\"");
  for (size_t i = 0; i < sizeof key; i++)
    output_format(&options, "%02x", key[i]);
  output_text(&options, "\"}");
  EngineStatement make = {
      .sql = sql, .count = 1, .values = {engine_output(&options)}};
  EngineAnswer answer = {.complaint = complaint};
  int status = options.failed
                   ? 503
                   : rqlite_writer_apply(engine->writer, &make, &answer);
  output_free(&options);
  if (status && !complaint->size)
    output_text(complaint, "the cluster does not make the tables in time");
  return status == 0;
}

/* Are they there? By a read at the level of all others: who does not answer has
** none, as far as anybody can tell. */
static bool rqlite_engine_has_tables(RqliteEngine *engine) {
  static const char sql[] = "SELECT name FROM scim_meta WHERE name = 'version'";
  EngineStatement ask = {.sql = sql};
  Output found = {0};
  EngineAnswer answer = {.row = engine_append, .context = &found};
  rqlite_engine_query(engine, &ask, (EngineClient){0}, &answer);
  bool has = found.size > 0;
  output_free(&found);
  return has;
}

/* Two versions of the extension may make different tables of the same
** statement, and triggers, so that nodes would differ for good. While an
** upgrade goes from node to node a server may start all the same, and leaves
** the tables as they are; a node that cannot be asked may have any version. */
static bool rqlite_engine_make_if_same(RqliteEngine *engine, EngineUse use,
                                       Output *complaint) {
  Output versions = {0};
  bool same = rqlite_nodes_agree(engine->nodes, &versions);
  const char *text = output_terminate(&versions);
  bool made = same ? rqlite_engine_make(engine, complaint)
                   : use == ENGINE_SERVE && rqlite_engine_has_tables(engine);
  if (!same && made)
    log_event("rqlite",
              "the nodes have different versions of the extension, and the "
              "tables stay as they are: %s",
              text);
  if (!same && !made)
    output_format(complaint,
                  "the nodes have different versions of the extension, and "
                  "would make different tables: %s",
                  text);
  output_free(&versions);
  return made;
}

/* What only a server has: it is there for as long as the week that the row of a
** writer is kept, and for the hour between two looks at the log. */
static bool rqlite_engine_serve(RqliteEngine *engine, Output *complaint) {
  rqlite_writer_tidy(engine->writer);
  engine->retention = retention_start(engine->options, NULL,
                                      rqlite_engine_prune, engine, complaint);
  return engine->retention || !engine->options->keep_days;
}

/* A read is ended by the node when its budget is over. How long that may wait
** for another one, to which it passes the read on, is said as well, or it would
** be for half a minute. */
static void rqlite_engine_set_path(RqliteEngine *engine, EngineUse use) {
  const Options *options = engine->options;
  bool none = strcmp(options->read_level, "none") == 0;
  const char *level =
      none && use == ENGINE_WRITE ? "weak" : options->read_level;
  engine->wish = none && use != ENGINE_WRITE ? RQLITE_ANY : RQLITE_LEADER;
  int size =
      snprintf(engine->path, sizeof engine->path, "/db/query?level=%s", level);
  if (engine->serves)
    snprintf(engine->path + size, sizeof engine->path - (size_t)size,
             "&db_timeout=%ldms&timeout=%ldms", options->read_budget,
             options->read_budget);
}

/* The parts, in the order in which they need each other. Commands that only
** read have a writer, too: it is a thread that sleeps, and without it each of
** the calls would have to ask whether there is one. */
static bool rqlite_engine_begin(RqliteEngine *engine, EngineUse use,
                                Output *complaint) {
  const Options *options = engine->options;
  engine->shared =
      share_init(&engine->share, options->readers, (options->threads + 1) / 2);
  if (!engine->shared) output_text(complaint, "out of memory");
  if (engine->shared) engine->local = rqlite_local_open(options, complaint);
  if (engine->local) engine->http = rqlite_http_open(options, complaint);
  if (engine->http)
    engine->nodes = rqlite_nodes_open(options, engine->http, complaint);
  if (engine->nodes)
    engine->writer =
        rqlite_writer_start(options, engine->http, engine->nodes, complaint);
  if (!engine->writer) return false;
  if (use != ENGINE_SERVE && use != ENGINE_MAKE) return true;
  return rqlite_engine_make_if_same(engine, use, complaint) &&
         (use == ENGINE_MAKE || rqlite_engine_serve(engine, complaint));
}

/* Also of what was opened in part. */
static bool rqlite_engine_close(Engine *base) {
  RqliteEngine *engine = (RqliteEngine *)base;
  retention_stop(engine->retention);
  if (engine->writer) rqlite_writer_stop(engine->writer);
  if (engine->nodes) rqlite_nodes_close(engine->nodes);
  if (engine->http) rqlite_http_close(engine->http);
  if (engine->local) rqlite_local_close(engine->local);
  if (engine->shared) share_free(&engine->share);
  pthread_mutex_destroy(&engine->mutex);
  output_free(&engine->place);
  free(engine);
  return true;
}

/* What was opened before something failed is closed as if all were there. */
Engine *rqlite_engine_open(const Options *options, EngineUse use,
                           Output *complaint) {
  static const EngineMethods methods = {
      rqlite_engine_read, rqlite_engine_write, rqlite_engine_waiting,
      rqlite_engine_close, rqlite_engine_write_all};
  RqliteEngine *engine = calloc(1, sizeof *engine);
  if (!engine) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  engine->engine.methods = &methods;
  pthread_mutex_init(&engine->mutex, NULL);
  engine->options = options;
  engine->serves = use == ENGINE_SERVE;
  rqlite_engine_set_path(engine, use);
  if (rqlite_engine_begin(engine, use, complaint)) return &engine->engine;
  rqlite_engine_close(&engine->engine);
  return NULL;
}
