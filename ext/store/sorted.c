/*
** sorted.c: a page in the order of an attribute that has an index.
**
** HOW IT WORKS
**
** The rows of scim_value are in the order of their keys, and of resources
** within one key: the order in which a list is sorted (search.c). So a page is
** read from there; a cursor is a place in the index. What the filter says goes
** along as a condition:
**
**   a range of the attribute itself     AND key >= ?8          from there on
**   another plan (plan.c)               AND +resource IN (…)   its keys, first
**   bounds of columns                   AND resource IN (…)    the same
**
** and where that is all, no document is looked at. Otherwise, in a search whose
** total nobody wants, the evaluator looks at the document of each row that
** comes, until the page is full. Where a plan finds few, or there is no limit,
** search.c does it: it reads documents in the order in which they are stored.
**
** Two things the index does not tell. An attribute with several values has
** several rows, of which a list sorts by one: such an attribute is left to
** search.c. And what has no value has no row, but a place in the list all the
** same: at its end, or at the beginning where the order descends. Whether there
** is any such is known by counting the rows of the index, which is done only
** when the page comes to where they would be; if there is, search_run does it.
** In a range of the attribute there is none.
**
** meta.created and meta.lastModified are columns, which every resource has,
** with indexes of their own: their pages are read from scim_resource in the
** same way, within the bounds of the search if it has some. There a time is as
** it is stored, with milliseconds and zone, and not as it is compared; one is
** made of the other where a row comes or an edge is given.
**
** The version has no index: each write would pay for it. An order by that reads
** the column of each resource within the bounds, but no document, and of all
** these SQLite keeps no more than the page.
*/
#include "sorted.h"

#include "../text/instant.h"
#include "plan.h"

typedef struct Sorted {
  Operation *operation;
  const Search *search;
  const char *column; /* of scim_resource, which is the key; NULL: scim_value */
  Plan plan;          /* SQL of the range, else of a plan; empty: neither */
  PlanParameters parameters;
  bool range; /* is it that of a range? */
  bool exact; /* no document is looked at */
} Sorted;

/* The columns. */
enum { SORTED_RESOURCE, SORTED_KEY };

#define SORTED_FROM                                                            \
  "FROM scim_value WHERE tenant = ?1 AND type = ?2 AND attribute = ?6"
#define SORTED_FROM_COLUMN                                                     \
  "FROM (SELECT resource, %s AS key FROM scim_resource WHERE tenant = ?1 AND " \
  "type = ?2%.*s) WHERE true"
#define SORTED_BOUNDS                                                          \
  " AND resource IN (SELECT resource FROM scim_resource%s WHERE "              \
  "tenant = ?1 AND type = ?2%.*s)"
#define SORTED_EDGE "json_extract(?7, '$')"
#define SORTED_ALL 0x7fffffffffffffffLL

/*
** What is asked.
*/

/* The column that is the order, or NULL. */
static const char *sorted_column(const Search *search) {
  if (search->by_version) return "version";
  if (text_equal(search->sort->path, TEXT("meta.created"))) return "created";
  if (text_equal(search->sort->path, TEXT("meta.lastModified")))
    return "modified";
  return NULL;
}

static const SortKey *sorted_edge(const Search *search) {
  return search->after ? search->after : search->before;
}

/* Has the order an index? Numbers with a fraction are a bit off in it (plan.c),
** references are shown with what is not in it, and text of UTF-16 has another
** order. */
static bool sorted_has_index(const Sorted *own) {
  const Attribute *sort = own->search->sort;
  if (own->column) return true;
  bool type = sort->type == TYPE_DATETIME ||
              (sort->type == TYPE_STRING && !own->operation->schemas->utf16);
  bool several =
      sort->multi_valued || (sort->parent && sort->parent->multi_valued);
  return type && !several && plan_is_built(own->search->type, sort);
}

/* Plans the filter: as a range of the sort itself, else by any index. */
static void sorted_plan(Sorted *own) {
  const Search *search = own->search;
  own->exact = !search->filter;
  if (!search->filter) return;
  if (search->sort)
    own->plan = plan_range(own->operation, search->type, search->filter,
                           search->sort, &own->parameters);
  own->range = own->plan.sql.size > 0;
  if (!own->range)
    own->plan = plan_filter(own->operation, search->type, search->filter,
                            &own->parameters);
  own->exact = own->plan.exact;
}

