/*
** uri.h: the path and the query of a request target (RFC 3986).
*/
#ifndef SCIM_URI_H
#define SCIM_URI_H

#include "arena.h"

/* Decodes %XX once; in a query also '+', which is a space there. What is no
** escape stays as it is. */
Text uri_decode(Arena *arena, Text text, bool query);

/* The text as a segment of a path: every byte that is not unreserved (RFC 3986
** section 2.3) as %XX. The text itself where there are none. */
Text uri_encode(Arena *arena, Text text);

/* The next segment of a path, cut off from its front, not decoded; empty
** segments are passed over. False at the end. */
bool uri_segment(Text *path, Text *segment);

/* The decoded value of the first parameter with the name, whatever the case.
** False when the query has none. */
bool uri_parameter(Arena *arena, Text query, const char *name, Text *value);

/* The same of all parameters with the name, with commas between them: a list
** that some HTTP clients write as attributes=a&attributes=b. */
bool uri_list(Arena *arena, Text query, const char *name, Text *list);

#endif
