/*
** functions.h: the bodies of the scalar functions, for scim.c's table. Their
** data is a FunctionCall.
*/
#ifndef SCIM_FUNCTIONS_H
#define SCIM_FUNCTIONS_H

#include "call.h"

void init_body(Operation *operation, void *data);          /* init.c */
void adopt_body(Operation *operation, void *data);         /* adopt.c */
void apply_body(Operation *operation, void *data);         /* apply.c */
void token_body(Operation *operation, void *data);         /* token.c */
void token_rotate_body(Operation *operation, void *data);  /* token.c */
void secret_body(Operation *operation, void *data);        /* token.c */
void client_body(Operation *operation, void *data);        /* client.c */
void client_rotate_body(Operation *operation, void *data); /* client.c */
void tenant_remove_body(Operation *operation, void *data); /* tenant.c */
void forget_body(Operation *operation, void *data);        /* forget.c */
void replicable_body(Operation *operation, void *data);    /* replicable.c */
void replay_body(Operation *operation, void *data);        /* replay.c */
void limits_body(Operation *operation, void *data);        /* limits.c */
void body_fault_body(Operation *operation, void *data);    /* limits.c */
void release_body(Operation *operation, void *data);       /* release.c */
void prune_body(Operation *operation, void *data);         /* prune.c */
void match_body(Operation *operation, void *data);         /* pure.c */
void patch_body(Operation *operation, void *data);         /* pure.c */
void validate_body(Operation *operation, void *data);      /* pure.c */
void compose_body(Operation *operation, void *data);       /* compose.c */
void fold_body(Operation *operation, void *data);          /* fold.c */
void e164_body(Operation *operation, void *data);          /* fold.c */
void map_body(Operation *operation, void *data);           /* map.c */
void map_switch_body(Operation *operation, void *data);    /* map.c */
void map_drop_body(Operation *operation, void *data);      /* map.c */
void map_sql_body(Operation *operation, void *data);       /* map.c */
void review_body(Operation *operation, void *data);        /* review.c */
void version_body(Operation *operation, void *data);       /* version.c */
void debug_body(Operation *operation, void *data);         /* version.c */

#endif
