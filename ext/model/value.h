/*
** value.h: reading values that a client sent, by their schema.
*/
#ifndef SCIM_VALUE_H
#define SCIM_VALUE_H

#include "key.h"

/* Values of one multi-valued attribute, members apart. */
#define VALUE_COUNT 1000

/* null, "", [] and {} all mean that there is no value (RFC 7643 section 2.5,
** and what Entra ID sends to clear one). */
bool value_is_unassigned(const Json *value);

/* Reads one value as the schema has it: "True" as a boolean, one value for a
** list of one, an element for its value, JSON in a string for a complex
** value. NULL when it is unset (null, "", [], {}), or wrong: invalidValue
** with the attribute's path. readOnly sub-attributes are left out. */
Json *value_read(Operation *operation, const Attribute *attribute,
                 const Json *value);

/* One element of a multi-valued attribute; also reads single values. */
Json *value_read_element(Operation *operation, const Attribute *attribute,
                         const Json *value);

/* Values of a list are compared with each other, so there is a limit: false
** with invalidValue when there are more. */
bool value_check_count(Operation *operation, const Attribute *attribute,
                       const Json *list);

#endif
