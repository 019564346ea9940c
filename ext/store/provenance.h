/*
** provenance.h: who has set what a resource holds.
*/
#ifndef SCIM_PROVENANCE_H
#define SCIM_PROVENANCE_H

#include "../text/operation.h"

/* One value that a resource has now, and the request that set it last. */
typedef struct Origin {
  Text attribute, value;
  bool flag;     /* a boolean, whose value is 1 or 0 */
  long long seq; /* of scim_log; 0: older than the log */
  Text time;     /* then the horizon; no text where the log was cut by hand */
  long long token;
  Text label, idp; /* no text for none */
} Origin;

typedef struct OriginList {
  Origin *items;
  long long count;
} OriginList;

/* The values of a resource of the operation's tenant, in the order of their
** attributes; none where there is no such resource. */
OriginList provenance_of(Operation *operation, Text id);

#endif
