#include "commit.h"

#include "../db/query.h"

SQLITE_EXTENSION_INIT3

static void bind_number(Query *query, int parameter, long long number) {
  if (number) query_bind_integer(query, parameter, number);
}

static void bind_all(Query *query, const Change *change) {
  const Text *const texts[] = {NULL,
                               NULL,
                               &change->tenant,
                               &change->type,
                               NULL,
                               &change->id,
                               NULL,
                               &change->time,
                               &change->doc,
                               &change->value_add,
                               &change->value_drop,
                               &change->unique_add,
                               &change->unique_drop,
                               &change->member_add,
                               &change->member_drop,
                               &change->groups_left,
                               &change->source,
                               NULL,
                               &change->method,
                               &change->target,
                               NULL,
                               &change->scim_type,
                               &change->detail,
                               &change->before,
                               &change->after,
                               &change->data};
  enum {
    RESOURCE = 4,
    VERSION = 6,
    TOKEN = 17,
    METHOD = 18,
    TARGET = 19,
    STATUS = 20
  };
  query_bind_text(query, 1, text_of(change->action));
  for (int i = 2; i < (int)(sizeof texts / sizeof *texts); i++) {
    if (texts[i] && texts[i]->size) query_bind_text(query, i, *texts[i]);
  }
  if (change->status && !change->method.size)
    query_bind_text(query, METHOD, text_of(""));
  if (change->status && !change->target.size)
    query_bind_text(query, TARGET, text_of(""));
  bind_number(query, RESOURCE, change->resource);
  bind_number(query, VERSION, change->version);
  bind_number(query, TOKEN, change->token);
  bind_number(query, STATUS, change->status);
}

void commit_change(Operation *operation, const Change *change) {
  Query query = query_open(operation, STATEMENT_COMMIT_CHANGE);
  bind_all(&query, change);
  query_step(&query);
  query_close(&query);
}

static long long read_number(Operation *operation, Statement statement) {
  Query query = query_open(operation, statement);
  long long number = query_step(&query) ? query_integer(&query, 0) : 0;
  query_close(&query);
  return number;
}

long long commit_last_seq(Operation *operation) {
  return read_number(operation, STATEMENT_LAST_SEQ);
}

long long commit_next_resource(Operation *operation) {
  return read_number(operation, STATEMENT_LAST_RESOURCE) + 1;
}
