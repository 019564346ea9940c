/*
** rqlite_sight.c: see rqlite_sight.h.
**
** HOW IT WORKS
**
** Two questions: SELECT scim_version() of the node itself, which tells whether
** it has the extension, and /status, which has the version, whether the node
** leads, and how far its database has come (store.fsm_index; others run ahead
** of it, and /readyz knows nothing of it).
*/
#include "rqlite_sight.h"

#include <stdio.h>
#include <string.h>

#include "moment.h"
#include "rqlite_json.h"
#include "rqlite_text.h"

/* Versions before it do not load the extension after a snapshot. */
#define RQLITE_SIGHT_OLDEST 8036004L /* 8.36.4 */

/* A GET, or a POST of a body, that ends after that time, however far it has got
** by then. */
static RqliteEnd rqlite_sight_call(RqliteHttp *http, const char *url,
                                   long long patience, const char *path,
                                   const Output *body, long *status,
                                   Output *reply) {
  long long end = moment_now() + patience;
  RqliteCall call = {.node = url,
                     .path = path,
                     .body = body ? body->data : NULL,
                     .size = body ? body->size : 0,
                     .first = end,
                     .whole = end};
  return rqlite_http_call(http, &call, status, reply);
}

/*
** The status.
*/

/* The version as a number that can be compared; 0 for what is none. A build of
** somebody's own says "8" unless he tells it more. */
static long rqlite_sight_version(const char *text, size_t size) {
  char version[32];
  int part[3];
  snprintf(version, sizeof version, "%.*s", (int)(size < 31 ? size : 31), text);
  const char *at = version[0] == 'v' ? version + 1 : version;
  if (sscanf(at, "%d.%d.%d", &part[0], &part[1], &part[2]) != 3) return 0;
  for (int i = 0; i < 3; i++)
    if (part[i] < 0 || part[i] > 999) return 0;
  return part[0] * 1000000L + part[1] * 1000L + part[2];
}

/* Takes down what /status says, as far as that is all there. */
static bool rqlite_sight_read_status(const RqliteJson *json,
                                     RqliteSight *sight) {
  size_t size;
  int build = rqlite_json_member(json, RQLITE_JSON_ROOT, "build");
  int store = rqlite_json_member(json, RQLITE_JSON_ROOT, "store");
  int raft = rqlite_json_member(json, store, "raft");
  const char *version =
      rqlite_json_text(json, rqlite_json_member(json, build, "version"), &size);
  if (rqlite_sight_version(version, size) < RQLITE_SIGHT_OLDEST)
    sight->fault = METRICS_VERSION;
  sight->leads =
      rqlite_json_is(json, rqlite_json_member(json, raft, "state"), "Leader");
  return rqlite_json_integer(json, rqlite_json_member(json, raft, "term"),
                             &sight->term) &&
         rqlite_json_integer(json, rqlite_json_member(json, store, "fsm_index"),
                             &sight->index);
}

/* What the node says of itself, or why it could not be asked, in sight. */
static void rqlite_sight_look_at_status(RqliteHttp *http, const char *url,
                                        long long patience,
                                        RqliteSight *sight) {
  long status;
  Output reply = {0};
  *sight = (RqliteSight){.fault = RQLITE_SIGHT_WELL};
  RqliteEnd end =
      rqlite_sight_call(http, url, patience, "/status", NULL, &status, &reply);
  RqliteJson *json = end == RQLITE_REPLIED && status == 200
                         ? rqlite_json_parse(reply.data, reply.size)
                         : NULL;
  if (end == RQLITE_LATE)
    sight->fault = METRICS_SLOW;
  else if (end == RQLITE_REPLIED && status == 401)
    sight->fault = METRICS_FORBIDDEN;
  else if (!json || !rqlite_sight_read_status(json, sight))
    sight->fault = METRICS_DOWN;
  if (json) rqlite_json_free(json);
  output_free(&reply);
}

