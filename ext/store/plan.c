#include "plan.h"

#include <math.h>

#include "../text/instant.h"

SQLITE_EXTENSION_INIT3

typedef struct Planner {
  Operation *operation;
  const ResourceType *type;
  PlanParameters *parameters;
} Planner;

static Plan no_plan(void) {
  Plan plan = {{NULL, 0}, false, false};
  return plan;
}

/* A new parameter; 0 when there are too many, and then there is no plan. */
static int parameter(Planner *planner, Text text) {
  PlanParameters *parameters = planner->parameters;
  if (parameters->count == PLAN_PARAMETERS) return 0;
  parameters->texts[parameters->count++] = text;
  return parameters->count + PLAN_FIRST - 1;
}

static Plan combine(Planner *planner, const Plan *left, const Plan *right,
                    const char *by) {
  Plan plan = no_plan();
  plan.sql = arena_format(&planner->operation->arena,
                          "SELECT resource FROM (%.*s) %s "
                          "SELECT resource FROM (%.*s)",
                          TEXT_ARG(left->sql), by, TEXT_ARG(right->sql));
  plan.exact = left->exact && right->exact;
  return plan;
}

static const char *sql_operator(FilterOperator op) {
  switch (op) {
  case OPERATOR_EQ:
    return "=";
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

static bool is_built(const ResourceType *type, const Attribute *attribute) {
  for (const Index *index = type->indexes; index; index = index->next)
    if (index->attribute == attribute) return index->built;
  return false;
}

/*
** scim_value.
*/

/* Text that begins with the prefix is less than this: the prefix with its
** last byte one higher. Bytes of UTF-8 never reach 0xFF. */
static Text prefix_end(Operation *operation, Text prefix) {
  Text end = arena_copy(&operation->arena, prefix);
  ((char *)end.data)[end.size - 1]++;
  return end;
}

static Plan plan_prefix(Planner *planner, const Filter *filter) {
  Plan plan = no_plan();
  Text prefix = filter->key.text;
  if (!prefix.size) return plan;
  int path = parameter(planner, filter->attribute->path);
  int from = parameter(planner, prefix);
  int to = parameter(planner, prefix_end(planner->operation, prefix));
  if (!to) return plan;
  plan.sql = arena_format(
      &planner->operation->arena,
      "SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2 "
      "AND attribute = ?%d AND key >= ?%d AND key < ?%d",
      path, from, to);
  plan.exact = true;
  return plan;
}

/* One bound of a search in scim_value; the parameter is JSON, from which
** SQLite reads the key as it has read the stored ones. */
static Plan plan_bound(Planner *planner, const Attribute *attribute,
                       const char *relation, Text literal) {
  Plan plan = no_plan();
  int path = parameter(planner, attribute->path);
  int key = parameter(planner, literal);
  if (!key) return plan;
  plan.sql = arena_format(
      &planner->operation->arena,
      "SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2 "
      "AND attribute = ?%d AND key %s json_extract(?%d, '$')",
      path, relation, key);
  plan.exact = true;
  return plan;
}

/* SQLite may read a number with a fraction one bit off. So the range is made
** a little wider, and the evaluator decides. */
static Plan plan_decimal(Planner *planner, const Filter *filter) {
  Arena *arena = &planner->operation->arena;
  Key low = filter->key, high;
  if (low.type == KEY_INTEGER) low.real = (double)low.integer;
  low.type = KEY_REAL;
  high = low;
  double margin = fabs(low.real) * 1e-12 + 1e-300;
  low.real -= margin;
  high.real += margin;
  if (!isfinite(low.real) || !isfinite(high.real)) return no_plan();
  Text from = json_text(arena, key_json(arena, &low));
  Text to = json_text(arena, key_json(arena, &high));
  bool below = filter->op == OPERATOR_LT || filter->op == OPERATOR_LE;
  Plan plan = plan_bound(planner, filter->attribute,
                         below ? "<=" : ">=", below ? to : from);
  Plan end = filter->op == OPERATOR_EQ
                 ? plan_bound(planner, filter->attribute, "<=", to)
                 : plan;
  if (!plan.sql.size || !end.sql.size) return no_plan();
  if (filter->op == OPERATOR_EQ)
    plan = combine(planner, &plan, &end, "INTERSECT");
  plan.exact = false;
  return plan;
}

static Plan plan_value(Planner *planner, const Filter *filter) {
  Arena *arena = &planner->operation->arena;
  const char *relation = sql_operator(filter->op);
  if (filter->op == OPERATOR_PR)
    return plan_bound(planner, filter->attribute, "IS NOT", text_of("null"));
  if (filter->op == OPERATOR_SW && filter->key.type == KEY_TEXT &&
      filter->attribute->type != TYPE_DATETIME)
    return plan_prefix(planner, filter);
  if (!relation) return no_plan();
  if (filter->attribute->type == TYPE_DECIMAL)
    return plan_decimal(planner, filter);
  Plan plan = plan_bound(planner, filter->attribute, relation,
                         json_text(arena, key_json(arena, &filter->key)));
  plan.narrow = filter->op == OPERATOR_EQ;
  return plan;
}

/*
** Columns of scim_resource.
*/
static Plan plan_id(Planner *planner, const Filter *filter) {
  Plan plan = no_plan();
  int id = filter->op == OPERATOR_EQ ? parameter(planner, filter->key.text) : 0;
  if (!id) return plan;
  plan.sql = arena_format(&planner->operation->arena,
                          "SELECT resource FROM scim_resource "
                          "WHERE tenant = ?1 AND id = ?%d AND type = ?2",
                          id);
  plan.exact = plan.narrow = true;
  return plan;
}

/* Stored times have milliseconds. A literal with more digits is cut, and its
** comparison widened, so that the evaluator decides. */
static Plan plan_time(Planner *planner, const Filter *filter,
                      const char *column) {
  Plan plan = no_plan();
  Text canonical, again;
  Arena *arena = &planner->operation->arena;
  const char *relation = sql_operator(filter->op);
  if (!relation || !instant_canonical(arena, filter->key.text, &canonical) ||
      !instant_key(arena, canonical, &again))
    return plan;
  plan.exact = text_equal(again, filter->key.text);
  if (!plan.exact)
    relation =
        filter->op == OPERATOR_LT || filter->op == OPERATOR_LE ? "<=" : ">=";
  int time = parameter(planner, canonical);
  if (!time) return no_plan();
  plan.sql = arena_format(arena,
                          "SELECT resource FROM scim_resource WHERE "
                          "tenant = ?1 AND type = ?2 AND %s %s ?%d",
                          column, relation, time);
  return plan;
}

/* meta.version is W/"n". */
static Plan plan_version(Planner *planner, const Filter *filter) {
  Plan plan = no_plan();
  int version =
      filter->op == OPERATOR_EQ ? parameter(planner, filter->key.text) : 0;
  if (!version) return plan;
  plan.sql = arena_format(
      &planner->operation->arena,
      "SELECT resource FROM scim_resource WHERE tenant = ?1 AND type = ?2 "
      "AND 'W/\"' || version || '\"' = ?%d",
      version);
  plan.exact = true;
  return plan;
}

static Plan plan_type(Planner *planner, const Filter *filter) {
  Plan plan = no_plan();
  if (filter->op != OPERATOR_EQ) return plan;
  bool same = text_equal(filter->key.text, planner->type->name);
  plan.sql = arena_format(&planner->operation->arena,
                          "SELECT resource FROM scim_resource WHERE "
                          "tenant = ?1 AND type = ?2 AND %d",
                          same);
  plan.exact = true;
  return plan;
}

/*
** scim_member.
*/
static Plan plan_members(Planner *planner, const Filter *filter) {
  Plan plan = no_plan();
  int value =
      filter->op == OPERATOR_EQ ? parameter(planner, filter->key.text) : 0;
  if (!value) return plan;
  plan.sql =
      arena_format(&planner->operation->arena,
                   "SELECT r.resource FROM scim_member AS m "
                   "JOIN scim_resource AS r ON r.resource = m.\"group\" "
                   "WHERE r.tenant = ?1 AND r.type = ?2 AND m.value = ?%d",
                   value);
  plan.exact = plan.narrow = true;
  return plan;
}

/* Those within a group, directly or through groups in it. */
static Plan plan_groups(Planner *planner, const Filter *filter) {
  Plan plan = no_plan();
  int group =
      filter->op == OPERATOR_EQ ? parameter(planner, filter->key.text) : 0;
  if (!group) return plan;
  plan.sql =
      arena_format(&planner->operation->arena,
                   "SELECT r.resource FROM ("
                   "WITH RECURSIVE inside(id) AS ("
                   "SELECT m.value FROM scim_resource AS g "
                   "JOIN scim_member AS m ON m.\"group\" = g.resource "
                   "WHERE g.tenant = ?1 AND g.id = ?%d "
                   "UNION SELECT m.value FROM inside AS i "
                   "JOIN scim_resource AS g ON g.tenant = ?1 AND g.id = i.id "
                   "JOIN scim_member AS m ON m.\"group\" = g.resource) "
                   "SELECT id FROM inside) AS i "
                   "JOIN scim_resource AS r ON r.tenant = ?1 AND r.id = i.id "
                   "WHERE r.type = ?2",
                   group);
  plan.exact = true;
  return plan;
}

static Plan plan_comparison(Planner *planner, const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  const ResourceType *type = planner->type;
  static const struct {
    const char *path, *column;
    Plan (*plan)(Planner *, const Filter *);
  } columns[] = {{"id", NULL, plan_id},
                 {"meta.version", NULL, plan_version},
                 {"meta.resourceType", NULL, plan_type},
                 {"meta.created", "created", NULL},
                 {"meta.lastModified", "modified", NULL}};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    if (!text_equal(attribute->path, text_of(columns[i].path))) continue;
    return columns[i].plan ? columns[i].plan(planner, filter)
                           : plan_time(planner, filter, columns[i].column);
  }
  if (type->members && attribute == schema_value(type->members))
    return plan_members(planner, filter);
  if (type->groups && attribute == schema_value(type->groups))
    return plan_groups(planner, filter);
  if (is_built(type, attribute)) return plan_value(planner, filter);
  return no_plan();
}

/*
** Combinations.
*/
static Plan plan_any(Planner *planner, const Filter *filter);

/* One term is enough to narrow. When one looks a key up and another would
** collect a range, the first alone is cheaper. */
static Plan and_plans(Planner *planner, Plan left, Plan right) {
  Plan *one = NULL;
  if (!left.sql.size || (right.narrow && !left.narrow)) one = &right;
  if (!right.sql.size || (left.narrow && !right.narrow)) one = &left;
  if (one) {
    one->exact = false;
    return *one;
  }
  Plan plan = combine(planner, &left, &right, "INTERSECT");
  plan.narrow = left.narrow && right.narrow;
  return plan;
}

static Plan plan_and(Planner *planner, const Filter *filter) {
  Plan plan = plan_any(planner, filter->first);
  for (const Filter *term = filter->first->next; term; term = term->next)
    plan = and_plans(planner, plan, plan_any(planner, term));
  return plan;
}

static Plan or_plans(Planner *planner, Plan left, Plan right) {
  if (!left.sql.size || !right.sql.size) return no_plan();
  Plan plan = combine(planner, &left, &right, "UNION");
  plan.narrow = left.narrow && right.narrow;
  return plan;
}

static Plan plan_or(Planner *planner, const Filter *filter) {
  Plan plan = plan_any(planner, filter->first);
  for (const Filter *term = filter->first->next; term; term = term->next)
    plan = or_plans(planner, plan, plan_any(planner, term));
  return plan;
}

/* An element that matches has values that match one by one, but those may
** also be in different elements. */
static Plan plan_value_path(Planner *planner, const Filter *filter) {
  Plan plan = plan_any(planner, filter->first);
  if (filter->first->kind != FILTER_COMPARE) plan.exact = false;
  return plan;
}

static Plan plan_any(Planner *planner, const Filter *filter) {
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
    return no_plan();
  }
}

Plan plan_filter(Operation *operation, const ResourceType *type,
                 const Filter *filter, PlanParameters *parameters) {
  Planner planner = {operation, type, parameters};
  parameters->count = 0;
  return plan_any(&planner, filter);
}

void plan_bind(Query *query, Text tenant, const ResourceType *type,
               const PlanParameters *parameters) {
  query_bind_text(query, 1, tenant);
  query_bind_text(query, 2, type->name);
  /* Parameters of a part that was dropped may be missing at the end. */
  int last = query_parameters(query);
  for (int i = 0; i < parameters->count && i + PLAN_FIRST <= last; i++)
    query_bind_text(query, i + PLAN_FIRST, parameters->texts[i]);
}
