/*
** search.c: lists of resources (RFC 7644 section 3.4.2).
*/
#include "reply.h"
#include "request.h"

#define PAGE_DEFAULT 100
#define PAGE_MOST 1000

/* An integer parameter: the fallback when it is not there, invalidValue when
** it is no integer. */
static long long read_integer(Request *request, const char *name,
                              long long fallback) {
  Text text = request_parameter(request, name, ERROR_INVALID_VALUE);
  if (!text.size) return fallback;
  bool minus = text.data[0] == '-';
  long long number = 0;
  for (size_t i = minus; i < text.size; i++) {
    char c = text.data[i];
    if (c < '0' || c > '9' || text.size == minus) {
      error_set(request->operation, ERROR_INVALID_VALUE,
                "the parameter '%s' must be an integer", name);
      return fallback;
    }
    if (number < 1000000000000LL) number = number * 10 + (c - '0');
  }
  return minus ? -number : number;
}

/* RFC 7644 section 3.4.2.4: below 1 is 1 for startIndex, below 0 is 0 for
** count; the tenant says how long a page is. */
static void read_page(Request *request, long long *start, long long *count) {
  const Tenant *tenant = &request->tenant;
  long long most = tenant_number(tenant, "page_max", PAGE_MOST, 1, 1000000);
  long long normal =
      tenant_number(tenant, "page_default", PAGE_DEFAULT, 1, most);
  *start = read_integer(request, "startIndex", 1);
  *count = read_integer(request, "count", normal < most ? normal : most);
  if (*start < 1) *start = 1;
  if (*count < 0) *count = 0;
  if (*count > most) *count = most;
}

static void write_resources(Request *request, const Found *found,
                            const Projection *projection, Buffer *buffer) {
  bool first = true;
  for (long long i = 0; i < found->count; i++) {
    Resource resource;
    if (!find_by_row(request->operation, request->connection, request->set,
                     found->rows[i], &resource))
      continue;
    if (!first) buffer_char(buffer, ',');
    first = false;
    reply_write(request, &resource, projection, buffer);
  }
}

void search_list(Request *request) {
  Operation *operation = request->operation;
  const ResourceType *type = request->type;
  long long start, count;
  Buffer buffer = buffer_new(&operation->arena);
  Text filter = request_parameter(request, "filter", ERROR_INVALID_FILTER);
  read_page(request, &start, &count);
  Projection projection = reply_projection(request, type);
  Search search = {.tenant = request->tenant.name,
                   .base = request->base,
                   .type = type,
                   .offset = start - 1,
                   .limit = count};
  /* An empty filter is a wrong one: never everything to one who filters. */
  if (filter.data) search.filter = filter_parse(operation, type, filter);
  Found found =
      find_search(operation, request->connection, request->set, &search);
  if (failed(operation)) return;
  reply_begin_list(&buffer, found.total, start, found.count);
  write_resources(request, &found, &projection, &buffer);
  reply_end_list(&buffer);
  if (!failed(operation)) reply_set_body(request, 200, buffer_text(&buffer));
}
