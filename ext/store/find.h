/*
** find.h: reading resources one by one.
*/
#ifndef SCIM_FIND_H
#define SCIM_FIND_H

#include "../db/query.h"
#include "../model/schema.h"
#include "groups.h"

/* A row of scim_resource. */
typedef struct Resource {
  long long resource; /* its number in this database */
  const ResourceType *type;
  Text id;                /* what clients know it by */
  Text created, modified; /* times, for meta */
  Text doc;               /* JSON, without what Include adds */
  long long version;
  bool unfit;  /* is doc not to be shown as it is? (unfit_look) */
  bool unkept; /* does it hold what find_stored has left out? */
} Resource;

/* The resource with the id, of the type or (NULL) of any, in the operation's
** tenant. False when there is none, and with an error. */
bool find_by_id(Operation *operation, const ResourceType *type, Text id,
                Resource *resource);

/* The same without a look at the document, for who calls find_stored in any
** case, which is the second: `unfit` is not known. */
bool find_unread(Operation *operation, const ResourceType *type, Text id,
                 Resource *resource);

/* The resource with the number, if it is of the operation's tenant: for numbers
** that a search has found, whose rows may be gone by now, or never were what
** an index says. */
bool find_by_row(Operation *operation, long long row, Resource *resource);

/* Opens a query for the resources with the numbers of a JSON array, in its
** order, and reads the next one that is there and whose type is defined; false
** behind the last, and with an error. Its texts are good until the next. */
Query find_open_page(Operation *operation, Text rows);
bool find_next(Query *query, Resource *resource);

/* Reads a row of a query whose columns are RESOURCE_ROW. False when the type is
** not defined any more. */
bool find_read(Query *query, Resource *resource);

/* The stored document of a resource, without what has become writeOnly
** (unfit_forget), and with it; NULL with SQLITE_CORRUPT when it is none. */
Json *find_stored(Operation *operation, Resource *resource);
Json *find_whole(Operation *operation, const Resource *resource);

/* What a document is to include that is not stored in it. */
typedef struct Include {
  bool meta, members, groups;
  bool empty_members; /* of a group without members, an empty list */
  Text source;  /* whose members; no text: those that the operation sees */
  Groups *page; /* what was asked for the whole page, or NULL */
} Include;

/* The document with meta, members and groups as asked, references relative;
** `base` (perhaps empty) is what meta.location begins with. An empty object
** with an error. */
Json *find_document(Operation *operation, const Resource *resource, Text base,
                    Include include);

/* The value of meta (RFC 7643 section 3.1), and of it the ETag of a resource
** (RFC 7644 section 3.14) and its URL. */
Json *find_meta(Operation *operation, const Resource *resource, Text base);
Text find_version(Operation *operation, const Resource *resource);
Text find_location(Operation *operation, const Resource *resource, Text base);

#endif
