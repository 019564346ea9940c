/*
** find.h: reading resources.
*/
#ifndef SCIM_FIND_H
#define SCIM_FIND_H

#include "../model/filter.h"
#include "definitions.h"

typedef struct Resource {
  long long resource; /* rowid */
  const ResourceType *type;
  Text id, created, modified, doc;
  long long version;
} Resource;

/* The resource with the id, of the type or (NULL) of any. False when there
** is none. */
bool find_by_id(Operation *operation, const ResourceType *type, Text id,
                Resource *resource);
bool find_by_row(Operation *operation, long long row, Resource *resource);

/* The stored document of a resource; SQLITE_CORRUPT when it is none. */
Json *find_stored(Operation *operation, const Resource *resource);

/* What belongs to a resource besides its document. */
typedef struct Parts {
  bool meta, members, groups;
} Parts;

/* The document with meta, members and groups as asked, references relative;
** `base` (perhaps empty) is what meta.location begins with. */
Json *find_document(Operation *operation, const Resource *resource, Text base,
                    Parts parts);

/* The value of meta (RFC 7643 section 3.1), and the URL of a resource. */
Json *find_meta(Operation *operation, const Resource *resource, Text base);
Text find_location(Operation *operation, const Resource *resource, Text base);

/* A place in the order of results: a resource, with its key where there is a
** sort. Without a key it has no value of the sort's attribute. */
typedef struct Position {
  long long resource;
  bool has_key;
  Key key;
} Position;

typedef struct Search {
  Text tenant, base;
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
void find_sort(Operation *operation, const Search *search, Found *found);
void find_cut(const Search *search, Found *found);

Found find_search(Operation *operation, const Search *search);

#endif
