/*
** commit.c: writes a change, by one INSERT.
**
** HOW IT WORKS
**
** C works out what is to change, and this file says it to SQL: a Change becomes
** a row for the view scim_commit, or one like it, whose INSTEAD OF triggers
** (sql/commit/) spread it over the tables. It is one statement because SQLite
** undoes one that fails as a whole, wherever the extension was called from;
** several would need a savepoint, which cannot be had within a writing
** statement of the host.
**
** What is no change of a resource, a token or an index that is built, goes into
** a view of its own, scim_commit_work, in the same way: SQLite compiles all
** triggers that a statement may set off, and those of the work are the longer
** part, which a connection that only changes resources need not wait for.
**
** Triggers and constraints of the application run in that statement, and may
** refuse it. SQLite then undoes it, unless they say RAISE(FAIL), and so there
** is a savepoint around it all the same, where one can be had.
**
** They may also have other changes made, by scim_apply. Those are inner
** operations, which find by way of `outer` what is being changed (`change`) and
** which place in the log that has (`seal`), and go on behind it.
**
** Two tables say which member of a Change is which parameter, one for text and
** one for numbers. A new column of scim_commit is a member and a row there.
*/
#include "commit.h"

#include <assert.h>

#include "../db/transaction.h"
#include "../model/error.h"
#include "../model/schema.h"
#include "drawn.h"
#include "refusal.h"

#define COMMIT_COUNT(table) (int)(sizeof(table) / sizeof *(table))

/* Which parameter a member of Change is for. */
typedef struct CommitParameter {
  int parameter;
  size_t offset;
} CommitParameter;

static const CommitParameter commit_texts[] = {
    {COMMIT_CHANGE_TENANT, offsetof(Change, tenant)},
    {COMMIT_CHANGE_TYPE, offsetof(Change, type)},
    {COMMIT_CHANGE_ID, offsetof(Change, id)},
    {COMMIT_CHANGE_TIME, offsetof(Change, time)},
    {COMMIT_CHANGE_DOC, offsetof(Change, doc)},
    {COMMIT_CHANGE_VALUE_ADD, offsetof(Change, value_add)},
    {COMMIT_CHANGE_VALUE_DROP, offsetof(Change, value_drop)},
    {COMMIT_CHANGE_UNIQUE_ADD, offsetof(Change, unique_add)},
    {COMMIT_CHANGE_UNIQUE_DROP, offsetof(Change, unique_drop)},
    {COMMIT_CHANGE_MEMBER_ADD, offsetof(Change, member_add)},
    {COMMIT_CHANGE_JOINS, offsetof(Change, joins)},
    {COMMIT_CHANGE_MEMBER_DROP, offsetof(Change, member_drop)},
    {COMMIT_CHANGE_MEMBER_PATCH, offsetof(Change, member_patch)},
    {COMMIT_CHANGE_GROUPS_LEFT, offsetof(Change, groups_left)},
    {COMMIT_CHANGE_SOURCE, offsetof(Change, source)},
    {COMMIT_CHANGE_MAPS, offsetof(Change, maps)},
    {COMMIT_CHANGE_METHOD, offsetof(Change, method)},
    {COMMIT_CHANGE_TARGET, offsetof(Change, target)},
    {COMMIT_CHANGE_SCIM_TYPE, offsetof(Change, scim_type)},
    {COMMIT_CHANGE_DETAIL, offsetof(Change, detail)},
    {COMMIT_CHANGE_BEFORE, offsetof(Change, before)},
    {COMMIT_CHANGE_AFTER, offsetof(Change, after)},
    {COMMIT_CHANGE_DATA, offsetof(Change, data)},
    {COMMIT_CHANGE_JOBS, offsetof(Change, jobs)},
    {COMMIT_CHANGE_NAME, offsetof(Change, name)},
    {COMMIT_CHANGE_EMAIL, offsetof(Change, email)},
    {COMMIT_CHANGE_REQUEST, offsetof(Change, request)},
};

static const CommitParameter commit_numbers[] = {
    {COMMIT_CHANGE_RESOURCE, offsetof(Change, resource)},
    {COMMIT_CHANGE_VERSION, offsetof(Change, version)},
    {COMMIT_CHANGE_TOKEN, offsetof(Change, token)},
    {COMMIT_CHANGE_STATUS, offsetof(Change, status)},
    {COMMIT_CHANGE_INACTIVE, offsetof(Change, inactive)},
    {COMMIT_CHANGE_RENAMED, offsetof(Change, renamed)},
};

