/*
** health.c: see health.h.
**
** HOW IT WORKS
**
** A definition that cannot be read does not stop the service: the extension
** does without it (README.md, "A resource type of your own"). Somebody has to
** be told all the same. What is wrong stands in the view scim_mistake; to look
** there reads every definition, which takes a twentieth of a second, and a
** multiple of that on a busy machine. But /healthz needs no token: whoever asks
** without one shall cost no more than a constant, and whoever takes a service
** out of the balance that does not answer soon shall not wait for this.
**
** So the answer is kept, and found anew by a thread of its own
**
**     while others have the last one, when that is some seconds old: a row that
**     got in while the triggers were not there, or with a tool of somebody
**     else, changes no generation;
**     while whoever asks waits, when the generation of the definitions is
**     another, which every change that is made in the ordinary way counts up,
**     so that a mistake that was mended is gone from the next answer; and when
**     nobody has asked for so long that the last one says nothing;
**     some seconds after the start, so that in most cases whoever asks first
**     need not wait. Not at once: those come first who have waited for scimd.
**
** A wish is a number: the thread takes the highest there is, and whoever waits
** for his own waits for a look that began after it.
**
** An answer says which definition, where in it, and what is wrong. Nothing of a
** resource or a token is in there, and a tenant is not named.
*/
#define _POSIX_C_SOURCE 200809L
#include "health.h"

#include "moment.h"
#include "wal_limit.h"

/* How old, in seconds, an answer may be before another one is looked for, and
** before it is waited for. */
#define HEALTH_SECONDS 10
#define HEALTH_STALE 60

/* So many seconds after the start there is a look though nobody has asked. */
#define HEALTH_REST 3

static const char health_generation_sql[] =
    "SELECT value FROM scim_meta WHERE name = 'generation'";

/* The first few will do: one mistake may make a hundred others. The view is
** named once: to prepare it takes longer than to run it. */
static const char health_sql[] =
    "SELECT count(*), json_group_array(json_object("
    "  'name', iif(source = 'scim_tenant', NULL, substr(definition, 1, 200)),"
    "  'place', substr(place, 1, 200), 'mistake', substr(mistake, 1, 200)))"
    "  FILTER (WHERE number <= 20)"
    " FROM (SELECT *, row_number() OVER () AS number FROM scim_mistake)";

/*
** Finding out, without the mutex.
*/

static bool health_keep_generation(void *context, const EngineValue *cells,
                                   size_t count) {
  if (!cells) return true;
  if (count != 1) return false;
  *(long long *)context = cells[0].integer;
  return true;
}

/* Keeps what the row of health_sql says. */
static bool health_keep_mistakes(void *context, const EngineValue *cells,
                                 size_t count) {
  HealthAnswer *answer = context;
  if (!cells) return true;
  if (count != 2) return false;
  answer->count = cells[0].integer;
  output_clear(&answer->mistakes);
  output_bytes(&answer->mistakes, cells[1].bytes, cells[1].size);
  return !answer->mistakes.failed;
}

static int health_ask(Engine *engine, const char *sql, EngineRow *row,
                      void *context) {
  EngineStatement statement = {.sql = sql};
  EngineAnswer answer = {.row = row, .context = context};
  return engine_read(engine, &statement, (EngineClient){0}, &answer);
}

static bool health_ask_generation(const Health *health, long long *generation) {
  return health_ask(health->engine, health_generation_sql,
                    health_keep_generation, generation) == 0;
}

/* The generation is read first: a change that comes in between is noticed by
** the next probe, and not lost. Where there are very many definitions the look
** may be at the end of its budget before it is at theirs: that is told too. */
static bool health_look(const Health *health, HealthAnswer *answer) {
  answer->checked = moment_now();
  if (!health_ask_generation(health, &answer->generation)) return false;
  int outcome =
      health_ask(health->engine, health_sql, health_keep_mistakes, answer);
  answer->unfinished = outcome == ENGINE_LATE;
  return outcome == 0 || answer->unfinished;
}

/*
** The thread. All of it with the mutex held, but for the looking.
*/

/* One look for all who wished for it before it began: who comes meanwhile waits
** for the next one. Called, and left, with the mutex. */
static void health_grant(Health *health) {
  HealthAnswer answer = {0};
  long long wish = health->wishes;
  pthread_mutex_unlock(&health->mutex);
  bool well = health_look(health, &answer);
  pthread_mutex_lock(&health->mutex);
  if (well) {
    output_free(&health->answer.mistakes);
    health->answer = answer;
    health->known = true;
  } else {
    output_free(&answer.mistakes);
  }
  health->well = well;
  health->granted = wish;
  pthread_cond_broadcast(&health->found);
}

