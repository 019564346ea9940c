/*
** import.c: see import.h.
**
** HOW IT WORKS
**
** For each row: READ takes the key, FIND asks scim_filter whose it is, DOCUMENT
** has scim_document put the cells over what is there, as scim_preview does.
** Where nobody is found, that is the body of a POST. Where somebody is, PATCH
** makes operations of what is another then, attribute by attribute; a PUT would
** have to name all members of a group. A dry run of it tells by the version in
** its ETag whether it would change anything, and only then it is made: a
** request that changes nothing would still leave a row in the log.
**
** An engine whose writes are best made together gets some at a time. The rows
** behind the first of them are found as if it had not been made: that is well,
** since none is about somebody of whom a row before it was. What counts as the
** same key only when it is compared (1 and 1.0, two ways to write a time) is
** not known before, and such a row waits for those before it.
**
** What the statements compute goes from one to the next as a C string, for none
** of it may have a NUL.
*/
#include "import.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/*
** The statements, of the book and then of the engine.
*/

/* The JSON of a row of json_each(doc). SQLite would round a number of many
** digits: so it is taken as it is written, unless its name has quotes, with
** which no fullkey is right. */
#define IMPORT_JSON                                                            \
  "iif(type IN ('integer', 'real') AND instr(key, '\"') = 0, doc -> fullkey,"  \
  " iif(type IN ('object', 'array'), value,"                                   \
  "  iif(type IN ('true', 'false'), type, json_quote(value))))"

/* Of a row, the path of the key, its kind, and whether empty cells say nothing:
** the text of the key, and the filter by which it is found (scim_filter reads
** digits within quotes as a number where one belongs, but of a boolean no other
** words than its own), its id, and what scim_document is to put into it. */
static const char import_read_sql[] =
    "SELECT text, ?2 || ' eq ' ||"
    "   CASE WHEN ?3 <> 'boolean' THEN json_quote(text)"
    "        WHEN lower(text) IN ('1', 'true') THEN 'true'"
    "        WHEN lower(text) IN ('0', 'false') THEN 'false'"
    "        ELSE json_quote(text) END,"
    "  id, cells"
    " FROM (SELECT max(iif(lower(key) = lower(?2) AND atom <> '',"
    "           iif(type IN ('integer', 'real', 'true', 'false'),"
    "             " IMPORT_JSON ", atom) || '', NULL)) AS text,"
    "         max(iif(lower(key) = 'id', atom, NULL)) AS id,"
    "         json_group_object(key, json(" IMPORT_JSON ")) FILTER ("
    "           WHERE passed IS NOT 1"
    "             AND NOT (?4 AND (type = 'null' OR value = ''))) AS cells"
    "        FROM (SELECT ?1 AS doc), json_each(doc)"
    "        LEFT JOIN path ON name = key"
    "       WHERE json_type(doc) = 'object')"
    " WHERE text IS NOT NULL";

/* Of an id, or where that is NULL a key, whether that is exact, and its kind.
** What is no text can be written in several ways: 7 and 7.0, and a time in
** another zone, of which SQLite knows no more than milliseconds. What is no
** value of the kind is refused, each for itself. An id and a key that nobody
** has yet are told apart by their first character. No row: it has been seen
** before. */
static const char import_see_sql[] =
    "INSERT OR IGNORE INTO seen VALUES (CASE"
    "   WHEN ?1 IS NOT NULL THEN '=' || ?1"
    "   WHEN ?4 IN ('integer', 'decimal') AND ?2 NOT GLOB '*[^-+.0-9Ee]*'"
    "     THEN '+' || ("
    "     SELECT iif(typeof(n) = 'integer', n, printf('%!.17g', n))"
    "       FROM (SELECT CAST(?2 AS NUMERIC) AS n))"
    "   WHEN ?4 = 'boolean' AND lower(?2) IN ('0', '1', 'false', 'true')"
    "     THEN '+' || (lower(?2) IN ('1', 'true'))"
    "   WHEN ?4 = 'datetime' THEN '+' || (WITH zone (text, at) AS ("
    "     SELECT upper(?2), length(?2) - iif(?2 LIKE '%Z', 0, 5))"
    "     SELECT coalesce(strftime('%s', substr(text, 1, 19) || substr(text, "
    "at))"
    "       || rtrim(rtrim(substr(text, 20, at - 20), '0'), '.'), text)"
    "       FROM zone)"
    "   ELSE '+' || iif(?3, ?2, scim_fold(?2)) END)"
    " RETURNING 1";
