/*
** members.c: the members of groups, which are rows, and the groups of a
** resource.
**
** HOW IT WORKS
**
** A member is a row of scim_member: group, value (the id, of whatever type),
** type and display as the client sent them, and source, which tells what an IdP
** has put there (idp) from what the platform has (manual). Who was put in by
** both has two rows. The document of a group has no members, so that renaming a
** group of 100,000 costs as much as one of none.
**
** Writing: a request yields a MemberEdit (model/edit.h). One statement reads
** the rows that its entries name, sorted, or all when it replaces all; they are
** compared here, and what really changes goes, as JSON, into the one INSERT of
** the operation (commit.c): who joins, who leaves, and of who stays and is
** called otherwise a patch. An edit that changes nothing therefore leaves
** version and lastModified alone. Nobody is looked up by a statement of his
** own, nor does SQL parse JSON for each, which takes ten times as long. All of
** it is about the rows of one source, the caller's: so neither the IdP nor the
** platform takes out, or takes over, whom the other has put in.
**
** Reading: what is seen is the rows of one source, or those of both with each
** member once (operation->sees; service/caller.c decides). "$ref" is made from
** value and type while a member is written (RFC 7643 section 2.4), relative to
** the base of the service. Members go to text without a tree in between, which
** would take many times the memory.
**
** The groups of a resource are those that name it, and those that name these,
** and so on (RFC 7643 section 4.1.2: direct and indirect). A group within
** itself is refused (circle.c), but an earlier version, or somebody by hand,
** may have stored one: a group that is in the list already is not followed
** again.
*/
#include "members.h"

#include <stdlib.h>

#include "../model/budget.h"
#include "../text/check.h"
#include "../text/lookup.h"
#include "../text/uri.h"

#include <assert.h>

/* Members that are looked for one by one, whatever the size of the group. */
#define MEMBERS_MANY 1000

/*
** Changing.
*/

/* What an edit says of a value. */
typedef struct MembersEntry {
  Text value;
  size_t place; /* in the request */
  const Json *entry;
  bool drops; /* takes the member out */
  bool whole; /* says all of him: a display that it lacks goes */
  bool there; /* the source has a row of it */
} MembersEntry;

/* Entries by value, each once. */
typedef struct MembersEntries {
  MembersEntry *items;
  size_t count;
} MembersEntries;

static int members_compare(const void *left, const void *right) {
  const MembersEntry *a = left, *b = right;
  int order = text_compare(a->value, b->value);
  if (order) return order;
  return a->place < b->place ? -1 : a->place > b->place;
}

static int members_compare_value(const void *value, const void *entry) {
  return text_compare(*(const Text *)value,
                      ((const MembersEntry *)entry)->value);
}

/* The later one, with what only the earlier one says: as if each had come in a
** request of its own. So a type that was said stays, as in a row. */
static const Json *members_together(Arena *arena, const Json *earlier,
                                    const Json *later) {
  const Json *type = json_member(earlier, "type");
  const Json *display = json_member(earlier, "display");
  if (json_member(later, "display")) display = NULL;
  if (!type && !display) return later;
  Json *both = json_copy(arena, later);
  Json *other = type ? json_member(both, "type") : NULL;
  if (other) json_remove(both, other);
  if (type) json_put(both, "type", json_copy(arena, type));
  if (display) json_put(both, "display", json_copy(arena, display));
  return both;
}

/* Leaves the last one of each value, which counts. Of who was taken out before
** it no name stays but that which it says; his type does, as in the row, since
** only SQL knows whether he is somebody, whose type it is. */
static void members_keep_last(Arena *arena, MembersEntries *entries) {
  size_t kept = 0;
  for (size_t i = 0; i < entries->count; i++) {
    MembersEntry *e = &entries->items[i];
    if (i + 1 == entries->count || !text_equal(e->value, e[1].value)) {
      entries->items[kept++] = *e;
      continue;
    }
    e[1].whole = e->whole || e->drops;
    if (!e->drops && !e[1].drops)
      e[1].entry = members_together(arena, e->entry, e[1].entry);
  }
  entries->count = kept;
}