/* The member of the change that the row of a table is about. */
static const void *commit_member(const Change *change,
                                 const CommitParameter *entry) {
  return (const char *)change + entry->offset;
}

/* What is left out stays unbound, which SQLite takes for NULL: a text that is
** empty and a number that is 0 mean nothing in any column. */
static void commit_bind_text(Query *query, int parameter, Text text) {
  if (text.size) query_bind_text(query, parameter, text);
}

/* The change as parameters. What is empty or 0 stays NULL, which is what the
** triggers of scim_commit take for "not said". */
static void commit_bind(Query *query, const Change *change) {
  assert(change->action);
  assert(!query->cached || /* no member of Change is forgotten; 5 are below */
         query_parameters(query) ==
             5 + COMMIT_COUNT(commit_texts) + COMMIT_COUNT(commit_numbers));
  query_bind_text(query, COMMIT_CHANGE_ACTION, text_of(change->action));
  for (int i = 0; i < COMMIT_COUNT(commit_texts); i++) {
    const Text *text = commit_member(change, &commit_texts[i]);
    commit_bind_text(query, commit_texts[i].parameter, *text);
  }
  for (int i = 0; i < COMMIT_COUNT(commit_numbers); i++) {
    const long long *number = commit_member(change, &commit_numbers[i]);
    if (*number)
      query_bind_integer(query, commit_numbers[i].parameter, *number);
  }
}

/* Work has fewer columns than a change, so they are bound one by one. */
static void commit_bind_work(Query *query, const Work *work) {
  assert(work->action);
  query_bind_text(query, COMMIT_WORK_ACTION, text_of(work->action));
  commit_bind_text(query, COMMIT_WORK_TENANT, work->tenant);
  commit_bind_text(query, COMMIT_WORK_TYPE, work->type);
  commit_bind_text(query, COMMIT_WORK_TIME, work->time);
  commit_bind_text(query, COMMIT_WORK_DATA, work->data);
  query_bind_blob(query, COMMIT_WORK_DIGEST, work->digest);
}

/*
** The chain of the log (chain.h).
*/

static Text commit_or_null(Text text) { return text.size ? text : NO_TEXT; }

/* The row that the triggers make of a change (sql/commit/log.sql). A change has
** the empty text where a column is NULL; method and target never are. */
static ChainRow commit_log_row(const Change *change) {
  bool none = !strcmp(change->action, "none");
  bool deletes = !strcmp(change->action, "delete");
  bool members = change->member_add.size || change->member_drop.size ||
                 change->member_patch.size;
  return (ChainRow){.time = commit_or_null(change->time),
                    .tenant = commit_or_null(change->tenant),
                    .token = change->token,
                    .method = change->method.size ? change->method : TEXT(""),
                    .target = change->target.size ? change->target : TEXT(""),
                    .status = change->status,
                    .scim_type = commit_or_null(change->scim_type),
                    .detail = commit_or_null(change->detail),
                    .action = none ? NO_TEXT : text_of(change->action),
                    .type = commit_or_null(change->type),
                    .id = commit_or_null(change->id),
                    .version = change->version,
                    .before = commit_or_null(change->before),
                    .after = commit_or_null(change->after),
                    .member_add = commit_or_null(change->member_add),
                    .member_drop = commit_or_null(change->member_drop),
                    .member_patch = commit_or_null(change->member_patch),
                    .groups_left = commit_or_null(change->groups_left),
                    .source = deletes || !members   ? NO_TEXT
                              : change->source.size ? change->source
                                                    : TEXT("idp")};
}

