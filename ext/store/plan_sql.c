/*
** plan_sql.c: writes the tree of a plan as SQL.
**
** HOW IT WORKS
**
** A search is the SQL of its source with conditions put at its place:
**
**   SELECT resource FROM scim_value WHERE tenant = ?1 AND type = ?2   from
**     AND attribute = ?8                                              attribute
**     AND key >= ?9 AND key < ?10                                     low, high
**
** Every value is a parameter, numbered as it is written. So two filters that
** differ in values only have the same text, and share a prepared statement; and
** nothing that a client wrote is ever part of it.
**
** A union of searches is a compound SELECT, side by side:
**
**   SELECT … UNION SELECT … UNION SELECT …
**
** A compound SELECT has no brackets, and UNION and INTERSECT bind alike. So
** what is to be computed first becomes a SELECT of its own:
**
**   SELECT resource FROM (SELECT … UNION SELECT …) INTERSECT SELECT …
*/
#include "plan_sql.h"

#include <assert.h>

typedef struct PlanWriter {
  Buffer buffer;
  PlanParameters *parameters;
} PlanWriter;

/* A new parameter: ?8, or the value that its JSON has. */
static void plan_write_value(PlanWriter *writer, Text value, bool json) {
  PlanParameters *parameters = writer->parameters;
  assert(parameters->count < PLAN_PARAMETERS);
  buffer_string(&writer->buffer, json ? "json_extract(?" : "?");
  buffer_integer(&writer->buffer, PLAN_FIRST + parameters->count);
  if (json) buffer_string(&writer->buffer, ", '$')");
  parameters->texts[parameters->count++] = value;
}

/* AND column test. */
static void plan_write_test(PlanWriter *writer, const char *column,
                            const char *test) {
  buffer_string(&writer->buffer, " AND ");
  buffer_string(&writer->buffer, column);
  buffer_char(&writer->buffer, ' ');
  buffer_string(&writer->buffer, test);
}

/* AND column test value; nothing for an end that is open. */
static void plan_write_bound(PlanWriter *writer, const char *column,
                             const PlanBound *bound) {
  if (!bound->test) return;
  plan_write_test(writer, column, bound->test);
  buffer_char(&writer->buffer, ' ');
  plan_write_value(writer, bound->value, bound->json);
}

/* One key has SQL of its own: SQLite is faster at it, and it is what IdPs ask
** most. A text is bound as it is, so that no JSON has to be read. */
static void plan_write_keys(PlanWriter *writer, const char *column,
                            const Json *keys) {
  Arena *arena = writer->buffer.arena;
  assert(keys->count > 0); /* or the search would find everything */
  if (keys->count == 1) {
    const Json *key = keys->first;
    bool plain = key->type == JSON_STRING && key->text.data;
    PlanBound equal = {"=", plain ? key->text : json_text(arena, key), !plain};
    plan_write_bound(writer, column, &equal);
    return;
  }
  plan_write_test(writer, column, "IN (SELECT value FROM json_each(");
  plan_write_value(writer, json_text(arena, keys), false);
  buffer_string(&writer->buffer, "))");
}

/* A search: its conditions go where the source's last one is to come. */
static void plan_write_search(PlanWriter *writer, const PlanNode *node) {
  const PlanSource *source = node->source;
  assert(!node->keys || (!node->low.test && !node->high.test));
  buffer_string(&writer->buffer, source->from);
  if (node->attribute) {
    PlanBound attribute = {"=", node->attribute->path, false};
    plan_write_bound(writer, "attribute", &attribute);
  }
  if (node->keys) plan_write_keys(writer, source->column, node->keys);
  plan_write_bound(writer, source->column, &node->low);
  plan_write_bound(writer, source->column, &node->high);
  buffer_string(&writer->buffer, source->end);
}

/* Writes a node and those below it: PLAN_DEPTH levels at most. */
static void plan_write_node(PlanWriter *writer, const PlanNode *node) {
  Buffer *buffer = &writer->buffer;
  if (node->kind == PLAN_SEARCH) {
    plan_write_search(writer, node);
    return;
  }
  for (const PlanNode *child = node->first; child; child = child->next) {
    bool nested = child->kind != PLAN_SEARCH;
    if (child != node->first)
      buffer_string(buffer,
                    node->kind == PLAN_UNION ? " UNION " : " INTERSECT ");
    if (nested) buffer_string(buffer, "SELECT resource FROM (");
    plan_write_node(writer, child);
    if (nested) buffer_char(buffer, ')');
  }
}

Text plan_sql(Arena *arena, const PlanNode *node, PlanParameters *parameters) {
  PlanWriter writer = {buffer_new(arena), parameters};
  parameters->count = 0;
  plan_write_node(&writer, node);
  return buffer_text(&writer.buffer);
}

/* Bounds of an intersection stand one after the other, since all of them hold.
** An empty list of conditions would be no SQL behind the caller's WHERE, so it
** is true. */
Text plan_bounds_sql(Arena *arena, const PlanNode *node, const char *column,
                     PlanParameters *parameters) {
  PlanWriter writer = {buffer_new(arena), parameters};
  const PlanNode *search = node->kind == PLAN_SEARCH ? node : node->first;
  parameters->count = 0;
  for (; search; search = search->next) {
    assert(search->kind == PLAN_SEARCH && !search->keys);
    plan_write_bound(&writer, column, &search->low);
    plan_write_bound(&writer, column, &search->high);
    if (search == node) break; /* what is next to it is not of the tree */
  }
  return writer.buffer.size ? buffer_text(&writer.buffer) : TEXT(" AND true");
}
