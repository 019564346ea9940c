/*
** handle.h: from what scim_apply was given to the reply.
*/
#ifndef SCIM_HANDLE_H
#define SCIM_HANDLE_H

#include "request.h"

/* A request from its method, target, body and options (an object as in
** README.md, or NULL), in the operation's arena. What is wrong with them is
** the operation's error; handle_run makes a reply of it. */
Request *handle_new(Operation *operation, Text method, Text target, Text body,
                    const Json *options);

/* The same with the options as text, or no text: those of a caller who has
** asked before need not be read (known.h). */
Request *handle_new_as_text(Operation *operation, Text method, Text target,
                            Text body, Text options);

/* A request as part of another: of the same caller, at the same time, within
** the same transaction, with a body that is parsed already. */
Request *handle_part_new(const Request *outer, Text method, Text target,
                         Json *json, Text if_match, Text new_id, Text name);

/* Handles it. Afterwards the operation has failed only if the database has:
** a SCIM error is a reply. */
void handle_run(Request *request);

/* Handles a request within another. Its error stays set, and is logged. */
void handle_part_run(Request *request);

#endif
