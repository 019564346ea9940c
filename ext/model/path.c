/*
** path.c: reads the path of a PATCH operation.
**
** HOW IT WORKS
**
** A path is a name, or a name with a filter behind it (RFC 7644 figure 7):
**
**   name.familyName                           attribute, sub
**   emails[type eq "work"]                    attribute, filter
**   emails[type eq "work"].value              attribute, filter, sub
**   urn:…:enterprise:2.0:User:department      attribute
**   urn:…:enterprise:2.0:User                 extension
**   urn:…:enterprise:2.0:User:                the same
**
** UnboundID's SDK (PingDirectory, midPoint) writes the last one: a URN, a colon
** and the names behind it, of which there are none. No name ends so, and only a
** tenant that goes by the letter refuses it.
**
** A URN has dots and colons of its own, so a name is not cut up here but
** resolved as a whole (schema_resolve), by the longest URN that is known. What
** is between the brackets is a filter, and filter.c's business; here only the
** bracket that closes is looked for, past those within strings.
**
** Blanks around a path, and around its brackets, have no place in the grammar.
** They come from forms in which people write mappings, and mean nothing; only a
** tenant that goes by the letter refuses them.
*/
#include "path.h"

#include "../text/letter.h"

/* Where the bracket of a value path closes: brackets in strings do not
** count. 0 when it does not. */
static size_t path_closing_bracket(Text text, size_t open) {
  bool string = false;
  assert(open < text.size && text.data[open] == '[');
  for (size_t i = open; i < text.size; i++) {
    char c = text.data[i];
    if (string && c == '\\') {
      i++;
    } else if (c == '"') {
      string = !string;
    } else if (!string && c == ']') {
      return i;
    }
  }
  return 0;
}

static Text path_trim(const Operation *operation, Text text) {
  return operation->strict & STRICT_NAMES ? text : letter_trim(text);
}

/* How long the name is that the text begins with: what RFC 7643 section 2.1 has
** in names, and what is between them. Of a URN that may not be all, but what
** comes behind anything else is no name. */
static size_t path_name_size(Text text) {
  size_t size = 0;
  while (size < text.size &&
         (text_is_letter(text.data[size]) || text_is_digit(text.data[size]) ||
          (text.data[size] && strchr("$-_.:", text.data[size]))))
    size++;
  return size;
}

/* The path without what it compares with: what is told is logged, and that may
** be a secret. "cards[pin eq 1].brand" is shown as "cards[...].brand". */
static Text path_shown(Operation *operation, Text text) {
  Text name = text_first(text, path_name_size(text));
  bool opens = name.size < text.size && text.data[name.size] == '[';
  size_t close = opens ? path_closing_bracket(text, name.size) : 0;
  Text behind = close ? text_after(text, close + 1) : NO_TEXT;
  if (name.size == text.size) return text;
  behind = text_first(behind, path_name_size(behind));
  return arena_format(&operation->arena, "%.*s%s...%s%.*s", TEXT_ARG(name),
                      opens ? "[" : "", close ? "]" : "", TEXT_ARG(behind));
}

static bool path_refuse(Operation *operation, Text text, const char *reason) {
  error_set(operation, ERROR_INVALID_PATH, "the path '%.*s' %s",
            TEXT_ARG(path_shown(operation, text)), reason);
  return false;
}

static bool path_unknown(Operation *operation, Text text) {
  return path_refuse(operation, text, "names an unknown attribute");
}

bool path_is_schema(const Operation *operation, Text text, Text urn) {
  text = path_trim(operation, text);
  bool colon = text.size == urn.size + 1 && text.data[urn.size] == ':' &&
               !(operation->strict & STRICT_NAMES);
  return text_same(colon ? text_first(text, urn.size) : text, urn);
}

bool path_is_blank(const Operation *operation, Text name) {
  return !(operation->strict & STRICT_NAMES) && !letter_trim(name).size;
}

/* A path without a filter. The URN of an extension comes first: no attribute
** has a name with colons, so that it could be meant. */
static bool path_parse_plain(Operation *operation, const ResourceType *type,
                             Text text, Path *path) {
  for (Extension *e = type->extensions; e && !path->extension; e = e->next)
    if (path_is_schema(operation, text, e->schema->id)) path->extension = e;
  if (path->extension) return true;
  const Attribute *attribute = schema_resolve(type, text);
  if (!attribute) return path_unknown(operation, text);
  path->attribute = attribute->parent ? attribute->parent : attribute;
  path->sub = attribute->parent ? attribute : NULL;
  assert(!path->attribute->parent); /* there are two levels, no more */
  return true;
}

/* A path with a filter, whose bracket is at `open`. Only a multi-valued
** attribute has elements to choose from; that a single value matches would be a
** condition, which PATCH does not have. */
static bool path_parse_value_path(Operation *operation,
                                  const ResourceType *type, Text text,
                                  size_t open, Path *path) {
  size_t close = path_closing_bracket(text, open);
  if (!close) return path_refuse(operation, text, "has '[' without ']'");
  Text behind = path_trim(operation, text_after(text, close + 1));
  if (behind.size && behind.data[0] != '.')
    return path_refuse(operation, text,
                       "has something other than '.' behind ']'");
  path->attribute =
      schema_resolve(type, path_trim(operation, text_first(text, open)));
  if (!path->attribute || path->attribute->parent)
    return path_unknown(operation, text);
  if (!path->attribute->multi_valued)
    return path_refuse(operation, text,
                       "has a filter, but names a single value");
  Text inner = text_between(text, open + 1, close);
  /* RFC 7644 section 3.12, table 9: invalidFilter is for filters in the paths
  ** of PATCH as well. */
  path->filter = filter_parse_value(operation, path->attribute, inner,
                                    ERROR_INVALID_FILTER);
  if (failed(operation)) return false;
  assert(path->filter);
  if (!behind.size) return true;
  assert(behind.data[0] == '.');
  path->sub = schema_attribute(path->attribute->first, text_after(behind, 1));
  return path->sub ? true : path_unknown(operation, text);
}

/* Where a filter begins, or NULL: a name has no bracket, but a URN may. */
static const char *path_find_filter(const ResourceType *type, Text text) {
  if (!text.size || !memchr(text.data, '[', text.size)) return NULL;
  Text name = text_after(text, schema_urn_size(type, text));
  return name.size ? memchr(name.data, '[', name.size) : NULL;
}

bool path_parse(Operation *operation, const ResourceType *type, Text text,
                Path *path) {
  memset(path, 0, sizeof *path);
  if (failed(operation)) return false;
  text = path_trim(operation, text);
  const char *filter = path_find_filter(type, text);
  if (filter)
    return path_parse_value_path(operation, type, text,
                                 (size_t)(filter - text.data), path);
  return path_parse_plain(operation, type, text, path);
}
