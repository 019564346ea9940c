/*
** compose.c: documents from columns.
**
** HOW IT WORKS
**
** The names of the columns are parsed once, and each cell is then put where the
** path leads:
**
**   userName                         the value
**   name.givenName                   below name
**   urn:…:User:manager.value         below the URN, and manager
**   emails                           the list: JSON, or one value
**   emails[type eq "work"].value     of the element with type work
**   emails.value                     of the first element that no other column
**                                    describes by a filter
**
** Elements are made when there is something to put into them. A cell without a
** value takes away what is there, or leaves what a create without it gets
** (scim_default). Where all cells about an element are empty, there is to be
** none: it goes as a whole if its "value" is among them, or if nothing is left
** but what the filter asks for, and primary. So a row is put over the document
** that came of it without a difference, unless one column describes what
** another one makes, and what no column names is left as it is: a second
** address does not go because a file has one, nor a family name because an
** object has only the given one.
**
** A cell is no value of a client's, to be taken to the letter: a table or a
** file has texts where JSON has types. So it is read as for a tenant who is not
** strict, and what comes of it is what a strict one would send.
**
** Names are strict, unlike those of a request (RFC 7644 section 3.5.2 lets a
** server ignore attributes): a header that is misspelt would lose a column of
** everybody.
*/
#include "compose.h"

#include "document.h"
#include "match.h"
#include "value.h"

/*
** Columns.
*/

/* False with an error that begins with the name of the column. */
static bool compose_refuse(Operation *operation, Text name,
                           const char *reason) {
  error_set(operation, ERROR_INVALID_PATH, "the column '%.*s' %s",
            TEXT_ARG(name), reason);
  return false;
}

/* What the cells are values of: a sub-attribute, an attribute as a whole, or of
** an element that a filter chooses the value. */
static const Attribute *compose_leaf(const Path *path) {
  if (path->sub) return path->sub;
  if (!path->filter) return path->attribute;
  return path->attribute->type == TYPE_COMPLEX ? schema_value(path->attribute)
                                               : NULL;
}

/* The terms of a filter that are joined by and, or the only one. */
static const Filter *compose_terms(const Filter *filter) {
  return filter->kind == FILTER_AND ? filter->first : filter;
}

/* A filter must say what an element is that is made for it: by eq alone. */
static bool compose_check_filter(Operation *operation,
                                 const ComposeColumn *column) {
  if (!column->path.filter) return true;
  const Filter *term = compose_terms(column->path.filter);
  for (; term; term = term->next) {
    if (!column->leaf || term->kind != FILTER_COMPARE ||
        term->op != OPERATOR_EQ || !term->literal)
      return compose_refuse(
          operation, column->name,
          "must have a filter of eq alone, as type eq \"work\"");
    if (term->attribute == column->leaf)
      return compose_refuse(operation, column->name,
                            "is what its own filter asks for");
  }
  return true;
}

/* Does each term of the one filter stand in the other? */
static bool compose_is_part(const Filter *part, const Filter *filter) {
  for (const Filter *a = compose_terms(part); a; a = a->next) {
    const Filter *b = compose_terms(filter);
    while (b && (a->attribute != b->attribute || key_compare(&a->key, &b->key)))
      b = b->next;
    if (!b) return false;
  }
  return true;
}

/* Do two columns, both with a filter or both without, mean one element? */
static bool compose_same_element(const Path *a, const Path *b) {
  if (a->attribute != b->attribute || !a->filter != !b->filter) return false;
  return !a->filter || (compose_is_part(a->filter, b->filter) &&
                        compose_is_part(b->filter, a->filter));
}

/* Is it what a client may write, though documents do not keep it: the members
** of a group, a password? Of these only the whole can be said. */
static bool compose_is_beside(const Path *path) {
  return !path->sub && !path->filter &&
         ((path->attribute->kept_as_rows && document_keeps(path->attribute)) ||
          path->attribute->mutability == MUTABILITY_WRITE_ONLY);
}

