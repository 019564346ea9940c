-- Members of groups: a row each, so that one member costs the same in a group
-- of 10 and of 100,000. "group" is scim_resource.resource, value a SCIM id. What
-- an IdP has put there and what the platform has are rows of their own, so that
-- neither takes out the other's.
CREATE TABLE scim_member (
  "group" INTEGER NOT NULL,
  value   TEXT NOT NULL,
  type    TEXT,
  display TEXT,
  source  TEXT NOT NULL DEFAULT 'idp' CHECK (source = 'idp' OR source = 'manual'),
  PRIMARY KEY ("group", value, source)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_member_value ON scim_member (value, "group");
