-- Which row is a resource's. key is NULL for one that shall have none. A row
-- has one resource at most.
CREATE TABLE scim_link (
  map    TEXT NOT NULL,
  tenant TEXT NOT NULL,
  id     TEXT NOT NULL,
  key    ANY,
  how    TEXT NOT NULL,
  since  TEXT NOT NULL,
  PRIMARY KEY (map, tenant, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX scim_link_key ON scim_link (map, tenant, key);

-- Resources of which a person has to say what their row is. candidates is a
-- JSON array of keys.
CREATE TABLE scim_review (
  review     INTEGER PRIMARY KEY,
  map        TEXT NOT NULL,
  tenant     TEXT NOT NULL,
  id         TEXT NOT NULL,
  candidates TEXT NOT NULL,
  reason     TEXT NOT NULL,
  since      TEXT NOT NULL,
  UNIQUE (map, tenant, id)
) STRICT;

-- Columns that hold the key of another resource's row ("as": "key"), and which
-- resource that is, target: it may come later, go, or get another row.
CREATE TABLE scim_map_reference (
  tenant   TEXT NOT NULL,
  target   TEXT NOT NULL,
  map      TEXT NOT NULL,
  "column" TEXT NOT NULL,
  id       TEXT NOT NULL,
  PRIMARY KEY (tenant, target, map, "column", id)
) STRICT, WITHOUT ROWID;

-- Rows of the application's join tables that a map has put there, and so may
-- take away. "group" is scim_resource.resource, member a SCIM id.
CREATE TABLE scim_map_member (
  map        TEXT NOT NULL,
  "group"    INTEGER NOT NULL,
  member     TEXT NOT NULL,
  tenant     TEXT NOT NULL,
  group_key  ANY NOT NULL,
  member_key ANY NOT NULL,
  PRIMARY KEY (map, "group", member)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_map_member_member
    ON scim_map_member (tenant, member, map);

-- Rows of the application's tables that are found by what is not ASCII, for
-- which an index on lower() is not enough. rule is the number of what they are
-- found by; folded is NULL from when the row is written until the next search.
CREATE TABLE scim_map_fold (
  map    TEXT NOT NULL,
  rule   INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  key    ANY NOT NULL,
  folded TEXT,
  PRIMARY KEY (map, rule, tenant, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_map_fold_folded
    ON scim_map_fold (map, rule, tenant, folded);
