/*
** bulk_order.c: what of a bulk request is done before what. The rule, and the
** reasons for it, are at the top of bulk.c.
**
** HOW IT WORKS
**
** A part that refers to nothing that is still to be done is a plan of its own;
** most requests have no other, and of this file cost nothing. Otherwise the
** plan is found by a depth-first search: first the creates that the part refers
** to, with what has to come before them, then the part itself.
**
** A create that comes forward passes others that stand before it in the
** request. Which of them it may not pass is read from marks: short texts that
** say what a part has to do with. Two parts with the same mark must keep their
** order.
**
**     AT 2819c223              it changes or deletes this resource
**     MAKES 2819c223           it creates it
**     NAMES 2819c223           its data name a resource that is deleted
**     TAKES User.userName="ann"
**                              it gives something a value that must be unique
**     COUNTS                   it wants a group of a certain version
**
** A DELETE and what names its resource must keep their order too, and so must a
** part that changes or deletes the present owner of a value and a part that
** takes it. Who owns a value may change before that part has its turn, so
** whoever takes it earlier counts as an owner too. A DELETE makes new versions
** of the groups that it takes a member out of, so it may not pass what COUNTS
** them. The marks are sorted, so that all parts with the same one stand side by
** side.
**
** The search may meet a part that is itself being planned. When all on the way
** are creates that refer to each other it is a circle, which is fine: ids are
** known beforehand. Otherwise no order would do, and the plan is given up.
*/
#include <assert.h>
#include <stdlib.h>

#include "../model/budget.h"
#include "../model/key.h"
#include "../text/uri.h"
#include "bulk.h"

#include "../store/find.h"
#include "../store/unique.h"

#define BULK_OWNER 100 /* steps that it takes to ask whose a value is */

typedef enum BulkMarkKind {
  BULK_AT,
  BULK_NAMES,
  BULK_TAKES,
  BULK_COUNTS,
  BULK_MAKES
} BulkMarkKind;

struct BulkMark {
  BulkMarkKind kind;
  unsigned part;
  Text text;                  /* an id; of TAKES: type, path and key */
  const ResourceType *type;   /* of TAKES: the type of the resource, */
  const Attribute *attribute; /* what must be unique, */
  Text key;                   /* and the value, as JSON */
  bool shared;                /* another mark says the same */
  unsigned visited; /* the last search for what is earlier that came by */
};

/* A part that is being planned, and how far that has come. */
struct BulkFrame {
  unsigned part;
  unsigned next;    /* of its references, then of `earlier` */
  BulkList earlier; /* what it may not pass */
};

/*
** Marks.
*/
static int bulk_order_of(const BulkMark *mark, BulkMarkKind kind, Text text) {
  if (mark->kind != kind) return mark->kind < kind ? -1 : 1;
  return text_compare(mark->text, text);
}

static int bulk_compare_marks(const void *a, const void *b) {
  const BulkMark *left = *(BulkMark *const *)a;
  const BulkMark *right = *(BulkMark *const *)b;
  int order = bulk_order_of(left, right->kind, right->text);
  if (order) return order;
  return left->part < right->part ? -1 : left->part > right->part;
}

/* Appends a mark to those of the part, which is the one that is being marked:
** its marks are in one piece. */
static BulkMark *bulk_add_mark(Bulk *bulk, BulkPart *part, BulkMarkKind kind,
                               Text text) {
  if (bulk->mark_count == bulk->mark_room) {
    size_t used = bulk->mark_count * sizeof *bulk->marks;
    bulk->mark_room = bulk->mark_room ? bulk->mark_room * 2 : 64;
    bulk->marks = (BulkMark *)(void *)arena_grow(
        &bulk->request->operation->arena, (char *)bulk->marks, used, used,
        bulk->mark_room * sizeof *bulk->marks);
  }
  BulkMark *mark = &bulk->marks[bulk->mark_count++];
  BulkMark fresh = {
      .kind = kind, .part = (unsigned)(part - bulk->parts), .text = text};
  *mark = fresh;
  part->mark_count++;
  assert(part->first_mark + part->mark_count == bulk->mark_count);
  return mark;
}

