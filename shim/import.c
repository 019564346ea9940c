/*
** import.c: see import.h.
**
** HOW IT WORKS
**
** Two TEMP tables: import_path has what the type's attributes are, read from
** the definitions once, since a view would take them apart for every row;
** import_seen has who a row was about, so that two rows are not about the same
** one, and whoever is missing can be told.
**
** For each row: READ takes the key, FIND asks scim_filter whose it is, PATCH
** makes operations of the cells. Where nobody is found, DOCUMENT applies these
** to an empty document, which is the body of a POST; so one evaluator reads the
** paths of both. Where somebody is, a dry run of the PATCH tells by the version
** in its ETag whether it would change anything, and only then it is made: a
** request that changes nothing would still leave a row in the log.
**
** All SQL is here. What it computes goes from one statement to the next as a C
** string, for none of it may have a NUL.
*/
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"

/*
** The statements.
*/

/* kind and the rest are of the attribute; wide ones take JSON. What a create
** gets without a value is what an empty cell stands for. */
static const char import_tables_sql[] =
    "CREATE TEMP TABLE import_path (name TEXT PRIMARY KEY COLLATE NOCASE,"
    "  kind TEXT, wide INT, passed INT, fallback TEXT) WITHOUT ROWID;"
    "CREATE TEMP TABLE import_seen (id TEXT PRIMARY KEY) WITHOUT ROWID;";
static const char import_paths_sql[] =
    "INSERT OR IGNORE INTO import_path"
    " WITH path (name, long, kind, wide, passed) AS MATERIALIZED ("
    "   SELECT path, long, kind, multi_valued OR kind = 'complex',"
    "     mutability = 'readonly' OR path = 'schemas'"
    "     FROM scim_path WHERE type = :type),"
    " given (name, value) AS MATERIALIZED ("
    "   SELECT lower(attribute), value FROM scim_default WHERE type = :type)"
    " SELECT p.name, kind, wide, passed, g.value"
    "   FROM path AS p LEFT JOIN given AS g"
    "     ON g.name IN (lower(p.name), lower(p.long))"
    " UNION ALL"
    " SELECT p.long, kind, wide, passed, g.value"
    "   FROM path AS p LEFT JOIN given AS g"
    "     ON g.name IN (lower(p.name), lower(p.long))"
    " UNION ALL"
    " SELECT schema, 'complex', 1, 0, NULL FROM scim_type_schema"
    "  WHERE type = :type AND prefix <> ''"
    " UNION ALL SELECT '" ROWS_REASON "', 'string', 0, 1, NULL";
static const char import_type_sql[] =
    "SELECT t.endpoint,"
    "  json_object('schemas', json_array((SELECT s.schema"
    "    FROM scim_type_schema AS s WHERE s.type = t.name"
    "     AND s.place = 'schema'))),"
    "  (SELECT n.name FROM scim_tenant AS n WHERE n.name = :tenant),"
    "  (SELECT coalesce(max(r.resource), 0) FROM scim_resource AS r)"
    " FROM scim_resource_type AS t WHERE t.name = :type";

/* A name with brackets is of the attribute that is outside of them: :bare. Of
** the rest a sample is tried. */
static const char import_column_sql[] =
    "SELECT passed,"
    "  iif(:name = :bare, NULL, scim_patch(:base, json_object('Operations',"
    "    json_array(json_object('op', 'add', 'path', :name, 'value', json("
    "      CASE WHEN kind = 'boolean' THEN 'true'"
    "           WHEN kind IN ('integer', 'decimal') THEN '1'"
    "           WHEN kind = 'datetime' THEN '\"2000-01-01T00:00:00Z\"'"
    "           WHEN kind = 'complex' THEN '{\"value\":\"YQ==\"}'"
    "           ELSE '\"YQ==\"' END))))))"
    " FROM import_path WHERE name = :bare";

