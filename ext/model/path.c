#include "path.h"

/* Where the bracket of a value path closes: brackets in strings do not
** count. 0 when it does not. */
static size_t closing_bracket(Text text, size_t open) {
  bool string = false;
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

static bool unknown(Operation *operation, Text text) {
  error_set(operation, ERROR_INVALID_PATH, "unknown attribute in path '%.*s'",
            TEXT_ARG(text));
  return false;
}

static bool parse_plain(Operation *operation, const ResourceType *type,
                        Text text, Path *path) {
  path->extension = schema_extension(type, text);
  if (path->extension) return true;
  const Attribute *attribute = schema_resolve(type, text);
  if (!attribute) return unknown(operation, text);
  path->attribute = attribute->parent ? attribute->parent : attribute;
  path->sub = attribute->parent ? attribute : NULL;
  return true;
}

static bool parse_value_path(Operation *operation, const ResourceType *type,
                             Text text, size_t open, Path *path) {
  size_t close = closing_bracket(text, open);
  if (!close || (close + 1 < text.size && text.data[close + 1] != '.')) {
    error_set(operation, ERROR_INVALID_PATH,
              "the brackets in path '%.*s' are wrong", TEXT_ARG(text));
    return false;
  }
  path->attribute = schema_resolve(type, text_first(text, open));
  if (!path->attribute || path->attribute->parent)
    return unknown(operation, text);
  if (!path->attribute->multi_valued) {
    error_set(operation, ERROR_INVALID_PATH,
              "'%.*s' has a single value, which no filter selects",
              TEXT_ARG(path->attribute->path));
    return false;
  }
  Text inner = text_first(text_after(text, open + 1), close - open - 1);
  path->filter =
      filter_parse_value(operation, path->attribute, inner, ERROR_INVALID_PATH);
  if (failed(operation)) return false;
  if (close + 1 == text.size) return true;
  path->sub =
      schema_attribute(path->attribute->first, text_after(text, close + 2));
  return path->sub ? true : unknown(operation, text);
}

bool path_parse(Operation *operation, const ResourceType *type, Text text,
                Path *path) {
  memset(path, 0, sizeof *path);
  if (failed(operation)) return false;
  const char *bracket = text.size ? memchr(text.data, '[', text.size) : NULL;
  if (bracket)
    return parse_value_path(operation, type, text,
                            (size_t)(bracket - text.data), path);
  return parse_plain(operation, type, text, path);
}
