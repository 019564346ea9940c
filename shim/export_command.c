/*
** export_command.c: see export_command.h.
**
** HOW IT WORKS
**
** Of the columns a SELECT is made, one expression a column, over scim_filter,
** which keeps the numbers of rows and no documents; each row is written before
** the next one is read. All of it is one snapshot. What the columns are comes
** from the view scim_path, so that there is no list of attributes here but of
** those addresses and numbers that are told apart by their type.
**
** What comes out goes in again (import.h): the id too, so that managers and
** members of an empty directory that is filled by it are who they were.
*/
#define _POSIX_C_SOURCE 200809L
#include "export_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "csv.h"
#include "database.h"
#include "log.h"
#include "progress.h"

/* What the identity provider has put into a group; the platform's own are not
** its, and would become so by an import. */
#define EXPORT_MEMBERS                                                         \
  "(SELECT nullif(json_group_array(json(m.member)), '[]') FROM ("              \
  "  SELECT json_patch('{}', json_object('value', value, 'type', type,"        \
  "    'display', display)) AS member FROM scim_member"                        \
  "   WHERE \"group\" = f.resource AND source = 'idp' ORDER BY value) AS m)"

static const char export_tenant_sql[] =
    "SELECT EXISTS (SELECT 1 FROM scim_tenant WHERE name = :tenant),"
    "  EXISTS (SELECT 1 FROM scim_resource_type WHERE name = :type),"
    "  EXISTS (SELECT 1 FROM scim_path WHERE type = :type"
    "           AND path = 'members' AND multi_valued)";

/* The usual columns: what has one value and can be written, then addresses and
** numbers that most people have one of. A $ref follows from its value. */
static const char export_usual_sql[] =
    "WITH path AS MATERIALIZED ("
    "  SELECT path, parent, name, kind, multi_valued, mutability, schema"
    "    FROM scim_path WHERE type = :type),"
    " usual (name, number) AS (VALUES"
    "  ('emails[type eq \"work\"].value', 4),"
    "  ('emails[type eq \"home\"].value', 5),"
    "  ('phoneNumbers[type eq \"work\"].value', 6),"
    "  ('phoneNumbers[type eq \"mobile\"].value', 7),"
    "  ('members', 8)),"
    " chosen (name, number) AS ("
    "  SELECT p.path, CASE p.path WHEN 'id' THEN 1 WHEN 'externalId' THEN 2"
    "                             ELSE 3 END"
    "    FROM path AS p"
    "   WHERE NOT p.multi_valued AND p.kind <> 'complex' AND p.name <> '$ref'"
    "     AND (p.path = 'id' OR p.mutability NOT IN ('readonly', 'writeonly'))"
    "     AND NOT EXISTS (SELECT 1 FROM path AS o"
    "       WHERE p.parent IS NOT NULL AND lower(o.name) = lower(p.parent)"
    "         AND o.parent IS NULL AND o.schema IS p.schema"
    "         AND (o.multi_valued OR o.mutability = 'readonly'))"
    "  UNION ALL"
    "  SELECT u.name, u.number FROM usual AS u"
    "   WHERE EXISTS (SELECT 1 FROM path AS p WHERE p.path = iif("
    "     instr(u.name, '['), substr(u.name, 1, instr(u.name, '[') - 1), "
    "u.name)"
    "     AND p.multi_valued))"
    " SELECT name FROM chosen ORDER BY number, name";

/* Where the attribute of a path is in a document: the array for one with
** brackets, and within its elements. A sub-attribute of several values without
** brackets would be one of them by chance. */
static const char export_path_sql[] =
    "SELECT '$' || iif(p.path = p.short, '', '.\"' || p.schema || '\"') ||"
    "    iif(p.parent IS NULL, '', '.\"' || p.parent || '\"'),"
    "  '.\"' || p.name || '\"',"
    "  coalesce((SELECT o.multi_valued FROM scim_path AS o"
    "    WHERE o.type = p.type AND lower(o.name) = lower(p.parent)"
    "      AND o.parent IS NULL AND o.schema IS p.schema), 0)"
    " FROM scim_path AS p"
    " WHERE p.type = :type AND lower(p.path) = lower(:bare) LIMIT 1";

typedef struct ExportCommand {
  const Options *options;
  Database database;
  sqlite3_str *select;
  Output names; /* the first line */
  long columns;
  bool members; /* has the type them? */
  Progress progress;
  Output complaint;
} ExportCommand;

/* Prepares a statement about the type; NULL with a complaint. */
static sqlite3_stmt *export_prepare(ExportCommand *command, const char *sql) {
  const struct {
    const char *name, *value;
  } texts[] = {{":type", command->options->type},
               {":tenant", command->options->tenant},
               {":filter", command->options->filter}};
  sqlite3 *handle = command->database.handle;
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK)
    output_text(&command->complaint, sqlite3_errmsg(handle));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int at = sqlite3_bind_parameter_index(statement, texts[i].name);
    if (at) sqlite3_bind_text(statement, at, texts[i].value, -1, SQLITE_STATIC);
  }
  return statement;
}

