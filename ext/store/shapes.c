/*
** shapes.c: the shapes of rows that are in the log.
**
** HOW IT WORKS
**
** A change that is written brings its form along (service/change.c). What is
** here reads it from the log: for scim_check, and for an upgrade, where a log
** of any length is gone through part by part. The numbers of a part are written
** by one script, since a script can be run while no trigger fires: that a
** column is filled is no change of anybody's. New shapes come one by one before
** that, as their attributes are written by a trigger.
*/
#include "shapes.h"

#include "../db/query.h"
#include "../model/shape.h"
#include "../text/parse.h"

#define SHAPES_PART 500 /* rows of the log in one statement */

Text shapes_form(Operation *operation, Text before, Text after) {
  Arena *arena = &operation->arena;
  JsonFault fault;
  Json *old = before.size ? json_parse(arena, before, &fault) : NULL;
  Json *new = after.size ? json_parse(arena, after, &fault) : NULL;
  if ((before.size && !old) || (after.size && !new)) return NO_TEXT;
  return shape_form(arena, old, new);
}

/* The number of a shape, which is added where there is none. */
static long long shapes_number(Operation *operation, Text form) {
  Query query = query_open(operation, STATEMENT_ADD_SHAPE);
  query_bind_text(&query, ADD_SHAPE_FORM, form);
  query_step(&query);
  query_close(&query);
  query = query_open(operation, STATEMENT_FIND_SHAPE);
  query_bind_text(&query, FIND_SHAPE_FORM, form);
  long long number =
      query_step(&query) ? query_integer(&query, SHAPE_ROW_SHAPE) : 0;
  query_close(&query);
  return number;
}

/* Adds (seq, shape) to the script for each row of the next part; returns the
** last seq, 0 at the end of the log. */
static long long shapes_read(Operation *operation, long long after,
                             Buffer *script) {
  long long last = 0;
  size_t start = script->size;
  Query query = query_open(operation, STATEMENT_SHAPELESS);
  query_bind_integer(&query, SHAPELESS_AFTER, after);
  query_bind_integer(&query, SHAPELESS_LIMIT, SHAPES_PART);
  while (query_step(&query)) {
    last = query_integer(&query, SHAPELESS_ROW_SEQ);
    Text form = shapes_form(operation, query_text(&query, SHAPELESS_ROW_BEFORE),
                            query_text(&query, SHAPELESS_ROW_AFTER));
    if (!form.size) continue;
    if (script->size > start) buffer_char(script, ',');
    buffer_char(script, '(');
    buffer_integer(script, last);
    buffer_char(script, ',');
    buffer_integer(script, shapes_number(operation, form));
    buffer_char(script, ')');
  }
  query_close(&query);
  if (script->size == start) script->size = 0;
  return last;
}

/* Part by part, each by one UPDATE, so that a log of any length needs the
** memory of one part. */
void shapes_fill(Operation *operation) {
  Arena *arena = &operation->arena;
  long long last = -1;
  ArenaMark mark = arena_mark(arena);
  while (last && !failed(operation)) {
    Buffer script = buffer_new(arena);
    buffer_string(&script,
                  "UPDATE scim_log SET shape = v.column2 FROM (VALUES ");
    last = shapes_read(operation, last, &script);
    if (script.size) {
      buffer_string(&script, ") AS v WHERE seq = v.column1");
      buffer_char(&script, 0);
      query_script_silently(operation, script.data);
    }
    if (!failed(operation)) arena_release(arena, mark);
  }
}
