/*
** search.c: finds the resources that match, in order, page by page.
**
** HOW IT WORKS
**
** A plan (plan.h) gives the rows of candidates. There are two ways on:
**
**   exact       The plan finds what matches and nothing else, and no sort is
**               wanted: SQL cuts the page out of the keys, and no document is
**               read. The total is counted by SQL too.
**   candidates  Otherwise every candidate's document is read, the evaluator
**               (model/match.h) decides, and what matches is kept with its sort
**               key, sorted, counted and cut.
**
** Where there is no plan, or SQLite refuses it, every resource of the type is a
** candidate. So an index never changes an answer, only its cost.
**
** A list has a total (RFC 7644 section 3.4.2), so a search goes on behind its
** page. How many resources a type has is kept in scim_count; a page that is not
** full is the last, and tells it; and candidates are all read anyhow. Only an
** exact plan whose page is full counts for the total alone, and counts keys.
*/
#include "search.h"

#include <assert.h>
#include <string.h>

#include "../model/match.h"
#include "plan.h"

typedef struct Searcher {
  Operation *operation;
  const Search *search;
  Plan plan;                 /* what finds the candidates */
  PlanParameters parameters; /* of its SQL */
  bool scan;                 /* are all of the type candidates? */
  Page page;                 /* what was found so far */
  size_t capacity;           /* of its rows */
} Searcher;

/* The only column of the SQL that an exact search puts together. */
enum { SEARCH_ROW_NUMBER = 0 };

static void search_add_row(Searcher *searcher, const SortKey *row) {
  Page *page = &searcher->page;
  page->rows =
      arena_more(&searcher->operation->arena, page->rows, (size_t)page->count,
                 &searcher->capacity, sizeof *page->rows);
  page->rows[page->count++] = *row;
}

/*
** Bounds.
*/
enum { SEARCH_FIRST_BOUND = PLAN_FIRST + PLAN_PARAMETERS };

Text search_bounds_sql(Arena *arena, const Search *search) {
  Buffer buffer = buffer_new(arena);
  for (int i = 0; i < search->bound_count; i++) {
    buffer_string(&buffer, " AND ");
    buffer_string(&buffer, search->bounds[i].test);
    buffer_string(&buffer, " ?");
    buffer_integer(&buffer, SEARCH_FIRST_BOUND + i);
  }
  return search->bound_count ? buffer_text(&buffer) : TEXT("");
}

/* A query without them has fewer parameters. */
void search_bind_bounds(Query *query, const Search *search) {
  if (query_parameters(query) < SEARCH_FIRST_BOUND) return;
  for (int i = 0; i < search->bound_count; i++) {
    const SearchBound *bound = &search->bounds[i];
    if (bound->text.data)
      query_bind_text(query, SEARCH_FIRST_BOUND + i, bound->text);
    else
      query_bind_integer(query, SEARCH_FIRST_BOUND + i, bound->number);
  }
}

bool search_is_narrow(const Search *search) {
  for (int i = 0; i < search->bound_count; i++)
    if (search->bounds[i].narrow) return true;
  return false;
}

/* Puts the bounds around a plan. The plus keeps SQLite from an index of the
** tenant, all of whose rows it would look at: the plan has few. */
static void search_bound_plan(Searcher *searcher) {
  Arena *arena = &searcher->operation->arena;
  if (!searcher->search->bound_count || !searcher->plan.sql.size) return;
  searcher->plan.sql = arena_format(
      arena,
      "SELECT resource FROM scim_resource WHERE resource IN (%.*s) "
      "AND +tenant = ?1%.*s",
      TEXT_ARG(searcher->plan.sql),
      TEXT_ARG(search_bounds_sql(arena, searcher->search)));
  searcher->plan.once = true;
}

/*
** Planning.
*/

/* Is what the plan selects the answer, and its order that of creation? */
static bool search_is_exact(const Searcher *searcher) {
  return searcher->plan.exact && !searcher->search->sort;
}

/* Opens a query and binds what the plan needs. */
static Query search_open_sql(Searcher *searcher, Text sql) {
  Query query = query_open_text(searcher->operation, sql);
  plan_bind(&query, searcher->search->type, &searcher->parameters);
  search_bind_bounds(&query, searcher->search);
  return query;
}

/* The same around the plan, which the format has as %.*s. */
static Query search_open_plan(Searcher *searcher, const char *format) {
  return search_open_sql(searcher,
                         arena_format(&searcher->operation->arena, format,
                                      TEXT_ARG(searcher->plan.sql)));
}