static const char import_seen_sql[] = "SELECT 1 FROM seen WHERE id = '=' || ?1";

/* Of the document that is to be and the one that is, the row, and whether empty
** cells say nothing. Attributes of extensions are by their own names. A replace
** merges an object into what is there: so what goes from one is an operation of
** its own as well. So is that nobody is to be a member: no document says who is
** one. NULL when there is none. */
static const char import_patch_sql[] =
    "WITH side (old, doc) AS (VALUES (0, ?1), (1, ?2)),"
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
    "    FROM json_each(?3) AS r, own"
    "   WHERE lower(r.key) IN ('members', lower(own.schema || ':members'))"
    "     AND (r.type = 'null' OR r.value IN ('', '[]'))"
    "     AND NOT (?4 AND (r.type = 'null' OR r.value = '')))"
    " SELECT iif(count(*) = 0, NULL, json_object('schemas', json_array("
    "   'urn:ietf:params:scim:api:messages:2.0:PatchOp'), 'Operations',"
    "   json_group_array(json(text)))) FROM operation";

/* Of the tenant, an id, and whether it is a dry run. */
static const char import_options_sql[] =
    "SELECT json_object('tenant', ?1, 'id', ?2, 'dry_run', ?3)";
static const char import_reply_sql[] =
    "SELECT ?1 ->> '$.status', ?1 ->> '$.headers.ETag', ?1 ->> '$.body.id',"
    "  ?1 ->> '$.body.detail'";

/* So many resources are looked at at a time for who is missing. */
#define IMPORT_PAGE "128"

static const char import_missing_sql[] =
    "SELECT resource, id, coalesce(doc ->> '$.userName', id)"
    " FROM scim_resource"
    " WHERE tenant = ?2 AND type = ?1 AND resource > ?3 AND resource <= ?4"
    "   AND coalesce(doc ->> '$.active', 1) <> 0"
    " ORDER BY resource LIMIT " IMPORT_PAGE;

static void import_free_result(ImportResult *result) {
  output_free(&result->key);
  output_free(&result->reason);
  output_free(&result->rest);
}

/* Also of what was opened in part. The book goes with its connection. */
void import_close(Import *import) {
  Output *const outputs[] = {
      &import->endpoint, &import->id,      &import->version, &import->filter,
      &import->cells,    &import->target,  &import->body,    &import->doc,
      &import->created,  &import->missing, &import->kind};
  for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
    output_free(outputs[i]);
  import_free_result(&import->result);
  for (size_t i = 0; i < ENGINE_BATCH; i++) {
    ImportRequest *request = &import->requests[i];
    import_free_result(&request->result);
    output_free(&request->target);
    output_free(&request->body);
    output_free(&request->options);
    output_free(&request->reply);
    output_free(&request->complaint);
  }
  if (import->book) engine_close(import->book);
}

/*
** Requests.
*/

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

/* The options of a request; of one that creates with the id, if it has one. */
static ImportOutcome import_write_options(Import *import, Output *options,
                                          EngineValue id, bool dry) {
  EngineStatement ask = {
      .sql = import_options_sql,
      .count = 3,
      .values = {import_tenant(import), id, engine_integer(dry)}};
  ImportCells kept = {.cells = {options}};
  return import_ask(import, import->book, &ask, import_keep, &kept);
}

/* scim_apply, of which all that is bound outlives the call. */
static EngineStatement import_apply(const char *sql, const char *method,
                                    const Output *target, const Output *body,
                                    const Output *options) {
  return (EngineStatement){.sql = sql,
                           .count = 4,
                           .values = {engine_text(method), import_value(target),
                                      import_value(body),
                                      import_value(options)}};
}

/* Leaves the version, and the id of what is new: IMPORT_CHANGED, unless it was
** refused. */
static ImportOutcome import_read_reply(Import *import, const Output *reply) {
  Output status = {0}, detail = {0};
  ImportCells kept = {
      .cells = {&status, &import->version, &import->created, &detail}};
  EngineStatement ask = {
      .sql = import_reply_sql, .count = 1, .values = {engine_output(reply)}};
  ImportOutcome outcome =
      import_ask(import, import->book, &ask, import_keep, &kept);
  if (outcome == IMPORT_SAME) outcome = IMPORT_CHANGED;
  if (outcome == IMPORT_CHANGED &&
      strtol(import_kept(&status), NULL, 10) >= 400)
    outcome = import_fail(import, *import_kept(&detail) ? detail.data
                                                        : "it is refused");
  output_free(&status);
  output_free(&detail);
  return outcome;
}