/* Does the column name something that a body may have? */
static bool compose_check_kept(Operation *operation,
                               const ComposeColumn *column) {
  const Path *path = &column->path;
  if (path->extension)
    return compose_refuse(operation, column->name,
                          "names all of an extension: name its attributes");
  bool kept = document_keeps(path->attribute) &&
              !path->attribute->kept_as_rows &&
              !schema_is_schemas(path->attribute) &&
              (!path->sub || document_keeps(path->sub));
  return kept || compose_is_beside(path) ||
         compose_refuse(operation, column->name, "is not a column's to set");
}

/* Do two columns name one place, or one of them a part of what the other names
** as a whole? What is put would depend on their order. */
static bool compose_collides(const ComposeColumn *a, const ComposeColumn *b) {
  const Path *left = &a->path, *right = &b->path;
  if (left->attribute != right->attribute) return false;
  bool whole = (!left->sub && !left->filter) || (!right->sub && !right->filter);
  if (whole) return true;
  return a->leaf == b->leaf && compose_same_element(left, right);
}

/* Reads one name. */
static bool compose_read_column(Operation *operation, const ResourceType *type,
                                Text name, ComposeColumn *column) {
  column->name = arena_copy(&operation->arena, name);
  if (!path_parse(operation, type, column->name, &column->path)) {
    SavedError saved = error_save(operation);
    error_set(operation, saved.error, "the column '%.*s': %.*s", TEXT_ARG(name),
              TEXT_ARG(saved.detail));
    return false;
  }
  if (!compose_check_kept(operation, column)) return false;
  column->leaf = compose_leaf(&column->path);
  return compose_check_filter(operation, column);
}

/* Read as a column of its own, so that the spelling of names, and whether they
** have their URN, is no difference. */
size_t compose_find(Operation *operation, const Compose *compose, Text path) {
  ComposeColumn wanted;
  if (failed(operation) ||
      !compose_read_column(operation, compose->type, path, &wanted))
    return compose->count;
  for (size_t i = 0; i < compose->count; i++)
    if (compose->columns[i].leaf == wanted.leaf &&
        compose_collides(&compose->columns[i], &wanted))
      return i;
  return compose->count;
}

/* Each name is held against those before it, so that of two which collide the
** later one is named. What that may cost is bounded by how many there are. */
bool compose_read(Operation *operation, const ResourceType *type,
                  const Text *names, size_t count, Compose *compose) {
  if (count > COMPOSE_COLUMNS)
    error_set(operation, ERROR_INVALID_VALUE, "there are more than %d columns",
              COMPOSE_COLUMNS);
  if (failed(operation)) return false;
  compose->type = type;
  compose->count = 0;
  compose->columns =
      arena_array(&operation->arena, count, sizeof *compose->columns);
  for (size_t i = 0; i < count; i++) {
    ComposeColumn *column = &compose->columns[i];
    if (!compose_read_column(operation, type, names[i], column)) return false;
    for (size_t other = 0; other < i; other++)
      if (compose_collides(&compose->columns[other], column))
        return compose_refuse(operation, names[i],
                              "names what another column names");
    compose->count++;
  }
  return true;
}

/*
** Cells.
*/

/* SQL has 1 and 0 for booleans, and tables have them as text. */
static const Json *compose_truth(Operation *operation, const Attribute *leaf,
                                 const Json *cell) {
  bool text = cell->type == JSON_STRING || cell->type == JSON_NUMBER;
  if (leaf->type != TYPE_BOOLEAN || !text) return cell;
  bool truth = text_equal(cell->text, TEXT("1"));
  if (!truth && !text_equal(cell->text, TEXT("0"))) return cell;
  return json_bool(&operation->arena, truth);
}

