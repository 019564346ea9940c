/*
** sql_command.c: see sql_command.h.
**
** Each command is one SQL statement, of the kind that an operator could type
** into the sqlite3 shell: what a token is, the extension alone knows. The steps
** are the same for all (open, bind, run, print). What the extension does not
** take (a time that is none, a tenant without a name, a scope that nobody
** knows) is its error, and ends the command.
**
** HOW IT WORKS
**
** The statements stand in one table, each with what its parameters are, in
** their order; what was not given is NULL, which to the extension is as if it
** were not there. The time is ours, and what nobody can guess is drawn before:
** an engine may run the statement on several machines, and again from a log. A
** secret is not in it, but its digest, and what comes back has that where the
** secret is to be printed.
*/
#include "sql_command.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "log.h"
#include "moment.h"

/* What a parameter is. */
typedef enum SqlCommandValue {
  SQL_COMMAND_NONE, /* there are no more */
  SQL_COMMAND_TENANT,
  SQL_COMMAND_LABEL,
  SQL_COMMAND_EXPIRES,
  SQL_COMMAND_SCOPES,
  SQL_COMMAND_IDP,
  SQL_COMMAND_WHICH,
  SQL_COMMAND_TOKEN,
  SQL_COMMAND_GRACE,
  SQL_COMMAND_NAME,
  SQL_COMMAND_NOW,
  SQL_COMMAND_DIGEST, /* from here on what is drawn */
  SQL_COMMAND_LAST_FOUR,
  SQL_COMMAND_ID,
  SQL_COMMAND_VALUES
} SqlCommandValue;

/* An engine that heard nothing of the first time sends a statement again: a
** digest that is there already is that of the same call, and answers as then.
** None of these reads before it writes: what others write in between would make
** it fail, where it would wait for a lock. */

/* Secrets are printed alone, so that a script can take them as they are, and
** those of clients with their id, as JSON: they are shown this once, and stored
** nowhere. Lists are one JSON object a line: a label may hold tabs and
** newlines. A row that is revoked stays, since the log refers to it; revoking
** what is revoked already fails, because it is most likely a slip in the
** number; but one that is sent again has the same time. */
static const struct SqlCommand {
  Command command;
  EngineUse use;
  const char *sql;
  SqlCommandValue values[ENGINE_VALUES];
  const char *complaint; /* when there is no row; NULL: that is all right */
} sql_command_table[] = {
    {COMMAND_TOKEN_ADD,
     ENGINE_WRITE,
     "SELECT scim_token(?1, ?2, json_object('expires', ?3, 'scopes', ?4,"
     " 'idp', ?5, 'now', ?6, 'digest', ?7, 'last_four', ?8))",
     {SQL_COMMAND_TENANT, SQL_COMMAND_LABEL, SQL_COMMAND_EXPIRES,
      SQL_COMMAND_SCOPES, SQL_COMMAND_IDP, SQL_COMMAND_NOW, SQL_COMMAND_DIGEST,
      SQL_COMMAND_LAST_FOUR},
     NULL},
    {COMMAND_TOKEN_LIST,
     ENGINE_READ,
     "SELECT json_object('token', token, 'tenant', tenant, 'label', label,"
     " 'idp', idp, 'last_four', last_four, 'scopes', scopes,"
     " 'created', created, 'expires', expires, 'revoked', revoked,"
     " 'last_used', last_used)"
     " FROM scim_token WHERE kind = 'token' ORDER BY token",
     {SQL_COMMAND_NONE},
     NULL},
    {COMMAND_TOKEN_ROTATE,
     ENGINE_WRITE,
     "SELECT scim_token_rotate(?1, ?2, json_object('now', ?3, 'digest', ?4,"
     " 'last_four', ?5))",
     {SQL_COMMAND_TOKEN, SQL_COMMAND_GRACE, SQL_COMMAND_NOW, SQL_COMMAND_DIGEST,
      SQL_COMMAND_LAST_FOUR},
     NULL},
    {COMMAND_TOKEN_REVOKE,
     ENGINE_WRITE,
     "UPDATE scim_token SET revoked = ?1"
     " WHERE token = ?2 AND kind = 'token'"
     " AND (revoked IS NULL OR revoked = ?1) RETURNING NULL",
     {SQL_COMMAND_NOW, SQL_COMMAND_TOKEN},
     "there is no valid token %s"},
    {COMMAND_CLIENT_ADD,
     ENGINE_WRITE,
     "SELECT scim_client(?1, ?2, json_object('expires', ?3, 'scopes', ?4,"
     " 'idp', ?5, 'now', ?6, 'digest', ?7, 'last_four', ?8, 'id', ?9))",
     {SQL_COMMAND_TENANT, SQL_COMMAND_LABEL, SQL_COMMAND_EXPIRES,
      SQL_COMMAND_SCOPES, SQL_COMMAND_IDP, SQL_COMMAND_NOW, SQL_COMMAND_DIGEST,
      SQL_COMMAND_LAST_FOUR, SQL_COMMAND_ID},
     NULL},
    {COMMAND_CLIENT_LIST,
     ENGINE_READ,
     "SELECT json_object('client_id', client_id, 'tenant', tenant,"
     " 'label', label, 'idp', idp, 'last_four', last_four, 'scopes', scopes,"
     " 'created', created, 'expires', expires, 'revoked', revoked,"
     " 'last_used', last_used)"
     " FROM scim_client ORDER BY token",
     {SQL_COMMAND_NONE},
     NULL},
    {COMMAND_RELEASE,
     ENGINE_WRITE,
     "SELECT scim_release(?1, json_object('now', ?2))",
     {SQL_COMMAND_NAME, SQL_COMMAND_NOW},
     NULL},
    {COMMAND_CLIENT_ROTATE,
     ENGINE_WRITE,
     "SELECT scim_client_rotate(?1, ?2, json_object('now', ?3, 'digest', ?4,"
     " 'last_four', ?5))",
     {SQL_COMMAND_WHICH, SQL_COMMAND_GRACE, SQL_COMMAND_NOW, SQL_COMMAND_DIGEST,
      SQL_COMMAND_LAST_FOUR},
     NULL},
    {COMMAND_CLIENT_REVOKE,
     ENGINE_WRITE,
     "UPDATE scim_token SET revoked = ?1"
     " WHERE client = ?2 AND kind = 'client'"
     " AND (revoked IS NULL OR revoked = ?1) RETURNING NULL",
     {SQL_COMMAND_NOW, SQL_COMMAND_WHICH},
     "there is no valid client %s"},
};

