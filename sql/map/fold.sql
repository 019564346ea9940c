-- What rows are found by. lower() compares ASCII as Unicode does, so an index of
-- the application's table finds those. Rows with anything else are noted, and
-- are folded by the extension when it next looks for one.
CREATE INDEX IF NOT EXISTS {index} ON {table} ({index columns});

CREATE TRIGGER "scim_map.{name}.{number}.update"
AFTER UPDATE OF {key columns}, {columns of rule} ON {table}
WHEN ({old wide} OR {new wide})
 AND ({changed})
BEGIN
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {old tenant}
     AND key = +OLD.{key};
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {new tenant}
     AND key = +NEW.{key};
  INSERT INTO scim_map_fold (map, rule, key, tenant)
  SELECT {map}, {number}, NEW.{key}, {new tenant}
   WHERE {new wide};
END;

CREATE TRIGGER "scim_map.{name}.{number}.delete" AFTER DELETE ON {table}
WHEN {old wide}
BEGIN
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {old tenant}
     AND key = +OLD.{key};
END;

INSERT INTO scim_map_fold (map, rule, key, tenant)
SELECT {map}, {number}, t.{key}, {row tenant}
  FROM {table} AS t
 WHERE {row wide};
