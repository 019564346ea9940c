/*
** form.h: the body of a form, application/x-www-form-urlencoded.
*/
#ifndef SCIM_FORM_H
#define SCIM_FORM_H

#include "arena.h"

/* The next pair, cut off from the front and decoded: percent escapes, and '+'
** for a space. One without '=' has an empty value. False at the end. */
bool form_next(Arena *arena, Text *form, Text *name, Text *value);

/* How often the form has a parameter of this name, in its case; its first value
** goes into *value, which stays as it is when there is none. */
size_t form_count(Arena *arena, Text form, const char *name, Text *value);

#endif
