-- What filters look at. The rows to go are found by whole keys: what is the same
-- for all of them is outside of the list, or SQLite would walk through all values
-- of an attribute.
CREATE VIEW scim_commit_value_drop (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_value_drop
INSTEAD OF INSERT ON scim_commit_value_drop
WHEN NEW.keys IS NOT NULL
BEGIN
  DELETE FROM scim_value
   WHERE tenant = NEW.tenant AND type = NEW.type AND resource = NEW.resource
     AND (attribute, key) IN (SELECT j.key, j.value
                                FROM json_each(NEW.keys) AS j);
END;

CREATE VIEW scim_commit_value_add (tenant, type, resource, keys) AS
SELECT NULL, NULL, NULL, NULL
 WHERE 0;

CREATE TRIGGER scim_commit_value_add INSTEAD OF INSERT ON scim_commit_value_add
WHEN NEW.keys IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO scim_value (tenant, type, attribute, key, resource)
  SELECT NEW.tenant, NEW.type, j.key, j.value, NEW.resource
    FROM json_each(NEW.keys) AS j;
END;
