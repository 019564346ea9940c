/*
** retention.h: how long the log is kept (--keep-log).
*/
#ifndef SHIM_RETENTION_H
#define SHIM_RETENTION_H

#include "database.h"

typedef struct Retention Retention;

/* Called when the writer shall look in. From any thread; must not block. */
typedef void RetentionUrge(void *argument);

/* Starts the thread that says when it is time. Returns NULL where the options
** keep the log for ever, or, with the reason in complaint, if that fails. */
Retention *retention_start(const Options *options, RetentionUrge *urge,
                           void *argument, Output *complaint);

/* Removes a step of what is too old, on the writer's connection and outside of
** a transaction. Returns false if it is not yet time. */
bool retention_tend(Retention *retention, Database *database);

/* Ends the thread. */
void retention_stop(Retention *retention);

#endif