/* What an exact search reads: keys only, and only those of the page. A row may
** come from some plans several times; DISTINCT, which keeps every row that is
** passed over, is for those alone. ?4 is PLAN_LIMIT, ?5 PLAN_EDGE: the offset,
** or the row next to the page. */
static Query search_open_exact(Searcher *searcher) {
  const Search *search = searcher->search;
  const char *page =
      search->after    ? " WHERE resource > ?5 ORDER BY resource LIMIT ?4"
      : search->before ? " WHERE resource < ?5 ORDER BY resource DESC LIMIT ?4"
                       : " ORDER BY resource LIMIT ?4 OFFSET ?5";
  return search_open_sql(searcher,
                         arena_format(&searcher->operation->arena,
                                      "SELECT %sresource FROM (%.*s)%s",
                                      searcher->plan.once ? "" : "DISTINCT ",
                                      TEXT_ARG(searcher->plan.sql), page));
}

/* Where a page ends before an edge and nobody asks for more, the candidates
** come backwards, the nearest first. */
static bool search_is_backward(const Search *search) {
  return search->untold && search->before && !search->sort;
}

/* What the other way reads: documents. A scan is no detour by numbers: SQLite
** reads the rows as it comes by them. */
static Query search_open_candidates(Searcher *searcher) {
  Arena *arena = &searcher->operation->arena;
  const char *order = search_is_backward(searcher->search)
                          ? " AND resource < ?5 ORDER BY resource DESC"
                          : " ORDER BY resource";
  Text bounds = search_bounds_sql(arena, searcher->search);
  Text where = searcher->scan
                   ? arena_format(arena, "type = ?2%.*s", TEXT_ARG(bounds))
                   : arena_format(arena, "resource IN (%.*s)",
                                  TEXT_ARG(searcher->plan.sql));
  return search_open_sql(searcher, arena_format(arena,
                                                "SELECT " RESOURCE_ROW
                                                " FROM scim_resource WHERE "
                                                "tenant = ?1 AND %.*s%s",
                                                TEXT_ARG(where), order));
}

/* Opens the query for the one way or the other. */
static Query search_open_query(Searcher *searcher) {
  assert(searcher->plan.sql.size);
  return search_is_exact(searcher) ? search_open_exact(searcher)
                                   : search_open_candidates(searcher);
}

/* That of a range of times: SQLite would rather look at all of the type, which
** it has in order. None where a bound is of another column, which may find
** fewer. */
const char *search_bounds_index(const Search *search) {
  const char *index = "";
  for (int i = 0; i < search->bound_count; i++) {
    const char *test = search->bounds[i].test;
    if (strncmp(test, "created ", 8) == 0)
      index = " INDEXED BY scim_resource_created";
    else if (strncmp(test, "modified ", 9) == 0)
      index = " INDEXED BY scim_resource_modified";
    else
      return "";
  }
  return index;
}

/* No plan: every resource of the type is a candidate. Without a filter that is
** exact. */
static void search_scan(Searcher *searcher) {
  Arena *arena = &searcher->operation->arena;
  searcher->plan.sql =
      arena_format(arena,
                   "SELECT resource FROM scim_resource%s "
                   "WHERE tenant = ?1 AND type = ?2%.*s",
                   search_bounds_index(searcher->search),
                   TEXT_ARG(search_bounds_sql(arena, searcher->search)));
  searcher->plan.exact = !searcher->search->filter;
  searcher->plan.once = true;
  searcher->scan = true;
  searcher->parameters.count = 0;
}

/* SQLite refuses what is beyond its limits, and a host may have lowered those
** (sqlite3_limit): that is no error of the client. */
bool search_is_refused(Operation *operation) {
  int code = operation->sqlite & 0xff; /* without what extended codes add */
  if (!failed(operation) || (code != SQLITE_ERROR && code != SQLITE_TOOBIG))
    return false;
  error_clear(operation);
  return true;
}

/* Plans the search and opens its query; where the plan is refused, that of a
** scan. */
static Query search_open(Searcher *searcher) {
  const Search *search = searcher->search;
  Operation *operation = searcher->operation;
  if (search->filter && !search_is_narrow(search))
    searcher->plan = plan_filter(operation, search->type, search->filter,
                                 &searcher->parameters);
  search_bound_plan(searcher);
  if (!searcher->plan.sql.size) search_scan(searcher);
  Query query = search_open_query(searcher);
  if (!search_is_refused(operation)) return query;
  search_scan(searcher);
  return search_open_query(searcher);
}

/* Where the page begins or ends, or NULL: it is counted from the first row. */
static const SortKey *search_edge(const Search *search) {
  assert(!search->after || !search->before);
  return search->after ? search->after : search->before;
}

/*
** The exact way.
*/

/* The total, by running the plan once more for nothing but the count. */
static void search_count_exact(Searcher *searcher) {
  Query query = search_open_plan(
      searcher, searcher->plan.once ? "SELECT count(*) FROM (%.*s)"
                                    : "SELECT count(DISTINCT resource) "
                                      "FROM (%.*s)");
  if (query_step(&query))
    searcher->page.total = query_integer(&query, SEARCH_ROW_NUMBER);
  query_close(&query);
}

