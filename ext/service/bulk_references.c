/*
** bulk_references.c: bulkIds, by which the operations of a bulk request refer
** to resources that it creates (RFC 7644 section 3.7.2).
**
** A reference is a string that begins with "bulkId:" as the value of an
** attribute, as the last segment of a path ("/Groups/bulkId:g"), or between
** quotes within the path of a PATCH (members[value eq "bulkId:u"]).
**
** HOW IT WORKS
**
** Every create has its id before anything is done, so a reference can be
** replaced by that id at any time, before the resource exists or afterwards.
** Each part keeps a list of the creates that it refers to, each of them once:
** a group may name the same user 270,000 times in three megabytes. To see in
** one step whether a create is in the list already, it remembers the last part
** that noted it; that is enough because parts are read one after another.
** Creates are found by bisection in an array sorted by bulkId, which no choice
** of names can make slow, as it could a hash table.
*/
#include <assert.h>
#include <stdlib.h>

#include "bulk.h"

#define BULK_MARK "bulkId:" /* RFC 7644 section 3.7.2 */
#define BULK_LIST_ROOM 4    /* most parts refer to a few others only */

/* Doubles from a few on: most lists stay at that. */
void bulk_list_add(Arena *arena, BulkList *list, unsigned number) {
  if (list->count == list->room) {
    size_t used = list->count * sizeof *list->items;
    list->room = list->room ? list->room * 2 : BULK_LIST_ROOM;
    list->items =
        (unsigned *)(void *)arena_grow(arena, (char *)list->items, used, used,
                                       list->room * sizeof *list->items);
  }
  assert(list->count < list->room);
  list->items[list->count++] = number;
}

/*
** Finding creates.
*/
static int bulk_compare_creates(const void *a, const void *b) {
  const BulkPart *left = *(BulkPart *const *)a;
  const BulkPart *right = *(BulkPart *const *)b;
  int order = text_compare(left->bulk_id, right->bulk_id);
  if (order) return order;
  return left < right ? -1 : left > right;
}

/* Of two that are the same the later one is named, since it is the one too
** many; qsort is not stable, hence the place in the request as the last key. */
void bulk_sort_creates(Bulk *bulk) {
  Operation *operation = bulk->request->operation;
  bulk->creates =
      arena_alloc(&operation->arena, bulk->count * sizeof *bulk->creates);
  for (unsigned i = 0; i < bulk->count; i++) {
    if (bulk->parts[i].id.size)
      bulk->creates[bulk->create_count++] = &bulk->parts[i];
  }
  qsort(bulk->creates, bulk->create_count, sizeof *bulk->creates,
        bulk_compare_creates);
  for (unsigned i = 1; i < bulk->create_count; i++) {
    const BulkPart *part = bulk->creates[i];
    if (text_equal(bulk->creates[i - 1]->bulk_id, part->bulk_id))
      error_set(operation, ERROR_INVALID_SYNTAX,
                "Operations[%u] has the bulkId of an operation before it",
                (unsigned)(part - bulk->parts));
  }
}