/*
** Columns.
*/

/* What stands in brackets: attribute eq "text". */
typedef struct ExportElement {
  char *attribute, *text; /* to be freed */
} ExportElement;

/* Reads it, up to the closing bracket. Only this form can be made by an import
** where it is not there. */
static bool export_read_element(const char *text, ExportElement *element) {
  size_t name = strcspn(text, " ]\"");
  const char *value = text + name + strspn(text + name, " ");
  if (strncasecmp(value, "eq ", 3) != 0) return false;
  value += 3 + strspn(value + 3, " ");
  size_t size = *value == '"' ? strcspn(value + 1, "\"\\") : 0;
  if (!size || strncmp(value + 1 + size, "\"]", 2) != 0) return false;
  element->attribute = strndup(text, name);
  element->text = strndup(value + 1, size);
  return element->attribute && element->text;
}

/* A text as it is, anything else as JSON. */
static void export_add_value(ExportCommand *command, const char *doc,
                             const char *path) {
  sqlite3_str_appendf(command->select,
                      "iif(json_type(%s, %Q) = 'text', %s ->> %Q, %s -> %Q)",
                      doc, path, doc, path, doc, path);
}

/* The element of the array that has this text. */
static void export_add_element(ExportCommand *command,
                               const ExportElement *element, const char *array,
                               const char *path) {
  sqlite3_str_appendall(command->select, "(SELECT ");
  export_add_value(command, "e.value", path);
  sqlite3_str_appendf(command->select,
                      " FROM json_each(f.doc, %Q) AS e WHERE lower(e.value ->> "
                      "'$.\"%q\"') = lower(%Q) LIMIT 1)",
                      array, element->attribute, element->text);
}

/* The expression of a column whose attribute the statement has found. */
static void export_add_found(ExportCommand *command, sqlite3_stmt *statement,
                             const char *name) {
  const char *open = strchr(name, '[');
  const char *above = (const char *)sqlite3_column_text(statement, 0);
  const char *leaf = (const char *)sqlite3_column_text(statement, 1);
  bool several = sqlite3_column_int(statement, 2);
  ExportElement element = {0};
  char *path = sqlite3_mprintf("%s%s", several ? "$" : above, leaf);
  if (several && open && export_read_element(open + 1, &element))
    export_add_element(command, &element, above, path);
  else if (several || open)
    output_format(&command->complaint,
                  "the column %s may be one of several; as in emails[type eq "
                  "\"work\"].value one of them can be named",
                  name);
  else
    export_add_value(command, "f.doc", path);
  free(element.attribute);
  free(element.text);
  sqlite3_free(path);
}