static const char *const import_sql[IMPORT_STATEMENTS] = {
    [IMPORT_READ] =
        "SELECT r.atom, :match || ' eq ' || json_quote(r.atom),"
        "  (SELECT i.atom FROM json_each(:row) AS i WHERE lower(i.key) = 'id')"
        " FROM json_each(:row) AS r"
        " WHERE json_type(:row) = 'object' AND lower(r.key) = lower(:match)"
        "   AND r.atom <> ''",
    [IMPORT_FIND] = "SELECT f.id, 'W/\"' || f.version || '\"', f.doc"
                    " FROM scim_filter(:type, :filter) AS f"
                    " WHERE f.tenant = :tenant LIMIT 2",
    /* An id and a key that nobody has yet are told apart by their first
    ** character. */
    [IMPORT_SEE] = "INSERT OR IGNORE INTO import_seen VALUES"
                   " (iif(:id IS NULL, '+' || scim_fold(:key), '=' || :id))",
    /* Cells are texts: what they are comes from the attribute. So is what has a
    ** type in JSON already, where that is a text. An element whose value goes
    ** is not kept for its type; one that is not there yet is put there whole,
    ** as every tenant has it, whatever unmatched_value_path says. */
    [IMPORT_PATCH] =
        "WITH member (number, name, kind, wide, fallback, type, value) AS ("
        "  SELECT r.id, r.key, p.kind, p.wide, p.fallback, r.type, r.value"
        "    FROM json_each(:row) AS r LEFT JOIN import_path AS p ON p.name ="
        "      iif(instr(r.key, '[') = 0, r.key,"
        "        substr(r.key, 1, instr(r.key, '[') - 1) ||"
        "        substr(r.key, 1 + length(rtrim(r.key,"
        "          replace(r.key, ']', '')))))"
        "   WHERE p.passed IS NOT 1),"
        " cell (number, name, element, value) AS ("
        "  SELECT number, name, iif(instr(name, '[') > 0,"
        "      rtrim(name, replace(name, ']', '')), NULL), CASE"
        "    WHEN type = 'null' OR value = '' THEN fallback"
        "    WHEN type IN ('true', 'false') THEN type"
        "    WHEN type = 'text' AND kind = 'boolean' AND"
        "      lower(value) IN ('true', '1') THEN 'true'"
        "    WHEN type = 'text' AND kind = 'boolean' AND"
        "      lower(value) IN ('false', '0') THEN 'false'"
        "    WHEN type = 'text' AND json_valid(value) AND (wide OR"
        "      (kind IN ('integer', 'decimal') AND"
        "       json_type(value) IN ('integer', 'real'))) THEN value"
        "    WHEN type IN ('object', 'array') THEN json(value)"
        "    ELSE json_quote(value) END"
        "    FROM member"
        "   WHERE NOT ((:new OR :keep) AND (type = 'null' OR value = ''))),"
        " known (number, name, element, value, missing) AS MATERIALIZED ("
        "  SELECT number, name, element, value, element IS NOT NULL AND"
        "      value IS NOT NULL AND coalesce(scim_match(element, :doc) = 0, 0)"
        "    FROM cell),"
        " made (number, element, doc) AS MATERIALIZED ("
        "  SELECT min(number), element, scim_patch(:base, json_object("
        "      'Operations', json_group_array(json_object("
        "        'op', 'add', 'path', name, 'value', json(value)))))"
        "    FROM known WHERE missing GROUP BY element),"
        " operation (number, text) AS ("
        "  SELECT number, iif(value IS NULL,"
        "      json_object('op', 'remove', 'path', iif(name LIKE '%].value',"
        "        substr(name, 1, length(name) - 6), name)),"
        "      json_object('op', 'replace', 'path', name,"
        "                  'value', json(value)))"
        "    FROM known WHERE NOT missing"
        "   UNION ALL"
        "  SELECT number, json_object('op', 'add', 'path',"
        "      substr(element, 1, instr(element, '[') - 1), 'value', json("
        "        (SELECT j.value FROM json_tree(made.doc) AS j"
        "          WHERE j.type = 'array' AND j.key IS NOT 'schemas'"
        "          ORDER BY j.id LIMIT 1)))"
        "    FROM made)"
        " SELECT json_object('schemas', json_array("
        "   'urn:ietf:params:scim:api:messages:2.0:PatchOp'), 'Operations',"
        "   json_group_array(json(text)))"
        " FROM (SELECT text FROM operation ORDER BY number)",
    [IMPORT_DOCUMENT] = "SELECT scim_patch(:base, :patch)",
    /* MATERIALIZED: the request is made once, however often r is named. */
    [IMPORT_APPLY] =
        "WITH reply (r) AS MATERIALIZED (SELECT scim_apply(:method, :target,"
        "  :body, json_object('tenant', :tenant, 'id', :id, 'dry_run', :dry)))"
        " SELECT r ->> '$.status', r ->> '$.headers.ETag', r ->> '$.body.id',"
        "  r ->> '$.body.detail' FROM reply",
    [IMPORT_MISSING] =
        "SELECT resource, id, coalesce(doc ->> '$.userName', id)"
        " FROM scim_resource"
        " WHERE tenant = :tenant AND type = :type"
        "   AND resource > :at AND resource <= :last"
        "   AND coalesce(doc ->> '$.active', 1) <> 0"
        "   AND NOT EXISTS (SELECT 1 FROM import_seen AS s"
        "                    WHERE s.id = '=' || scim_resource.id)"
        " ORDER BY resource LIMIT 1",
};

