/*
** plan.h: a filter as SQL over the indexes.
**
** The SQL selects the rowids of candidates: of all resources that match, and
** perhaps of others. It decides by itself only when it is exact. Values come
** in as parameters, and tenant and type are bound by the caller as ?1 and ?2
** (?3 and ?4 are left to it), outside of anything that a client wrote.
*/
#ifndef SCIM_PLAN_H
#define SCIM_PLAN_H

#include "../db/query.h"
#include "../model/filter.h"

#define PLAN_PARAMETERS 64
#define PLAN_FIRST 5 /* number of the first parameter of a filter */

typedef struct Plan {
  Text sql;    /* one column, the rowid; empty when no index helps */
  bool exact;  /* selects the matches and nothing else */
  bool narrow; /* looks one key up, so that few rows are to be expected */
} Plan;

typedef struct PlanParameters {
  int count;
  Text texts[PLAN_PARAMETERS];
} PlanParameters;

Plan plan_filter(Operation *operation, const ResourceType *type,
                 const Filter *filter, PlanParameters *parameters);

/* Binds tenant, type and the parameters. */
void plan_bind(Query *query, Text tenant, const ResourceType *type,
               const PlanParameters *parameters);

#endif
