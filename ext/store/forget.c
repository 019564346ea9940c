/*
** forget.c: takes the values of somebody who is deleted out of what is kept.
**
** HOW IT WORKS
**
** What was known of somebody stands in his own rows of the log, as patches and
** whole documents; as a display in the rows of groups that he was put into; and
** in what was answered to requests that failed, which nothing connects to him
** but the values themselves: "userName 'ann' is that of another". So all values
** of his are gathered from his own rows first, and then the tenant's log is
** walked through. Texts are compared folded, a target as it was sent and
** decoded (/Users/ann%40example.com), and what was answered about a path or a
** filter with the escapes of JSON; the words of "type" are no values of
** anybody, nor is what has one or two bytes.
**
** A row keeps its hash and the digest of what it was made with, so the chain of
** the log stays whole (chain.h), and gets a digest of what is left.
**
** Documents of others are theirs, and stay what the log makes of them.
*/
#include "forget.h"

#include <assert.h>

#include "../model/error.h"
#include "../text/contains.h"
#include "../text/fold.h"
#include "../text/uri.h"
#include "commit.h"

#define FORGET_LEAST 3 /* bytes of a text that is looked for */

/* What is looked for. */
typedef struct Forget {
  Operation *operation;
  Text tenant, id;
  Text quoted;   /* the id as JSON */
  Json *values;  /* an array of texts, folded, each once */
  Json *escaped; /* those that JSON writes otherwise, so */
} Forget;

/*
** Values.
*/

/* One after the other: a person has some dozens of values. */
static bool forget_knows(const Forget *forget, Text folded) {
  JSON_EACH (value, forget->values)
    if (text_equal(value->text, folded)) return true;
  return false;
}

/* The escapes are in ASCII, and the same when they are folded. */
static void forget_add(Forget *forget, Text folded) {
  Arena *arena = &forget->operation->arena;
  Json *value = json_string(arena, folded);
  Text quoted = json_text(arena, value);
  Text escaped = {quoted.data + 1, quoted.size - 2};
  json_append(forget->values, value);
  if (!text_equal(escaped, folded))
    json_append(forget->escaped, json_string(arena, escaped));
}

/* One that is to be looked for, unless it is too short for that. */
static void forget_take(Forget *forget, Text text) {
  if (text.size < FORGET_LEAST) return;
  Text folded = fold(&forget->operation->arena, text);
  if (!forget_knows(forget, folded)) forget_add(forget, folded);
}

/* Gathers the texts of a value. Patches are as deep as documents, which is
** JSON_DEPTH at most. Not numbers, since their digits are in the ids of others,
** which begin alike where they were made within some hours. */
static void forget_gather(Forget *forget, const Json *value) {
  if (!value) return;
  if (value->type == JSON_STRING && !text_same(value->name, TEXT("type")))
    forget_take(forget, value->text);
  JSON_EACH (child, value) forget_gather(forget, child);
}

/* What is no JSON any more is passed by: it goes all the same. */
static void forget_gather_text(Forget *forget, Text text) {
  JsonFault fault;
  if (text.size)
    forget_gather(forget, json_parse(&forget->operation->arena, text, &fault));
}

/* From both patches of each row about the person: what was overwritten long ago
** is in the ones that lead back. */
static void forget_read_values(Forget *forget) {
  Query query = query_open(forget->operation, STATEMENT_VALUES_OF);
  query_bind_text(&query, VALUES_OF_ID, forget->id);
  query_bind_text(&query, VALUES_OF_TENANT, forget->tenant);
  while (query_step(&query)) {
    forget_gather_text(forget, query_text(&query, PATCH_ROW_BEFORE));
    forget_gather_text(forget, query_text(&query, PATCH_ROW_AFTER));
  }
  query_close(&query);
}

/* Of a member that is nobody's here nothing else is known. */
static void forget_read_displays(Forget *forget) {
  Query query = query_open(forget->operation, STATEMENT_DISPLAYS_OF);
  query_bind_text(&query, DISPLAYS_OF_ID, forget->id);
  query_bind_text(&query, DISPLAYS_OF_TENANT, forget->tenant);
  query_bind_text(&query, DISPLAYS_OF_QUOTED, forget->quoted);
  while (query_step(&query))
    forget_take(forget, query_text(&query, DISPLAY_ROW_DISPLAY));
  query_close(&query);
}

/* Is there one of the values in the text as it is? The id itself is none. */
static bool forget_is_in(const Forget *forget, Text text) {
  if (!text.size || !utf8_valid(text)) return false;
  Text folded = fold(&forget->operation->arena, text);
  JSON_EACH (value, forget->values)
    if (!text_equal(value->text, forget->id) &&
        contains_part(folded, value->text))
      return true;
  JSON_EACH (value, forget->escaped)
    if (contains_part(folded, value->text)) return true;
  return false;
}

