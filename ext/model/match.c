#include "match.h"

#include "resource.h"

static bool contains(Text text, Text part) {
  for (size_t i = 0; i + part.size <= text.size; i++)
    if (text_equal(text_first(text_after(text, i), part.size), part))
      return true;
  return false;
}

static bool match_text(FilterOperator relation, Text text, Text part) {
  if (part.size > text.size) return false;
  if (relation == OPERATOR_SW)
    return text_equal(text_first(text, part.size), part);
  if (relation == OPERATOR_EW)
    return text_equal(text_after(text, text.size - part.size), part);
  return contains(text, part);
}

static bool match_key(FilterOperator relation, const Key *key,
                      const Key *literal) {
  int order = key_compare(key, literal);
  switch (relation) {
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
    return match_text(relation, key->text, literal->text);
  }
}

/* Has the value the attribute's type? What does not is no value: an index has
** no key for it either. */
static bool is_value(Operation *operation, const Attribute *attribute,
                     const Json *value) {
  Key key;
  if (attribute->type == TYPE_COMPLEX) return value->type == JSON_OBJECT;
  return key_of(operation, attribute, value, &key);
}

/* One value, which is not an array. */
static bool match_value(Operation *operation, const Filter *filter,
                        const Json *value) {
  Key key;
  if (filter->kind == FILTER_NULL || filter->relation == OPERATOR_PR)
    return true;
  if (filter_is_substring(filter->relation)) {
    key = key_of_text(operation, filter->attribute, value->text);
  } else if (!key_of(operation, filter->attribute, value, &key)) {
    return false;
  }
  return match_key(filter->relation, &key, &filter->key);
}

typedef struct Match {
  Operation *operation;
  const Filter *filter;
  bool any;   /* there was a value */
  bool found; /* and one that matches */
} Match;

static void match_each(Match *match, const Json *value) {
  if (!value || match->found || value_is_unset(value)) return;
  if (value->type == JSON_ARRAY) {
    JSON_EACH (item, value) match_each(match, item);
    return;
  }
  if (!is_value(match->operation, match->filter->attribute, value)) return;
  match->any = true;
  match->found = match_value(match->operation, match->filter, value);
}

/* Any value may match; where there is none, ne holds and null is equal. */
static bool conclude(const Match *match) {
  if (match->filter->kind == FILTER_NULL) return !match->any;
  if (match->filter->relation == OPERATOR_NE && !match->any) return true;
  return match->found;
}

static bool match_attribute(Operation *operation, const Filter *filter,
                            const Json *doc) {
  const Attribute *attribute = filter->attribute;
  Match match = {operation, filter, false, false};
  const Json *value = resource_value(doc, attribute);
  if (!attribute->parent) {
    match_each(&match, value);
  } else if (value && value->type == JSON_ARRAY) {
    JSON_EACH (element, value) {
      match_each(&match, json_member_text(element, attribute->name));
    }
  } else if (value) {
    match_each(&match, json_member_text(value, attribute->name));
  }
  return conclude(&match);
}

bool filter_match(Operation *operation, const Filter *filter, const Json *doc) {
  switch (filter->kind) {
  case FILTER_AND:
    return filter_match(operation, filter->left, doc) &&
           filter_match(operation, filter->right, doc);
  case FILTER_OR:
    return filter_match(operation, filter->left, doc) ||
           filter_match(operation, filter->right, doc);
  case FILTER_NOT:
    return !filter_match(operation, filter->left, doc);
  case FILTER_VALUE_PATH:
    break;
  default:
    return match_attribute(operation, filter, doc);
  }
  const Json *value = resource_value(doc, filter->attribute);
  if (value && value->type != JSON_ARRAY)
    return filter_match_element(operation, filter->left, filter->attribute,
                                value);
  JSON_EACH (element, value) {
    if (filter_match_element(operation, filter->left, filter->attribute,
                             element))
      return true;
  }
  return false;
}

bool filter_match_element(Operation *operation, const Filter *filter,
                          const Attribute *attribute, const Json *element) {
  Match match = {operation, filter, false, false};
  switch (filter->kind) {
  case FILTER_AND:
    return filter_match_element(operation, filter->left, attribute, element) &&
           filter_match_element(operation, filter->right, attribute, element);
  case FILTER_OR:
    return filter_match_element(operation, filter->left, attribute, element) ||
           filter_match_element(operation, filter->right, attribute, element);
  case FILTER_NOT:
    return !filter_match_element(operation, filter->left, attribute, element);
  default:
    match_each(&match,
               filter->attribute == attribute
                   ? element
                   : json_member_text(element, filter->attribute->name));
    return conclude(&match);
  }
}
