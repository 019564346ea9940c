/*
** sorted.c: a page in the order of an attribute that has an index.
**
** HOW IT WORKS
**
** The rows of scim_value are in the order of their keys, and of resources
** within one key: the order in which a list is sorted (search.c). So where
** everything of a type is listed, its page is read from there, and no document
** is looked at; a cursor is a place in the index.
**
** Two things the index does not tell. An attribute with several values has
** several rows, of which a list sorts by one: such an attribute is left to
** search.c. And what has no value has no row, but a place in the list all the
** same: at its end, or at the beginning where the order descends. Whether there
** is any such is known by counting the rows of the index, which is done only
** when the page comes to where they would be; if there is, search_run does it.
**
** meta.created and meta.lastModified are columns, which every resource has,
** with indexes of their own: their pages are read from scim_resource in the
** same way, within the bounds of the search if it has some. There a time is as
** it is stored, with milliseconds and zone, and not as it is compared; one is
** made of the other where a row comes or an edge is given.
*/
#include "sorted.h"

#include "../text/instant.h"
#include "plan.h"

/* The columns, and the parameters besides those of a plan. */
enum { SORTED_RESOURCE, SORTED_KEY };
enum { SORTED_ATTRIBUTE = PLAN_FIRST, SORTED_EDGE_KEY };

#define SORTED_FROM                                                            \
  "FROM scim_value WHERE tenant = ?1 AND type = ?2 AND attribute = ?6"
#define SORTED_FROM_COLUMN                                                     \
  "FROM (SELECT resource, %s AS key FROM scim_resource WHERE tenant = ?1 AND " \
  "type = ?2%.*s) WHERE true"
#define SORTED_EDGE "json_extract(?7, '$')"

/* The column that the attribute is, or NULL. */
static const char *sorted_column(const Attribute *sort) {
  if (text_equal(sort->path, TEXT("meta.created"))) return "created";
  if (text_equal(sort->path, TEXT("meta.lastModified"))) return "modified";
  return NULL;
}

/* Where the rows are read from. */
static Text sorted_from(Operation *operation, const Search *search) {
  Arena *arena = &operation->arena;
  const char *column = sorted_column(search->sort);
  if (!column) return TEXT(SORTED_FROM);
  return arena_format(arena, SORTED_FROM_COLUMN, column,
                      TEXT_ARG(search_bounds_sql(arena, search)));
}

/* The key of the edge as the index has it, as JSON. */
static Text sorted_edge(Operation *operation, const Search *search,
                        const SortKey *edge) {
  Arena *arena = &operation->arena;
  Text time;
  if (sorted_column(search->sort) &&
      instant_canonical(arena, edge->value.text, &time))
    return json_text(arena, json_string(arena, time));
  return json_text(arena, key_json(arena, &edge->value));
}

/* Behind the edge of the other page, or before it, in either order. Values that
** are equal stay in the order of creation where the order descends. */
static const char *sorted_format(const Search *search) {
  if (!search->after && !search->before)
    return search->descending
               ? " ORDER BY key DESC, resource LIMIT ?4 OFFSET ?5"
               : " ORDER BY key, resource LIMIT ?4 OFFSET ?5";
  if (!search->descending)
    return search->after ? " AND (key, resource) > (" SORTED_EDGE ", ?5)"
                           " ORDER BY key, resource LIMIT ?4"
                         : " AND (key, resource) < (" SORTED_EDGE ", ?5)"
                           " ORDER BY key DESC, resource DESC LIMIT ?4";
  return search->after
             ? " AND key <= " SORTED_EDGE " AND (key < " SORTED_EDGE
               " OR resource > ?5) ORDER BY key DESC, resource LIMIT ?4"
             : " AND key >= " SORTED_EDGE " AND (key > " SORTED_EDGE
               " OR resource < ?5) ORDER BY key, resource DESC LIMIT ?4";
}

/* What lies on the near side of the edge, which its own row does too. */
static const char *sorted_format_preceding(const Search *search) {
  return search->descending
             ? " AND key >= " SORTED_EDGE " AND (key > " SORTED_EDGE
               " OR resource <= ?5) LIMIT ?4"
             : " AND (key, resource) <= (" SORTED_EDGE ", ?5) LIMIT ?4";
}