/* The same, also where it is written as in a URL. */
static bool forget_names(const Forget *forget, Text text) {
  return forget_is_in(forget, text) ||
         (contains_part(text, TEXT("%")) &&
          forget_is_in(forget,
                       uri_decode(&forget->operation->arena, text, false)));
}

/*
** Rows.
*/

/* Members, or a member, without the displays of who is forgotten; the same text
** where there is none. */
static Text forget_displays(const Forget *forget, Text text) {
  Arena *arena = &forget->operation->arena;
  JsonFault fault;
  bool found = false;
  Json *list = text.size ? json_parse(arena, text, &fault) : NULL;
  if (!list) return text;
  Json *only = list->type == JSON_OBJECT ? list : NULL;
  for (Json *item = only ? only : list->first; item;
       item = only ? NULL : item->next) {
    Json *display = json_member(item, "display");
    if (!display || !text_equal(json_member_string(item, "value"), forget->id))
      continue;
    json_remove(item, display);
    found = true;
  }
  return found ? json_text(arena, list) : text;
}

/* The same of the patches of members who stay. That a display went is no value
** of anybody, and stays. */
static Text forget_patches(const Forget *forget, Text text) {
  Arena *arena = &forget->operation->arena;
  JsonFault fault;
  Json *patches = text.size ? json_parse(arena, text, &fault) : NULL;
  if (!patches) return text;
  JSON_EACH (patch, patches) {
    Json *display = json_member(patch, "display");
    if (!display || display->type == JSON_NULL ||
        !text_equal(patch->name, forget->id))
      continue;
    json_remove(patch, display);
    return json_text(arena, patches);
  }
  return text;
}

/* The first segment of a path, which is the endpoint: "/Users". */
static Text forget_endpoint(Text target) {
  size_t size = 1;
  while (size < target.size && target.data[size] != '/') size++;
  return text_first(target, size < target.size ? size : target.size);
}

/* Is it what the row did? */
static bool forget_is(const ChainRow *row, const char *action) {
  return text_equal(row->action, text_of(action));
}

/* What is to be left of a row. Of whom there was, a document without values:
** he was there, and a replay of the log finds it so. */
static ChainRow forget_rest(const Forget *forget, const ChainRow *row) {
  ChainRow left = *row;
  if (text_equal(row->id, forget->id))
    left.before = left.after = left.detail = NO_TEXT;
  if (left.before.data != row->before.data && forget_is(row, "delete"))
    left.before = TEXT("{}");
  if (left.after.data != row->after.data && forget_is(row, "create"))
    left.after = TEXT("{}");
  if (forget_names(forget, row->detail)) left.detail = NO_TEXT;
  if (forget_names(forget, row->target))
    left.target = forget_endpoint(row->target);
  if (!row->type.data && forget_names(forget, left.target))
    left.target = TEXT("/"); /* there is no such endpoint */
  if (!row->action.data && forget_names(forget, row->id)) left.id = NO_TEXT;
  left.member_add = forget_displays(forget, row->member_add);
  left.member_patch = forget_patches(forget, row->member_patch);
  return left;
}

/* Texts may be the same, or both be NULL. */
static bool forget_is_same(const ChainRow *row, const ChainRow *left) {
  return text_equal(row->id, left->id) &&
         text_equal(row->before, left->before) &&
         text_equal(row->after, left->after) &&
         text_equal(row->detail, left->detail) &&
         text_equal(row->target, left->target) &&
         text_equal(row->member_add, left->member_add) &&
         text_equal(row->member_patch, left->member_patch);
}

/* A member for the trigger, which leaves a column without one NULL. */
static void forget_put(Arena *arena, Json *data, const char *name, Text text) {
  if (text.data) json_put(data, name, json_string(arena, text));
}

/* What is left of a row of the log, and the digest of that: the chain keeps the
** one of before, and scim_check compares this one. */
static void forget_write(Forget *forget, const ChainRow *left) {
  Arena *arena = &forget->operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put(data, "seq", json_integer(arena, left->seq));
  forget_put(arena, data, "id", left->id);
  forget_put(arena, data, "target", left->target);
  forget_put(arena, data, "detail", left->detail);
  forget_put(arena, data, "before", left->before);
  forget_put(arena, data, "after", left->after);
  forget_put(arena, data, "member_add", left->member_add);
  forget_put(arena, data, "member_patch", left->member_patch);
  unsigned char digest[CHAIN_BYTES];
  chain_digest(left, digest);
  Work work = {.action = "forget_row",
               .tenant = forget->tenant,
               .data = json_text(arena, data),
               .digest = chain_bytes(digest)};
  commit_work(forget->operation, &work);
}

