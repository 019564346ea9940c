/*
** value.h: reading values that a client sent, by their schema.
*/
#ifndef SCIM_VALUE_H
#define SCIM_VALUE_H

#include "key.h"

/* Values of one multi-valued attribute, members apart. */
#define VALUE_COUNT 1000

/* Bytes of a string or a reference. Filters fold and search it, a term after
** the other; a photo is binary, and as long as the body may be. What is stored
** already and longer stays as it is. */
#define VALUE_SIZE 65536

/* Does the value of the attribute (NULL: an extension as a whole) say that
** there is none? null and [] do (RFC 7643 section 2.5), and unless the tenant
** is strict "", which is what Entra ID sends to clear one. {} does not: it is a
** complex value of which nothing is said. */
bool value_is_unassigned(const Operation *operation, const Attribute *attribute,
                         const Json *value);

/* May a text that is to be the "value" of the complex attribute, or was stored
** as that, hold a part of it that is writeOnly, as JSON, whole or broken? */
bool value_may_hide(const Attribute *attribute, const Json *value);

/* Does the value take away, and nothing else? It is unassigned, or a list or an
** object of nothing but such values: [null], {"value": ""}. False for {} and
** for what has unknown names only, which say nothing. */
bool value_clears(const Operation *operation, const Attribute *attribute,
                  const Json *value);

/* One value of the attribute as the client meant it, out of the list of one or
** the text in which some IdPs wrap a complex value. It may still have nulls,
** which value_read does not keep. */
const Json *value_sent(Operation *operation, const Attribute *attribute,
                       const Json *value);

/* Reads what was sent for the attribute as the schema has it: "True" as a
** boolean, "7" as a number, one value for a list of one, an element for its
** value, JSON in a text for a complex value. The same value twice in a list is
** one, of which what comes later counts (same.h). The result is new, without
** nulls and without sub-attributes that are readOnly or writeOnly: where only
** the latter were sent it is an object without members. NULL when nothing is
** assigned, or with invalidValue and the attribute's path when the value is
** wrong. */
Json *value_read(Operation *operation, const Attribute *attribute,
                 const Json *value);

/* The same for a member of an object or of a whole resource: there a list is to
** be a list, unless the tenant takes other shapes. Elsewhere one value may
** stand for it: PATCH adds a value so (RFC 7644 section 3.5.2.1). */
Json *value_read_member(Operation *operation, const Attribute *attribute,
                        const Json *value);

/* The same for one element of a multi-valued attribute. */
Json *value_read_element(Operation *operation, const Attribute *attribute,
                         const Json *value);

/* Values of a list are compared with each other, so there is a limit: false
** with invalidValue when there are more. */
bool value_check_count(Operation *operation, const Attribute *attribute,
                       const Json *list);

#endif