/* Opens a query over the rows of the attribute. */
static Query sorted_open(Operation *operation, const Search *search,
                         const char *columns, const char *format) {
  const SortKey *edge = search->after ? search->after : search->before;
  bool column = sorted_column(search->sort) != NULL;
  PlanParameters parameters = {.count = !column || edge};
  parameters.texts[0] = search->sort->path;
  if (edge && *format)
    parameters.texts[parameters.count++] = sorted_edge(operation, search, edge);
  Query query = query_open_text(
      operation,
      arena_format(&operation->arena, "%s %.*s%s", columns,
                   TEXT_ARG(sorted_from(operation, search)), format));
  plan_bind(&query, search->type, &parameters);
  search_bind_bounds(&query, search);
  if (*format)
    query_bind_integer(&query, PLAN_EDGE,
                       edge ? edge->resource : search->offset);
  return query;
}

/* May the index be asked? Numbers with a fraction are a bit off in it (plan.c),
** and references are shown with what is not in it. */
static bool sorted_is_told(const Search *search) {
  const Attribute *sort = search->sort;
  const SortKey *edge = search->after ? search->after : search->before;
  if (sorted_column(sort))
    return !search->filter && !(edge && !edge->has_value);
  bool type = sort->type == TYPE_STRING || sort->type == TYPE_DATETIME;
  bool several =
      sort->multi_valued || (sort->parent && sort->parent->multi_valued);
  return type && !several && !search->filter && !(edge && !edge->has_value) &&
         !search->bound_count && plan_is_built(search->type, sort);
}

/* Has every resource a value? */
static bool sorted_has_all(Operation *operation, const Search *search,
                           long long total) {
  if (sorted_column(search->sort)) return true;
  Query query = sorted_open(operation, search, "SELECT count(*)", "");
  bool all = query_step(&query) && query_integer(&query, 0) == total;
  query_close(&query);
  return all;
}

/* Is there something before a page that begins at an edge? */
static bool sorted_is_preceded(Operation *operation, const Search *search) {
  Query query = sorted_open(operation, search, "SELECT resource",
                            sorted_format_preceding(search));
  query_bind_integer(&query, PLAN_LIMIT, 1);
  bool preceded = query_step(&query);
  query_close(&query);
  return preceded;
}

/* A row of the index. Those of a page that ends at an edge come backwards. */
static SortKey sorted_row(Query *query, bool column) {
  Key key = {.type = KEY_TEXT, .text = query_text(query, SORTED_KEY)};
  if (column) instant_key(&query->operation->arena, key.text, &key.text);
  return (SortKey){.resource = query_integer(query, SORTED_RESOURCE),
                   .has_value = true,
                   .value = key};
}

/* The rows of the page, as far as the index has them. */
static void sorted_read(Operation *operation, const Search *search,
                        Page *page) {
  size_t capacity = 0;
  Query query = sorted_open(operation, search, "SELECT resource, key",
                            sorted_format(search));
  query_bind_integer(&query, PLAN_LIMIT, search->limit);
  while (query_step(&query)) {
    page->rows = arena_more(&operation->arena, page->rows, (size_t)page->count,
                            &capacity, sizeof *page->rows);
    page->rows[page->count++] =
        sorted_row(&query, sorted_column(search->sort) != NULL);
  }
  query_close(&query);
}

/* Where nothing is without a value, or what is comes behind a page that is
** full, or behind the edge before which it ends, the page is as the index says.
** False where it is not, or may not be. */
static bool sorted_page(Operation *operation, const Search *search,
                        Page *page) {
  page->total = search_count(operation, search->type);
  if (search->descending && !sorted_has_all(operation, search, page->total))
    return false;
  sorted_read(operation, search, page);
  bool open =
      !search->descending && !search->before && page->count < search->limit;
  if (open && !sorted_has_all(operation, search, page->total)) return false;
  if (search->before) search_reverse(page);
  page->preceded = search->after && sorted_is_preceded(operation, search);
  return true;
}

Page sorted_run(Operation *operation, const Search *search) {
  Page page = {0};
  if (!failed(operation) && search->sort && sorted_is_told(search) &&
      sorted_page(operation, search, &page))
    return page;
  return search_run(operation, search);
}