/* Binds a text where the statement asks for one of that name; NULL is NULL. The
** text outlives the step. */
static void import_bind(sqlite3_stmt *statement, const char *name,
                        const char *text) {
  int at = sqlite3_bind_parameter_index(statement, name);
  if (at) sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* The same for a number. */
static void import_bind_number(sqlite3_stmt *statement, const char *name,
                               sqlite3_int64 number) {
  int at = sqlite3_bind_parameter_index(statement, name);
  if (at) sqlite3_bind_int64(statement, at, number);
}

/* A text that outlives the row of the statement. */
static void import_keep(Output *output, sqlite3_stmt *statement, int column) {
  const char *text = (const char *)sqlite3_column_text(statement, column);
  output_clear(output);
  output_text(output, text ? text : "");
  output_terminate(output);
}

/* The statement with what all of them may ask for. */
static sqlite3_stmt *import_take(Import *import, ImportStatement number) {
  sqlite3_stmt *statement = import->statements[number];
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  import_bind(statement, ":tenant", import->options->tenant);
  import_bind(statement, ":type", import->options->type);
  import_bind(statement, ":match", import->match);
  import_bind(statement, ":base", import->base.data);
  return statement;
}

/*
** Failures.
*/

/* Keeps the reason, whoever owned it. Returns what the row has come to. */
static ImportOutcome import_fail(Import *import, const char *reason) {
  output_clear(&import->reason);
  output_text(&import->reason, reason);
  output_terminate(&import->reason);
  return IMPORT_FAILED;
}

/* After an error of SQLite. That of a row is one: a filter that is too long, a
** JSON text that is none. Everything else, as a full disk, is not the row's
** fault; nor is it that a trigger of the application's undid the transaction,
** with rows in it that were told to be in. */
static ImportOutcome import_error(Import *import) {
  import_fail(import, sqlite3_errmsg(import->handle));
  if (sqlite3_get_autocommit(import->handle)) return IMPORT_BROKEN;
  switch (sqlite3_errcode(import->handle) & 0xff) {
  case SQLITE_ERROR:
  case SQLITE_CONSTRAINT:
  case SQLITE_TOOBIG:
    return IMPORT_FAILED;
  default:
    return IMPORT_BROKEN;
  }
}

/*
** Opening.
*/

/* Prepares one that is used once. NULL, with a complaint, if it cannot be. */
static sqlite3_stmt *import_prepare(Import *import, const char *sql,
                                    Output *complaint) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(import->handle, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) output_text(complaint, sqlite3_errmsg(import->handle));
  import_bind(statement, ":type", import->options->type);
  import_bind(statement, ":tenant", import->options->tenant);
  return statement;
}

