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
** For each row: READ takes the key, FIND asks scim_filter whose it is, DOCUMENT
** has scim_document put the cells over what is there, as scim_preview does.
** Where nobody is found, that is the body of a POST. Where somebody is, PATCH
** makes operations of what is another then, attribute by attribute; a PUT would
** have to name all members of a group. A dry run of it tells by the version in
** its ETag whether it would change anything, and only then it is made: a
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

/* A name that is passed over is of what the service sets. */
static const char import_tables_sql[] =
    "CREATE TEMP TABLE import_path (name TEXT PRIMARY KEY COLLATE NOCASE,"
    "  kind TEXT, passed INT) WITHOUT ROWID;"
    "CREATE TEMP TABLE import_seen (id TEXT PRIMARY KEY) WITHOUT ROWID;";
static const char import_paths_sql[] =
    "INSERT OR IGNORE INTO import_path"
    " WITH path (name, long, short, kind, passed) AS MATERIALIZED ("
    "   SELECT path, long, short, kind,"
    "     mutability = 'readonly' OR path = 'schemas'"
    "     FROM scim_path WHERE type = :type)"
    " SELECT name, kind, passed FROM path"
    " UNION ALL SELECT long, kind, passed FROM path"
    " UNION ALL SELECT short, kind, passed FROM path"
    " UNION ALL"
    " SELECT schema, 'complex', 0 FROM scim_type_schema"
    "  WHERE type = :type AND prefix <> ''"
    " UNION ALL SELECT '" ROWS_REASON "', 'string', 1";
static const char import_type_sql[] =
    "SELECT t.endpoint,"
    "  (SELECT n.name FROM scim_tenant AS n WHERE n.name = :tenant),"
    "  (SELECT coalesce(max(r.resource), 0) FROM scim_resource AS r)"
    " FROM scim_resource_type AS t WHERE t.name = :type";

/* A name with brackets is of the attribute that is outside of them: :bare. The
** rest of it is for scim_document to judge, together with the other names. */
static const char import_column_sql[] =
    "SELECT passed FROM import_path WHERE name = :bare";

/* What the key is, of a complex attribute its value, and what can be compared
** with it that hardly anybody has. */
static const char import_kind_sql[] =
    "SELECT kind, CASE WHEN kind IN ('integer', 'decimal') THEN '-1'"
    "  WHEN kind = 'boolean' THEN 'true'"
    "  WHEN kind = 'datetime' THEN '\"0001-01-01T00:00:00Z\"' ELSE '\"\"' END"
    " FROM import_path WHERE name IN (:bare, :bare || '.value')"
    " ORDER BY length(name) DESC LIMIT 1";
static const char import_columns_sql[] =
    "SELECT scim_document(:type, json_group_object(c.value, NULL))"
    "  FROM json_each(:names) AS c"
    " WHERE NOT EXISTS (SELECT 1 FROM import_path AS p"
    "                    WHERE p.name = c.value AND p.passed)";

/* The JSON of a row of json_each(doc). SQLite would round a number of many
** digits: so it is taken as it is written, unless its name has quotes, with
** which no fullkey is right. */
#define IMPORT_JSON                                                            \
  "iif(type IN ('integer', 'real') AND instr(key, '\"') = 0, doc -> fullkey,"  \
  " iif(type IN ('object', 'array'), value,"                                   \
  "  iif(type IN ('true', 'false'), type, json_quote(value))))"

