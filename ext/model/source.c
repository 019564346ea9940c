/*
** source.c: reads where a mapped column comes from, and fetches it.
**
** HOW IT WORKS
**
** A path is parsed once, when a map is read, to an attribute, a filter over its
** elements and a sub-attribute (path.c), and is evaluated like that of a PATCH:
**
**   emails[type eq "work"].value     each element; the filter of match.c; value
**   emails.value                     each element; value
**   emails                           each element; its value
**   name.givenName                   the one value; givenName
**   urn:…:User:manager               below the URN; its value
**
** Elements are tried one after the other, and the first that the transform
** makes something of is it: "phoneNumbers.value" as e164 is the first number
** that is one. Only json takes values together: what the path names, as a list
** where the attribute has several values, and all of it otherwise.
**
** A definition is refused for what could never yield anything, because the
** mistake would show as a column that stays empty: attributes that are worked
** out when they are asked for (meta, groups), that are dropped (passwords), or
** that are rows (members, for which maps have a word of their own).
*/
#include "source.h"

#include "document.h"
#include "match.h"

/*
** Definitions.
*/

/* An error at a place of the definition. What path.c says about a path stays,
** behind the place. */
static void source_refuse(Operation *operation, Text place, Text text,
                          const char *reason) {
  error_set(operation, ERROR_INVALID_VALUE, "%.*s: the path '%.*s' %s",
            TEXT_ARG(place), TEXT_ARG(text), reason);
}

/* Is it there in a document that is stored? Of what the service sets itself
** that is only the id (canonical.c). */
static bool source_is_kept(const Attribute *attribute) {
  bool id = !attribute->parent && !attribute->extension &&
            text_same(attribute->name, TEXT("id"));
  return id || (document_keeps(attribute) && !attribute->kept_as_rows);
}

/* One path. NULL with an error. */
static Source *source_parse(Operation *operation, const ResourceType *type,
                            Text text, Text place) {
  Source *source = arena_alloc(&operation->arena, sizeof *source);
  source->text = text;
  if (!path_parse(operation, type, text, &source->path)) {
    Text detail = operation->detail;
    error_clear(operation);
    error_set(operation, ERROR_INVALID_PATH, "%.*s: %.*s", TEXT_ARG(place),
              TEXT_ARG(detail));
    return NULL;
  }
  const Path *path = &source->path;
  bool kept = path->extension || (source_is_kept(path->attribute) &&
                                  (!path->sub || source_is_kept(path->sub)));
  if (!kept)
    source_refuse(operation, place, text,
                  "names what is not part of the stored document");
  return kept ? source : NULL;
}

/* The paths are tried in the order of the list. A place within it is told by
** its number, from 0, as in scim_mistake. */
Source *source_read(Operation *operation, const ResourceType *type,
                    const Json *from, Text place) {
  Source *first = NULL, **end = &first;
  int number = 0;
  if (failed(operation)) return NULL;
  if (from->type == JSON_STRING)
    return source_parse(operation, type, from->text, place);
  if (from->type != JSON_ARRAY || !from->count)
    error_set(operation, ERROR_INVALID_VALUE,
              "%.*s must be a path or a list of paths", TEXT_ARG(place));
  JSON_EACH (item, from) {
    Text at =
        arena_format(&operation->arena, "%.*s[%d]", TEXT_ARG(place), number++);
    if (item->type != JSON_STRING)
      error_set(operation, ERROR_INVALID_VALUE, "%.*s must be a path",
                TEXT_ARG(at));
    if (failed(operation)) return NULL;
    *end = source_parse(operation, type, item->text, at);
    if (!*end) return NULL;
    end = &(*end)->next;
  }
  return failed(operation) ? NULL : first;
}

const Attribute *source_leaf(const Source *source) {
  const Path *path = &source->path;
  if (path->extension) return NULL;
  const Attribute *attribute = path->sub ? path->sub : path->attribute;
  return attribute->type == TYPE_COMPLEX ? schema_value(attribute) : attribute;
}

