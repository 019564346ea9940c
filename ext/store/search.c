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
**               (model/match.h) decides, and what matches is kept with its key,
**               sorted, counted and cut.
**
** Where there is no plan, or SQLite refuses it, every resource of the type is a
** candidate. So an index never changes an answer, only its cost.
*/
#include "search.h"

#include "../db/query.h"
#include "../model/match.h"
#include "plan.h"

typedef struct Searcher {
  Operation *operation;
  const Search *search;
  Plan plan;
  PlanParameters parameters;
  Page page;
  size_t room;
} Searcher;

static void add_row(Searcher *searcher, const SortKey *row) {
  Page *page = &searcher->page;
  page->rows =
      arena_more(&searcher->operation->arena, page->rows, (size_t)page->count,
                 &searcher->room, sizeof *page->rows);
  page->rows[page->count++] = *row;
}

/* Is what the plan selects the answer, and its order that of creation? */
static bool is_exact(const Searcher *searcher) {
  return searcher->plan.exact && !searcher->search->sort;
}

/* Opens a query around the plan, which the format has as %.*s, and binds what
** the plan needs. */
static Query open_plan(Searcher *searcher, const char *format) {
  Text sql = arena_format(&searcher->operation->arena, format,
                          TEXT_ARG(searcher->plan.sql));
  Query query = query_open_text(searcher->operation, sql);
  plan_bind(&query, searcher->search->type, &searcher->parameters);
  return query;
}

/* What an exact search reads: keys only, and only those of the page. ?3 is the
** limit, ?4 the offset or where the page begins. */
static const char *exact_format(const Search *search) {
  if (search->after)
    return "SELECT DISTINCT resource FROM (%.*s) WHERE resource > ?4 "
           "ORDER BY resource LIMIT ?3";
  if (search->before)
    return "SELECT DISTINCT resource FROM (%.*s) WHERE resource < ?4 "
           "ORDER BY resource DESC LIMIT ?3";
  return "SELECT DISTINCT resource FROM (%.*s) "
         "ORDER BY resource LIMIT ?3 OFFSET ?4";
}

/* Opens the query for the one way or the other. */
static Query open_format(Searcher *searcher) {
  assert(searcher->plan.sql.size);
  return open_plan(searcher,
                   is_exact(searcher)
                       ? exact_format(searcher->search)
                       : "SELECT resource, type, id, version, created, "
                         "modified, doc FROM scim_resource "
                         "WHERE resource IN (%.*s) AND tenant = ?1 "
                         "ORDER BY resource");
}

/* No plan: every resource of the type is a candidate. */
static void scan(Searcher *searcher) {
  Plan all = {text_of("SELECT resource FROM scim_resource "
                      "WHERE tenant = ?1 AND type = ?2"),
              !searcher->search->filter};
  searcher->plan = all;
  searcher->parameters.count = 0;
}

/* Plans the search and opens its query. SQLite refuses to prepare what is
** beyond its limits, and a host may have lowered those (sqlite3_limit): that is
** no error of the client, since there is another way. */
static Query open_search(Searcher *searcher) {
  const Search *search = searcher->search;
  Operation *operation = searcher->operation;
  if (search->filter)
    searcher->plan = plan_filter(operation, search->type, search->filter,
                                 &searcher->parameters);
  if (!searcher->plan.sql.size) scan(searcher);
  Query query = open_format(searcher);
  int code = operation->sqlite & 0xff; /* without what extended codes add */
  if (!failed(operation) || (code != SQLITE_ERROR && code != SQLITE_TOOBIG))
    return query;
  error_clear(operation);
  scan(searcher);
  return open_format(searcher);
}

static void count_exact(Searcher *searcher) {
  Query query =
      open_plan(searcher, "SELECT count(DISTINCT resource) FROM (%.*s)");
  if (query_step(&query)) searcher->page.total = query_integer(&query, 0);
  query_close(&query);
}

static void count_all(Searcher *searcher) {
  Query query = query_open(searcher->operation, STATEMENT_LIVE_COUNT);
  query_bind_text(&query, 1, searcher->operation->tenant);
  query_bind_text(&query, 2, searcher->search->type->name);
  if (query_step(&query)) searcher->page.total = query_integer(&query, 0);
  query_close(&query);
  if (searcher->found.total < 0)
    error_corrupt(searcher->operation, "scim_count holds %lld of '%.*s'",
                  searcher->found.total,
                  TEXT_ARG(searcher->search->type->name));
}

static void reverse(Page *page) {
  for (long long i = 0, j = page->count - 1; i < j; i++, j--) {
    SortKey row = page->rows[i];
    page->rows[i] = page->rows[j];
    page->rows[j] = row;
  }
}

/* Where the page begins or ends, or NULL: it is counted from the first row. */
static const SortKey *edge_of(const Search *search) {
  assert(!search->after || !search->before);
  return search->after ? search->after : search->before;
}

