/*
** writer.h: the one thread that writes, and group commit.
**
** It takes what is waiting, runs it in one transaction, and nobody is answered
** before the COMMIT: many requests share the cost of one sync.
*/
#ifndef SHIM_WRITER_H
#define SHIM_WRITER_H

#include "database.h"

typedef struct Writer Writer;

/* Opens the database (creating and initialising it) and starts the thread.
** Returns NULL, with the reason in complaint, if that fails. The options
** and the keeper, which may be NULL, must outlive the writer. */
Writer *writer_start(const Options *options, Keeper *keeper, Output *complaint);

/* Runs one statement and waits until it is committed. As engine_write. */
int writer_apply(Writer *writer, const EngineStatement *statement,
                 EngineAnswer *answer);

/* How many requests are waiting. */
size_t writer_waiting(Writer *writer);

/* Finishes what is waiting, ends the thread and closes the database. Returns
** the result code of closing. */
int writer_stop(Writer *writer);

#endif
