/*
** explain.c: what of a filter is found by indexes, and what is checked.
**
** HOW IT WORKS
**
** The tree of the plan (plan.c) is the one by which the filter is run. Each of
** its searches knows its term, and the others whose keys it has taken over. So
** the terms of the filter are walked through, and each is looked for in that
** tree: what is not there has no index, or was left out, because to look at a
** few documents costs less.
**
** A search is counted by running it, and no further than EXPLAIN_ROWS_MOST: to
** explain a filter must not cost more than to use it.
*/
#include "explain.h"

#include "plan.h"
#include "search.h"

typedef struct Explainer {
  Operation *operation;
  const ResourceType *type;
  const PlanNode *tree; /* NULL: no index helps */
  ExplainList list;
} Explainer;

/*
** Terms as text.
*/
static void explain_write(Buffer *buffer, const Filter *filter);

/* The terms of an AND or OR: those that are one themselves in brackets. */
static void explain_write_terms(Buffer *buffer, const Filter *filter) {
  FILTER_EACH (term, filter) {
    bool brackets = term->kind == FILTER_AND || term->kind == FILTER_OR;
    if (term != filter->first)
      buffer_string(buffer, filter->kind == FILTER_AND ? " and " : " or ");
    if (brackets) buffer_char(buffer, '(');
    explain_write(buffer, term);
    if (brackets) buffer_char(buffer, ')');
  }
}

/* attribute operator value, the value as it was sent. */
static void explain_write_comparison(Buffer *buffer, const Filter *filter) {
  static const char *const names[] = {
      [OPERATOR_EQ] = "eq", [OPERATOR_NE] = "ne", [OPERATOR_CO] = "co",
      [OPERATOR_SW] = "sw", [OPERATOR_EW] = "ew", [OPERATOR_GT] = "gt",
      [OPERATOR_GE] = "ge", [OPERATOR_LT] = "lt", [OPERATOR_LE] = "le",
      [OPERATOR_PR] = "pr"};
  buffer_add(buffer, filter->attribute->path);
  buffer_char(buffer, ' ');
  buffer_string(buffer, names[filter->op]);
  if (filter->op == OPERATOR_PR) return;
  buffer_char(buffer, ' ');
  json_write(buffer, filter->literal);
}

/* Recurses no deeper than the filter's brackets: FILTER_DEPTH. Names within a
** value path are whole paths, so that each can be told by itself. */
static void explain_write(Buffer *buffer, const Filter *filter) {
  switch (filter->kind) {
  case FILTER_AND:
  case FILTER_OR:
    explain_write_terms(buffer, filter);
    break;
  case FILTER_NOT:
    buffer_string(buffer, "not (");
    explain_write(buffer, filter->first);
    buffer_char(buffer, ')');
    break;
  case FILTER_COMPARE:
    explain_write_comparison(buffer, filter);
    break;
  case FILTER_NULL:
    buffer_add(buffer, filter->attribute->path);
    buffer_string(buffer, " eq null");
    break;
  case FILTER_VALUE_PATH:
    buffer_add(buffer, filter->attribute->path);
    buffer_char(buffer, '[');
    explain_write(buffer, filter->first);
    buffer_char(buffer, ']');
    break;
  case FILTER_NOTHING:
    buffer_string(buffer, "nothing");
    break;
  }
}

/* The same as a text of its own, as long as the filter is: it has a limit,
** FILTER_SIZE. */
static Text explain_text(Explainer *explainer, const Filter *filter) {
  Buffer buffer = buffer_new(&explainer->operation->arena);
  explain_write(&buffer, filter);
  return buffer_text(&buffer);
}

/*
** The tree of the plan.
*/

/* The search that is for the term, or has taken it over; NULL for none. No
** deeper than PLAN_DEPTH. */
static const PlanNode *explain_find(const PlanNode *node, const Filter *term) {
  if (!node) return NULL;
  if (node->term == term) return node;
  for (const PlanNode *same = node->same; same; same = same->next)
    if (same->term == term) return node;
  for (const PlanNode *child = node->first; child; child = child->next) {
    const PlanNode *found = explain_find(child, term);
    if (found) return found;
  }
  return NULL;
}

/* How many rows the node finds, each once. Its SQL is put together as for a
** search, and DISTINCT keeps no more rows than are counted. */
static long long explain_count(Explainer *explainer, const PlanNode *node) {
  Operation *operation = explainer->operation;
  PlanParameters parameters = {.count = 0};
  long long count = -1;
  Text sql = plan_sql(&operation->arena, node, &parameters);
  Query query = query_open_text(
      operation,
      arena_format(&operation->arena,
                   "SELECT count(*) FROM (SELECT DISTINCT resource FROM (%.*s) "
                   "LIMIT ?4)",
                   TEXT_ARG(sql)));
  plan_bind(&query, explainer->type, &parameters);
  query_bind_integer(&query, PLAN_LIMIT, EXPLAIN_ROWS_MOST);
  if (query_step(&query)) count = query_integer(&query, 0);
  query_close(&query);
  return count;
}

/*
** Rows.
*/
static void explain_add(Explainer *explainer, ExplainRow row) {
  ExplainList *list = &explainer->list;
  list->rows = arena_more(&explainer->operation->arena, list->rows, list->count,
                          &list->capacity, sizeof *list->rows);
  list->rows[list->count++] = row;
}

/* What is searched: the index of an attribute is named with it. */
static Text explain_index(Explainer *explainer, const PlanNode *node) {
  Text name = text_of(node->source->index);
  if (!node->attribute) return name;
  return arena_format(&explainer->operation->arena, "%.*s (%.*s)",
                      TEXT_ARG(name), TEXT_ARG(node->attribute->path));
}

/* A term that is no AND, OR or value path. Of several terms that one search is
** for, each has the rows of all. */
static void explain_term(Explainer *explainer, const Filter *term) {
  const PlanNode *node = explain_find(explainer->tree, term);
  ExplainRow row = {.term = explain_text(explainer, term),
                    .how = node              ? EXPLAIN_INDEX
                           : explainer->tree ? EXPLAIN_CANDIDATES
                                             : EXPLAIN_ALL,
                    .rows = -1};
  if (node) {
    row.index = explain_index(explainer, node);
    row.rows = explain_count(explainer, node);
  }
  explain_add(explainer, row);
}

/* What an index cannot take apart (not, eq null) is a term as it stands. */
static void explain_terms(Explainer *explainer, const Filter *filter) {
  bool apart = filter->kind == FILTER_AND || filter->kind == FILTER_OR ||
               filter->kind == FILTER_VALUE_PATH;
  if (!apart) {
    explain_term(explainer, filter);
    return;
  }
  FILTER_EACH (term, filter) explain_terms(explainer, term);
}

/* The whole comes last. Without a plan every resource of the type is looked at,
** of which scim_count says how many there are: nothing is run for that. */
ExplainList explain_filter(Operation *operation, const ResourceType *type,
                           const Filter *filter) {
  Explainer explainer = {.operation = operation, .type = type};
  if (failed(operation)) return explainer.list;
  explainer.tree = plan_tree(operation, type, filter);
  explain_terms(&explainer, filter);
  const PlanNode *tree = explainer.tree;
  explain_add(&explainer,
              (ExplainRow){.term = explain_text(&explainer, filter),
                           .how = !tree         ? EXPLAIN_ALL
                                  : tree->exact ? EXPLAIN_INDEX
                                                : EXPLAIN_CANDIDATES,
                           .rows = tree ? explain_count(&explainer, tree)
                                        : search_count(operation, type)});
  return explainer.list;
}
