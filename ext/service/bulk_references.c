/*
** bulk_references.c: bulkIds, by which the operations of a bulk request refer
** to resources that it creates (RFC 7644 section 3.7.2).
**
** A reference is a string that begins with "bulkId:" as the value of an
** attribute, as the last segment of a path ("/Groups/bulkId:g"), or between
** quotes within the path of a PATCH (members[value eq "bulkId:u"]).
**
** Where a bulkId stands that no operation of the request has, the attribute
** tells what it is. In one that refers to resources (a manager, members) it is
** a mistake, which fails the operation. In any other it is text: who is called
** "bulkId:x" keeps the name.
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
** of names can make slow, as it could a hash table. Of two with the same bulkId
** the second fails, and so does what refers to them: nobody could tell which of
** them is meant.
*/
#include <assert.h>
#include <stdlib.h>

#include "../text/uri.h"
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

/* Takes a create out of those that are found: a reference to its bulkId is one
** to nobody, and `first` has the same. */
static void bulk_refuse_twin(Bulk *bulk, BulkPart *first, BulkPart *twin) {
  first->is_ambiguous = true;
  twin->id = NO_TEXT;
  twin->fault = arena_format(&bulk->request->operation->arena,
                             "Operations[%u] has the bulkId of an operation "
                             "before it",
                             (unsigned)(twin - bulk->parts))
                    .data;
}

/* Of those that are the same the first stays; qsort is not stable, hence the
** place in the request as the last key. */
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
  unsigned kept = 0;
  for (unsigned i = 0; i < bulk->create_count; i++) {
    BulkPart *part = bulk->creates[i];
    BulkPart *last = kept ? bulk->creates[kept - 1] : NULL;
    if (last && text_equal(last->bulk_id, part->bulk_id))
      bulk_refuse_twin(bulk, last, part);
    else
      bulk->creates[kept++] = part;
  }
  bulk->create_count = kept;
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
** as a whole, a path wherever there is a reference in quotes. A bulkId may have
** blanks in it, as the name of a person. */
static bool bulk_next_reference(Text text, bool path, size_t from,
                                BulkReference *found) {
  Text mark = text_of(path ? "\"" BULK_MARK : BULK_MARK);
  size_t last = path && text.size > mark.size ? text.size - mark.size : 0;
  for (size_t at = from; at <= last && at + mark.size < text.size; at++) {
    if (!text_begins(text_after(text, at), mark)) continue;
    Text id = text_after(text, at + mark.size);
    if (path) id = text_cut(&id, '"');
    if (!id.size) continue;
    found->id = id;
    found->start = at + mark.size - strlen(BULK_MARK);
    found->end = at + mark.size + id.size;
    return true;
  }
  return false;
}

