/*
** status_command.c: see status_command.h.
**
** HOW IT WORKS
**
** All that is known stands in the view scim_status. One statement reads it, so
** that everything is of one state: a row a tenant, then a row for each thing
** that needs a person. They are kept as texts, one behind the other, since only
** all of them say how wide a column is. The first ones become a table, and of
** the others each has two lines: what, and what to do about it.
**
** The database is opened to be read only, so that it can be run from cron
** beside a server, by whoever may read the file.
*/
#define _POSIX_C_SOURCE 200809L /* strnlen */
#include "status_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "log.h"

#define STATUS_COLUMNS 14 /* that are shown */

/* What asks the extension whether the tables are of its version. */
static const char status_check_sql[] = "SELECT scim_match('id pr', '{}')";

/* The first column says what a row is about: 0 is a tenant, the others are what
** is to be done, which has two columns behind it. */
static const char status_sql[] =
    "WITH status AS MATERIALIZED (SELECT * FROM scim_status),"
    " need (about, tenant, number, what, remedy) AS ("
    " SELECT 1, tenant, f.key, (f.value ->> 'cause') || ' (' ||"
    "   (f.value ->> 'count') || '), the last: ' || (f.value ->> 'example'),"
    "  f.value ->> 'do'"
    " FROM status AS s, json_each(s.failures) AS f"
    " UNION ALL"
    " SELECT 2, tenant, 0, tokens_expiring ||"
    "   ' token(s) expire within 30 days',"
    "  'Make another one (scimd token add), and give it to the identity "
    "provider."
    " Their dates: scimd token list.'"
    " FROM status WHERE tokens_expiring > 0"
    " UNION ALL"
    " SELECT 3, tenant, 0, reviews || ' review(s) wait for a decision',"
    "  'SELECT scim_review(review, ''link'', key), or ''create'' or ''ignore'',"
    " decides about a row of scim_review.'"
    " FROM status WHERE reviews > 0"
    " UNION ALL"
    " SELECT 4, tenant, 0, alerts || ' alert(s) are open',"
    "  'Look at scim_alert. SELECT scim_release(tenant) lets through what was"
    " meant.'"
    " FROM status WHERE alerts > 0)"
    " SELECT 0 AS about, tenant, iif(enabled, 'yes', 'no'),"
    "  coalesce(last_run, '-'), created, updated, deactivated, deleted, failed,"
    "  users, groups, tokens_expiring, reviews, alerts, lag,"
    "  tenant AS place, 0 AS number"
    " FROM status"
    " UNION ALL"
    " SELECT about, tenant || ': ' || what, remedy, NULL, NULL, NULL, NULL,"
    "  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, tenant, number"
    " FROM need ORDER BY about, place, number";

static const char *const status_heads[STATUS_COLUMNS] = {
    "tenant",          "enabled", "last_run", "created", "updated",
    "deactivated",     "deleted", "failed",   "users",   "groups",
    "tokens_expiring", "reviews", "alerts",   "lag"};

typedef struct Status {
  Output table, needs; /* the cells, as C strings */
  int widths[STATUS_COLUMNS];
} Status;

/*
** Keeping.
*/

/* How many characters there are in a text of UTF-8. */
static int status_length(const char *text) {
  int length = 0;
  for (; *text; text++) length += (*text & 0xc0) != 0x80;
  return length;
}

/* Appends a C string of the cell; what is behind a NUL is not shown. */
static void status_keep_cell(Output *cells, const EngineValue *cell) {
  if (cell->kind == ENGINE_INTEGER)
    output_format(cells, "%lld", cell->integer);
  else if (cell->kind != ENGINE_NULL && cell->size)
    output_bytes(cells, cell->bytes, strnlen(cell->bytes, cell->size));
  output_bytes(cells, "", 1);
}

/* An EngineRow. */
static bool status_keep(void *context, const EngineValue *cells, size_t count) {
  Status *status = context;
  if (!cells) {
    output_clear(&status->table);
    output_clear(&status->needs);
    return true;
  }
  if (count <= STATUS_COLUMNS) return false;
  bool need = engine_number(&cells[0]) > 0;
  Output *kept = need ? &status->needs : &status->table;
  for (int i = 0; i < (need ? 2 : STATUS_COLUMNS); i++) {
    size_t before = kept->size;
    status_keep_cell(kept, &cells[i + 1]);
    if (kept->failed) return false;
    int length = status_length(kept->data + before);
    if (!need && length > status->widths[i]) status->widths[i] = length;
  }
  return true;
}

/*
** Printing.
*/

/* Numbers end at the right of their column, texts begin at the left, and heads
** stand as what is below them. The last column is a number, so that no line
** ends in blanks. */
static void status_print_cell(const Status *status, int column,
                              const char *text) {
  int blanks = status->widths[column] - status_length(text);
  bool number = column > 2;
  if (column) fputs("  ", stdout);
  if (number) printf("%*s", blanks, "");
  log_shown(stdout, text);
  if (!number) printf("%*s", blanks, "");
  if (column == STATUS_COLUMNS - 1) putchar('\n');
}

static void status_print_table(const Status *status) {
  const char *text = status->table.data;
  for (int i = 0; i < STATUS_COLUMNS; i++)
    status_print_cell(status, i, status_heads[i]);
  for (int i = 0; text && text < status->table.data + status->table.size;
       i = (i + 1) % STATUS_COLUMNS) {
    status_print_cell(status, i, text);
    text += strlen(text) + 1;
  }
}

/* Pairs of texts, each with its NUL: what is wrong, and what to do about it. */
static void status_print_needs(const Status *status) {
  const char *text = status->needs.data;
  while (text && text < status->needs.data + status->needs.size) {
    putchar('\n');
    log_shown(stdout, text);
    fputs("\n  ", stdout);
    text += strlen(text) + 1;
    log_shown(stdout, text);
    putchar('\n');
    text += strlen(text) + 1;
  }
}

/*
** The command.
*/

/* Reads all there is. Returns false, with the reason in complaint, if that
** fails. */
static bool status_read(Engine *engine, Status *status, Output *complaint) {
  EngineStatement check = {.sql = status_check_sql}, ask = {.sql = status_sql};
  EngineAnswer answer = {.complaint = complaint};
  int failure = engine_read(engine, &check, (EngineClient){0}, &answer);
  answer = (EngineAnswer){
      .row = status_keep, .context = status, .complaint = complaint};
  if (!failure) failure = engine_read(engine, &ask, (EngineClient){0}, &answer);
  return !failure;
}

/* The exit status is 1 when something needs a person, too. */
int status_command(const Options *options) {
  Status status = {0};
  Output complaint = {0};
  for (int i = 0; i < STATUS_COLUMNS; i++)
    status.widths[i] = status_length(status_heads[i]);
  Engine *engine = engine_open(options, ENGINE_READ, &complaint);
  bool read = engine && status_read(engine, &status, &complaint);
  if (read) {
    status_print_table(&status);
    status_print_needs(&status);
  } else {
    log_complaint("%s", output_terminate(&complaint));
  }
  if (engine) engine_close(engine);
  bool well = read && status.needs.size == 0;
  output_free(&status.table);
  output_free(&status.needs);
  output_free(&complaint);
  return well ? EXIT_SUCCESS : EXIT_FAILURE;
}
