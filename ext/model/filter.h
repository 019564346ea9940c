/*
** filter.h: filters (RFC 7644 section 3.4.2.2).
**
** A filter is parsed once, its names resolved and its literals turned into
** keys. What it means is in match.h.
**
** Besides the RFC's grammar, for the IdPs that need it: a sub-attribute and an
** operator behind a value path (Entra ID: emails[type eq "work"].value eq
** "x"), unquoted strings, booleans as strings, comparison of a complex
** attribute, which compares its value.
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
  FILTER_COMPARE,   /* attribute operator key */
  FILTER_NULL,      /* attribute eq null: has no value */
  FILTER_VALUE_PATH /* attribute[left] */
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

typedef struct Filter Filter;
struct Filter {
  FilterKind kind;
  Filter *left, *right;       /* AND, OR; NOT and VALUE_PATH use left */
  const Attribute *attribute; /* COMPARE, NULL, VALUE_PATH */
  FilterOperator relation;
  Key key;       /* the literal, for comparison */
  Json *literal; /* the literal as written, for PATCH to fill in */
};

/* The tree, or NULL with invalidFilter. An attribute that the type has not,
** but another of `others` (NULL: there are none), has no value in documents of
** the type (RFC 7644 section 3.4.2.1). */
Filter *filter_parse(Operation *operation, const ResourceType *type,
                     const SchemaSet *others, Text text);

/* The filter of a value path, whose names are sub-attributes ("value" is the
** element itself where the attribute is simple). `kind` is the error for what
** is wrong: invalidFilter, or invalidPath for a PATCH path. */
Filter *filter_parse_value(Operation *operation, const Attribute *attribute,
                           Text text, ErrorKind kind);

/* Is it co, sw or ew? */
static inline bool filter_is_substring(FilterOperator relation) {
  return relation == OPERATOR_CO || relation == OPERATOR_SW ||
         relation == OPERATOR_EW;
}

/* Does the filter look at this top-level attribute? */
bool filter_uses(const Filter *filter, const Attribute *attribute);

#endif
