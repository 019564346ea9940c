-- The resources. doc holds no meta, members, groups or password.
CREATE TABLE scim_resource (
  resource INTEGER PRIMARY KEY,
  tenant   TEXT NOT NULL,
  type     TEXT NOT NULL,
  id       TEXT NOT NULL,
  version  INTEGER NOT NULL,
  created  TEXT NOT NULL,
  modified TEXT NOT NULL,
  doc      TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;

CREATE INDEX scim_resource_type_order ON scim_resource (tenant, type);
CREATE INDEX scim_resource_created ON scim_resource (tenant, type, created);
CREATE INDEX scim_resource_modified ON scim_resource (tenant, type, modified);

-- Live resources per tenant and type: an unfiltered totalResults; and how many
-- of them are not inactive ("active" is not false), of which the breaker takes
-- its percent.
CREATE TABLE scim_count (
  tenant TEXT NOT NULL,
  type   TEXT NOT NULL,
  live   INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, type)
) STRICT, WITHOUT ROWID;
