/*
** blot.c: see blot.h.
**
** HOW IT WORKS
**
** Names alone are looked at, and not what a type allows: a password at a place
** where none belongs is dropped or refused by who knows the definitions, and
** stands in a log all the same. What does not fit is refused for the same
** reason as before: values keep their kind, paths and filters their form, and
** one that compares with what is not stored is refused whatever it compares.
**
** A secret's name may be another attribute's that is stored: "password" of a
** type of the platform's own, or "account.password" beside "password". So that
** nothing is stored otherwise than it was sent, those are listed, with the
** attribute they are a part of, and left as they are, at their place alone.
*/
#include "blot.h"

#include "../text/parse.h"
#include "../text/uri.h"

/* What is found of the path of a PATCH, or a filter. */
typedef struct BlotPath {
  Text last;     /* name that it has outside of brackets: the attribute meant */
  bool secret;   /* it names a secret */
  bool compares; /* and there is more than its name, maybe a value */
} BlotPath;

Blot blot_new(Arena *arena, const Json *option) {
  return (Blot){.arena = arena,
                .names = json_member(option, "names"),
                .endpoints = json_member(option, "stored")};
}

/*
** Names.
*/

static bool blot_is_name(const Blot *blot, Text name) {
  return text_same(name, TEXT("password")) || json_lists(blot->names, name);
}

/* Is it what the type stores: "parent.name", or "name" without a parent? */
static bool blot_is_stored(const Blot *blot, Text parent, Text name) {
  JSON_EACH (item, blot->stored) {
    Text rest = item->text, first = text_cut(&rest, '.');
    if (rest.size ? text_same(first, parent) && text_same(rest, name)
                  : !parent.size && text_same(first, name))
      return true;
  }
  return false;
}

static bool blot_is_secret(const Blot *blot, Text parent, Text name) {
  return blot_is_name(blot, name) && !blot_is_stored(blot, parent, name);
}

bool blot_may_be_in(const Blot *blot, Text body) {
  size_t blank = 0;
  while (blank < body.size && strchr(" \t\r\n", body.data[blank])) blank++;
  if (!body.size) return false;
  if (blank < body.size && body.data[blank] != '{') return true;
  if (memchr(body.data, '\\', body.size)) return true;
  JSON_EACH (name, blot->names)
    if (text_has(body, name->text)) return true;
  return text_has(body, TEXT("password"));
}

/*
** Values.
*/

/* Makes asterisks of all strings below it, and ones of numbers. What is no
** value of a password stays no value of one. */
static void blot_mask(Blot *blot, Json *value) {
  bool text = value->type == JSON_STRING;
  if (text || value->type == JSON_NUMBER) {
    char *mask = arena_alloc(blot->arena, value->text.size + 1);
    memset(mask, text ? '*' : '1', value->text.size);
    value->text.data = mask;
    blot->found = true;
  }
  JSON_EACH (child, value) blot_mask(blot, child);
}

/*
** Paths and filters.
*/

static bool blot_is_letter(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
         c == '_' || c == '$' || c == '-' || (unsigned char)c >= 0x80;
}

/* How long the word is that begins here, and the string with its quotes, which
** may lack the last one; 0: none does. */
static size_t blot_word(Text text, size_t at) {
  size_t end = at;
  while (end < text.size && blot_is_letter(text.data[end])) end++;
  return end - at;
}

static size_t blot_string(Text text, size_t at) {
  size_t end = at;
  if (text.data[at] != '"') return 0;
  for (end++; end < text.size && text.data[end] != '"'; end++)
    if (text.data[end] == '\\') end++;
  return (end < text.size ? end + 1 : text.size) - at;
}

/* Has the string, which begins with a quote, its last one? No backslash may be
** before that, or two. */
static bool blot_is_closed(Text string) {
  size_t last = string.size - 1, first = last;
  while (first > 0 && string.data[first - 1] == '\\') first--;
  return first > 0 && string.data[last] == '"' && (last - first) % 2 == 0;
}

