/*
** outbox.c: which jobs a change leaves, so that they are written with it.
**
** HOW IT WORKS
**
** The change is told as events (model/event.h). Each rule that is about the
** event and the type is asked for its filter, which is evaluated against the
** document as it will be, or of what is deleted as it was. What matches becomes
** an object in change->jobs, and a trigger makes rows of these in the same
** statement (sql/commit/outbox.sql): no change without its jobs, and no job
** without its change.
**
** A group that somebody leaves by being deleted is read for its own rules; no
** other event needs the database. A filter is evaluated once for a rule and a
** resource, however many members come and go.
**
** "once" is SQL's to decide, which sees the jobs that were. But it does not see
** those of the same statement: so two rules of one kind that fire on one person
** are told apart here.
*/
#include "outbox.h"

#include <assert.h>

#include "../model/rule.h"
#include "definitions.h"
#include "find.h"
#include "members.h"

/* What a rule's filter says of a resource. */
typedef enum OutboxAnswer {
  ANSWER_UNKNOWN,
  ANSWER_YES,
  ANSWER_NO
} OutboxAnswer;

/* A resource that events are about. */
typedef struct OutboxSubject {
  const ResourceType *type;
  Text id;
  const Json *doc;       /* as it is stored, or is going to be */
  Json *grouped;         /* the same with groups, once it was asked for */
  OutboxAnswer *answers; /* by the positions of rules */
} OutboxSubject;

typedef struct Outbox {
  Operation *operation;
  const Change *change;
  Buffer jobs;      /* "[{…},{…}", empty for none */
  bool *fired;      /* by position: the rules that the latest event has, or */
  const Event *who; /* an earlier one about the same resource and member */
} Outbox;

/*
** Filters.
*/

/* The document that the filter is asked about. Groups are those of the moment:
** an update of a document and a deletion find all of them. */
static const Json *outbox_document(Outbox *outbox, OutboxSubject *subject,
                                   const Filter *filter) {
  Operation *operation = outbox->operation;
  const Attribute *groups = subject->type->groups;
  if (!filter_uses(filter, groups)) return subject->doc;
  if (subject->grouped) return subject->grouped;
  Json *list = members_groups(operation, subject->id);
  subject->grouped = json_copy(&operation->arena, subject->doc);
  if (list) json_put_text(subject->grouped, groups->name, list);
  return subject->grouped;
}

/* Does the resource match the rule's filter? Evaluated once and noted: a change
** of a group may be 100,000 events, one for each member, all of them about the
** same document. */
static bool outbox_matches(Outbox *outbox, const Rule *rule,
                           OutboxSubject *subject) {
  OutboxAnswer *answer = &subject->answers[rule->position];
  if (!rule->filter) return true;
  if (*answer == ANSWER_UNKNOWN)
    *answer = filter_match(outbox->operation, rule->filter,
                           outbox_document(outbox, subject, rule->filter))
                  ? ANSWER_YES
                  : ANSWER_NO;
  return *answer == ANSWER_YES;
}

/*
** Jobs.
*/

/* What a worker needs to know: the document, or the member as it was sent. */
static void outbox_write_payload(Outbox *outbox, const Event *event) {
  Buffer *jobs = &outbox->jobs;
  buffer_string(jobs, ",\"payload\":");
  if (event->entry) {
    json_write(jobs, event->entry);
  } else if (event->member.size) {
    buffer_string(jobs, "{\"value\":");
    buffer_json_string(jobs, event->member);
    buffer_char(jobs, '}');
  } else {
    buffer_add(jobs, event->kind == EVENT_DELETED ? outbox->change->before
                                                  : outbox->change->doc);
  }
}

/* The object that sql/commit/outbox.sql takes apart. */
static void outbox_write(Outbox *outbox, const Rule *rule, const Event *event,
                         const OutboxSubject *subject) {
  Buffer *jobs = &outbox->jobs;
  buffer_string(jobs, jobs->size ? ",{\"type\":" : "[{\"type\":");
  buffer_json_string(jobs, subject->type->name);
  buffer_string(jobs, ",\"id\":");
  buffer_json_string(jobs, subject->id);
  buffer_string(jobs, ",\"event\":");
  buffer_json_string(jobs, text_of(event_name(event->kind)));
  buffer_string(jobs, ",\"kind\":");
  buffer_json_string(jobs, rule->kind);
  buffer_string(jobs, rule->once ? ",\"once\":true" : ",\"once\":false");
  if (event->member.size) {
    buffer_string(jobs, ",\"member\":");
    buffer_json_string(jobs, event->member);
  }
  outbox_write_payload(outbox, event);
  buffer_char(jobs, '}');
}

/* Has another rule of this kind left a job for the same person? */
static bool outbox_has_kind(const Outbox *outbox, Text kind) {
  const SchemaSet *set = outbox->operation->schemas;
  for (const Rule *rule = set->rules; rule; rule = rule->next)
    if (outbox->fired[rule->position] && text_equal(rule->kind, kind))
      return true;
  return false;
}

