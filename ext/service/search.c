/*
** search.c: lists of resources (RFC 7644 section 3.4.2), of one type or of
** all, by GET or by POST to .search, page by page by index or by cursor
** (RFC 9865).
*/
#include "cursor.h"
#include "reply.h"
#include "request.h"

/* What the client asks for. */
typedef struct Wanted {
  Text filter, sort_by, sort_order, cursor;
  bool descending;
  bool by_cursor; /* cursor is there, though perhaps empty: the first page */
  long long start, count;
} Wanted;

/*
** Parameters.
*/

/* An integer parameter: the fallback when it is not there, an error when it
** is no integer. */
static long long read_integer(Request *request, const char *name,
                              long long fallback, ErrorKind kind) {
  Text text = request_parameter(request, name, kind);
  if (!text.size) return fallback;
  bool minus = text.data[0] == '-';
  long long number = 0;
  for (size_t i = minus; i < text.size; i++) {
    char c = text.data[i];
    if (c < '0' || c > '9' || text.size == minus) {
      error_set(request->operation, kind,
                "the parameter '%s' must be an integer", name);
      return fallback;
    }
    if (number < 1000000000000LL) number = number * 10 + (c - '0');
  }
  return minus ? -number : number;
}

/* RFC 7644 section 3.4.2.4: below 1 is 1 for startIndex, below 0 is 0 for
** count; the tenant says how long a page is. */
static void read_page(Request *request, Wanted *wanted) {
  long long most = request_limit(request, LIMIT_PAGE_MAX);
  long long normal = request_limit(request, LIMIT_PAGE_DEFAULT);
  ErrorKind kind =
      wanted->by_cursor ? ERROR_INVALID_COUNT : ERROR_INVALID_VALUE;
  wanted->start = read_integer(request, "startIndex", 1, ERROR_INVALID_VALUE);
  wanted->count = read_integer(request, "count", normal, kind);
  if (wanted->by_cursor && wanted->count < 0)
    error_set(request->operation, kind, "the count must not be negative");
  if (wanted->start < 1) wanted->start = 1;
  if (wanted->count < 0) wanted->count = 0;
  if (wanted->count > most) wanted->count = most;
}

static Wanted read_wanted(Request *request) {
  Wanted wanted = {0};
  wanted.filter = request_parameter(request, "filter", ERROR_INVALID_FILTER);
  wanted.sort_by = request_parameter(request, "sortBy", ERROR_INVALID_VALUE);
  wanted.sort_order =
      request_parameter(request, "sortOrder", ERROR_INVALID_VALUE);
  wanted.cursor = request_parameter(request, "cursor", ERROR_INVALID_CURSOR);
  wanted.by_cursor = wanted.cursor.data != NULL;
  wanted.descending = text_same(wanted.sort_order, text_of("descending"));
  if (wanted.sort_order.size && !wanted.descending &&
      !text_same(wanted.sort_order, text_of("ascending")))
    error_set(request->operation, ERROR_INVALID_VALUE,
              "sortOrder is ascending or descending, not '%.*s'",
              TEXT_ARG(wanted.sort_order));
  read_page(request, &wanted);
  return wanted;
}

/* The search of one type for what is wanted, with everything on one page;
** `others` as for filter_parse. */
static Search search_of(Request *request, const ResourceType *type,
                        const SchemaSet *others, const Wanted *wanted) {
  Search search = {.tenant = request->tenant.name,
                   .base = request->base,
                   .type = type,
                   .descending = wanted->descending,
                   .limit = 0x7fffffffffffffffLL};
  /* An empty filter is a wrong one: never everything to one who filters. */
  if (wanted->filter.data)
    search.filter =
        filter_parse(request->operation, type, others, wanted->filter);
  if (wanted->sort_by.size) {
    search.sort = schema_resolve_any(type, others, wanted->sort_by);
    if (!search.sort || search.sort->returned == RETURNED_NEVER)
      error_set(request->operation, ERROR_INVALID_VALUE,
                "sortBy names the unknown attribute '%.*s'",
                TEXT_ARG(wanted->sort_by));
  }
  return search;
}

