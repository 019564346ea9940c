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

/* The same; *named tells whether a member of it, not one further in, has one of
** the names, whatever their case. */
bool json_is_object_with(Text text, const Text *names, size_t count,
                         bool *named);

#endif