/* Reads a page. One by offset that is not full is the last, and tells the total
** without counting. */
static void search_exact(Searcher *searcher, Query *query) {
  const Search *search = searcher->search;
  const SortKey *edge = edge_of(search);
  query_bind_integer(query, 3, search->limit);
  query_bind_integer(query, 4, edge ? edge->resource : search->offset);
  while (query_step(query)) {
    SortKey row = {.resource = query_integer(query, 0)};
    add_row(searcher, &row);
  }
  query_close(query);
  long long count = searcher->page.count;
  assert(count <= search->limit);
  if (search->before) reverse(&searcher->page);
  if (!search->filter) {
    count_all(searcher);
  } else if (!edge && count < search->limit && (count || !search->offset)) {
    searcher->page.total = search->offset + count;
  } else {
    count_exact(searcher);
  }
}

/* What the evaluator and the sort look at. */
static Json *document_for(Searcher *searcher, const Resource *resource) {
  const Search *search = searcher->search;
  const ResourceType *type = search->type;
  const Attribute *meta = schema_attribute(type->first, text_of("meta"));
  const Attribute *top = search->sort && search->sort->parent
                             ? search->sort->parent
                             : search->sort;
  Include include = {filter_uses(search->filter, meta) || (top && top == meta),
                     filter_uses(search->filter, type->members) ||
                         (top && top == type->members),
                     filter_uses(search->filter, type->groups) ||
                         (top && top == type->groups)};
  return find_document(searcher->operation, resource, search->base, include);
}

/* Does the row match, and with which key? */
static bool matches(Searcher *searcher, Query *query, SortKey *row) {
  Resource resource;
  const Search *search = searcher->search;
  Operation *operation = searcher->operation;
  if (!find_read(query, &resource)) return false;
  Json *doc = document_for(searcher, &resource);
  if (failed(operation) ||
      (search->filter && !filter_match(operation, search->filter, doc)))
    return false;
  row->resource = resource.resource;
  row->has_value = search->sort &&
                   key_of_document(operation, search->sort, doc, &row->value);
  return true;
}

/* Keys outlive the memory in which their row was looked at. */
static void keep_row(Searcher *searcher, ArenaMark mark, SortKey *row) {
  Arena *arena = &searcher->operation->arena;
  Text key = row->value.text;
  char small[256];
  bool text = row->has_value && row->value.type == KEY_TEXT && key.size > 0;
  if (text && key.size <= sizeof small) {
    memcpy(small, key.data, key.size);
    arena_release(arena, mark);
    key.data = small;
  } else if (!text) {
    arena_release(arena, mark);
  }
  if (text) row->value.text = arena_copy(arena, key);
  add_row(searcher, row);
}

static int compare(const Search *search, const SortKey *a, const SortKey *b) {
  int order = 0;
  if (a->has_value != b->has_value) {
    order = a->has_value ? -1 : 1;
  } else if (a->has_value) {
    order = key_compare(&a->value, &b->value);
  }
  if (order) return search->descending ? -order : order;
  return a->resource < b->resource ? -1 : a->resource > b->resource;
}

/* A merge sort: qsort cannot be told what to sort by. */
static void sort_rows(const Search *search, SortKey *rows, SortKey *room,
                      long long count) {
  if (count < 2) return;
  long long half = count / 2, i = 0, j = half, k = 0;
  sort_rows(search, rows, room, half);
  sort_rows(search, rows + half, room, count - half);
  memcpy(room, rows, (size_t)count * sizeof *rows);
  while (k < count) {
    bool left =
        j == count || (i < half && compare(search, &room[i], &room[j]) <= 0);
    rows[k++] = left ? room[i++] : room[j++];
  }
}

void search_sort(Operation *operation, const Search *search, Page *page) {
  size_t size = (size_t)page->count * sizeof *page->rows;
  if (!size) return;
  sort_rows(search, page->rows, arena_alloc(&operation->arena, size),
            page->count);
}

void search_cut(const Search *search, Page *page) {
  long long from = search->offset, to;
  page->total = page->count;
  const SortKey *edge = edge_of(search);
  if (edge) {
    for (from = 0; from < page->count; from++) {
      int order = compare(search, &page->rows[from], edge);
      if (order > 0 || (order == 0 && search->before)) break;
    }
  }
  if (from > page->count) from = page->count;
  to = page->count - from > search->limit ? from + search->limit : page->count;
  if (search->before) {
    to = from;
    from = to > search->limit ? to - search->limit : 0;
  }
  if (from) page->rows += from;
  page->count = to - from;
}

/* Reads all candidates. What one that does not match took of memory is given
** back at once, so that a scan needs no more than its matches. */
static void search_candidates(Searcher *searcher, Query *query) {
  const Search *search = searcher->search;
  Operation *operation = searcher->operation;
  while (query_step(query)) {
    SortKey row = {0};
    ArenaMark mark = arena_mark(&operation->arena);
    bool match = matches(searcher, query, &row);
    if (failed(operation)) break;
    if (match) {
      keep_row(searcher, mark, &row);
    } else {
      arena_release(&operation->arena, mark);
    }
  }
  query_close(query);
  if (failed(operation)) return;
  Page *page = &searcher->page;
  if (search->sort) search_sort(operation, search, page);
  search_cut(search, page);
}

Page search_run(Operation *operation, const Search *search) {
  Searcher searcher = {.operation = operation, .search = search};
  if (failed(operation)) return searcher.page;
  Query query = open_search(&searcher);
  if (is_exact(&searcher)) {
    search_exact(&searcher, &query);
  } else {
    search_candidates(&searcher, &query);
  }
  return searcher.page;
}
