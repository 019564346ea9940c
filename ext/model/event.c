/*
** event.c: the events of a change.
**
** HOW IT WORKS
**
** Three things are looked at, each by itself: the documents before and after,
** the members that come and go, and the groups that a deleted resource leaves.
**
**   no document, then one    created
**   two that differ          updated; activated or deactivated besides, when
**                            `active` turns
**   one, then none           deleted
**
** Inactive is a document in which active is false. One that says nothing of it
** is active: an IdP that never sends the attribute has no inactive people, and
** one that takes it away wants somebody back.
**
** The same is said in SQL by sql/views/change.sql, from the merge patches of
** the log. A rule (rule.h) goes by what is said here, a reader by what is said
** there; tests/store/outbox_test.c holds them against each other.
*/
#include "event.h"

#include <assert.h>

static const char *const event_names[] = {
    [EVENT_CREATED] = "created",
    [EVENT_UPDATED] = "updated",
    [EVENT_ACTIVATED] = "activated",
    [EVENT_DEACTIVATED] = "deactivated",
    [EVENT_DELETED] = "deleted",
    [EVENT_MEMBER_ADDED] = "member_added",
    [EVENT_MEMBER_REMOVED] = "member_removed",
};

const char *event_name(EventKind kind) { return event_names[kind]; }

bool event_find(Text name, EventKind *kind) {
  for (size_t i = 0; i < sizeof event_names / sizeof *event_names; i++) {
    if (!text_equal(name, text_of(event_names[i]))) continue;
    *kind = (EventKind)i;
    return true;
  }
  return false;
}

/* An event more in the list, about the resource itself and no member. */
static Event *event_add(Operation *operation, EventList *list, EventKind kind) {
  list->items = arena_more(&operation->arena, list->items, list->count,
                           &list->capacity, sizeof *list->items);
  Event *event = &list->items[list->count++];
  *event = (Event){.kind = kind, .group = NO_TEXT, .member = NO_TEXT};
  return event;
}

/* In the spelling of documents: SQL finds it by '$.active', where the case of a
** letter counts. */
bool event_is_inactive(const Json *doc) {
  JSON_EACH (member, doc) {
    if (text_equal(member->name, TEXT("active")))
      return member->type == JSON_FALSE;
  }
  return false;
}

/* What became of the document. A difference is what the log keeps as one. */
static void event_add_document(Operation *operation, const EventSource *source,
                               EventList *list) {
  const Json *old = source->old, *new = source->new;
  if (!old || !new) {
    event_add(operation, list, new ? EVENT_CREATED : EVENT_DELETED);
    return;
  }
  if (!json_difference(&operation->arena, old, new)) return;
  event_add(operation, list, EVENT_UPDATED);
  if (event_is_inactive(old) != event_is_inactive(new))
    event_add(operation, list,
              event_is_inactive(new) ? EVENT_DEACTIVATED : EVENT_ACTIVATED);
}

/* Who goes, then who comes. */
static void event_add_members(Operation *operation, const EventSource *source,
                              EventList *list) {
  JSON_EACH (id, source->removed) {
    event_add(operation, list, EVENT_MEMBER_REMOVED)->member = id->text;
  }
  JSON_EACH (entry, source->added) {
    Event *event = event_add(operation, list, EVENT_MEMBER_ADDED);
    event->member = json_member_string(entry, "value");
    event->entry = entry;
  }
}

/* A deleted resource is removed from each of its groups: events of these. */
static void event_add_left(Operation *operation, const EventSource *source,
                           EventList *list) {
  JSON_EACH (group, source->left) {
    Event *event = event_add(operation, list, EVENT_MEMBER_REMOVED);
    event->group = group->text;
    event->member = source->id;
  }
}

EventList event_list(Operation *operation, const EventSource *source) {
  EventList list = {0};
  assert(source->old || source->new);
  if (source->new) event_add_document(operation, source, &list);
  event_add_left(operation, source, &list);
  event_add_members(operation, source, &list);
  if (!source->new) event_add_document(operation, source, &list);
  return list;
}
