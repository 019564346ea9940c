/*
** property_filter.h: random filters for the property tests: every attribute
** and operator, combinations, value paths, null, names with their URN and in
** any case, and long chains. Literals are mostly values that some document has,
** or nearly.
*/
#ifndef SCIM_PROPERTY_FILTER_H
#define SCIM_PROPERTY_FILTER_H

#include <ctype.h>
#include <utf8proc.h>

#include "property_world.h"

typedef struct Maker {
  const World *world;
  const Population *population;
  Buffer *buffer;
  const Attribute *within; /* the attribute of a value path, or NULL */
} Maker;

/*
** Attributes.
*/
static inline unsigned attribute_count(const Attribute *first) {
  unsigned count = 0;
  for (const Attribute *a = first; a; a = a->next) count++;
  return count;
}

static inline const Attribute *any_of(const Attribute *first) {
  unsigned at = below(attribute_count(first));
  while (at--) first = first->next;
  return first;
}

/* Often what the planner knows: indexes, columns, members. */
static inline const Attribute *any_attribute(const ResourceType *type) {
  static const char *const columns[] = {"id", "meta.version", "meta.created",
                                        "meta.lastModified",
                                        "meta.resourceType"};
  const Attribute *first = type->first;
  if (chance(40)) {
    const Index *index = type->indexes;
    for (unsigned skip = below(30); skip && index; skip--) index = index->next;
    if (index) return index->attribute;
  }
  if (chance(20)) return schema_resolve(type, text_of(ONE_OF(columns)));
  if (chance(20) && type->members) return schema_value(type->members);
  if (chance(20) && type->groups) return schema_value(type->groups);
  const Extension *extension = type->extensions;
  if (extension && chance(20)) {
    if (extension->next && chance(50)) extension = extension->next;
    first = extension->first;
  }
  const Attribute *attribute = any_of(first);
  return attribute->first && chance(80) ? any_of(attribute->first) : attribute;
}

static inline void make_name(Maker *maker, const Attribute *attribute) {
  const ResourceType *type = maker->population->type;
  Text path = maker->within ? attribute->name : attribute->path;
  bool common = !text_equal(attribute->schema->id, type->schema->id);
  if (maker->within == attribute) path = text_of("value");
  if (!maker->within && !attribute->extension && !common && chance(15)) {
    buffer_add(maker->buffer, type->schema->id);
    buffer_char(maker->buffer, ':');
  }
  bool other = chance(10);
  for (size_t i = 0; i < path.size; i++) {
    char c = path.data[i];
    bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    buffer_char(maker->buffer, other && letter ? (char)(c ^ 32) : c);
  }
}

/*
** Literals.
*/
/* A value of the attribute in some document, or NULL. */
static inline const Json *any_value(const Maker *maker,
                                    const Attribute *attribute) {
  const Population *population = maker->population;
  if (!population->count) return NULL;
  const Json *doc =
      population->documents[below((unsigned)population->count)].json;
  const Json *value = resource_value(doc, attribute);
  for (int depth = 0; value && depth < 3; depth++) {
    if (value->type == JSON_ARRAY) {
      unsigned skip = value->count ? below(value->count) : 0;
      value = value->first;
      while (skip--) value = value->next;
    } else if (value->type == JSON_OBJECT && attribute->parent) {
      value = json_member_text(value, attribute->name);
    }
  }
  return value && value->type != JSON_OBJECT && value->type != JSON_ARRAY
             ? value
             : NULL;
}

static inline bool is_middle(Text text, size_t at) {
  return at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80;
}

/* A part of the text, at the borders of characters. */
static inline Text any_part(Text text) {
  size_t from = chance(50) ? 0 : below((unsigned)text.size + 1);
  while (is_middle(text, from)) from++;
  size_t size = text.size - from;
  if (chance(50)) size = below((unsigned)size + 1);
  while (is_middle(text, from + size)) size++;
  return text_first(text_after(text, from), size);
}

