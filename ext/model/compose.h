/*
** compose.h: documents from columns: a row of a table, whose columns are named
** by paths of SCIM, as the document of a resource.
**
** Names are paths of PATCH operations (path.h): userName, name.givenName,
** emails[type eq "work"].value, urn:…:User:manager.value. Both scim_document
** and scim_preview make documents by it, and so does whoever imports a file.
*/
#ifndef SCIM_COMPOSE_H
#define SCIM_COMPOSE_H

#include "path.h"

#define COMPOSE_COLUMNS 10000 /* of a row, as of a CSV file */

typedef struct ComposeColumn {
  Text name; /* as it is written */
  Path path;
  const Attribute *leaf; /* what a cell is a value of */
} ComposeColumn;

/* The columns of all rows; the type outlives it. */
typedef struct Compose {
  const ResourceType *type;
  ComposeColumn *columns;
  size_t count;
} Compose;

/* Reads the names of columns. False with invalidPath, or noTarget, and a detail
** that begins with the name: no path, an attribute that the type has not, one
** that the service sets (id, meta, groups), a part of what documents do not
** keep (members.value), a filter that does not say what a new element is, a
** place named twice. With invalidValue when there are more than
** COMPOSE_COLUMNS. */
bool compose_read(Operation *operation, const ResourceType *type,
                  const Text *names, size_t count, Compose *compose);

/* The number of the column that names the same place as the path; the count
** when there is none, and with an error when it is no name of a column. */
size_t compose_find(Operation *operation, const Compose *compose, Text path);

/* A cell as a value of the column's attribute, as documents have it. NULL:
** there is none, or with invalidValue it is wrong. The tenant's strictness does
** not count: a file of columns has no types, and no other way to say that there
** is no value than an empty text. */
Json *compose_value(Operation *operation, const ComposeColumn *column,
                    const Json *cell);

/* A new document of the cells, one a column, with "schemas": the body of a POST
** or, with an old document, that of a PUT: what no column names is as in the
** old one, which is not changed. NULL, null and "" as a cell mean that there is
** no value: of an attribute with a default (scim_default) that default, over an
** old document, since a create gives it by itself. NULL with invalidValue when
** a cell does not fit its attribute. */
Json *compose_document(Operation *operation, const Compose *compose,
                       Json *const *cells, const Json *old);

/* Puts "schemas" into the document: that of the type and those of extensions
** that have values in it. */
void compose_schemas(Operation *operation, const ResourceType *type, Json *doc);

#endif
