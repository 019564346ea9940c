/*
** status_command.c: see status_command.h.
**
** HOW IT WORKS
**
** All that is known stands in the view scim_status; here it becomes a table of
** columns as wide as they need to be. Rows are read twice, once for the widths
** and once to be printed, within one transaction, so that both are the same.
** Then each thing that needs a person has a line: what, and what to do about
** it.
**
** The file is opened to be read only, so that it can be run from cron beside a
** server, by whoever may read the file.
*/
#include "status_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "log.h"

#define STATUS_COLUMNS 14 /* that are shown */

/* What asks the extension whether the tables are of its version, then the view.
** Behind the columns that are shown comes what is to be done. */
static const char status_check_sql[] = "SELECT scim_match('id pr', '{}')";
static const char status_sql[] =
    "SELECT tenant, iif(enabled, 'yes', 'no') AS enabled,"
    "  coalesce(last_run, '-') AS last_run, created, updated, deactivated,"
    "  deleted, failed, users, groups, tokens_expiring, reviews, alerts, lag"
    " FROM scim_status ORDER BY tenant";
static const char status_needs_sql[] =
    "SELECT s.tenant || ': ' || (f.value ->> 'cause') || ' (' ||"
    "   (f.value ->> 'count') || '), the last: ' || (f.value ->> 'example') AS "
    "what,"
    "  f.value ->> 'do' AS remedy"
    " FROM scim_status AS s, json_each(s.failures) AS f"
    " UNION ALL"
    " SELECT tenant || ': ' || tokens_expiring || ' token(s) expire within 30 "
    "days',"
    "  'Make another one (scimd token add), and give it to the identity "
    "provider."
    " Their dates: scimd token list.'"
    " FROM scim_status WHERE tokens_expiring > 0"
    " UNION ALL"
    " SELECT tenant || ': ' || reviews || ' review(s) wait for a decision',"
    "  'SELECT scim_review(review, ''link'', key), or ''create'' or ''ignore'',"
    " decides about a row of scim_review.'"
    " FROM scim_status WHERE reviews > 0"
    " UNION ALL"
    " SELECT tenant || ': ' || alerts || ' alert(s) are open',"
    "  'Look at scim_alert. SELECT scim_release(tenant) lets through what was"
    " meant.'"
    " FROM scim_status WHERE alerts > 0";

/* How many characters there are in a text of UTF-8. */
static int status_length(const char *text) {
  int length = 0;
  for (; *text; text++) length += (*text & 0xc0) != 0x80;
  return length;
}

/* A line is a line: what would move the cursor, and may come from a client, is
** shown as a question mark. */
static void status_print(const char *text) {
  for (; *text; text++)
    putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

/* The text of a column; a NULL is none. */
static const char *status_text(sqlite3_stmt *statement, int column) {
  const char *text = (const char *)sqlite3_column_text(statement, column);
  return text ? text : "";
}

/* Numbers end at the right of their column, texts begin at the left. The last
** column is a number, so that no line ends in blanks. */
static void status_print_cell(const char *text, int width, bool number,
                              bool first) {
  int blanks = width - status_length(text);
  if (!first) fputs("  ", stdout);
  if (number) printf("%*s", blanks, "");
  status_print(text);
  if (!number) printf("%*s", blanks, "");
}

static void status_measure(sqlite3_stmt *statement, int widths[]) {
  for (int i = 0; i < STATUS_COLUMNS; i++)
    widths[i] = status_length(sqlite3_column_name(statement, i));
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (int i = 0; i < STATUS_COLUMNS; i++) {
      int length = status_length(status_text(statement, i));
      if (length > widths[i]) widths[i] = length;
    }
  }
}

/* The heads of columns of numbers stand at the right too. */
static void status_print_table(sqlite3_stmt *statement) {
  int widths[STATUS_COLUMNS];
  status_measure(statement, widths);
  sqlite3_reset(statement);
  for (int i = 0; i < STATUS_COLUMNS; i++)
    status_print_cell(sqlite3_column_name(statement, i), widths[i], i > 2,
                      i == 0);
  putchar('\n');
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (int i = 0; i < STATUS_COLUMNS; i++)
      status_print_cell(status_text(statement, i), widths[i], i > 2, i == 0);
    putchar('\n');
  }
}

/* Prints what needs a person; returns whether anything does. */
static bool status_print_needs(sqlite3_stmt *statement) {
  bool any = false;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    putchar('\n');
    status_print(status_text(statement, 0));
    fputs("\n  ", stdout);
    status_print(status_text(statement, 1));
    putchar('\n');
    any = true;
  }
  return any;
}

/* Prepares and runs one statement by `show`, which steps through it; true when
** that says so. An error is left in *code. */
static bool status_run(Database *database, const char *sql,
                       bool (*show)(sqlite3_stmt *statement), int *code) {
  sqlite3_stmt *statement = NULL;
  if (*code != SQLITE_OK) return false;
  *code = sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);
  bool any = *code == SQLITE_OK && show(statement);
  int end = sqlite3_finalize(statement);
  if (*code == SQLITE_OK) *code = end;
  return any;
}

static bool status_show_nothing(sqlite3_stmt *statement) {
  return sqlite3_step(statement) != SQLITE_ROW;
}

static bool status_show_table(sqlite3_stmt *statement) {
  status_print_table(statement);
  return false;
}

/* Says what went wrong, in the words of SQLite or of whoever found it. */
static void status_complain(Database *database, Output *complaint) {
  if (complaint->size == 0)
    output_text(complaint, sqlite3_errmsg(database->handle));
  log_complaint("%s", output_terminate(complaint));
}

int status_command(const Options *options) {
  Database database;
  Output complaint = {0};
  int code = database_open(&database, options, DATABASE_READ, &complaint);
  if (code == SQLITE_OK) code = database_run(&database, "BEGIN");
  status_run(&database, status_check_sql, status_show_nothing, &code);
  status_run(&database, status_sql, status_show_table, &code);
  bool needs =
      status_run(&database, status_needs_sql, status_print_needs, &code);
  if (code != SQLITE_OK) status_complain(&database, &complaint);
  output_free(&complaint);
  database_close(&database);
  return code == SQLITE_OK && !needs ? EXIT_SUCCESS : EXIT_FAILURE;
}
