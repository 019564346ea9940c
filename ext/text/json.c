/*
** json.c: JSON values as a tree of linked lists.
**
** HOW IT WORKS
**
** A container has its children in a list, in the order of the text. Members are
** found by walking over it: objects of SCIM have a dozen members, for which a
** list is the fastest index. What may be long are arrays, and those are walked
** once, appended to at the end, and never looked up by position.
**
** Nothing is freed. What is taken out of a tree, or replaced, stays in the
** arena until the operation ends.
**
** All functions that recurse do so as deep as the tree is. json_parse makes
** none deeper than JSON_DEPTH, and what is built besides is built by a schema,
** which has three levels.
*/
#include "json.h"

/*
** Building and changing trees.
*/
Json *json_new(Arena *arena, JsonType type) {
  Json *value = (void *)arena_take(arena, sizeof *value);
  *value = (Json){.type = type};
  return value;
}

Json *json_string(Arena *arena, Text text) {
  Json *value = json_new(arena, JSON_STRING);
  value->text = text;
  return value;
}

/* In decimal, as JSON spells integers. */
Json *json_integer(Arena *arena, long long number) {
  Json *value = json_new(arena, JSON_NUMBER);
  value->text = arena_format(arena, "%lld", number);
  return value;
}

Json *json_bool(Arena *arena, bool truth) {
  return json_new(arena, truth ? JSON_TRUE : JSON_FALSE);
}

/* A value that is in another tree would be cut off there from what comes behind
** it: its `next` becomes the end of this list. */
void json_append(Json *array, Json *value) {
  assert(array->type == JSON_ARRAY || array->type == JSON_OBJECT);
  assert(value != array && (!array->last || !array->last->next));
  value->next = NULL;
  if (array->last) {
    array->last->next = value;
  } else {
    array->first = value;
  }
  array->last = value;
  array->count++;
}

void json_put_text(Json *object, Text name, Json *value) {
  value->name = name;
  json_append(object, value);
}

void json_put(Json *object, const char *name, Json *value) {
  json_put_text(object, text_of(name), value);
}

/* Optional members of replies, which are left out when there is nothing to
** say. */
void json_put_string(Arena *arena, Json *object, const char *name, Text text) {
  if (text.size) json_put(object, name, json_string(arena, text));
}

/* What is asked for need not be there, and what is asked need not be an object,
** so that callers can go down a document without a check at each step. */
Json *json_member_text(const Json *object, Text name) {
  if (!object || object->type != JSON_OBJECT) return NULL;
  JSON_EACH (item, object) {
    if (text_same(item->name, name)) return item;
  }
  return NULL;
}

/* The same for a name that is a literal. */
Json *json_member(const Json *object, const char *name) {
  return json_member_text(object, text_of(name));
}

Json *json_member_next(const Json *object, Json **next, Text name) {
  bool likely = *next && text_equal((*next)->name, name);
  Json *found = likely ? *next : json_member_text(object, name);
  if (found) *next = found->next;
  return found;
}

Text json_member_string(const Json *object, const char *name) {
  const Json *value = json_member(object, name);
  return value && value->type == JSON_STRING ? value->text : NO_TEXT;
}

bool json_lists(const Json *list, Text text) {
  JSON_EACH (item, list) {
    if (item->type == JSON_STRING && text_same(item->text, text)) return true;
  }
  return false;
}

/* The link that points to the child, which must be there, to be turned to
** another; *before is the child before it, or NULL. */
static Json **json_link_to(Json *parent, const Json *child, Json **before) {
  Json **link = &parent->first;
  *before = NULL;
  while (*link && *link != child) {
    *before = *link;
    link = &(*link)->next;
  }
  assert(*link == child && "it is a child of this parent");
  return link;
}

/* What the child had itself stays with it: it may be put elsewhere. */
void json_remove_behind(Json *parent, Json *before, Json *child) {
  Json **link = before ? &before->next : &parent->first;
  assert(*link == child && "it is behind the other one");
  *link = child->next;
  if (parent->last == child) parent->last = before;
  parent->count--;
  child->next = NULL;
  assert((parent->count == 0) == (parent->first == NULL));
}

/* The child before is looked for from the first on: whoever takes many out of a
** long list goes through it once, with json_remove_behind. */
void json_remove(Json *parent, Json *child) {
  Json *before;
  json_link_to(parent, child, &before);
  json_remove_behind(parent, before, child);
}

/* The loop that is going on over the parent goes on behind the new value, as it
** would have behind the child. */
void json_replace(Json *parent, Json *child, Json *value) {
  Json *before;
  Json **link = json_link_to(parent, child, &before);
  value->name = child->name;
  value->next = child->next;
  *link = value;
  if (parent->last == child) parent->last = value;
}

/* Texts are never changed in place, and live as long as the arena: so copies
** share them. */
Json *json_copy(Arena *arena, const Json *value) {
  Json *copy = json_new(arena, value->type);
  copy->text = value->text;
  JSON_EACH (item, value) {
    json_put_text(copy, item->name, json_copy(arena, item));
  }
  return copy;
}

