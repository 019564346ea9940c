/*
** explain.h: what of a filter is found by indexes, and what is checked.
*/
#ifndef SCIM_EXPLAIN_H
#define SCIM_EXPLAIN_H

#include "../db/query.h"
#include "../model/filter.h"

#define EXPLAIN_ROWS_MOST 10000 /* rows are counted up to here */

/* How a term is decided. */
typedef enum ExplainHow {
  EXPLAIN_INDEX,      /* an index finds what matches */
  EXPLAIN_CANDIDATES, /* checked on what the indexes of other terms find */
  EXPLAIN_ALL         /* checked on every resource of the type */
} ExplainHow;

/* What is said of a term; and, last, of the filter as a whole. */
typedef struct ExplainRow {
  Text term;      /* as text */
  ExplainHow how; /* of the whole: INDEX when no document is looked at */
  Text index;     /* what is searched, no text for none */
  long long rows; /* how many it finds, EXPLAIN_ROWS_MOST for that or more; of
                  ** the whole how many resources are looked at; -1: unknown */
} ExplainRow;

typedef struct ExplainList {
  ExplainRow *rows;
  size_t count, capacity;
} ExplainList;

/* The terms of the filter in their order, and then the whole. */
ExplainList explain_filter(Operation *operation, const ResourceType *type,
                           const Filter *filter);

#endif
