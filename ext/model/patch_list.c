/*
** patch_list.c: PATCH of multi-valued attributes: whole lists, and the elements
** that a value path selects.
**
** HOW IT WORKS
**
** A whole list: add appends what is not there yet, replace sets, remove without
** a value takes all. Remove with a value (Entra ID and others send a list of
** what is to go) takes only what is listed: by RFC 7644 section 3.5.2.2 all
** would go, but no client that lists values means that.
**
** Elements: those that match the filter of the path, or all of them where the
** path has a sub-attribute and no filter (emails.type). An element that has
** lost its value is none and goes, unless the tenant wants the letter of the
** RFC. Where nothing matches, Entra ID expects replace to make the element:
** emails[type eq "work"].value of a user without e-mail makes {type: work,
** value: …}, out of the filter's eq terms. With `unmatched_value_path` strict
** that is noTarget, as RFC 7644 section 3.5.2.3 has it, and so is, whatever the
** tenant wants, a sub-attribute of a member whom the group does not have: to
** name somebody must not let him in.
**
** A list has at most 1,000 values (VALUE_COUNT), but members when they are in
** the document, and a request has up to PATCH_OPERATIONS operations and as many
** values for lists. So values are looked for by a hash (same.c), elements go in
** one step, and whatever takes time with each operation and element is a step
** of the request's budget (budget.h).
*/

#include "budget.h"
#include "match.h"
#include "patch.h"
#include "patch_step.h"
#include "reference.h"

/* What it costs to change an element, which takes memory too. */
#define PATCH_ELEMENT_STEPS 8

/*
** Lists.
*/

bool patch_count_values(PatchStep *step, const Json *values) {
  Patch *patch = step->patch;
  if (values) patch->values += values->count;
  if (patch->values > patch->most)
    error_set(patch->operation, ERROR_INVALID_VALUE,
              "the operations have more than %d values for lists",
              (int)patch->most);
  return !failed(patch->operation);
}

/* The list as one in which values are found. That of a top-level attribute is
** kept for the operations that follow and add to it as well (patch.c): a group
** of 100,000 members is not gone through for each of them. */
static SameList *patch_list_known(PatchStep *step, const Attribute *attribute,
                                  Json *list, SameList *fresh) {
  SameList *known = &step->patch->added;
  if (attribute->parent) {
    *fresh = same_list(&step->patch->memo, attribute, list);
    return fresh;
  }
  if (known->list != list) same_again(known, attribute, list);
  return known;
}

/* A member has one type, as his row has: the first that is said (members.c). */
static void patch_keep_type(const Json *member, Json *later) {
  Json *type = json_member(later, "type");
  if (type && json_member(member, "type")) json_remove(later, type);
}

/* The values become elements of the list, without being copied: they were read
** for that. The limit is asked for after each, because a merge adds none. */
void patch_add_values(PatchStep *step, const Attribute *attribute, Json *list,
                      Json *values) {
  SameList fresh;
  SameList *known = patch_list_known(step, attribute, list, &fresh);
  for (Json *element = values->first, *next; element; element = next) {
    next = element->next;
    Json *same = same_find(known, element);
    if (!same) {
      same_append(known, element);
    } else if (element->type == JSON_OBJECT) {
      if (attribute->kept_as_rows) patch_keep_type(same, element);
      patch_merge(step, attribute, same, element, element);
    }
    if (!value_check_count(step->patch->operation, attribute, list)) return;
  }
}

/* Each element of the list is looked for among those that are to go. */
void patch_remove_values(PatchStep *step, const Attribute *attribute,
                         Json *list, Json *listed) {
  SameList gone = same_list(&step->patch->memo, attribute, listed);
  Json *before = NULL, *next;
  for (Json *element = list ? list->first : NULL; element; element = next) {
    next = element->next;
    if (same_find(&gone, element))
      json_remove_behind(list, before, element);
    else
      before = element;
    if (failed(step->patch->operation)) return;
  }
}

/* They may be in an object under the name of the attribute. Unknown names are
** no values, nor is what nobody keeps: a success that takes nothing away would
** tell a client that they are gone. */
Json *patch_read_listed(PatchStep *step, const Attribute *attribute) {
  Operation *operation = step->patch->operation;
  const Json *inner = json_member_text(step->value, attribute->name);
  bool within = inner && inner->type == JSON_ARRAY;
  Json *read = value_read(operation, attribute, within ? inner : step->value);
  if (!failed(operation) && (!read || patch_lists_nothing(read)))
    error_set(operation, ERROR_INVALID_VALUE,
              "the remove of '%.*s' has a value that lists nothing",
              TEXT_ARG(attribute->path));
  return read;
}

