/*
** match.c: evaluates a filter against a document, or against one element of it.
**
** HOW IT WORKS
**
** The tree is walked from the top. AND, OR and NOT are what they are in logic;
** every comparison is true or false, there is no third value as in SQL. A
** comparison collects the values of its attribute and asks whether any of them
** matches:
**
**   emails.value co "@example.com"      any e-mail
**   emails.type eq "work" and           some e-mail is of work, and some ends
**     emails.value ew "example.com"     so, but not necessarily the same one
**   emails[type eq "work" and           one and the same e-mail
**     value ew "example.com"]
**
** A value path therefore goes on below with an element in place of the document
** (MatchSubject). For an attribute without any value:
**
**   pr false   eq null true   ne true   all others false
**
** so that "not (x eq 1)" and "x ne 1" agree where x is missing, but may differ
** where it has several values, one of them 1.
**
** What is null, an empty list, or not of the attribute's type is no value:
** definitions may change under documents that are stored, and what has no key
** can be in no index either. The planner (store/plan.c) relies on all of this:
** it finds candidates by single values, and never for ne, not and null.
**
** Many terms look at the same value, so its key is made once (memo.c).
**
** One attribute has a value everywhere: an element without "primary" has it as
** false (RFC 7643 section 2.4: "If not specified, the value of "primary" SHALL
** be assumed to be "false""). Only pr and eq null ask for what is specified.
*/
#include "match.h"

#include "../text/contains.h"
#include "budget.h"
#include "document.h"
#include "reference.h"
#include "value.h"

/* What a filter is evaluated against: a document, or one of its elements. */
typedef struct MatchSubject {
  Memo *memo;                 /* keys of values, each made once */
  bool counted;               /* comparisons are steps of the request */
  const Json *doc;            /* NULL: the element */
  const Attribute *attribute; /* of the element */
  const Json *element;
} MatchSubject;

/*
** Keys.
*/
static bool match_text(FilterOperator op, Text text, Text part) {
  assert(filter_is_substring(op));
  if (part.size > text.size) return false;
  if (op == OPERATOR_SW) return text_equal(text_first(text, part.size), part);
  if (op == OPERATOR_EW)
    return text_equal(text_after(text, text.size - part.size), part);
  return contains_part(text, part);
}

/* Is the key to the literal's as the operator says? */
static bool match_key(FilterOperator op, const Key *key, const Key *literal) {
  int order = key_compare(key, literal);
  switch (op) {
  case OPERATOR_EQ:
    return order == 0;
  case OPERATOR_NE:
    return order != 0;
  case OPERATOR_GT:
    return order > 0;
  case OPERATOR_GE:
    return order >= 0;
  case OPERATOR_LT:
    return order < 0;
  case OPERATOR_LE:
    return order <= 0;
  default:
    return match_text(op, key->text, literal->text);
  }
}

/*
** Comparisons.
*/

/* A comparison that goes through values. */
typedef struct Match {
  const MatchSubject *subject;
  const Filter *filter;
  bool any;   /* there was a value */
  bool found; /* and one that matches */
} Match;

/* Has the value the attribute's type? What does not is no value: an index has
** no key for it either. A text that is compared as "" (a tenant may keep those)
** is a value to compare with, but pr asks for a "non-empty" one (RFC 7644
** section 3.4.2.2), and eq null is the contrary of that. */
static bool match_is_value(const Match *match, const Json *value) {
  const Filter *filter = match->filter;
  Key key;
  if (filter->attribute->type == TYPE_COMPLEX)
    return value->type == JSON_OBJECT && value->count > 0;
  bool compares = filter->kind == FILTER_COMPARE && filter->op != OPERATOR_PR;
  if (compares && filter->attribute->type == TYPE_STRING)
    return value->type == JSON_STRING; /* of which the key is a text */
  if (!memo_key(match->subject->memo, filter->attribute, value, &key))
    return false;
  return compares || key.type != KEY_TEXT || key.text.size > 0;
}

/* Does a "$ref" match? It equals what names the same resource, with and without
** the base; parts may be those of either form; and its order is that of what is
** shown. */
static bool match_uri(Operation *operation, const Filter *filter, Text uri) {
  const Attribute *attribute = filter->attribute;
  Text text = reference_relative(operation, attribute, uri);
  Key asked = filter->key, key = key_of_text(operation, attribute, text);
  if (filter->op == OPERATOR_EQ || filter->op == OPERATOR_NE) {
    asked.text = reference_asked_for(operation, attribute, asked.text);
    return match_key(filter->op, &key, &asked);
  }
  if (filter_is_substring(filter->op) && match_key(filter->op, &key, &asked))
    return true;
  key = key_of_text(operation, attribute, reference_shown(operation, uri));
  return match_key(filter->op, &key, &asked);
}

/* The same, of which nothing stays in memory: a PATCH may ask for it a million
** times. */
static bool match_reference(Operation *operation, const Filter *filter,
                            Text uri) {
  ArenaMark mark = arena_mark(&operation->arena);
  bool matches = match_uri(operation, filter, uri);
  arena_release(&operation->arena, mark);
  return matches;
}

/* Does one value match, which is of the attribute's type? For co, sw and ew
** text is compared as it is written, also a dateTime's. */
static bool match_value(const Match *match, const Json *value) {
  const Filter *filter = match->filter;
  Memo *memo = match->subject->memo;
  Key key;
  assert(value->type != JSON_ARRAY && value->type != JSON_NULL);
  if (filter->kind == FILTER_NULL || filter->op == OPERATOR_PR) return true;
  if (reference_has_base(memo->operation, filter->attribute))
    return match_reference(memo->operation, filter, value->text);
  if (filter_is_substring(filter->op)) {
    key = memo_text(memo, filter->attribute, value->text);
  } else if (!memo_key(memo, filter->attribute, value, &key)) {
    return false;
  }
  return match_key(filter->op, &key, &filter->key);
}

