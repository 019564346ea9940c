/*
** groups.c: the groups of the resources of a page, asked for together.
**
** HOW IT WORKS
**
** To ask for the groups of one resource takes a statement for it and one for
** each group that it is in (members.c). For a page of a hundred that is most of
** what the page costs, and most of it is asked again and again, since people
** are in the same groups.
**
** So one statement reads the memberships of the whole page, another what the
** groups that it has found are called. These may be in groups themselves, and
** are asked for in the same way, until no new ones are found: level by level,
** each group once. What was read is a graph of nodes, one for each resource,
** with an edge to each group that names it. A group in two circles, or one that
** is not of the tenant, does no harm: no node is asked for twice, and what was
** not found has no name, and is passed over.
**
** For each resource the graph is then walked, the nearest groups first and in
** the order in which members.c finds them, so that both say the same. What a
** group is shown as differs in one word only, so its text is made once.
*/
#include "groups.h"

#include <assert.h>

#include "../text/lookup.h"

typedef struct GroupsNode GroupsNode;

/* A membership: in this group, and then in those of the next ones. */
typedef struct GroupsEdge GroupsEdge;
struct GroupsEdge {
  GroupsNode *group;
  GroupsEdge *next;
};

struct GroupsNode {
  long long resource; /* its number, whose bytes it is found by */
  MembersGroup group; /* what it shows as a group; no id: it is not there */
  Text text;          /* that as JSON, without its end (groups_text) */
  GroupsEdge *first, *last;
  bool wanted;    /* is a group that is asked for, or was */
  long long seen; /* by the walk of this number */
};

struct Groups {
  Operation *operation;
  Lookup nodes;        /* all, by their numbers: the bytes are the text */
  GroupsNode **wanted; /* the groups among them, as they were found */
  size_t count, capacity;
  GroupsNode **queue; /* room for a walk */
  long long walk;     /* how many there were */
  GroupsNode **all;   /* what the lookup's numbers count */
  size_t all_count, all_capacity;
};

/*
** Nodes and edges.
*/
static Text groups_name(const long long *resource) {
  return (Text){(const char *)resource, sizeof *resource};
}

/* The node of a resource, or NULL. */
static GroupsNode *groups_find(const Groups *groups, long long resource) {
  LookupSearch search =
      lookup_search(&groups->nodes, 0, groups_name(&resource));
  const LookupEntry *entry = lookup_next(&search);
  return entry ? groups->all[entry->number] : NULL;
}

/* The node of a resource, new if there was none. */
static GroupsNode *groups_node(Groups *groups, long long resource) {
  Arena *arena = &groups->operation->arena;
  GroupsNode *node = groups_find(groups, resource);
  if (node) return node;
  node = arena_alloc(arena, sizeof *node);
  node->resource = resource;
  groups->all = arena_more(arena, groups->all, groups->all_count,
                           &groups->all_capacity, sizeof *groups->all);
  LookupEntry entry = {0, groups_name(&node->resource), groups->all_count};
  groups->all[groups->all_count++] = node;
  lookup_add(&groups->nodes, entry);
  return node;
}

/* Notes that a group is to be asked for, unless it was. */
static void groups_want(Groups *groups, GroupsNode *node) {
  if (node->wanted) return;
  node->wanted = true;
  groups->wanted =
      arena_more(&groups->operation->arena, groups->wanted, groups->count,
                 &groups->capacity, sizeof *groups->wanted);
  groups->wanted[groups->count++] = node;
}

/* Edges stay in the order in which they are read, hence at the end: so the
** groups of a user come in the same order each time. */
static void groups_connect(Groups *groups, GroupsNode *member,
                           GroupsNode *group) {
  GroupsEdge *edge = arena_alloc(&groups->operation->arena, sizeof *edge);
  edge->group = group;
  if (member->last) {
    member->last->next = edge;
  } else {
    member->first = edge;
  }
  member->last = edge;
}

/*
** Asking.
*/

/* Which groups name the resources. Who is shown together is often in the same
** groups as the one before, in the same order: so these are looked at first. */
static void groups_read_memberships(Groups *groups, Text rows) {
  Operation *operation = groups->operation;
  Query query = query_open(operation, STATEMENT_MEMBERSHIPS_OF_PAGE);
  query_bind_text(&query, MEMBERSHIPS_OF_PAGE_ROWS, rows);
  query_bind_text(&query, MEMBERSHIPS_OF_PAGE_TENANT, operation->tenant);
  query_bind_text(&query, MEMBERSHIPS_OF_PAGE_SOURCE, operation->sees);
  GroupsNode *member = NULL;
  const GroupsEdge *before = NULL; /* of the one before, the next */
  while (query_step(&query)) {
    long long number = query_integer(&query, MEMBERSHIP_ROW_MEMBER);
    long long above = query_integer(&query, MEMBERSHIP_ROW_ABOVE);
    if (!member || member->resource != number) {
      before = member ? member->first : NULL;
      member = groups_node(groups, number);
    }
    bool same = before && before->group->resource == above;
    GroupsNode *group = same ? before->group : groups_node(groups, above);
    if (before) before = before->next;
    groups_connect(groups, member, group);
    groups_want(groups, group);
  }
  query_close(&query);
}