/* The entries in the order of the rows: then SQL goes through a large group
** from one end to the other. */
static MembersEntries members_sort(Arena *arena, const MemberEdit *edit) {
  MembersEntries entries = {
      arena_array(arena, edit->entries->count + 1, sizeof *entries.items), 0};
  JSON_EACH (entry, edit->entries) {
    entries.items[entries.count] =
        (MembersEntry){.value = json_member_string(entry, "value"),
                       .place = entries.count,
                       .entry = entry,
                       .drops = json_member(entry, "drop") != NULL,
                       .whole = edit->whole};
    entries.count++;
  }
  qsort(entries.items, entries.count, sizeof *entries.items, members_compare);
  members_keep_last(arena, &entries);
  return entries;
}

static MembersEntry *members_find(const MembersEntries *entries, Text value) {
  return bsearch(&value, entries->items, entries->count, sizeof *entries->items,
                 members_compare_value);
}

/* An array of what is written into it, with the comma or bracket in front. */
static Buffer *members_next(Buffer *list) {
  buffer_char(list, list->size ? ',' : '[');
  return list;
}

static Text members_end(Buffer *list) {
  if (list->size) buffer_char(list, ']');
  return buffer_text(list);
}

/* Are all rows of the group read sooner than the many looked for? */
static bool members_are_few(Operation *operation, long long group,
                            size_t count) {
  if (count < MEMBERS_MANY) return false;
  Query query = query_open(operation, STATEMENT_MEMBERS_EXCEED);
  query_bind_integer(&query, MEMBERS_EXCEED_GROUP, group);
  query_bind_integer(&query, MEMBERS_EXCEED_LEFT, (long long)count);
  bool more = query_step(&query) && query_integer(&query, EXCEED_ROW_MORE);
  query_close(&query);
  return !more;
}

/* The rows that an edit may be about: those of the source that it names or,
** when it replaces all or names as many as there are, every one. */
static Query members_open(Operation *operation, long long group, Text source,
                          const MembersEntries *entries, bool replace) {
  bool all = replace || members_are_few(operation, group, entries->count);
  Query query =
      query_open(operation, all ? STATEMENT_MEMBERS : STATEMENT_MEMBERS_NAMED);
  if (all) {
    query_bind_integer(&query, MEMBERS_GROUP, group);
    query_bind_text(&query, MEMBERS_SOURCE, source);
    return query;
  }
  Buffer values = buffer_new(&operation->arena);
  for (size_t i = 0; i < entries->count; i++)
    buffer_json_string(members_next(&values), entries->items[i].value);
  query_bind_text(&query, MEMBERS_NAMED_VALUES, members_end(&values));
  query_bind_integer(&query, MEMBERS_NAMED_GROUP, group);
  query_bind_text(&query, MEMBERS_NAMED_SOURCE, source);
  return query;
}

/* A member of the JSON object of patches (RFC 7396): how the row of who stays
** becomes what the entry says. Nothing where it is that. A type that a row has
** stays (members_together). */
static void members_write_patch(Query *query, const MembersEntry *entry,
                                Buffer *patches) {
  Arena *arena = &query->operation->arena;
  Text display = query_row_text(query, MEMBER_ROW_DISPLAY);
  const Json *said = json_member(entry->entry, "display");
  const Json *type = json_member(entry->entry, "type");
  bool named = said ? !display.data || !text_equal(display, said->text)
                    : entry->whole && display.data;
  bool typed = type && query_is_null(query, MEMBER_ROW_TYPE);
  if (!named && !typed) return;
  Json *patch = json_new(arena, JSON_OBJECT);
  if (named)
    json_put(patch, "display",
             said ? json_copy(arena, said) : json_new(arena, JSON_NULL));
  if (typed) json_put(patch, "type", json_copy(arena, type));
  buffer_char(patches, patches->size ? ',' : '{');
  buffer_json_string(patches, entry->value);
  buffer_char(patches, ':');
  json_write(patches, patch);
}