/* A number for an attribute of text is the text: an employee number. */
static const Json *compose_text(Operation *operation, const Attribute *leaf,
                                const Json *cell) {
  const Attribute *simple =
      leaf->type == TYPE_COMPLEX ? schema_value(leaf) : leaf;
  bool text =
      simple && (simple->type == TYPE_STRING || simple->type == TYPE_REFERENCE);
  return text && cell->type == JSON_NUMBER
             ? json_string(&operation->arena, cell->text)
             : cell;
}

/* A list is written as JSON within a text, where a cell can hold text only. */
static const Json *compose_list(Operation *operation, const Attribute *leaf,
                                const Json *cell) {
  JsonFault fault;
  if (!leaf->multi_valued || cell->type != JSON_STRING || !cell->text.size ||
      cell->text.data[0] != '[')
    return cell;
  const Json *list = json_parse(&operation->arena, cell->text, &fault);
  return list ? list : cell;
}

static bool compose_is_empty(const Json *cell) {
  return !cell || cell->type == JSON_NULL ||
         (cell->type == JSON_STRING && !cell->text.size);
}

/* In the order in which a cell of SQL may have to be helped: none of the three
** does anything to what is JSON already. */
static Json *compose_read_value(Operation *operation,
                                const ComposeColumn *column, const Json *cell) {
  const Attribute *leaf = column->leaf;
  if (compose_is_empty(cell)) return NULL;
  cell = compose_truth(operation, leaf, cell);
  cell = compose_text(operation, leaf, cell);
  cell = compose_list(operation, leaf, cell);
  return value_read(operation, leaf, cell);
}

/* How strict the tenant is does not count for a cell, and what is writeOnly is
** for the body. Returns what is to be put back when it has been read. */
static unsigned compose_relax(Operation *operation) {
  unsigned strict = operation->strict;
  operation->strict = 0;
  operation->composes = true;
  return strict;
}

static void compose_restore(Operation *operation, unsigned strict) {
  operation->strict = strict;
  operation->composes = false;
}

Json *compose_value(Operation *operation, const ComposeColumn *column,
                    const Json *cell) {
  unsigned strict = compose_relax(operation);
  Json *value = compose_read_value(operation, column, cell);
  compose_restore(operation, strict);
  return value;
}

/*
** Places.
*/

/* Puts the value under the name in place of what is there; NULL takes that
** away. */
static void compose_put(Json *object, const Attribute *sub, Json *value) {
  Json *old = json_member_text(object, sub->name);
  if (old && value)
    json_replace(object, old, value);
  else if (old)
    json_remove(object, old);
  else if (value)
    json_put_text(object, sub->name, value);
}

/* Does a column with a filter describe the element? */
static bool compose_is_described(Operation *operation, const Compose *compose,
                                 const Attribute *attribute,
                                 const Json *element) {
  for (size_t i = 0; i < compose->count; i++) {
    const Path *path = &compose->columns[i].path;
    if (path->filter && path->attribute == attribute &&
        filter_match_element(operation, path->filter, attribute, element))
      return true;
  }
  return false;
}

/* The first element from this one on that the column may be about, or NULL. */
static Json *compose_element(Operation *operation, const Compose *compose,
                             const Path *path, Json *item) {
  for (; item; item = item->next) {
    bool chosen = path->filter ? filter_match_element(operation, path->filter,
                                                      path->attribute, item)
                               : !compose_is_described(operation, compose,
                                                       path->attribute, item);
    if (chosen) return item;
  }
  return NULL;
}

/* A new element at the end of the list, with what the filter asks for. */
static Json *compose_new_element(Operation *operation, const Path *path,
                                 Json *list) {
  Json *element = json_new(&operation->arena, JSON_OBJECT);
  const Filter *term = path->filter ? compose_terms(path->filter) : NULL;
  for (; term; term = term->next)
    json_put_text(element, term->attribute->name,
                  json_copy(&operation->arena, term->literal));
  json_append(list, element);
  return element;
}

