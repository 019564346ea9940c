/*
** plan.h: a filter as SQL over the indexes.
**
** The SQL selects the rows (scim_resource.resource) of candidates: of all
** resources that match, and perhaps of others. It decides by itself only when
** it is exact. Values come in as parameters, and tenant and type are bound by
** the caller as ?1 and ?2 (?3 and ?4 are left to it), outside of anything that
** a client wrote.
*/
#ifndef SCIM_PLAN_H
#define SCIM_PLAN_H

#include "../db/query.h"
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
  PLAN_LIMIT, /* this and the next for the caller, if it wants them */
  PLAN_EDGE,
  PLAN_FIRST /* of those that a filter makes */
};

typedef struct Plan {
  Text sql;   /* one column, resource; empty when no index helps */
  bool exact; /* selects the matches and nothing else */
} Plan;

typedef struct PlanParameters {
  int count;
  Text texts[PLAN_PARAMETERS]; /* of ?5, ?6, … */
} PlanParameters;

/* The plan, as far as indexes that are built go; fills in the parameters. The
** same row may come several times. What SQLite refuses to prepare nevertheless,
** because its host has lowered a limit, the caller answers by looking at every
** resource of the type. */
Plan plan_filter(Operation *operation, const ResourceType *type,
                 const Filter *filter, PlanParameters *parameters);

/* Binds tenant, type and the parameters; the texts must outlive the query. */
void plan_bind(Query *query, const ResourceType *type,
               const PlanParameters *parameters);

#endif
