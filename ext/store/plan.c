/*
** plan.c: turns a filter into SQL that finds candidates by indexes.
**
** HOW IT WORKS
**
** First a tree of nodes is made of the filter's tree, from below. A comparison
** becomes a search: rows of one table where one column equals one of several
** keys, or lies between bounds. What no index serves (ne, co, ew, not, eq null,
** an attribute without an index) has no node. Then the tree is written as SQL.
**
** A search is "exact" when it finds all that match and nothing else, and
** "narrow" when it looks keys up, so that few rows are to be expected.
**
**   or    A union of all terms, and none if one of them has no node, because
**         then anything may match. Exact if all are. Keys of one attribute are
**         gathered into one search, however many there are.
**
**   and   An intersection of the terms that have a node; every one that is left
**         out makes it inexact. Where some are narrow, the others are left out:
**         to look at a few documents is cheaper than to collect a range.
**
**   a[…]  Some element matches. That may be taken apart over or, but not over
**         and, whose terms may be found in different elements: inexact.
**
** So
**
**   userName eq "ann" or userName eq "bob" or
**     emails[type eq "work" and value sw "c"]
**
** where emails.type is not indexed, becomes an inexact plan (here with the
** values of the parameters):
**
**   SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2
**     AND attribute = 'userName'
**     AND key IN (SELECT value FROM json_each('["ann","bob"]'))
**   UNION
**   SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2
**     AND attribute = 'emails.value' AND key >= 'c' AND key < 'd'
**
** Keys come as JSON, since SQLite then reads them as it has read those that are
** stored, and since the text of the SQL does not depend on how many there are:
** the prepared statement can be used again.
**
** SQLite recurses over nested and compound SELECTs, on the stack of the thread
** and on one of its own. So a union is written flat, side by side, and a plan
** has at most PLAN_SEARCHES searches and PLAN_DEPTH levels: a term of an "and"
** that would exceed that is left out; a union that would is no plan.
*/
#include "plan.h"

#include <assert.h>
#include <math.h>

#include "../text/instant.h"

SQLITE_EXTENSION_INIT3

/* Where rows are searched: SQL whose last condition is still to come. */
typedef struct Source {
  const char *from;   /* up to there */
  const char *column; /* that is compared */
  const char *end;    /* what comes after the conditions */
  bool narrow;        /* a key has few rows */
} Source;

/* One end of a range; no test, no end. */
typedef struct Bound {
  const char *test; /* ">=" … */
  Text value;
  bool json; /* the value is to be read as JSON */
} Bound;

typedef enum NodeKind { NODE_SEARCH, NODE_UNION, NODE_INTERSECT } NodeKind;

typedef struct Node Node;
struct Node {
  NodeKind kind;
  bool exact, narrow;
  int searches; /* within it, or 1 for itself */
  int depth;    /* of unions and intersections */

  const Source *source;       /* SEARCH */
  const Attribute *attribute; /* of scim_value, NULL for others */
  Json *keys;                 /* an array: equals one of them; or NULL: */
  Bound low, high;            /* lies between them */

  Node *first, *last; /* UNION, INTERSECT: children */
  Node *next;
};

typedef struct Planner {
  Operation *operation;
  const ResourceType *type;
  bool within; /* within the brackets of a value path */
} Planner;

static Node *new_node(Planner *planner, NodeKind kind) {
  Node *node = arena_alloc(&planner->operation->arena, sizeof *node);
  node->kind = kind;
  node->exact = true;
  return node;
}

static Node *new_search(Planner *planner, const Source *source) {
  Node *node = new_node(planner, NODE_SEARCH);
  node->source = source;
  node->searches = 1;
  return node;
}

static Node *new_lookup(Planner *planner, const Source *source, Json *key) {
  Node *node = new_search(planner, source);
  node->narrow = source->narrow;
  node->keys = json_new(&planner->operation->arena, JSON_ARRAY);
  json_append(node->keys, key);
  return node;
}