/* Does the filter ask for the sub-attribute of that name? */
static bool compose_asks(const Filter *filter, Text name) {
  const Filter *term = filter ? compose_terms(filter) : NULL;
  while (term && !text_same(name, term->attribute->name)) term = term->next;
  return term != NULL;
}

/* Is nothing left of the element but what the filter asks for, and primary? */
static bool compose_is_hollow(const Path *path, const Json *element) {
  JSON_EACH (member, element)
    if (!compose_asks(path->filter, member->name) &&
        !text_same(member->name, TEXT("primary")))
      return false;
  return true;
}

/* Does the row bring anything for the element that the column is about? */
static bool compose_is_filled(const Compose *compose,
                              const ComposeColumn *column, Json *const *cells) {
  for (size_t i = 0; i < compose->count; i++)
    if (!compose_is_empty(cells[i]) &&
        compose_same_element(&compose->columns[i].path, &column->path))
      return true;
  return false;
}

/* Is a column before it about the same element? */
static bool compose_is_later(const Compose *compose,
                             const ComposeColumn *column) {
  const ComposeColumn *other = compose->columns;
  while (other < column && !compose_same_element(&other->path, &column->path))
    other++;
  return other < column;
}

/* Takes from the element what it and other columns name that are about the same
** one, and it as a whole where nothing else is left or its value is named: an
** address without one is none. False if it has nothing of what they name. */
static bool compose_take(const Compose *compose, const ComposeColumn *column,
                         Json *list, Json *element) {
  bool had = false, all = false;
  if (element->type != JSON_OBJECT) return false;
  for (size_t i = 0; i < compose->count; i++) {
    const ComposeColumn *other = &compose->columns[i];
    if (!compose_same_element(&other->path, &column->path)) continue;
    had |= json_member_text(element, other->leaf->name) != NULL;
    all |= other->leaf == schema_value(other->path.attribute);
    compose_put(element, other->leaf, NULL);
  }
  if (had && (all || compose_is_hollow(&column->path, element)))
    json_remove(list, element);
  return had;
}

/* An empty cell beside one with a value for the same element takes from that.
** Where all about an element are empty, there is to be none: those that the
** filter finds go, up to one that has nothing to take, or the next would go
** when the row is put once more. Without a filter one goes that is the only
** one: of several nobody knows which is meant. */
static void compose_take_element(Operation *operation, const Compose *compose,
                                 const ComposeColumn *column,
                                 Json *const *cells, Json *list) {
  const Path *path = &column->path;
  Json *item = compose_element(operation, compose, path, list->first), *next;
  if (!item) return;
  if (compose_is_filled(compose, column, cells)) {
    if (item->type == JSON_OBJECT) compose_put(item, column->leaf, NULL);
    return;
  }
  next = compose_element(operation, compose, path, item->next);
  if (compose_is_later(compose, column) || (next && !path->filter)) return;
  while (compose_take(compose, column, list, item) && (item = next))
    next = compose_element(operation, compose, path, item->next);
}

/* Puts the value into the element of a list. */
static void compose_put_element(Operation *operation, const Compose *compose,
                                const ComposeColumn *column, Json *list,
                                Json *value) {
  const Path *path = &column->path;
  Json *element = compose_element(operation, compose, path, list->first);
  if (!element && !value) return;
  if (!element) element = compose_new_element(operation, path, list);
  if (element->type == JSON_OBJECT) compose_put(element, column->leaf, value);
}

/* The list or object of the attribute; a new one in place of whatever else an
** old document has there. */
static Json *compose_home(Operation *operation, const Attribute *attribute,
                          Json *home, Json *doc) {
  JsonType type = attribute->multi_valued ? JSON_ARRAY : JSON_OBJECT;
  if (home && home->type == type) return home;
  home = json_new(&operation->arena, type);
  resource_set(operation, doc, attribute, home);
  return home;
}

