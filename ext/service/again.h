/*
** again.h: a request that is sent a second time, by whom the answer to the
** first has not reached: the option `again`.
*/
#ifndef SCIM_AGAIN_H
#define SCIM_AGAIN_H

#include "request.h"

/* An error where the option `again` is given to a request that has no name. */
void again_check(Request *request);

/* Was it done the first time, or refused? */
bool again_is_done(Request *request);

/* If so, replies, or sets the error of then, and nothing is to be done any
** more: true. */
bool again_answer(Request *request);

#endif
