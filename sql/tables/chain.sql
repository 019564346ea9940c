-- Where the chain of each tenant's log stands. A row of scim_log has the hash of
-- the tenant's row before it within its own; seq and hash are of the newest, so
-- that the last one cannot go unnoticed either. pruned_seq and pruned_hash are of
-- the newest row that pruning took: there the chain begins now.
CREATE TABLE scim_chain (
  tenant      TEXT PRIMARY KEY,
  seq         INTEGER NOT NULL,
  hash        BLOB NOT NULL,
  pruned_seq  INTEGER,
  pruned_hash BLOB
) STRICT, WITHOUT ROWID;
