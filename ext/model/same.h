/*
** same.h: when two values of a multi-valued attribute are one and the same.
*/
#ifndef SCIM_SAME_H
#define SCIM_SAME_H

#include "../text/bag.h"
#include "memo.h"

/* Are two values of the attribute the same one? They are when their "value" and
** their "type" are, as filters compare them; a type that one of them does not
** have may be any. What has no "value" is the same when it is equal. */
bool same_is(Memo *memo, const Attribute *attribute, const Json *a,
             const Json *b);

/* Moves the members of `later` into the object that is the same: what comes
** later counts. */
void same_merge(Json *object, Json *later);

/* A list in which values are looked for. It knows what was in the list when it
** was made and what was added by it; it is to be made anew when anything else
** was added, taken out or given another value. Each comparison is a step of the
** request's budget. */
typedef struct SameList {
  Memo *memo;
  const Attribute *attribute;
  Json *list;
  Bag known; /* its elements, unless they are few */
} SameList;

static inline SameList same_list(Memo *memo, const Attribute *attribute,
                                 Json *list) {
  return (SameList){memo, attribute, list, bag_new(&memo->operation->arena)};
}

/* Makes it anew, for the same list or another, in the same memory. */
void same_again(SameList *values, const Attribute *attribute, Json *list);

/* The first of the list that is the same, or NULL. */
Json *same_find(SameList *values, const Json *element);

/* Puts an element at the end of the list. */
void same_append(SameList *values, Json *element);

#endif
