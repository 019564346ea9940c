/*
** list.c: lists of resources (RFC 7644 section 3.4.2), of one type or of
** all, by GET or by POST to .search, page by page by index or by cursor
** (RFC 9865).
**
** HOW IT WORKS
**
** The parameters become a ListQuery, that becomes a Search for each type
** (store/search.h), and what is found is a Page: rows in order, which are read
** and written one by one. Where a list is of one type, the search itself takes
** the page; where it is of all types, each is searched whole, and the page is
** cut from what they have found together, in the one order.
**
** A page by cursor is a page by key: what comes after (or before) the resource
** that the cursor names. One more than the page is looked for, which tells
** whether there is another page without counting.
*/
#include <assert.h>

#include "../store/sorted.h"
#include "caller.h"
#include "cursor.h"
#include "handlers.h"
#include "reply.h"
#include "target.h"

#define LIST_ALL 0x7fffffffffffffffLL /* a limit that is none */

/* What the client asks for. */
typedef struct ListQuery {
  Text filter;            /* no text: everything */
  Text sort_by;           /* empty: the order of creation */
  Text sort_order;        /* as sent */
  bool descending;        /* what it says */
  Text cursor;            /* as sent */
  bool by_cursor;         /* there, though perhaps empty: the first page */
  long long start, count; /* from 1; at most so many, 0 or more */
} ListQuery;

/*
** Parameters.
*/

/* An integer parameter: the normal one when it is not there, an error when it
** is no integer. */
static long long list_integer(Request *request, const char *name,
                              long long normal, ErrorKind kind) {
  Text text = target_parameter(request, name, kind);
  long long number = normal;
  if (text.size && !text_integer(text, &number))
    error_set(request->operation, kind, "the parameter '%s' must be an integer",
              name);
  return number;
}

/* RFC 7644 section 3.4.2.4: below 1 is 1 for startIndex, below 0 is 0 for
** count, as RFC 9865 section 2 has it for pages by cursor; the tenant says how
** long a page is. */
static void list_read_page(Request *request, ListQuery *query) {
  long long most = caller_limit(request->caller, LIMIT_PAGE_MAX);
  long long normal = caller_limit(request->caller, LIMIT_PAGE_DEFAULT);
  ErrorKind kind = query->by_cursor ? ERROR_INVALID_COUNT : ERROR_INVALID_VALUE;
  query->start = list_integer(request, "startIndex", 1, ERROR_INVALID_VALUE);
  query->count = list_integer(request, "count", normal, kind);
  if (query->start < 1) query->start = 1;
  if (query->count < 0) query->count = 0;
  if (query->count > most) query->count = most;
}

/* All parameters. Words are compared without regard to case: IdPs send
** "Descending". */
static ListQuery list_read_query(Request *request) {
  ListQuery query = {0};
  query.filter = target_parameter(request, "filter", ERROR_INVALID_FILTER);
  query.sort_by = target_parameter(request, "sortBy", ERROR_INVALID_VALUE);
  query.sort_order =
      target_parameter(request, "sortOrder", ERROR_INVALID_VALUE);
  query.cursor = target_parameter(request, "cursor", ERROR_INVALID_CURSOR);
  query.by_cursor = query.cursor.data != NULL;
  query.descending = text_same(query.sort_order, TEXT("descending"));
  if (query.sort_order.size && !query.descending &&
      !text_same(query.sort_order, TEXT("ascending")))
    error_set(request->operation, ERROR_INVALID_VALUE,
              "sortOrder is ascending or descending, not '%.*s'",
              TEXT_ARG(query.sort_order));
  list_read_page(request, &query);
  return query;
}

/* What resources of the type are sorted by. NULL, without an error, where only
** another type has what is named: they have no value of it then. */
static const Attribute *list_read_sort(Operation *operation,
                                       const ResourceType *type,
                                       const SchemaSet *others, Text name) {
  const Attribute *own = schema_resolve(type, name), *known = own;
  const ResourceType *other = others ? others->types : NULL;
  if (own && key_sorts(own)) return own;
  for (; other; other = other->next) {
    const Attribute *theirs = schema_resolve(other, name);
    if (theirs && key_sorts(theirs)) return NULL;
    if (!known) known = theirs;
  }
  if (known && known->returned != RETURNED_NEVER)
    error_set(operation, ERROR_INVALID_VALUE,
              "sortBy names '%.*s', which has no value to sort by: name one of "
              "its sub-attributes",
              TEXT_ARG(known->path));
  else
    error_set(operation, ERROR_INVALID_VALUE,
              "sortBy names the unknown attribute '%.*s'", TEXT_ARG(name));
  return NULL;
}

