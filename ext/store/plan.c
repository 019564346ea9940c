/*
** plan.c: turns a filter into SQL that finds candidates by indexes.
**
** HOW IT WORKS
**
** First a tree of nodes is made of the filter's tree, from below. A comparison
** becomes a search: rows of one table where one column equals one of several
** keys, or lies between bounds. What no index serves (ne, co, ew, not, eq null,
** primary eq false, an attribute that is neither indexed nor unique; where the
** database has UTF-16, an order of text) has no node. Then the tree is written
** as SQL (plan_sql.c).
**
** Every node finds all that match. It is "exact" when it finds nothing else,
** and "narrow" when it looks keys up, so that few rows are to be expected:
**
**   term    node                        exact             narrow
**   eq      keys of an attribute        yes               if few have a key
**   others  a range                     yes, but see      no
**                                       below
**   or      union of all terms          if all are        if all are
**   and     intersection of some terms  if all are, and   if any is
**                                       none is left out
**
** An "or" has no node when one of its terms has none, since then anything may
** match. An "and" may leave terms out, as any of them narrows: those without a
** node; and, when some are narrow, all others, because to look at a few
** documents is cheaper than to collect a range.
**
** In a value path some element must match the whole. That may be taken apart
** over or, but not over and, whose terms may be found in different elements: an
** "and" within brackets is never exact. Nor are ranges whose bounds had to be
** rounded (decimals, times below the millisecond), and keys of a "$ref".
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

#include "../model/reference.h"
#include "../text/instant.h"
#include "keys.h"

typedef struct Planner {
  Operation *operation;
  const ResourceType *type;
  bool within; /* within the brackets of a value path */
} Planner;

/* A node finds what matches and nothing else, until something makes it a
** superset. */
static PlanNode *plan_new_node(Planner *planner, PlanNodeKind kind) {
  PlanNode *node = arena_alloc(&planner->operation->arena, sizeof *node);
  node->kind = kind;
  node->exact = true;
  return node;
}

static PlanNode *plan_new_search(Planner *planner, const PlanSource *source) {
  PlanNode *node = plan_new_node(planner, PLAN_SEARCH);
  node->source = source;
  node->searches = 1;
  return node;
}

static PlanNode *plan_new_lookup(Planner *planner, const PlanSource *source,
                                 Json *key) {
  PlanNode *node = plan_new_search(planner, source);
  node->narrow = source->narrow;
  node->keys = json_new(&planner->operation->arena, JSON_ARRAY);
  json_append(node->keys, key);
  return node;
}

/* The rows where the source's column equals the key of an eq. */
static PlanNode *plan_lookup(Planner *planner, const PlanSource *source,
                             const Filter *filter) {
  if (filter->op != OPERATOR_EQ) return NULL;
  return plan_new_lookup(planner, source,
                         key_json(&planner->operation->arena, &filter->key));
}