/* The create with the bulkId, or NULL: by bisection. */
static BulkPart *bulk_find(const Bulk *bulk, Text bulk_id) {
  unsigned low = 0, high = bulk->create_count;
  while (low < high) {
    unsigned middle = low + (high - low) / 2;
    int order = text_compare(bulk->creates[middle]->bulk_id, bulk_id);
    if (!order) return bulk->creates[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/*
** Finding references.
*/

/* A place in a text that refers to something. */
typedef struct BulkReference {
  size_t start, end; /* of the mark and the id */
  Text id;
} BulkReference;

/* Finds the next reference at or behind `from`. Text refers to something only
** as a whole, a path wherever there is a reference in quotes. Words behind the
** mark are no id: "bulkId: see section 3.7.2" may well be a title. */
static bool bulk_next_reference(Text text, bool path, size_t from,
                                BulkReference *found) {
  Text mark = text_of(path ? "\"" BULK_MARK : BULK_MARK);
  size_t last = path && text.size > mark.size ? text.size - mark.size : 0;
  for (size_t at = from; at <= last && at + mark.size < text.size; at++) {
    if (!text_begins(text_after(text, at), mark)) continue;
    Text id = text_after(text, at + mark.size);
    if (path) id = text_cut(&id, '"');
    if (!id.size || memchr(id.data, ' ', id.size)) continue;
    found->id = id;
    found->start = at + mark.size - strlen(BULK_MARK);
    found->end = at + mark.size + id.size;
    return true;
  }
  return false;
}

/* Notes what a text of the part refers to. What it refers to itself it need
** not wait for. */
static void bulk_note_text(Bulk *bulk, BulkPart *own, Text text, bool path) {
  BulkReference found = {.end = 0};
  unsigned number = (unsigned)(own - bulk->parts) + 1;
  while (bulk_next_reference(text, path, found.end, &found)) {
    BulkPart *part = bulk_find(bulk, found.id);
    if (!part) {
      own->refers_to_none = true;
    } else if (part == own) {
      own->refers_to_self = true;
    } else if (part->noted != number) {
      part->noted = number;
      bulk_list_add(&bulk->request->operation->arena, &own->references,
                    (unsigned)(part - bulk->parts));
    }
  }
}

/* Is it the path of an operation of a PATCH? The name alone tells it. */
static bool bulk_is_path(const Json *value) {
  return text_same(value->name, TEXT("path"));
}

static void bulk_note_value(Bulk *bulk, BulkPart *own, const Json *value) {
  if (value->type == JSON_STRING)
    bulk_note_text(bulk, own, value->text, bulk_is_path(value));
  JSON_EACH (item, value) bulk_note_value(bulk, own, item);
}

/* "bulkId:g" of "/Groups/bulkId:g". */
static Text bulk_last_segment(Text path) {
  size_t at = path.size;
  while (at && path.data[at - 1] != '/') at--;
  return text_after(path, at);
}

void bulk_note_references(Bulk *bulk, BulkPart *part) {
  bulk_note_text(bulk, part, bulk_last_segment(part->path), false);
  if (part->data) bulk_note_value(bulk, part, part->data);
  assert(part->references.count <= bulk->create_count);
}

BulkState bulk_references_state(const Bulk *bulk, const BulkPart *part) {
  BulkState state = part->refers_to_none ? BULK_FAILED : BULK_DONE;
  for (unsigned i = 0; i < part->references.count; i++) {
    const BulkPart *other = &bulk->parts[part->references.items[i]];
    if (other->state == BULK_FAILED) return BULK_FAILED;
    if (bulk_is_pending(other) && state == BULK_DONE) state = BULK_WAITING;
  }
  return state;
}

/*
** Resolving references.
*/

/* The same id again and again costs nothing here: where the whole text is a
** reference, the id is what remains, and texts may be shared. */
Text bulk_resolve_text(Bulk *bulk, Text text, bool path) {
  BulkReference found = {.end = 0};
  size_t copied = 0;
  Buffer buffer = buffer_new(&bulk->request->operation->arena);
  while (bulk_next_reference(text, path, found.end, &found)) {
    const BulkPart *part = bulk_find(bulk, found.id);
    if (!part) continue;
    if (!path) return part->id;
    buffer_add(&buffer,
               text_first(text_after(text, copied), found.start - copied));
    buffer_add(&buffer, part->id);
    copied = found.end;
  }
  if (!copied) return text;
  buffer_add(&buffer, text_after(text, copied));
  return buffer_text(&buffer);
}

static void bulk_resolve_value(Bulk *bulk, Json *value) {
  if (value->type == JSON_STRING)
    value->text = bulk_resolve_text(bulk, value->text, bulk_is_path(value));
  JSON_EACH (item, value) bulk_resolve_value(bulk, item);
}

void bulk_resolve_references(Bulk *bulk, BulkPart *part) {
  Text last = bulk_last_segment(part->path);
  Text id = bulk_resolve_text(bulk, last, false);
  if (id.data != last.data)
    part->path = arena_format(
        &bulk->request->operation->arena, "%.*s%.*s",
        TEXT_ARG(text_first(part->path, part->path.size - last.size)),
        TEXT_ARG(id));
  if (part->data) bulk_resolve_value(bulk, part->data);
}
