/*
** checkpoint.h: the thread that moves the write-ahead log into the file.
*/
#ifndef SHIM_CHECKPOINT_H
#define SHIM_CHECKPOINT_H

#include "database.h"

typedef struct Checkpoint Checkpoint;

/* What is called, on the thread, when the writer should call checkpoint_finish
** though it has nothing to write. It must not wait. */
typedef void (*CheckpointUrge)(void *argument);

/* Starts the thread, on a connection of its own to a file that is there.
** Returns NULL, with the reason in complaint, if it cannot. The options must
** outlive it. */
Checkpoint *checkpoint_start(const Options *options, CheckpointUrge urge,
                             void *argument, Output *complaint);

/* Ends the thread and closes its connection. */
void checkpoint_stop(Checkpoint *checkpoint);

/* After a commit of the writer: the log has so many pages now. Never waits. */
void checkpoint_note(Checkpoint *checkpoint, int pages);

/* Between two batches, by the writer, on its own connection: begins the log
** anew if that is due. look: it was urged to see whether one that was held can
** be begun anew by now. The busy handler of the connection is to be set again
** afterwards. */
void checkpoint_finish(Checkpoint *checkpoint, Database *database, bool look);

#endif
