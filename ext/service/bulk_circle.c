/*
** bulk_circle.c: creates of a bulk request that would be groups within each
** other.
**
** Resources of a bulk request may refer to each other in a circle (RFC 7644
** section 3.7.1), as two who are each other's managers. Groups may not be
** within each other (store/circle.c). When they are created one by one, only
** the last of them is refused, and the first would keep a member that is
** nobody. So the circle is looked for in the plan, before any of it is done.
**
** HOW IT WORKS
**
** The creates of the plan are nodes. From each a walk goes on to the first of
** its members that is a node too, and comes back when there is no further one:
** depth first, with the stack in an array, since a request may have 100,000
** creates in a row. A node that is on the stack and is come by again closes a
** circle, which is then the end of the stack.
**
**     p  members q              stack: p q r, and r has the member q:
**     q  members ann, r         q -> r -> q
**     r  members q
**
** When one is refused the rest is planned anew, and a circle is looked for
** again: so the members of a create are read once for all, and what is kept of
** them are the numbers of creates alone. 1,000 groups of each other may have
** 100,000, and as many plans as there are groups.
*/
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../model/resource.h"
#include "bulk.h"

typedef enum CircleState {
  CIRCLE_NONE, /* it is not in the plan */
  CIRCLE_NEW,
  CIRCLE_OPEN,
  CIRCLE_DONE
} CircleState;

/* A part of the request. */
typedef struct CircleNode {
  BulkPart *part;
  unsigned next; /* the member to go on with, of part->within */
  CircleState state;
} CircleNode;

typedef struct CircleSearch {
  Bulk *bulk;
  CircleNode *nodes;  /* by the number of the part */
  CircleNode **stack; /* those that are open, from the first on */
  unsigned depth;
} CircleSearch;

/*
** Members.
*/

static int bulk_circle_compare(const void *a, const void *b) {
  const BulkPart *const *left = a, *const *right = b;
  return text_compare((*left)->id, (*right)->id);
}

/* The creates by the ids that they are going to give. */
static void bulk_circle_sort(Bulk *bulk) {
  Arena *arena = &bulk->request->operation->arena;
  size_t size = bulk->create_count * sizeof *bulk->by_id;
  bulk->by_id = arena_alloc(arena, size);
  memcpy(bulk->by_id, bulk->creates, size);
  qsort(bulk->by_id, bulk->create_count, sizeof *bulk->by_id,
        bulk_circle_compare);
}

/* The create that a member is, or NULL. What it refers to may be an id by
** now. */
static BulkPart *bulk_circle_create(Bulk *bulk, const Json *member) {
  Text text = json_member_string(member, "value");
  BulkPart part = {.id = bulk_resolve_text(bulk, text, false)};
  const BulkPart *wanted = &part;
  BulkPart **found = bsearch(&wanted, bulk->by_id, bulk->create_count,
                             sizeof *bulk->by_id, bulk_circle_compare);
  return found ? *found : NULL;
}

/* The first member that the data of a create name. They are read as the create
** will read them; what is wrong with them it will say itself. */
static const Json *bulk_circle_members(Bulk *bulk, const BulkPart *part) {
  Operation *operation = bulk->request->operation;
  const ResourceType *type = bulk_type(bulk, part);
  if (!type || !type->members || !part->data) return NULL;
  const Json *content = resource_read(operation, type, part->data);
  const Json *list =
      failed(operation) ? NULL : resource_value(content, type->members);
  if (operation->error != ERROR_DATABASE) error_clear(operation);
  return list ? list->first : NULL;
}

/* Gives back what was allocated since the mark, but for the numbers; of a part
** with very many all is kept. */
static void bulk_circle_keep(Bulk *bulk, BulkList *list, ArenaMark mark) {
  Arena *arena = &bulk->request->operation->arena;
  unsigned carried[1024];
  size_t size = list->count * sizeof carried[0];
  if (size > sizeof carried) return;
  if (size) memcpy(carried, list->items, size);
  arena_release(arena, mark);
  *list = (BulkList){NULL, list->count, list->count};
  if (!size) return;
  list->items = arena_alloc(arena, size);
  memcpy(list->items, carried, size);
}