/* What SQL calls an operator that is an order, or NULL. */
static const char *plan_order_of(FilterOperator op) {
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

static bool plan_is_below(FilterOperator op) {
  return op == OPERATOR_LT || op == OPERATOR_LE;
}

/*
** scim_value.
*/
static const PlanSource plan_values = {
    "SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2",
    "key",
    "",
    "scim_value",
    true,
    true};

/* What is unique among all tenants stands under the tenant "". CROSS JOIN as in
** scim_member below. */
static const PlanSource plan_uniques = {
    "SELECT resource FROM scim_unique WHERE tenant = ?1 AND type = ?2",
    "key",
    "",
    "scim_unique",
    true,
    true};

static const PlanSource plan_globals = {
    "SELECT u.resource AS resource FROM scim_unique AS u "
    "CROSS JOIN scim_resource AS r ON r.resource = u.resource "
    "WHERE u.tenant = '' AND u.type = ?2 AND r.tenant = ?1",
    "u.key",
    "",
    "scim_unique",
    true,
    true};

/* scim_unique serves an attribute that has no index of its own, for it has a
** row for each value too; unless several had one before it had to be unique. Of
** what is unique among all tenants only an eq: nobody walks through the values
** of others. */
static const PlanSource *plan_unique_source(const ResourceType *type,
                                            const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  const Attribute *top = attribute->parent ? attribute->parent : attribute;
  bool in_document = !top->kept_as_rows && top != type->groups;
  if (type->shared || !in_document || !keys_are_unique(attribute)) return NULL;
  if (attribute->uniqueness == UNIQUENESS_SERVER) return &plan_uniques;
  return filter->op == OPERATOR_EQ ? &plan_globals : NULL;
}

bool plan_is_built(const ResourceType *type, const Attribute *attribute) {
  for (const Index *index = type->indexes; index; index = index->next)
    if (index->attribute == attribute) return index->built;
  return false;
}

/* sw: text that begins with the prefix is less than the prefix with its last
** byte one higher. Bytes of UTF-8 never reach 0xFF. A dateTime begins as it is
** written, which its key, in UTC, does not tell. */
static PlanNode *plan_prefix(Planner *planner, const PlanSource *source,
                             const Filter *filter) {
  Text prefix = filter->key.text;
  if (filter->attribute->type == TYPE_DATETIME || !prefix.size) return NULL;
  PlanNode *node = plan_new_search(planner, source);
  char *end = arena_alloc(&planner->operation->arena, prefix.size);
  memcpy(end, prefix.data, prefix.size);
  unsigned last = (unsigned char)end[prefix.size - 1];
  assert(filter->key.type == KEY_TEXT && last < 0xFF);
  end[prefix.size - 1] = (char)(last + 1);
  PlanBound low = {">=", prefix, false},
            high = {"<", {end, prefix.size}, false};
  node->low = low;
  node->high = high;
  return node;
}

/* gt, ge, lt, le. */
static PlanNode *plan_order(Planner *planner, const PlanSource *source,
                            const Filter *filter) {
  Arena *arena = &planner->operation->arena;
  PlanNode *node = plan_new_search(planner, source);
  PlanBound bound = {plan_order_of(filter->op),
                     json_text(arena, key_json(arena, &filter->key)), true};
  assert(bound.test);
  *(plan_is_below(filter->op) ? &node->high : &node->low) = bound;
  return node;
}

/* eq of a "$ref" that is shown behind the base: what is stored names the
** resource with the base or without. The evaluator compares both (match.c), and
** alone does the rest: there is no order of what is shown in an index. */
static PlanNode *plan_reference(Planner *planner, const PlanSource *source,
                                const Filter *filter) {
  Operation *operation = planner->operation;
  Arena *arena = &operation->arena;
  if (filter->op != OPERATOR_EQ) return NULL;
  Key base = key_of_text(operation, filter->attribute, operation->base);
  Text asked =
      reference_asked_for(operation, filter->attribute, filter->key.text);
  PlanNode *node = plan_new_lookup(planner, source, json_string(arena, asked));
  Text whole =
      arena_format(arena, "%.*s/%.*s", TEXT_ARG(base.text), TEXT_ARG(asked));
  json_append(node->keys, json_string(arena, whole));
  node->exact = false;
  return node;
}

/* primary eq false also matches elements that say nothing of it, of which there
** is no key (match.c). */
static bool plan_means_absence(const Filter *filter) {
  return filter->op == OPERATOR_EQ && !filter->key.integer &&
         schema_is_primary(filter->attribute);
}

static PlanBound plan_number_bound(Planner *planner, const char *test,
                                   double number) {
  Arena *arena = &planner->operation->arena;
  Key key = {.type = KEY_REAL, .real = number};
  PlanBound bound = {test, json_text(arena, key_json(arena, &key)), true};
  return bound;
}

/* eq and orders of a decimal. SQLite may read a number with a fraction one bit
** off, so the range is made a little wider, and the evaluator decides. */
static PlanNode *plan_decimal(Planner *planner, const PlanSource *source,
                              const Filter *filter) {
  const Key *key = &filter->key;
  double number = key->type == KEY_INTEGER ? (double)key->integer : key->real;
  double margin = fabs(number) * 1e-12 + 1e-300;
  bool equal = filter->op == OPERATOR_EQ;
  if (!equal && !plan_order_of(filter->op)) return NULL;
  if (!isfinite(number - margin) || !isfinite(number + margin)) return NULL;
  PlanNode *node = plan_new_search(planner, source);
  node->exact = false;
  if (!plan_is_below(filter->op))
    node->low = plan_number_bound(planner, ">=", number - margin);
  if (equal || plan_is_below(filter->op))
    node->high = plan_number_bound(planner, "<=", number + margin);
  return node;
}

/* pr: every key but the empty text, which is no value to pr (model/match.c).
** Numbers are keys of attributes that have no texts. */
static PlanNode *plan_present(Planner *planner, const PlanSource *source,
                              const Filter *filter) {
  PlanNode *node = plan_new_search(planner, source);
  PlanBound bound = {">", TEXT(""), false};
  if (filter->attribute->type == TYPE_STRING) node->low = bound;
  return node;
}

/* Has SQLite keys in the order of the evaluator? It compares bytes, those of
** UTF-16 where the database has that; times are ASCII in both. */
static bool plan_has_order(Planner *planner, const Filter *filter) {
  return !planner->operation->schemas->utf16 || filter->key.type != KEY_TEXT ||
         filter->attribute->type == TYPE_DATETIME;
}

/* The search for a comparison of an attribute whose values the source has. */
static PlanNode *plan_value(Planner *planner, const PlanSource *source,
                            const Filter *filter) {
  PlanNode *node = NULL;
  if (filter->op == OPERATOR_PR) {
    node = plan_present(planner, source, filter);
  } else if (filter->attribute->type == TYPE_DECIMAL) {
    node = plan_decimal(planner, source, filter);
  } else if (reference_has_base(planner->operation, filter->attribute)) {
    node = plan_reference(planner, source, filter);
  } else if (filter->op == OPERATOR_EQ) {
    node = plan_lookup(planner, source, filter);
  } else if (!plan_has_order(planner, filter)) {
    return NULL;
  } else if (filter->op == OPERATOR_SW) {
    node = plan_prefix(planner, source, filter);
  } else if (plan_order_of(filter->op)) {
    node = plan_order(planner, source, filter);
  }
  if (node) node->attribute = filter->attribute;
  return node;
}

/*
** Columns of scim_resource. SQLite would rather walk over all resources of the
** type, which are in order, than look many keys up and sort: the plus keeps it
** from that index, and INDEXED BY says which one it is to take.
*/
#define PLAN_OF_TYPE "WHERE tenant = ?1 AND type = ?2"

static const struct {
  const char *path; /* of the attribute */
  PlanSource source;
  bool time;
} plan_columns[] = {
    {"id",
     {"SELECT resource FROM scim_resource WHERE tenant = ?1 AND +type = ?2",
      "id", "", "scim_resource (tenant, id)", true, true},
     false},
    {"meta.resourceType",
     {"SELECT resource FROM scim_resource " PLAN_OF_TYPE, "type", "",
      "scim_resource_type_order", false, true},
     false},
    {"meta.version",
     {"SELECT resource FROM scim_resource " PLAN_OF_TYPE,
      "'W/\"' || version || '\"'", "", "scim_resource_type_order", false, true},
     false},
    {"meta.created",
     {"SELECT resource FROM scim_resource "
      "INDEXED BY scim_resource_created " PLAN_OF_TYPE,
      "created", "", "scim_resource_created", false, true},
     true},
    {"meta.lastModified",
     {"SELECT resource FROM scim_resource "
      "INDEXED BY scim_resource_modified " PLAN_OF_TYPE,
      "modified", "", "scim_resource_modified", false, true},
     true},
};

/* Stored times have milliseconds. A literal with more digits is cut, and its
** comparison widened, so that the evaluator decides. */
static PlanNode *plan_time(Planner *planner, const PlanSource *source,
                           const Filter *filter) {
  Arena *arena = &planner->operation->arena;
  Text time, key;
  const char *order = plan_order_of(filter->op);
  if ((!order && filter->op != OPERATOR_EQ) ||
      !instant_canonical(arena, filter->key.text, &time) ||
      !instant_key(arena, time, &key))
    return NULL;
  bool exact = text_equal(key, filter->key.text);
  if (exact && !order)
    return plan_new_lookup(planner, source, json_string(arena, time));
  PlanNode *node = plan_new_search(planner, source);
  node->exact = exact;
  if (!exact) order = plan_is_below(filter->op) ? "<=" : ">=";
  PlanBound bound = {order, time, false};
  *(plan_is_below(filter->op) ? &node->high : &node->low) = bound;
  return node;
}

/*
** scim_member. CROSS JOIN keeps SQLite from beginning with all resources of the
** type: it does not know how few have the member. Only memberships that the
** operation sees count, as in the documents that the evaluator looks at.
*/
#define PLAN_SEEN "m.source = coalesce(?3, m.source)"

/* members.value: the groups that have the member. */
static const PlanSource plan_members = {
    "SELECT r.resource AS resource FROM scim_member AS m "
    "CROSS JOIN scim_resource AS r ON r.resource = m.\"group\" "
    "WHERE r.tenant = ?1 AND r.type = ?2 AND " PLAN_SEEN,
    "m.value",
    "",
    "scim_member_value",
    true,
    false};

/* groups.value: those within the group, directly or through groups in it
** (RFC 7643 section 4.1.2). */
static const PlanSource plan_groups = {
    "SELECT r.resource AS resource FROM ("
    "WITH RECURSIVE inside(id) AS ("
    "SELECT m.value FROM scim_resource AS g "
    "CROSS JOIN scim_member AS m ON m.\"group\" = g.resource "
    "WHERE g.tenant = ?1 AND " PLAN_SEEN,
    "g.id",
    " UNION SELECT m.value FROM inside AS i "
    "CROSS JOIN scim_resource AS g ON g.tenant = ?1 AND g.id = i.id "
    "CROSS JOIN scim_member AS m ON m.\"group\" = g.resource "
    "WHERE " PLAN_SEEN ") "
    "SELECT id FROM inside) AS i "
    "CROSS JOIN scim_resource AS r ON r.tenant = ?1 AND r.id = i.id "
    "WHERE r.type = ?2",
    "scim_member",
    false,
    false};

/* The search for one comparison, or NULL. */
static PlanNode *plan_find_search(Planner *planner, const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  const ResourceType *type = planner->type;
  for (size_t i = 0; i < sizeof plan_columns / sizeof *plan_columns; i++) {
    if (!text_equal(attribute->path, text_of(plan_columns[i].path))) continue;
    return plan_columns[i].time
               ? plan_time(planner, &plan_columns[i].source, filter)
               : plan_lookup(planner, &plan_columns[i].source, filter);
  }
  if (type->members && attribute == schema_value(type->members))
    return plan_lookup(planner, &plan_members, filter);
  if (type->groups && attribute == schema_value(type->groups))
    return plan_lookup(planner, &plan_groups, filter);
  const PlanSource *source = plan_is_built(type, attribute)
                                 ? &plan_values
                                 : plan_unique_source(type, filter);
  bool served = source && !plan_means_absence(filter);
  return served ? plan_value(planner, source, filter) : NULL;
}

/* The same, and it knows what for. */
static PlanNode *plan_comparison(Planner *planner, const Filter *filter) {
  PlanNode *node = plan_find_search(planner, filter);
  if (node) node->term = filter;
  return node;
}

/*
** Combinations.
*/
static PlanNode *plan_any(Planner *planner, const Filter *filter);

/* Puts a child at the end of a union or intersection. A child of the parent's
** own kind has been taken apart before, so that SQL needs no brackets. */
static void plan_add_child(PlanNode *parent, PlanNode *child) {
  assert(parent->kind != PLAN_SEARCH && parent->kind != child->kind);
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
static PlanNode *plan_same_lookup(const PlanNode *parent,
                                  const PlanNode *search) {
  if (!search->keys) return NULL;
  for (PlanNode *child = parent->first; child; child = child->next)
    if (child->keys && child->source == search->source &&
        child->attribute == search->attribute)
      return child;
  return NULL;
}

/* Adds to a union what one more term finds. */
static void plan_unite(PlanNode *all, PlanNode *node) {
  PlanNode *same = plan_same_lookup(all, node);
  all->exact = all->exact && node->exact;
  all->narrow = all->narrow && node->narrow;
  if (node->kind == PLAN_UNION) {
    for (PlanNode *child = node->first, *next; child; child = next) {
      next = child->next;
      plan_unite(all, child);
    }
  } else if (same) {
    for (Json *key = node->keys->first, *next; key; key = next) {
      next = key->next;
      json_append(same->keys, key);
    }
    node->next = same->same;
    same->same = node;
  } else {
    plan_add_child(all, node);
  }
}

static bool plan_is_too_large(const PlanNode *node) {
  return node->searches > PLAN_SEARCHES || node->depth > PLAN_DEPTH;
}

/* A union or intersection of one is that one. */
static PlanNode *plan_only_child(PlanNode *all) {
  if (all->first != all->last) return all;
  PlanNode *child = all->first;
  if (child) child->exact = child->exact && all->exact;
  return child;
}

/* The union of all terms, or NULL. */
static PlanNode *plan_or(Planner *planner, const Filter *filter) {
  PlanNode *all = plan_new_node(planner, PLAN_UNION);
  all->narrow = true;
  FILTER_EACH (term, filter) {
    PlanNode *node = plan_any(planner, term);
    if (!node) return NULL;
    plan_unite(all, node);
    if (plan_is_too_large(all)) return NULL;
  }
  return plan_only_child(all);
}

/* Adds to an intersection what one more term finds, unless it is too much: one
** term is enough to narrow. */
static void plan_intersect(PlanNode *all, PlanNode *node) {
  bool fits = all->searches + node->searches <= PLAN_SEARCHES &&
              node->depth < PLAN_DEPTH;
  if (node->kind == PLAN_INTERSECT) {
    for (PlanNode *child = node->first, *next; child; child = next) {
      next = child->next;
      plan_intersect(all, child);
    }
  } else if (fits) {
    plan_add_child(all, node);
  }
  all->exact = all->exact && node->exact && fits;
}

/* The intersection of the terms that narrow most, or NULL. */
static PlanNode *plan_and(Planner *planner, const Filter *filter) {
  PlanNode *all = plan_new_node(planner, PLAN_INTERSECT);
  PlanNode *first = NULL, **end = &first;
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
  for (PlanNode *node = first, *next; node; node = next) {
    next = node->next;
    if (all->narrow && !node->narrow) {
      all->exact = false;
    } else {
      plan_intersect(all, node);
    }
  }
  return plan_only_child(all);
}

/* What matches has an element that matches, and so values that do. */
static PlanNode *plan_value_path(Planner *planner, const Filter *filter) {
  assert(!planner->within);
  planner->within = true;
  PlanNode *node = plan_any(planner, filter->first);
  planner->within = false;
  return node;
}

/* Of a filter that matches nothing: no id is NULL. In a search of all types
** this is what spares those that have not what is asked for. */
static PlanNode *plan_nothing(Planner *planner) {
  return plan_new_lookup(planner, &plan_columns[0].source,
                         json_new(&planner->operation->arena, JSON_NULL));
}

/* The node of a filter of any kind. NULL where no index serves it, as for a
** term with not, or one with eq null. */
static PlanNode *plan_any(Planner *planner, const Filter *filter) {
  switch (filter->kind) {
  case FILTER_AND:
    return plan_and(planner, filter);
  case FILTER_OR:
    return plan_or(planner, filter);
  case FILTER_COMPARE:
    return plan_comparison(planner, filter);
  case FILTER_VALUE_PATH:
    return plan_value_path(planner, filter);
  case FILTER_NOTHING:
    return plan_nothing(planner);
  default:
    return NULL;
  }
}

/* Does the SQL of the node select no row twice? UNION and INTERSECT see to it.
** A resource has one value in a column; of an attribute it may have several,
** but no two rows of one key. */
static bool plan_is_once(const PlanNode *node) {
  if (node->kind != PLAN_SEARCH) return true;
  return node->source->once &&
         (!node->attribute || (node->keys && node->keys->count == 1));
}

PlanNode *plan_tree(Operation *operation, const ResourceType *type,
                    const Filter *filter) {
  Planner planner = {operation, type, false};
  return plan_any(&planner, filter);
}

/* A plan without SQL says that no index helps; the caller then looks at every
** resource of the type. */
Plan plan_filter(Operation *operation, const ResourceType *type,
                 const Filter *filter, PlanParameters *parameters) {
  Plan plan = {0};
  parameters->count = 0;
  PlanNode *node = plan_tree(operation, type, filter);
  if (!node) return plan;
  assert(!plan_is_too_large(node));
  plan.sql = plan_sql(&operation->arena, node, parameters);
  plan.exact = node->exact;
  plan.once = plan_is_once(node);
  plan.narrow = node->narrow;
  return plan;
}

/* Does the search lie between bounds of the attribute, within scim_value or a
** column? pr of what is no text has none, and all keys lie between those. */
static bool plan_is_between(const PlanNode *node, const Attribute *attribute) {
  return node->kind == PLAN_SEARCH && !node->keys &&
         node->term->attribute == attribute;
}

/* An attribute with one value has it in all ranges of an intersection. */
Plan plan_range(Operation *operation, const ResourceType *type,
                const Filter *filter, const Attribute *attribute,
                PlanParameters *parameters) {
  Plan plan = {0};
  parameters->count = 0;
  PlanNode *node = plan_tree(operation, type, filter);
  if (!node || node->kind == PLAN_UNION) return plan;
  const PlanNode *search = node->kind == PLAN_SEARCH ? node : node->first;
  for (; search; search = search == node ? NULL : search->next)
    if (!plan_is_between(search, attribute)) return plan;
  plan.sql = plan_bounds_sql(&operation->arena, node, "key", parameters);
  plan.exact = node->exact;
  plan.once = true;
  return plan;
}

void plan_bind(Query *query, const ResourceType *type,
               const PlanParameters *parameters) {
  query_bind_text(query, PLAN_TENANT, query->operation->tenant);
  query_bind_text(query, PLAN_TYPE, type->name);
  if (query_parameters(query) >= PLAN_SOURCE)
    query_bind_text(query, PLAN_SOURCE, query->operation->sees);
  for (int i = 0; i < parameters->count; i++)
    query_bind_text(query, PLAN_FIRST + i, parameters->texts[i]);
}
