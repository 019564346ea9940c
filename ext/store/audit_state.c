/*
** audit_state.c: every resource against the log, and against its keys.
**
** HOW IT WORKS
**
** The log is replayed for one resource after the other, from its creation on:
** the patches give its document, the rows its version and its times. A group
** has more versions than rows, because who is deleted leaves it: these are
** counted in the rows of those deletions.
**
** Where a resource was made before the log begins, as in a database of an early
** version whose log was cut by hand, there is nothing to compare it with.
**
** The keys of a document are asked for in the index. That the index has no
** others is a matter of counting: as many rows as all documents have keys.
*/
#include "audit_state.h"

#include <limits.h>

#include "../db/query.h"
#include "definitions.h"
#include "keys.h"

/* A resource, as it is stored. */
typedef struct AuditRow {
  long long resource;
  Text tenant, type, id, created, modified, name, email;
  long long version;
  Json *doc;
} AuditRow;

/* The same by the log. */
typedef struct AuditPast {
  bool made;       /* the row of its creation is there */
  Text type, time; /* of the last row */
  Text created;
  long long version, left; /* left: so many versions without a row */
  long long seq;
  Json *doc;
} AuditPast;

/* How many keys all documents have, with which the indexes are compared at
** the end. */
typedef struct AuditKeys {
  bool known; /* all indexes are built */
  long long values, uniques, claims;
} AuditKeys;

/* What a tenant has that is being removed goes part by part: nothing of it is
** whole, nor has to be. Asked for each finding and not for each row, since
** there are few of those. */
static bool audit_is_removing(Operation *operation, Text tenant) {
  if (!tenant.size) return false;
  Query query = query_open(operation, STATEMENT_IS_REMOVING);
  query_bind_text(&query, IS_REMOVING_NAME, tenant);
  bool removing =
      query_step(&query) && query_integer(&query, IS_REMOVING_ROW_REMOVING);
  query_close(&query);
  return removing;
}

/* Past the most there is one more, in the place of which audit_part says that
** there are others: that a list was cut must not look like its end. */
void audit_add(Audit *audit, Finding finding) {
  FindingList *list = &audit->list;
  if (audit_is_full(audit) ||
      audit_is_removing(audit->operation, finding.tenant))
    return;
  list->items = arena_more(&audit->operation->arena, list->items, list->count,
                           &list->capacity, sizeof *list->items);
  list->items[list->count++] = finding;
}

/* The findings themselves lie in the arena, above the mark, so after one the
** mark moves up. So does the reason of an error, which becomes one. */
void audit_let_go(Audit *audit, size_t before, ArenaMark *mark) {
  Arena *arena = &audit->operation->arena;
  if (audit->list.count == before && !failed(audit->operation))
    arena_release(arena, *mark);
  else
    *mark = arena_mark(arena);
}

bool audit_is_full(const Audit *audit) {
  return audit->list.count > AUDIT_MOST;
}

/* A finding about a resource; seq is that of the row of the log which it does
** not agree with, 0 where it is not about one. */
static void audit_state_finding(Audit *audit, const AuditRow *row,
                                long long seq, const char *kind,
                                const char *detail) {
  audit_add(audit, (Finding){.kind = text_of(kind),
                             .tenant = row->tenant,
                             .type = row->type,
                             .id = row->id,
                             .seq = seq,
                             .detail = text_of(detail)});
}

/*
** The log.
*/

/* How many versions came by deletions of members between two rows: of a group
** that loses a hundred people each of them is one. */
static long long audit_left(Operation *operation, const AuditRow *row,
                            long long after, long long before) {
  Query query = query_open(operation, STATEMENT_GROUPS_LEFT);
  query_bind_text(&query, GROUPS_LEFT_TENANT, row->tenant);
  query_bind_text(&query, GROUPS_LEFT_ID, row->id);
  query_bind_integer(&query, GROUPS_LEFT_AFTER, after);
  query_bind_integer(&query, GROUPS_LEFT_BEFORE, before);
  long long number =
      query_step(&query) ? query_integer(&query, GROUPS_LEFT_ROW_NUMBER) : 0;
  query_close(&query);
  return number;
}