/* Has a change that was refused, and could not be undone by itself, left
** something? RAISE(FAIL) and OR FAIL do that. */
static bool commit_has_left(Operation *operation, const Change *change,
                            const ChainSeal *seal) {
  SavedError saved = error_save(operation);
  Query query = query_open(operation, STATEMENT_CHANGE_LEFT);
  if (seal) query_bind_integer(&query, CHANGE_LEFT_SEQ, seal->seq);
  query_bind_text(&query, CHANGE_LEFT_ACTION, text_of(change->action));
  query_bind_text(&query, CHANGE_LEFT_TENANT, change->tenant);
  query_bind_text(&query, CHANGE_LEFT_ID, change->id);
  query_bind_integer(&query, CHANGE_LEFT_VERSION, change->version);
  query_bind_text(&query, CHANGE_LEFT_TYPE, change->type);
  query_bind_integer(&query, CHANGE_LEFT_RESOURCE, change->resource);
  commit_bind_text(&query, CHANGE_LEFT_UNIQUE_ADD, change->unique_add);
  commit_bind_text(&query, CHANGE_LEFT_UNIQUE_DROP, change->unique_drop);
  commit_bind_text(&query, CHANGE_LEFT_VALUE_ADD, change->value_add);
  commit_bind_text(&query, CHANGE_LEFT_VALUE_DROP, change->value_drop);
  commit_bind_text(&query, CHANGE_LEFT_JOINS, change->joins);
  commit_bind_text(&query, CHANGE_LEFT_MEMBER_DROP, change->member_drop);
  commit_bind_text(&query, CHANGE_LEFT_MEMBER_PATCH, change->member_patch);
  bool left = query_step(&query) && query_integer(&query, CHANGE_LEFT_ROW_LEFT);
  query_close(&query);
  error_restore(operation, saved);
  return left;
}

/* Keys that are deferred are looked at by COMMIT, which is too late: by then
** the client has been told that all is well, or others are in the transaction.
** Those that were pointing at nothing before are the caller's affair. */
static void commit_check_keys(Operation *operation, bool before) {
  if (!failed(operation) && !before && transaction_has_dangling_keys(operation))
    error_database(operation, SQLITE_CONSTRAINT_FOREIGNKEY,
                   "FOREIGN KEY constraint failed");
}

/* A table or column that is there no more breaks every write of everybody, and
** SQLite does not say who needs it. Our own statements need none of others, so
** it is a trigger of the application, or of one of its maps. */
static void commit_explain_missing(Operation *operation) {
  const char *message = operation->detail.data;
  if (!failed(operation) || operation->sqlite != SQLITE_ERROR ||
      strncmp(message, "no such ", strlen("no such ")) != 0 ||
      strstr(message, "scim_"))
    return;
  const char *whole = arena_format(&operation->arena,
                                   "%s, which a trigger of yours or a map that "
                                   "is on needs: define that anew, or switch "
                                   "the map off",
                                   message)
                          .data;
  error_clear(operation);
  error_database(operation, SQLITE_ERROR, whole);
}

/* Executes the INSERT of a change, or of work, where `change` is NULL. What the
** application refuses becomes a SCIM error when nothing of it is left, and
** nothing of others' is lost. Otherwise it stays SQLite's, which makes the
** caller undo all that he has begun. */
static void commit_insert(Operation *operation, Query *query,
                          const Change *change, const ChainSeal *seal) {
  operation->change = change;
  operation->seal = seal;
  bool dangling = transaction_has_dangling_keys(operation);
  bool guarded = transaction_guard(operation);
  query_step(query);
  query_close(query);
  operation->change = NULL;
  operation->seal = NULL;
  operation->maps = false;
  if (seal && !failed(operation)) operation->logged = seal->seq;
  commit_check_keys(operation, dangling);
  bool refused = refusal_is_one(operation);
  TransactionLoss loss = refused ? transaction_loss(operation) : LOSS_NONE;
  if (guarded && loss == LOSS_NONE)
    transaction_guard_end(operation, failed(operation));
  commit_explain_missing(operation);
  if (!refused || loss == LOSS_CALLER) return;
  if (guarded || !change || !commit_has_left(operation, change, seal))
    refusal_translate(operation);
}

/* What the columns name and email are to hold: of a new resource, and of one of
** which either is another, or what scim_name has. SQLite would write their
** indexes anew with each update that sets them. */
static void commit_name(Operation *operation, Change *change) {
  if (!change->doc.size || !change->content) return;
  const NamingWords *words = &operation->schemas->naming;
  Naming naming = naming_of(words, change->type, change->content);
  Naming former = naming_of(words, change->type, change->former);
  if (change->former && text_equal(naming.name, former.name) &&
      text_equal(naming.called, former.called) &&
      text_equal(naming.email, former.email))
    return;
  change->renamed = 1;
  change->name = naming.name;
  change->email = naming.email;
}

