/*
** map_back.c: a map read backwards.
**
** HOW IT WORKS
**
** A column's value becomes that of its first path, where it is one that says
** where to put it:
**
**   userName, name.givenName         the value
**   urn:…:User:manager.value         the value, below the URN
**   emails.value                     an element {"value": …}
**   emails[type eq "work"].value     an element {"type": "work", "value": …}
**
** so that the first path finds it there again. What a filter other than one eq
** would choose is anybody's guess, and so is what json was made of: these
** columns are passed over, as are those with "value", which say nothing of the
** resource. What a transform has lost stays lost: a lower-case address is one.
**
** Paths without a filter go first, those with one behind them, since
** "emails.value" means the first element. An attribute that is required and
** has no value by then gets that of a column which has it among its further
** paths: {"from": ["emails.value", "userName"]} names by its address who has no
** other name.
*/
#include "map_back.h"

#include "../text/instant.h"
#include "compose.h"
#include "document.h"
#include "match.h"

/*
** Values.
*/
static Json *map_back_number(Operation *operation, Text text) {
  if (text.size > JSON_NUMBER_SIZE || !json_is_number(text)) return NULL;
  Json *number = json_new(&operation->arena, JSON_NUMBER);
  number->text = text;
  return number;
}

/* 1 and 0 as well as the words, since a column may hold either. */
static Json *map_back_boolean(Operation *operation, Text text) {
  bool truth = text_equal(text, TEXT("1"));
  if (!truth && !text_equal(text, TEXT("0")) && !key_boolean(text, &truth))
    return NULL;
  return json_bool(&operation->arena, truth);
}

/* What a column holds as a value of the attribute; NULL when it is none. */
static Json *map_back_value(Operation *operation, const Attribute *attribute,
                            const Json *cell) {
  Text text = cell->text;
  if (!text.size) return NULL;
  switch (attribute->type) {
  case TYPE_BOOLEAN:
    return map_back_boolean(operation, text);
  case TYPE_DECIMAL:
  case TYPE_INTEGER:
    return map_back_number(operation, text);
  case TYPE_DATETIME:
    if (!instant_canonical(&operation->arena, text, &text)) return NULL;
    return json_string(&operation->arena, text);
  default:
    return json_string(&operation->arena, text);
  }
}

/*
** Places.
*/

/* The value of the attribute in the document, made where there is none. */
static Json *map_back_home(Operation *operation, Json *doc,
                           const Attribute *attribute, JsonType type) {
  Json *home = resource_value(doc, attribute);
  if (home) return home;
  home = json_new(&operation->arena, type);
  resource_set(operation, doc, attribute, home);
  return home;
}

/* Whether a path says where a value belongs: of a list it must be the elements'
** own value, or that of an element that one eq describes. */
static bool map_back_leads(const Source *source) {
  const Path *path = &source->path;
  const Filter *filter = path->filter;
  const Attribute *leaf = source_leaf(source);
  if (!leaf || !document_keeps(path->attribute)) return false;
  if (!path->attribute->multi_valued) return true;
  if (!filter)
    return leaf == path->attribute || leaf == schema_value(path->attribute);
  return leaf != path->attribute && filter->kind == FILTER_COMPARE &&
         filter->op == OPERATOR_EQ && filter->literal != NULL;
}

/* Puts the value under the attribute's name, unless something is there. */
static void map_back_put_sub(Json *object, const Attribute *sub, Json *value) {
  if (!json_member_text(object, sub->name))
    json_put_text(object, sub->name, value);
}

/* The element that a value path describes: the one that matches, else one of
** the same value that says nothing of what the filter asks for, else a new
** one. */
static Json *map_back_element(Operation *operation, Json *list,
                              const Path *path, const Attribute *leaf,
                              const Json *value) {
  const Filter *filter = path->filter;
  Json *element = NULL;
  JSON_EACH (item, list) {
    if (filter_match_element(operation, filter, path->attribute, item))
      return item;
    const Json *held = json_member_text(item, leaf->name);
    if (held && json_equal(held, value) &&
        !json_member_text(item, filter->attribute->name))
      element = item;
  }
  if (!element) {
    element = json_new(&operation->arena, JSON_OBJECT);
    json_append(list, element);
  }
  json_put_text(element, filter->attribute->name,
                json_copy(&operation->arena, filter->literal));
  return element;
}

