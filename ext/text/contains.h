/*
** contains.h: is one text a part of another?
*/
#ifndef SCIM_CONTAINS_H
#define SCIM_CONTAINS_H

#include "text.h"

/* Are the bytes of the part, in one piece, anywhere in the text? The time grows
** with the sum of their sizes, whatever they are, and no memory is taken. */
bool contains_part(Text text, Text part);

#endif
