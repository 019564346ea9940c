/*
** find.h: reading resources.
*/
#ifndef SCIM_FIND_H
#define SCIM_FIND_H

#include "../db/query.h"
#include "../model/schema.h"

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

/* Both are of the operation's tenant, whatever an index says. */

/* Reads the row of a query whose columns are resource, type, id, version,
** created, modified and doc. False when the type is not defined any more. */
bool find_read(Query *query, Resource *resource);

/* The stored document of a resource; SQLITE_CORRUPT when it is none. */
Json *find_stored(Operation *operation, const Resource *resource);

/* What belongs to a resource besides its document. */
typedef struct Include {
  bool meta, members, groups;
} Include;

/* The document with meta, members and groups as asked, references relative;
** `base` (perhaps empty) is what meta.location begins with. */
Json *find_document(Operation *operation, const Resource *resource, Text base,
                    Include include);

/* The value of meta (RFC 7643 section 3.1), and the URL of a resource. */
Json *find_meta(Operation *operation, const Resource *resource, Text base);
Text find_location(Operation *operation, const Resource *resource, Text base);

#endif