/* The resource that the part changes or deletes; empty for a POST. */
static Text bulk_target(Bulk *bulk, const BulkPart *part) {
  Text path = part->path, segment;
  if (bulk_method_is(part, "POST") || !uri_segment(&path, &segment) ||
      !uri_segment(&path, &segment))
    return NO_TEXT;
  return bulk_resolve_text(bulk, bulk_last_segment(bulk, part, &path), false);
}

/* The type of what is at the path; NULL when there is no such endpoint. */
const ResourceType *bulk_type(Bulk *bulk, const BulkPart *part) {
  Arena *arena = &bulk->request->operation->arena;
  Text path = part->path, segment;
  if (!uri_segment(&path, &segment)) return NULL;
  segment = uri_decode(arena, segment, false);
  return schema_type_at(bulk->request->operation->schemas,
                        arena_format(arena, "/%.*s", TEXT_ARG(segment)));
}

/* Must values of the attribute be unique? By its schema (RFC 7643 section 7),
** or because the tenant wants it so: unique_attributes is a list of names like
** "Group.displayName". */
static bool bulk_is_unique(const Bulk *bulk, const ResourceType *type,
                           const Attribute *attribute) {
  const Json *settings = bulk->request->caller->tenant.settings;
  if (attribute->uniqueness != UNIQUENESS_NONE) return true;
  JSON_EACH (item, json_member(settings, "unique_attributes")) {
    Text name = item->text;
    size_t size = type->name.size;
    if (text_begins(name, type->name) && name.size > size &&
        name.data[size] == '.' &&
        text_same(text_after(name, size + 1), attribute->path))
      return true;
  }
  return false;
}

/* Does the name or path end in the attribute's name? "title" is also
** "urn:ietf:params:scim:schemas:core:2.0:User:title", and the name of a
** sub-attribute is the end of all its paths. */
static bool bulk_ends_in(Text path, Text name) {
  if (path.size < name.size) return false;
  size_t before = path.size - name.size;
  return text_same(text_after(path, before), name) &&
         (!before || strchr(".:", path.data[before - 1]));
}

/* Marks the part with each unique attribute of the list, or below it, that the
** value may be meant for. */
static void bulk_mark_takes(Bulk *bulk, BulkPart *part,
                            const ResourceType *type, const Attribute *first,
                            Text path, const Json *value) {
  Operation *operation = bulk->request->operation;
  Key key;
  for (const Attribute *a = first; a; a = a->next) {
    bulk_mark_takes(bulk, part, type, a->first, path, value);
    if (!bulk_ends_in(path, a->name) || !bulk_is_unique(bulk, type, a) ||
        !key_of(operation, a, value, &key))
      continue;
    Text json = json_text(&operation->arena, key_json(&operation->arena, &key));
    BulkMark *mark = bulk_add_mark(
        bulk, part, BULK_TAKES,
        arena_format(&operation->arena, "%.*s.%.*s=%.*s", TEXT_ARG(type->name),
                     TEXT_ARG(a->path), TEXT_ARG(json)));
    mark->type = type;
    mark->attribute = a;
    mark->key = json;
  }
}

/* Marks the part with what a string, a number or a boolean says: the name of a
** resource that is deleted, a value that must be unique, mostly neither. */
static void bulk_mark_scalar(Bulk *bulk, BulkPart *part,
                             const ResourceType *type, Text path,
                             const Json *value) {
  Text text = bulk_resolve_text(bulk, value->text, false);
  if (value->type == JSON_STRING && bulk->deleted_count &&
      bsearch(&text, bulk->deleted, bulk->deleted_count, sizeof text,
              text_compare_items))
    bulk_add_mark(bulk, part, BULK_NAMES, text);
  bulk_mark_takes(bulk, part, type, type->first, path, value);
  for (const Extension *e = type->extensions; e; e = e->next)
    bulk_mark_takes(bulk, part, type, e->first, path, value);
}

