/*
** chain.h: the hash of a row of scim_log, and the one before within it.
*/
#ifndef SCIM_CHAIN_H
#define SCIM_CHAIN_H

#include "../db/query.h"

#define CHAIN_BYTES 32

/* A row of scim_log. No text, and the number 0, are NULL; what is the empty
** text is that. */
typedef struct ChainRow {
  long long seq;
  Text time, tenant;
  long long token;
  Text method, target;
  long long status;
  Text scim_type, detail, action, type, id;
  long long version;
  Text before, after, member_add, member_drop, member_patch, groups_left;
  Text source;
  Text digest, hash, forgotten; /* as they are stored */
} ChainRow;

/* What the columns digest, hash and shape are to hold. */
typedef struct ChainSeal {
  long long seq;   /* of the row */
  Text tenant;     /* in whose chain it is */
  long long shape; /* 0: no change had it so far */
  unsigned char digest[CHAIN_BYTES], hash[CHAIN_BYTES];
} ChainSeal;

/* A digest or a hash as bytes for a query. */
static inline Text chain_bytes(const unsigned char bytes[CHAIN_BYTES]) {
  return (Text){(const char *)bytes, CHAIN_BYTES};
}

/* The digest of the values of a row: of all that forgetting may take out. */
void chain_digest(const ChainRow *row, unsigned char digest[CHAIN_BYTES]);

/* The hash of a row: of the hash before, of its columns and of the digest. */
void chain_hash(const ChainRow *row, Text previous, Text digest,
                unsigned char hash[CHAIN_BYTES]);

/* Seals a row that is about to be written as the tenant's next: reads which
** number it gets, the hash before, and the number of its shape, by its form
** (model/shape.h; or no text). For an operation that may write. */
const ChainSeal *chain_seal(Operation *operation, const ChainRow *row,
                            Text form);

/* Reads the row at which a query of chain_rows stands. */
ChainRow chain_read(Query *query);

#endif
