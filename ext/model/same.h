/*
** same.h: when two values of a multi-valued attribute are one and the same.
*/
#ifndef SCIM_SAME_H
#define SCIM_SAME_H

#include "key.h"

typedef struct SameEntry SameEntry;

/* Remembers the keys of texts that it has seen, for as long as the operation
** lasts: one of a list is compared with each that comes. */
typedef struct Same {
  Operation *operation;
  SameEntry *entries; /* a hash table, by the place of the text */
  size_t count, capacity;
} Same;

static inline Same same_new(Operation *operation) {
  return (Same){operation, NULL, 0, 0};
}

/* Are two values of the attribute the same one? They are when their "value" and
** their "type" are, as filters compare them; a type that one of them does not
** have may be any. What has no "value" is the same when it is equal. */
bool same_is(Same *same, const Attribute *attribute, const Json *a,
             const Json *b);

/* The first of the list that is the same, or NULL. */
Json *same_find(Same *same, const Attribute *attribute, const Json *list,
                const Json *element);

/* Moves the members of `later` into the object that is the same: what comes
** later counts. */
void same_merge(Json *object, Json *later);

#endif