/* Goes through the rows: notes in the entries who is there, and in the change
** who is to go, and who is another from now on. */
static void members_look(Query *query, const MembersEntries *entries,
                         bool replace, MemberChange *change) {
  Buffer gone = buffer_new(&query->operation->arena);
  Buffer patches = buffer_new(&query->operation->arena);
  while (query_step(query)) {
    Text value = query_row_text(query, MEMBER_ROW_VALUE);
    MembersEntry *entry = members_find(entries, value);
    if (entry ? entry->drops : replace) {
      buffer_json_string(members_next(&gone), value);
      change->dropped++;
    } else if (entry) {
      entry->there = true;
      members_write_patch(query, entry, &patches);
    }
  }
  if (patches.size) buffer_char(&patches, '}');
  change->drop = members_end(&gone);
  change->patch = buffer_text(&patches);
}

/* What the row gets besides the id, in the form of commit.sql: mostly no more
** than a type, which is then read without another look at JSON. */
static void members_write_join(Buffer *joins, const Json *entry) {
  const Json *type = json_member(entry, "type");
  const Json *display = json_member(entry, "display");
  if (display) {
    buffer_string(joins, "{\"display\":");
    json_write(joins, display);
    if (type) buffer_string(joins, ",\"type\":");
  }
  if (type)
    json_write(joins, type);
  else if (!display)
    buffer_string(joins, "null");
  if (display) buffer_char(joins, '}');
}

/* Who is not yet there: as the log tells of them, and as they become rows. */
static void members_missing(Arena *arena, const MembersEntries *entries,
                            MemberChange *change) {
  Buffer missing = buffer_new(arena);
  Buffer joins = buffer_new(arena);
  for (size_t i = 0; i < entries->count; i++) {
    const MembersEntry *entry = &entries->items[i];
    if (entry->drops || entry->there) continue;
    json_write(members_next(&missing), entry->entry);
    buffer_char(&joins, joins.size ? ',' : '{');
    buffer_json_string(&joins, entry->value);
    buffer_char(&joins, ':');
    members_write_join(&joins, entry->entry);
    change->added++;
  }
  if (joins.size) buffer_char(&joins, '}');
  change->add = members_end(&missing);
  change->joins = buffer_text(&joins);
}

/* Only reads: what it returns is written with the rest of the change, by
** commit.c. A group that is not there yet has no row (0), and nobody who could
** be taken out. */
MemberChange members_resolve(Operation *operation, long long group, Text source,
                             const MemberEdit *edit) {
  MemberChange change = {0};
  if (failed(operation) || !edit->used) return change;
  assert(!edit->needs_members); /* the request was started again */
  assert(source.size);          /* or it would be about nobody's members */
  MembersEntries entries = members_sort(&operation->arena, edit);
  if (group && (edit->replace || entries.count)) {
    Query query =
        members_open(operation, group, source, &entries, edit->replace);
    members_look(&query, &entries, edit->replace, &change);
    query_close(&query);
  }
  members_missing(&operation->arena, &entries, &change);
  return change;
}

/* One statement for all: `pending` are resources that the same bulk request is
** about to create, which must not count as missing. */
void members_check(Operation *operation, const MemberChange *change,
                   Text pending) {
  Buffer names = buffer_new(&operation->arena);
  if (failed(operation) || !change->joins.size) return;
  Query query = query_open(operation, STATEMENT_DANGLING_MEMBERS);
  query_bind_text(&query, DANGLING_MEMBERS_TENANT, operation->tenant);
  query_bind_text(&query, DANGLING_MEMBERS_JOINS, change->joins);
  query_bind_text(&query, DANGLING_MEMBERS_PENDING,
                  pending.size ? pending : TEXT("[]"));
  while (query_step(&query)) {
    if (names.size) buffer_string(&names, ", ");
    buffer_add(&names, query_text(&query, DANGLING_ROW_VALUE));
  }
  query_close(&query);
  if (names.size)
    error_set(operation, ERROR_INVALID_VALUE,
              "'members' names resources that do not exist: %.*s",
              TEXT_ARG(buffer_text(&names)));
}

/*
** Reading.
*/