/* Notes which creates the part would have as members, each once. */
static void bulk_circle_note(Bulk *bulk, BulkPart *part) {
  Operation *operation = bulk->request->operation;
  /* Nobody who noted what he refers to has such a number. */
  unsigned number = bulk->count + (unsigned)(part - bulk->parts) + 1;
  ArenaMark mark = arena_mark(&operation->arena);
  part->is_within_noted = true;
  for (const Json *member = bulk_circle_members(bulk, part); member;
       member = member->next) {
    BulkPart *create = bulk_circle_create(bulk, member);
    if (!create || create->noted == number) continue;
    create->noted = number;
    bulk_list_add(&operation->arena, &part->within,
                  (unsigned)(create - bulk->parts));
  }
  if (!failed(operation)) bulk_circle_keep(bulk, &part->within, mark);
}

/*
** The walk.
*/

/* Makes nodes of the creates in the plan. */
static void bulk_circle_begin(CircleSearch *search) {
  Bulk *bulk = search->bulk;
  Arena *arena = &bulk->request->operation->arena;
  if (!bulk->by_id) bulk_circle_sort(bulk);
  for (unsigned i = 0; i < bulk->planned; i++)
    if (bulk->plan[i]->id.size && !bulk->plan[i]->is_within_noted)
      bulk_circle_note(bulk, bulk->plan[i]);
  if (!bulk->nodes)
    bulk->nodes = arena_array(arena, bulk->count, sizeof *bulk->nodes);
  search->nodes = bulk->nodes;
  search->stack = arena_alloc(arena, bulk->planned * sizeof(CircleNode *));
  for (unsigned i = 0; i < bulk->planned; i++) {
    BulkPart *part = bulk->plan[i];
    CircleNode node = {part, 0, part->id.size ? CIRCLE_NEW : CIRCLE_NONE};
    search->nodes[part - bulk->parts] = node;
  }
}

static void bulk_circle_open(CircleSearch *search, CircleNode *node) {
  assert(search->depth < search->bulk->planned && node->state == CIRCLE_NEW);
  node->state = CIRCLE_OPEN;
  search->stack[search->depth++] = node;
}

/* Walks from the node on. The node that closes a circle, which is the end of
** the stack from there on; NULL when there is none. */
static CircleNode *bulk_circle_walk(CircleSearch *search, CircleNode *first) {
  bulk_circle_open(search, first);
  while (search->depth) {
    CircleNode *top = search->stack[search->depth - 1];
    const BulkList *within = &top->part->within;
    if (top->next == within->count) {
      top->state = CIRCLE_DONE;
      search->depth--;
      continue;
    }
    CircleNode *node = &search->nodes[within->items[top->next++]];
    if (node->state == CIRCLE_OPEN) return node;
    if (node->state == CIRCLE_NEW) bulk_circle_open(search, node);
  }
  return NULL;
}

/* What people call the group, else what the request does. */
static Text bulk_circle_name(const CircleNode *node) {
  Text name = json_member_string(node->part->data, "displayName");
  return name.size ? name : node->part->bulk_id;
}

/* Where in the circle the part stands that comes last in the request: were they
** created one by one, it would be the one to close the circle. */
static unsigned bulk_circle_last(CircleNode *const *circle, unsigned count) {
  unsigned last = 0;
  for (unsigned i = 1; i < count; i++)
    if (circle[i]->part > circle[last]->part) last = i;
  return last;
}

/* The way begins and ends with the part that is refused: "r -> q -> r". */
static Text bulk_circle_way(const CircleSearch *search, CircleNode **circle,
                            unsigned count, unsigned last) {
  Buffer buffer = buffer_new(&search->bulk->request->operation->arena);
  for (unsigned i = 0; i <= count; i++)
    error_add_step(&buffer, bulk_circle_name(circle[(last + i) % count]),
                   i == count);
  return buffer_text(&buffer);
}

/* A walk begins at each node that none has come by yet, because a circle may be
** in any part of the plan. */
BulkPart *bulk_circle_find(Bulk *bulk, Text *way) {
  CircleSearch search = {.bulk = bulk};
  CircleNode *closing = NULL;
  bulk_circle_begin(&search);
  for (unsigned i = 0; i < bulk->planned && !closing; i++) {
    CircleNode *node = &search.nodes[bulk->plan[i] - bulk->parts];
    if (node->state == CIRCLE_NEW) closing = bulk_circle_walk(&search, node);
  }
  for (unsigned i = 0; i < bulk->planned; i++)
    search.nodes[bulk->plan[i] - bulk->parts].state = CIRCLE_NONE;
  if (!closing) return NULL;
  unsigned start = 0;
  while (search.stack[start] != closing) start++;
  CircleNode **circle = search.stack + start;
  assert(start < search.depth);
  unsigned count = search.depth - start, last = bulk_circle_last(circle, count);
  *way = bulk_circle_way(&search, circle, count, last);
  return circle[last]->part;
}
