/*
** plan.h: a filter as SQL over the indexes.
**
** The SQL selects the rows (scim_resource.resource) of candidates: of all
** resources that match, and perhaps of others. It decides by itself only when
** it is exact. Values come in as parameters, and tenant and type are bound by
** the caller as ?1 and ?2, whose memberships are seen as ?3 (?4 to ?7 are left
** to it), outside of anything that a client wrote.
*/
#ifndef SCIM_PLAN_H
#define SCIM_PLAN_H

#include "../db/query.h"
#include "../model/filter.h"
#include "plan_sql.h"

typedef struct Plan {
  Text sql;    /* one column, resource; empty when no index helps */
  bool exact;  /* selects the matches and nothing else */
  bool once;   /* selects no row twice */
  bool narrow; /* looks keys up, so that few rows are to be expected */
} Plan;

/* The plan, as far as indexes that are built go; fills in the parameters. The
** same row may come several times. What SQLite refuses to prepare nevertheless,
** because its host has lowered a limit, the caller answers by looking at every
** resource of the type. */
Plan plan_filter(Operation *operation, const ResourceType *type,
                 const Filter *filter, PlanParameters *parameters);

/* The plan where it is but a range of the one attribute, as conditions on the
** column `key` of an index of it: " AND key >= ?8 AND key < ?9". Its SQL is
** empty where it is anything else. */
Plan plan_range(Operation *operation, const ResourceType *type,
                const Filter *filter, const Attribute *attribute,
                PlanParameters *parameters);

/* The same as a tree, for scim_explain; NULL when no index helps. */
PlanNode *plan_tree(Operation *operation, const ResourceType *type,
                    const Filter *filter);

/* Is there an index of the attribute that holds every value? */
bool plan_is_built(const ResourceType *type, const Attribute *attribute);

/* Binds tenant, type, source and the parameters; the texts must outlive the
 * query. */
void plan_bind(Query *query, const ResourceType *type,
               const PlanParameters *parameters);

#endif