/* One column, by its name. */
static void export_add_column(ExportCommand *command, const char *name) {
  const char *open = strchr(name, '['), *close = strrchr(name, ']');
  size_t before = open ? (size_t)(open - name) : strlen(name);
  char *bare = sqlite3_mprintf("%.*s%s", (int)before, name,
                               open && close ? close + 1 : "");
  if (command->columns++) {
    sqlite3_str_appendall(command->select, ", ");
    output_text(&command->names, ",");
  }
  csv_write(&command->names, name, strlen(name));
  if (command->members && sqlite3_stricmp(name, "members") == 0) {
    sqlite3_str_appendall(command->select, EXPORT_MEMBERS);
  } else {
    sqlite3_stmt *statement = export_prepare(command, export_path_sql);
    sqlite3_bind_text(statement,
                      sqlite3_bind_parameter_index(statement, ":bare"), bare,
                      -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
      export_add_found(command, statement, name);
    else
      output_format(&command->complaint, "the column %s is no attribute of %s",
                    name, command->options->type);
    sqlite3_finalize(statement);
  }
  sqlite3_free(bare);
}

/* Those of --columns: a row of CSV, but that quotes within brackets are part of
** the name. */
static void export_add_given(ExportCommand *command, const char *names) {
  while (*names && command->complaint.size == 0) {
    size_t size = 0;
    bool inside = false;
    for (; names[size] && (inside || names[size] != ','); size++)
      inside = names[size] == '[' || (inside && names[size] != ']');
    char *name = sqlite3_mprintf("%.*s", (int)size, names);
    export_add_column(command, name ? name : "");
    sqlite3_free(name);
    names += size + (names[size] == ',');
  }
}

/* Those that the definitions of the type come to. */
static void export_add_usual(ExportCommand *command) {
  sqlite3_stmt *statement = export_prepare(command, export_usual_sql);
  while (command->complaint.size == 0 && sqlite3_step(statement) == SQLITE_ROW)
    export_add_column(command, (const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
}

/* A line of NDJSON is the document, with its members if it may have some. */
static void export_add_document(ExportCommand *command) {
  sqlite3_str_appendall(
      command->select,
      command->members ? "iif(" EXPORT_MEMBERS " IS NULL, f.doc,"
                         " json_set(f.doc, '$.members', json(" EXPORT_MEMBERS
                         ")))"
                       : "f.doc");
}

/*
** Rows.
*/

/* A line is put together before it is written, so that stdio is called once. A
** NULL and an empty text are the same cell. */
static void export_write_row(ExportCommand *command, sqlite3_stmt *statement,
                             bool csv, Output *line) {
  output_clear(line);
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    const char *text = (const char *)sqlite3_column_text(statement, i);
    size_t size = (size_t)sqlite3_column_bytes(statement, i);
    if (i) output_text(line, ",");
    if (csv)
      csv_write(line, text ? text : "", text ? size : 0);
    else
      output_bytes(line, text, size);
  }
  output_text(line, "\n");
  if (line->failed) output_text(&command->complaint, "out of memory");
  fwrite(line->data, 1, line->size, stdout);
}

/* The names come out when the filter has turned out to be one. */
static void export_write_rows(ExportCommand *command, sqlite3_stmt *statement) {
  bool csv = strcmp(command->options->format, "csv") == 0;
  long long count = 0;
  Output line = {0};
  int code = sqlite3_step(statement);
  if (csv && (code == SQLITE_ROW || code == SQLITE_DONE)) {
    fwrite(command->names.data, 1, command->names.size, stdout);
    putchar('\n');
  }
  for (; code == SQLITE_ROW && !ferror(stdout) && command->complaint.size == 0;
       code = sqlite3_step(statement)) {
    export_write_row(command, statement, csv, &line);
    progress_tell(&command->progress, ++count, 0, 0);
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    output_text(&command->complaint, sqlite3_errmsg(command->database.handle));
  output_free(&line);
}

/* Writes everything, and looks at the end whether it could be written: what a
** buffer has taken is not yet in a file. */
static void export_run(ExportCommand *command) {
  sqlite3_str_appendall(command->select,
                        " FROM scim_filter(:type, :filter) AS f"
                        " WHERE f.tenant = :tenant");
  char *sql = sqlite3_str_finish(command->select);
  command->select = NULL;
  sqlite3_stmt *statement = export_prepare(command, sql);
  if (statement) export_write_rows(command, statement);
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  if (fflush(stdout) || ferror(stdout))
    output_format(&command->complaint, "cannot write: %s", strerror(errno));
}

/*
** The command.
*/

/* A name that nobody has would be an empty file. */
static void export_check(ExportCommand *command) {
  const Options *options = command->options;
  sqlite3_stmt *statement = export_prepare(command, export_tenant_sql);
  if (statement && sqlite3_step(statement) != SQLITE_ROW)
    output_text(&command->complaint, sqlite3_errmsg(command->database.handle));
  else if (statement && !sqlite3_column_int(statement, 1))
    output_format(&command->complaint, "there is no resource type %s",
                  options->type);
  else if (statement && !sqlite3_column_int(statement, 0))
    output_format(&command->complaint, "there is no tenant %s",
                  options->tenant);
  else if (options->columns && strcmp(options->format, "csv") != 0)
    output_text(&command->complaint, "--columns is of --format csv");
  command->members = sqlite3_column_int(statement, 2);
  sqlite3_finalize(statement);
}

/* The SELECT, then its rows. */
static void export_work(ExportCommand *command) {
  command->select = sqlite3_str_new(command->database.handle);
  sqlite3_str_appendall(command->select, "SELECT ");
  if (strcmp(command->options->format, "csv") != 0)
    export_add_document(command);
  else if (command->options->columns)
    export_add_given(command, command->options->columns);
  else
    export_add_usual(command);
  progress_begin(&command->progress, "rows");
  if (command->complaint.size == 0) export_run(command);
  progress_end(&command->progress);
  sqlite3_free(sqlite3_str_finish(command->select));
}

/* Opens the file to read it only: whoever may read it may export. */
int export_command(const Options *options) {
  ExportCommand command = {.options = options};
  if (database_open(&command.database, options, DATABASE_READ,
                    &command.complaint) == SQLITE_OK) {
    export_check(&command);
    if (command.complaint.size == 0) export_work(&command);
  }
  int status = command.complaint.size ? EXIT_FAILURE : EXIT_SUCCESS;
  if (status != EXIT_SUCCESS)
    log_complaint("%s", output_terminate(&command.complaint));
  database_close(&command.database);
  output_free(&command.names);
  output_free(&command.complaint);
  return status;
}