/* Events about the same resource and member come one after the other. */
static void outbox_begin_event(Outbox *outbox, const Event *event) {
  const Event *who = outbox->who;
  if (!who || !text_equal(who->group, event->group) ||
      !text_equal(who->member, event->member))
    memset(outbox->fired, 0, rule_count(outbox->operation->schemas));
  outbox->who = event;
}

/* Adds a job for each rule that fires. A rule with "once" does not when another
** of its kind has for the same person. The filter is evaluated last, because it
** costs the most. */
static void outbox_add_event(Outbox *outbox, const Event *event,
                             OutboxSubject *subject) {
  const SchemaSet *set = outbox->operation->schemas;
  outbox_begin_event(outbox, event);
  for (const Rule *rule = set->rules; rule; rule = rule->next) {
    if (!rule_is_for(rule, event->kind, subject->type) ||
        (rule->once && outbox_has_kind(outbox, rule->kind)) ||
        !outbox_matches(outbox, rule, subject))
      continue;
    outbox_write(outbox, rule, event, subject);
    outbox->fired[rule->position] = true;
  }
}

/*
** Groups that somebody leaves.
*/

/* Does any rule ask for members that are removed? */
static bool outbox_wants_removals(const SchemaSet *set) {
  for (const Rule *rule = set->rules; rule; rule = rule->next)
    if (rule->event == EVENT_MEMBER_REMOVED) return true;
  return false;
}

static OutboxAnswer *outbox_new_answers(Operation *operation) {
  return arena_array(&operation->arena, rule_count(operation->schemas),
                     sizeof(OutboxAnswer));
}

/* The event is the group's, by its own type and document. */
static void outbox_add_left(Outbox *outbox, const Event *event) {
  Operation *operation = outbox->operation;
  Resource group;
  if (!outbox_wants_removals(operation->schemas) ||
      !find_by_id(operation, NULL, event->group, &group))
    return;
  OutboxSubject subject = {.type = group.type,
                           .id = group.id,
                           .doc = find_stored(operation, &group),
                           .answers = outbox_new_answers(operation)};
  if (!failed(operation)) outbox_add_event(outbox, event, &subject);
}

/*
** A change.
*/

/* A list that the change has as text, for SQL; NULL for none. */
static const Json *outbox_list(Operation *operation, Text text) {
  if (!text.size) return NULL;
  return error_parse(operation, text, "a list of members");
}

/* Who is new to the directory is not new to a platform that had them before:
** change->existed leaves "created" out, and nothing else. */
static void outbox_tell(Outbox *outbox, const EventList *events,
                        OutboxSubject *own) {
  for (size_t i = 0; i < events->count && !failed(outbox->operation); i++) {
    const Event *event = &events->items[i];
    if (event->kind == EVENT_CREATED && outbox->change->existed) continue;
    if (event->group.size)
      outbox_add_left(outbox, event);
    else
      outbox_add_event(outbox, event, own);
  }
  if (outbox->jobs.size) buffer_char(&outbox->jobs, ']');
}

/* Filters are evaluated against the document as it will be, or of what is
** deleted as it was. */
void outbox_add_jobs(Operation *operation, const ResourceType *type,
                     Change *change) {
  if (failed(operation) || !operation->schemas->rules) return;
  const Json *old = change->former, *new = change->content;
  EventSource source = {.id = change->id,
                        .old = old,
                        .new = new,
                        .added = outbox_list(operation, change->member_add),
                        .removed = outbox_list(operation, change->member_drop),
                        .left = outbox_list(operation, change->groups_left)};
  OutboxSubject own = {.type = type,
                       .id = change->id,
                       .doc = new ? new : old,
                       .answers = outbox_new_answers(operation)};
  Outbox outbox = {.operation = operation,
                   .change = change,
                   .jobs = buffer_new(&operation->arena),
                   .fired = arena_array(&operation->arena,
                                        rule_count(operation->schemas), 1)};
  assert(own.doc);
  EventList events = event_list(operation, &source);
  outbox_tell(&outbox, &events, &own);
  change->jobs = buffer_text(&outbox.jobs);
}

/*
** Mistakes of rules.
*/
static void outbox_note(Operation *operation, const Rule *rule) {
  Arena *arena = &operation->arena;
  Json *data = json_new(arena, JSON_OBJECT);
  json_put(data, "rule", json_integer(arena, rule->number));
  json_put_string(arena, data, "mistake", rule->mistake);
  Work work = {.action = "rule", .data = json_text(arena, data)};
  commit_work(operation, &work);
}

/* A mistake is written once, and taken out again when its filter can be read:
** only a row that says something else than the rule is changed. */
void outbox_check_rules(Operation *operation) {
  bool noted = false;
  if (failed(operation)) return;
  const Rule *rule = operation->schemas->rules;
  for (; rule && !failed(operation); rule = rule->next) {
    if (text_equal(rule->mistake, rule->noted)) continue;
    outbox_note(operation, rule);
    noted = true;
  }
  if (noted) definitions_require(operation);
}