/* The version that comes with a row is one more than that of before, and more
** only by deletions of members. By this a log is told that has lost a row,
** whose patch may have left nothing that differs. */
static void audit_version(Audit *audit, const AuditRow *row,
                          const AuditPast *past, long long seq,
                          long long version) {
  long long step = version - past->version;
  if (step == 1) return;
  if (step < 1 || step != 1 + audit_left(audit->operation, row, past->seq, seq))
    audit_state_finding(audit, row, seq, "state",
                        "the version does not follow that of the row before");
}

/* Takes a row of the log over. */
static void audit_replay_row(Audit *audit, const AuditRow *row, AuditPast *past,
                             Query *query) {
  Operation *operation = audit->operation;
  long long seq = query_integer(query, EVENT_ROW_SEQ);
  long long version = query_integer(query, EVENT_ROW_VERSION);
  Text action = query_text(query, EVENT_ROW_ACTION);
  Text after = query_text(query, EVENT_ROW_AFTER);
  Text time = query_text(query, EVENT_ROW_TIME);
  if (text_equal(action, TEXT("delete"))) {
    *past = (AuditPast){.made = false};
    return;
  }
  if (text_equal(action, TEXT("create")))
    *past = (AuditPast){.made = true, .created = time};
  else if (past->made)
    audit_version(audit, row, past, seq, version);
  Json *patch = after.data
                    ? error_parse_stored(operation, after, "scim_log", row->id)
                    : NULL;
  if (patch) past->doc = json_merge(&operation->arena, past->doc, patch);
  past->type = query_text(query, EVENT_ROW_TYPE);
  past->time = time;
  past->version = version;
  past->seq = seq;
}

/* How it was where the log begins, if that was pruned; otherwise nobody has
** made it yet. */
static AuditPast audit_snapshot(Audit *audit, const AuditRow *row) {
  Operation *operation = audit->operation;
  AuditPast past = {.made = false};
  Query query = query_open(operation, STATEMENT_SNAPSHOT_OF);
  query_bind_text(&query, SNAPSHOT_OF_TENANT, row->tenant);
  query_bind_text(&query, SNAPSHOT_OF_ID, row->id);
  if (query_step(&query)) {
    past = (AuditPast){.made = true,
                       .type = query_text(&query, SNAPSHOT_ROW_TYPE),
                       .time = query_text(&query, SNAPSHOT_ROW_MODIFIED),
                       .created = query_text(&query, SNAPSHOT_ROW_CREATED),
                       .version = query_integer(&query, SNAPSHOT_ROW_VERSION)};
    past.doc =
        error_parse_stored(operation, query_text(&query, SNAPSHOT_ROW_DOC),
                           "scim_snapshot", row->id);
  }
  query_close(&query);
  return past;
}

/* What the log makes of the resource: the snapshot of where it begins, and each
** row since that has an action, which is one that has changed something. */
static AuditPast audit_replay(Audit *audit, const AuditRow *row) {
  AuditPast past = audit_snapshot(audit, row);
  Query query = query_open(audit->operation, STATEMENT_LOG_OF_RESOURCE);
  query_bind_text(&query, LOG_OF_RESOURCE_TENANT, row->tenant);
  query_bind_text(&query, LOG_OF_RESOURCE_ID, row->id);
  while (query_step(&query)) audit_replay_row(audit, row, &past, &query);
  query_close(&query);
  return past;
}