/* The text as somebody else would write it. */
static inline Text respell(Arena *arena, Text text) {
  Text copy = arena_copy(arena, text);
  char *upper = arena_alloc(arena, text.size + 1);
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)copy.data;
  utf8proc_uint8_t *other = NULL;
  switch (below(5)) {
  case 0:
    other = utf8proc_NFD(bytes);
    break;
  case 1:
    other = utf8proc_NFC(bytes);
    break;
  case 2:
    for (size_t i = 0; i < copy.size; i++)
      upper[i] = (char)toupper((unsigned char)copy.data[i]);
    copy.data = upper;
    break;
  default:
    break;
  }
  if (other) copy = arena_copy(arena, text_of((const char *)other));
  free(other);
  return copy;
}

/* A "$ref" behind some base, or without the one that it has. */
static inline Text rebase(const Maker *maker, const Attribute *attribute,
                          Text uri) {
  const Operation *operation = &maker->world->operation;
  Text base = maker->world->base;
  if (!text_equal(attribute->name, text_of("$ref"))) return uri;
  if (chance(30)) return reference_relative(operation, attribute, uri);
  if (chance(30)) base = text_of(ONE_OF(bases));
  if (chance(50)) return uri;
  return arena_format(maker->buffer->arena, "%.*s/%.*s", TEXT_ARG(base),
                      TEXT_ARG(uri));
}

static inline void make_text(Maker *maker, const Attribute *attribute,
                             Text text, FilterOperator op) {
  Arena *arena = maker->buffer->arena;
  text = rebase(maker, attribute, text);
  bool part = op == OPERATOR_CO || op == OPERATOR_SW || op == OPERATOR_EW;
  if (part || chance(15)) text = any_part(text);
  buffer_json_string(maker->buffer, respell(arena, text));
}

static inline void make_literal(Maker *maker, const Attribute *attribute,
                                FilterOperator op) {
  const Json *value = any_value(maker, attribute);
  Buffer *buffer = maker->buffer;
  bool any = !value || chance(25);
  if (attribute->type == TYPE_BOOLEAN) {
    static const char *const truths[] = {"true", "false", "\"True\"", "False"};
    buffer_string(buffer, ONE_OF(truths));
  } else if (any && attribute->type == TYPE_INTEGER) {
    buffer_string(buffer, ONE_OF(integers));
  } else if (any && attribute->type == TYPE_DECIMAL) {
    buffer_string(buffer, ONE_OF(decimals));
  } else if (any && attribute->type == TYPE_DATETIME) {
    world_text(buffer, chance(30) ? ONE_OF(moments) : ONE_OF(instants));
  } else if (any && attribute->type == TYPE_REFERENCE && chance(70)) {
    world_text(buffer, ONE_OF(references));
  } else if (any && text_equal(attribute->name, text_of("value")) &&
             chance(50)) {
    buffer_json_string(buffer, world_id(maker->world));
  } else if (any) {
    world_text(buffer, ONE_OF(words));
  } else if (value->type == JSON_STRING && attribute->type == TYPE_DATETIME) {
    buffer_json_string(buffer, value->text);
  } else if (value->type == JSON_STRING) {
    make_text(maker, attribute, value->text, op);
  } else {
    json_write(buffer, value);
  }
}

/*
** Filters.
*/
static const char *const operators[] = {"eq", "ne", "co", "sw", "ew",
                                        "gt", "ge", "lt", "le", "pr"};

/* An operator that the attribute's type has (RFC 7644 table 3), most often
** eq. */
static inline FilterOperator any_operator(const Attribute *attribute) {
  FilterOperator op = chance(30) ? OPERATOR_EQ : below(10);
  bool part = op >= OPERATOR_CO && op <= OPERATOR_EW;
  bool order = op >= OPERATOR_GT && op <= OPERATOR_LE;
  bool number =
      attribute->type == TYPE_INTEGER || attribute->type == TYPE_DECIMAL;
  if (part && (number || attribute->type == TYPE_BOOLEAN)) return OPERATOR_EQ;
  if (order &&
      (attribute->type == TYPE_BOOLEAN || attribute->type == TYPE_BINARY))
    return OPERATOR_NE;
  return op;
}

