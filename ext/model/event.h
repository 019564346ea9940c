/*
** event.h: what a change of a resource is, as typed events: those of the view
** scim_change, which says the same of the log in SQL.
*/
#ifndef SCIM_EVENT_H
#define SCIM_EVENT_H

#include "../text/json.h"
#include "../text/operation.h"

typedef enum EventKind {
  EVENT_CREATED,
  EVENT_UPDATED,
  EVENT_ACTIVATED,
  EVENT_DEACTIVATED,
  EVENT_DELETED,
  EVENT_MEMBER_ADDED,
  EVENT_MEMBER_REMOVED
} EventKind;

/* "created", "member_added", … */
const char *event_name(EventKind kind);

/* The kind of this name, in this spelling. False when there is none. */
bool event_find(Text name, EventKind *kind);

/* What a request does to one resource. */
typedef struct EventSource {
  Text id;             /* of the resource */
  const Json *old;     /* its document, NULL for a create, */
  const Json *new;     /* … and from now on, NULL for a delete */
  const Json *added;   /* members of a group: objects with a "value", */
  const Json *removed; /* … and ids of those who go; NULL for none */
  const Json *left;    /* by a delete: ids of the groups it was in, or NULL */
} EventSource;

typedef struct Event {
  EventKind kind;
  Text group;        /* the group that it is about, if that is one which the
                        resource leaves; no text: the resource itself */
  Text member;       /* of a member event: the id */
  const Json *entry; /* of a member who is added: the object, else NULL */
} Event;

typedef struct EventList {
  Event *items;
  size_t count, capacity;
} EventList;

/* The events, in the order in which the triggers of an application see them:
** what happens to the document, then to the members; of a delete the other way
** round. The list and its texts live as long as the operation's arena and the
** source. */
EventList event_list(Operation *operation, const EventSource *source);

/* Does the document say that it is inactive? One that says nothing does not,
** nor does none (NULL). */
bool event_is_inactive(const Json *doc);

#endif
