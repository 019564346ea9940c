/*
** replay.c: makes a directory anew from the log of another one.
**
** HOW IT WORKS
**
** What is no consequence of the log is taken over first: definitions, tenants,
** tokens, facts, the log itself, and the snapshot where it was pruned. Then the
** log is played as pruning would, if it took all of it: the triggers of
** sql/commit/prune.sql bring the snapshot row by row up to the present, and
** refuse a change that does not follow the one before. What the snapshot has
** then become are the resources and members; it is put back as it was. Stays
** follow by the trigger that an upgrade uses, and the indexes are built as
** after a change of definitions (build.c).
**
** Everything that came about so is compared with what the source has, and the
** chain of the log is looked at. A log cannot tell some things, which are the
** source's: the number of a resource, by which the application may know it; the
** order of members in a document, since patches have none; who was in a group
** since when, of what began up to the horizon; and of which types there is
** nothing left (scim_count).
**
** The statements that read the source are templates of sql/replay/, because the
** name of a schema cannot be a parameter.
*/
#include "replay.h"

#include "../db/query.h"
#include "../model/error.h"
#include "audit.h"
#include "build.h"
#include "definitions.h"
#include "drawn.h"
#include "replay_templates.h"

/* What is taken over as it is. Of scim_snapshot, twice: before the log is
** played, and afterwards. */
#define REPLAY_SNAPSHOT "\"scim_snapshot\",\"scim_snapshot_member\""
#define REPLAY_TABLES                                                          \
  "\"scim_meta\",\"scim_tenant\",\"scim_token\",\"scim_schema\","              \
  "\"scim_resource_type\",\"scim_index\",\"scim_default\",\"scim_rule\","      \
  "\"scim_former\",\"scim_consumer\",\"scim_alert\",\"scim_shape\","           \
  "\"scim_shape_attribute\",\"scim_log\",\"scim_chain\"," REPLAY_SNAPSHOT
/* What comes of the log, but for the indexes. */
#define REPLAY_OUTCOME                                                         \
  "\"scim_stay\",\"scim_resource\",\"scim_member\",\"scim_count\","            \
  "\"scim_name\""
/* What is read of the source: these, and what the indexes that are built here
** are compared with. As JSON, for version.sql. */
#define REPLAY_READ                                                            \
  "[" REPLAY_TABLES "," REPLAY_OUTCOME                                         \
  ",\"scim_value\",\"scim_unique\",\"scim_claim\"]"

/* The columns of resource.sql and of difference.sql. */
enum {
  REPLAY_RESOURCE,
  REPLAY_TENANT,
  REPLAY_TYPE,
  REPLAY_ID,
  REPLAY_PLAYED,
  REPLAY_DOC,
  REPLAY_NAME,
  REPLAY_EMAIL,
  REPLAY_MISTAKE
};
enum { DIFFERENCE_WHAT, DIFFERENCE_TENANT, DIFFERENCE_ID };

typedef struct ReplaySource {
  Operation *operation;
  Text name;   /* of the schema */
  Text quoted; /* the same as an identifier */
} ReplaySource;

/* A resource of the source. */
typedef struct ReplayRow {
  long long resource;
  Text tenant, type, id, doc;
  Naming naming;
} ReplayRow;

/* A template for this source. */
static Text replay_text(const ReplaySource *replay, const char *template) {
  static const char mark[] = "{source}";
  Buffer buffer = buffer_new(&replay->operation->arena);
  for (const char *at; (at = strstr(template, mark));
       template = at + sizeof mark - 1) {
    buffer_add(&buffer, (Text){template, (size_t)(at - template)});
    buffer_add(&buffer, replay->quoted);
  }
  buffer_string(&buffer, template);
  buffer_char(&buffer, 0); /* for query_script */
  return (Text){buffer.data, buffer.size - 1};
}

/* All errors are the database's, so that nothing of it is kept. */
static void replay_refuse(Operation *operation, Text detail) {
  if (!failed(operation)) error_database(operation, SQLITE_ERROR, detail.data);
}

