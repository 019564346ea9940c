/*
** former.h: who comes back.
*/
#ifndef SCIM_FORMER_H
#define SCIM_FORMER_H

#include "../model/schema.h"
#include "keys.h"

/* Somebody whom the keys of a document name. */
typedef struct Former {
  Text attribute;     /* by which; no text: nobody */
  long long resource; /* the row of one who is there; 0: it was deleted: */
  Text id;
  long long version; /* the last that it had */
  Text deleted;      /* when */
} Former;

/* Who has, or was the last who had, the userName of the keys, or else their
** externalId. */
Former former_find(Operation *operation, const ResourceType *type,
                   const DocumentKeys *keys);

#endif