const Json *patch_unwrap(const PatchStep *step, const Json *value) {
  bool one = value->type == JSON_ARRAY && value->count == 1 &&
             !(step->patch->operation->strict & STRICT_SHAPES);
  return one ? value->first : value;
}

/* The list in the document, or NULL. A document given to scim_patch may have
** anything else in its place, which has no elements. */
static Json *patch_list_in(const PatchStep *step) {
  Json *list = resource_value(step->patch->doc, step->path.attribute);
  return list && list->type == JSON_ARRAY ? list : NULL;
}

/* The same, made when there is none, in place of whatever else is there. */
static Json *patch_list_open(PatchStep *step) {
  Json *list = patch_list_in(step);
  if (list) return list;
  list = json_new(patch_arena(step), JSON_ARRAY);
  resource_set(step->patch->operation, step->patch->doc, step->path.attribute,
               list);
  return list;
}

/* The list of members with each once, as they become rows. */
static Json *patch_members_once(PatchStep *step, Json *read) {
  Json *list = json_new(patch_arena(step), JSON_ARRAY);
  patch_add_values(step, step->path.attribute, list, read);
  return list;
}

/* A list in place of another. One of which nothing could be read although it
** takes nothing away either ({}, or unknown names only) must not empty the
** list: 200 would be the answer to a client that has lost everything. */
static void patch_list_replace(PatchStep *step, Json *read) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  if (!read && !value_clears(operation, attribute, step->value))
    error_set(operation, ERROR_INVALID_VALUE,
              "the value of '%.*s' has nothing to replace its values with",
              TEXT_ARG(attribute->path));
  else if (read && attribute->kept_as_rows)
    resource_set(operation, step->patch->doc, attribute,
                 patch_members_once(step, read));
  else
    resource_set(operation, step->patch->doc, attribute, read);
}

/* Remove counts its values too: each is looked for in the whole list. */
void patch_list(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  assert(attribute->multi_valued && !step->path.sub && !step->path.filter);
  Operation *operation = step->patch->operation;
  Json *doc = step->patch->doc;
  bool remove = step->action == PATCH_REMOVE;
  if (remove && !patch_has_value(step)) {
    resource_set(operation, doc, attribute, NULL);
    return;
  }
  Json *read = remove ? patch_read_listed(step, attribute)
                      : value_read(operation, attribute, step->value);
  if (!patch_count_values(step, read)) return;
  if (remove) {
    patch_remove_values(step, attribute, patch_list_in(step), read);
  } else if (step->action == PATCH_REPLACE) {
    patch_list_replace(step, read);
  } else if (read) {
    patch_add_values(step, attribute, patch_list_open(step), read);
  }
}

/*
** Elements that a value path selects.
*/

/* Moves those members of `other` into the element that it has not. */
static void patch_fill(Json *element, Json *other) {
  for (Json *member = other->first, *next; member; member = next) {
    next = member->next;
    if (!json_member_text(element, member->name))
      json_put_text(element, member->name, member);
  }
}

/* Puts a term's value into an element that is to match it; what it has stays. A
** "$ref" is read as if it had been sent alone: it says the value. */
static void patch_element_fill_term(PatchStep *step, const Attribute *sub,
                                    const Json *literal, Json *element) {
  Operation *operation = step->patch->operation;
  if (!patch_is_ref(step, sub)) {
    Json *value = value_read(operation, sub, literal);
    if (value && !json_member_text(element, sub->name))
      json_put_text(element, sub->name, value);
    return;
  }
  Json *sent = json_new(patch_arena(step), JSON_OBJECT);
  json_put_text(sent, sub->name, json_copy(patch_arena(step), literal));
  Json *read = value_read_element(operation, step->path.attribute, sent);
  if (read) patch_fill(element, read);
}

/* The filter's eq terms. False when it has others, or asks for what is not a
** client's to set: then no element can be made that is sure to match. */
static bool patch_element_fill(PatchStep *step, const Filter *filter,
                               Json *element) {
  if (filter->kind == FILTER_AND) {
    FILTER_EACH (term, filter) {
      if (!patch_element_fill(step, term, element)) return false;
    }
    return true;
  }
  const Attribute *sub = filter->attribute;
  if (filter->kind != FILTER_COMPARE || filter->op != OPERATOR_EQ ||
      sub == step->path.attribute || sub->mutability == MUTABILITY_READ_ONLY)
    return false;
  patch_element_fill_term(step, sub, filter->literal, element);
  return true;
}