/* Takes in one value, or each of a list, also of a list within a list: no type
** has such, but a definition may have been replaced. JSON_DEPTH ends it. */
static void match_each(Match *match, const Json *value) {
  const MatchSubject *subject = match->subject;
  if (!value || match->found || value->type == JSON_NULL) return;
  if (value->type == JSON_ARRAY) {
    JSON_EACH (item, value) match_each(match, item);
    return;
  }
  if (subject->counted &&
      !budget_spend(subject->memo->operation, budget_text(value->text)))
    return;
  if (!match_is_value(match, value)) return;
  match->any = true;
  match->found = match_value(match, value);
}

/* Any value may match; where there is none, ne holds and null is equal. */
static bool match_conclude(const Match *match) {
  assert(match->any || !match->found);
  if (match->filter->kind == FILTER_NULL) return !match->any;
  if (match->filter->op == OPERATOR_NE && !match->any) return true;
  return match->found;
}

/* Is it as if the value were not there? */
static bool match_is_absent(const Json *value) {
  if (!value || value->type == JSON_NULL) return true;
  return value->type == JSON_STRING  ? !value->text.size
         : value->type == JSON_ARRAY ? !value->count
                                     : false;
}

/* A comparison of a sub-attribute with what the element has of it, or else with
** what it is assumed to have. */
static void match_element(Match *match, const Json *element) {
  static const Json assumed = {.type = JSON_FALSE};
  const Filter *filter = match->filter;
  const Json *value = json_member_text(element, filter->attribute->name);
  if (match_is_absent(value) && filter->kind == FILTER_COMPARE &&
      filter->op != OPERATOR_PR && element->type == JSON_OBJECT &&
      schema_is_primary(filter->attribute))
    value = &assumed;
  match_each(match, value);
}

/* A comparison, or eq null, of an attribute of the document. */
static void match_document(Match *match, const Json *doc) {
  const Attribute *attribute = match->filter->attribute;
  const Json *value = resource_value(doc, attribute);
  if (!attribute->parent) {
    match_each(match, value);
  } else if (value && value->type == JSON_ARRAY) {
    JSON_EACH (element, value) match_element(match, element);
  } else if (value) {
    match_element(match, value);
  }
}

/* A comparison of an attribute, whose values are in the document, or of the
** element: then it is a sub-attribute, or the element itself. */
static bool match_attribute(const MatchSubject *subject, const Filter *filter) {
  const Attribute *attribute = filter->attribute;
  const Json *element = subject->element;
  Match match = {subject, filter, false, false};
  assert(filter->kind == FILTER_COMPARE || filter->kind == FILTER_NULL);
  if (subject->doc) {
    match_document(&match, subject->doc);
  } else if (attribute == subject->attribute) { /* "value" of a simple one */
    match_each(&match, element);
  } else {
    assert(attribute->parent == subject->attribute);
    match_element(&match, element);
  }
  return match_conclude(&match);
}

/*
** The tree.
*/
static bool match_filter(const MatchSubject *subject, const Filter *filter);

/* Do all terms match, of an AND, or any, of an OR? The first that decides it is
** the last that is looked at. */
static bool match_terms(const MatchSubject *subject, const Filter *filter) {
  bool all = filter->kind == FILTER_AND;
  FILTER_EACH (term, filter) {
    if (match_filter(subject, term) != all) return !all;
  }
  return all;
}

/* Does one element match the whole of the filter in brackets? A single-valued
** complex attribute is its own element. */
static bool match_value_path(const MatchSubject *subject,
                             const Filter *filter) {
  MatchSubject inner = {.memo = subject->memo,
                        .counted = subject->counted,
                        .attribute = filter->attribute};
  assert(subject->doc); /* there are no brackets within brackets */
  const Json *value = resource_value(subject->doc, filter->attribute);
  if (value && value->type != JSON_ARRAY) {
    inner.element = value;
    return match_filter(&inner, filter->first);
  }
  JSON_EACH (element, value) {
    inner.element = element;
    if (match_filter(&inner, filter->first)) return true;
  }
  return false;
}

/* Recurses as deep as brackets go, which filter.h limits. */
static bool match_filter(const MatchSubject *subject, const Filter *filter) {
  switch (filter->kind) {
  case FILTER_AND:
  case FILTER_OR:
    return match_terms(subject, filter);
  case FILTER_NOT:
    return !match_filter(subject, filter->first);
  case FILTER_VALUE_PATH:
    return match_value_path(subject, filter);
  case FILTER_NOTHING:
    return false;
  default:
    return match_attribute(subject, filter);
  }
}

bool filter_match(Operation *operation, const Filter *filter, const Json *doc) {
  Memo memo = memo_new(operation);
  MatchSubject subject = {.memo = &memo, .doc = doc};
  assert(doc);
  return match_filter(&subject, filter);
}

bool filter_match_element(Operation *operation, const Filter *filter,
                          const Attribute *attribute, const Json *element) {
  Memo memo = memo_new(operation);
  MatchSubject subject = {
      .memo = &memo, .attribute = attribute, .element = element};
  assert(attribute && element);
  return match_filter(&subject, filter);
}

bool filter_match_counted(Memo *memo, const Filter *filter,
                          const Attribute *attribute, const Json *element) {
  MatchSubject subject = {.memo = memo,
                          .counted = true,
                          .attribute = attribute,
                          .element = element};
  assert(attribute && element);
  return match_filter(&subject, filter);
}