static const struct SqlCommand *sql_command_find(Command command) {
  const struct SqlCommand *entry = sql_command_table;
  while (entry->command != command) entry++;
  return entry;
}

/*
** What is drawn.
*/

/* In the order of engine_draw. */
typedef struct SqlCommandDrawn {
  Output secret, digest, last_four, id;
} SqlCommandDrawn;

/* An EngineRow. */
static bool sql_command_keep_drawn(void *context, const EngineValue *cells,
                                   size_t count) {
  SqlCommandDrawn *drawn = context;
  Output *const outputs[] = {&drawn->secret, &drawn->digest, &drawn->last_four,
                             &drawn->id};
  if (cells && count != sizeof outputs / sizeof *outputs) return false;
  for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
    output_clear(outputs[i]);
    if (cells) output_bytes(outputs[i], cells[i].bytes, cells[i].size);
  }
  return true;
}

/* Draws, if the statement has any of it. */
static bool sql_command_draw(Engine *engine, const struct SqlCommand *entry,
                             SqlCommandDrawn *drawn, Output *complaint) {
  EngineStatement statement = {.sql = engine_draw};
  EngineAnswer answer = {
      .row = sql_command_keep_drawn, .context = drawn, .complaint = complaint};
  bool draws = false;
  for (size_t i = 0; i < ENGINE_VALUES; i++)
    draws = draws || entry->values[i] >= SQL_COMMAND_DIGEST;
  return !draws ||
         engine_read(engine, &statement, (EngineClient){0}, &answer) == 0;
}

static void sql_command_free_drawn(SqlCommandDrawn *drawn) {
  output_free(&drawn->secret);
  output_free(&drawn->digest);
  output_free(&drawn->last_four);
  output_free(&drawn->id);
}

/*
** The statement.
*/