/* Marks the part with what its data say. `path` is the name that a value has:
** that of its member, or in a PATCH the path beside the value; elements of an
** array have the name of the array. */
static void bulk_mark_value(Bulk *bulk, BulkPart *part,
                            const ResourceType *type, Text path,
                            const Json *value) {
  const Json *beside = json_member(value, "path");
  if (value->type != JSON_OBJECT && value->type != JSON_ARRAY)
    bulk_mark_scalar(bulk, part, type, path, value);
  JSON_EACH (item, value) {
    Text own = value->type == JSON_OBJECT ? item->name : path;
    if (beside && text_same(own, TEXT("value"))) own = beside->text;
    bulk_mark_value(bulk, part, type, own, item);
  }
}

/* All marks of a part. What has no type has no attributes either: it fails, and
** so does what is at fault. */
static void bulk_mark_part(Bulk *bulk, BulkPart *part) {
  part->first_mark = bulk->mark_count;
  if (part->fault) return;
  Text target = bulk_target(bulk, part);
  const ResourceType *type = bulk_type(bulk, part);
  if (target.size) bulk_add_mark(bulk, part, BULK_AT, target);
  if (part->id.size) bulk_add_mark(bulk, part, BULK_MAKES, part->id);
  if (part->version.size && type && type->members)
    bulk_add_mark(bulk, part, BULK_COUNTS, NO_TEXT);
  if (part->data && type)
    bulk_mark_value(bulk, part, type, NO_TEXT, part->data);
}

/* Ids that the request deletes. Strings are compared with these, so that only
** the few that name such a resource become marks. */
static void bulk_read_deleted(Bulk *bulk) {
  bulk->deleted = arena_alloc(&bulk->request->operation->arena,
                              bulk->count * sizeof *bulk->deleted);
  for (unsigned i = 0; i < bulk->count; i++) {
    const BulkPart *part = &bulk->parts[i];
    if (bulk_method_is(part, "DELETE"))
      bulk->deleted[bulk->deleted_count++] = bulk_target(bulk, part);
  }
  if (bulk->deleted_count)
    qsort(bulk->deleted, bulk->deleted_count, sizeof *bulk->deleted,
          text_compare_items);
}

/* Sorts the marks, and notes which of them are alone with what they say. */
static void bulk_sort_marks(Bulk *bulk) {
  bulk->sorted = arena_alloc(&bulk->request->operation->arena,
                             bulk->mark_count * sizeof *bulk->sorted);
  for (unsigned i = 0; i < bulk->mark_count; i++)
    bulk->sorted[i] = &bulk->marks[i];
  if (bulk->mark_count)
    qsort(bulk->sorted, bulk->mark_count, sizeof *bulk->sorted,
          bulk_compare_marks);
  for (unsigned i = 1; i < bulk->mark_count; i++) {
    BulkMark *mark = bulk->sorted[i], *before = bulk->sorted[i - 1];
    if (!bulk_order_of(mark, before->kind, before->text))
      mark->shared = before->shared = true;
  }
}

/* All marks, and the stack of the search: once for the request. */
static void bulk_mark(Bulk *bulk) {
  Arena *arena = &bulk->request->operation->arena;
  bulk->stack = arena_alloc(arena, bulk->count * sizeof *bulk->stack);
  bulk_read_deleted(bulk);
  for (unsigned i = 0; i < bulk->count; i++)
    bulk_mark_part(bulk, &bulk->parts[i]);
  bulk_sort_marks(bulk);
}

/*
** What a part may not pass.
*/