/* May the index be asked, and does it cost less? The version alone is asked
** here whatever it costs: search.c does not know that order. */
static bool sorted_serves(Sorted *own) {
  const Search *search = own->search;
  const SortKey *edge = sorted_edge(search);
  if (failed(own->operation) || (!search->sort && !search->by_version))
    return false;
  own->column = sorted_column(search);
  if ((edge && !edge->has_value) || !sorted_has_index(own) ||
      (!own->column && search_is_narrow(search)))
    return false;
  sorted_plan(own);
  assert(!search->by_version || (search->untold && !edge));
  return search->by_version ||
         (!own->plan.narrow &&
          (own->exact || (search->untold && search->limit < SORTED_ALL)));
}

/*
** SQL.
*/

/* What the filter and, beside scim_value, the bounds say. The plus keeps SQLite
** from looking up and sorting what is in order; versions are not. */
static Text sorted_conditions(Sorted *own, Text bounds) {
  Arena *arena = &own->operation->arena;
  Text plan = own->plan.sql;
  if (plan.size && !own->range)
    plan = arena_format(arena, " AND %sresource IN (%.*s)",
                        own->search->by_version ? "" : "+", TEXT_ARG(plan));
  if (own->column || !bounds.size) return plan.size ? plan : TEXT("");
  return arena_format(arena, "%.*s" SORTED_BOUNDS, TEXT_ARG(plan),
                      search_bounds_index(own->search), TEXT_ARG(bounds));
}

/* Where the rows are read from. */
static Text sorted_from(Sorted *own) {
  Arena *arena = &own->operation->arena;
  Text bounds = search_bounds_sql(arena, own->search);
  Text from = TEXT(SORTED_FROM);
  if (own->column)
    from =
        arena_format(arena, SORTED_FROM_COLUMN, own->column, TEXT_ARG(bounds));
  return arena_format(arena, "%.*s%.*s", TEXT_ARG(from),
                      TEXT_ARG(sorted_conditions(own, bounds)));
}

