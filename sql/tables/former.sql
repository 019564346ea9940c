-- By what a resource was known that is deleted: its userName and its externalId,
-- as keys (folded, like those of scim_value), and the last of those who had
-- one. For the setting rehire: who comes back is found by it, however long the
-- log is.
CREATE TABLE scim_former (
  tenant    TEXT NOT NULL,
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key       ANY NOT NULL,
  id        TEXT NOT NULL,
  version   INTEGER NOT NULL,
  deleted   TEXT NOT NULL,
  PRIMARY KEY (tenant, type, attribute, key)
) STRICT, WITHOUT ROWID;
