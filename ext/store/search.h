/*
** search.h: the resources of a type that match a filter, in order.
*/
#ifndef SCIM_SEARCH_H
#define SCIM_SEARCH_H

#include "../model/filter.h"
#include "find.h"

/* What a list is sorted by, as in keyset paging: the value of the attribute
** and, so that no two are equal, the row. Without a sort it is the row alone.
*/
typedef struct SortKey {
  long long resource; /* the row: the order of creation */
  bool has_value;     /* false without a sort, and without a value of it */
  Key value;          /* of the attribute that is sorted by */
} SortKey;

/* A condition on a column of scim_resource, beside what the filter says. Its
** value has the type of the column: so SQLite means the same by it. */
typedef struct SearchBound {
  const char *test; /* "created >=": column and operator */
  Text text;        /* what it is compared with; no text: a number */
  long long number;
  bool narrow; /* one resource at most has it */
} SearchBound;

#define SEARCH_BOUNDS 8

/* What is asked for. A page is counted from the first match (offset), or begins
** behind or ends before the sort key of another page; never both. */
typedef struct Search {
  Text base; /* what meta.location begins with, for filters on it */
  const ResourceType *type;
  const Filter *filter;  /* NULL: all */
  const Attribute *sort; /* NULL: in the order of creation */
  bool by_version;       /* no sort, but the order of versions: sorted_run's */
  bool descending;       /* of the sort, or of that */
  const SortKey *after;  /* only what comes after it, or NULL */
  const SortKey *before; /* only what comes before it, the nearest last */
  long long offset;      /* matches that are passed over */
  long long limit;       /* how many rows a page has at most */
  SearchBound bounds[SEARCH_BOUNDS];
  int bound_count;
  bool untold; /* nobody asks for the total: it is not counted */
} Search;

/* A page of the resources that match, in order. */
typedef struct Page {
  SortKey *rows;   /* of the page */
  long long count; /* how many those are */
  long long total; /* how many match in all */
  bool preceded;   /* are there some before a page that begins at an edge? */
} Page;

/* Finds the page. With an error it may be anything. */
Page search_run(Operation *operation, const Search *search);

/* What search_run does at its end, for one who puts pages of several types
** together: sorts all rows as the search says, and cuts its page out of them.
** The total is what there was before the cut. */
void search_sort(Operation *operation, const Search *search, Page *page);
void search_cut(const Search *search, Page *page);

/* Does the document of the resource match the filter? With `row`, it gets the
** sort key. */
bool search_accepts(Operation *operation, const Search *search,
                    const Resource *resource, SortKey *row);

/* Does a bound find so few that no plan could find fewer? And the index of the
** bounds, as " INDEXED BY …", or nothing. */
bool search_is_narrow(const Search *search);
const char *search_bounds_index(const Search *search);

/* Has SQLite refused to prepare what was put together? Takes the error back:
** there is another way. */
bool search_is_refused(Operation *operation);

/* The bounds as SQL, " AND created >= ?104", and their values: for a query that
** has the columns of scim_resource in its FROM. */
Text search_bounds_sql(Arena *arena, const Search *search);
void search_bind_bounds(Query *query, const Search *search);

/* How many resources of the type there are. */
long long search_count(Operation *operation, const ResourceType *type);

/* Turns the rows of a page round. */
void search_reverse(Page *page);

#endif