/* Triggers keep it up to date: a type of a million resources is not counted for
** each page of it. */
long long search_count(Operation *operation, const ResourceType *type) {
  Query query = query_open(operation, STATEMENT_LIVE_COUNT);
  long long count = 0;
  query_bind_text(&query, LIVE_COUNT_TENANT, operation->tenant);
  query_bind_text(&query, LIVE_COUNT_TYPE, type->name);
  if (query_step(&query)) count = query_integer(&query, COUNT_ROW_LIVE);
  query_close(&query);
  if (count < 0)
    error_corrupt(operation, "scim_count holds %lld of '%.*s'", count,
                  TEXT_ARG(type->name));
  return count;
}

/* A page that ends before an edge is read backwards, from there. */
void search_reverse(Page *page) {
  for (long long i = 0, j = page->count - 1; i < j; i++, j--) {
    SortKey row = page->rows[i];
    page->rows[i] = page->rows[j];
    page->rows[j] = row;
  }
}

/* A page by offset that is not full is the last, so that its end is the total.
** But an empty one tells nothing, unless it is the first. */
static void search_total(Searcher *searcher) {
  const Search *search = searcher->search;
  long long count = searcher->page.count;
  bool last = !search_edge(search) && count < search->limit &&
              (count || !search->offset);
  if (!search->filter) {
    searcher->page.total = search_count(searcher->operation, search->type);
  } else if (last) {
    searcher->page.total = search->offset + count;
  } else {
    search_count_exact(searcher);
  }
}

/* Are there rows up to the edge behind which the page begins? Its own resource
** may have been deleted, and all before it. */
static void search_precede(Searcher *searcher, const SortKey *after) {
  Query query = search_open_plan(
      searcher, "SELECT resource FROM (%.*s) WHERE resource <= ?5 LIMIT 1");
  query_bind_integer(&query, PLAN_EDGE, after->resource);
  searcher->page.preceded = query_step(&query);
  query_close(&query);
}

/* Reads the page, whose rows are all that the query finds. */
static void search_exact(Searcher *searcher, Query *query) {
  const Search *search = searcher->search;
  const SortKey *edge = search_edge(search);
  query_bind_integer(query, PLAN_LIMIT, search->limit);
  query_bind_integer(query, PLAN_EDGE, edge ? edge->resource : search->offset);
  while (query_step(query)) {
    SortKey row = {.resource = query_integer(query, SEARCH_ROW_NUMBER)};
    search_add_row(searcher, &row);
  }
  query_close(query);
  assert(searcher->page.count <= search->limit);
  if (search->before) search_reverse(&searcher->page);
  if (!search->untold) search_total(searcher);
  if (search->after) search_precede(searcher, search->after);
}

/*
** The way by candidates.
*/

/* Does the filter or the sort look at the attribute or within it? */
static bool search_needs(const Search *search, const Attribute *attribute) {
  const Attribute *sort = search->sort;
  if (!attribute) return false;
  return filter_uses(search->filter, attribute) ||
         (sort && (sort == attribute || sort->parent == attribute));
}

/* The document with what the filter and the sort look at: members and groups
** are statements of their own, for each candidate. */
static Json *search_document(Operation *operation, const Search *search,
                             const Resource *resource) {
  const ResourceType *type = search->type;
  const Attribute *meta = schema_attribute(type->first, TEXT("meta"));
  Include include = {.meta = search_needs(search, meta),
                     .members = search_needs(search, type->members),
                     .groups = search_needs(search, type->groups)};
  return find_document(operation, resource, search->base, include);
}

/* The filter decides, on the document, whatever index has found it; the sort
** key is taken from the same document, which is parsed once. */
bool search_accepts(Operation *operation, const Search *search,
                    const Resource *resource, SortKey *row) {
  Json *doc = search_document(operation, search, resource);
  if (failed(operation) ||
      (search->filter && !filter_match(operation, search->filter, doc)))
    return false;
  if (!row) return true;
  row->resource = resource->resource;
  row->has_value = search->sort &&
                   key_of_document(operation, search->sort, doc, &row->value);
  return true;
}

/* Keeps a row that matches. Its key lies in the memory in which the row was
** looked at, and outlives it: a short one is carried over, and only a long one
** keeps the whole of that memory. */
static void search_keep_row(Searcher *searcher, ArenaMark mark, SortKey *row) {
  Arena *arena = &searcher->operation->arena;
  Text key = row->value.text;
  char carried[256];
  bool text = row->has_value && row->value.type == KEY_TEXT && key.size > 0;
  if (text && key.size <= sizeof carried) {
    memcpy(carried, key.data, key.size);
    arena_release(arena, mark);
    key.data = carried;
  } else if (!text) {
    arena_release(arena, mark);
  }
  if (text) row->value.text = arena_copy(arena, key);
  search_add_row(searcher, row);
}