/* Goes on to the next row that may have something in it. False at the end. */
static bool forget_next(Forget *forget, long long after, ChainRow *row) {
  Query query = query_open(forget->operation, STATEMENT_NEXT_TRACE);
  query_bind_integer(&query, NEXT_TRACE_AFTER, after);
  query_bind_text(&query, NEXT_TRACE_TENANT, forget->tenant);
  query_bind_text(&query, NEXT_TRACE_ID, forget->id);
  query_bind_text(&query, NEXT_TRACE_QUOTED, forget->quoted);
  bool found = query_step(&query);
  if (found) *row = chain_read(&query);
  query_close(&query);
  return found;
}

/* Each row of the log that names the person, one by one, whatever they hold;
** the rows are read by seq, so that what is written between them moves none.
** Returns how many changed. */
static long long forget_log(Forget *forget) {
  Operation *operation = forget->operation;
  long long count = 0, after = -1;
  ChainRow row;
  ArenaMark mark = arena_mark(&operation->arena);
  while (forget_next(forget, after, &row)) {
    ChainRow left = forget_rest(forget, &row);
    after = row.seq;
    if (!forget_is_same(&row, &left)) {
      forget_write(forget, &left);
      count++;
    }
    if (failed(operation)) return 0;
    arena_release(&operation->arena, mark);
  }
  return count;
}

/*
** The rest.
*/

/* His own jobs keep nothing; those of groups, who it was. */
static void forget_jobs(Forget *forget) {
  Operation *operation = forget->operation;
  Arena *arena = &operation->arena;
  long long after = -1;
  for (bool more = true; more && !failed(operation);) {
    Query query = query_open(operation, STATEMENT_NEXT_JOB_OF);
    query_bind_integer(&query, NEXT_JOB_OF_AFTER, after);
    query_bind_text(&query, NEXT_JOB_OF_TENANT, forget->tenant);
    query_bind_text(&query, NEXT_JOB_OF_ID, forget->id);
    query_bind_text(&query, NEXT_JOB_OF_QUOTED, forget->quoted);
    more = query_step(&query);
    if (more) after = query_integer(&query, JOB_ROW_JOB);
    bool own = text_equal(query_text(&query, JOB_ROW_ID), forget->id);
    Text payload = query_text(&query, JOB_ROW_PAYLOAD);
    query_close(&query);
    Text left = own ? NO_TEXT : forget_displays(forget, payload);
    if (!more || (!own && text_equal(left, payload))) continue;
    Json *data = json_new(arena, JSON_OBJECT);
    json_put(data, "job", json_integer(arena, after));
    forget_put(arena, data, "payload", left);
    Work work = {.action = "forget_job", .data = json_text(arena, data)};
    commit_work(operation, &work);
  }
}

/* What is neither the log nor the outbox: the triggers know the tables, and get
** the values for those that keep some (commit/forget.sql). */
static void forget_others(Forget *forget) {
  Arena *arena = &forget->operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put_string(arena, data, "id", forget->id);
  json_put(data, "values", forget->values);
  Work work = {.action = "forget",
               .tenant = forget->tenant,
               .data = json_text(arena, data)};
  commit_work(forget->operation, &work);
}

/* Who is there is to be deleted first: what is known of him would be written
** again by his next change. */
static void forget_check(Operation *operation, Text tenant, Text id) {
  Query query = query_open(operation, STATEMENT_FORGETTABLE);
  query_bind_text(&query, FORGETTABLE_TENANT, tenant);
  query_bind_text(&query, FORGETTABLE_ID, id);
  if (query_step(&query)) {
    if (query_integer(&query, FORGETTABLE_ROW_ALIVE))
      error_set(operation, ERROR_CONFLICT,
                "'%.*s' of the tenant '%.*s' is there: delete it first",
                TEXT_ARG(id), TEXT_ARG(tenant));
    else if (!query_integer(&query, FORGETTABLE_ROW_KNOWN))
      error_set(operation, ERROR_NOT_FOUND,
                "the log of the tenant '%.*s' does not know '%.*s'",
                TEXT_ARG(tenant), TEXT_ARG(id));
  }
  query_close(&query);
}

/* Values are gathered before anything is taken away, because they are known
** from the rows that lose them. */
long long forget_resource(Operation *operation, Text tenant, Text id) {
  Forget forget = {.operation = operation,
                   .tenant = tenant,
                   .id = id,
                   .quoted = json_text(&operation->arena,
                                       json_string(&operation->arena, id))};
  forget_check(operation, tenant, id);
  if (failed(operation)) return 0;
  forget.values = json_new(&operation->arena, JSON_ARRAY);
  forget.escaped = json_new(&operation->arena, JSON_ARRAY);
  forget_read_values(&forget);
  forget_read_displays(&forget);
  long long count = forget_log(&forget);
  forget_jobs(&forget);
  forget_others(&forget);
  return count;
}
