/*
** map_reach.c: counts the rows that a change may bring into tables of members.
**
** HOW IT WORKS
**
** A map that keeps a table of the members of groups (sql/map/member.sql) writes
** a row for each who joins, which is no more than the request names. With
** "nested": "effective" it is one for each who joins or is in a group that
** does, in the group and in each that this lies in: two small numbers, and
** their product is none. So both are counted before anything is written, up to
** the limit and no farther. Rows that are there already count as well: to find
** out about each of them takes nearly as long as to write it.
**
**   5,000 join by a group, into one that lies in 99    505,100 rows: refused
**   5,000 join a group that lies in 9                   50,000 rows
*/
#include "map_reach.h"

#include "../model/budget.h"
#include "../model/error.h"
#include "../model/map.h"
#include "../model/schema.h"

/* Steps of the budget (budget.h) that it takes to go to a group above, or to
** somebody in a group that joins: a bulk request may ask a thousand times. And
** no more than these, or a limit that somebody has raised would be none. */
#define REACH_STEPS 32
#define REACH_STEPS_MOST (BUDGET_STEPS / 4)

/* What is known of a change. */
typedef struct Reach {
  Operation *operation;
  const Change *change;
  long long most, rows; /* that may come, and that do */
} Reach;

/* The only row of a query, and its end. */
static long long reach_number(Query *query) {
  long long number = 0, seen = 0;
  if (query_step(query)) {
    number = query_integer(query, REACH_ROW_NUMBER);
    seen = query_integer(query, REACH_ROW_SEEN);
  }
  query_close(query);
  if (seen > REACH_STEPS_MOST / REACH_STEPS)
    seen = REACH_STEPS_MOST / REACH_STEPS;
  budget_spend(query->operation, (size_t)seen * REACH_STEPS);
  return number;
}

/* The groups that get who joins this one: itself and those above, as far as
** they have a row, and it may get its own by this change. */
static long long reach_above(Reach *reach, const Map *map) {
  const Change *change = reach->change;
  Query query = query_open(reach->operation, STATEMENT_REACH_ABOVE);
  query_bind_text(&query, REACH_ABOVE_ID, change->id);
  query_bind_text(&query, REACH_ABOVE_TENANT, change->tenant);
  query_bind_text(&query, REACH_ABOVE_MAP, map->name);
  return reach_number(&query) + change->links;
}

/* Those who join, where no group with members is among them. */
static long long reach_flat(Reach *reach) {
  Query query = query_open(reach->operation, STATEMENT_REACH_FLAT);
  query_bind_text(&query, REACH_FLAT_TENANT, reach->change->tenant);
  query_bind_text(&query, REACH_FLAT_JOINS, reach->change->joins);
  return reach_number(&query);
}

/* Who has a row and joins, or is in groups among those; or, without joins, who
** is in the group. As far as `most`. */
static long long reach_below(Reach *reach, const Map *map, bool joins,
                             long long most) {
  const Change *change = reach->change;
  Query query = query_open(reach->operation, STATEMENT_REACH_BELOW);
  query_bind_text(&query, REACH_BELOW_TENANT, change->tenant);
  query_bind_text(&query, REACH_BELOW_OF, map->members.of);
  query_bind_integer(&query, REACH_BELOW_MOST, most);
  if (joins)
    query_bind_text(&query, REACH_BELOW_JOINS, change->joins);
  else
    query_bind_integer(&query, REACH_BELOW_GROUP, change->resource);
  return reach_number(&query);
}

/* The rows that those who join bring into one map. Who they are is asked only
** where there could be too many of them. */
static void reach_count_joins(Reach *reach, const Map *map) {
  long long above = reach_above(reach, map);
  if (failed(reach->operation) || above < 1) return;
  long long left = (reach->most - reach->rows) / above;
  long long below = reach_flat(reach);
  if (!below || below > left) below = reach_below(reach, map, true, left + 1);
  reach->rows += above * below;
}

/* Adds the rows of one map that counts nested groups. Who is in a group that
** gets its row only now, comes too. */
static void reach_count(Reach *reach, const Map *map) {
  const Change *change = reach->change;
  if (change->joins.size) reach_count_joins(reach, map);
  if (change->links && reach->rows <= reach->most)
    reach->rows +=
        reach_below(reach, map, false, reach->most - reach->rows + 1);
  if (failed(reach->operation) || reach->rows <= reach->most) return;
  error_set(reach->operation, ERROR_TOO_LARGE,
            "this might bring more than %lld rows (max_joined) to maps that "
            "count those in nested groups, here to '%.*s'; fewer must join at "
            "once",
            reach->most, TEXT_ARG(map->name));
}

void map_reach(Operation *operation, const Change *change, long long most) {
  Reach reach = {operation, change, most, 0};
  if (failed(operation) || (!change->joins.size && !change->links)) return;
  for (const Map *map = operation->schemas->maps; map; map = map->next)
    if (map->on && map->members.effective && map_serves(map, change->tenant) &&
        !failed(operation))
      reach_count(&reach, map);
}
