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
**
** A file gives its rows one by one. A cluster sends those of a statement in one
** reply, which is in memory at a time, there and here; so it is asked for them
** in parts, by the numbers that resources have: so many numbers that the rows
** come to about EXPORT_PART bytes. Numbers without rows (of other types, other
** tenants, or nobody any more) cost next to nothing, and where there are many
** of them the parts grow. Each part is one snapshot.
*/
#define _POSIX_C_SOURCE 200809L
#include "export_command.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "csv.h"
#include "engine.h"
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
    "SELECT EXISTS (SELECT 1 FROM scim_tenant WHERE name = ?2),"
    "  EXISTS (SELECT 1 FROM scim_resource_type WHERE name = ?1),"
    "  EXISTS (SELECT 1 FROM scim_path WHERE type = ?1"
    "           AND path = 'members' AND multi_valued)";

/* The usual columns: what has one value and can be written, then addresses and
** numbers that most people have one of. A $ref follows from its value. */
static const char export_usual_sql[] =
    "WITH path AS MATERIALIZED ("
    "  SELECT path, parent, name, kind, multi_valued, mutability, schema"
    "    FROM scim_path WHERE type = ?1),"
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
** brackets would be one of them by chance. The last cell is 1 for what is in no
** document: what the service works out, which is readOnly in schemas of the
** RFCs, and what it never keeps. The name may be without the URN where it is
** clear, as in an import, or with it anyway. */
static const char export_path_sql[] =
    "WITH path AS MATERIALIZED ("
    "  SELECT path, short, long, parent, name, multi_valued, schema,"
    "    path <> 'id' AND (mutability = 'writeonly' OR mutability = 'readonly'"
    "      AND (schema IS NULL OR schema GLOB 'urn:ietf:*')) AS gone"
    "    FROM scim_path WHERE type = ?1)"
    "SELECT '$' || iif(p.path = p.short, '', '.\"' || p.schema || '\"') ||"
    "    iif(p.parent IS NULL, '', '.\"' || p.parent || '\"'),"
    "  '.\"' || p.name || '\"',"
    "  coalesce((SELECT o.multi_valued FROM path AS o"
    "    WHERE lower(o.name) = lower(p.parent) AND o.parent IS NULL"
    "      AND o.schema IS p.schema), 0),"
    "  p.gone OR EXISTS (SELECT 1 FROM path AS o"
    "    WHERE lower(o.name) = lower(p.parent) AND o.parent IS NULL"
    "      AND o.schema IS p.schema AND o.gone)"
    " FROM path AS p"
    " WHERE lower(?2) IN (lower(p.path), lower(p.long))"
    "    OR (lower(p.short) = lower(?2) AND (SELECT count(*) FROM path AS o"
    "          WHERE lower(o.short) = lower(?2)) = 1)"
    " ORDER BY lower(p.path) = lower(?2) DESC LIMIT 1";

/* Bytes that a part of a cluster's rows shall have, and how many numbers of
** resources the first one has, and any at most. */
#define EXPORT_PART (4L * 1024 * 1024)
#define EXPORT_NUMBERS 256
#define EXPORT_NUMBERS_MOST (1LL << 40)

typedef struct ExportCommand {
  const Options *options;
  Engine *engine;
  sqlite3_str *select;
  char *sql;    /* what it has become, which the engine knows by its address */
  Output names; /* the first line */
  long columns;
  bool members;    /* has the type them? */
  bool csv;        /* or NDJSON */
  bool begun;      /* the first line has been written */
  Output line;     /* of the row, or what was asked of the definitions */
  long long count; /* rows */
  bool parts;      /* the rows are asked for in parts */
  long long last;  /* number of a resource, in a part: behind this one, */
  long long next;  /* up to this one */
  size_t part;     /* bytes of it */
  bool large;      /* which were too many */
  Progress progress;
  Output complaint;
} ExportCommand;

/* What a node says that is none of ours. */
static const char export_odd[] = "the answer is not what was asked for";