/* Each thing that differs is a finding of its own: a version that was written
** by hand leaves the document right, and the other way round. Versions that
** came behind the last row are those of members who were deleted: they have
** changed the time as well. */
static void audit_compare(Audit *audit, const AuditRow *row,
                          const AuditPast *past) {
  long long left = row->version - past->version;
  if (left && (left < 0 ||
               left != audit_left(audit->operation, row, past->seq, LLONG_MAX)))
    audit_state_finding(audit, row, past->seq, "state",
                        "the version is not that of the log");
  if (!text_equal(row->type, past->type))
    audit_state_finding(audit, row, past->seq, "state",
                        "the type is not that of the log");
  if (!text_equal(row->created, past->created))
    audit_state_finding(audit, row, past->seq, "state",
                        "'created' is not the time of its creation");
  int order = text_compare(row->modified, past->time);
  if (left ? order < 0 : order != 0)
    audit_state_finding(audit, row, past->seq, "state",
                        "'modified' is not the time of its last change");
  Naming naming =
      naming_of(&audit->operation->schemas->naming, row->type, row->doc);
  if (!text_equal(row->name, naming.name) ||
      !text_equal(row->email, naming.email))
    audit_state_finding(audit, row, past->seq, "state",
                        "'name' or 'email' is not that of the document");
  if (!past->doc || !json_equal(row->doc, past->doc))
    audit_state_finding(audit, row, past->seq, "state",
                        "the document is not what the log makes of it");
}

/*
** Keys.
*/

/* What is unique may be another's who has the same: when an attribute became
** unique while two shared a value, the older one has it, and both claim it. */
static void audit_uniques(Audit *audit, const AuditRow *row, AuditKeys *keys,
                          const Json *uniques) {
  Query query = query_open(audit->operation, STATEMENT_UNIQUE_OWNERS);
  query_bind_text(&query, UNIQUE_OWNERS_KEYS,
                  json_text(&audit->operation->arena, uniques));
  query_bind_text(&query, UNIQUE_OWNERS_TENANT, row->tenant);
  query_bind_text(&query, UNIQUE_OWNERS_TYPE, row->type);
  query_bind_integer(&query, UNIQUE_OWNERS_RESOURCE, row->resource);
  while (query_step(&query)) {
    long long owner = query_integer(&query, UNIQUE_OWNER_ROW_RESOURCE);
    bool claimed = query_integer(&query, UNIQUE_OWNER_ROW_CLAIMED) != 0;
    if (owner == row->resource) keys->uniques++;
    bool other = owner && owner < row->resource;
    if (claimed) keys->claims++;
    if (owner == row->resource || (other && claimed)) continue;
    audit_state_finding(
        audit, row, 0, "index",
        arena_format(&audit->operation->arena,
                     !owner   ? "scim_unique has no row of its %.*s"
                     : !other ? "scim_unique has another resource for %.*s"
                              : "scim_claim has no row of its %.*s",
                     TEXT_ARG(query_text(&query, UNIQUE_OWNER_ROW_ATTRIBUTE)))
            .data);
  }
  query_close(&query);
}

/* The document's keys against scim_value and scim_unique: those of it are all
** there, here; that no more are there, the counts of all documents tell at the
** end, for one pass over each table instead of one a document. */
static void audit_keys(Audit *audit, const AuditRow *row, AuditKeys *keys) {
  Operation *operation = audit->operation;
  const ResourceType *type = schema_type(operation->schemas, row->type);
  if (!type || !keys->known) return;
  DocumentKeys own = keys_of_document(operation, type, row->doc, NULL);
  long long count = (long long)own.values->count;
  keys->values += count;
  Query query = query_open(operation, STATEMENT_KEYS_THERE);
  query_bind_text(&query, KEYS_THERE_KEYS,
                  json_text(&operation->arena, own.values));
  query_bind_text(&query, KEYS_THERE_TENANT, row->tenant);
  query_bind_text(&query, KEYS_THERE_TYPE, row->type);
  query_bind_integer(&query, KEYS_THERE_RESOURCE, row->resource);
  if (query_step(&query) &&
      query_integer(&query, KEYS_THERE_ROW_NUMBER) != count)
    audit_state_finding(audit, row, 0, "index",
                        "scim_value has not all keys of the document");
  query_close(&query);
  audit_uniques(audit, row, keys, own.uniques);
}