/* Everything that is asked of the type and the tenant by their names; a name
** that nobody has is the first thing to be told. */
static bool import_read_type(Import *import, Output *complaint) {
  sqlite3_stmt *statement = import_prepare(import, import_type_sql, complaint);
  if (!statement) return false;
  if (sqlite3_step(statement) != SQLITE_ROW)
    output_format(complaint, "there is no resource type %s",
                  import->options->type);
  else if (sqlite3_column_type(statement, 2) == SQLITE_NULL)
    output_format(complaint, "there is no tenant %s", import->options->tenant);
  import_keep(&import->endpoint, statement, 0);
  import_keep(&import->base, statement, 1);
  import->last = sqlite3_column_int64(statement, 3);
  sqlite3_finalize(statement);
  return complaint->size == 0;
}

/* TEMP tables are this connection's own, in memory or a file that goes with it:
** a dry run may have them as well, though it can only read the database. */
static bool import_make_tables(Import *import, Output *complaint) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_exec(import->handle, import_tables_sql, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    statement = import_prepare(import, import_paths_sql, complaint);
  sqlite3_step(statement);
  code = sqlite3_finalize(statement);
  if (code != SQLITE_OK && complaint->size == 0)
    output_text(complaint, sqlite3_errmsg(import->handle));
  return complaint->size == 0;
}

/* Of "emails[type eq "work"].value", "emails.value". */
static void import_write_bare(Output *bare, const char *name) {
  const char *open = strchr(name, '['), *close = strrchr(name, ']');
  output_clear(bare);
  if (open && close && close > open) {
    output_bytes(bare, name, (size_t)(open - name));
    output_text(bare, close + 1);
  } else {
    output_text(bare, name);
  }
  output_terminate(bare);
}

/* Checks a name before anything is written. */
static bool import_check_column(Import *import, sqlite3_stmt *statement,
                                const char *name, Output *complaint) {
  Output bare = {0};
  import_write_bare(&bare, name);
  sqlite3_reset(statement);
  import_bind(statement, ":base", import->base.data);
  import_bind(statement, ":name", name);
  import_bind(statement, ":bare", bare.data);
  int code = sqlite3_step(statement);
  if (code == SQLITE_DONE)
    output_format(complaint, "the column %s is no attribute of %s%s", name,
                  import->options->type,
                  strchr(name, ';') ? "; commas are between columns" : "");
  else if (code != SQLITE_ROW)
    output_format(complaint, "the column %s: %s", name,
                  sqlite3_errmsg(import->handle));
  else if (sqlite3_column_int(statement, 0) &&
           sqlite3_stricmp(name, ROWS_REASON) && sqlite3_stricmp(name, "id"))
    log_complaint("%s is read only: the column is passed over", name);
  output_free(&bare);
  return complaint->size == 0;
}

/* NDJSON has no columns: there a name that is none fails its line. */
static bool import_check_columns(Import *import, const Rows *rows,
                                 Output *complaint) {
  sqlite3_stmt *statement =
      import_prepare(import, import_column_sql, complaint);
  for (size_t i = 0; statement && i < rows->count; i++)
    if (!import_check_column(import, statement, rows->names[i].data, complaint))
      break;
  sqlite3_finalize(statement);
  return complaint->size == 0;
}

