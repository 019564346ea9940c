/*
** caller.h: who asks, and what the tenant allows.
*/
#ifndef SCIM_CALLER_H
#define SCIM_CALLER_H

#include "request.h"

/* Fills in what the options have left out, and checks what they have not. */
void caller_read(Operation *operation, Caller *caller, const Json *options);

/* Finds out who asks: a caller without authorization is trusted, since it has
** the file anyway; any other is whom its token stands for. Unauthorized when
** that is not valid, or the URL names another tenant. */
void caller_identify(Operation *operation, Caller *caller);

/* Leaves a caller who has sent no token unknown: of no tenant, without rights,
** and with the base of URLs that the options say. */
void caller_stay_unknown(Operation *operation, Caller *caller);

/* Is the tenant that of the URL by which the request came, if that names one?
 */
bool caller_is_at_home(Operation *operation, const Caller *caller, Text tenant);

/* Why the tenant takes no requests of IdPs, or of anybody, for people; NULL
** while it does. */
const char *caller_refusal(const Tenant *tenant, bool trusted);

/* Finds the tenant, whose resources the operation reads and changes from then
** on, and how strict it wants to be. Not found when there is none, Forbidden
** when it takes no requests. */
void caller_authorise(Operation *operation, Caller *caller);

/* Forbidden, with the scope that is missing, when the token's do not allow what
** the target asks for, which has been routed. For who may not read that, the
** operation is STRICT_SILENT. */
void caller_check_scope(Operation *operation, const Caller *caller,
                        const Target *target);

/* May resources of the type be shown to the caller? */
bool caller_may_read(const Caller *caller, const ResourceType *type);

/* Numbers that a tenant's settings may change; what is no number, or out of
** bounds, does not count. */
typedef enum Limit {
  LIMIT_PAGE_MAX,
  LIMIT_PAGE_DEFAULT,
  LIMIT_BODY,
  LIMIT_VALUES,
  LIMIT_GROUP_REPLY,
  LIMIT_BULK_OPERATIONS,
  LIMIT_JOINED
} Limit;

long long caller_limit(const Caller *caller, Limit limit);

#endif
