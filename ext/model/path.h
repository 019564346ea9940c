/*
** path.h: the path of a PATCH operation (RFC 7644 section 3.5.2).
*/
#ifndef SCIM_PATH_H
#define SCIM_PATH_H

#include "filter.h"

/* attribute, attribute.sub, attribute[filter], attribute[filter].sub, or the
** URN of an extension alone, which names all its attributes. */
typedef struct Path {
  Extension *extension;       /* the whole extension; the rest is NULL */
  const Attribute *attribute; /* top-level */
  Filter *filter;             /* selects elements of it; NULL: all */
  const Attribute *sub;       /* of the attribute or its elements; NULL: they */
} Path;

/* Reads a path, with names in any case, with or without their URN. False with
** invalidPath when the text is no path, or names what the type has not, and
** with invalidFilter when it is the filter in it that is wrong. */
bool path_parse(Operation *operation, const ResourceType *type, Text text,
                Path *path);

#endif