/* The rows where the source's column equals the key of an eq. */
static Node *plan_lookup(Planner *planner, const Source *source,
                         const Filter *filter) {
  if (filter->op != OPERATOR_EQ) return NULL;
  return new_lookup(planner, source,
                    key_json(&planner->operation->arena, &filter->key));
}

/* What SQL calls an operator that is an order, or NULL. */
static const char *order_of(FilterOperator op) {
  switch (op) {
  case OPERATOR_GT:
    return ">";
  case OPERATOR_GE:
    return ">=";
  case OPERATOR_LT:
    return "<";
  case OPERATOR_LE:
    return "<=";
  default:
    return NULL;
  }
}

static bool is_below(FilterOperator op) {
  return op == OPERATOR_LT || op == OPERATOR_LE;
}

/*
** scim_value.
*/
static const Source values = {
    "SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2", "key",
    "", true};

static bool is_built(const ResourceType *type, const Attribute *attribute) {
  for (const Index *index = type->indexes; index; index = index->next)
    if (index->attribute == attribute) return index->built;
  return false;
}

/* sw: text that begins with the prefix is less than the prefix with its last
** byte one higher. Bytes of UTF-8 never reach 0xFF. A dateTime begins as it is
** written, which its key, in UTC, does not tell. */
static Node *plan_prefix(Planner *planner, const Filter *filter) {
  Text prefix = filter->key.text;
  if (filter->attribute->type == TYPE_DATETIME || !prefix.size) return NULL;
  Node *node = new_search(planner, &values);
  Text end = arena_copy(&planner->operation->arena, prefix);
  unsigned char *last = (unsigned char *)end.data + end.size - 1;
  assert(filter->key.type == KEY_TEXT && *last < 0xFF);
  ++*last;
  Bound low = {">=", prefix, false}, high = {"<", end, false};
  node->low = low;
  node->high = high;
  return node;
}

/* gt, ge, lt, le. */
static Node *plan_order(Planner *planner, const Filter *filter) {
  Arena *arena = &planner->operation->arena;
  Node *node = new_search(planner, &values);
  Bound bound = {order_of(filter->op),
                 json_text(arena, key_json(arena, &filter->key)), true};
  assert(bound.test);
  *(is_below(filter->op) ? &node->high : &node->low) = bound;
  return node;
}

static Bound number_bound(Planner *planner, const char *test, double number) {
  Arena *arena = &planner->operation->arena;
  Key key = {.type = KEY_REAL, .real = number};
  Bound bound = {test, json_text(arena, key_json(arena, &key)), true};
  return bound;
}

/* eq and orders of a decimal. SQLite may read a number with a fraction one bit
** off, so the range is made a little wider, and the evaluator decides. */
static Node *plan_decimal(Planner *planner, const Filter *filter) {
  const Key *key = &filter->key;
  double number = key->type == KEY_INTEGER ? (double)key->integer : key->real;
  double margin = fabs(number) * 1e-12 + 1e-300;
  bool equal = filter->op == OPERATOR_EQ;
  if (!equal && !order_of(filter->op)) return NULL;
  if (!isfinite(number - margin) || !isfinite(number + margin)) return NULL;
  Node *node = new_search(planner, &values);
  node->exact = false;
  if (!is_below(filter->op))
    node->low = number_bound(planner, ">=", number - margin);
  if (equal || is_below(filter->op))
    node->high = number_bound(planner, "<=", number + margin);
  return node;
}

/* The search for a comparison of an attribute that has an index. */
static Node *plan_value(Planner *planner, const Filter *filter) {
  Node *node = NULL;
  if (filter->op == OPERATOR_PR) {
    node = new_search(planner, &values);
  } else if (filter->attribute->type == TYPE_DECIMAL) {
    node = plan_decimal(planner, filter);
  } else if (filter->op == OPERATOR_EQ) {
    node = plan_lookup(planner, &values, filter);
  } else if (filter->op == OPERATOR_SW) {
    node = plan_prefix(planner, filter);
  } else if (order_of(filter->op)) {
    node = plan_order(planner, filter);
  }
  if (node) node->attribute = filter->attribute;
  return node;
}