bool source_yields(Operation *operation, const Source *source, Text place) {
  for (; source && !failed(operation); source = source->next) {
    const Attribute *leaf = source_leaf(source);
    if (leaf && leaf->mutability == MUTABILITY_WRITE_ONLY)
      source_refuse(operation, place, source->text,
                    "names a value that is writeOnly, and not stored");
  }
  return !failed(operation);
}

/* The first path decides what is done unless "as" says it. All paths are
** checked, since any of them may be the one that has a value: "name" is
** refused, because its text could be any of its sub-attributes. */
bool source_transform(Operation *operation, const Source *source, Text name,
                      Text place, Transform *as) {
  if (failed(operation)) return false;
  const Attribute *leaf = source_leaf(source);
  *as = leaf ? transform_of(leaf) : TRANSFORM_TEXT;
  if (name.data && !transform_named(name, as)) {
    error_set(operation, ERROR_INVALID_VALUE,
              "%.*s: there is no transform '%.*s', only %s", TEXT_ARG(place),
              TEXT_ARG(name), transform_names());
    return false;
  }
  for (; source && *as != TRANSFORM_JSON; source = source->next) {
    if (source_leaf(source)) continue;
    source_refuse(operation, place, source->text,
                  "names several attributes: name one of them, or say"
                  " \"as\": \"json\"");
    return false;
  }
  return true;
}

/*
** Values.
*/

/* An evaluation of one path. */
typedef struct SourceRun {
  Operation *operation;
  const Path *path;
  Transform as;
} SourceRun;

/* What the path names of one element: itself or a sub-attribute of it. NULL
** when there is none, or when the filter does not choose the element. */
static const Json *source_pick(const SourceRun *run, const Json *element) {
  const Path *path = run->path;
  if (path->filter && !filter_match_element(run->operation, path->filter,
                                            path->attribute, element))
    return NULL;
  return path->sub ? json_member_text(element, path->sub->name) : element;
}

/* One value through the transform, of a complex one its "value". A list within
** an element fits no definition that is served. */
static Json *source_transformed(const SourceRun *run, const Json *value) {
  if (value && value->type == JSON_OBJECT) value = json_member(value, "value");
  return value ? transform_apply(run->operation, run->as, value) : NULL;
}

/* The first of a list, or the only one. */
static Json *source_first(const SourceRun *run, const Json *value) {
  if (value->type != JSON_ARRAY)
    return source_transformed(run, source_pick(run, value));
  JSON_EACH (element, value) {
    Json *found = source_transformed(run, source_pick(run, element));
    if (found) return found;
  }
  return NULL;
}

/* All that the path names, as JSON: a list of what is chosen of a list, and
** nothing rather than an empty one. */
static Json *source_json(const SourceRun *run, const Json *value) {
  Arena *arena = &run->operation->arena;
  if (value->type == JSON_ARRAY) {
    Json *list = json_new(arena, JSON_ARRAY);
    JSON_EACH (element, value) {
      const Json *picked = source_pick(run, element);
      if (picked) json_append(list, json_copy(arena, picked));
    }
    value = list->count ? list : NULL;
  } else if (!run->path->extension) {
    value = source_pick(run, value);
  }
  return value ? transform_apply(run->operation, TRANSFORM_JSON, value) : NULL;
}

/* Paths are tried in the order of the definition, as a display name and then a
** user name: the second counts where the document has nothing at the first, or
** nothing that the transform can use. */
Json *source_value(Operation *operation, const Source *source, Transform as,
                   const Json *doc) {
  for (; source; source = source->next) {
    SourceRun run = {operation, &source->path, as};
    const Path *path = run.path;
    const Json *value = path->extension
                            ? json_member_text(doc, path->extension->schema->id)
                            : resource_value(doc, path->attribute);
    if (!value) continue;
    Json *found = as == TRANSFORM_JSON ? source_json(&run, value)
                                       : source_first(&run, value);
    if (found) return found;
  }
  return NULL;
}
