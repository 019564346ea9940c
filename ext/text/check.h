/*
** check.h: is a text a JSON object? Asked of what is stored before it is shown
** as it is, without a tree and without memory.
*/
#ifndef SCIM_CHECK_H
#define SCIM_CHECK_H

#include "text.h"

/* True when the text is one JSON object (RFC 8259) from its first byte to its
** last, in valid UTF-8, no deeper than JSON_DEPTH: what may be copied into a
** reply. Names that stand twice are not looked for. */
bool json_is_object(Text text);

/* Is told the name of each member, of the object and of those in it, as it is
** written: escape sequences are not resolved. `depth` counts the objects and
** lists around it, from 1. */
typedef void CheckName(void *context, int depth, Text name);

/* The same, and `look` (NULL: nobody) is told the names, up to where the text
** is found to be no object. */
bool json_is_object_with(Text text, CheckName *look, void *context);

#endif