/* The refusal of one resource, which is named as far as it is known. */
static void replay_refuse_resource(Operation *operation, Text tenant, Text type,
                                   Text id, Text mistake) {
  replay_refuse(operation,
                arena_format(&operation->arena, "%.*s %.*s of '%.*s': %.*s",
                             TEXT_ARG(type), TEXT_ARG(id), TEXT_ARG(tenant),
                             TEXT_ARG(mistake)));
}

/*
** What may be replayed.
*/

/* The name of the schema as an identifier, quoted by SQL: templates have it
** where a parameter cannot stand. */
static void replay_find_source(ReplaySource *replay) {
  Operation *operation = replay->operation;
  Query query = query_open(operation, STATEMENT_REPLAY_SOURCE);
  query_bind_text(&query, REPLAY_SOURCE_SOURCE, replay->name);
  if (query_step(&query))
    replay->quoted = query_text(&query, REPLAY_SOURCE_ROW_SOURCE);
  query_close(&query);
  if (!replay->quoted.size)
    replay_refuse(operation,
                  arena_format(&operation->arena,
                               "'%.*s' is no schema that is attached",
                               TEXT_ARG(replay->name)));
}

/* Tokens and what was logged would be lost; maps would not see what comes. Nor
** may a file of this machine alone fill what is replicated. */
void replay_check_empty(Operation *operation) {
  operation->drawn |= DRAWN_ELSEWHERE;
  drawn_check(operation);
  Query query = query_open(operation, STATEMENT_REPLAY_FILLED);
  bool filled =
      query_step(&query) && query_integer(&query, REPLAY_FILLED_ROW_FILLED);
  query_close(&query);
  if (filled)
    replay_refuse(operation,
                  TEXT("there are resources, tokens, maps or a log already: "
                       "scim_replay fills a new database"));
}

/* Each template reads only what the ones before it have found to be there. */
static void replay_check_source(const ReplaySource *replay) {
  static const char *const templates[] = {there_sql, version_sql, fit_sql};
  Operation *operation = replay->operation;
  for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
    if (failed(operation)) return;
    Query query = query_open_text(operation, replay_text(replay, templates[i]));
    if (query_parameters(&query)) query_bind_text(&query, 1, TEXT(REPLAY_READ));
    Text mistake = query_step(&query) ? query_text(&query, 0) : NO_TEXT;
    query_close(&query);
    if (mistake.size)
      replay_refuse(operation,
                    arena_format(&operation->arena,
                                 "'%.*s' cannot be replayed: %.*s",
                                 TEXT_ARG(replay->name), TEXT_ARG(mistake)));
  }
}

/*
** Filling.
*/

/* No trigger fires: what the source has was looked at when it came there. */
static void replay_copy(const ReplaySource *replay, Text tables) {
  Query query = query_open(replay->operation, STATEMENT_REPLAY_COPY);
  query_bind_text(&query, REPLAY_COPY_SOURCE, replay->name);
  query_bind_text(&query, REPLAY_COPY_TABLES, tables);
  Text script = NO_TEXT;
  if (query_step(&query)) script = query_text(&query, REPLAY_COPY_ROW_SCRIPT);
  query_close(&query);
  if (script.size) query_script_silently(replay->operation, script.data);
}

/* Definitions have come in the place of those of this generation. */
static void replay_renew(Operation *operation, long long generation) {
  Query query = query_open(operation, STATEMENT_REPLAY_GENERATION);
  query_bind_integer(&query, REPLAY_GENERATION_GENERATION, generation);
  query_step(&query);
  query_close(&query);
}

/* What does not follow from the log. The generation has to be one that no
** connection has seen, or it would go on with the definitions of before. */
static void replay_take_over(const ReplaySource *replay) {
  Operation *operation = replay->operation;
  if (failed(operation)) return;
  long long generation = operation->schemas->generation;
  replay_copy(replay, TEXT("[" REPLAY_TABLES "]"));
  replay_renew(operation, generation);
}