/* The search of one type for what the query asks for, with everything on one
** page. `others` are the types whose attributes the filter and the sort may
** name besides (filter_parse). */
static Search list_search_of(Request *request, const ResourceType *type,
                             const SchemaSet *others, const ListQuery *query) {
  Search search = {.base = request->caller->base,
                   .type = type,
                   .descending = query->descending,
                   .limit = LIST_ALL};
  /* An empty filter is a wrong one: never everything to one who filters. */
  if (query->filter.data)
    search.filter =
        filter_parse(request->operation, type, others, query->filter);
  if (query->sort_by.size)
    search.sort =
        list_read_sort(request->operation, type, others, query->sort_by);
  return search;
}

/*
** Writing a list.
*/

/* The numbers of the rows, as find_open_page wants them. */
static Text list_numbers(Request *request, const Page *page) {
  Buffer buffer = buffer_new(&request->operation->arena);
  for (long long i = 0; i < page->count; i++) {
    buffer_char(&buffer, i ? ',' : '[');
    buffer_integer(&buffer, page->rows[i].resource);
  }
  buffer_string(&buffer, page->count ? "]" : "[]");
  return buffer_text(&buffer);
}

/* The groups of all that is on the page; NULL where none are shown, because the
** type has none or the client wants none. */
static Groups *list_groups(Request *request, Text rows) {
  const ResourceType *type = request->target->type;
  if (type) {
    Projection projection = reply_projection(request, type);
    if (!projection_shows(&projection, type->groups)) return NULL;
  }
  return groups_ask(request->operation, rows);
}

/* Writes one, and gives back what that took on the way, unless it is where the
** buffer is now, or the reason of an error. */
static void list_write_resource(Request *request, const Resource *resource,
                                const Projection *projection, Groups *groups,
                                Buffer *buffer) {
  ArenaMark mark = arena_mark(buffer->arena);
  size_t capacity = buffer->capacity;
  reply_write_listed(request, resource, projection, groups, buffer);
  if (buffer->capacity == capacity && !failed(request->operation))
    arena_release(buffer->arena, mark);
}

/* Room for so many more of the size: they mostly are alike, and a text that
** grows is copied. A guess, so no more than a megabyte. */
static void list_expect(Buffer *buffer, size_t size, long long count) {
  size_t most = (1u << 20) / (size_t)count;
  buffer_expect(buffer, (size < most ? size + size / 8 : most) * (size_t)count);
}

/* What a look-up by userName finds is a page of one: that is read as a single
** resource is. To take numbers out of JSON, and groups for all of a page, costs
** more than it saves then. */
static void list_write_one(Request *request, const Page *page, Buffer *buffer) {
  const ResourceType *type = request->target->type;
  Resource resource;
  if (!find_by_row(request->operation, page->rows->resource, &resource) ||
      (type && resource.type != type))
    return;
  Projection projection = reply_projection(request, resource.type);
  reply_write_listed(request, &resource, &projection, NULL, buffer);
}

/* Writes the resources with commas between them. A row may have no resource any
** more: its type went meanwhile. The projection is read anew only where the
** type changes, which in most lists is once. */
static void list_write_resources(Request *request, const Page *page,
                                 Buffer *buffer) {
  const ResourceType *type = request->target->type;
  bool first = true;
  long long rest = page->count; /* how many more, until the first is written */
  if (!page->count) return;
  if (page->count == 1) {
    list_write_one(request, page, buffer);
    return;
  }
  Projection projection = {0};
  Resource resource;
  Text rows = list_numbers(request, page);
  Groups *groups = list_groups(request, rows);
  Query query = find_open_page(request->operation, rows);
  while (find_next(&query, &resource)) {
    /* An index may say anything; what is shown is of the type. */
    if (type && resource.type != type) continue;
    if (!first) buffer_char(buffer, ',');
    first = false;
    if (projection.type != resource.type)
      projection = reply_projection(request, resource.type);
    size_t before = buffer->size;
    list_write_resource(request, &resource, &projection, groups, buffer);
    if (!rest) continue;
    list_expect(buffer, buffer->size - before, rest);
    rest = 0;
  }
  query_close(&query);
}

/* The page as the reply. itemsPerPage is the number of what is on it (RFC 7644
** section 3.4.2.4), and need not be what was asked for. */
static void list_reply_page(Request *request, const Page *page, ListHead head) {
  Buffer buffer = buffer_new(&request->operation->arena);
  if (failed(request->operation)) return;
  head.total = page->total;
  head.count = page->count;
  reply_begin_list(&buffer, &head);
  list_write_resources(request, page, &buffer);
  if (!failed(request->operation)) reply_set_list(request, &buffer);
}

/*
** One type, or all of them together.
*/

/* Appends what one type has found to what all have. */
static void list_append(Arena *arena, Page *all, const Page *found) {
  long long count = all->count + found->count;
  SortKey *rows = arena_array(arena, (size_t)count, sizeof *rows);
  if (all->count) memcpy(rows, all->rows, (size_t)all->count * sizeof *rows);
  if (found->count)
    memcpy(rows + all->count, found->rows, (size_t)found->count * sizeof *rows);
  all->rows = rows;
  all->count = all->total = count;
}