/* A later version of what is there already, which the outer change has made.
** What maps are to write of that is known before, and would come later. */
static bool commit_goes_on(const Change *outer, const Change *change) {
  return strcmp(outer->action, "delete") != 0 && !outer->maps.size &&
         !strcmp(change->action, "update") && change->version > outer->version;
}

/* Is a later version of a group about a member whom the outer change has still
** to write? What it makes of them would be written over, though the log, where
** it comes behind the outer one, has it as the last word. */
static bool commit_meets_member(Operation *operation, const Change *made,
                                const Change *change) {
  bool writes = made->joins.size || made->member_patch.size;
  bool names = change->joins.size || change->member_patch.size ||
               change->member_drop.size;
  if (!writes || !names) return false;
  Query query = query_open(operation, STATEMENT_MEMBER_IN_HAND);
  query_bind_integer(&query, MEMBER_IN_HAND_RESOURCE, change->resource);
  commit_bind_text(&query, MEMBER_IN_HAND_SOURCE, change->source);
  commit_bind_text(&query, MEMBER_IN_HAND_JOINS, change->joins);
  commit_bind_text(&query, MEMBER_IN_HAND_PATCHES, change->member_patch);
  commit_bind_text(&query, MEMBER_IN_HAND_DROPS, change->member_drop);
  commit_bind_text(&query, MEMBER_IN_HAND_OUTER_SOURCE, made->source);
  commit_bind_text(&query, MEMBER_IN_HAND_OUTER_JOINS, made->joins);
  commit_bind_text(&query, MEMBER_IN_HAND_OUTER_PATCHES, made->member_patch);
  bool meets = query_step(&query) &&
               query_integer(&query, MEMBER_IN_HAND_ROW_UNWRITTEN) != 0;
  query_close(&query);
  return meets;
}

/* The id of what an outer change, which the log does not have yet, has half
** changed, and which a change would meet: its resource; a group that who goes
** by it has still to leave; who goes, where they join a group. The next steps
** of the outer one would undo the change, or be about nothing. */
static Text commit_half(Operation *operation, const Operation *outer,
                        const Change *change) {
  const Change *made = outer->change;
  if (!made || !outer->seal || !text_equal(made->tenant, change->tenant))
    return NO_TEXT;
  bool creates = !strcmp(change->action, "create");
  bool goes = !strcmp(made->action, "delete");
  bool same = !creates && text_equal(made->id, change->id);
  bool meets = same && (!commit_goes_on(made, change) ||
                        commit_meets_member(operation, made, change));
  if (!meets && !goes) return NO_TEXT;
  Query query = query_open(operation, STATEMENT_IN_HAND);
  query_bind_integer(&query, IN_HAND_SEQ, outer->seal->seq);
  query_bind_text(&query, IN_HAND_TENANT, change->tenant);
  query_bind_text(&query, IN_HAND_GOES, made->id);
  commit_bind_text(&query, IN_HAND_GROUPS, made->groups_left);
  query_bind_text(&query, IN_HAND_ID, change->id);
  commit_bind_text(&query, IN_HAND_JOINS, change->joins);
  Text half = NO_TEXT;
  if (query_step(&query) && query_integer(&query, IN_HAND_ROW_MADE)) {
    if (meets || (!creates && query_integer(&query, IN_HAND_ROW_LEFT)))
      half = change->id;
    else if (query_integer(&query, IN_HAND_ROW_JOINS))
      half = made->id;
  }
  query_close(&query);
  return half;
}

/* What a trigger asks for in the middle of a change of the same resource, or of
** a map that gives a row to what is there. It is told to the trigger, which may
** go on; the outer change is made. */
static void commit_check_outer(Operation *operation, const Change *change) {
  bool deletes = !strcmp(change->action, "delete");
  if (!deletes && strcmp(change->action, "update") != 0 &&
      strcmp(change->action, "create") != 0)
    return;
  for (const Operation *o = operation->outer; o; o = o->outer) {
    Text half =
        deletes && o->maps ? change->id : commit_half(operation, o, change);
    if (half.size)
      error_set(operation, ERROR_CONFLICT,
                "the resource \"%.*s\" is just being changed, by the statement "
                "that this is called in",
                TEXT_ARG(half));
  }
}

