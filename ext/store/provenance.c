/*
** provenance.c: reads what sql/query/provenance.sql tells of a resource.
**
** HOW IT WORKS
**
** No column says who set a value: the log does, in the patches of the resource.
** So nothing has to be kept with each write, and what is asked now and then
** costs as much as the log has rows about this one resource.
*/
#include "provenance.h"

#include "../db/query.h"

/* NULL is 0, which no row has for its number. */
OriginList provenance_of(Operation *operation, Text id) {
  OriginList list = {NULL, 0};
  size_t capacity = 0;
  Query query = query_open(operation, STATEMENT_PROVENANCE);
  query_bind_text(&query, PROVENANCE_TENANT, operation->tenant);
  query_bind_text(&query, PROVENANCE_ID, id);
  while (query_step(&query)) {
    list.items = arena_more(&operation->arena, list.items, (size_t)list.count,
                            &capacity, sizeof *list.items);
    list.items[list.count++] =
        (Origin){.attribute = query_text(&query, PROVENANCE_ROW_ATTRIBUTE),
                 .value = query_text(&query, PROVENANCE_ROW_VALUE),
                 .flag = query_integer(&query, PROVENANCE_ROW_FLAG),
                 .seq = query_integer(&query, PROVENANCE_ROW_SEQ),
                 .time = query_text(&query, PROVENANCE_ROW_TIME),
                 .token = query_integer(&query, PROVENANCE_ROW_TOKEN),
                 .label = query_text(&query, PROVENANCE_ROW_LABEL),
                 .idp = query_text(&query, PROVENANCE_ROW_IDP)};
  }
  query_close(&query);
  return list;
}