/* All types (RFC 7644 sections 3.4.2.1 and 3.4.3): what each finds, in one
** order, and of that the page. Those that the caller may not read are as if
** there were none of them: section 3.4.2.1 lists what a client may see. */
static Page list_search_all(Request *request, const ListQuery *query,
                            const Search *page) {
  Operation *operation = request->operation;
  Page all = {0};
  for (const ResourceType *type = request->operation->schemas->types; type;
       type = type->next) {
    if (!caller_may_read(request->caller, type)) continue;
    Search search =
        list_search_of(request, type, request->operation->schemas, query);
    Page found = sorted_run(operation, &search);
    if (failed(operation)) return all;
    list_append(&operation->arena, &all, &found);
  }
  search_sort(operation, page, &all);
  search_cut(page, &all);
  return all;
}

/* What the page asks for, wherever the request is addressed to. */
static Page list_search(Request *request, const ListQuery *query,
                        const Search *page) {
  if (!request->target->type) return list_search_all(request, query, page);
  return sorted_run(request->operation, page);
}

/*
** Pages by index, and by cursor.
*/

/* A page that begins behind startIndex - 1 others. */
static void list_by_index(Request *request, const ListQuery *query,
                          Search *page) {
  ListHead head = {.start = query->start};
  page->offset = query->start - 1;
  page->limit = query->count;
  Page found = list_search(request, query, page);
  list_reply_page(request, &found, head);
}

/* The cursor of the page behind the edge, or of the one before it. */
static Text list_link(Request *request, Text list, const SortKey *edge,
                      bool before) {
  PageCursor cursor = {*edge, before};
  return cursor_write(request, list, &cursor);
}

/* The cursors beside a page that begins at an edge or the start. Where nothing
** was to be shown (count=0) the next page begins where this one did. What is
** before it may have been deleted since the cursor was made. */
static void list_link_forward(Request *request, const Search *page, Text list,
                              const Page *found, bool more, ListHead *head) {
  const SortKey start = {0}, *last = page->after ? page->after : &start;
  if (found->count) last = found->rows + found->count - 1;
  if (more) head->next = list_link(request, list, last, false);
  if (found->preceded && (found->count || more))
    head->previous = list_link(request, list, found->rows, true);
}

/* The cursors beside a page that ends before an edge. There is always a page
** behind it; if this one is empty, because what was there has been deleted,
** that is the first one. */
static void list_link_back(Request *request, const Search *page, Text list,
                           const Page *found, bool more, ListHead *head) {
  const SortKey start = {0}, *last = &start;
  if (found->count || more) last = found->rows + found->count - 1;
  if (more)
    head->previous = list_link(request, list,
                               found->count ? found->rows : page->before, true);
  if (found->total) head->next = list_link(request, list, last, false);
}

/* The page, and the cursors to those beside it (RFC 9865 section 2). One more
** than the page was looked for: when it is there, it is the farthest, so that
** on the way back it is the first and is left out there, but stays before the
** page in memory. */
static void list_reply_cursor_page(Request *request, const ListQuery *query,
                                   const Search *page, Text list) {
  ListHead head = {0};
  Page found = list_search(request, query, page);
  if (failed(request->operation)) return;
  bool more = found.count > query->count;
  assert(found.count <= query->count + 1);
  if (more) {
    found.count--;
    if (page->before) found.rows++;
  }
  (page->before ? list_link_back : list_link_forward)(request, page, list,
                                                      &found, more, &head);
  list_reply_page(request, &found, head);
}

/* A cursor is good for one list only. What makes the list is signed with it:
** another filter or sort would go on from a place that it never came to. */
static void list_by_cursor(Request *request, const ListQuery *query,
                           Search page) {
  PageCursor cursor = {0};
  Text list =
      arena_format(&request->operation->arena, "%.*s\n%.*s\n%.*s\n%d",
                   TEXT_ARG(request->target->endpoint), TEXT_ARG(query->filter),
                   TEXT_ARG(query->sort_by), query->descending);
  if (query->cursor.size) {
    if (!cursor_read(request, list, query->cursor, &cursor)) return;
    if (cursor.edge.resource)
      *(cursor.before ? &page.before : &page.after) = &cursor.edge;
  }
  page.limit = query->count + 1;
  list_reply_cursor_page(request, query, &page, list);
}

/* Over all types, the first of them reads filter and sort for the page as a
** whole: what is wrong is so for each of them. */
void list_handle(Request *request) {
  ListQuery query = list_read_query(request);
  bool all = !request->target->type;
  const ResourceType *type =
      all ? request->operation->schemas->types : request->target->type;
  if (!type)
    error_set(request->operation, ERROR_NOT_FOUND,
              "the database defines no resource types");
  if (failed(request->operation)) return;
  Search page = list_search_of(
      request, type, all ? request->operation->schemas : NULL, &query);
  if (failed(request->operation)) return;
  if (query.by_cursor) {
    list_by_cursor(request, &query, page);
  } else {
    list_by_index(request, &query, &page);
  }
}