/* The first of the sorted marks that is not before this one. */
static unsigned bulk_first_mark(const Bulk *bulk, BulkMarkKind kind,
                                Text text) {
  unsigned low = 0, high = bulk->mark_count;
  while (low < high) {
    unsigned middle = low + (high - low) / 2;
    if (bulk_order_of(bulk->sorted[middle], kind, text) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Counts what plans cost, in steps as those of the budget (model/budget.h), but
** apart: what one part compares is no reason to refuse another. A thousand
** operations that take one value, and refer to each other in a circle, would
** need a thousand plans of a million steps. False when there are none left; the
** request as a whole fails then, since nobody knows what comes first. */
static bool bulk_spend(Bulk *bulk, unsigned steps) {
  if (bulk->steps <= BUDGET_STEPS) bulk->steps += steps;
  if (bulk->steps <= BUDGET_STEPS) return true;
  error_set(bulk->request->operation, ERROR_TOO_LARGE,
            "the operations of the bulk request depend on each other in too "
            "many ways; it must be sent in several parts");
  return false;
}

/* The next part that has the mark, stands before `own` and is still to be done;
** NULL when there is none. `at` begins at bulk_first_mark. */
static const BulkPart *bulk_next_earlier(Bulk *bulk, unsigned own,
                                         BulkMarkKind kind, Text text,
                                         unsigned *at) {
  while (*at < bulk->mark_count && bulk_spend(bulk, 1)) {
    const BulkMark *mark = bulk->sorted[(*at)++];
    if (bulk_order_of(mark, kind, text) || mark->part >= own) return NULL;
    const BulkPart *part = &bulk->parts[mark->part];
    if (bulk_is_pending(part)) return part;
  }
  return NULL;
}

/* Adds these parts. The same mark is gone through once for a part, however many
** ways lead to it: a request may have a thousand operations on one resource. */
static void bulk_add_earlier(Bulk *bulk, unsigned own, BulkMarkKind kind,
                             Text text, BulkList *earlier) {
  const BulkPart *part;
  unsigned at = bulk_first_mark(bulk, kind, text);
  if (at == bulk->mark_count || bulk->sorted[at]->visited == bulk->visits)
    return;
  bulk->sorted[at]->visited = bulk->visits;
  while ((part = bulk_next_earlier(bulk, own, kind, text, &at)))
    bulk_list_add(&bulk->request->operation->arena, earlier,
                  (unsigned)(part - bulk->parts));
}

/* Of the parts that change or delete the resource, adds what deletes it. */
static void bulk_add_deletes(Bulk *bulk, unsigned own, Text id,
                             BulkList *earlier) {
  const BulkPart *part;
  unsigned at = bulk_first_mark(bulk, BULK_AT, id);
  while ((part = bulk_next_earlier(bulk, own, BULK_AT, id, &at)))
    if (bulk_method_is(part, "DELETE"))
      bulk_list_add(&bulk->request->operation->arena, earlier,
                    (unsigned)(part - bulk->parts));
}

/* The id of the resource that has the value of a TAKES mark now; empty when
** there is none. It is asked when it is needed, not noted beforehand: parts
** that are done meanwhile change it. */
static Text bulk_owner(Bulk *bulk, const BulkMark *mark) {
  Operation *operation = bulk->request->operation;
  Resource owner = {.resource = 0};
  bool schema = mark->attribute->uniqueness != UNIQUENESS_NONE;
  bool global = mark->attribute->uniqueness == UNIQUENESS_GLOBAL;
  Text path = mark->attribute->path;
  owner.resource =
      schema ? unique_owner(operation, mark->type, path, mark->key, global)
             : value_owner(operation, mark->type, path, mark->key, 0);
  if (owner.resource) find_by_row(operation, owner.resource, &owner);
  return owner.id;
}

/* Adds the parts that stand before `own`, are still to be done and take a value
** which the resource has now, and may lose. */
static void bulk_add_takers(Bulk *bulk, unsigned own, Text id,
                            BulkList *earlier) {
  for (unsigned i = bulk_first_mark(bulk, BULK_TAKES, NO_TEXT);
       i < bulk->mark_count; i++) {
    const BulkMark *mark = bulk->sorted[i];
    if (mark->kind != BULK_TAKES) return;
    if (mark->part < own && bulk_is_pending(&bulk->parts[mark->part]) &&
        bulk_spend(bulk, BULK_OWNER) && text_equal(bulk_owner(bulk, mark), id))
      bulk_list_add(&bulk->request->operation->arena, earlier, mark->part);
  }
}

/* Adds the parts that take a value before `own` does, and those that change
** or delete one who has the value by then: now, or from such a part. */
static void bulk_add_rivals(Bulk *bulk, unsigned own, const BulkMark *takes,
                            BulkList *earlier) {
  const BulkPart *part;
  unsigned at = bulk_first_mark(bulk, BULK_TAKES, takes->text);
  bulk_add_earlier(bulk, own, BULK_TAKES, takes->text, earlier);
  while ((part = bulk_next_earlier(bulk, own, BULK_TAKES, takes->text, &at))) {
    Text id = part->id.size ? part->id : bulk_target(bulk, part);
    bulk_add_earlier(bulk, own, BULK_AT, id, earlier);
  }
  bulk_add_earlier(bulk, own, BULK_AT, bulk_owner(bulk, takes), earlier);
}

/* Adds the parts with the mark, which make the resource that `own` changes, or
** change it before; and those that take a value from such a part on, which
** `own` may free. */
static void bulk_add_losers(Bulk *bulk, unsigned own, BulkMarkKind kind,
                            Text id, BulkList *earlier) {
  const BulkPart *part;
  unsigned at = bulk_first_mark(bulk, kind, id);
  bulk_add_earlier(bulk, own, kind, id, earlier);
  while ((part = bulk_next_earlier(bulk, own, kind, id, &at))) {
    for (unsigned m = 0; m < part->mark_count; m++) {
      const BulkMark *mark = &bulk->marks[part->first_mark + m];
      if (mark->kind == BULK_TAKES && mark->shared)
        bulk_add_earlier(bulk, own, BULK_TAKES, mark->text, earlier);
    }
  }
}

/* Adds what comes before a change, or the end, of the resource with the id. */
static void bulk_add_before_change(Bulk *bulk, unsigned own, Text id,
                                   BulkList *earlier) {
  bulk_add_losers(bulk, own, BULK_MAKES, id, earlier);
  bulk_add_losers(bulk, own, BULK_AT, id, earlier);
  bulk_add_takers(bulk, own, id, earlier);
  if (!bulk_method_is(&bulk->parts[own], "DELETE")) return;
  bulk_add_earlier(bulk, own, BULK_NAMES, id, earlier);
  bulk_add_earlier(bulk, own, BULK_COUNTS, NO_TEXT, earlier);
}

/* Finds the parts that stand before this one, are still to be done, and must
** be done before it. A part that stands in its place has none. */
static BulkList bulk_find_earlier(Bulk *bulk, const BulkPart *part) {
  BulkList earlier = {NULL, 0, 0};
  unsigned own = (unsigned)(part - bulk->parts);
  bulk->visits++;
  for (unsigned i = 0; i < part->mark_count; i++) {
    const BulkMark *mark = &bulk->marks[part->first_mark + i];
    switch (mark->kind) {
    case BULK_AT:
      bulk_add_before_change(bulk, own, mark->text, &earlier);
      break;
    case BULK_NAMES:
      bulk_add_deletes(bulk, own, mark->text, &earlier);
      break;
    case BULK_TAKES:
      bulk_add_rivals(bulk, own, mark, &earlier);
      break;
    case BULK_COUNTS:
    case BULK_MAKES:
      break; /* found by those that must come behind */
    }
  }
  return earlier;
}

/*
** The search.
*/

/* Puts a part on the stack. Of the first one all that stands before it is done,
** so that it passes nothing. */
static void bulk_open_part(Bulk *bulk, BulkFrame *frame, unsigned number,
                           bool in_place) {
  BulkFrame fresh = {.part = number};
  assert(bulk->parts[number].state == BULK_WAITING);
  if (!in_place) fresh.earlier = bulk_find_earlier(bulk, &bulk->parts[number]);
  *frame = fresh;
  bulk->parts[number].state = BULK_OPEN;
}

/* Gives up the plan: everything in it, and on the stack, waits again. */
static void bulk_drop_plan(Bulk *bulk, unsigned depth) {
  for (unsigned i = 0; i < bulk->planned; i++)
    bulk->plan[i]->state = BULK_WAITING;
  for (unsigned i = 0; i < depth; i++)
    bulk->parts[bulk->stack[i].part].state = BULK_WAITING;
  bulk->planned = 0;
}

/* Goes on with the topmost part of the stack: opens the next part that has to
** come before it, or gives it its place in the plan when there is none left.
** False when the next one is open itself, and not as part of a circle. */
static bool bulk_search_step(Bulk *bulk, unsigned *depth) {
  BulkFrame *top = &bulk->stack[*depth - 1];
  BulkPart *part = &bulk->parts[top->part];
  unsigned next = top->next++, references = part->references.count;
  if (next == references + top->earlier.count) {
    part->state = BULK_PLANNED;
    bulk->plan[bulk->planned++] = part;
    --*depth;
    return true;
  }
  bool refers = next < references;
  assert(refers || top->earlier.items); /* there is a next one */
  unsigned number = refers ? part->references.items[next]
                           : top->earlier.items[next - references];
  BulkState state = bulk->parts[number].state;
  if (state == BULK_OPEN) {
    bulk->circle = true;
    return refers && part->id.size > 0;
  }
  if (state == BULK_WAITING)
    bulk_open_part(bulk, &bulk->stack[(*depth)++], number, false);
  assert(*depth <= bulk->count);
  return true;
}

/* Searches from the part with the number, as the top of this file describes.
** A stack of its own, and not recursion: a chain may be as long as the request,
** and the threads of a server have small stacks. */
static bool bulk_search(Bulk *bulk, unsigned number) {
  Operation *operation = bulk->request->operation;
  unsigned depth = 1;
  bulk_open_part(bulk, &bulk->stack[0], number, true);
  while (depth && !failed(operation)) {
    if (bulk_search_step(bulk, &depth)) continue;
    bulk_drop_plan(bulk, depth);
    return false;
  }
  if (failed(operation)) bulk_drop_plan(bulk, depth);
  return !failed(operation);
}

/* Do two parts of the plan take the same value? In a circle each may do when it
** is tried, and yet one of them fails. */
static bool bulk_has_rivals(Bulk *bulk) {
  BulkList rivals = {NULL, 0, 0};
  for (unsigned i = 0; i < bulk->planned && !rivals.count; i++) {
    const BulkPart *part = bulk->plan[i];
    bulk->visits++;
    for (unsigned m = 0; m < part->mark_count; m++) {
      const BulkMark *mark = &bulk->marks[part->first_mark + m];
      if (mark->kind == BULK_TAKES)
        bulk_add_earlier(bulk, mark->part, BULK_TAKES, mark->text, &rivals);
    }
  }
  return rivals.count > 0;
}

/* A part that waits for nothing is its own plan, without any search. What a
** plan has needed of memory is given back, but for the marks, which all
** share. */
bool bulk_plan(Bulk *bulk, BulkPart *part) {
  Arena *arena = &bulk->request->operation->arena;
  assert(part->state == BULK_WAITING);
  bulk->planned = 0;
  bulk->circle = false;
  if (bulk_references_state(bulk, part) == BULK_WAITING) {
    if (!bulk->stack) bulk_mark(bulk);
    ArenaMark before = arena_mark(arena);
    bool found = bulk_search(bulk, (unsigned)(part - bulk->parts));
    if (found && bulk->circle && bulk_has_rivals(bulk)) {
      bulk_drop_plan(bulk, 0);
      found = false;
    }
    if (!failed(bulk->request->operation)) arena_release(arena, before);
    return found;
  }
  part->state = BULK_PLANNED;
  bulk->plan[bulk->planned++] = part;
  return true;
}