/* What would become of a request. */
static ImportOutcome import_try(Import *import, const char *method,
                                EngineValue id) {
  Output options = {0}, reply = {0};
  ImportOutcome outcome = import_write_options(import, &options, id, true);
  if (outcome == IMPORT_SAME) {
    EngineStatement apply = import_apply(
        engine_apply_read, method, &import->target, &import->body, &options);
    outcome = import_ask(import, import->engine, &apply, engine_append, &reply);
  }
  if (outcome == IMPORT_SAME) outcome = import_read_reply(import, &reply);
  output_free(&options);
  output_free(&reply);
  return outcome;
}

/* Notes who the row is about; NULL is somebody who would be created by it. */
static ImportOutcome import_see(Import *import, const char *id) {
  EngineStatement see = {
      .sql = import_see_sql,
      .count = 4,
      .values = {engine_text(id), import_value(&import->result.key),
                 engine_integer(import->exact), import_value(&import->kind)}};
  ImportCells kept = {.rows = 0};
  ImportOutcome outcome =
      import_ask(import, import->book, &see, import_keep, &kept);
  if (outcome != IMPORT_SAME || kept.rows) return outcome;
  return import_fail(import, "a row before it has the same key");
}

static void import_swap(Output *one, Output *other) {
  Output kept = *one;
  *one = *other;
  *other = kept;
}

/* Has the request be made, which comes to `outcome` if it is not refused: now,
** or with others. What the row has been up to now goes with it. */
static ImportOutcome import_send(Import *import, const char *method,
                                 EngineValue id, ImportOutcome outcome) {
  ImportRequest *request = &import->requests[import->count];
  ImportOutcome written =
      import_write_options(import, &request->options, id, false);
  if (written != IMPORT_SAME) return written;
  import_swap(&request->target, &import->target);
  import_swap(&request->body, &import->body);
  import_swap(&request->result.key, &import->result.key);
  request->method = method;
  request->result.outcome = outcome;
  request->result.line = import->result.line;
  output_clear(&request->result.rest);
  if (import->rows && engine_batch(import->engine) > 1)
    rows_write_rest(import->rows, &request->result.rest);
  if (++import->count == engine_batch(import->engine)) import_flush(import);
  return IMPORT_WAITS;
}

/* What has become of a request, that is now import->result's. */
static ImportOutcome import_finish(Import *import, const ImportRequest *request,
                                   const EngineWrite *write) {
  if (write->failure) {
    import_fail(import, import_kept(&request->complaint));
    return write->answer.refused ? IMPORT_FAILED : IMPORT_BROKEN;
  }
  ImportOutcome outcome = import_read_reply(import, &request->reply);
  if (outcome == IMPORT_CHANGED && import->result.outcome == IMPORT_CREATED)
    outcome = import_see(import, import_kept(&import->created));
  else if (outcome == IMPORT_CHANGED)
    outcome = IMPORT_SAME;
  return outcome == IMPORT_SAME ? import->result.outcome : outcome;
}

/* Tells whoever wants to know, also what the row was if it has failed, which is
** to be kept. */
static void import_tell(Import *import, ImportOutcome outcome) {
  ImportResult *result = &import->result;
  result->outcome = outcome;
  if (outcome == IMPORT_FAILED && import->rows && !result->rest.size)
    rows_write_rest(import->rows, &result->rest);
  import->done(import->context, result);
}

/* The row that is worked on meanwhile has to wait. */
void import_flush(Import *import) {
  EngineWrite writes[ENGINE_BATCH] = {0};
  size_t count = import->count;
  for (size_t i = 0; i < count; i++) {
    ImportRequest *request = &import->requests[i];
    output_clear(&request->reply);
    output_clear(&request->complaint);
    writes[i].statement =
        import_apply(engine_apply_write, request->method, &request->target,
                     &request->body, &request->options);
    writes[i].answer = (EngineAnswer){.row = engine_append,
                                      .context = &request->reply,
                                      .complaint = &request->complaint};
  }
  if (count) engine_write_all(import->engine, writes, count);
  ImportResult mine = import->result;
  for (size_t i = 0; i < count; i++) {
    ImportRequest *request = &import->requests[i];
    output_terminate(&request->complaint);
    import->result = request->result;
    import_tell(import, import_finish(import, request, &writes[i]));
    request->result = import->result;
  }
  import->result = mine;
  import->count = 0;
}

/*
** Rows.
*/

