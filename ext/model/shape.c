/*
** shape.c: which attributes a change touches, without their values.
**
** HOW IT WORKS
**
** Both patches are walked at once, in the order of `after` and then of what
** `before` alone has. An object is no value: what is in it is, and an array is
** one, whole. Where one patch has an object and the other a value, an object is
** what counts, and its values are all that is named there: a name that is taken
** away is `null` in the one patch, and an object with what it was in the other.
**
** Documents have the order of their schema (canonical.c), so their patches have
** it too, and changes that touch the same have the same text. Where they have
** not, since a definition was replaced, the same attributes have two: whoever
** reads it does not mind.
**
** It recurses along the patches: JSON_DEPTH at most.
*/
#include "shape.h"

#include <assert.h>

#define SHAPE_SIZE 1024 /* bytes that most forms have room in */

static bool shape_is_object(const Json *value) {
  return value && value->type == JSON_OBJECT;
}

/* The member of exactly this name; the one that is expected, if it is that. */
static const Json *shape_member(const Json *object, const Json *expected,
                                Text name) {
  if (!shape_is_object(object)) return NULL;
  if (expected && text_equal(expected->name, name)) return expected;
  JSON_EACH (item, object)
    if (text_equal(item->name, name)) return item;
  return NULL;
}

static bool shape_is_told(Text name, bool top) {
  return !top ||
         !(text_equal(name, TEXT("schemas")) || text_equal(name, TEXT("id")));
}

static void shape_write(Buffer *buffer, const Json *before, const Json *after,
                        bool top);

/* Writes a member, unless there is no value in it: then it goes again. */
static void shape_write_member(Buffer *buffer, Text name, const Json *before,
                               const Json *after) {
  size_t size = buffer->size;
  assert(before || after);
  if (buffer->data[size - 1] != '{') buffer_char(buffer, ',');
  buffer_json_string(buffer, name);
  buffer_char(buffer, ':');
  if (!shape_is_object(before) && !shape_is_object(after)) {
    buffer_char(buffer, '0');
    return;
  }
  size_t start = buffer->size;
  /* Of an object that takes the place of a value only its own is told. */
  shape_write(buffer, before, after, false);
  if (buffer->size == start + 2) buffer->size = size;
}

/* First the names of `after`, then those that only `before` has. The patches of
** a change mostly have the same names in the same order: where the next one is
** expected it is found without a search. */
static void shape_write(Buffer *buffer, const Json *before, const Json *after,
                        bool top) {
  const Json *expected = shape_is_object(before) ? before->first : NULL;
  buffer_char(buffer, '{');
  if (shape_is_object(after)) {
    JSON_EACH (new, after) {
      const Json *old = shape_member(before, expected, new->name);
      if (old) expected = old->next;
      if (shape_is_told(new->name, top))
        shape_write_member(buffer, new->name, old, new);
    }
  }
  if (shape_is_object(before)) {
    expected = shape_is_object(after) ? after->first : NULL;
    JSON_EACH (old, before) {
      const Json *new = shape_member(after, expected, old->name);
      if (new) expected = new->next;
      if (!new &&shape_is_told(old->name, top))
        shape_write_member(buffer, old->name, old, NULL);
    }
  }
  buffer_char(buffer, '}');
}

Text shape_form(Arena *arena, const Json *before, const Json *after) {
  Buffer buffer = buffer_new(arena);
  if (!shape_is_object(before) && !shape_is_object(after)) return NO_TEXT;
  buffer_expect(&buffer, SHAPE_SIZE);
  shape_write(&buffer, before, after, true);
  return buffer.size > 2 ? buffer_text(&buffer) : NO_TEXT;
}
