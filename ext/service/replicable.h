/*
** replicable.h: what to send instead of a request to an engine that runs it on
** several machines and keeps its text.
*/
#ifndef SCIM_REPLICABLE_H
#define SCIM_REPLICABLE_H

#include "request.h"

/* An object, as JSON: "options", and where they have to be others "target" and
** "body"; the "place" without which the body must not be sent; and "secret" and
** "digest" of what the reply is to tell (README.md). Asks no
** database. Options that are no JSON object are an error. */
Text replicable_request(Operation *operation, Text method, Text target,
                        Text body, Text options);

#endif