static inline void make_comparison(Maker *maker, const Attribute *attribute) {
  const Attribute *compared = attribute;
  Buffer *buffer = maker->buffer;
  make_name(maker, attribute);
  if (attribute->type == TYPE_COMPLEX) compared = schema_value(attribute);
  if (!compared) {
    buffer_string(buffer, " pr");
    return;
  }
  FilterOperator op = any_operator(compared);
  buffer_char(buffer, ' ');
  buffer_string(buffer, operators[op]);
  if (op == OPERATOR_PR) return;
  buffer_char(buffer, ' ');
  if (op <= OPERATOR_NE && chance(5)) {
    buffer_string(buffer, "null");
  } else {
    make_literal(maker, compared, op);
  }
}

static void make_filter(Maker *maker, int depth);

/* attribute[…], perhaps with a comparison behind it. */
static inline void make_value_path(Maker *maker, const Attribute *attribute,
                                   int depth) {
  Buffer *buffer = maker->buffer;
  if (attribute->parent) attribute = attribute->parent;
  make_name(maker, attribute);
  buffer_char(buffer, '[');
  maker->within = attribute;
  make_filter(maker, depth - 1);
  buffer_char(buffer, ']');
  if (attribute->first && chance(20)) {
    buffer_char(buffer, '.');
    make_comparison(maker, any_of(attribute->first));
  }
  maker->within = NULL;
}

static inline void make_term(Maker *maker, int depth) {
  const Attribute *within = maker->within;
  if (within) {
    make_comparison(maker, within->first ? any_of(within->first) : within);
    return;
  }
  const Attribute *attribute = any_attribute(maker->population->type);
  if (depth && chance(20)) {
    make_value_path(maker, attribute, depth);
  } else {
    make_comparison(maker, attribute);
  }
}

static void make_filter(Maker *maker, int depth) {
  Buffer *buffer = maker->buffer;
  bool brackets = chance(30);
  if (depth <= 0 || chance(45)) {
    make_term(maker, depth);
  } else if (chance(20)) {
    buffer_string(buffer, "not (");
    make_filter(maker, depth - 1);
    buffer_char(buffer, ')');
  } else {
    if (brackets) buffer_char(buffer, '(');
    make_filter(maker, depth - 1);
    buffer_string(buffer, chance(50) ? " and " : " or ");
    make_filter(maker, depth - 1);
    if (brackets) buffer_char(buffer, ')');
  }
}

/* What the planner looks up by its key. */
static inline const Attribute *any_key(const ResourceType *type) {
  static const char *const columns[] = {"id", "meta.version", "meta.created",
                                        "meta.resourceType"};
  unsigned kind = below(10);
  if (kind == 0) return schema_resolve(type, text_of(ONE_OF(columns)));
  if (kind == 1 && type->members) return schema_value(type->members);
  if (kind == 1 && type->groups) return schema_value(type->groups);
  const Index *index = type->indexes;
  for (unsigned skip = below(30); skip && index->next; skip--)
    index = index->next;
  return index->attribute;
}

/* Up to 80 terms, mostly joined by the same word: look-ups by one attribute, or
** by several, or anything. A filter has at most 8 KiB. */
static inline void make_chain(Maker *maker) {
  static const char *const words_between[] = {" and ", " or "};
  Buffer *buffer = maker->buffer;
  const ResourceType *type = maker->population->type;
  unsigned kind = below(4), word = below(2);
  const Attribute *one = any_key(type);
  for (unsigned i = 0, count = 2 + below(79); i < count; i++) {
    if (buffer->size > FILTER_SIZE - 1024) break;
    if (i) buffer_string(buffer, words_between[chance(2) ? !word : word]);
    const Attribute *attribute = kind == 0 ? one : any_key(type);
    if (kind == 3) {
      attribute = any_attribute(type);
      make_comparison(maker,
                      attribute->returned == RETURNED_NEVER ? one : attribute);
      continue;
    }
    make_name(maker, attribute);
    buffer_string(buffer, kind == 2 && chance(20) ? " ne " : " eq ");
    make_literal(maker, attribute, OPERATOR_EQ);
  }
}

static inline Text any_filter(const World *world, const Population *population,
                              Buffer *buffer) {
  Maker maker = {world, population, buffer, NULL};
  if (chance(10)) {
    make_chain(&maker);
  } else {
    make_filter(&maker, 3);
  }
  return buffer_text(buffer);
}

#endif