static const char *const import_sql[IMPORT_STATEMENTS] = {
    /* The text of the key, and the filter by which it is found: scim_filter
    ** reads digits within quotes as a number where one belongs, but of a
    ** boolean no other words than its own. */
    [IMPORT_READ] =
        "WITH cell (text) AS ("
        "   SELECT iif(type IN ('integer', 'real', 'true', 'false'),"
        "     " IMPORT_JSON ", atom) || ''"
        "     FROM (SELECT :row AS doc), json_each(doc)"
        "    WHERE json_type(doc) = 'object' AND lower(key) = lower(:match)"
        "      AND atom <> '')"
        " SELECT text, :match || ' eq ' ||"
        "   CASE WHEN :kind <> 'boolean' THEN json_quote(text)"
        "        WHEN lower(text) IN ('1', 'true') THEN 'true'"
        "        WHEN lower(text) IN ('0', 'false') THEN 'false'"
        "        ELSE json_quote(text) END,"
        "  (SELECT i.atom FROM json_each(:row) AS i WHERE lower(i.key) = 'id')"
        " FROM cell",
    [IMPORT_FIND] = "SELECT f.id, 'W/\"' || f.version || '\"', f.doc"
                    " FROM scim_filter(:type, :filter) AS f"
                    " WHERE f.tenant = :tenant LIMIT 2",
    /* An id and a key that nobody has yet are told apart by their first
    ** character. */
    [IMPORT_SEE] =
        "INSERT OR IGNORE INTO import_seen VALUES"
        " (iif(:id IS NULL,"
        "    '+' || iif(:exact, :key, scim_fold(:key)), '=' || :id))",
    [IMPORT_DOCUMENT] =
        "SELECT scim_document(:type,"
        "  (SELECT json_group_object(key, json(" IMPORT_JSON "))"
        "     FROM (SELECT :row AS doc), json_each(doc)"
        "     LEFT JOIN import_path ON name = key"
        "    WHERE passed IS NOT 1"
        "      AND NOT (:keep AND (type = 'null' OR value = ''))), :doc)",
    /* Attributes of extensions are by their own names. A replace merges an
    ** object into what is there: so what goes from one is an operation of its
    ** own as well. So is that nobody is to be a member: no document says who is
    ** one. NULL when there is none. */
    [IMPORT_PATCH] =
        "WITH side (old, doc) AS (VALUES (0, :body), (1, :doc)),"
        " extension (old, urn, doc) AS ("
        "  SELECT old, key, value"
        "    FROM side, json_each(doc) WHERE instr(key, ':') > 0),"
        " part (old, path, value) AS ("
        "  SELECT old, key, " IMPORT_JSON "    FROM side, json_each(doc)"
        "   WHERE instr(key, ':') = 0 AND key NOT IN ('schemas', 'id', 'meta')"
        "  UNION ALL"
        "  SELECT old, urn || ':' || key, " IMPORT_JSON
        "    FROM extension, json_each(doc)),"
        " pair (name, new, before) AS MATERIALIZED ("
        "  SELECT path, max(iif(old, NULL, value)), max(iif(old, value, NULL))"
        "    FROM part GROUP BY path"
        "  HAVING max(iif(old, NULL, value)) IS NOT"
        "         max(iif(old, value, NULL))),"
        " operation (text) AS ("
        "  SELECT iif(new IS NULL, json_object('op', 'remove', 'path', name),"
        "    json_object('op', 'replace', 'path', name, 'value', json(new)))"
        "    FROM pair"
        "  UNION ALL"
        "  SELECT json_object('op', 'remove', 'path', name || '.' || key)"
        "    FROM pair, json_each(before)"
        "   WHERE new LIKE '{%' AND before LIKE '{%'"
        "     AND key NOT IN (SELECT n.key FROM json_each(new) AS n)"
        "  UNION ALL"
        "  SELECT json_object('op', 'remove', 'path', 'members')"
        "    FROM json_each(:row) AS r, scim_type_schema AS t"
        "   WHERE t.type = :type AND t.prefix = ''"
        "     AND lower(r.key) IN ('members', lower(t.schema || ':members'))"
        "     AND (r.type = 'null' OR r.value IN ('', '[]'))"
        "     AND NOT (:keep AND (r.type = 'null' OR r.value = '')))"
        " SELECT iif(count(*) = 0, NULL, json_object('schemas', json_array("
        "   'urn:ietf:params:scim:api:messages:2.0:PatchOp'), 'Operations',"
        "   json_group_array(json(text)))) FROM operation",
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

/* The text that is kept: "" for none, and where there was no memory for it. */
static const char *import_kept(const Output *output) {
  return output->data && !output->failed ? output->data : "";
}

/* The statement with what all of them may ask for. */
static sqlite3_stmt *import_take(Import *import, ImportStatement number) {
  sqlite3_stmt *statement = import->statements[number];
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  import_bind(statement, ":tenant", import->options->tenant);
  import_bind(statement, ":type", import->options->type);
  import_bind(statement, ":match", import->match);
  import_bind(statement, ":kind", import_kept(&import->kind));
  import_bind_number(statement, ":exact", import->exact);
  import_bind_number(statement, ":keep", import->options->keep_empty);
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
  else if (sqlite3_column_type(statement, 1) == SQLITE_NULL)
    output_format(complaint, "there is no tenant %s", import->options->tenant);
  import_keep(&import->endpoint, statement, 0);
  import->last = sqlite3_column_int64(statement, 2);
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

/* All names at once, for scim_document, which says what is wrong with one or
** between two. */
static void import_try_columns(Import *import, const Rows *rows,
                               Output *complaint) {
  Output names = {0};
  sqlite3_stmt *statement =
      import_prepare(import, import_columns_sql, complaint);
  for (size_t i = 0; i < rows->count; i++) {
    output_text(&names, i ? "," : "[");
    output_json(&names, rows->names[i].data, rows->names[i].size - 1);
  }
  output_text(&names, "]");
  import_bind(statement, ":names", output_terminate(&names));
  if (statement && sqlite3_step(statement) != SQLITE_ROW)
    output_text(complaint, sqlite3_errmsg(import->handle));
  sqlite3_finalize(statement);
  output_free(&names);
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
  if (rows->count && complaint->size == 0)
    import_try_columns(import, rows, complaint);
  return complaint->size == 0;
}

/* Without an index everybody is looked at for each row: with many of both it
** would take days, and nobody would know why. */
static void import_note_index(Import *import, Output *complaint) {
  sqlite3_stmt *statement =
      import_prepare(import,
                     "SELECT 1 FROM scim_explain(:type, :filter)"
                     " WHERE how = 'all' AND lower(:match) <> 'id'",
                     complaint);
  import_bind(statement, ":match", import->match);
  import_bind(statement, ":filter", import->filter.data);
  if (sqlite3_step(statement) == SQLITE_ROW)
    log_complaint("%s is not in scim_index: each row looks at everybody",
                  import->match);
  sqlite3_finalize(statement);
}

/* Is a key with a capital letter another one? It is for a filter to say, of a
** document that has the key without; where the key is no text, or the filter
** wrong, nothing is folded. */
static void import_learn_case(Import *import, Output *complaint) {
  sqlite3_stmt *statement = import_prepare(
      import,
      "SELECT scim_match(:match || ' eq \"A\"',"
      "                  scim_document(:type, json_object(:match, 'a')))",
      complaint);
  import_bind(statement, ":match", import->match);
  import->exact = sqlite3_step(statement) != SQLITE_ROW ||
                  !sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
}

/* Leaves the kind of the key, and a filter to try it with. */
static void import_learn_kind(Import *import, Output *complaint) {
  Output bare = {0};
  sqlite3_stmt *statement = import_prepare(import, import_kind_sql, complaint);
  import_write_bare(&bare, import->match);
  import_bind(statement, ":bare", bare.data);
  sqlite3_step(statement);
  import_keep(&import->kind, statement, 0);
  const char *literal = (const char *)sqlite3_column_text(statement, 1);
  output_format(&import->filter, "%s eq %s", import->match,
                literal ? literal : "\"\"");
  output_terminate(&import->filter);
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
  if (rows_has(rows, import->match)) {
    import_learn_kind(import, complaint);
    import_learn_case(import, complaint);
    import_note_index(import, complaint);
  } else
    output_format(complaint, "there is no column %s to match by; see --match",
                  import->match);
  return complaint->size == 0;
}

/* Prepares what is used for every row, and tries that the key can be filtered
** by. */
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
  sqlite3_stmt *find = import_take(import, IMPORT_FIND);
  import_bind(find, ":filter", import->filter.data);
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
      &import->endpoint, &import->key,    &import->id,   &import->version,
      &import->filter,   &import->target, &import->body, &import->reason,
      &import->created,  &import->doc,    &import->kind};
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

/* The document, and of one that is there then the PATCH. */
static ImportOutcome import_compute(Import *import, ImportStatement number,
                                    const char *row, const char *doc) {
  sqlite3_stmt *statement = import_take(import, number);
  import_bind(statement, ":row", row);
  import_bind(statement, ":body", import->body.data);
  import_bind(statement, ":doc", doc);
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
static ImportOutcome import_patch(Import *import) {
  Output before = import->version;
  import->version = (Output){0};
  import_write_target(import, import->id.data);
  ImportOutcome outcome =
      import_apply(import, "PATCH", import->body.data, NULL, true);
  if (outcome == IMPORT_CHANGED &&
      strcmp(import_kept(&before), import_kept(&import->version)) == 0)
    outcome = IMPORT_SAME;
  else if (outcome != IMPORT_BROKEN && !import->options->dry_run)
    outcome = import_apply(import, "PATCH", import->body.data, NULL, false);
  output_free(&before);
  return outcome;
}

/* A document that comes out as it went in needs no request, unless the row may
** name members, whom it does not show. */
static ImportOutcome import_update(Import *import, const char *row) {
  const char *doc = import_kept(&import->doc);
  ImportOutcome outcome = import_compute(import, IMPORT_DOCUMENT, row, doc);
  bool same = strcmp(import_kept(&import->body), doc) == 0 &&
              sqlite3_strlike("%members%", row, 0) != 0;
  if (outcome != IMPORT_SAME || same) return outcome;
  outcome = import_compute(import, IMPORT_PATCH, row, doc);
  if (outcome != IMPORT_SAME || !*import_kept(&import->body)) return outcome;
  return import_patch(import);
}

/* The key is seen before anything can fail, also that of who will not be there:
** a dry run has no id to remember, and is to say the same. */
static ImportOutcome import_create(Import *import, const char *row) {
  bool dry = import->options->dry_run;
  ImportOutcome outcome = import_see(import, NULL);
  if (outcome == IMPORT_SAME)
    outcome = import_compute(import, IMPORT_DOCUMENT, row, NULL);
  if (outcome != IMPORT_SAME) return outcome;
  import_write_target(import, NULL);
  outcome =
      import_apply(import, "POST", import->body.data, import->id.data, dry);
  if (outcome != IMPORT_CHANGED) return outcome;
  outcome = dry ? IMPORT_SAME : import_see(import, import->created.data);
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