/* Puts an object over the one that is there, as a PATCH replaces a complex
** value (RFC 7644 section 3.5.2.3): what it does not name stays, what it names
** as null goes. */
static void compose_merge(Operation *operation, const Attribute *attribute,
                          const Json *sent, const Json *value, Json *home) {
  JSON_EACH (member, sent) {
    const Attribute *sub = schema_attribute(attribute->first, member->name);
    const Json *part = sub ? json_member_text(value, sub->name) : NULL;
    if (sub)
      compose_put(home, sub, part ? json_copy(&operation->arena, part) : NULL);
  }
}

/* A whole attribute. One that a create would fill in has that for no value,
** where there is a document already. */
static void compose_whole(Operation *operation, const ComposeColumn *column,
                          const Json *cell, Json *value, bool over, Json *doc) {
  const Attribute *attribute = column->path.attribute;
  Json *home = resource_value(doc, attribute);
  const Json *sent = value ? value_sent(operation, attribute, cell) : NULL;
  if (!value && over && attribute->default_value)
    value = value_read(operation, attribute, attribute->default_value);
  if (home && home->type == JSON_OBJECT && sent && sent->type == JSON_OBJECT)
    compose_merge(operation, attribute, sent, value, home);
  else if (home || value)
    resource_set(operation, doc, attribute, value);
}

/* Puts the cell where its column says. What becomes empty goes. */
static void compose_cell(Operation *operation, const Compose *compose,
                         size_t index, Json *const *cells, bool over,
                         Json *doc) {
  const ComposeColumn *column = &compose->columns[index];
  const Json *cell = cells[index];
  const Path *path = &column->path;
  const Attribute *attribute = path->attribute;
  Json *value = compose_read_value(operation, column, cell);
  if (failed(operation)) return;
  if (!path->sub && !path->filter) {
    compose_whole(operation, column, cell, value, over, doc);
    return;
  }
  Json *home = resource_value(doc, attribute);
  if (!home && !value) return;
  home = compose_home(operation, attribute, home, doc);
  if (home->type == JSON_ARRAY && compose_is_empty(cell))
    compose_take_element(operation, compose, column, cells, home);
  else if (home->type == JSON_ARRAY)
    compose_put_element(operation, compose, column, home, value);
  else
    compose_put(home, column->leaf, value);
  if (!home->count) resource_set(operation, doc, attribute, NULL);
}

/*
** Documents.
*/
/* An extension whose last value went has none; its empty object is left out
** when the document is made canonical. */
void compose_schemas(Operation *operation, const ResourceType *type,
                     Json *doc) {
  Arena *arena = &operation->arena;
  Json *old = json_member(doc, "schemas");
  Json *schemas = json_new(arena, JSON_ARRAY);
  json_append(schemas, json_string(arena, type->schema->id));
  for (const Extension *e = type->extensions; e; e = e->next) {
    const Json *part = json_member_text(doc, e->schema->id);
    if (part && part->count)
      json_append(schemas, json_string(arena, e->schema->id));
  }
  if (old)
    json_replace(doc, old, schemas);
  else
    json_put(doc, "schemas", schemas);
}

/* The old document is copied first: it is compared with what comes of it. A
** cell that is wrong ends it, for half of a row is none. What goes goes before
** anything comes, or an empty cell might take away what another one brings. */
Json *compose_document(Operation *operation, const Compose *compose,
                       Json *const *cells, const Json *old) {
  Json *doc = old ? json_copy(&operation->arena, old)
                  : json_new(&operation->arena, JSON_OBJECT);
  unsigned strict = compose_relax(operation);
  for (int comes = 0; comes <= 1; comes++)
    for (size_t i = 0; i < compose->count && !failed(operation); i++)
      if (compose_is_empty(cells[i]) != comes)
        compose_cell(operation, compose, i, cells, old != NULL, doc);
  compose_restore(operation, strict);
  if (failed(operation)) return NULL;
  compose_schemas(operation, compose->type, doc);
  return doc;
}
