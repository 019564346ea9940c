/*
** search.h: the resources of a type that match a filter, in order.
*/
#ifndef SCIM_SEARCH_H
#define SCIM_SEARCH_H

#include "../model/filter.h"
#include "find.h"

/* What a list is sorted by, as in keyset paging: the value of the attribute
** and, so that no two are equal, the row. Without a sort it is the row alone. */
typedef struct SortKey {
  long long resource; /* the row: the order of creation */
  bool has_value;     /* false without a sort, and without a value of it */
  Key value;          /* of the attribute that is sorted by */
} SortKey;

typedef struct Search {
  Text base; /* what meta.location begins with, for filters on it */
  const ResourceType *type;
  const Filter *filter;  /* NULL: all */
  const Attribute *sort; /* NULL: in the order of creation */
  bool descending;       /* of the sort */
  const SortKey *after;  /* a page by key: only what comes after it, */
  const SortKey *before; /* or before it, the nearest last; one is NULL */
  long long offset, limit;
} Search;

/* A page of the resources that match, in order. */
typedef struct Page {
  SortKey *rows;   /* of the page */
  long long count; /* how many those are */
  long long total; /* how many match in all */
} Page;

/* Sorts all rows as the search says, and cuts its page out of them. */
void search_sort(Operation *operation, const Search *search, Page *page);
void search_cut(const Search *search, Page *page);

Page search_run(Operation *operation, const Search *search);

#endif
