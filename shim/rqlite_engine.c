/*
** rqlite_engine.c: see rqlite_engine.h.
**
** HOW IT WORKS
**
** What is drawn, and what is secret, is seen to here first (rqlite_local.h);
** then a write goes to the writer (rqlite_writer.h), which sends it with
** others, and a read to a node that is fit (rqlite_nodes.h), by the thread that
** asks. What nodes never had is put into the answer last: a secret.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_engine.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "retention.h"
#include "rqlite_local.h"
#include "rqlite_read.h"
#include "rqlite_tables.h"
#include "rqlite_writer.h"

typedef struct RqliteEngine {
  Engine engine;
  const Options *options;
  bool serves; /* requests of clients */
  RqliteHttp *http;
  RqliteLocal *local;
  RqliteNodes *nodes;
  RqliteReader *reader;
  RqliteWriter *writer;
  RqliteTables *tables;
  Retention *retention; /* or NULL */
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

/* Leaves the statement as nodes may have it. What of it is a secret the tables
** say; of a read, which Raft's log has seldom, what is known of that is enough.
*/
static int rqlite_engine_prepare(RqliteEngine *engine,
                                 const EngineStatement *statement,
                                 RqlitePrepared *prepared, bool writes,
                                 EngineAnswer *answer) {
  Output secrets = {0};
  int status = 0;
  if (rqlite_local_has_body(statement) ||
      (!writes && engine_is_apply(statement) && statement->values[1].size &&
       memchr(statement->values[1].bytes, '?', statement->values[1].size)))
    status = rqlite_tables_ask_secrets(engine->tables, &secrets);
  else
    rqlite_tables_known_secrets(engine->tables, &secrets);
  if (secrets.failed) status = 503; /* nothing is sent with what may be one */
  if (!status)
    status = rqlite_local_prepare(engine->local, statement, &secrets, prepared,
                                  answer);
  output_free(&secrets);
  return status;
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
      rqlite_engine_prepare(engine, statement, &prepared, false, answer);
  if (outcome == 0)
    outcome = rqlite_read(engine->reader, &prepared.statement, client, answer);
  rqlite_local_free(&prepared);
  return outcome;
}

/*
** Writes.
*/

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
  int status = rqlite_engine_prepare(engine, statement, prepared, true, answer);
  if (!status) status = rqlite_tables_check_place(engine->tables, prepared);
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
  if (status && !engine->serves && answer->complaint &&
      answer->complaint->size == 0)
    output_text(answer->complaint, "the cluster does not say in time what "
                                   "became of it: it may have been done");
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

/* Two versions of the extension may make different tables of the same
** statement, and triggers, so that nodes would differ for good. While an
** upgrade goes from node to node a server may start all the same, and leaves
** the tables as they are; a node that cannot be asked may have any version. */
static bool rqlite_engine_make_if_same(RqliteEngine *engine, EngineUse use,
                                       Output *complaint) {
  Output versions = {0};
  bool same = rqlite_nodes_agree(engine->nodes, &versions);
  const char *text = output_terminate(&versions);
  bool made =
      same ? rqlite_tables_make(engine->writer, complaint)
           : use == ENGINE_SERVE && rqlite_tables_are_there(engine->reader);
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

/* The parts, in the order in which they need each other. Commands that only
** read have a writer, too: it is a thread that sleeps, and without it each of
** the calls would have to ask whether there is one. */
static bool rqlite_engine_begin(RqliteEngine *engine, EngineUse use,
                                Output *complaint) {
  const Options *options = engine->options;
  engine->local = rqlite_local_open(options, complaint);
  if (engine->local) engine->http = rqlite_http_open(options, complaint);
  if (engine->http)
    engine->nodes = rqlite_nodes_open(options, engine->http, complaint);
  if (!engine->nodes) return false;
  engine->writer =
      rqlite_writer_start(options, engine->http, engine->nodes, complaint);
  engine->reader = rqlite_reader_new(options, use, engine->http, engine->nodes);
  if (engine->reader) engine->tables = rqlite_tables_new(engine->reader);
  if (engine->writer && !engine->tables)
    output_text(complaint, "out of memory");
  if (!engine->writer || !engine->tables) return false;
  if (use != ENGINE_SERVE && use != ENGINE_MAKE) return true;
  return rqlite_engine_make_if_same(engine, use, complaint) &&
         (use == ENGINE_MAKE || rqlite_engine_serve(engine, complaint));
}

/* Also of what was opened in part. */
static bool rqlite_engine_close(Engine *base) {
  RqliteEngine *engine = (RqliteEngine *)base;
  retention_stop(engine->retention);
  if (engine->writer) rqlite_writer_stop(engine->writer);
  if (engine->tables) rqlite_tables_free(engine->tables);
  if (engine->reader) rqlite_reader_free(engine->reader);
  if (engine->nodes) rqlite_nodes_close(engine->nodes);
  if (engine->http) rqlite_http_close(engine->http);
  if (engine->local) rqlite_local_close(engine->local);
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
  engine->options = options;
  engine->serves = use == ENGINE_SERVE;
  if (rqlite_engine_begin(engine, use, complaint)) return &engine->engine;
  rqlite_engine_close(&engine->engine);
  return NULL;
}
