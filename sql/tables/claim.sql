-- Who has a value that only one may have, of which several had it before it had
-- to be unique: scim_unique has room for the oldest. tenant is as there.
CREATE TABLE scim_claim (
  tenant    TEXT NOT NULL,
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key       ANY NOT NULL,
  resource  INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, attribute, key, resource)
) STRICT, WITHOUT ROWID;