/* Gives it what it asks for, of all that may be said. */
static void sql_command_bind(EngineStatement *statement,
                             const SqlCommandValue values[ENGINE_VALUES],
                             const Options *options, const char *now,
                             const SqlCommandDrawn *drawn) {
  const EngineValue all[SQL_COMMAND_VALUES] = {
      [SQL_COMMAND_TENANT] = engine_text(options->tenant),
      [SQL_COMMAND_LABEL] = engine_text(options->label),
      [SQL_COMMAND_EXPIRES] = engine_text(options->expires),
      [SQL_COMMAND_SCOPES] = engine_text(options->scopes),
      [SQL_COMMAND_IDP] = engine_text(options->idp),
      [SQL_COMMAND_WHICH] = engine_text(options->which),
      [SQL_COMMAND_TOKEN] = engine_integer(options->token),
      [SQL_COMMAND_GRACE] = engine_integer(options->grace),
      [SQL_COMMAND_NAME] = engine_text(options->name),
      [SQL_COMMAND_NOW] = engine_text(now),
      [SQL_COMMAND_DIGEST] = engine_output(&drawn->digest),
      [SQL_COMMAND_LAST_FOUR] = engine_output(&drawn->last_four),
      [SQL_COMMAND_ID] = engine_output(&drawn->id)};
  for (size_t i = 0; i < ENGINE_VALUES && values[i] != SQL_COMMAND_NONE; i++)
    statement->values[statement->count++] = all[values[i]];
}

/* What is printed when the statement has come to its end. */
typedef struct SqlCommandRows {
  const SqlCommandDrawn *drawn;
  Output lines;
  long count;
} SqlCommandRows;

/* Appends a line, in which the secret takes the place of its digest. */
static void sql_command_add(SqlCommandRows *rows, const char *text,
                            size_t size) {
  const Output *digest = &rows->drawn->digest, *secret = &rows->drawn->secret;
  for (size_t i = 0; digest->size && i + digest->size <= size; i++)
    if (memcmp(text + i, digest->data, digest->size) == 0) {
      output_bytes(&rows->lines, text, i);
      output_bytes(&rows->lines, secret->data, secret->size);
      text += i + digest->size;
      size -= i + digest->size;
      break;
    }
  output_bytes(&rows->lines, text, size);
  output_text(&rows->lines, "\n");
}

/* An EngineRow: the first cell is a line, but a NULL is none. */
static bool sql_command_keep(void *context, const EngineValue *cells,
                             size_t count) {
  SqlCommandRows *rows = context;
  if (!cells) {
    output_clear(&rows->lines);
    rows->count = 0;
    return true;
  }
  if (count != 1) return false;
  rows->count++;
  if (cells[0].kind != ENGINE_NULL)
    sql_command_add(rows, cells[0].bytes, cells[0].size);
  return !rows->lines.failed;
}

/* Runs the statement and prints its rows. Returns false, with the reason in
** complaint. */
static bool sql_command_ask(Engine *engine, const struct SqlCommand *entry,
                            const Options *options,
                            const SqlCommandDrawn *drawn, Output *complaint) {
  char now[MOMENT_TEXT];
  SqlCommandRows rows = {.drawn = drawn};
  EngineStatement statement = {.sql = entry->sql};
  EngineAnswer answer = {
      .row = sql_command_keep, .context = &rows, .complaint = complaint};
  moment_write(now);
  sql_command_bind(&statement, entry->values, options, now, drawn);
  int failure =
      entry->use == ENGINE_READ
          ? engine_read(engine, &statement, (EngineClient){0}, &answer)
          : engine_write(engine, &statement, &answer);
  if (!failure && rows.lines.size)
    fwrite(rows.lines.data, 1, rows.lines.size, stdout);
  output_free(&rows.lines);
  if (failure || rows.count || !entry->complaint) return !failure;
  output_format(complaint, entry->complaint, options->which);
  return false;
}

int sql_command_run(const Options *options) {
  const struct SqlCommand *entry = sql_command_find(options->command);
  Output complaint = {0};
  Engine *engine = engine_open(options, entry->use, &complaint);
  SqlCommandDrawn drawn = {.secret = {0}};
  bool done = engine && sql_command_draw(engine, entry, &drawn, &complaint) &&
              sql_command_ask(engine, entry, options, &drawn, &complaint);
  if (!done) log_complaint("%s", output_terminate(&complaint));
  if (engine) engine_close(engine);
  sql_command_free_drawn(&drawn);
  output_free(&complaint);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