/* Without an index everybody is looked at for each row: with many of both it
** would take days, and nobody would know why. */
static void import_note_index(Import *import, Output *complaint) {
  sqlite3_stmt *statement =
      import_prepare(import,
                     "SELECT 1 FROM scim_index WHERE type = :type AND"
                     " lower(attribute) = lower(:match)",
                     complaint);
  Output bare = {0};
  import_write_bare(&bare, import->match);
  import_bind(statement, ":match", bare.data);
  if (sqlite3_step(statement) == SQLITE_DONE &&
      sqlite3_stricmp(import->match, "id"))
    log_complaint("%s is not in scim_index: each row looks at everybody",
                  import->match);
  sqlite3_finalize(statement);
  output_free(&bare);
}

/* Who is not told what to match by takes userName or else displayName. It has
** to be in the file, or no row would have a key. */
static bool import_choose_match(Import *import, const Rows *rows,
                                Output *complaint) {
  sqlite3_stmt *statement = import_prepare(
      import, "SELECT 1 FROM import_path WHERE name = 'userName'", complaint);
  bool has_name = sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  import->match = import->options->match;
  if (!import->match) import->match = has_name ? "userName" : "displayName";
  if (rows_has(rows, import->match))
    import_note_index(import, complaint);
  else
    output_format(complaint, "there is no column %s to match by; see --match",
                  import->match);
  return complaint->size == 0;
}

/* Prepares what is used for every row. That the key can be filtered by is tried
** with a text that hardly anybody has. */
static bool import_prepare_all(Import *import, Output *complaint) {
  int code = SQLITE_OK;
  for (int i = 0; i < IMPORT_STATEMENTS && code == SQLITE_OK; i++)
    code = sqlite3_prepare_v3(import->handle, import_sql[i], -1,
                              SQLITE_PREPARE_PERSISTENT, &import->statements[i],
                              NULL);
  if (code != SQLITE_OK) {
    output_text(complaint, sqlite3_errmsg(import->handle));
    return false;
  }
  output_format(&import->filter, "%s eq \"\"", import->match);
  sqlite3_stmt *find = import_take(import, IMPORT_FIND);
  import_bind(find, ":filter", output_terminate(&import->filter));
  code = sqlite3_step(find);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    output_format(complaint, "--match %s: %s", import->match,
                  sqlite3_errmsg(import->handle));
  sqlite3_reset(find);
  return complaint->size == 0;
}

/* Whom to deactivate is asked of an attribute that the type must have. */
static bool import_check_active(Import *import, Output *complaint) {
  sqlite3_stmt *statement = import_prepare(
      import, "SELECT 1 FROM import_path WHERE name = 'active'", complaint);
  if (sqlite3_step(statement) != SQLITE_ROW)
    output_format(complaint, "%s has no attribute active",
                  import->options->type);
  sqlite3_finalize(statement);
  return complaint->size == 0;
}

/* In an order in which each step may rely on those before it, and the complaint
** is about what a person would look at first. */
bool import_open(Import *import, sqlite3 *handle, const Options *options,
                 const Rows *rows, Output *complaint) {
  *import = (Import){.handle = handle, .options = options};
  return import_read_type(import, complaint) &&
         import_make_tables(import, complaint) &&
         import_check_columns(import, rows, complaint) &&
         import_choose_match(import, rows, complaint) &&
         (!options->deactivate_missing ||
          import_check_active(import, complaint)) &&
         import_prepare_all(import, complaint);
}

/* Also of what was opened in part. The TEMP tables go with the connection. */
void import_close(Import *import) {
  Output *const outputs[] = {
      &import->endpoint, &import->base,    &import->key,    &import->id,
      &import->version,  &import->filter,  &import->target, &import->body,
      &import->reason,   &import->created, &import->doc};
  for (int i = 0; i < IMPORT_STATEMENTS; i++)
    sqlite3_finalize(import->statements[i]);
  for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
    output_free(outputs[i]);
}

/*
** Rows.
*/

