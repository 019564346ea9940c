/*
** shape.h: which attributes a change touches, without their values.
*/
#ifndef SCIM_SHAPE_H
#define SCIM_SHAPE_H

#include "../text/json.h"

/* The form of a change, for scim_shape.form: an object with a 0 in the place of
** each value that the merge patches name, as in {"title":0,"name":{"givenName":
** 0}}. `before` leads back and is NULL for a create, `after` leads forth and is
** NULL for a delete. No text where nothing is named: what has no value, and
** "schemas" and "id", are left out, as scim_history has it. */
Text shape_form(Arena *arena, const Json *before, const Json *after);

#endif
