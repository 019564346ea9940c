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

/* Does the text name the schema of that URN, and no attribute of it? path_parse
** reads that of an extension; the type's own is not in it, since all others
** that read paths have no use for it. */
bool path_is_schema(const Operation *operation, Text text, Text urn);

/* Is the name nothing, which behind a URN and a colon would be the schema once
** more? Whoever goes down through objects passes over it: 60 may be within each
** other. False for a tenant that goes by the letter, who has it refused. */
bool path_is_blank(const Operation *operation, Text name);

#endif