/*
** Writing a list.
*/
static void write_resources(Request *request, const Position *rows,
                            long long count, Buffer *buffer) {
  bool first = true;
  Projection projection = {0};
  for (long long i = 0; i < count; i++) {
    Resource resource;
    if (!find_by_row(request->operation, rows[i].resource, &resource)) continue;
    if (!first) buffer_char(buffer, ',');
    first = false;
    if (projection.type != resource.type)
      projection = reply_projection(request, resource.type);
    reply_write(request, &resource, &projection, buffer);
  }
}

static void reply_page(Request *request, const Found *page, ListHead head) {
  Buffer buffer = buffer_new(&request->operation->arena);
  if (failed(request->operation)) return;
  head.total = page->total;
  head.count = page->count;
  reply_begin_list(&buffer, &head);
  write_resources(request, page->rows, page->count, &buffer);
  reply_end_list(&buffer);
  if (!failed(request->operation))
    reply_set_body(request, 200, buffer_text(&buffer));
}

/*
** One type, or all of them together.
*/
static void append(Arena *arena, Found *all, const Found *found) {
  long long count = all->count + found->count;
  Position *rows = arena_alloc(arena, (size_t)count * sizeof *rows);
  if (all->count) memcpy(rows, all->rows, (size_t)all->count * sizeof *rows);
  if (found->count)
    memcpy(rows + all->count, found->rows, (size_t)found->count * sizeof *rows);
  all->rows = rows;
  all->count = all->total = count;
}

/* All types (RFC 7644 sections 3.4.2.1 and 3.4.3): what each finds, in one
** order, and of that the page. */
static Found search_all(Request *request, const Wanted *wanted,
                        const Search *page) {
  Operation *operation = request->operation;
  Found all = {0};
  for (const ResourceType *type = request->operation->schemas->types; type;
       type = type->next) {
    Search search =
        search_of(request, type, request->operation->schemas, wanted);
    Found found = find_search(operation, &search);
    if (failed(operation)) return all;
    append(&operation->arena, &all, &found);
  }
  find_sort(operation, page, &all);
  find_cut(page, &all);
  return all;
}

static Found search(Request *request, const Wanted *wanted,
                    const Search *page) {
  if (!request->type) return search_all(request, wanted, page);
  return find_search(request->operation, page);
}

/*
** Pages by index, and by cursor.
*/
static void list_by_index(Request *request, const Wanted *wanted,
                          Search *page) {
  ListHead head = {.start = wanted->start};
  page->offset = wanted->start - 1;
  page->limit = wanted->count;
  Found found = search(request, wanted, page);
  reply_page(request, &found, head);
}

static Text link_to(Request *request, Text list, const Position *position,
                    bool backwards) {
  Cursor cursor = {*position, backwards};
  return cursor_write(request, list, &cursor);
}

/* One more than the page is looked for, to know whether there is another. */
static void reply_cursor_page(Request *request, const Wanted *wanted,
                              const Search *page, Text list) {
  ListHead head = {0};
  Found found = search(request, wanted, page);
  if (failed(request->operation)) return;
  bool more = found.count > wanted->count;
  if (more) {
    found.count--;
    if (page->before) found.rows++;
  }
  if (found.count && (page->before || more))
    head.next = link_to(request, list, found.rows + found.count - 1, false);
  if (found.count && (page->before ? more : page->after != NULL))
    head.previous = link_to(request, list, found.rows, true);
  reply_page(request, &found, head);
}

static void list_by_cursor(Request *request, const Wanted *wanted,
                           Search page) {
  Cursor cursor = {0};
  Text list =
      arena_format(&request->operation->arena, "%.*s\n%.*s\n%.*s\n%d",
                   TEXT_ARG(request->endpoint), TEXT_ARG(wanted->filter),
                   TEXT_ARG(wanted->sort_by), wanted->descending);
  if (wanted->cursor.size) {
    if (!cursor_read(request, list, wanted->cursor, &cursor)) return;
    *(cursor.backwards ? &page.before : &page.after) = &cursor.position;
  }
  page.limit = wanted->count + 1;
  reply_cursor_page(request, wanted, &page, list);
}

void search_list(Request *request) {
  Wanted wanted = read_wanted(request);
  bool all = !request->type;
  const ResourceType *type =
      all ? request->operation->schemas->types : request->type;
  Search page = search_of(request, type,
                          all ? request->operation->schemas : NULL, &wanted);
  if (failed(request->operation)) return;
  if (wanted.by_cursor) {
    list_by_cursor(request, &wanted, page);
  } else {
    list_by_index(request, &wanted, &page);
  }
}