/* Leaves key, filter, what is said, and the id that the row may bring. */
static ImportOutcome import_read_key(Import *import, const char *row) {
  EngineStatement read = {
      .sql = import_read_sql,
      .count = 4,
      .values = {engine_text(row), engine_text(import->match),
                 import_value(&import->kind),
                 engine_integer(import->options->keep_empty)}};
  ImportCells kept = {.cells = {&import->result.key, &import->filter,
                                &import->id, &import->cells}};
  ImportOutcome outcome =
      import_ask(import, import->book, &read, import_keep, &kept);
  if (outcome != IMPORT_SAME || kept.rows) return outcome;
  Output *reason = &import->result.reason;
  output_clear(reason);
  output_format(reason, "there is no %s to match by", import->match);
  output_terminate(reason);
  return IMPORT_FAILED;
}

/* Finds whose row it is: IMPORT_CHANGED, with id and version, IMPORT_CREATED
** for nobody's. */
static ImportOutcome import_find(Import *import) {
  ImportCells kept = {.cells = {&import->id, &import->version, &import->doc}};
  if (import->loose) import_flush(import);
  ImportOutcome outcome = import_ask_find(import, &kept);
  if (outcome != IMPORT_SAME) return outcome;
  if (kept.rows < 2) return kept.rows ? IMPORT_CHANGED : IMPORT_CREATED;
  return import_fail(import, "there is more than one with this key");
}

/* The document, of what is there or of nothing, becomes the body. */
static ImportOutcome import_compute(Import *import, const char *doc) {
  EngineStatement ask = {.sql = import_document_sql,
                         .count = 3,
                         .values = {import_type(import),
                                    import_value(&import->cells),
                                    engine_text(doc)}};
  ImportCells kept = {.cells = {&import->body}};
  return import_ask(import, import->engine, &ask, import_keep, &kept);
}

/* And the document a PATCH. */
static ImportOutcome import_compare(Import *import, const char *row) {
  Output body = {0}; /* the old one is what is bound */
  ImportCells kept = {.cells = {&body}};
  EngineStatement ask = {
      .sql = import_patch_sql,
      .count = 4,
      .values = {import_value(&import->body), import_value(&import->doc),
                 engine_text(row),
                 engine_integer(import->options->keep_empty)}};
  ImportOutcome outcome =
      import_ask(import, import->book, &ask, import_keep, &kept);
  import_swap(&body, &import->body);
  output_free(&body);
  return outcome;
}

/* A dry run tells whether there is something to do. What would fail is done
** all the same: it is refused, and the log says why. */
static ImportOutcome import_patch(Import *import) {
  Output before = import->version;
  import->version = (Output){0};
  import_write_target(import, import->id.data);
  ImportOutcome outcome = import_try(import, "PATCH", engine_text(NULL));
  if (outcome == IMPORT_CHANGED &&
      strcmp(import_kept(&before), import_kept(&import->version)) == 0)
    outcome = IMPORT_SAME;
  else if (outcome != IMPORT_BROKEN && !import->options->dry_run)
    outcome = import_send(import, "PATCH", engine_text(NULL), IMPORT_CHANGED);
  output_free(&before);
  return outcome;
}

/* A document that comes out as it went in needs no request, unless the row may
** name members, whom it does not show. */
static ImportOutcome import_update(Import *import, const char *row) {
  const char *doc = import_kept(&import->doc);
  ImportOutcome outcome = import_compute(import, doc);
  bool same = strcmp(import_kept(&import->body), doc) == 0 &&
              sqlite3_strlike("%members%", row, 0) != 0;
  if (outcome != IMPORT_SAME || same) return outcome;
  outcome = import_compare(import, row);
  if (outcome != IMPORT_SAME || !*import_kept(&import->body)) return outcome;
  return import_patch(import);
}

/* The key is seen before anything can fail, also that of who will not be there:
** a dry run has no id to remember, and is to say the same. */
static ImportOutcome import_create(Import *import) {
  const char *own = import_kept(&import->id);
  EngineValue id = engine_text(*own ? own : NULL);
  ImportOutcome outcome = import_see(import, NULL);
  if (outcome == IMPORT_SAME) outcome = import_compute(import, NULL);
  if (outcome != IMPORT_SAME) return outcome;
  import_write_target(import, NULL);
  if (!import->options->dry_run)
    return import_send(import, "POST", id, IMPORT_CREATED);
  outcome = import_try(import, "POST", id);
  return outcome == IMPORT_CHANGED ? IMPORT_CREATED : outcome;
}