/* The key of the edge as the index has it, as JSON. */
static Text sorted_edge_key(Sorted *own, const SortKey *edge) {
  Arena *arena = &own->operation->arena;
  Text time;
  if (own->column && instant_canonical(arena, edge->value.text, &time))
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

/* Opens a query and binds what all of them have. */
static Query sorted_open_text(Sorted *own, Text sql) {
  Query query = query_open_text(own->operation, sql);
  plan_bind(&query, own->search->type, &own->parameters);
  search_bind_bounds(&query, own->search);
  return query;
}

/* The same over the rows of the index. Only a page has a format, and only one
** beside an edge its key. */
static Query sorted_open(Sorted *own, const char *columns, const char *format) {
  const Search *search = own->search;
  const SortKey *edge = sorted_edge(search);
  Query query = sorted_open_text(
      own, arena_format(&own->operation->arena, "%s %.*s%s", columns,
                        TEXT_ARG(sorted_from(own)), format));
  if (!own->column) query_bind_text(&query, PLAN_ATTRIBUTE, search->sort->path);
  if (!*format) return query;
  query_bind_integer(&query, PLAN_EDGE, edge ? edge->resource : 0);
  if (edge) query_bind_text(&query, PLAN_EDGE_KEY, sorted_edge_key(own, edge));
  return query;
}

/*
** Counting.
*/
static long long sorted_count(Query query) {
  long long count = query_step(&query) ? query_integer(&query, 0) : 0;
  query_close(&query);
  return count;
}

static long long sorted_count_keys(Sorted *own) {
  return sorted_count(sorted_open(own, "SELECT count(*)", ""));
}

/* Has each that may be found a key? */
static bool sorted_is_whole(const Sorted *own) {
  return own->column || own->range;
}

/* How many are found, with a key or without; where documents are looked at, how
** many of these at most. */
static long long sorted_count_all(Sorted *own) {
  const Search *search = own->search;
  Arena *arena = &own->operation->arena;
  Text plan = own->plan.sql;
  if (!plan.size && !search->bound_count)
    return search_count(own->operation, search->type);
  if (sorted_is_whole(own)) return sorted_count_keys(own);
  if (plan.size)
    plan = arena_format(arena, " AND resource IN (%.*s)", TEXT_ARG(plan));
  return sorted_count(sorted_open_text(
      own, arena_format(arena,
                        "SELECT count(*) FROM scim_resource WHERE "
                        "tenant = ?1 AND type = ?2%.*s%.*s",
                        TEXT_ARG(search_bounds_sql(arena, search)),
                        TEXT_ARG(plan))));
}

/* Is nothing without a key? */
static bool sorted_has_all(Sorted *own) {
  return sorted_is_whole(own) ||
         sorted_count_keys(own) == sorted_count_all(own);
}

/* Is there something before a page that begins at an edge? */
static bool sorted_is_preceded(Sorted *own) {
  Query query =
      sorted_open(own, "SELECT resource", sorted_format_preceding(own->search));
  query_bind_integer(&query, PLAN_LIMIT, 1);
  bool preceded = query_step(&query);
  query_close(&query);
  return preceded;
}

/*
** Reading.
*/

/* A row of the index. Those of a page that ends at an edge come backwards. */
static SortKey sorted_row(const Sorted *own, Query *query) {
  SortKey row = {.resource = query_integer(query, SORTED_RESOURCE)};
  if (own->search->untold) return row; /* nobody asks for its key */
  row.has_value = true;
  row.value.type = KEY_TEXT;
  row.value.text = query_text(query, SORTED_KEY);
  if (own->column)
    instant_key(&own->operation->arena, row.value.text, &row.value.text);
  return row;
}

static void sorted_add(Sorted *own, Page *page, size_t *capacity,
                       const SortKey *row) {
  page->rows = arena_more(&own->operation->arena, page->rows,
                          (size_t)page->count, capacity, sizeof *page->rows);
  page->rows[page->count++] = *row;
}

/* The rows of the page, which SQL cuts out. */
static void sorted_read(Sorted *own, Page *page) {
  const Search *search = own->search;
  size_t capacity = 0;
  Query query = sorted_open(own, "SELECT resource, key", sorted_format(search));
  query_bind_integer(&query, PLAN_LIMIT, search->limit);
  if (!sorted_edge(search))
    query_bind_integer(&query, PLAN_EDGE, search->offset);
  while (query_step(&query)) {
    SortKey row = sorted_row(own, &query);
    sorted_add(own, page, &capacity, &row);
  }
  query_close(&query);
}

/* Does the document of a row match? What it took of memory is given back. */
static bool sorted_matches(Sorted *own, long long row) {
  Operation *operation = own->operation;
  Resource resource;
  ArenaMark mark = arena_mark(&operation->arena);
  bool match = find_by_row(operation, row, &resource) &&
               resource.type == own->search->type &&
               search_accepts(operation, own->search, &resource, NULL);
  if (!failed(operation)) arena_release(&operation->arena, mark);
  return match;
}

/* The same where documents are looked at: as many as fill the page. */
static void sorted_look(Sorted *own, Page *page) {
  const Search *search = own->search;
  size_t capacity = 0;
  long long passed = 0;
  Query query = sorted_open(own, "SELECT resource, key", sorted_format(search));
  assert(search->untold && !sorted_edge(search));
  query_bind_integer(&query, PLAN_LIMIT, SORTED_ALL);
  while (page->count < search->limit && query_step(&query)) {
    SortKey row = sorted_row(own, &query);
    if (!sorted_matches(own, row.resource)) continue;
    if (passed++ >= search->offset) sorted_add(own, page, &capacity, &row);
  }
  query_close(&query);
}

/* Where nothing is without a value, or what is comes behind a page that is
** full, or behind the edge before which it ends, the page is as the index says.
** False where it is not, or may not be. */
static bool sorted_page(Sorted *own, Page *page) {
  const Search *search = own->search;
  if (search->descending && !sorted_has_all(own)) return false;
  if (own->exact)
    sorted_read(own, page);
  else
    sorted_look(own, page);
  bool open =
      !search->descending && !search->before && page->count < search->limit;
  if (open && !sorted_has_all(own)) return false;
  if (search->before) search_reverse(page);
  if (!search->untold) page->total = sorted_count_all(own);
  page->preceded = search->after && sorted_is_preceded(own);
  return true;
}

/* A plan that SQLite refuses to prepare leaves the way without. */
Page sorted_run(Operation *operation, const Search *search) {
  Sorted own = {.operation = operation, .search = search};
  Page page = {0};
  if (!sorted_serves(&own)) return search_run(operation, search);
  if (sorted_page(&own, &page) && !failed(operation)) return page;
  if (search_is_refused(operation) && search->by_version) {
    page = (Page){0};
    own.plan = (Plan){0};
    own.parameters.count = 0;
    own.exact = !search->filter;
    sorted_page(&own, &page);
    return page;
  }
  return failed(operation) ? page : search_run(operation, search);
}
