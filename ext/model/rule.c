/*
** rule.c: rows of scim_rule as conditions on events.
**
** HOW IT WORKS
**
** A rule is kept in the set of definitions, where its type and the attributes
** of its filter are: so it is read again when any of these changes, and a
** request that finds an empty list has paid one comparison.
**
** SQL checks what it can when a row is written. It cannot parse a filter: that
** is found out here, when the set is read, and is no reason to do without the
** other rules. The reason is kept with the rule, and whoever writes next puts
** it into the row, for people to see (store/outbox.c).
*/
#include "rule.h"

#include <assert.h>

/* What a filter may look at is the document, as it is stored, and groups. The
** rest is no part of it: members are rows, and meta is about to change. */
static void rule_check(Operation *operation, const ResourceType *type,
                       const Filter *filter) {
  const Attribute *others[] = {type->members,
                               schema_attribute(type->first, TEXT("meta"))};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (filter_uses(filter, others[i]))
      error_set(operation, ERROR_INVALID_FILTER,
                "a rule cannot look at '%.*s', which is not in the document",
                TEXT_ARG(others[i]->name));
  }
}

/* The filter is parsed without the other types: a name that only these have
** would make a rule that never fires. */
static void rule_read_filter(Operation *operation, Rule *rule, Text text) {
  if (!text.data || failed(operation)) return;
  rule->filter = filter_parse(operation, rule->type, NULL, text);
  if (!failed(operation)) rule_check(operation, rule->type, rule->filter);
  if (operation->error != ERROR_INVALID_FILTER) return;
  rule->mistake = operation->detail;
  error_clear(operation);
}

/* schema_type finds a type in any case; a rule has to name it as its definition
** does. The position is the place of the rule's answer in the arrays of the
** outbox, which are as long as the list of rules. */
void rule_add(Operation *operation, SchemaSet *set, const RuleRow *row) {
  EventKind event;
  const ResourceType *type = schema_type(set, row->type);
  if (!type || !text_equal(type->name, row->type) ||
      !event_find(row->event, &event))
    return;
  Rule *rule = arena_alloc(&operation->arena, sizeof *rule);
  *rule = (Rule){.number = row->number,
                 .position = rule_count(set),
                 .event = event,
                 .type = type,
                 .kind = row->kind,
                 .once = row->once,
                 .mistake = NO_TEXT,
                 .noted = row->mistake};
  rule_read_filter(operation, rule, row->filter);
  rule->next = set->rules;
  set->rules = rule;
}

bool rule_is_for(const Rule *rule, EventKind event, const ResourceType *type) {
  assert(type);
  return rule->event == event && rule->type == type && !rule->mistake.size;
}

/* The first of the list was added last. */
size_t rule_count(const SchemaSet *set) {
  return set->rules ? set->rules->position + 1 : 0;
}