/*
** Columns of scim_resource. SQLite would rather walk over all resources of the
** type, which are in order, than look many keys up and sort: the plus keeps it
** from that index, and INDEXED BY says which one it is to take.
*/
#define OF_TYPE "WHERE tenant = ?1 AND type = ?2"

static const struct {
  const char *path; /* of the attribute */
  Source source;
  bool time;
} columns[] = {
    {"id",
     {"SELECT resource FROM scim_resource WHERE tenant = ?1 AND +type = ?2",
      "id", "", true},
     false},
    {"meta.resourceType",
     {"SELECT resource FROM scim_resource " OF_TYPE, "type", "", false},
     false},
    {"meta.version",
     {"SELECT resource FROM scim_resource " OF_TYPE,
      "'W/\"' || version || '\"'", "", false},
     false},
    {"meta.created",
     {"SELECT resource FROM scim_resource "
      "INDEXED BY scim_resource_created " OF_TYPE,
      "created", "", false},
     true},
    {"meta.lastModified",
     {"SELECT resource FROM scim_resource "
      "INDEXED BY scim_resource_modified " OF_TYPE,
      "modified", "", false},
     true},
};

/* Stored times have milliseconds. A literal with more digits is cut, and its
** comparison widened, so that the evaluator decides. */
static Node *plan_time(Planner *planner, const Source *source,
                       const Filter *filter) {
  Arena *arena = &planner->operation->arena;
  Text time, key;
  const char *order = order_of(filter->op);
  if ((!order && filter->op != OPERATOR_EQ) ||
      !instant_canonical(arena, filter->key.text, &time) ||
      !instant_key(arena, time, &key))
    return NULL;
  bool exact = text_equal(key, filter->key.text);
  if (exact && !order)
    return new_lookup(planner, source, json_string(arena, time));
  Node *node = new_search(planner, source);
  node->exact = exact;
  if (!exact) order = is_below(filter->op) ? "<=" : ">=";
  Bound bound = {order, time, false};
  *(is_below(filter->op) ? &node->high : &node->low) = bound;
  return node;
}

/*
** scim_member. CROSS JOIN keeps SQLite from beginning with all resources of the
** type: it does not know how few have the member.
*/

/* members.value: the groups that have the member. */
static const Source member_source = {
    "SELECT r.resource AS resource FROM scim_member AS m "
    "CROSS JOIN scim_resource AS r ON r.resource = m.\"group\" "
    "WHERE r.tenant = ?1 AND r.type = ?2",
    "m.value", "", true};

/* groups.value: those within the group, directly or through groups in it
** (RFC 7643 section 4.1.2). */
static const Source group_source = {
    "SELECT r.resource AS resource FROM ("
    "WITH RECURSIVE inside(id) AS ("
    "SELECT m.value FROM scim_resource AS g "
    "CROSS JOIN scim_member AS m ON m.\"group\" = g.resource "
    "WHERE g.tenant = ?1",
    "g.id",
    " UNION SELECT m.value FROM inside AS i "
    "CROSS JOIN scim_resource AS g ON g.tenant = ?1 AND g.id = i.id "
    "CROSS JOIN scim_member AS m ON m.\"group\" = g.resource) "
    "SELECT id FROM inside) AS i "
    "CROSS JOIN scim_resource AS r ON r.tenant = ?1 AND r.id = i.id "
    "WHERE r.type = ?2",
    false};

/* The search for one comparison, or NULL. */
static Node *plan_comparison(Planner *planner, const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  const ResourceType *type = planner->type;
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    if (!text_equal(attribute->path, text_of(columns[i].path))) continue;
    return columns[i].time ? plan_time(planner, &columns[i].source, filter)
                           : plan_lookup(planner, &columns[i].source, filter);
  }
  if (type->members && attribute == schema_value(type->members))
    return plan_lookup(planner, &member_source, filter);
  if (type->groups && attribute == schema_value(type->groups))
    return plan_lookup(planner, &group_source, filter);
  return is_built(type, attribute) ? plan_value(planner, filter) : NULL;
}