/* Notes what a text of the part refers to. What it refers to itself it need
** not wait for. `must` says that a text that looks like a reference is one. */
static void bulk_note_text(Bulk *bulk, BulkPart *own, Text text, bool path,
                           bool must) {
  BulkReference found = {.end = 0};
  unsigned number = (unsigned)(own - bulk->parts) + 1;
  while (bulk_next_reference(text, path, found.end, &found)) {
    BulkPart *part = bulk_find(bulk, found.id);
    if (part ? part->is_ambiguous : must) {
      if (!own->refers_to_none.size) own->refers_to_none = found.id;
    } else if (!part) {
      continue;
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

/* Does the attribute refer to resources? One with a "$ref" does (RFC 7643
** section 2.4) by that, by its value, and where it is sent as a bare value; and
** so does a reference to one type of resource. */
static bool bulk_is_reference(const Attribute *attribute) {
  if (!attribute) return false;
  const Attribute *whole = attribute->parent ? attribute->parent : attribute;
  bool names = whole == attribute || text_same(attribute->name, TEXT("$ref")) ||
               text_same(attribute->name, TEXT("value"));
  return attribute->reference_type.size ||
         (names && schema_attribute(whole->first, TEXT("$ref")));
}

/* The attribute of a member of an object: below the attribute that the object
** is a value of, else of the extension, else of the resource. NULL for the name
** of none. */
static const Attribute *bulk_attribute(const ResourceType *type,
                                       const Extension *extension,
                                       const Attribute *parent, Text name) {
  if (parent) return schema_attribute(parent->first, name);
  if (extension) return schema_attribute(extension->first, name);
  return schema_resolve(type, name);
}

/* Notes what a value of the attribute refers to, or of what the resource has
** itself, where it is none. */
static void bulk_note_value(Bulk *bulk, BulkPart *own, const ResourceType *type,
                            const Extension *extension,
                            const Attribute *attribute, const Json *value) {
  if (value->type == JSON_STRING)
    bulk_note_text(bulk, own, value->text, bulk_is_path(value),
                   bulk_is_reference(attribute));
  JSON_EACH (item, value) {
    const Attribute *inner = attribute;
    const Extension *in = extension;
    if (value->type == JSON_OBJECT && type) {
      if (!attribute && !extension) in = schema_extension(type, item->name);
      inner = in != extension
                  ? NULL
                  : bulk_attribute(type, extension, attribute, item->name);
    }
    bulk_note_value(bulk, own, type, in, inner, item);
  }
}

/* Notes what an operation of a PATCH refers to: in its path, and in the value
** of the attribute that the path names, or of the resource. */
static void bulk_note_change(Bulk *bulk, BulkPart *own,
                             const ResourceType *type, const Json *change) {
  Text path = json_member_string(change, "path"), rest = path;
  const Json *value = json_member(change, "value");
  Text name = text_cut(&rest, '[');
  const Extension *extension = schema_extension(type, path);
  const Attribute *attribute =
      extension || !path.size ? NULL : schema_resolve(type, name);
  bulk_note_text(bulk, own, path, true, bulk_is_reference(attribute));
  text_cut(&rest, ']');
  if (attribute && rest.size && rest.data[0] == '.')
    attribute = schema_attribute(attribute->first, text_after(rest, 1));
  if (value) bulk_note_value(bulk, own, type, extension, attribute, value);
}

/* Notes what the data of the part refer to. */
static void bulk_note_data(Bulk *bulk, BulkPart *part) {
  const ResourceType *type = bulk_type(bulk, part);
  if (!type || !bulk_method_is(part, "PATCH")) {
    bulk_note_value(bulk, part, type, NULL, NULL, part->data);
    return;
  }
  JSON_EACH (change, json_member(part->data, "Operations"))
    bulk_note_change(bulk, part, type, change);
}

/* A path is a URI, in which "bulkId:ann@x.no" may be "bulkId:ann%40x.no"; a
** bulkId that stands there as it is comes first, since one may have a "%". What
** does not decode to text is no bulkId. */
Text bulk_last_segment(Bulk *bulk, const BulkPart *part, Text *before) {
  Text path = part->path;
  size_t end = path.size, at;
  while (end && path.data[end - 1] == '/') end--;
  for (at = end; at && path.data[at - 1] != '/';) at--;
  Text segment = text_between(path, at, end);
  BulkReference found;
  *before = text_first(path, at);
  if (bulk_next_reference(segment, false, 0, &found) &&
      bulk_find(bulk, found.id))
    return segment;
  Text text = uri_decode(&bulk->request->operation->arena, segment, false);
  return utf8_valid(text) ? text : segment;
}

void bulk_note_references(Bulk *bulk, BulkPart *part) {
  Text before, last = bulk_last_segment(bulk, part, &before);
  bulk_note_text(bulk, part, last, false, true);
  if (part->data) bulk_note_data(bulk, part);
  assert(part->references.count <= bulk->create_count);
}

BulkState bulk_references_state(const Bulk *bulk, const BulkPart *part) {
  BulkState state = part->refers_to_none.size ? BULK_FAILED : BULK_DONE;
  for (unsigned i = 0; i < part->references.count; i++) {
    const BulkPart *other = &bulk->parts[part->references.items[i]];
    if (other->state == BULK_FAILED) return BULK_FAILED;
    if (bulk_is_pending(other) && state == BULK_DONE) state = BULK_WAITING;
  }
  return state;
}

Text bulk_references_failed(const Bulk *bulk, const BulkPart *part) {
  assert(bulk_references_state(bulk, part) == BULK_FAILED);
  for (unsigned i = 0; i < part->references.count; i++) {
    const BulkPart *other = &bulk->parts[part->references.items[i]];
    if (other->state == BULK_FAILED) return other->bulk_id;
  }
  return part->refers_to_none;
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
  Text before, last = bulk_last_segment(bulk, part, &before);
  Text id = bulk_resolve_text(bulk, last, false);
  Arena *arena = &bulk->request->operation->arena;
  if (id.data != last.data)
    part->path = arena_format(arena, "%.*s%.*s", TEXT_ARG(before),
                              TEXT_ARG(uri_encode(arena, id)));
  if (part->data) bulk_resolve_value(bulk, part->data);
}