/* Whoever is found is seen before anything can fail: a row that is refused is
** about somebody, who is not missing. */
static ImportOutcome import_bring(Import *import, const Rows *rows) {
  const char *row = rows->json.data;
  ImportOutcome outcome = rows->mistake ? import_fail(import, rows->mistake)
                                        : import_read_key(import, row);
  if (outcome == IMPORT_SAME) outcome = import_find(import);
  if (outcome == IMPORT_FAILED) import->blind = true;
  if (outcome == IMPORT_CREATED) return import_create(import);
  if (outcome != IMPORT_CHANGED) return outcome;
  outcome = import_see(import, import->id.data);
  return outcome == IMPORT_SAME ? import_update(import, row) : outcome;
}

/* What has failed is told behind the rows before it. */
void import_row(Import *import, const Rows *rows) {
  import->rows = rows;
  import->result.line = rows->line;
  output_clear(&import->result.rest);
  ImportOutcome outcome = import_bring(import, rows);
  if (outcome == IMPORT_WAITS) return;
  if (outcome == IMPORT_FAILED) import_flush(import);
  import_tell(import, outcome);
}

/*
** Who is missing.
*/

/* A page of resources, of which those go into import->missing that no row was
** about. */
typedef struct ImportPage {
  Import *import;
  long long end; /* the last one's number; 0: there is none */
} ImportPage;

/* An EngineRow. */
static bool import_note_missing(void *context, const EngineValue *cells,
                                size_t count) {
  ImportPage *page = context;
  Import *import = page->import;
  ImportCells kept = {.rows = 0};
  if (!cells) {
    page->end = 0;
    output_clear(&import->missing);
    return true;
  }
  if (count < 2) return false;
  page->end = engine_number(&cells[0]);
  EngineStatement seen = {
      .sql = import_seen_sql, .count = 1, .values = {cells[1]}};
  import_ask(import, import->book, &seen, import_keep, &kept);
  for (size_t i = 0; i < count && !kept.rows; i++) {
    if (cells[i].kind == ENGINE_INTEGER)
      output_format(&import->missing, "%lld", cells[i].integer);
    else
      output_bytes(&import->missing, cells[i].bytes, cells[i].size);
    output_bytes(&import->missing, "", 1);
  }
  return !import->missing.failed;
}

/* Looks for the next ones, page by page. IMPORT_SAME: there are none, or
** import->missing has some. */
static ImportOutcome import_find_missing(Import *import) {
  ImportPage page = {import, 1};
  ImportOutcome outcome = IMPORT_SAME;
  import_forget(import);
  while (outcome == IMPORT_SAME && page.end && !import->missing.size) {
    EngineStatement ask = {
        .sql = import_missing_sql,
        .count = 4,
        .values = {import_type(import), import_tenant(import),
                   engine_integer(import->at), engine_integer(import->last)}};
    page.end = 0;
    outcome =
        import_ask(import, import->engine, &ask, import_note_missing, &page);
    if (page.end) import->page = page.end;
    if (!import->missing.size) import->at = import->page;
  }
  return outcome;
}

/* The next text of those that are missing. */
static const char *import_take(Import *import) {
  const char *text = import->missing.data + import->told;
  import->told += strlen(text) + 1;
  return text;
}

/* One at a time and by its number, so that the caller can commit between any
** two of them. Whoever came after the import began is not missing: an identity
** provider may create people meanwhile. */
bool import_next_missing(Import *import) {
  ImportOutcome outcome = IMPORT_SAME;
  Output *key = &import->result.key;
  import->rows = NULL;
  import->result.line = 0;
  if (import->told == import->missing.size)
    outcome = import_find_missing(import);
  if (outcome == IMPORT_SAME) {
    if (!import->missing.size) return false;
    import->at = strtoll(import_take(import), NULL, 10);
    import_write_target(import, import_take(import));
    output_clear(key);
    output_text(key, import_take(import));
    output_terminate(key);
    if (import->told == import->missing.size) import->at = import->page;
    output_clear(&import->body);
    output_text(
        &import->body,
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
        "\"Operations\":[{\"op\":\"replace\",\"path\":\"active\","
        "\"value\":false}]}");
    output_terminate(&import->body);
    outcome = import->options->dry_run
                  ? import_try(import, "PATCH", engine_text(NULL))
                  : import_send(import, "PATCH", engine_text(NULL),
                                IMPORT_DEACTIVATED);
  }
  if (outcome == IMPORT_WAITS) return true;
  if (outcome == IMPORT_FAILED) import_flush(import);
  import_tell(import, outcome == IMPORT_CHANGED ? IMPORT_DEACTIVATED : outcome);
  return true;
}

void import_forget(Import *import) {
  output_clear(&import->missing);
  import->told = 0;
}