/* The shape by its number, or by its form where no change had it before. */
static void commit_bind_shape(Query *query, long long shape, Text form) {
  if (shape)
    query_bind_integer(query, COMMIT_CHANGE_SHAPE, shape);
  else if (form.size)
    query_bind_text(query, COMMIT_CHANGE_SHAPE, form);
}

/* Does it give up values that others may claim (sql/commit/claim.sql)? */
static bool commit_is_shared(Operation *operation, const Change *c) {
  if (!c->unique_drop.size) return false;
  const ResourceType *type = schema_type(operation->schemas, c->type);
  return type && type->shared;
}

/* Which view takes the change: the general one, or one for those that have less
** to do (sql/commit/commit.sql). */
static Statement commit_door(Operation *operation, const Change *c) {
  if (commit_is_shared(operation, c)) return STATEMENT_COMMIT_SHARED;
  if (c->member_add.size || c->member_drop.size || c->member_patch.size ||
      c->groups_left.size || c->maps.size || c->jobs.size)
    return STATEMENT_COMMIT_CHANGE;
  if (!strcmp(c->action, "create")) return STATEMENT_COMMIT_NEW;
  if (!strcmp(c->action, "delete")) return STATEMENT_COMMIT_GONE;
  bool keys = c->value_add.size || c->value_drop.size || c->unique_add.size ||
              c->unique_drop.size || c->renamed;
  return !strcmp(c->action, "update") && c->doc.size && !keys
             ? STATEMENT_COMMIT_DOCUMENT
             : STATEMENT_COMMIT_CHANGE;
}

/* Name, address and hash are made before the one statement, because SQL has
** neither folding nor SHA-256. Within it a trigger of the application may have
** other changes written: these find the seal, and come after it (chain.c). */
void commit_change(Operation *operation, const Change *change) {
  Change named = *change;
  drawn_check(operation);
  commit_check_outer(operation, change);
  if (failed(operation)) return;
  commit_name(operation, &named);
  Query query = query_open(operation, commit_door(operation, &named));
  commit_bind(&query, &named);
  const ChainSeal *seal = NULL;
  if (change->status && change->tenant.size) {
    ChainRow row = commit_log_row(change);
    seal = chain_seal(operation, &row, change->form);
    commit_bind_shape(&query, seal->shape, change->form);
    query_bind_integer(&query, COMMIT_CHANGE_SEQ, seal->seq);
    query_bind_blob(&query, COMMIT_CHANGE_DIGEST, chain_bytes(seal->digest));
    query_bind_blob(&query, COMMIT_CHANGE_HASH, chain_bytes(seal->hash));
  }
  commit_insert(operation, &query, &named, seal);
}

/* As commit_change, for what is no change of a resource: not all of it has a
** row in the log, and so a hash. */
void commit_work(Operation *operation, const Work *work) {
  drawn_check(operation);
  if (failed(operation)) return;
  Query query = query_open(operation, STATEMENT_COMMIT_WORK);
  commit_bind_work(&query, work);
  const ChainSeal *seal = NULL;
  operation->maps = !strcmp(work->action, "map");
  if (work->log) {
    seal = chain_seal(operation, work->log, NO_TEXT);
    query_bind_integer(&query, COMMIT_WORK_SEQ, seal->seq);
    query_bind_blob(&query, COMMIT_WORK_DIGEST, chain_bytes(seal->digest));
    query_bind_blob(&query, COMMIT_WORK_HASH, chain_bytes(seal->hash));
  }
  commit_insert(operation, &query, NULL, seal);
}

/* The number is given to SQLite, not left to it: the rows of scim_value,
** scim_unique and scim_member that the same INSERT writes refer to it. The keys
** are written first; a trigger of the application on them, within which another
** resource is created, must not get the number that is about to be used. */
long long commit_next_resource(Operation *operation) {
  Query query = query_open(operation, STATEMENT_NEXT_RESOURCE);
  long long number =
      query_step(&query) ? query_integer(&query, NEXT_RESOURCE_ROW_NUMBER) : 0;
  query_close(&query);
  for (const Operation *o = operation->outer; o; o = o->outer)
    if (o->creating >= number) number = o->creating + 1;
  operation->creating = number;
  return number;
}
