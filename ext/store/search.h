/*
** search.h: the resources of a type that match a filter, in order.
*/
#ifndef SCIM_SEARCH_H
#define SCIM_SEARCH_H

#include "../model/filter.h"
#include "find.h"

/* A place in the order of results: a resource, with its key where there is a
** sort. Without a key it has no value of the sort's attribute. */
typedef struct Position {
  long long resource;
  bool has_key;
  Key key;
} Position;

typedef struct Search {
  Text base; /* what meta.location begins with, for filters on it */
  const ResourceType *type;
  const Filter *filter;   /* NULL: all */
  const Attribute *sort;  /* NULL: in the order of creation */
  bool descending;        /* of the sort */
  const Position *after;  /* a page by key: only what comes after it, */
  const Position *before; /* or before it, the nearest last; one is NULL */
  long long offset, limit;
} Search;

/* A page, and how many match in all. */
typedef struct Found {
  Position *rows;
  long long count;
  long long total;
} Found;

/* Sorts rows as the search says, and cuts its page out of all of them. */
void search_sort(Operation *operation, const Search *search, Found *found);
void search_cut(const Search *search, Found *found);

Found search_run(Operation *operation, const Search *search);

#endif