/* An element without its value is none, unless the tenant goes by the letter
** of RFC 7644 section 3.5.2.2. A value that is immutable stays, as that of a
** member is (RFC 7643 section 8.7.1), though the element may be removed. */
static bool patch_element_change_sub(PatchStep *step, Json *element) {
  const Attribute *sub = step->path.sub;
  Operation *operation = step->patch->operation;
  Json *read = patch_read_sub(step);
  patch_check_sub(step, element);
  if (failed(operation)) return true;
  bool is_value = sub == schema_value(step->path.attribute);
  bool immutable = sub->mutability == MUTABILITY_IMMUTABLE &&
                   json_member_text(element, sub->name);
  if (!read && is_value && !immutable && !(operation->strict & STRICT_TARGETS))
    return false;
  patch_change_sub(step, element);
  return patch_has_content(step->path.attribute, element);
}

/* Makes the value an object without members, where it is. */
static void patch_empty(Json *value) {
  value->type = JSON_OBJECT;
  value->text = NO_TEXT;
  value->first = value->last = NULL;
  value->count = 0;
}

/* The same, but for what is immutable. */
static void patch_element_empty(const Attribute *attribute, Json *element) {
  if (element->type != JSON_OBJECT) patch_empty(element);
  for (Json *member = element->first, *next; member; member = next) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    next = member->next;
    if (!sub || sub->mutability != MUTABILITY_IMMUTABLE)
      json_remove(element, member);
  }
}

/* Puts a value in place of the element. What the filter asks for stays, so that
** the element is still the one that the path names, and so does what is
** immutable: another value of that is refused by patch_merge. */
static void patch_element_replace(PatchStep *step, Json *element,
                                  const Json *read) {
  assert(read && read->type == JSON_OBJECT);
  patch_element_empty(step->path.attribute, element);
  patch_merge(step, step->path.attribute, element, read, NULL);
  if (step->path.filter) patch_element_fill(step, step->path.filter, element);
  reference_settle(step->patch->operation, step->path.attribute, element);
}

/* What was sent for one element. */
static const Json *patch_element_sent(const PatchStep *step) {
  return value_sent(step->patch->operation, step->path.attribute,
                    patch_unwrap(step, step->value));
}

/* Changes one element as a whole. False when it is to go: by remove, or by a
** replace that takes away. An add never takes an element away, and {} changes
** nothing. */
static bool patch_element_change_whole(PatchStep *step, Json *element) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  bool replace = step->action == PATCH_REPLACE;
  if (step->action == PATCH_REMOVE) return false;
  const Json *sent = patch_element_sent(step);
  Json *read = value_read_element(operation, attribute, sent);
  if (failed(operation)) return true;
  if (!read) return !replace || !value_clears(operation, attribute, sent);
  if (read->type != JSON_OBJECT) {
    assert(!read->first && "no list is a value of a list");
    element->type = read->type;
    element->text = read->text;
  } else if (replace) {
    patch_element_replace(step, element, read);
  } else {
    patch_merge(step, attribute, element, read, NULL);
  }
  return true;
}

/* Sets or takes away what the path names of one element. False when the
** element itself is to go. An element of a complex attribute that is no object
** (see patch_list_in) has no sub-attributes, and becomes one without any. */
static bool patch_element_change(PatchStep *step, Json *element) {
  bool complex = step->path.attribute->type == TYPE_COMPLEX;
  if (complex && element->type != JSON_OBJECT) patch_empty(element);
  return step->path.sub ? patch_element_change_sub(step, element)
                        : patch_element_change_whole(step, element);
}

/* What the step would give a new element; NULL for nothing. */
static const Json *patch_element_read(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Operation *operation = step->patch->operation;
  if (step->path.sub) return patch_read_sub(step);
  return value_read_element(operation, attribute, patch_element_sent(step));
}

/* May an element be made where nothing matches? Who has been taken out of a
** group must not come back by what a client says about him. */
static bool patch_element_may_come(const PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  bool about = attribute == step->patch->type->members && step->path.sub;
  return attribute->type == TYPE_COMPLEX && !about &&
         !(step->patch->operation->strict & STRICT_TARGETS);
}

