/*
** rehire.h: who comes back: the setting `rehire`.
*/
#ifndef SCIM_REHIRE_H
#define SCIM_REHIRE_H

#include "../store/find.h"
#include "../store/former.h"
#include "request.h"

typedef struct Rehire {
  Text attribute;    /* by which they are known; no text: nobody came back */
  bool is_there;     /* inactive, or else deleted: */
  Resource resource; /* the one who is inactive */
  Former former;     /* the one who was deleted */
} Rehire;

/* Whom the content of a create names, if the tenant wants to know: one who is
** inactive or deleted, by userName or else by externalId. Uniqueness when the
** tenant refuses them. */
Rehire rehire_find(Request *request, const Json *content);

/* Activates the one who is there, with the content in place of what is stored,
** and replies. */
void rehire_revive(Request *request, Rehire *rehire, Json *content);

#endif
