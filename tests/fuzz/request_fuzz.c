/*
** request_fuzz.c: whole requests, through scim_apply.
**
** The bytes are one request or several with a line %% between them: method and
** target on the first line, options (JSON, or nothing) on the second, and the
** body. They are made of a small database that has something in every table
** (tests/store/sound.sql, a map and a rule), in one transaction that is rolled
** back. Wanted: a reply that is JSON in UTF-8, with a status of 200 to 499, or
** 501 where something is not built; no SQL error but what a caller asked for;
** a request that is refused changes nothing but the log; what is changed is
** sound; and a list has the same totals by a scan as by the indexes.
*/
#include "../store/sound.h"

#include "fuzz.h"

#define REQUESTS 8 /* of one input */

static sqlite3 *db;
static sqlite3_stmt *apply;

static const char request_fuzz_map[] =
    "CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE,"
    " name TEXT, live INTEGER);"
    "SELECT scim_map('learner', '{\"type\":\"User\",\"table\":\"learner\","
    "\"key\":\"id\",\"columns\":{\"login\":{\"from\":\"userName\"},"
    "\"name\":{\"from\":\"displayName\"},\"live\":{\"from\":\"active\"}},"
    "\"match\":[\"login\"],\"deleted\":\"delete\"}', '{\"now\":\"2026-01-01T"
    "00:00:00Z\"}');"
    "SELECT scim_map_switch('learner', 'on');"
    "INSERT INTO scim_rule (event, kind) VALUES ('created', 'invite'),"
    " ('deleted', 'farewell');";

static void request_fuzz_open(void) {
  Image none = {NULL, 0};
  db = open_image(none);
  must(db, sound_fixture());
  must(db, APPLY("'DELETE', '/Users/ann', NULL, '{\"tenant\":\"acme\"}'"));
  must(db, "UPDATE scim_token SET digest = '2bb80d537b1da3e38bd30361aa855686bde"
           "0eacd7162fef6a25fe97bf527a25b' WHERE token = 1;"
           "INSERT INTO scim_index (type, attribute) VALUES"
           " ('User', 'title');"
           "SELECT scim_init();");
  must(db, request_fuzz_map);
  sqlite3_prepare_v3(db, "SELECT scim_apply(?1, ?2, ?3, ?4)", -1,
                     SQLITE_PREPARE_PERSISTENT, &apply, NULL);
}

/*
** One request.
*/
typedef struct Asked {
  Text method, target, options, body;
} Asked;

static void request_fuzz_bind(int number, Text text) {
  if (text.size)
    sqlite3_bind_text(apply, number, text.data, (int)text.size, SQLITE_STATIC);
  else
    sqlite3_bind_null(apply, number);
}

static Asked request_fuzz_read(Text part) {
  Asked asked = {NO_TEXT, NO_TEXT, NO_TEXT, NO_TEXT};
  asked.target = fuzz_line(&part);
  asked.method = text_cut(&asked.target, ' ');
  asked.options = fuzz_line(&part);
  asked.body = part;
  return asked;
}

/* What an application sees of the database, without the log, and without what
** counts requests whatever comes of them. */
static unsigned long long request_fuzz_digest(void) {
  static const char *const tables[] = {
      "scim_resource", "scim_value",  "scim_unique", "scim_member",
      "scim_count",    "scim_outbox", "scim_link",   "scim_former",
      "scim_review",   "scim_tenant", "learner"};
  unsigned long long hash = 0;
  for (size_t i = 0; i < COUNT_OF(tables); i++)
    hash = digest_table(db, tables[i], hash);
  return hash;
}

/* The status; the reply is in `value` until the next statement. Method and
** target that are NULL, and options that are wrong, are errors of SQL or of
** SCIM, as the caller deserves. */
static int request_fuzz_ask(const Asked *asked) {
  request_fuzz_bind(1, asked->method);
  request_fuzz_bind(2, asked->target);
  request_fuzz_bind(3, asked->body);
  request_fuzz_bind(4, asked->options);
  int code = sqlite3_step(apply);
  const char *reply =
      code == SQLITE_ROW ? (const char *)sqlite3_column_text(apply, 0) : NULL;
  value[0] = message[0] = '\0';
  if (reply) snprintf(value, sizeof value, "%s", reply);
  if (code != SQLITE_ROW)
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(db));
  sqlite3_reset(apply);
  sqlite3_clear_bindings(apply);
  if (code != SQLITE_ROW || !reply)
    fuzz_wrong("a request has a reply", text_of(message), asked->target);
  return status();
}