/* Is the page full, and asks nobody for more? */
static bool search_is_full(const Searcher *searcher) {
  const Search *search = searcher->search;
  long long count = searcher->page.count;
  return search->untold && !search->sort && !search->after &&
         count >= search->offset && count - search->offset >= search->limit;
}

/* Reads all candidates, or as many as fill the page. What one that does not
** match took of memory is given back at once, so that a scan needs no more than
** its matches. */
static void search_candidates(Searcher *searcher, Query *query) {
  const Search *search = searcher->search;
  Operation *operation = searcher->operation;
  if (search_is_backward(search))
    query_bind_integer(query, PLAN_EDGE, search->before->resource);
  while (!search_is_full(searcher) && query_step(query)) {
    SortKey row = {0};
    Resource resource;
    ArenaMark mark = arena_mark(&operation->arena);
    bool match = find_read(query, &resource) &&
                 search_accepts(operation, search, &resource, &row);
    if (failed(operation)) break;
    if (match) {
      search_keep_row(searcher, mark, &row);
    } else {
      arena_release(&operation->arena, mark);
    }
  }
  query_close(query);
  if (failed(operation)) return;
  if (search->sort) search_sort(operation, search, &searcher->page);
  if (search_is_backward(search)) search_reverse(&searcher->page);
  search_cut(search, &searcher->page);
}

/*
** Sorting and cutting.
*/

/* The order of two rows, never 0 but for one with itself. What has no value of
** the attribute comes last, and first when the order descends (RFC 7644 section
** 3.4.2.3). Rows of equal values stay in the order of creation either way. */
static int search_compare(const Search *search, const SortKey *a,
                          const SortKey *b) {
  int order = 0;
  if (a->has_value != b->has_value) {
    order = a->has_value ? -1 : 1;
  } else if (a->has_value) {
    order = key_compare(&a->value, &b->value);
  }
  if (order) return search->descending ? -order : order;
  return a->resource < b->resource ? -1 : a->resource > b->resource;
}

/* A merge sort, with room for as many rows: qsort cannot be told what to sort
** by. It recurses no deeper than the number of rows has bits. */
static void search_merge(const Search *search, SortKey *rows, SortKey *room,
                         long long count) {
  if (count < 2) return;
  long long half = count / 2, i = 0, j = half, k = 0;
  search_merge(search, rows, room, half);
  search_merge(search, rows + half, room, count - half);
  memcpy(room, rows, (size_t)count * sizeof *rows);
  while (k < count) {
    bool left = j == count ||
                (i < half && search_compare(search, &room[i], &room[j]) <= 0);
    rows[k++] = left ? room[i++] : room[j++];
  }
}

void search_sort(Operation *operation, const Search *search, Page *page) {
  if (page->count < 2) return;
  SortKey *room =
      arena_array(&operation->arena, (size_t)page->count, sizeof *page->rows);
  search_merge(search, page->rows, room, page->count);
}

/* How many rows come before the edge, or up to it for a page that begins behind
** it. The edge need not be there any more: it may have been deleted. */
static long long search_rows_before(const Search *search, const Page *page,
                                    const SortKey *edge) {
  long long rows = 0;
  for (; rows < page->count; rows++) {
    int order = search_compare(search, &page->rows[rows], edge);
    if (order > 0 || (order == 0 && search->before)) break;
  }
  return rows;
}

/* An offset or limit may be any number of 64 bits: the limit is compared with
** what is left of the rows, so that no sum overflows. A page that ends before
** an edge is counted back from there. */
void search_cut(const Search *search, Page *page) {
  const SortKey *edge = search_edge(search);
  long long from =
      edge ? search_rows_before(search, page, edge) : search->offset;
  assert(from >= 0 && search->limit >= 0);
  page->total = page->count;
  if (from > page->count) from = page->count;
  long long to =
      page->count - from > search->limit ? from + search->limit : page->count;
  if (search->before) {
    to = from;
    from = to > search->limit ? to - search->limit : 0;
  }
  page->preceded = from > 0;
  if (from) page->rows += from;
  page->count = to - from;
}

/* The way is chosen when the query is open: only then is it known whether
** SQLite has refused the plan, and a scan takes its place. */
Page search_run(Operation *operation, const Search *search) {
  Searcher searcher = {.operation = operation, .search = search};
  if (failed(operation)) return searcher.page;
  assert(search->untold || !search->bound_count);
  assert(!search->by_version);
  Query query = search_open(&searcher);
  if (search_is_exact(&searcher)) {
    search_exact(&searcher, &query);
  } else {
    search_candidates(&searcher, &query);
  }
  return searcher.page;
}