/* A statement about the type, and about another text. */
static EngineStatement export_statement(const ExportCommand *command,
                                        const char *sql, const char *second) {
  return (EngineStatement){
      .sql = sql,
      .count = 2,
      .values = {engine_text(command->options->type), engine_text(second)}};
}

/* Runs a statement. What the row has to complain of comes before the complaint
** of the engine, whom it has told to end the statement. */
static void export_ask(ExportCommand *command, EngineStatement statement,
                       EngineRow *row) {
  Output complaint = {0};
  EngineAnswer answer = {
      .row = row, .context = command, .complaint = &complaint};
  int failure =
      engine_read(command->engine, &statement, (EngineClient){0}, &answer);
  command->large = failure && answer.large;
  if (failure && command->complaint.size == 0 && !ferror(stdout))
    output_bytes(&command->complaint, complaint.data, complaint.size);
  output_free(&complaint);
}

/* An EngineRow that keeps the cells of all rows as C strings. */
static bool export_keep(void *context, const EngineValue *cells, size_t count) {
  Output *kept = &((ExportCommand *)context)->line;
  if (!cells) output_clear(kept);
  for (size_t i = 0; cells && i < count; i++) {
    if (cells[i].kind == ENGINE_INTEGER)
      output_format(kept, "%lld", cells[i].integer);
    else if (cells[i].kind != ENGINE_NULL)
      output_bytes(kept, cells[i].bytes, cells[i].size);
    output_bytes(kept, "", 1);
  }
  return !kept->failed;
}

/* How many C strings it has kept. */
static size_t export_count(const Output *kept) {
  size_t count = 0;
  for (size_t i = 0; i < kept->size; i++) count += kept->data[i] == '\0';
  return count;
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

/* A text as it is, anything else as JSON: so that it can be told from a text
** that looks like it, an import reads by the kind of the attribute. */
static void export_add_value(ExportCommand *command, const char *doc,
                             const char *path) {
  sqlite3_str_appendf(command->select,
                      "iif(json_type(%s, %Q) = 'text', %s ->> %Q, %s -> %Q)",
                      doc, path, doc, path, doc, path);
}

/* An attribute that was found: above is where it is, leaf its own name, as
** documents have them. */
typedef struct ExportFound {
  char *above, *leaf; /* to be freed by SQLite */
  bool several;
} ExportFound;

/* Finds one for the column, by its name without brackets. The names are
** compared as SCIM does, in any case (RFC 7643 section 2.1). */
static bool export_find(ExportCommand *command, const char *column,
                        const char *name, ExportFound *found) {
  output_clear(&command->line);
  export_ask(command, export_statement(command, export_path_sql, name),
             export_keep);
  if (command->complaint.size) return false;
  if (command->line.size == 0) {
    output_format(&command->complaint, "the column %s is no attribute of %s",
                  column, command->options->type);
    return false;
  }
  if (export_count(&command->line) != 4) {
    output_text(&command->complaint, export_odd);
    return false;
  }
  const char *above = command->line.data, *leaf = above + strlen(above) + 1;
  const char *several = leaf + strlen(leaf) + 1;
  if (several[strlen(several) + 1] == '1')
    output_format(&command->complaint,
                  "the column %s is not stored: it cannot be exported", column);
  *found = (ExportFound){sqlite3_mprintf("%s", above),
                         sqlite3_mprintf("%s", leaf), *several == '1'};
  return true;
}

static void export_forget(ExportFound *found) {
  sqlite3_free(found->above);
  sqlite3_free(found->leaf);
}

/* The element of the array that has this text in the attribute, which is found
** as well: it may be in another case than documents have it in. */
static void export_add_element(ExportCommand *command, const char *name,
                               const ExportElement *element,
                               const ExportFound *column) {
  ExportFound asked = {0};
  char *path = sqlite3_mprintf("$%s", column->leaf);
  char *other = sqlite3_mprintf("%.*s.%s", (int)strcspn(name, "["), name,
                                element->attribute);
  if (export_find(command, name, other ? other : "", &asked)) {
    sqlite3_str_appendall(command->select, "(SELECT ");
    export_add_value(command, "e.value", path);
    sqlite3_str_appendf(command->select,
                        " FROM json_each(f.doc, %Q) AS e"
                        " WHERE lower(e.value ->> '$%q') = lower(%Q) LIMIT 1)",
                        column->above, asked.leaf, element->text);
  }
  export_forget(&asked);
  sqlite3_free(other);
  sqlite3_free(path);
}

/* The expression of a column whose attribute has been found. */
static void export_add_found(ExportCommand *command, const char *name,
                             const ExportFound *found) {
  const char *open = strchr(name, '[');
  ExportElement element = {0};
  if (found->several && open && export_read_element(open + 1, &element)) {
    export_add_element(command, name, &element, found);
  } else if (found->several || open) {
    output_format(&command->complaint,
                  "the column %s may be one of several; as in emails[type eq "
                  "\"work\"].value one of them can be named",
                  name);
  } else {
    char *path = sqlite3_mprintf("%s%s", found->above, found->leaf);
    export_add_value(command, "f.doc", path);
    sqlite3_free(path);
  }
  free(element.attribute);
  free(element.text);
}

/* The same for one that is to be found, by its name with and without
** brackets. */
static void export_add_path(ExportCommand *command, const char *name,
                            const char *bare) {
  ExportFound found = {0};
  if (export_find(command, name, bare, &found) && !command->complaint.size)
    export_add_found(command, name, &found);
  export_forget(&found);
}

/* One column, by its name, which is in the first line as it was given: an
** import reads it so. */
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
  if (command->members && sqlite3_stricmp(name, "members") == 0)
    sqlite3_str_appendall(command->select, EXPORT_MEMBERS);
  else
    export_add_path(command, name, bare ? bare : "");
  sqlite3_free(bare);
}

