/*
** sorted.h: a page of resources, from an index where one has them in order.
*/
#ifndef SCIM_SORTED_H
#define SCIM_SORTED_H

#include "search.h"

/* The same page as that of search_run, which it asks where no index tells it.
** With an error it may be anything. */
Page sorted_run(Operation *operation, const Search *search);

#endif