/*
** Combinations.
*/
static Node *plan_any(Planner *planner, const Filter *filter);

/* Puts a child at the end of a union or intersection. */
static void add_child(Node *parent, Node *child) {
  assert(parent->kind != NODE_SEARCH && parent->kind != child->kind);
  child->next = NULL;
  if (parent->last) {
    parent->last->next = child;
  } else {
    parent->first = child;
  }
  parent->last = child;
  parent->searches += child->searches;
  if (parent->depth <= child->depth) parent->depth = child->depth + 1;
}

/* The search of a union that looks up what the other does, so that it can take
** over its keys. */
static Node *same_lookup(const Node *parent, const Node *search) {
  if (!search->keys) return NULL;
  for (Node *child = parent->first; child; child = child->next)
    if (child->keys && child->source == search->source &&
        child->attribute == search->attribute)
      return child;
  return NULL;
}

/* Adds to a union what one more term finds. */
static void unite(Node *all, Node *node) {
  Node *same = same_lookup(all, node);
  all->exact = all->exact && node->exact;
  all->narrow = all->narrow && node->narrow;
  if (node->kind == NODE_UNION) {
    for (Node *child = node->first, *next; child; child = next) {
      next = child->next;
      unite(all, child);
    }
  } else if (same) {
    for (Json *key = node->keys->first, *next; key; key = next) {
      next = key->next;
      json_append(same->keys, key);
    }
  } else {
    add_child(all, node);
  }
}

static bool is_too_large(const Node *node) {
  return node->searches > PLAN_SEARCHES || node->depth > PLAN_DEPTH;
}

/* A union or intersection of one is that one. */
static Node *only_child(Node *all) {
  if (all->first != all->last) return all;
  Node *child = all->first;
  if (child) child->exact = child->exact && all->exact;
  return child;
}

static Node *plan_or(Planner *planner, const Filter *filter) {
  Node *all = new_node(planner, NODE_UNION);
  all->narrow = true;
  FILTER_EACH (term, filter) {
    Node *node = plan_any(planner, term);
    if (!node) return NULL;
    unite(all, node);
    if (is_too_large(all)) return NULL;
  }
  return only_child(all);
}

/* Adds to an intersection what one more term finds, unless it is too much: one
** term is enough to narrow. */
static void intersect(Node *all, Node *node) {
  bool fits = all->searches + node->searches <= PLAN_SEARCHES &&
              node->depth < PLAN_DEPTH;
  if (node->kind == NODE_INTERSECT) {
    for (Node *child = node->first, *next; child; child = next) {
      next = child->next;
      intersect(all, child);
    }
  } else if (fits) {
    add_child(all, node);
  }
  all->exact = all->exact && node->exact && fits;
}

static Node *plan_and(Planner *planner, const Filter *filter) {
  Node *all = new_node(planner, NODE_INTERSECT);
  Node *first = NULL, **end = &first;
  all->exact = !planner->within;
  FILTER_EACH (term, filter) {
    *end = plan_any(planner, term);
    if (!*end) {
      all->exact = false;
    } else {
      all->narrow = all->narrow || (*end)->narrow;
      end = &(*end)->next;
    }
  }
  for (Node *node = first, *next; node; node = next) {
    next = node->next;
    if (all->narrow && !node->narrow) {
      all->exact = false;
    } else {
      intersect(all, node);
    }
  }
  return only_child(all);
}

static Node *plan_value_path(Planner *planner, const Filter *filter) {
  assert(!planner->within);
  planner->within = true;
  Node *node = plan_any(planner, filter->first);
  planner->within = false;
  return node;
}

static Node *plan_any(Planner *planner, const Filter *filter) {
  switch (filter->kind) {
  case FILTER_AND:
    return plan_and(planner, filter);
  case FILTER_OR:
    return plan_or(planner, filter);
  case FILTER_COMPARE:
    return plan_comparison(planner, filter);
  case FILTER_VALUE_PATH:
    return plan_value_path(planner, filter);
  default:
    return NULL;
  }
}

