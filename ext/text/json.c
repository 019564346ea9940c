#include "json.h"

/*
** Building and changing trees.
*/
Json *json_new(Arena *arena, JsonType type) {
  Json *value = arena_alloc(arena, sizeof *value);
  value->type = type;
  return value;
}

Json *json_string(Arena *arena, Text text) {
  Json *value = json_new(arena, JSON_STRING);
  value->text = text;
  return value;
}

Json *json_integer(Arena *arena, long long number) {
  Json *value = json_new(arena, JSON_NUMBER);
  value->text = arena_format(arena, "%lld", number);
  return value;
}

Json *json_bool(Arena *arena, bool truth) {
  return json_new(arena, truth ? JSON_TRUE : JSON_FALSE);
}

void json_append(Json *array, Json *value) {
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

void json_put_string(Arena *arena, Json *object, const char *name, Text text) {
  if (text.size) json_put(object, name, json_string(arena, text));
}

Json *json_member_text(const Json *object, Text name) {
  if (!object || object->type != JSON_OBJECT) return NULL;
  JSON_EACH (item, object) {
    if (text_same(item->name, name)) return item;
  }
  return NULL;
}

Json *json_member(const Json *object, const char *name) {
  return json_member_text(object, text_of(name));
}

Text json_member_string(const Json *object, const char *name) {
  Json *value = json_member(object, name);
  Text none = {NULL, 0};
  return value && value->type == JSON_STRING ? value->text : none;
}

/* The link that points to the child, which is there. */
static Json **json_link_to(Json *parent, const Json *child, Json **before) {
  Json **link = &parent->first;
  *before = NULL;
  while (*link && *link != child) {
    *before = *link;
    link = &(*link)->next;
  }
  return link;
}

void json_remove(Json *parent, Json *child) {
  Json *before;
  Json **link = json_link_to(parent, child, &before);
  *link = child->next;
  if (parent->last == child) parent->last = before;
  parent->count--;
  child->next = NULL;
}

void json_replace(Json *parent, Json *child, Json *value) {
  Json *before;
  Json **link = json_link_to(parent, child, &before);
  value->name = child->name;
  value->next = child->next;
  *link = value;
  if (parent->last == child) parent->last = value;
}

Json *json_copy(Arena *arena, const Json *value) {
  Json *copy = json_new(arena, value->type);
  copy->text = value->text;
  JSON_EACH (item, value) {
    json_put_text(copy, item->name, json_copy(arena, item));
  }
  return copy;
}

static bool json_children_equal(const Json *a, const Json *b) {
  const Json *other = b->first;
  JSON_EACH (item, a) {
    if (a->type == JSON_OBJECT) other = json_member_text(b, item->name);
    if (!other || !json_equal(item, other)) return false;
    if (a->type == JSON_ARRAY) other = other->next;
  }
  return true;
}

bool json_equal(const Json *a, const Json *b) {
  if (a->type != b->type || a->count != b->count) return false;
  if (a->type == JSON_STRING || a->type == JSON_NUMBER)
    return text_equal(a->text, b->text);
  return json_children_equal(a, b);
}

/*
** Writing.
*/
void json_write(Buffer *buffer, const Json *value) {
  static const char *const words[] = {"null", "false", "true"};
  switch (value->type) {
  case JSON_NULL:
  case JSON_FALSE:
  case JSON_TRUE:
    buffer_string(buffer, words[value->type]);
    return;
  case JSON_NUMBER:
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
** RFC 7396.
*/
Json *json_difference(Arena *arena, const Json *from, const Json *to) {
  Json *patch = json_new(arena, JSON_OBJECT);
  JSON_EACH (old, from) {
    if (!json_member_text(to, old->name))
      json_put_text(patch, old->name, json_new(arena, JSON_NULL));
  }
  JSON_EACH (new, to) {
    const Json *old = json_member_text(from, new->name);
    Json *change = NULL;
    if (old && json_equal(old, new)) continue;
    if (old && old->type == JSON_OBJECT && new->type == JSON_OBJECT)
      change = json_difference(arena, old, new);
    if (!change) change = json_copy(arena, new);
    json_put_text(patch, new->name, change);
  }
  return patch->count ? patch : NULL;
}

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