/* Leaves key, filter and the id that the row may bring. */
static ImportOutcome import_read_key(Import *import, const char *row) {
  sqlite3_stmt *read = import_take(import, IMPORT_READ);
  import_bind(read, ":row", row);
  int code = sqlite3_step(read);
  if (code == SQLITE_ROW) {
    import_keep(&import->key, read, 0);
    import_keep(&import->filter, read, 1);
    import_keep(&import->id, read, 2);
  }
  if (sqlite3_reset(read) != SQLITE_OK) return import_error(import);
  if (code == SQLITE_ROW) return IMPORT_SAME;
  output_clear(&import->reason);
  output_format(&import->reason, "there is no %s to match by", import->match);
  output_terminate(&import->reason);
  return IMPORT_FAILED;
}

/* Finds whose row it is: IMPORT_CHANGED, with id and version, IMPORT_CREATED
** for nobody's. */
static ImportOutcome import_find(Import *import) {
  sqlite3_stmt *find = import_take(import, IMPORT_FIND);
  import_bind(find, ":filter", import->filter.data);
  bool found = sqlite3_step(find) == SQLITE_ROW;
  if (found) {
    import_keep(&import->id, find, 0);
    import_keep(&import->version, find, 1);
    import_keep(&import->doc, find, 2);
  }
  bool several = found && sqlite3_step(find) == SQLITE_ROW;
  if (sqlite3_reset(find) != SQLITE_OK) return import_error(import);
  if (!several) return found ? IMPORT_CHANGED : IMPORT_CREATED;
  return import_fail(import, "there is more than one with this key");
}

/* Notes who the row is about; NULL is somebody who would be created by it. */
static ImportOutcome import_see(Import *import, const char *id) {
  sqlite3_stmt *see = import_take(import, IMPORT_SEE);
  import_bind(see, ":id", id);
  import_bind(see, ":key", import->key.data);
  sqlite3_step(see);
  if (sqlite3_reset(see) != SQLITE_OK) return import_error(import);
  if (sqlite3_changes(import->handle)) return IMPORT_SAME;
  return import_fail(import, "a row before it has the same key");
}

/* The body of the request, by one of two statements. */
static ImportOutcome import_compute(Import *import, ImportStatement number,
                                    const char *row, bool new) {
  sqlite3_stmt *statement = import_take(import, number);
  import_bind(statement, ":row", row);
  import_bind(statement, ":patch", row);
  import_bind(statement, ":doc", new ? NULL : import->doc.data);
  import_bind_number(statement, ":new", new);
  import_bind_number(statement, ":keep", import->options->keep_empty);
  Output body = {0}; /* the old one may be what is bound */
  if (sqlite3_step(statement) == SQLITE_ROW) import_keep(&body, statement, 0);
  int code = sqlite3_reset(statement);
  output_free(&import->body);
  import->body = body;
  return code == SQLITE_OK ? IMPORT_SAME : import_error(import);
}

/* The endpoint, and behind it perhaps an id, each byte of it written as a path
** may have it (RFC 3986 section 3.3). The reply need not have everything. */
static void import_write_target(Import *import, const char *id) {
  output_clear(&import->target);
  output_text(&import->target, import->endpoint.data);
  if (id) output_text(&import->target, "/");
  for (; id && *id; id++) {
    unsigned char byte = (unsigned char)*id;
    bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                 (byte >= 'A' && byte <= 'Z') || strchr("-._~", byte);
    output_format(&import->target, plain ? "%c" : "%%%02X", byte);
  }
  output_text(&import->target, "?attributes=id");
  output_terminate(&import->target);
}

/* One request. Its reply leaves the version, and the id of what is new. */
static ImportOutcome import_apply(Import *import, const char *method,
                                  const char *body, const char *id, bool dry) {
  sqlite3_stmt *apply = import_take(import, IMPORT_APPLY);
  import_bind(apply, ":method", method);
  import_bind(apply, ":target", import->target.data);
  import_bind(apply, ":body", body);
  import_bind(apply, ":id", id && *id ? id : NULL);
  import_bind_number(apply, ":dry", dry);
  ImportOutcome outcome = IMPORT_CHANGED;
  if (sqlite3_step(apply) == SQLITE_ROW) {
    import_keep(&import->version, apply, 1);
    import_keep(&import->created, apply, 2);
    if (sqlite3_column_int(apply, 0) >= 400) {
      const char *detail = (const char *)sqlite3_column_text(apply, 3);
      outcome = import_fail(import, detail ? detail : "it is refused");
    }
  }
  return sqlite3_reset(apply) == SQLITE_OK ? outcome : import_error(import);
}

