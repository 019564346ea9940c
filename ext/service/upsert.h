/*
** upsert.h: what loading rows by a key would do: create who is not there,
** change who is, and leave alone who is as the row says.
*/
#ifndef SCIM_UPSERT_H
#define SCIM_UPSERT_H

#include "../model/compose.h"
#include "../text/lookup.h"

typedef struct Upsert {
  Text tenant;
  Compose compose; /* the columns, by their paths */
  size_t match;    /* the column that is the key */
  Lookup seen;     /* ids that rows have named, and keys that are new */
  bool members;    /* they are a column */
  bool any;        /* there was a row */
  bool blind;      /* one could have been anybody's */
} Upsert;

/* What one row would do. Texts that say nothing are no text. */
typedef struct UpsertRow {
  Text key;
  const char *action; /* "create", "update", "deactivate", "same", "refuse" */
  Text id;            /* of whom it is about; no text: not there yet */
  Text before, after; /* merge patches, JSON */
  Text detail;        /* why it is refused */
} UpsertRow;

/* Reads the names of the columns, in `upsert` the tenant. `match` is the name
** of the one that is the key; no text: the attribute of the type that is
** required and unique, as userName. What was seen is kept in the arena. False
** with an error that names the column, or says that the key is none. */
bool upsert_read(Operation *operation, const ResourceType *type,
                 const Text *names, size_t count, Text match, Arena *kept,
                 Upsert *upsert);

/* Works out what the row of the cells would do, by the same rules as a request.
** Nothing is written. */
UpsertRow upsert_row(Operation *operation, Upsert *upsert, Json *const *cells);

/* Can it be said who is in no row? If not, the row says why: of a load without
** rows, or with one that could have been anybody's, nobody is missing. */
bool upsert_knows_missing(const Upsert *upsert, UpsertRow *row);

/* The same as upsert_row for a resource that no row has named, and that is to
** be inactive then. False where a row has, or it is inactive or gone. */
bool upsert_missing(Operation *operation, Upsert *upsert, long long resource,
                    UpsertRow *row);

#endif
