/*
** rqlite_engine.h: the database is in a cluster of rqlite, on several machines.
*/
#ifndef SHIM_RQLITE_ENGINE_H
#define SHIM_RQLITE_ENGINE_H

#include "engine.h"

/* As engine_open. */
Engine *rqlite_engine_open(const Options *options, EngineUse use,
                           Output *complaint);

#endif
