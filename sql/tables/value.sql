-- The filter index: one row a value of an indexed attribute. key is the form
-- that is compared: folded text, a number, or an instant in UTC.
CREATE TABLE scim_value (
  tenant    TEXT NOT NULL,
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  key       ANY NOT NULL,
  resource  INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, attribute, key, resource)
) STRICT, WITHOUT ROWID;