/* Until somebody wishes for the first look, or nobody has for long enough. */
static void health_rest(Health *health) {
  long long until = moment_now() + HEALTH_REST * MOMENT_SECOND;
  while (!health->stopping && !health->wishes &&
         moment_wait(&health->wished, &health->mutex, until)) {
  }
  if (!health->wishes) health->wishes = 1;
}

/* The thread: while a wish is higher than what was granted it looks. */
static void *health_run(void *argument) {
  Health *health = argument;
  pthread_mutex_lock(&health->mutex);
  health_rest(health);
  while (!health->stopping) {
    if (health->granted == health->wishes)
      pthread_cond_wait(&health->wished, &health->mutex);
    else
      health_grant(health);
  }
  pthread_mutex_unlock(&health->mutex);
  return NULL;
}

bool health_start(Health *health, Engine *engine) {
  *health = (Health){.engine = engine};
  pthread_mutex_init(&health->mutex, NULL);
  moment_init_condition(&health->wished);
  pthread_cond_init(&health->found, NULL);
  health->started =
      pthread_create(&health->thread, NULL, health_run, health) == 0;
  return health->started;
}

void health_stop(Health *health) {
  pthread_mutex_lock(&health->mutex);
  health->stopping = true;
  pthread_cond_signal(&health->wished);
  pthread_mutex_unlock(&health->mutex);
  if (health->started) pthread_join(health->thread, NULL);
  output_free(&health->answer.mistakes);
  pthread_cond_destroy(&health->found);
  pthread_cond_destroy(&health->wished);
  pthread_mutex_destroy(&health->mutex);
}

/*
** Wishing. All of it with the mutex held.
*/

static void health_wish(Health *health) {
  health->wishes++;
  pthread_cond_signal(&health->wished);
}

/* Waits for a look. Returns false if nothing could be found out. */
static bool health_await(Health *health, long long wish) {
  while (health->granted < wish)
    pthread_cond_wait(&health->found, &health->mutex);
  return health->well;
}

/* Brings up to date what is known: in most cases it is. The first look may
** still be going on, or not have begun. A look that came to no end is seldom
** begun again, and not waited for, unless definitions have changed. */
static bool health_update(Health *health, long long generation) {
  if (!health->wishes) health_wish(health);
  if (!health->known) health_await(health, 1);
  long long age = moment_now() - health->answer.checked;
  bool unfinished = health->answer.unfinished;
  if (!health->known || health->answer.generation != generation ||
      (age >= HEALTH_STALE * MOMENT_SECOND && !unfinished)) {
    health_wish(health);
    return health_await(health, health->wishes);
  }
  long long rest = unfinished ? HEALTH_STALE : HEALTH_SECONDS;
  if (age >= rest * MOMENT_SECOND && health->granted == health->wishes)
    health_wish(health);
  return true;
}

/*
** Telling.
*/

/* Nothing is written, but for what is read. */
static void health_tell_writes(Output *output) {
  Output reason = {0};
  wal_limit_explain(&reason);
  output_text(output, ",\"writes\":");
  output_json(output, reason.data, reason.size);
  output->failed = output->failed || reason.failed;
  output_free(&reason);
}

/* What to do about it, for who reads the probe. */
static const char health_unfinished[] =
    ",\"unfinished\":\"It takes longer than --read-budget to look at all "
    "definitions: SELECT * FROM scim_mistake tells of mistakes in them.\"";

/* "degraded" is still 200: whoever takes a service with one broken definition
** out of the balance stops all the others as well, and one that writes nothing
** still reads. */
static void health_tell(const HealthAnswer *answer, Output *output) {
  bool held = wal_limit_is_reached();
  output_format(output, "{\"status\":\"%s\"",
                answer->count || answer->unfinished || held ? "degraded"
                                                            : "ok");
  if (answer->count) {
    output_format(output, ",\"mistakes\":%lld,\"definitions\":", answer->count);
    output_bytes(output, answer->mistakes.data, answer->mistakes.size);
  }
  if (answer->unfinished) output_text(output, health_unfinished);
  if (held) health_tell_writes(output);
  output_text(output, "}");
}

/* The generation is the one row that a probe of a healthy service costs, and
** says that the database can be read. */
bool health_render(Health *health, Output *output) {
  long long generation = 0;
  if (!health_ask_generation(health, &generation)) return false;
  pthread_mutex_lock(&health->mutex);
  bool well = health_update(health, generation);
  if (well) health_tell(&health->answer, output);
  pthread_mutex_unlock(&health->mutex);
  return well;
}

bool health_count(Health *health, long long *count) {
  long long generation = 0;
  if (!health_ask_generation(health, &generation)) return false;
  pthread_mutex_lock(&health->mutex);
  bool well = health_update(health, generation) && !health->answer.unfinished;
  *count = health->answer.count;
  pthread_mutex_unlock(&health->mutex);
  return well;
}