/* The resource at which the walk stands, and what of it differs from what the
** log makes; no text: nothing. Documents that are equal may differ in the order
** of their members: then the source's text is the one to be written. */
static Text replay_read(const ReplaySource *replay, Query *walk,
                        ReplayRow *row) {
  Arena *arena = &replay->operation->arena;
  JsonFault fault;
  *row = (ReplayRow){.resource = query_integer(walk, REPLAY_RESOURCE),
                     .tenant = query_text(walk, REPLAY_TENANT),
                     .type = query_text(walk, REPLAY_TYPE),
                     .id = query_text(walk, REPLAY_ID),
                     .doc = query_text(walk, REPLAY_DOC)};
  Text mistake = query_text(walk, REPLAY_MISTAKE);
  if (mistake.size) return mistake;
  Json *doc = json_parse(arena, row->doc, &fault);
  Json *played = json_parse(arena, query_text(walk, REPLAY_PLAYED), &fault);
  if (!doc || !played || !json_equal(doc, played))
    return TEXT("the document is not what the log makes of it");
  row->naming = naming_of(&replay->operation->schemas->naming, row->type, doc);
  if (!text_equal(row->naming.name, query_text(walk, REPLAY_NAME)) ||
      !text_equal(row->naming.email, query_text(walk, REPLAY_EMAIL)))
    return TEXT("name or email is not that of the document");
  return NO_TEXT;
}

/* The document of a resource whose row the log has made already; what has no
** name or email is NULL, as the commit writes it. */
static void replay_write(Operation *operation, const ReplayRow *row) {
  Query query = query_open(operation, STATEMENT_REPLAY_RESOURCE);
  query_bind_integer(&query, REPLAY_RESOURCE_RESOURCE, row->resource);
  query_bind_text(&query, REPLAY_RESOURCE_TENANT, row->tenant);
  query_bind_text(&query, REPLAY_RESOURCE_ID, row->id);
  query_bind_text(&query, REPLAY_RESOURCE_DOC, row->doc);
  if (row->naming.name.size)
    query_bind_text(&query, REPLAY_RESOURCE_NAME, row->naming.name);
  if (row->naming.email.size)
    query_bind_text(&query, REPLAY_RESOURCE_EMAIL, row->naming.email);
  query_step(&query);
  query_close(&query);
}

/* Documents of the source, each against what the log has made of it: a replay
** which ended otherwise is refused with the name of the resource. Returns how
** many; memory is that of one. */
static long long replay_resources(ReplaySource *replay) {
  Operation *operation = replay->operation;
  long long count = 0;
  Query walk = query_open_text(operation, replay_text(replay, resource_sql));
  ArenaMark mark = arena_mark(&operation->arena);
  for (; query_step(&walk); count++) {
    ReplayRow row;
    Text mistake = replay_read(replay, &walk, &row);
    if (mistake.size)
      replay_refuse_resource(operation, row.tenant, row.type, row.id, mistake);
    replay_write(operation, &row);
    if (!failed(operation)) arena_release(&operation->arena, mark);
  }
  query_close(&walk);
  return count;
}

/* The walk over the source cannot meet a resource that only the log makes. */
static void replay_check_left(Operation *operation) {
  Query query = query_open(operation, STATEMENT_REPLAY_LEFT);
  if (query_step(&query))
    replay_refuse_resource(operation,
                           query_text(&query, REPLAY_LEFT_ROW_TENANT),
                           query_text(&query, REPLAY_LEFT_ROW_TYPE),
                           query_text(&query, REPLAY_LEFT_ROW_ID),
                           TEXT("the log makes it, and the source has it not"));
  query_close(&query);
}

/* The other way round, of members, stays and keys: what is here against what
** the source has, by SQL, since both have the same form. One difference is
** enough. */
static void replay_compare(const ReplaySource *replay) {
  Operation *operation = replay->operation;
  Query query = query_open_text(operation, replay_text(replay, difference_sql));
  if (query_step(&query))
    replay_refuse_resource(
        operation, query_text(&query, DIFFERENCE_TENANT),
        query_text(&query, DIFFERENCE_WHAT), query_text(&query, DIFFERENCE_ID),
        TEXT("the source has other rows than its log makes"));
  query_close(&query);
}