/* "Users" for a type that the definitions know; else the empty text, and the
** member has no "$ref". */
static Text members_endpoint(const SchemaSet *set, Text type_name) {
  const ResourceType *type =
      type_name.size ? schema_type(set, type_name) : NULL;
  return type ? text_after(type->endpoint, 1) : NO_TEXT;
}

/* The URI of a resource, relative to the base. An id may have any characters
** (RFC 7643 section 3.1), a URI may not. */
static Text members_ref(Arena *arena, Text endpoint, Text id) {
  return arena_format(arena, "%.*s/%.*s", TEXT_ARG(endpoint),
                      TEXT_ARG(uri_encode(arena, id)));
}

/* The same as a member of the JSON object. What is encoded has nothing to
** escape; so it goes before the quote that closes the endpoint. */
static void members_write_ref(Buffer *buffer, Text endpoint, Text id) {
  buffer_string(buffer, ",\"$ref\":");
  buffer_json_string(buffer, endpoint);
  buffer->data[buffer->size - 1] = '/';
  buffer_add(buffer, uri_encode(buffer->arena, id));
  buffer_char(buffer, '"');
}

/* A member of the JSON object; nothing for what is NULL in the row. */
static void members_write_part(Buffer *buffer, const char *name, Text text) {
  if (!text.data) return;
  buffer_string(buffer, name);
  buffer_json_string(buffer, text);
}

/* The row of a member, as an object. It is written as text, without a tree or
** copies, because there may be 100,000 of them. */
static void members_write_one(Query *query, Buffer *buffer) {
  Text value = query_row_text(query, MEMBER_ROW_VALUE);
  Text type = query_row_text(query, MEMBER_ROW_TYPE);
  Text display = query_row_text(query, MEMBER_ROW_DISPLAY);
  Text endpoint = members_endpoint(query->operation->schemas, type);
  members_write_part(buffer, "{\"value\":", value);
  if (endpoint.size) members_write_ref(buffer, endpoint, value);
  members_write_part(buffer, ",\"type\":", type);
  members_write_part(buffer, ",\"display\":", display);
  buffer_char(buffer, '}');
}

/* The same, and what it took on the way is given back: unless the buffer has
** grown, or there is an error, and what is behind the mark is the new room or
** the reason. */
static void members_write_next(Query *query, Buffer *buffer) {
  ArenaMark mark = arena_mark(buffer->arena);
  size_t capacity = buffer->capacity;
  members_write_one(query, buffer);
  if (buffer->capacity == capacity && !failed(query->operation))
    arena_release(buffer->arena, mark);
}

/* The bracket is written with the first row, and a comma with each other: so
** without rows nothing is written at all. */
bool members_write(Operation *operation, long long group, Text source,
                   Buffer *buffer) {
  Query query = query_open(operation, STATEMENT_MEMBERS);
  query_bind_integer(&query, MEMBERS_GROUP, group);
  query_bind_text(&query, MEMBERS_SOURCE, source);
  bool any = query_step(&query), more = any;
  for (char mark = '['; more; mark = ',') {
    buffer_char(buffer, mark);
    members_write_next(&query, buffer);
    more = query_step(&query);
  }
  if (any) buffer_char(buffer, ']');
  query_close(&query);
  return any;
}

Json *members_list(Operation *operation, long long group, Text source) {
  Buffer buffer = buffer_new(&operation->arena);
  if (!members_write(operation, group, source, &buffer)) return NULL;
  return error_parse(operation, buffer_text(&buffer), "the list of members");
}

/* Members of a list, by their places in it. */
typedef struct MembersShown {
  Json **items;
  Text values; /* their ids, a JSON array */
} MembersShown;

/* To find a row takes as long as so many steps. */
#define MEMBERS_SHOW_STEPS 8

/* The members of a list and their ids, to be asked about by one query. */
static MembersShown members_shown(Operation *operation, Json *list) {
  Arena *arena = &operation->arena;
  Buffer values = buffer_new(arena);
  MembersShown shown = {
      arena_array(arena, list->count + 1, sizeof *shown.items), NO_TEXT};
  size_t count = 0;
  JSON_EACH (member, list) {
    buffer_json_string(members_next(&values),
                       json_member_string(member, "value"));
    shown.items[count++] = member;
  }
  shown.values = members_end(&values);
  return shown;
}