/* The same for a path without a filter: an element of its own, or none where
** the value is in the list already. */
static void map_back_append(Operation *operation, Json *list,
                            const Attribute *attribute, const Attribute *leaf,
                            Json *value) {
  bool simple = leaf == attribute;
  JSON_EACH (item, list) {
    const Json *held = simple ? item : json_member_text(item, leaf->name);
    if (held && json_equal(held, value)) return;
  }
  if (!simple) {
    Json *element = json_new(&operation->arena, JSON_OBJECT);
    json_put_text(element, leaf->name, value);
    value = element;
  }
  json_append(list, value);
}

/* Puts what the column holds where the path leads; what is there stays, since
** an earlier column has said so. */
static void map_back_put(Operation *operation, Json *doc, const Source *source,
                         const Json *cell) {
  const Path *path = &source->path;
  const Attribute *attribute = path->attribute;
  if (!map_back_leads(source)) return;
  const Attribute *leaf = source_leaf(source);
  Json *value = map_back_value(operation, leaf, cell);
  if (!value) return;
  if (!attribute->multi_valued && leaf == attribute) {
    if (!resource_value(doc, attribute))
      resource_set(operation, doc, attribute, value);
    return;
  }
  Json *home =
      map_back_home(operation, doc, attribute,
                    attribute->multi_valued ? JSON_ARRAY : JSON_OBJECT);
  if (!attribute->multi_valued) {
    map_back_put_sub(home, leaf, value);
  } else if (!path->filter) {
    map_back_append(operation, home, attribute, leaf, value);
  } else {
    map_back_put_sub(map_back_element(operation, home, path, leaf, value), leaf,
                     value);
  }
}

/*
** Rows.
*/

/* All columns whose first path has a filter, or has none. */
static void map_back_columns(Operation *operation, const Map *map,
                             Json *const *row, bool filtered, Json *doc) {
  for (size_t i = 0; i < map->count; i++) {
    const MapColumn *column = &map->columns[i];
    if (!row[i] || column->content != MAP_FROM || column->as == TRANSFORM_JSON)
      continue;
    if ((column->source->path.filter != NULL) == filtered)
      map_back_put(operation, doc, column->source, row[i]);
  }
}

/* Whoever has another word than that for inactive is active, as the resource
** would be without the attribute: of words that only the application knows the
** identity provider is told nothing. */
static void map_back_active(Operation *operation, const Map *map,
                            Json *const *row, Json *doc) {
  for (size_t i = 0; i < map->count; i++) {
    const MapColumn *column = &map->columns[i];
    if (column->content != MAP_ACTIVE || !row[i]) continue;
    bool inactive = text_equal(row[i]->text, column->inactive->text);
    if (!resource_value(doc, map->active))
      resource_set(operation, doc, map->active,
                   json_bool(&operation->arena, !inactive));
  }
}

/* Gives the attribute the value of a column that names it further on in its
** list. */
static void map_back_fill(Operation *operation, const Map *map,
                          Json *const *row, const Attribute *attribute,
                          Json *doc) {
  for (size_t i = 0; i < map->count; i++) {
    const MapColumn *column = &map->columns[i];
    if (!row[i] || column->content != MAP_FROM || column->as == TRANSFORM_JSON)
      continue;
    for (const Source *s = column->source; s; s = s->next)
      if (s->path.attribute == attribute && !resource_value(doc, attribute))
        map_back_put(operation, doc, s, row[i]);
  }
}

/* False when the type requires something that the row has not. */
static bool map_back_complete(Operation *operation, const Map *map,
                              Json *const *row, Json *doc) {
  for (const Attribute *a = NULL; (a = document_next(map->type, a));) {
    if (!a->required || !document_keeps(a) || schema_is_schemas(a) ||
        a->extension)
      continue;
    map_back_fill(operation, map, row, a, doc);
    if (!resource_value(doc, a)) return false;
  }
  return doc->count > 0;
}

Json *map_back(Operation *operation, const Map *map, Json *const *row) {
  Json *doc = json_new(&operation->arena, JSON_OBJECT);
  map_back_columns(operation, map, row, false, doc);
  map_back_columns(operation, map, row, true, doc);
  if (!map_back_complete(operation, map, row, doc)) return NULL;
  map_back_active(operation, map, row, doc);
  /* For tenants who want it said (setting missing_schemas). */
  compose_schemas(operation, map->type, doc);
  return doc;
}