/* Is there something beside the word that may be compared with it? What else
** comes before a name in a path ends in a dot or a colon. */
static bool blot_is_beside(Text path, size_t at, size_t size) {
  bool behind = text_trim(text_after(path, at + size)).size > 0;
  return behind || (at > 0 && !strchr(".:", path.data[at - 1]));
}

/* Does the path, which begins within the parent, name a secret? A word before
** a colon is a part of a URN, one behind a dot a part of the name before that,
** and one in brackets a part of the name before these. */
static BlotPath blot_read_path(const Blot *blot, Text parent, Text path) {
  BlotPath found = {.last = NO_TEXT};
  Text before = NO_TEXT, outer = parent;
  bool inside = false;
  for (size_t at = 0, size; at < path.size; at += size) {
    char c = path.data[at];
    if ((size = blot_string(path, at))) continue;
    size = blot_word(path, at);
    if (!size) {
      if (c == '[') outer = before;
      if (c == ']') before = outer;
      if (c == ']') outer = parent;
      if (c == '[' || c == ']') inside = c == '[';
      size = 1;
      continue;
    }
    bool dotted = at > 0 && path.data[at - 1] == '.';
    Text word = text_first(text_after(path, at), size);
    if (at + size < path.size && path.data[at + size] == ':') continue;
    bool secret = blot_is_secret(blot, dotted ? before : outer, word);
    found.secret |= secret;
    found.compares |= secret && blot_is_beside(path, at, size);
    before = word;
    if (!inside) found.last = word;
  }
  return found;
}

/* Is the word among these, of which the last is NULL? */
static bool blot_is_one(Text word, const char *const *words) {
  for (; *words; words++)
    if (text_same(word, text_of(*words))) return true;
  return false;
}

/* Makes asterisks of what may be a value: all strings, which stay such, and
** whatever stands behind an operator, or behind the name of a secret and a
** blank, up to the next "and", but not that name. A digit becomes a one, so
** that a number stays one. */
static Text blot_mask_path(Blot *blot, Text path) {
  static const char *const compare[] = {"eq", "ne", "co", "sw", "ew",
                                        "gt", "ge", "lt", "le", NULL};
  static const char *const join[] = {"and", "or", "not", "pr", NULL};
  char *mask = arena_alloc(blot->arena, path.size + 1);
  bool value = false;
  memcpy(mask, path.data, path.size);
  for (size_t at = 0, size; at < path.size; at += size) {
    size_t string = blot_string(path, at);
    size = string ? string : blot_word(path, at);
    bool word = size > 0;
    if (!word) size = 1;
    Text text = text_first(text_after(path, at), size);
    bool compares = blot_is_one(text, compare), joins = blot_is_one(text, join);
    bool names = blot_is_name(blot, text);
    bool hides = string || (value && !compares && !joins && !names &&
                            !strchr(" \t()[]", text.data[0]));
    if (hides && string)
      memset(mask + at + 1, '*', size - 1 - blot_is_closed(text));
    for (size_t i = 0; hides && !string && i < size; i++)
      mask[at + i] = text_is_digit(text.data[i]) ? '1' : '*';
    if (word) value = !joins && (value || compares || names);
    if (at + size < path.size && strchr(".[:", path.data[at + size]))
      value = value && hides;
  }
  if (memcmp(mask, path.data, path.size) == 0) return path;
  blot->found = true;
  return (Text){.data = mask, .size = path.size};
}

/* What a path asks for of an element whose secret it then names is none: with
** another type, the element would be another one. */
static Text blot_hide_path(Blot *blot, Text path) {
  bool compares = blot_read_path(blot, NO_TEXT, path).compares;
  return compares ? blot_mask_path(blot, path) : path;
}

/*
** Bodies.
*/

static void blot_value(Blot *blot, Text parent, Json *value);