/* A row about nobody may be missing, or another: the chain knows. */
static void replay_check_chain(Operation *operation) {
  Audit audit = {.operation = operation};
  if (!failed(operation)) audit_chain(&audit);
  if (!audit.list.count) return;
  const Finding *finding = &audit.list.items[0];
  replay_refuse(operation, arena_format(&operation->arena,
                                        "the log of '%.*s', seq %lld: %.*s",
                                        TEXT_ARG(finding->tenant), finding->seq,
                                        TEXT_ARG(finding->detail)));
}

/* From the log, or what is left of it, to what is the case now. */
static long long replay_play(ReplaySource *replay) {
  Operation *operation = replay->operation;
  query_script(operation, replay_text(replay, stay_sql).data);
  query_run(operation, STATEMENT_FILL_STAYS);
  query_run(operation, STATEMENT_REPLAY_LOG);
  long long count = replay_resources(replay);
  replay_check_left(operation);
  query_run(operation, STATEMENT_REPLAY_MEMBERS);
  query_run(operation, STATEMENT_REPLAY_COUNTS);
  query_script(operation, replay_text(replay, rest_sql).data);
  query_script(operation, replay_text(replay, name_sql).data);
  replay_copy(replay, TEXT("[" REPLAY_SNAPSHOT "]"));
  return count;
}

/* What refuses the source comes before anything is written, and what compares
** with it after everything, the indexes included: a difference may be in any of
** it. */
long long replay_run(Operation *operation, Text source) {
  ReplaySource replay = {.operation = operation, .name = source};
  replay_find_source(&replay);
  replay_check_empty(operation);
  if (failed(operation)) return 0;
  replay_check_source(&replay);
  replay_take_over(&replay);
  long long count = replay_play(&replay);
  if (definitions_require(operation)) build_indexes(operation);
  replay_compare(&replay);
  replay_check_chain(operation);
  return failed(operation) ? 0 : count;
}

/*
** Of a file: it was played in another database, which has all of it.
*/

/* The empty name is no file either: it would be a new temporary database. */
bool replay_is_schema(Operation *operation, Text source) {
  Query query = query_open(operation, STATEMENT_REPLAY_SCHEMA);
  query_bind_text(&query, REPLAY_SCHEMA_SOURCE, source);
  bool schema =
      query_step(&query) && query_integer(&query, REPLAY_SCHEMA_ROW_SCHEMA);
  query_close(&query);
  return schema || !source.size;
}

/* Copies the tables that a JSON array names. */
static void replay_copy_other(Operation *operation, const Other *other,
                              Text tables, bool silently) {
  JsonFault fault;
  const Json *names = json_parse(&operation->arena, tables, &fault);
  for (const Json *name = names->first; name; name = name->next) {
    Text table = arena_copy(&operation->arena, name->text);
    other_copy(operation, other, table.data, silently);
  }
}

/* Triggers of the host may have made something else of what was copied. */
static void replay_check_outcome(Operation *operation) {
  Finding finding;
  if (audit_outcome(operation, &finding))
    replay_refuse(operation,
                  arena_format(&operation->arena, "%.*s of '%.*s': %.*s",
                               TEXT_ARG(finding.kind), TEXT_ARG(finding.tenant),
                               TEXT_ARG(finding.detail)));
}

/* The log was played there, in a database without triggers of an application;
** what has come of it is written here with them, so that they see the people
** come, and is looked at again afterwards. */
void replay_take(Operation *operation, const Other *other) {
  replay_check_empty(operation);
  if (failed(operation)) return;
  long long generation = operation->schemas->generation;
  replay_copy_other(operation, other, TEXT("[" REPLAY_TABLES "]"), true);
  replay_renew(operation, generation);
  replay_copy_other(operation, other, TEXT("[" REPLAY_OUTCOME "]"), false);
  if (definitions_require(operation)) build_indexes(operation);
  replay_check_outcome(operation);
}
