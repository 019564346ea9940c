/*
** plan_sql.h: a plan as a tree, and the tree as SQL. The tree is plan.c's.
*/
#ifndef SCIM_PLAN_SQL_H
#define SCIM_PLAN_SQL_H

#include "../model/filter.h"

/* SQLite compiles each SELECT of a UNION within the one before it: half a KiB
** of stack a search. */
#define PLAN_SEARCHES 32
/* Unions and intersections within each other. The parser of SQLite 3.40 has a
** stack of 100 symbols, and takes 8 of them. */
#define PLAN_DEPTH 4
#define PLAN_PARAMETERS (3 * PLAN_SEARCHES)

/* The numbers of the parameters of SQL that has a plan in it. */
enum {
  PLAN_TENANT = 1,
  PLAN_TYPE,
  PLAN_SOURCE, /* whose memberships are seen; NULL: all of them */
  PLAN_LIMIT,  /* this and the next three for the caller, if it wants them */
  PLAN_EDGE,
  PLAN_ATTRIBUTE,
  PLAN_EDGE_KEY,
  PLAN_FIRST /* of those that a filter makes */
};

/* The values in the SQL of a plan, which are bound when it runs. */
typedef struct PlanParameters {
  int count;
  Text texts[PLAN_PARAMETERS]; /* of ?8, ?9, … */
} PlanParameters;

/* Where rows are searched: SQL whose last condition is still to come. */
typedef struct PlanSource {
  const char *from;   /* up to there */
  const char *column; /* that is compared */
  const char *end;    /* what comes after the conditions */
  const char *index;  /* what is searched, for scim_explain */
  bool narrow;        /* a key has few rows */
  bool once;          /* a key has no row twice */
} PlanSource;

/* One end of a range; no test, no end. */
typedef struct PlanBound {
  const char *test; /* ">=" … */
  Text value;
  bool json; /* the value is to be read as JSON */
} PlanBound;

typedef enum PlanNodeKind {
  PLAN_SEARCH,
  PLAN_UNION,
  PLAN_INTERSECT
} PlanNodeKind;

typedef struct PlanNode PlanNode;
struct PlanNode {
  PlanNodeKind kind;
  bool exact;   /* finds the matches and nothing else */
  bool narrow;  /* looks keys up: few rows are to be expected */
  int searches; /* within it; 1 for a search itself */
  int depth;    /* of unions and intersections within each other */

  const PlanSource *source;   /* SEARCH */
  const Attribute *attribute; /* of scim_value, NULL for others */
  Json *keys;                 /* an array: equals one of them; or NULL: */
  PlanBound low, high;        /* lies between them */
  const Filter *term;         /* what is searched for */
  PlanNode *same; /* other terms whose keys this search has taken over */

  PlanNode *first, *last; /* UNION, INTERSECT: children */
  PlanNode *next;
};

/* The SQL of the tree, in the arena; the values in it become the parameters.
** The tree has no more than PLAN_SEARCHES and PLAN_DEPTH allow. */
Text plan_sql(Arena *arena, const PlanNode *node, PlanParameters *parameters);

/* The bounds of a search, or of all searches of an intersection, as conditions
** on a column: " AND key >= ?8 AND key < ?9". */
Text plan_bounds_sql(Arena *arena, const PlanNode *node, const char *column,
                     PlanParameters *parameters);

#endif
