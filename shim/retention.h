/*
** retention.h: how long the log is kept (--keep-log).
*/
#ifndef SHIM_RETENTION_H
#define SHIM_RETENTION_H

#include "engine.h"

typedef struct Retention Retention;

/* Called when the writer shall look in. From any thread; must not block. */
typedef void RetentionUrge(void *argument);

/* Runs a statement, which writes or reads. As engine_write; ENGINE_BUSY says
** that others are writing. */
typedef int RetentionAsk(void *argument, const EngineStatement *statement,
                         bool writes, EngineAnswer *answer);

/* Starts the thread that says when it is time. Where nobody is to be urged it
** does itself what there is to do. Returns NULL where the options keep the log
** for ever, or, with the reason in complaint, if that fails. */
Retention *retention_start(const Options *options, RetentionUrge *urge,
                           RetentionAsk *ask, void *argument,
                           Output *complaint);

/* Removes a step of what is too old, by the thread that writes and outside of a
** transaction. Returns false if it is not yet time. */
bool retention_tend(Retention *retention);

/* Ends the thread. */
void retention_stop(Retention *retention);

#endif
