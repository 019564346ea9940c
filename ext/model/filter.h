/*
** filter.h: filters (RFC 7644 section 3.4.2.2).
**
** A filter is parsed once, its names resolved and its literals turned into
** keys. What it means is in match.h.
**
** Besides the RFC's grammar, for the IdPs that need it: a sub-attribute and an
** operator behind a value path (Entra ID: emails[type eq "work"].value eq
** "x"), unquoted strings, backslashes that escape nothing, booleans as strings,
** comparison of a complex attribute, which compares its value.
*/
#ifndef SCIM_FILTER_H
#define SCIM_FILTER_H

#include "key.h"

#define FILTER_SIZE 8192 /* bytes of a filter */
#define FILTER_DEPTH 64  /* parentheses and brackets within each other */

typedef enum FilterKind {
  FILTER_AND,
  FILTER_OR,
  FILTER_NOT,
  FILTER_COMPARE,    /* attribute operator key */
  FILTER_NULL,       /* attribute eq null: has no value */
  FILTER_VALUE_PATH, /* attribute[filter]: one element matches */
  FILTER_NOTHING     /* matches nothing: the type has not what is named */
} FilterKind;

typedef enum FilterOperator {
  OPERATOR_EQ,
  OPERATOR_NE,
  OPERATOR_CO,
  OPERATOR_SW,
  OPERATOR_EW,
  OPERATOR_GT,
  OPERATOR_GE,
  OPERATOR_LT,
  OPERATOR_LE,
  OPERATOR_PR
} FilterOperator;

/* A node of the tree. AND and OR hold a list of terms, however many are
** joined: so only brackets make the tree deeper, of which there are
** FILTER_DEPTH at most, and whoever recurses over it may do so on a small
** stack. No AND holds an AND, and no OR an OR: what brackets join in the same
** way is one list. */
typedef struct Filter Filter;
struct Filter {
  FilterKind kind;
  Filter *first;              /* terms of AND and OR (two or more); the only
                              ** one of NOT and VALUE_PATH; else NULL */
  Filter *next;               /* the next term of the same parent */
  const Attribute *attribute; /* COMPARE, NULL, VALUE_PATH */
  FilterOperator op;          /* COMPARE; compareOp of the RFC's grammar */
  Key key;                    /* COMPARE but pr: what is compared with */
  Json *literal;              /* the same as written, for PATCH to fill in */
};

#define FILTER_EACH(term, filter)                                              \
  for (const Filter *term = (filter)->first; term; term = term->next)

/* The tree, or NULL with invalidFilter. `others` are the types that the filter
** is about besides (NULL: none): what is named and only they can be asked for
** has no value in documents of this type (RFC 7644 section 3.4.2.1). Whether
** there is an error does not depend on which of them `type` is. */
Filter *filter_parse(Operation *operation, const ResourceType *type,
                     const SchemaSet *others, Text text);

/* The filter of a value path, whose names are sub-attributes ("value" is the
** element itself where the attribute is simple). `kind` is the error for what
** is wrong. */
Filter *filter_parse_value(Operation *operation, const Attribute *attribute,
                           Text text, ErrorKind kind);

/* Is it co, sw or ew? */
static inline bool filter_is_substring(FilterOperator op) {
  return op == OPERATOR_CO || op == OPERATOR_SW || op == OPERATOR_EW;
}

/* Does the filter look at this top-level attribute? */
bool filter_uses(const Filter *filter, const Attribute *attribute);

#endif
