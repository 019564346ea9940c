/*
** circle.c: no group may be within itself.
**
** HOW IT WORKS
**
** Groups may be members of groups, as deep as anybody likes. Were one within
** itself, everybody in any of them would be in all of them, which nobody means.
** So before members are added it is asked which groups the group is in, up to
** the last: none of these, and not the group itself, may become its member.
** Whose memberships they are makes no difference: half of a circle may be the
** IdP's, and half kept by hand.
**
**   Sales is in Europe, Europe is in World       World is to become a member of
**                                                Sales: Sales -> World ->
**                                                Europe -> Sales
**
** One statement finds out, in time that grows with the groups above and the
** members that come, and not with the members that are there. The groups above
** are counted in the budget of the request: there may be thousands, and a bulk
** request may ask about them a thousand times. What it refuses is to be
** explained: for that the way up is walked once more, group by group and the
** nearest first, with each of them knowing through which other one it was come
** by. So the way that is named is the shortest.
*/
#include "circle.h"

#include "../db/query.h"
#include "../model/budget.h"
#include "../model/error.h"
#include "../text/contains.h"

#define CIRCLE_STEPS 1000 /* groups that are looked at to name the way */

/* Steps of the budget (budget.h): half of what a group above takes, so that
** those of any company are no matter, and what one takes to name the way. */
#define CIRCLE_ABOVE 32
#define CIRCLE_NAMED 100

/* A group on the way up. */
typedef struct CircleStep {
  Text id, name;
  const struct CircleStep *below; /* its member on the way; NULL: the first */
} CircleStep;

/* The groups above one, which is the first; the nearest come first. */
typedef struct CircleWalk {
  CircleStep steps[CIRCLE_STEPS];
  size_t count;
} CircleWalk;

/* Notes a group, unless it has been noted, or there is no room. */
static void circle_note(CircleWalk *walk, Text id, Text name,
                        const CircleStep *below) {
  for (size_t i = 0; i < walk->count; i++)
    if (text_equal(walk->steps[i].id, id)) return;
  if (walk->count == CIRCLE_STEPS) return;
  CircleStep step = {id, name.size ? name : id, below};
  walk->steps[walk->count++] = step;
}

/* Notes the groups that have this one for a member, whosever. */
static void circle_climb(Operation *operation, CircleWalk *walk,
                         const CircleStep *step) {
  Query query = query_open(operation, STATEMENT_GROUPS);
  query_bind_text(&query, GROUPS_TENANT, operation->tenant);
  query_bind_text(&query, GROUPS_ID, step->id);
  while (query_step(&query))
    circle_note(walk, query_text(&query, GROUP_ROW_ID),
                query_text(&query, GROUP_ROW_DISPLAY), step);
  query_close(&query);
}

/* The step of an id above the first; NULL when it is so far up that nobody
** would read the way. */
static const CircleStep *circle_find(Operation *operation, CircleWalk *walk,
                                     Text id) {
  for (size_t i = 0; i < walk->count; i++) {
    const CircleStep *step = &walk->steps[i];
    if (text_equal(step->id, id)) return step;
    if (!budget_spend(operation, CIRCLE_NAMED)) return NULL;
    circle_climb(operation, walk, step);
  }
  return NULL;
}

/* Writes the way from the group to the member, and on down to where the group
** is a member itself; but not for a caller who may not read groups. */
static void circle_refuse(Operation *operation, Text id, Text name,
                          Text member) {
  if (operation->strict & STRICT_SILENT) {
    error_set(operation, ERROR_INVALID_VALUE,
              "'members' would put a group into itself");
    return;
  }
  Buffer way = buffer_new(&operation->arena);
  CircleWalk *walk = arena_alloc(&operation->arena, sizeof *walk);
  circle_note(walk, id, name, NULL);
  const CircleStep *first = &walk->steps[0];
  const CircleStep *step = circle_find(operation, walk, member);
  error_add_step(&way, first->name, false);
  if (!step) {
    buffer_string(&way, " -> …");
    step = first;
  }
  for (; step; step = step->below)
    error_add_step(&way, step->name, !step->below);
  error_set(operation, ERROR_INVALID_VALUE,
            "'members' would put a group into itself: %.*s",
            TEXT_ARG(buffer_text(&way)));
}

/* Is the id among the members to be added? Perhaps, if it stands there as a
** string: whether as the value of one, the statement behind tells. */
static bool circle_names(Operation *operation, Text id, Text add) {
  Buffer string = buffer_new(&operation->arena);
  buffer_json_string(&string, id);
  return contains_part(add, buffer_text(&string));
}

/* Can there be one? A look at the members to come and one into an index tell of
** most groups that there cannot. */
static bool circle_is_possible(Operation *operation, Text id, Text add) {
  if (circle_names(operation, id, add)) return true;
  Query query = query_open(operation, STATEMENT_CIRCLE_POSSIBLE);
  query_bind_text(&query, CIRCLE_POSSIBLE_ID, id);
  bool possible =
      query_step(&query) && query_integer(&query, POSSIBLE_ROW_YES) != 0;
  query_close(&query);
  return possible;
}

/* What is cheap comes first, since most changes cannot close a circle. Then SQL
** finds the member that would; the way to it is put together only to be told in
** the error. */
void circle_check(Operation *operation, long long group, Text id, Text name,
                  Text add) {
  Text member = NO_TEXT;
  long long above = 0;
  if (failed(operation) || !add.size) return;
  if (!circle_is_possible(operation, id, add)) return;
  long long left = budget_left(operation);
  Query query = query_open(operation, STATEMENT_CIRCLE);
  query_bind_text(&query, CIRCLE_ID, id);
  query_bind_text(&query, CIRCLE_TENANT, operation->tenant);
  query_bind_text(&query, CIRCLE_ADD, add);
  query_bind_integer(&query, CIRCLE_GROUP, group);
  query_bind_integer(&query, CIRCLE_MOST,
                     left < 0 ? left : left / CIRCLE_ABOVE + 1);
  if (query_step(&query)) {
    member = query_text(&query, CIRCLE_ROW_VALUE);
    above = query_integer(&query, CIRCLE_ROW_ABOVE);
  }
  query_close(&query);
  if (!budget_spend(operation, (size_t)above * CIRCLE_ABOVE)) return;
  if (member.size) circle_refuse(operation, id, name, member);
}
