/*
** naming.h: by which name and address people know a resource.
*/
#ifndef SCIM_NAMING_H
#define SCIM_NAMING_H

#include "../text/json.h"

/* The attributes that tell it: which they are is said by SQL. */
typedef struct NamingWords {
  Text name, other_name, addresses;
} NamingWords;

/* Texts of the document; none where it has none. */
typedef struct Naming {
  Text name, called, email;
} Naming;

/* The name of a document is its userName or, in a type other than User, else
** its displayName; what it is called, of whatever type, its userName or else
** its displayName. Its email is the one that is primary, else the first of type
** work, else the first; elements without a value do not count. */
Naming naming_of(const NamingWords *words, Text type, const Json *doc);

#endif
