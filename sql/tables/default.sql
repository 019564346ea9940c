-- Values that an attribute has when a create leaves it out; a PUT that leaves
-- it out keeps what is there. value is JSON.
CREATE TABLE scim_default (
  type      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  value     TEXT NOT NULL,
  PRIMARY KEY (type, attribute)
) STRICT, WITHOUT ROWID;

-- Nobody is created or left disabled because a client did not say active.
INSERT INTO scim_default (type, attribute, value) VALUES
  ('User', 'active', 'true');