/* A part of a member, unless it is that already. */
static bool members_put(Operation *operation, Json *member, const char *name,
                        Text text) {
  Arena *arena = &operation->arena;
  Json *old = json_member(member, name);
  if (text_equal(json_member_string(member, name), text)) return false;
  if (old) json_remove(member, old);
  json_put_string(arena, member, name, arena_copy(arena, text));
  return true;
}

/* One statement for all. What an id really is goes before what was sent, as
** where the row is written (member.sql). */
static bool members_show_types(Operation *operation,
                               const MembersShown *shown) {
  bool any = false;
  Query query = query_open(operation, STATEMENT_MEMBER_TYPES);
  query_bind_text(&query, MEMBER_TYPES_TENANT, operation->tenant);
  query_bind_text(&query, MEMBER_TYPES_VALUES, shown->values);
  while (query_step(&query)) {
    long long place = query_integer(&query, MEMBER_TYPE_ROW_PLACE);
    Text type = query_row_text(&query, MEMBER_TYPE_ROW_TYPE);
    any = members_put(operation, shown->items[place], "type", type) || any;
  }
  query_close(&query);
  return any;
}

bool members_show(Operation *operation, Json *list) {
  if (list->type != JSON_ARRAY || !list->count ||
      !budget_spend(operation, MEMBERS_SHOW_STEPS * list->count))
    return false;
  MembersShown shown = members_shown(operation, list);
  bool any = members_show_types(operation, &shown);
  JSON_EACH (member, list) {
    Text endpoint = members_endpoint(operation->schemas,
                                     json_member_string(member, "type"));
    if (failed(operation)) break;
    if (!endpoint.size) continue;
    Text ref = members_ref(&operation->arena, endpoint,
                           json_member_string(member, "value"));
    any = members_put(operation, member, "$ref", ref) || any;
  }
  return any;
}

/* A group that gets more by this request alone is not looked at. */
bool members_exceed(Operation *operation, long long group,
                    const MemberChange *change, long long count) {
  long long left = count + change->dropped - change->added;
  if (left < 0) return true;
  Query query = query_open(operation, STATEMENT_MEMBERS_EXCEED);
  query_bind_integer(&query, MEMBERS_EXCEED_GROUP, group);
  query_bind_integer(&query, MEMBERS_EXCEED_LEFT, left);
  bool more = query_step(&query) && query_integer(&query, EXCEED_ROW_MORE);
  query_close(&query);
  return more;
}

/*
** The groups of a resource.
*/

/* SQLite finds a document broken also when memory runs out. */
static void refuse_broken_group(Query *query) {
  Operation *operation = query->operation;
  Text id = query_text(query, GROUP_ROW_ID);
  if (json_is_object(query_text(query, GROUP_ROW_BROKEN)))
    arena_escape(&operation->arena);
  error_corrupt(operation,
                "what scim_resource holds for '%.*s' is not a JSON object",
                TEXT_ARG(id));
}

MembersGroup members_read_group(Query *query) {
  if (!query_is_null(query, GROUP_ROW_BROKEN)) refuse_broken_group(query);
  return (MembersGroup){.resource = query_integer(query, GROUP_ROW_RESOURCE),
                        .id = query_text(query, GROUP_ROW_ID),
                        .type = query_text(query, GROUP_ROW_TYPE),
                        .display = query_text(query, GROUP_ROW_DISPLAY)};
}

/* A type without an endpoint, which is one that is no more, has no $ref: there
** would be nothing behind it. */
Json *members_group(Operation *operation, const MembersGroup *group,
                    bool direct) {
  Arena *arena = &operation->arena;
  Json *value = json_new(arena, JSON_OBJECT);
  Text endpoint = members_endpoint(operation->schemas, group->type);
  json_put(value, "value", json_string(arena, group->id));
  if (endpoint.size)
    json_put_string(arena, value, "$ref",
                    members_ref(arena, endpoint, group->id));
  if (group->display.size)
    json_put(value, "display", json_string(arena, group->display));
  json_put(value, "type",
           json_string(arena, direct ? TEXT("direct") : TEXT("indirect")));
  return value;
}