/* Are all indexes as the documents make them? One that is not built yet, or is
** to be built anew since a definition was replaced, differs from them, and that
** is no mistake. */
static bool audit_keys_known(const SchemaSet *schemas) {
  if (schemas->stale) return false;
  for (const ResourceType *type = schemas->types; type; type = type->next)
    for (const Index *index = type->indexes; index; index = index->next)
      if (!index->built) return false;
  return true;
}

/* Counts only where every document was read and no index is being built or
** removed: else they differ though nothing is wrong. */
static void audit_count_keys(Audit *audit, const AuditKeys *keys) {
  Query query = query_open(audit->operation, STATEMENT_COUNT_KEYS);
  AuditKeys there = *keys;
  if (query_step(&query)) {
    there.values = query_integer(&query, COUNT_KEYS_ROW_KEYS);
    there.uniques = query_integer(&query, COUNT_KEYS_ROW_UNIQUES);
    there.claims = query_integer(&query, COUNT_KEYS_ROW_CLAIMS);
    if (query_integer(&query, COUNT_KEYS_ROW_REMOVING)) keys = NULL;
  }
  query_close(&query);
  if (!keys || (there.values == keys->values &&
                there.uniques == keys->uniques && there.claims == keys->claims))
    return;
  Text detail = arena_format(
      &audit->operation->arena,
      "scim_value, scim_unique and scim_claim have %lld, %lld and %lld rows, "
      "the documents %lld, %lld and %lld keys",
      there.values, there.uniques, there.claims, keys->values, keys->uniques,
      keys->claims);
  audit_add(audit, (Finding){.kind = TEXT("index"), .detail = detail});
}

/*
** The walk.
*/

/* The row at which the walk stands, but for the document, which is returned as
** text: whether that is JSON is a part of the check. */
static AuditRow audit_read_row(Query *query, Text *doc) {
  *doc = query_text(query, RESOURCES_ROW_DOC);
  return (AuditRow){.resource = query_integer(query, RESOURCES_ROW_RESOURCE),
                    .tenant = query_text(query, RESOURCES_ROW_TENANT),
                    .type = query_text(query, RESOURCES_ROW_TYPE),
                    .id = query_text(query, RESOURCES_ROW_ID),
                    .version = query_integer(query, RESOURCES_ROW_VERSION),
                    .created = query_text(query, RESOURCES_ROW_CREATED),
                    .modified = query_text(query, RESOURCES_ROW_MODIFIED),
                    .name = query_text(query, RESOURCES_ROW_NAME),
                    .email = query_text(query, RESOURCES_ROW_EMAIL)};
}

/* One resource: what its row holds against what the log says of it, and its
** keys against the indexes. What cannot be read is told, and not looked into.
*/
static void audit_resource(Audit *audit, Query *query, AuditKeys *keys) {
  Text doc;
  JsonFault fault;
  AuditRow row = audit_read_row(query, &doc);
  row.doc = json_parse(&audit->operation->arena, doc, &fault);
  if (!row.doc || row.doc->type != JSON_OBJECT) {
    audit_state_finding(audit, &row, 0, "state", "the document is no JSON");
    return;
  }
  AuditPast past = audit_replay(audit, &row);
  if (past.made)
    audit_compare(audit, &row, &past);
  else
    audit_state_finding(audit, &row, 0, "state",
                        "the log has no creation of it");
  audit_keys(audit, &row, keys);
}

/* One resource after the other, in the memory of one. Where the definitions
** cannot be read no document can be looked at: that error is the finding. */
void audit_state(Audit *audit) {
  if (!definitions_load(audit->operation)) return;
  AuditKeys keys = {audit_keys_known(audit->operation->schemas), 0, 0, 0};
  Query query = query_open(audit->operation, STATEMENT_RESOURCES);
  ArenaMark mark = arena_mark(&audit->operation->arena);
  while (!audit_is_full(audit) && query_step(&query)) {
    size_t before = audit->list.count;
    audit_resource(audit, &query, &keys);
    audit_let_go(audit, before, &mark);
  }
  query_close(&query);
  if (keys.known && !audit_is_full(audit)) audit_count_keys(audit, &keys);
}