/*
** Questions.
*/

/* Asks for a statement, whose rows are handed over. Returns whether there were
** any, or anything at all; if the node says that it cannot, or nothing, *fault
** becomes why. */
static bool rqlite_sight_ask(RqliteHttp *http, const char *url,
                             long long patience, const char *path,
                             const EngineStatement *statement,
                             EngineAnswer *answer, MetricsUnfit *fault) {
  long status;
  size_t rows = 0;
  Output question = {0}, text = {0}, error = {0};
  rqlite_text_begin(&question);
  rqlite_text_statement(&question, statement, "");
  rqlite_text_end(&question);
  RqliteEnd end = question.failed
                      ? RQLITE_UNSENT
                      : rqlite_sight_call(http, url, patience, path, &question,
                                          &status, &text);
  RqliteReply *reply = end == RQLITE_REPLIED && status == 200
                           ? rqlite_text_read(text.data, text.size)
                           : NULL;
  if (reply && !rqlite_text_failed(reply, NULL))
    rqlite_text_result(reply, answer->row, answer->context, &rows, &error);
  if (end == RQLITE_LATE) *fault = METRICS_SLOW;
  if (end == RQLITE_REPLIED && status == 401) *fault = METRICS_FORBIDDEN;
  if (rqlite_text_is_lack(output_terminate(&error))) *fault = METRICS_EXTENSION;
  bool replied = reply != NULL;
  if (reply) rqlite_text_free(reply);
  output_free(&question);
  output_free(&text);
  output_free(&error);
  answer->refused = rows == 0;
  return replied;
}

/* An EngineRow: a number that a reply has. */
static bool rqlite_sight_keep_number(void *context, const EngineValue *cells,
                                     size_t count) {
  if (cells && count) *(long long *)context = engine_number(&cells[0]);
  return true;
}

bool rqlite_sight_asks(RqliteHttp *http, const char *url, long long patience,
                       const EngineStatement *statement, long long *number) {
  MetricsUnfit fault;
  EngineAnswer answer = {.row = rqlite_sight_keep_number, .context = number};
  return rqlite_sight_ask(http, url, patience, "/db/query?level=none",
                          statement, &answer, &fault);
}

bool rqlite_sight_read_strongly(RqliteHttp *http, const char *url,
                                long long patience, MetricsUnfit *fault) {
  EngineStatement one = {.sql = "SELECT 1"};
  EngineAnswer answer = {.row = NULL};
  return rqlite_sight_ask(http, url, patience, "/db/query?level=strong", &one,
                          &answer, fault) &&
         !answer.refused;
}

/* For its status a node looks at the connection that writes, too, and waits
** while a statement runs there; reads wait for none. So one that answers these
** and is late with that is at work, and as it was seen last. Should another
** lead by now, it will be seen there; and who is at work for longer than the
** leader is behind it. */
RqliteSight rqlite_sight_look(RqliteHttp *http, const char *url,
                              long long patience, RqliteSight *last) {
  EngineStatement ask = {.sql = "SELECT scim_version()"};
  Output version = {0};
  EngineAnswer answer = {.row = engine_append, .context = &version};
  MetricsUnfit fault = RQLITE_SIGHT_WELL;
  rqlite_sight_ask(http, url, patience, "/db/query?level=none", &ask, &answer,
                   &fault);
  RqliteSight sight = {.fault = fault};
  if (fault == RQLITE_SIGHT_WELL)
    rqlite_sight_look_at_status(http, url, patience, &sight);
  snprintf(sight.version, sizeof sight.version, "%s",
           output_terminate(&version));
  output_free(&version);
  if (fault != RQLITE_SIGHT_WELL) return sight;
  if (sight.fault == METRICS_SLOW && last->index > 0) sight = *last;
  if (sight.fault == RQLITE_SIGHT_WELL) *last = sight;
  return sight;
}
