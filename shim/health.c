/*
** health.c: see health.h.
**
** HOW IT WORKS
**
** A definition that cannot be read does not stop the service: the extension
** does without it (README.md, "A resource type of your own"). Somebody has to
** be told all the same. What is wrong stands in the view scim_mistake; to look
** there reads every definition, which takes a tenth of a second or more. But
** /healthz needs no token, and whoever asks without one shall cost no more than
** a constant. So the answer is kept, and asked for anew
**
**     when the generation of the definitions is another: every change that is
**     made in the ordinary way counts it up, so that a mistake that was mended
**     is gone from the next answer;
**     when it is some seconds old: a row that got in while the triggers were
**     not there, or with a tool of somebody else, changes no generation.
**
** An answer says which definition, where in it, and what is wrong. Nothing of a
** resource or a token is in there, and a tenant is not named.
*/
#define _POSIX_C_SOURCE 200809L
#include "health.h"

#include <assert.h>

#include "moment.h"

#define HEALTH_SECONDS 10 /* how old an answer may be */

/* The first few will do: one mistake may make a hundred others. */
static const char health_sql[] =
    "WITH mistake AS MATERIALIZED (SELECT * FROM scim_mistake)"
    " SELECT (SELECT count(*) FROM mistake),"
    " json_group_array(json_object("
    "  'name', iif(source = 'scim_tenant', NULL, substr(definition, 1, 200)),"
    "  'place', substr(place, 1, 200), 'mistake', substr(mistake, 1, 200)))"
    " FROM (SELECT * FROM mistake LIMIT 20)";

void health_init(Health *health) {
  *health = (Health){0};
  pthread_mutex_init(&health->mutex, NULL);
}

void health_free(Health *health) {
  output_free(&health->mistakes);
  pthread_mutex_destroy(&health->mutex);
}

/*
** Finding out. All of it with the mutex held.
*/

/* Reads the generation: the one row that a probe of a healthy service costs. */
static int health_read_generation(Database *database, long long *generation) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(
      database->handle, "SELECT value FROM scim_meta WHERE name = 'generation'",
      -1, &statement, NULL);
  if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    *generation = sqlite3_column_int64(statement, 0);
  int end = sqlite3_finalize(statement);
  return code == SQLITE_OK ? end : code;
}

/* Keeps what the row of health_sql says. */
static void health_keep(Health *health, sqlite3_stmt *statement) {
  const char *mistakes = (const char *)sqlite3_column_text(statement, 1);
  health->count = sqlite3_column_int64(statement, 0);
  output_clear(&health->mistakes);
  output_text(&health->mistakes, mistakes ? mistakes : "[]");
  health->known = true;
}

static int health_read_mistakes(Health *health, Database *database) {
  sqlite3_stmt *statement = NULL;
  int code =
      sqlite3_prepare_v2(database->handle, health_sql, -1, &statement, NULL);
  if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    health_keep(health, statement);
  int end = sqlite3_finalize(statement);
  return code == SQLITE_OK ? end : code;
}

/* Must what is known be asked for anew? */
static bool health_is_old(const Health *health, long long generation,
                          long long now) {
  return !health->known || health->generation != generation ||
         now - health->checked >= HEALTH_SECONDS * MOMENT_SECOND;
}

/* Brings up to date what is known. The generation is read first: a change that
** comes in between is noticed by the next probe, and not lost. */
static int health_update(Health *health, Database *database) {
  long long generation = 0, now = moment_now();
  int code = health_read_generation(database, &generation);
  if (code != SQLITE_OK || !health_is_old(health, generation, now)) return code;
  code = health_read_mistakes(health, database);
  if (code != SQLITE_OK) return code;
  assert(health->known);
  health->generation = generation;
  health->checked = now;
  return SQLITE_OK;
}

/*
** Telling.
*/

/* "degraded" is still 200: whoever takes a service with one broken definition
** out of the balance stops all the others as well. */
int health_render(Health *health, Database *database, Output *output) {
  pthread_mutex_lock(&health->mutex);
  int code = health_update(health, database);
  if (code == SQLITE_OK && !health->count)
    output_text(output, "{\"status\":\"ok\"}");
  if (code == SQLITE_OK && health->count) {
    output_format(output, "{\"status\":\"degraded\",\"mistakes\":%lld,",
                  health->count);
    output_text(output, "\"definitions\":");
    output_bytes(output, health->mistakes.data, health->mistakes.size);
    output_text(output, "}");
  }
  if (health->mistakes.failed) code = SQLITE_NOMEM;
  pthread_mutex_unlock(&health->mutex);
  return code;
}

int health_count(Health *health, Database *database, long long *count) {
  pthread_mutex_lock(&health->mutex);
  int code = health_update(health, database);
  *count = health->count;
  pthread_mutex_unlock(&health->mutex);
  return code;
}
