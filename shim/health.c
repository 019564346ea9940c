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

static const char health_generation_sql[] =
    "SELECT value FROM scim_meta WHERE name = 'generation'";

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

static bool health_keep_generation(void *context, const EngineValue *cells,
                                   size_t count) {
  if (!cells) return true;
  assert(count == 1);
  *(long long *)context = cells[0].integer;
  return true;
}

/* Keeps what the row of health_sql says. */
static bool health_keep_mistakes(void *context, const EngineValue *cells,
                                 size_t count) {
  Health *health = context;
  if (!cells) return true;
  assert(count == 2);
  health->count = cells[0].integer;
  output_clear(&health->mistakes);
  output_bytes(&health->mistakes, cells[1].bytes, cells[1].size);
  health->known = !health->mistakes.failed;
  return health->known;
}

static bool health_ask(Engine *engine, const char *sql, EngineRow *row,
                       void *context) {
  EngineStatement statement = {.sql = sql};
  EngineAnswer answer = {.row = row, .context = context};
  return engine_read(engine, &statement, (EngineClient){0}, &answer) == 0;
}

/* Must what is known be asked for anew? */
static bool health_is_old(const Health *health, long long generation,
                          long long now) {
  return !health->known || health->generation != generation ||
         now - health->checked >= HEALTH_SECONDS * MOMENT_SECOND;
}

/* Brings up to date what is known. The generation is read first, the one row
** that a probe of a healthy service costs: a change that comes in between is
** noticed by the next probe, and not lost. */
static bool health_update(Health *health, Engine *engine) {
  long long generation = 0, now = moment_now();
  if (!health_ask(engine, health_generation_sql, health_keep_generation,
                  &generation))
    return false;
  if (!health_is_old(health, generation, now)) return true;
  if (!health_ask(engine, health_sql, health_keep_mistakes, health))
    return false;
  assert(health->known);
  health->generation = generation;
  health->checked = now;
  return true;
}

/*
** Telling.
*/

/* "degraded" is still 200: whoever takes a service with one broken definition
** out of the balance stops all the others as well. */
bool health_render(Health *health, Engine *engine, Output *output) {
  pthread_mutex_lock(&health->mutex);
  bool well = health_update(health, engine);
  if (well && !health->count) output_text(output, "{\"status\":\"ok\"}");
  if (well && health->count) {
    output_format(output, "{\"status\":\"degraded\",\"mistakes\":%lld,",
                  health->count);
    output_text(output, "\"definitions\":");
    output_bytes(output, health->mistakes.data, health->mistakes.size);
    output_text(output, "}");
  }
  pthread_mutex_unlock(&health->mutex);
  return well;
}

bool health_count(Health *health, Engine *engine, long long *count) {
  pthread_mutex_lock(&health->mutex);
  bool well = health_update(health, engine);
  *count = health->count;
  pthread_mutex_unlock(&health->mutex);
  return well;
}
