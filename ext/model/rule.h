/*
** rule.h: which events leave a job in the outbox (rows of scim_rule), compiled
** with the definitions and part of their set.
*/
#ifndef SCIM_RULE_H
#define SCIM_RULE_H

#include "event.h"
#include "match.h"

typedef struct Rule Rule;
struct Rule {
  long long number;         /* of its row */
  size_t position;          /* how many were added before it */
  EventKind event;          /* on which event, */
  const ResourceType *type; /* of which resources, */
  const Filter *filter;     /* … that match; NULL: all of them */
  Text kind;                /* of the jobs */
  bool once;    /* none for whom there has been one of this kind before */
  Text mistake; /* why the filter cannot be read; such a rule does nothing */
  Text noted;   /* what its row says of that */
  Rule *next;
};

/* A row of scim_rule. */
typedef struct RuleRow {
  long long number;
  Text event, type, filter, kind;
  bool once;
  Text mistake;
} RuleRow;

/* Adds a rule in front of those that the set has: the last one comes first. One
** an event or a type that there is not is left out: scim_mistake knows of it
** by itself. One whose filter cannot be read is added with the reason, and no
** error is set. The row's texts must live as long as the set. */
void rule_add(Operation *operation, SchemaSet *set, const RuleRow *row);

/* Is the rule about this event of a resource of the type? Its filter is
** another question. */
bool rule_is_for(const Rule *rule, EventKind event, const ResourceType *type);

/* How many rules there are. */
size_t rule_count(const SchemaSet *set);

#endif
