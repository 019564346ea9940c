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
** The creates of the plan are nodes, sorted by the ids that they are going to
** give. From each a walk goes on to the first of its members that is a node
** too, and comes back when there is no further one: depth first, with the stack
** in an array, since a request may have 100,000 creates in a row. A node that
** is on the stack and is come by again closes a circle, which is then the end
** of the stack.
**
**     p  members q              stack: p q r, and r has the member q:
**     q  members ann, r         q -> r -> q
**     r  members q
*/
#include <assert.h>
#include <stdlib.h>

#include "../model/resource.h"
#include "bulk.h"

typedef enum CircleState { CIRCLE_NEW, CIRCLE_OPEN, CIRCLE_DONE } CircleState;

/* A create of the plan. */
typedef struct CircleNode {
  BulkPart *part;
  const Json *next; /* the member to go on with; NULL: there is none left */
  CircleState state;
} CircleNode;

typedef struct CircleSearch {
  Bulk *bulk;
  CircleNode *nodes;  /* sorted by the id */
  CircleNode **stack; /* those that are open, from the first on */
  unsigned count, depth;
} CircleSearch;

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

static int bulk_circle_compare(const void *a, const void *b) {
  const CircleNode *left = a, *right = b;
  return text_compare(left->part->id, right->part->id);
}

/* Makes nodes of the creates in the plan. */
static void bulk_circle_begin(CircleSearch *search) {
  const Bulk *bulk = search->bulk;
  Arena *arena = &bulk->request->operation->arena;
  search->nodes = arena_alloc(arena, bulk->planned * sizeof *search->nodes);
  search->stack = arena_alloc(arena, bulk->planned * sizeof(CircleNode *));
  for (unsigned i = 0; i < bulk->planned; i++) {
    BulkPart *part = bulk->plan[i];
    if (!part->id.size) continue;
    CircleNode node = {part, bulk_circle_members(search->bulk, part),
                       CIRCLE_NEW};
    search->nodes[search->count++] = node;
  }
  qsort(search->nodes, search->count, sizeof *search->nodes,
        bulk_circle_compare);
}

/* The node of a member, or NULL. */
static CircleNode *bulk_circle_node(const CircleSearch *search,
                                    const Json *member) {
  Text id = bulk_resolve_text(search->bulk, json_member_string(member, "value"),
                              false);
  BulkPart part = {.id = id};
  CircleNode wanted = {&part, NULL, CIRCLE_NEW};
  return bsearch(&wanted, search->nodes, search->count, sizeof wanted,
                 bulk_circle_compare);
}

static void bulk_circle_open(CircleSearch *search, CircleNode *node) {
  assert(search->depth < search->count && node->state == CIRCLE_NEW);
  node->state = CIRCLE_OPEN;
  search->stack[search->depth++] = node;
}

/* Walks from the node on. The node that closes a circle, which is the end of
** the stack from there on; NULL when there is none. */
static CircleNode *bulk_circle_walk(CircleSearch *search, CircleNode *first) {
  bulk_circle_open(search, first);
  while (search->depth) {
    CircleNode *top = search->stack[search->depth - 1];
    if (!top->next) {
      top->state = CIRCLE_DONE;
      search->depth--;
      continue;
    }
    CircleNode *node = bulk_circle_node(search, top->next);
    top->next = top->next->next;
    if (node && node->state == CIRCLE_OPEN) return node;
    if (node && node->state == CIRCLE_NEW) bulk_circle_open(search, node);
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

/* A walk begins at each node that none has come by yet, because a circle may be
** in any part of the plan. The way begins and ends with the part that is
** refused: "r -> q -> r". */
BulkPart *bulk_circle_find(Bulk *bulk, Text *way) {
  CircleSearch search = {.bulk = bulk};
  CircleNode *closing = NULL;
  bulk_circle_begin(&search);
  for (unsigned i = 0; i < search.count && !closing; i++)
    if (search.nodes[i].state == CIRCLE_NEW)
      closing = bulk_circle_walk(&search, &search.nodes[i]);
  if (!closing) return NULL;
  unsigned start = 0;
  while (search.stack[start] != closing) start++;
  CircleNode **circle = search.stack + start;
  assert(start < search.depth);
  unsigned count = search.depth - start, last = bulk_circle_last(circle, count);
  Buffer buffer = buffer_new(&bulk->request->operation->arena);
  for (unsigned i = 0; i <= count; i++) {
    if (i) buffer_string(&buffer, " -> ");
    buffer_add(&buffer, bulk_circle_name(circle[(last + i) % count]));
  }
  *way = buffer_text(&buffer);
  return circle[last]->part;
}
