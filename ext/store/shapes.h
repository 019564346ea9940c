/*
** shapes.h: the shapes of rows that are in the log (model/shape.h).
*/
#ifndef SCIM_SHAPES_H
#define SCIM_SHAPES_H

#include "../text/operation.h"

/* The form of a change that the log has as texts; no text where it names
** nothing, and where it is no JSON. */
Text shapes_form(Operation *operation, Text before, Text after);

/* Gives every row of the log its shape, after an upgrade from a version that
** had none. No trigger of the application fires. */
void shapes_fill(Operation *operation);

#endif
