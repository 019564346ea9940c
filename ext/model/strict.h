/*
** strict.h: what a tenant wants to be held to the letter of the RFCs.
**
** By default the dialects of IdPs are accepted. Each bit takes one kind of
** leniency back; settings of the tenant set them (README, "Settings"). The last
** is no setting: it is for a caller who may write and not read.
*/
#ifndef SCIM_STRICT_H
#define SCIM_STRICT_H

enum {
  STRICT_LITERALS = 1, /* strings in filters are in quotes */
  STRICT_BOOLEANS = 2, /* "True" is no boolean */
  STRICT_TARGETS = 4,  /* a value path that matches nothing is noTarget */
  STRICT_SCHEMAS = 8,  /* a body says what it is */
  STRICT_SHAPES = 16,  /* a list is a list, an object an object */
  STRICT_EMPTY = 32,   /* a PATCH has operations */
  STRICT_VALUES = 64,  /* each value is in the lexical space of its type */
  STRICT_TEXTS = 128,  /* "" is a string, and not that there is none */
  STRICT_NAMES = 256,  /* a PATCH names attributes that there are, and that can
                          be set, by their names */
  STRICT_REMOVALS = 512, /* a remove has no value */
  STRICT_ALL = 1023,     /* to the letter: preset "rfc" */
  STRICT_SILENT = 1024   /* nothing tells what is stored: no match, no names */
};

#endif