/*
** Writing.
*/
typedef struct Writer {
  Buffer buffer;
  PlanParameters *parameters;
} Writer;

/* A new parameter: ?5, or the value that its JSON has. */
static void write_value(Writer *writer, Text value, bool json) {
  PlanParameters *parameters = writer->parameters;
  assert(parameters->count < PLAN_PARAMETERS);
  buffer_string(&writer->buffer, json ? "json_extract(?" : "?");
  buffer_integer(&writer->buffer, PLAN_FIRST + parameters->count);
  if (json) buffer_string(&writer->buffer, ", '$')");
  parameters->texts[parameters->count++] = value;
}

/* AND column test. */
static void write_test(Writer *writer, const char *column, const char *test) {
  buffer_string(&writer->buffer, " AND ");
  buffer_string(&writer->buffer, column);
  buffer_char(&writer->buffer, ' ');
  buffer_string(&writer->buffer, test);
}

/* AND column test value; nothing for an end that is open. */
static void write_bound(Writer *writer, const char *column,
                        const Bound *bound) {
  if (!bound->test) return;
  write_test(writer, column, bound->test);
  buffer_char(&writer->buffer, ' ');
  write_value(writer, bound->value, bound->json);
}

/* One key has SQL of its own: SQLite is faster at it, and it is what IdPs ask
** most. */
static void write_keys(Writer *writer, const char *column, const Json *keys) {
  Arena *arena = writer->buffer.arena;
  assert(keys->count > 0); /* or the search would find everything */
  if (keys->count == 1) {
    Bound equal = {"=", json_text(arena, keys->first), true};
    write_bound(writer, column, &equal);
    return;
  }
  write_test(writer, column, "IN (SELECT value FROM json_each(");
  write_value(writer, json_text(arena, keys), false);
  buffer_string(&writer->buffer, "))");
}

static void write_search(Writer *writer, const Node *node) {
  const Source *source = node->source;
  assert(!node->keys || (!node->low.test && !node->high.test));
  buffer_string(&writer->buffer, source->from);
  if (node->attribute) {
    Bound attribute = {"=", node->attribute->path, false};
    write_bound(writer, "attribute", &attribute);
  }
  if (node->keys) write_keys(writer, source->column, node->keys);
  write_bound(writer, source->column, &node->low);
  write_bound(writer, source->column, &node->high);
  buffer_string(&writer->buffer, source->end);
}

/* A compound SELECT has no brackets: what is to be computed first becomes a
** SELECT of its own. */
static void write_node(Writer *writer, const Node *node) {
  Buffer *buffer = &writer->buffer;
  if (node->kind == NODE_SEARCH) {
    write_search(writer, node);
    return;
  }
  for (const Node *child = node->first; child; child = child->next) {
    bool nested = child->kind != NODE_SEARCH;
    if (child != node->first)
      buffer_string(buffer,
                    node->kind == NODE_UNION ? " UNION " : " INTERSECT ");
    if (nested) buffer_string(buffer, "SELECT resource FROM (");
    write_node(writer, child);
    if (nested) buffer_char(buffer, ')');
  }
}

Plan plan_filter(Operation *operation, const ResourceType *type,
                 const Filter *filter, PlanParameters *parameters) {
  Planner planner = {operation, type, false};
  Writer writer = {buffer_new(&operation->arena), parameters};
  Plan plan = {{NULL, 0}, false};
  parameters->count = 0;
  Node *node = plan_any(&planner, filter);
  if (!node) return plan;
  assert(!is_too_large(node));
  write_node(&writer, node);
  plan.sql = buffer_text(&writer.buffer);
  plan.exact = node->exact;
  return plan;
}

void plan_bind(Query *query, Text tenant, const ResourceType *type,
               const PlanParameters *parameters) {
  query_bind_text(query, 1, tenant);
  query_bind_text(query, 2, type->name);
  for (int i = 0; i < parameters->count; i++)
    query_bind_text(query, i + PLAN_FIRST, parameters->texts[i]);
}