/* Nothing matches: the element that Entra ID expects to be made, with the
** filter's terms in it. Where it cannot be made that is an error, unless the
** error would tell a caller who may not read what there is. */
static Json *patch_element_create(PatchStep *step) {
  const Attribute *attribute = step->path.attribute;
  Json *element = json_new(patch_arena(step), JSON_OBJECT);
  /* Clearing what is not there is a success, and leaves nothing behind. */
  if (!patch_element_read(step)) {
    step->patch->idle = !step->nameless;
    return NULL;
  }
  if (!patch_element_may_come(step) ||
      !patch_element_fill(step, step->path.filter, element)) {
    if (!(step->patch->operation->strict & STRICT_SILENT))
      error_set(step->patch->operation, ERROR_NO_TARGET,
                "no value of '%.*s' matches the filter of the path",
                TEXT_ARG(attribute->path));
    return NULL;
  }
  if (patch_element_change(step, element))
    json_append(patch_list_open(step), element);
  return element;
}

/* Does the path select the element? Without a filter it selects all. */
static bool patch_element_is_selected(PatchStep *step, const Json *element) {
  return !step->path.filter ||
         filter_match_counted(&step->patch->memo, step->path.filter,
                              step->path.attribute, element);
}

/* Does what the step is about to an element that the path selects. False when
** the element is to go. One that an earlier operation has brought with nothing
** that is kept is an element all the same, and stays without content. */
static bool patch_element_do(PatchStep *step, Json *element, Json **found) {
  if (!patch_element_is_selected(step, element)) return true;
  *found = element;
  bool stays = step->path.sub && patch_is_unkept(step->path.attribute, element);
  return !budget_spend(step->patch->operation, PATCH_ELEMENT_STEPS) ||
         patch_element_change(step, element) || stays;
}

/* Changes every element that the path selects. Returns the last of them, which
** may be gone by now; NULL when there is none. */
static Json *patch_elements_change(PatchStep *step) {
  Json *list = patch_list_in(step), *before = NULL, *next, *found = NULL;
  assert(step->path.attribute->multi_valued);
  for (Json *element = list ? list->first : NULL; element; element = next) {
    next = element->next;
    if (patch_element_do(step, element, &found))
      before = element;
    else
      json_remove_behind(list, before, element);
    if (failed(step->patch->operation)) break;
  }
  return found;
}

/* One that has become the same as another is one with it (RFC 7643 section 2.4:
** no type and value twice), as it would be in a POST of them. What the step has
** said of the element that it has changed last counts, otherwise what comes
** later. */
static void patch_elements_join(PatchStep *step, const Json *changed) {
  Json *list = patch_list_in(step), *next;
  if (!list || list->count < 2) return;
  SameList *kept = &step->patch->joined;
  same_again(kept, step->path.attribute,
             json_new(patch_arena(step), JSON_ARRAY));
  for (Json *element = list->first; element; element = next) {
    next = element->next;
    Json *other = same_find(kept, element);
    if (failed(step->patch->operation)) return;
    json_remove(list, element);
    if (!other)
      same_append(kept, element);
    else if (element->type == JSON_OBJECT && other == changed)
      patch_fill(other, element);
    else if (element->type == JSON_OBJECT)
      same_merge(other, element);
  }
  while ((next = kept->list->first) != NULL) {
    json_remove(kept->list, next);
    json_append(list, next);
  }
}

/* A path with a filter that selects nothing names an element to be made; one
** without, as emails.value, names that of all, and where there are none makes
** the first. To remove from nobody is a success. */
static Json *patch_elements_do(PatchStep *step) {
  assert(step->path.filter || step->path.sub);
  Json *found = patch_elements_change(step);
  step->patch->idle = !found && step->action == PATCH_REMOVE && !step->nameless;
  if (found || step->action == PATCH_REMOVE || failed(step->patch->operation))
    return found;
  if (step->path.filter) return patch_element_create(step);
  if (!patch_has_value(step)) return NULL;
  /* emails.value of a user without e-mail. */
  Json *element = json_new(patch_arena(step), JSON_OBJECT);
  if (patch_element_change(step, element))
    json_append(patch_list_open(step), element);
  return element;
}

void patch_elements(PatchStep *step) {
  const Attribute *attribute = step->path.attribute, *sub = step->path.sub;
  const Json *changed = patch_elements_do(step);
  bool tells = !sub || sub == schema_value(attribute) ||
               text_same(sub->name, TEXT("type"));
  if (changed && tells && step->action != PATCH_REMOVE &&
      !attribute->kept_as_rows && !failed(step->patch->operation))
    patch_elements_join(step, changed);
}
