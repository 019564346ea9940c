/*
** reply.h: what a reply looks like.
*/
#ifndef SCIM_REPLY_H
#define SCIM_REPLY_H

#include "../model/projection.h"
#include "../store/find.h"
#include "request.h"

/* The projection that the query asks for. */
Projection reply_projection(Request *request, const ResourceType *type);

/* Writes a resource as the projection shows it, references still relative; with
** the groups that its page has told, or (NULL) that are asked for. */
void reply_write(Request *request, const Resource *resource,
                 const Projection *projection, Groups *page, Buffer *buffer);

/* Sets the reply's body; references in it become absolute. */
void reply_set_body(Request *request, int status, Text body);

/* Sets ETag and Location of a resource (RFC 7644 section 3.14). */
void reply_set_headers(Request *request, const Resource *resource);

/* A reply with one whole resource. */
void reply_set_resource(Request *request, int status, const Resource *resource);

/* The numbers of a list, or its cursors: a start of 0 is left out. */
typedef struct ListHead {
  long long total, start, count;
  Text next, previous;
} ListHead;

/* A ListResponse (RFC 7644 section 3.4.2): its beginning, in an empty buffer;
** each resource, with absolute references, between which the caller writes the
** commas; and its end, by which it is the reply. It lies in the buffer as a
** part of what reply_text returns, so that a page is not copied for that. */
void reply_begin_list(Buffer *buffer, const ListHead *head);
void reply_write_listed(Request *request, const Resource *resource,
                        const Projection *projection, Groups *page,
                        Buffer *buffer);
void reply_set_list(Request *request, Buffer *buffer);

/* Turns the operation's error into the reply. */
void reply_set_error(Request *request);

/* The reply as scim_apply returns it: {"status":…,"headers":{…},"body":…},
** the body last, so that a caller can cut it out. */
Text reply_text(Request *request);

#endif