/* The children of two containers of one type with as many children. Members are
** looked up by name: no object has a name twice, so that each of the one has
** its own of the other. */
static bool json_children_equal(const Json *a, const Json *b) {
  Json *next = b->first;
  JSON_EACH (item, a) {
    const Json *other = next;
    if (a->type == JSON_OBJECT)
      other = json_member_next(b, &next, item->name);
    else
      next = next->next;
    if (!other || !json_equal(item, other)) return false;
  }
  return true;
}

/* 1.0 and 1 are not equal: a number that is sent in another spelling is stored
** in that spelling. Comparison by value is the business of keys. */
bool json_equal(const Json *a, const Json *b) {
  if (a->type != b->type || a->count != b->count) return false;
  if (a->type == JSON_STRING || a->type == JSON_NUMBER)
    return text_equal(a->text, b->text);
  return json_children_equal(a, b);
}

/*
** Writing.
*/

/* Member names are escaped like any string: a client may send what it likes in
** those that no schema knows. */
void json_write(Buffer *buffer, const Json *value) {
  static const char *const words[] = {"null", "false", "true"};
  switch (value->type) {
  case JSON_NULL:
  case JSON_FALSE:
  case JSON_TRUE:
    buffer_string(buffer, words[value->type]);
    return;
  case JSON_NUMBER:
    assert(value->text.size > 0);
    buffer_add(buffer, value->text);
    return;
  case JSON_STRING:
    buffer_json_string(buffer, value->text);
    return;
  case JSON_ARRAY:
  case JSON_OBJECT:
    break;
  }
  bool object = value->type == JSON_OBJECT;
  buffer_char(buffer, object ? '{' : '[');
  JSON_EACH (item, value) {
    if (item != value->first) buffer_char(buffer, ',');
    if (object) {
      buffer_json_string(buffer, item->name);
      buffer_char(buffer, ':');
    }
    if (item->type == JSON_STRING)
      buffer_json_string(buffer, item->text);
    else
      json_write(buffer, item);
  }
  buffer_char(buffer, object ? '}' : ']');
}

Text json_text(Arena *arena, const Json *value) {
  Buffer buffer = buffer_new(arena);
  json_write(&buffer, value);
  return buffer_text(&buffer);
}

/*
** RFC 7396: merge patches.
*/

/* What is gone is null, what is new or another is given whole; only objects are
** compared member by member, because a merge patch cannot change a part of an
** array. So the documents must have no null in them: a patch could not set
** one. Canonical ones have none. */
Json *json_difference(Arena *arena, const Json *from, const Json *to) {
  Json *patch = json_new(arena, JSON_OBJECT);
  assert(from->type == JSON_OBJECT && to->type == JSON_OBJECT);
  Json *next = to->first;
  JSON_EACH (old, from) {
    if (!json_member_next(to, &next, old->name))
      json_put_text(patch, old->name, json_new(arena, JSON_NULL));
  }
  next = from->first;
  JSON_EACH (new, to) {
    const Json *old = json_member_next(from, &next, new->name);
    Json *change = NULL;
    if (old && json_equal(old, new)) continue;
    if (old && old->type == JSON_OBJECT && new->type == JSON_OBJECT)
      change = json_difference(arena, old, new);
    if (!change) change = json_copy(arena, new);
    json_put_text(patch, new->name, change);
  }
  return patch->count ? patch : NULL;
}

/* What the patch brings is null, as json_difference has it in front of the
** rest; what it changes or takes away comes back. An object that it changes in
** part is one in the patch as well. */
Json *json_reverse(Arena *arena, const Json *from, const Json *patch) {
  Json *reverse = json_new(arena, JSON_OBJECT);
  assert(from->type == JSON_OBJECT && patch->type == JSON_OBJECT);
  JSON_EACH (change, patch) {
    if (!json_member_text(from, change->name))
      json_put_text(reverse, change->name, json_new(arena, JSON_NULL));
  }
  JSON_EACH (old, from) {
    const Json *change = json_member_text(patch, old->name);
    if (!change) continue;
    bool part = old->type == JSON_OBJECT && change->type == JSON_OBJECT;
    json_put_text(reverse, old->name,
                  part ? json_reverse(arena, old, change)
                       : json_copy(arena, old));
  }
  return reverse;
}

/* The algorithm of RFC 7396 section 2, step by step. */
Json *json_merge(Arena *arena, Json *target, const Json *patch) {
  if (patch->type != JSON_OBJECT) return json_copy(arena, patch);
  if (!target || target->type != JSON_OBJECT)
    target = json_new(arena, JSON_OBJECT);
  JSON_EACH (change, patch) {
    Json *old = json_member_text(target, change->name);
    if (change->type == JSON_NULL) {
      if (old) json_remove(target, old);
    } else if (old) {
      json_replace(target, old, json_merge(arena, old, change));
    } else {
      json_put_text(target, change->name, json_merge(arena, NULL, change));
    }
  }
  return target;
}