static void request_fuzz_reply(int got) {
  Text reply = text_of(value);
  fuzz_check("the reply is JSON", is_json(value), reply);
  fuzz_check("the reply is UTF-8", utf8_valid(reply), reply);
  fuzz_check("its status is that of an answer",
             (got >= 200 && got < 500) || got == 501 || got == 503, reply);
  fuzz_check("what is refused says why",
             got < 400 || strstr(value, "\"detail\"") ||
                 strstr(value, "\"error\""), /* RFC 6749 section 5.2 */
             reply);
}

/*
** The database afterwards.
*/

/* None of these may find anything. A user is found by its own values, in
** whatever way a search looks for them; and the map's rows say what it says. */
static const char *const request_fuzz_rules[] = {
    "SELECT r.doc FROM scim_resource AS r WHERE r.tenant = 'default' AND"
    " r.type = 'User' AND r.resource NOT IN (SELECT f.resource FROM"
    " scim_filter('User', 'userName eq ' || json_quote(r.doc ->> 'userName'))"
    " AS f)",
    "SELECT r.doc FROM scim_resource AS r, json_each(r.doc, '$.emails') AS e"
    " WHERE r.tenant = 'default' AND r.type = 'User' AND"
    " e.value ->> 'value' <> '' AND r.resource NOT IN (SELECT f.resource FROM"
    " scim_filter('User', 'emails.value eq ' ||"
    " json_quote(e.value ->> 'value')) AS f)",
    "SELECT r.doc FROM scim_resource AS r WHERE r.tenant = 'default' AND"
    " r.type = 'User' AND doc ->> 'title' <> '' AND r.resource NOT IN (SELECT"
    " f.resource FROM scim_filter('User', 'title eq ' || json_quote(r.doc ->>"
    " 'title') || ' and id pr') AS f)",
    "SELECT decision || ' ' || id FROM scim_map_preview('learner')",
    "SELECT r.id FROM scim_resource AS r WHERE modified < created"};

static void request_fuzz_sound(Text about) {
  const char *rule = broken_rule(db);
  if (rule) fuzz_wrong("the tables agree", text_of(rule), about);
  for (size_t i = 0; i < COUNT_OF(request_fuzz_rules); i++) {
    int code = run(db, request_fuzz_rules[i], 0);
    if (code != SQLITE_OK || rows)
      fuzz_wrong(request_fuzz_rules[i],
                 text_of(code == SQLITE_OK ? value : message), about);
  }
}

/* How many requests the log has that changed something. */
static long request_fuzz_changes(void) {
  run(db, "SELECT count(*) FROM scim_log WHERE action IS NOT NULL", 0);
  return atol(value);
}

/* Returns the digest after the request, of which that before is given. */
static unsigned long long request_fuzz_one(const Asked *asked,
                                           unsigned long long before) {
  long changes = request_fuzz_changes();
  int got = request_fuzz_ask(asked);
  request_fuzz_reply(got);
  unsigned long long after = request_fuzz_digest();
  if (after == before) return after;
  fuzz_check("what is refused changes nothing", got < 300, asked->target);
  fuzz_check("nor does what reads", !text_equal(asked->method, TEXT("GET")),
             asked->target);
  fuzz_check("what changes something is in the log",
             request_fuzz_changes() > changes, asked->target);
  request_fuzz_sound(asked->target);
  return after;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static unsigned long long sound;
  Text rest = {(const char *)data, size};
  if (!db) {
    request_fuzz_open();
    request_fuzz_sound(text_of("the start"));
    sound = request_fuzz_digest();
  }
  must(db, "BEGIN");
  unsigned long long digest = sound;
  for (int i = 0; i < REQUESTS && rest.data; i++) {
    Asked asked = request_fuzz_read(fuzz_part(&rest, TEXT("%%")));
    digest = request_fuzz_one(&asked, digest);
  }
  fuzz_check("the transaction is the caller's", !sqlite3_get_autocommit(db),
             text_of("it has ended"));
  must(db, "ROLLBACK");
  return 0;
}