/* How somebody is in a group, with the end of what is shown of it. */
#define GROUPS_DIRECT "direct\"}"
#define GROUPS_INDIRECT "in" GROUPS_DIRECT

/* What is shown of a group to all who are in it: its type comes last, and its
** end is missing. */
static Text groups_text(Operation *operation, const MembersGroup *group) {
  Text text =
      json_text(&operation->arena, members_group(operation, group, true));
  Text front = text_without(text, strlen(GROUPS_DIRECT));
  assert(text_equal(text_after(text, front.size), TEXT(GROUPS_DIRECT)));
  return front;
}

/* What the groups are called. */
static void groups_read_names(Groups *groups, Text rows) {
  Operation *operation = groups->operation;
  Query query = query_open(operation, STATEMENT_GROUPS_OF_PAGE);
  query_bind_text(&query, GROUPS_OF_PAGE_ROWS, rows);
  query_bind_text(&query, GROUPS_OF_PAGE_TENANT, operation->tenant);
  while (query_step(&query)) {
    MembersGroup group = members_read_group(&query);
    GroupsNode *node = groups_node(groups, group.resource);
    node->group = group;
    node->text = groups_text(operation, &group);
  }
  query_close(&query);
}

/* The numbers of those that were found from one place on. */
static Text groups_numbers(const Groups *groups, size_t from) {
  Buffer buffer = buffer_new(&groups->operation->arena);
  assert(from < groups->count);
  for (size_t i = from; i < groups->count; i++) {
    buffer_char(&buffer, i > from ? ',' : '[');
    buffer_integer(&buffer, groups->wanted[i]->resource);
  }
  buffer_char(&buffer, ']');
  return buffer_text(&buffer);
}

/* Level by level: each asks for what the one below has found. */
Groups *groups_ask(Operation *operation, Text rows) {
  Groups *groups = arena_alloc(&operation->arena, sizeof *groups);
  *groups =
      (Groups){.operation = operation, .nodes = lookup_new(&operation->arena)};
  lookup_build(&groups->nodes);
  groups_read_memberships(groups, rows);
  for (size_t done = 0; done < groups->count && !failed(operation);) {
    Text found = groups_numbers(groups, done);
    done = groups->count;
    groups_read_names(groups, found);
    groups_read_memberships(groups, found);
  }
  if (groups->count)
    groups->queue =
        arena_array(&operation->arena, groups->count, sizeof *groups->queue);
  return groups;
}

/*
** Telling.
*/

/* Appends to the queue the groups of a node that this walk has not come by yet.
** Returns how many the queue has then. */
static size_t groups_append(Groups *groups, const GroupsNode *node,
                            size_t queued) {
  for (const GroupsEdge *edge = node->first; edge; edge = edge->next) {
    GroupsNode *above = edge->group;
    if (above->seen == groups->walk || !above->group.id.data) continue;
    above->seen = groups->walk;
    assert(queued < groups->count);
    groups->queue[queued++] = above;
  }
  return queued;
}

/* Fills the queue with the groups of a resource, first those that it is in
** directly. Returns how many there are. */
static size_t groups_walk(Groups *groups, long long resource, size_t *direct) {
  const GroupsNode *node = groups_find(groups, resource);
  *direct = 0;
  if (!node || failed(groups->operation)) return 0;
  groups->walk++;
  size_t queued = *direct = groups_append(groups, node, 0);
  for (size_t i = 0; i < queued; i++)
    queued = groups_append(groups, groups->queue[i], queued);
  return queued;
}

Json *groups_of(Groups *groups, long long resource) {
  size_t direct, count = groups_walk(groups, resource, &direct);
  Operation *operation = groups->operation;
  if (!count) return NULL;
  Json *list = json_new(&operation->arena, JSON_ARRAY);
  for (size_t i = 0; i < count; i++)
    json_append(list,
                members_group(operation, &groups->queue[i]->group, i < direct));
  return list;
}

bool groups_write(Groups *groups, long long resource, Buffer *buffer) {
  size_t direct, count = groups_walk(groups, resource, &direct);
  if (!count) return false;
  for (size_t i = 0; i < count; i++) {
    buffer_char(buffer, i ? ',' : '[');
    buffer_add(buffer, groups->queue[i]->text);
    buffer_string(buffer, i < direct ? GROUPS_DIRECT : GROUPS_INDIRECT);
  }
  buffer_char(buffer, ']');
  return true;
}
