/*
** rqlite_local.c: see rqlite_local.h.
**
** The extension knows what is drawn for which request (scim_replicable), and
** what in it is a secret; the shim puts the one in the place of the other. The
** one connection serves all threads, by turns: a turn takes some microseconds,
** where a node takes a thousand.
**
** What it says is taken apart here, as everything is that a node says, and put
** into a statement of the same text: that is known by its address. The texts
** lie in RqlitePrepared, to which the statement points, until the answer is
** there; the caller's own, which are not replaced, are not copied.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_local.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "log.h"
#include "rqlite_json.h"
#include "rqlite_text.h"

struct RqliteLocal {
  pthread_mutex_t turn; /* of the database */
  Database database;
};

/* The extensions of the application are the nodes' affair. */
RqliteLocal *rqlite_local_open(const Options *options, Output *complaint) {
  Options memory = *options;
  RqliteLocal *local = calloc(1, sizeof *local);
  if (!local) {
    output_text(complaint, "out of memory");
    return NULL;
  }
  memory.db = ":memory:";
  memory.synchronous = "FULL";
  pthread_mutex_init(&local->turn, NULL);
  if (database_open(&local->database, &memory, DATABASE_WRITE, complaint) ==
      SQLITE_OK)
    return local;
  rqlite_local_close(local);
  return NULL;
}

void rqlite_local_close(RqliteLocal *local) {
  database_close(&local->database);
  pthread_mutex_destroy(&local->turn);
  free(local);
}

/* What this database refuses, which has nothing in it, it would refuse again:
** the fault is the statement's. */
int rqlite_local_ask(RqliteLocal *local, const EngineStatement *statement,
                     EngineAnswer *answer) {
  pthread_mutex_lock(&local->turn);
  int status = database_tell(&local->database, statement, answer,
                             database_ask(&local->database, statement, answer));
  pthread_mutex_unlock(&local->turn);
  answer->refused = status != 0;
  return status;
}

/* By its address, as all statements are known: the same words from elsewhere
** would be somebody's who knows what it means that nodes draw. */
bool rqlite_local_is_for(const EngineStatement *statement) {
  return statement->sql == engine_draw;
}

/*
** Preparing.
*/

/* Which value of the statement is the options of a request, from 1; 0: none. */
static size_t rqlite_local_options(const EngineStatement *statement) {
  return engine_is_apply(statement) ? 4 : statement->options;
}

bool rqlite_local_has_body(const EngineStatement *statement) {
  size_t body = statement->target            ? statement->options
                : engine_is_apply(statement) ? 2
                                             : ENGINE_VALUES;
  return body < statement->count && statement->values[body].size > 0;
}

/* What scim_replicable is asked about. A statement that is no request is the
** same as one that reads nothing. */
static EngineStatement rqlite_local_question(const EngineStatement *statement,
                                             const Output *secrets) {
  static const char sql[] =
      "SELECT scim_replicable(?1, ?2, ?3, iif(?5 IS NULL, ?4,"
      " json_set(coalesce(?4, '{}'), '$.write_only', json(?5))))";
  EngineStatement question = {
      .sql = sql,
      .count = 5,
      .values = {engine_text("GET"), engine_text("/-"), engine_text(NULL),
                 statement->values[rqlite_local_options(statement) - 1]}};
  if (secrets->size) question.values[4] = engine_output(secrets);
  if (engine_is_apply(statement))
    for (int i = 0; i < 3; i++) question.values[i] = statement->values[i];
  if (statement->target) {
    question.values[0] = engine_text("POST");
    question.values[1] = engine_text(statement->target);
    question.values[2] = statement->values[statement->options];
  }
  return question;
}

/* Keeps a text that it may have said. */
static void rqlite_local_keep(const RqliteJson *json, const char *name,
                              Output *text) {
  rqlite_json_append(json, rqlite_json_member(json, RQLITE_JSON_ROOT, name),
                     text);
}

