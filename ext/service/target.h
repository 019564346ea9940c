/*
** target.h: what is asked for: the method, the path and the parameters.
*/
#ifndef SCIM_TARGET_H
#define SCIM_TARGET_H

#include "request.h"

/* Cuts the target in its parts. invalidSyntax when the method or the target
** is not to be read at all. */
void target_read(Operation *operation, Target *target, Text method, Text text);

/* Is the method this one (RFC 9110 section 9.1: case matters)? */
bool target_method_is(const Target *target, const char *method);

/* Is it one of the methods that change something (RFC 7644 section 3.2)? POST
** is, even where it only searches. */
bool target_changes(const Target *target);

/* Does a request of this method have a body? */
bool target_has_body(const Target *target);

/* The decoded value of a query parameter, the first of that name, or of the
** member of a SearchRequest (RFC 7644 section 3.4.3), which is a string or a
** number; no text when there is none. One that is not UTF-8, or no such member,
** is an error of the kind, and then no text. */
Text target_parameter(const Request *request, const char *name, ErrorKind kind);

/* Reads what the reply is to show. Before anything is done: what is wrong
** with it must not come to light when a change has been made. */
void target_read_projection(Request *request);

#endif
