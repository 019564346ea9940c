/*
** rqlite_tables.h: the extension's tables in a cluster: that they are there,
** and what they say of a request before it is sent.
**
** Every function may be called from any thread.
*/
#ifndef SHIM_RQLITE_TABLES_H
#define SHIM_RQLITE_TABLES_H

#include "rqlite_local.h"
#include "rqlite_read.h"
#include "rqlite_writer.h"

/* Makes them, where they are missing or old; whoever comes second finds them.
** Returns false, with the reason in complaint, if that fails. */
bool rqlite_tables_make(RqliteWriter *writer, Output *complaint);

/* Are they there? Who does not answer has none, as far as anybody can tell. */
bool rqlite_tables_are_there(RqliteReader *reader);

/* What they say. */
typedef struct RqliteTables RqliteTables;

/* Returns NULL if there is no memory. The reader must outlive it. */
RqliteTables *rqlite_tables_new(RqliteReader *reader);
void rqlite_tables_free(RqliteTables *tables);

/* Appends the option `write_only` of scim_replicable, as it was a second ago,
** or when a node answered last. Returns what engine_read does; if that is not
** 0, nothing must be sent. */
int rqlite_tables_ask_secrets(RqliteTables *tables, Output *secrets);

/* The same without asking: nothing, if nobody has asked. */
void rqlite_tables_known_secrets(RqliteTables *tables, Output *secrets);

/* Takes the body out of a write that goes to where nothing is. Likewise. */
int rqlite_tables_check_place(RqliteTables *tables, RqlitePrepared *prepared);

#endif