/* A dry run tells whether there is something to do. What would fail is done
** all the same: it is refused, and the log says why. */
static ImportOutcome import_update(Import *import, const char *row) {
  Output before = import->version;
  import->version = (Output){0};
  ImportOutcome outcome = import_compute(import, IMPORT_PATCH, row, false);
  if (outcome == IMPORT_SAME) {
    import_write_target(import, import->id.data);
    outcome = import_apply(import, "PATCH", import->body.data, NULL, true);
    if (outcome == IMPORT_CHANGED &&
        strcmp(before.data, import->version.data) == 0)
      outcome = IMPORT_SAME;
    else if (outcome != IMPORT_BROKEN && !import->options->dry_run)
      outcome = import_apply(import, "PATCH", import->body.data, NULL, false);
  }
  output_free(&before);
  return outcome;
}

/* Who would be created by a dry run has no id to be remembered by. */
static ImportOutcome import_create(Import *import, const char *row) {
  bool dry = import->options->dry_run;
  ImportOutcome outcome = import_compute(import, IMPORT_PATCH, row, true);
  if (outcome == IMPORT_SAME)
    outcome = import_compute(import, IMPORT_DOCUMENT, import->body.data, true);
  if (outcome != IMPORT_SAME) return outcome;
  import_write_target(import, NULL);
  outcome =
      import_apply(import, "POST", import->body.data, import->id.data, dry);
  if (outcome != IMPORT_CHANGED) return outcome;
  outcome = import_see(import, dry ? NULL : import->created.data);
  return outcome == IMPORT_SAME ? IMPORT_CREATED : outcome;
}

/* Whoever is found is seen before anything can fail: a row that is refused is
** about somebody, who is not missing. */
ImportOutcome import_row(Import *import, const Rows *rows) {
  const char *row = rows->json.data;
  ImportOutcome outcome = rows->mistake ? import_fail(import, rows->mistake)
                                        : import_read_key(import, row);
  if (outcome == IMPORT_SAME) outcome = import_find(import);
  if (outcome == IMPORT_FAILED) import->blind = true;
  if (outcome == IMPORT_CREATED) return import_create(import, row);
  if (outcome != IMPORT_CHANGED) return outcome;
  outcome = import_see(import, import->id.data);
  return outcome == IMPORT_SAME ? import_update(import, row) : outcome;
}

/*
** Who is missing.
*/

/* One at a time and by its number, so that the caller can commit between any
** two of them. Whoever came after the import began is not missing: an identity
** provider may create people meanwhile. */
ImportOutcome import_next_missing(Import *import) {
  sqlite3_stmt *missing = import_take(import, IMPORT_MISSING);
  import_bind_number(missing, ":at", import->at);
  import_bind_number(missing, ":last", import->last);
  bool found = sqlite3_step(missing) == SQLITE_ROW;
  if (found) {
    import->at = sqlite3_column_int64(missing, 0);
    import_keep(&import->id, missing, 1);
    import_keep(&import->key, missing, 2);
  }
  if (sqlite3_reset(missing) != SQLITE_OK) return import_error(import);
  if (!found) return IMPORT_SAME;
  import_write_target(import, import->id.data);
  ImportOutcome outcome = import_apply(
      import, "PATCH",
      "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
      "\"Operations\":[{\"op\":\"replace\",\"path\":\"active\","
      "\"value\":false}]}",
      NULL, import->options->dry_run);
  return outcome == IMPORT_CHANGED ? IMPORT_DEACTIVATED : outcome;
}
