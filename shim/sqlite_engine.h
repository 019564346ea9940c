/*
** sqlite_engine.h: the database is a file of this machine.
*/
#ifndef SHIM_SQLITE_ENGINE_H
#define SHIM_SQLITE_ENGINE_H

#include "engine.h"

/* As engine_open. */
Engine *sqlite_engine_open(const Options *options, EngineUse use,
                           Output *complaint);

#endif
