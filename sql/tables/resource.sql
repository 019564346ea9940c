-- The resources. doc holds no meta, members, groups or password. name is its
-- userName or, in a type other than User, else its displayName; email the one
-- that people are written to: the primary, else the first of type work, else the
-- first. They stand in columns of their own for the sake of their indexes: one of
-- JSON functions could not be opened where trusted_schema is off.
CREATE TABLE scim_resource (
  resource INTEGER PRIMARY KEY,
  tenant   TEXT NOT NULL,
  type     TEXT NOT NULL,
  id       TEXT NOT NULL,
  version  INTEGER NOT NULL,
  created  TEXT NOT NULL,
  modified TEXT NOT NULL,
  doc      TEXT NOT NULL,
  name     TEXT,
  email    TEXT,
  UNIQUE (tenant, id)
) STRICT;

CREATE INDEX scim_resource_type_order ON scim_resource (tenant, type);
CREATE INDEX scim_resource_created ON scim_resource (tenant, type, created);
CREATE INDEX scim_resource_modified ON scim_resource (tenant, type, modified);
CREATE INDEX scim_resource_name ON scim_resource (name);
CREATE INDEX scim_resource_email ON scim_resource (email)
 WHERE email IS NOT NULL;

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
