/*
** json.h: JSON as a tree in an arena (RFC 8259), and back to text.
**
** Numbers keep their spelling, so that what comes in goes out again unchanged.
** A value is part of one tree at most: what is to stand in two is copied.
*/
#ifndef SCIM_JSON_H
#define SCIM_JSON_H

#include "buffer.h"

typedef enum JsonType {
  JSON_NULL,
  JSON_FALSE,
  JSON_TRUE,
  JSON_NUMBER,
  JSON_STRING,
  JSON_ARRAY,
  JSON_OBJECT
} JsonType;

typedef struct Json Json;
struct Json {
  JsonType type;
  unsigned count; /* children of an array or object */
  Text name;      /* within an object: the decoded member name */
  Text text;      /* a string, decoded; a number, as spelled */
  Json *first;    /* children of an array or object, in their order */
  Json *last;     /* so that appending costs the same however many there are */
  Json *next;     /* the next child of the same parent */
};

/* New values, which are in no tree yet. A string's text is not copied, and has
** to live as long as the value. */
Json *json_new(Arena *arena, JsonType type);
Json *json_string(Arena *arena, Text text);
Json *json_integer(Arena *arena, long long number);
Json *json_bool(Arena *arena, bool truth);

/* Appends the value to an array, or to an object under the name, which the
** object must not have yet. The value must not be in another tree. */
void json_append(Json *array, Json *value);
void json_put(Json *object, const char *name, Json *value);
void json_put_text(Json *object, Text name, Json *value);

/* The text as a string under the name; nothing for the empty text. */
void json_put_string(Arena *arena, Json *object, const char *name, Text text);

/* The member whose name is the same but for the case (RFC 7643 section 2.1), or
** NULL; of what is no object (NULL: nothing) also NULL. */
Json *json_member(const Json *object, const char *name);
Json *json_member_text(const Json *object, Text name);

/* The same, of an object whose members most often are in the order in which
** they are asked for: *next, of the object, is tried before all others, and
** becomes what is behind the one that is found. It is NULL at first, or the
** first. */
Json *json_member_next(const Json *object, Json **next, Text name);

/* Takes the child out of its parent, which it must be a child of. Inside of
** JSON_EACH over the parent, the loop must not go on after it. */
void json_remove(Json *parent, Json *child);

/* The same in one step, of the child behind `before` (NULL: the first). */
void json_remove_behind(Json *parent, Json *before, Json *child);

/* Puts `value`, which may be the child itself, where `child` is, under the
** child's name. The child keeps its `next`, so that a loop may go on behind
** it. */
void json_replace(Json *parent, Json *child, Json *value);

/* A deep copy. The texts are shared. */
Json *json_copy(Arena *arena, const Json *value);

/* Equal in value: the order of members and the case of their names do not
** count, the spelling of a number does. */
bool json_equal(const Json *a, const Json *b);

/* Writes the value without white space. */
void json_write(Buffer *buffer, const Json *value);
Text json_text(Arena *arena, const Json *value);

/* RFC 7396: the patch that turns `from` into `to` (both objects). NULL when
** there is no difference. */
Json *json_difference(Arena *arena, const Json *from, const Json *to);

/* RFC 7396: the patch that takes back what `patch`, which is json_difference of
** `from` and another, makes of `from`: the same as their difference the other
** way round, at the cost of the members that change. */
Json *json_reverse(Arena *arena, const Json *from, const Json *patch);

/* RFC 7396: applies the patch to the target (NULL: nothing), which it may
** change, and returns the outcome: the target, or a new value in its place. */
Json *json_merge(Arena *arena, Json *target, const Json *patch);

/* The text of the member if it is a string; no text otherwise. */
Text json_member_string(const Json *object, const char *name);

/* Is the text, in whatever case, among the strings of the list? False for
** NULL. */
bool json_lists(const Json *list, Text text);

/* A loop over the children of a value; none of NULL. */
#define JSON_EACH(item, parent)                                                \
  for (Json *item = (parent) ? (parent)->first : NULL; item; item = item->next)

#endif
