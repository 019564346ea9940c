/*
** readers.h: the connections that read, and what a request may cost them.
**
** There is a fixed set of them, opened before anybody is served. A thread
** borrows one for a request, works on it itself, and gives it back.
*/
#ifndef SHIM_READERS_H
#define SHIM_READERS_H

#include "database.h"

typedef struct Readers Readers;

/* Opens all of them. Returns NULL, with the reason in complaint, if one cannot
** be opened. The options and the keeper, which may be NULL, must outlive
** them. */
Readers *readers_open(const Options *options, Keeper *keeper,
                      Output *complaint);

/* Nobody may have one borrowed. */
void readers_close(Readers *readers);

/* Runs a request of a client within its budget. As engine_read. */
int readers_apply(Readers *readers, const EngineStatement *statement,
                  EngineClient client, EngineAnswer *answer);

/* Runs a statement of the shim's own within the same budget, before those of
** clients that wait. As engine_read. */
int readers_ask(Readers *readers, const EngineStatement *statement,
                EngineAnswer *answer);

#endif
