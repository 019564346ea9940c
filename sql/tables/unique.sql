-- Values of attributes with uniqueness "server" (per tenant) or "global"
-- (tenant is then '').
CREATE TABLE scim_unique (
  tenant    TEXT NOT NULL,
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key       ANY NOT NULL,
  resource  INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, attribute, key)
) STRICT, WITHOUT ROWID;