/* Takes apart what it said, and puts it into the statement. Returns false if
** that is not what it promises. */
static bool rqlite_local_take(RqlitePrepared *prepared) {
  const Output *told = &prepared->told;
  EngineStatement *statement = &prepared->statement;
  RqliteJson *json =
      told->failed ? NULL : rqlite_json_parse(told->data, told->size);
  if (!json) return false;
  size_t size;
  int options = rqlite_json_member(json, RQLITE_JSON_ROOT, "options");
  int body = rqlite_json_member(json, RQLITE_JSON_ROOT, "body");
  bool well = rqlite_json_kind(json, options) == RQLITE_OBJECT;
  const char *text = rqlite_json_text(json, options, &size);
  output_bytes(&prepared->options, text, size);
  rqlite_json_append(json, body, &prepared->body);
  rqlite_local_keep(json, "target", &prepared->target);
  rqlite_local_keep(json, "place", &prepared->place);
  rqlite_local_keep(json, "secret", &prepared->secret);
  rqlite_local_keep(json, "digest", &prepared->digest);
  rqlite_json_free(json);
  statement->values[rqlite_local_options(statement) - 1] =
      engine_output(&prepared->options);
  if (body >= 0)
    statement->values[statement->target ? statement->options : 2] =
        engine_output(&prepared->body);
  if (prepared->target.size && engine_is_apply(statement))
    statement->values[1] = engine_output(&prepared->target);
  return well && !prepared->options.failed && !prepared->target.failed &&
         !prepared->body.failed && !prepared->place.failed &&
         !prepared->secret.failed && !prepared->digest.failed;
}

/* A body that is a text goes as one: as a blob it is twice as long, in the
** request, in Raft's log and on its way to each node. The extension makes no
** difference. */
static void rqlite_local_relax(EngineStatement *statement) {
  for (size_t i = 0; i < statement->count; i++) {
    EngineValue *value = &statement->values[i];
    if (value->kind == ENGINE_BLOB &&
        rqlite_text_is_text(value->bytes, value->size))
      value->kind = ENGINE_TEXT;
  }
}

/* Statements that are neither requests nor have options of one are as their
** callers have made them, who draw by themselves. With an answer that is not
** understood nothing is sent: a secret may be in it. */
int rqlite_local_prepare(RqliteLocal *local, const EngineStatement *statement,
                         const Output *secrets, RqlitePrepared *prepared,
                         EngineAnswer *answer) {
  prepared->statement = *statement;
  if (!rqlite_local_options(statement)) return 0;
  EngineStatement question = rqlite_local_question(statement, secrets);
  EngineAnswer told = {.row = engine_append,
                       .context = &prepared->told,
                       .complaint = answer->complaint};
  int status = rqlite_local_ask(local, &question, &told);
  if (status) return status;
  rqlite_local_relax(&prepared->statement);
  if (rqlite_local_take(prepared)) return 0;
  log_event("rqlite", "scim_replicable said what is not understood");
  return 500;
}

/* A NULL, as for a request that came without one: of a place that is not there
** no body is looked at, so that the answer is the same. */
void rqlite_local_drop_body(RqlitePrepared *prepared) {
  assert(engine_is_apply(&prepared->statement));
  prepared->statement.values[2] = engine_text(NULL);
}

void rqlite_local_free(RqlitePrepared *prepared) {
  output_free(&prepared->told);
  output_free(&prepared->options);
  output_free(&prepared->target);
  output_free(&prepared->body);
  output_free(&prepared->place);
  output_free(&prepared->secret);
  output_free(&prepared->digest);
}

/*
** Secrets.
*/

/* The digest is 64 hexadecimal digits of it: it is there by no chance. Nobody
** has put it there either, since whoever knew it before would know the secret.
** */
void rqlite_local_reveal(const RqlitePrepared *prepared, const char *text,
                         size_t size, Output *output) {
  const Output *digest = &prepared->digest, *secret = &prepared->secret;
  const char *end = text + size;
  assert(digest->size && secret->size);
  while ((size_t)(end - text) >= digest->size) {
    if (memcmp(text, digest->data, digest->size) == 0) {
      output_bytes(output, secret->data, secret->size);
      text += digest->size;
    } else {
      output_bytes(output, text++, 1);
    }
  }
  output_bytes(output, text, (size_t)(end - text));
}