/* The groups that were found so far. */
typedef struct MembersGroups {
  Json *list;
  Lookup known; /* the same by their ids: somebody may be in 100,000 */
} MembersGroups;

/* Notes a group. False when it was found before. */
static bool members_is_new(MembersGroups *groups, Text id) {
  LookupSearch search = lookup_search(&groups->known, 0, id);
  LookupEntry entry = {0, id, groups->list->count};
  if (lookup_next(&search)) return false;
  lookup_add(&groups->known, entry);
  return true;
}

/* Appends the groups that name the id and are not yet in the list. */
static void members_add_groups(Operation *operation, Text id, bool direct,
                               MembersGroups *groups) {
  Query query = query_open(operation, STATEMENT_GROUPS);
  query_bind_text(&query, GROUPS_TENANT, operation->tenant);
  query_bind_text(&query, GROUPS_ID, id);
  query_bind_text(&query, GROUPS_SOURCE, operation->sees);
  while (query_step(&query)) {
    MembersGroup group = members_read_group(&query);
    if (members_is_new(groups, group.id))
      json_append(groups->list, members_group(operation, &group, direct));
  }
  query_close(&query);
}

/* From so many groups on it is asked of all together whether one is in another
** group: mostly none is, and then none has to be asked by itself. */
#define MEMBERS_TOGETHER 3

/* Is one of the groups in another group? */
static bool members_are_below(Operation *operation, const Json *groups) {
  Buffer ids = buffer_new(&operation->arena);
  JSON_EACH (group, groups) {
    buffer_char(&ids, ids.size ? ',' : '[');
    buffer_json_string(&ids, json_member_string(group, "value"));
  }
  buffer_char(&ids, ']');
  Query query = query_open(operation, STATEMENT_GROUPS_BELOW);
  query_bind_text(&query, GROUPS_BELOW_IDS, buffer_text(&ids));
  query_bind_text(&query, GROUPS_BELOW_SOURCE, operation->sees);
  bool below = query_step(&query) && query_integer(&query, BELOW_ROW_SOME) != 0;
  query_close(&query);
  return below;
}

/* Breadth first: the list grows while it is walked, and each group in it is
** asked for the groups that name it. */
Json *members_groups(Operation *operation, Text id) {
  Arena *arena = &operation->arena;
  MembersGroups groups = {json_new(arena, JSON_ARRAY), lookup_new(arena)};
  lookup_build(&groups.known);
  members_add_groups(operation, id, true, &groups);
  if (groups.list->count >= MEMBERS_TOGETHER &&
      !members_are_below(operation, groups.list))
    return groups.list;
  JSON_EACH (group, groups.list) {
    members_add_groups(operation, json_member_string(group, "value"), false,
                       &groups);
  }
  return groups.list->count ? groups.list : NULL;
}

/*
** Deleting.
*/

/* The JSON array that is the only row of the query, and the end of the query;
** the empty text for an empty array. */
static Text members_read_list(Query *query) {
  Text list = query_step(query) ? query_text(query, LIST_ROW_JSON) : NO_TEXT;
  query_close(query);
  return text_equal(list, TEXT("[]")) ? NO_TEXT : list;
}

/* Both lists are read before the change: its triggers take the rows away. What
** is no group has no members, and is not asked for them. */
void members_of_deleted(Operation *operation, long long group, Text id,
                        Text *members, Text *groups) {
  if (group) {
    Query query = query_open(operation, STATEMENT_MEMBER_IDS);
    query_bind_integer(&query, MEMBER_IDS_GROUP, group);
    *members = members_read_list(&query);
  }
  Query query = query_open(operation, STATEMENT_GROUP_IDS);
  query_bind_text(&query, GROUP_IDS_TENANT, operation->tenant);
  query_bind_text(&query, GROUP_IDS_ID, id);
  *groups = members_read_list(&query);
}
