-- What is known at the horizon of the log, up to which scim_prune has removed
-- it (scim_meta: horizon, horizon_seq): every resource that was there, and the
-- members of groups. Only scim_prune writes here, and scim_replay. What came
-- afterwards is in scim_log, whose rows begin behind horizon_seq. Empty as long
-- as nothing was removed.
CREATE TABLE scim_snapshot (
  tenant   TEXT NOT NULL,
  type     TEXT NOT NULL,
  id       TEXT NOT NULL,
  resource INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  created  TEXT NOT NULL,
  modified TEXT NOT NULL,
  doc      TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;

-- The members of a resource in scim_snapshot, as scim_member has them.
CREATE TABLE scim_snapshot_member (
  tenant   TEXT NOT NULL,
  group_id TEXT NOT NULL,
  value    TEXT NOT NULL,
  source   TEXT NOT NULL CHECK (source = 'idp' OR source = 'manual'),
  type     TEXT,
  display  TEXT,
  PRIMARY KEY (tenant, group_id, value, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_snapshot_member_value
    ON scim_snapshot_member (tenant, value);