/* A text that is JSON, as Entra ID sends roles, is read as such. One that only
** looks like it is a text, "[all] passwords" the name of a group. */
static void blot_text(Blot *blot, Text parent, Json *value) {
  JsonFault fault;
  Text text = text_trim(value->text);
  bool before = blot->found;
  if (!text.size || !strchr("{[", text.data[0]) || !blot_may_be_in(blot, text))
    return;
  Json *inner = json_parse(blot->arena, text, &fault);
  if (!inner) return;
  blot->found = false;
  blot_value(blot, parent, inner);
  if (blot->found) value->text = json_text(blot->arena, inner);
  blot->found |= before;
}

/* Members that have a resource or a value in them, and are no attribute. */
static bool blot_is_wrapping(Text name) {
  static const char *const wrapping[] = {"Operations", "value", "data", NULL};
  return blot_is_one(name, wrapping);
}

/* Is it a part of a message, and no attribute, though one may have its name?
** "value" beside "op", "data" beside "method", and the list of these. */
static bool blot_is_frame(const Json *object, const Json *member) {
  Text name = member->name;
  if (member->type != JSON_OBJECT && member->type != JSON_ARRAY) return false;
  return (text_same(name, TEXT("value")) && json_member(object, "op") &&
          !json_member(object, "path")) ||
         (text_same(name, TEXT("data")) && json_member(object, "method")) ||
         text_same(name, TEXT("Operations"));
}

/* What the type at this path stores. Of what is no such path, as a whole URL in
** a part of a bulk request, nothing is known to be. */
static const Json *blot_stored(const Blot *blot, Text path) {
  Text segment = NO_TEXT, rest = text_cut(&path, '?');
  if (!uri_segment(&rest, &segment)) return NULL;
  segment = uri_decode(blot->arena, segment, false);
  if (text_same(segment, TEXT("Me"))) segment = TEXT("Users");
  JSON_EACH (item, blot->endpoints)
    if (item->name.size && text_same(text_after(item->name, 1), segment))
      return item;
  return NULL;
}

/* The data of a part of a bulk request. */
static void blot_part(Blot *blot, Text path, Json *data) {
  const Json *outer = blot->stored;
  blot->stored = blot_stored(blot, path);
  blot_value(blot, NO_TEXT, data);
  blot->stored = outer;
}

/* Of an operation of a PATCH the path says what its value is; without a path
** the names in the value do, which may be paths themselves. */
static void blot_member(Blot *blot, Text parent, const Json *object,
                        Json *member) {
  Text path = json_member_string(object, "path"), name = member->name;
  bool is_value = path.size && text_same(name, TEXT("value"));
  bool is_path =
      member->type == JSON_STRING &&
      (text_same(name, TEXT("path")) || text_same(name, TEXT("filter")));
  BlotPath meant = is_value ? blot_read_path(blot, NO_TEXT, path)
                            : blot_read_path(blot, parent, name);
  if (blot_is_frame(object, member)) meant.secret = false;
  if (meant.compares && !is_value) member->name = blot_mask_path(blot, name);
  if (meant.secret)
    blot_mask(blot, member);
  else if (is_path)
    member->text = blot_hide_path(blot, member->text);
  else if (path.size && text_same(name, TEXT("data")))
    blot_part(blot, path, member);
  else if (is_value || !blot_is_wrapping(name))
    blot_value(blot, memchr(name.data, ':', name.size) ? NO_TEXT : meant.last,
               member);
  else
    blot_value(blot, parent, member);
}

/* The parent is the attribute that the value is one of; none: a resource. */
static void blot_value(Blot *blot, Text parent, Json *value) {
  if (value->type == JSON_STRING) blot_text(blot, parent, value);
  JSON_EACH (child, value)
    if (value->type == JSON_OBJECT)
      blot_member(blot, parent, value, child);
    else
      blot_value(blot, parent, child);
}

Text blot_filter(Blot *blot, Text path, Text filter) {
  blot->stored = blot_stored(blot, path);
  return blot_hide_path(blot, filter);
}

void blot_body(Blot *blot, Text path, Json *body) {
  blot->stored = blot_stored(blot, path);
  blot_value(blot, NO_TEXT, body);
}
