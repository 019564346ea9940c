/*
** rqlite_tables.c: see rqlite_tables.h.
**
** HOW IT WORKS
**
** A write stays in Raft's log on the disks of all nodes, also one that is
** refused. So what is a secret is not sent, by its name (blot.h): which names
** those are is in the definitions, which are asked for when what is known of
** them is a second old. And what nobody would look at is not sent: a body goes
** along where there is something at its place, of which a node is asked first,
** unless that was found before or is the same in nearly every database. If no
** node answers that, nothing is sent.
*/
#define _POSIX_C_SOURCE 200809L
#include "rqlite_tables.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "moment.h"

/* How old what is known of the definitions may be. */
#define RQLITE_TABLES_AGE (1 * MOMENT_SECOND)

struct RqliteTables {
  RqliteReader *reader;
  pthread_mutex_t mutex; /* guards what follows */
  Output place;          /* an endpoint that there is, the last one found */
  Output secrets;        /* as JSON, the last ones found */
  long long due;         /* when they are asked for again */
};

/*
** Making them.
*/

/* Each node makes its own, so that the key of cursors is drawn here. */
bool rqlite_tables_make(RqliteWriter *writer, Output *complaint) {
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
  int status =
      options.failed ? 503 : rqlite_writer_apply(writer, &make, &answer);
  output_free(&options);
  if (status && !complaint->size)
    output_text(complaint, "the cluster does not make the tables in time");
  return status == 0;
}

/* By a read at the level of all others. */
bool rqlite_tables_are_there(RqliteReader *reader) {
  static const char sql[] = "SELECT name FROM scim_meta WHERE name = 'version'";
  EngineStatement ask = {.sql = sql};
  Output found = {0};
  EngineAnswer answer = {.row = engine_append, .context = &found};
  rqlite_read_now(reader, &ask, &answer);
  bool has = found.size > 0;
  output_free(&found);
  return has;
}

/*
** What they say.
*/

RqliteTables *rqlite_tables_new(RqliteReader *reader) {
  RqliteTables *tables = calloc(1, sizeof *tables);
  if (!tables) return NULL;
  tables->reader = reader;
  pthread_mutex_init(&tables->mutex, NULL);
  return tables;
}

void rqlite_tables_free(RqliteTables *tables) {
  pthread_mutex_destroy(&tables->mutex);
  output_free(&tables->place);
  output_free(&tables->secrets);
  free(tables);
}

/* Which names secrets have, and where else one of them is stored, as "name" or
** "parent.name". What is below one that is not stored is not either. Where a
** type has both under one name, in its schema and in an extension, it is
** nowhere taken for stored: better asterisks there than a password in a log. */
static const char rqlite_tables_secrets_sql[] =
    "WITH path AS MATERIALIZED ("
    "  SELECT type, lower(parent) AS parent, lower(name) AS name, mutability"
    "    FROM scim_path),"
    " secret (name) AS ("
    "  SELECT 'password'"
    "   UNION SELECT name FROM path WHERE mutability = 'writeonly'),"
    " stored (endpoint, paths) AS ("
    "  SELECT t.endpoint, json_group_array("
    "      iif(p.parent IS NULL, '', p.parent || '.') || p.name)"
    "    FROM path AS p JOIN scim_resource_type AS t ON t.name = p.type"
    "   WHERE p.mutability <> 'writeonly'"
    "     AND p.name IN (SELECT name FROM secret)"
    "     AND coalesce(p.parent, '') NOT IN (SELECT name FROM secret)"
    "     AND NOT EXISTS ("
    "       SELECT 1 FROM path AS w"
    "        WHERE w.type = p.type AND w.parent IS p.parent"
    "          AND w.name = p.name AND w.mutability = 'writeonly')"
    "   GROUP BY t.endpoint)"
    " SELECT json_object("
    "   'names', (SELECT json_group_array(name) FROM secret),"
    "   'stored', (SELECT json_group_object(endpoint, json(paths))"
    "      FROM stored))";

static void rqlite_tables_keep(RqliteTables *tables, Output *kept,
                               const Output *text) {
  pthread_mutex_lock(&tables->mutex);
  output_clear(kept);
  output_bytes(kept, text->data, text->size);
  pthread_mutex_unlock(&tables->mutex);
}

/* Leaves what is known. Returns whether a write has to ask: if that is old,
** which those who come meanwhile are not told, or nothing. */
static bool rqlite_tables_recall(RqliteTables *tables, Output *secrets) {
  long long now = moment_now();
  pthread_mutex_lock(&tables->mutex);
  bool asks = now >= tables->due || !tables->secrets.size;
  if (asks) tables->due = now + RQLITE_TABLES_AGE;
  output_bytes(secrets, tables->secrets.data, tables->secrets.size);
  pthread_mutex_unlock(&tables->mutex);
  return asks;
}

/* Without an answer, as during an election, what is known is good enough: who
** waited for a leader here would do so twice. */
int rqlite_tables_ask_secrets(RqliteTables *tables, Output *secrets) {
  EngineStatement ask = {.sql = rqlite_tables_secrets_sql};
  Output found = {0};
  EngineAnswer answer = {.row = engine_append, .context = &found};
  if (!rqlite_tables_recall(tables, secrets)) return 0;
  int status = rqlite_read_now(tables->reader, &ask, &answer);
  bool is_told = found.size > 10 && memcmp(found.data, "{\"names\":[", 10) == 0;
  if (!status && !is_told) status = 503;
  if (!status) {
    rqlite_tables_keep(tables, &tables->secrets, &found);
    output_clear(secrets);
    output_bytes(secrets, found.data, found.size);
  }
  output_free(&found);
  return secrets->size ? 0 : status;
}

void rqlite_tables_known_secrets(RqliteTables *tables, Output *secrets) {
  pthread_mutex_lock(&tables->mutex);
  output_bytes(secrets, tables->secrets.data, tables->secrets.size);
  pthread_mutex_unlock(&tables->mutex);
}

/* What is known to be a place is one for as long as this runs: a body would be
** sent in vain, and seldom, if it were none any more. */
static bool rqlite_tables_knows_place(RqliteTables *tables,
                                      const Output *place) {
  const Output *known = &tables->place;
  pthread_mutex_lock(&tables->mutex);
  bool knows = known->size == place->size &&
               memcmp(known->data, place->data, place->size) == 0;
  pthread_mutex_unlock(&tables->mutex);
  return knows;
}

int rqlite_tables_check_place(RqliteTables *tables, RqlitePrepared *prepared) {
  static const char sql[] = "SELECT endpoint FROM scim_resource_type"
                            " WHERE lower(endpoint) = lower(?1)";
  const Output *place = &prepared->place;
  Output found = {0};
  if (!place->size || rqlite_tables_knows_place(tables, place)) return 0;
  EngineStatement ask = {
      .sql = sql, .count = 1, .values = {engine_output(place)}};
  EngineAnswer answer = {.row = engine_append, .context = &found};
  int status = rqlite_read_now(tables->reader, &ask, &answer);
  if (!status && found.size)
    rqlite_tables_keep(tables, &tables->place, place);
  else if (!status)
    rqlite_local_drop_body(prepared);
  output_free(&found);
  return status;
}