/* Those of --columns: a row of CSV, but that quotes within brackets are part of
** the name, where people write them as in a filter. */
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

/* Those that the definitions of the type come to. Each of them is asked about
** again, in the place where the names were. */
static void export_add_usual(ExportCommand *command) {
  EngineStatement usual = export_statement(command, export_usual_sql, NULL);
  usual.count = 1;
  export_ask(command, usual, export_keep);
  Output names = command->line;
  command->line = (Output){0};
  for (size_t at = 0; at < names.size && command->complaint.size == 0;
       at += strlen(names.data + at) + 1)
    export_add_column(command, names.data + at);
  output_free(&names);
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

/* The names come out when the filter has turned out to be one. */
static void export_write_names(ExportCommand *command) {
  if (command->csv && !command->begun) {
    fwrite(command->names.data, 1, command->names.size, stdout);
    putchar('\n');
  }
  command->begun = true;
}

/* An EngineRow. A line is put together before it is written, so that stdio is
** called once. A NULL and an empty text are the same cell. What is written
** cannot be taken back. */
static bool export_write_row(void *context, const EngineValue *cells,
                             size_t count) {
  ExportCommand *command = context;
  Output *line = &command->line;
  if (!cells) return command->part == 0;
  output_clear(line);
  for (size_t i = 0; i < count; i++) {
    const EngineValue *cell = &cells[i];
    if (i) output_text(line, ",");
    if (cell->kind == ENGINE_INTEGER)
      output_format(line, "%lld", cell->integer);
    else if (command->csv)
      csv_write(line, cell->bytes ? cell->bytes : "", cell->size);
    else
      output_bytes(line, cell->bytes, cell->size);
  }
  output_text(line, "\n");
  if (line->failed) return false;
  export_write_names(command);
  command->part += line->size;
  fwrite(line->data, 1, line->size, stdout);
  progress_tell(&command->progress, ++command->count, 0, 0);
  return !ferror(stdout);
}

/* All rows; in parts, those of resources behind the last number up to the next:
** the statement has two parameters more then. */
static void export_ask_part(ExportCommand *command) {
  EngineStatement rows =
      export_statement(command, command->sql, command->options->tenant);
  if (command->parts) {
    rows.count = 4;
    rows.values[2] = engine_integer(command->last);
    rows.values[3] = engine_integer(command->next);
  }
  command->part = 0;
  export_ask(command, rows, export_write_row);
}

/* How many numbers the next part is to have. One that is too large is asked for
** again by halves, of which nothing was written. */
static long long export_next_numbers(const ExportCommand *command,
                                     long long numbers) {
  bool small = !command->large && command->part < EXPORT_PART / 2;
  if (small && numbers < EXPORT_NUMBERS_MOST) return 2 * numbers;
  bool large = command->large || command->part > EXPORT_PART;
  return large && numbers > 1 ? numbers / 2 : numbers;
}

/* Part by part up to the highest number that there is. Who is made meanwhile is
** not in it, as in a snapshot. */
static void export_run_parts(ExportCommand *command) {
  static const char sql[] = "SELECT max(resource) FROM scim_resource";
  long long numbers = EXPORT_NUMBERS, end;
  output_clear(&command->line);
  export_ask(command, (EngineStatement){.sql = sql}, export_keep);
  end = command->line.size ? strtoll(command->line.data, NULL, 10) : 0;
  while (command->last < end && command->complaint.size == 0) {
    command->next = command->last + numbers;
    if (command->next > end) command->next = end;
    export_ask_part(command);
    if (!command->large) command->last = command->next;
    if (command->large && numbers > 1) output_clear(&command->complaint);
    numbers = export_next_numbers(command, numbers);
  }
}

/* Writes everything; whether it could be written is looked at in main.c. A
** filter that is none is told also where there are no rows. */
static void export_run(ExportCommand *command) {
  static const char part[] = " AND f.resource > ?3 AND f.resource <= ?4";
  command->parts = engine_needs_parts(command->engine);
  sqlite3_str_appendf(command->select,
                      " FROM scim_filter(?1, %Q) AS f WHERE f.tenant = ?2%s",
                      command->options->filter, command->parts ? part : "");
  command->sql = sqlite3_str_finish(command->select);
  command->select = NULL;
  if (!command->sql) output_text(&command->complaint, "out of memory");
  if (command->sql) export_ask_part(command);
  if (command->parts && command->complaint.size == 0) export_run_parts(command);
  if (command->complaint.size == 0) export_write_names(command);
}

/*
** The command.
*/

/* A name that nobody has would be an empty file. */
static void export_check(ExportCommand *command) {
  const Options *options = command->options;
  export_ask(command,
             export_statement(command, export_tenant_sql, options->tenant),
             export_keep);
  if (command->complaint.size) return;
  const char *known = command->line.data;
  bool odd = command->line.size != 6 || export_count(&command->line) != 3;
  if (odd) output_text(&command->complaint, export_odd);
  if (odd) return;
  if (known[2] == '0')
    output_format(&command->complaint, "there is no resource type %s",
                  options->type);
  else if (known[0] == '0')
    output_format(&command->complaint, "there is no tenant %s",
                  options->tenant);
  else if (options->columns && !command->csv)
    output_text(&command->complaint, "--columns is of --format csv");
  command->members = known[4] == '1';
  output_clear(&command->line);
}

/* The SELECT, then its rows. What is wrong with a column is told before any row
** is written. */
static void export_work(ExportCommand *command) {
  command->select = sqlite3_str_new(NULL);
  sqlite3_str_appendall(command->select, "SELECT ");
  if (!command->csv)
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

/* Opens the database to read it only: whoever may read it may export. On a
** cluster it is read at the level that the options say, also from one node. */
int export_command(const Options *options) {
  ExportCommand command = {.options = options,
                           .csv = strcmp(options->format, "csv") == 0};
  command.engine = engine_open(options, ENGINE_READ, &command.complaint);
  if (command.engine) {
    export_check(&command);
    if (command.complaint.size == 0) export_work(&command);
    engine_close(command.engine);
  }
  int status = command.complaint.size ? EXIT_FAILURE : EXIT_SUCCESS;
  if (status != EXIT_SUCCESS)
    log_complaint("%s", output_terminate(&command.complaint));
  sqlite3_free(command.sql);
  output_free(&command.names);
  output_free(&command.line);
  output_free(&command.complaint);
  return status;
}
