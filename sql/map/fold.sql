-- What rows are found by, in the form in which it is compared: at once where it
-- is ASCII, and else NULL until it is folded.
CREATE TRIGGER "scim_map.{name}.{number}.insert" AFTER INSERT ON {table}
WHEN {new folds}
BEGIN
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {new tenant}
     AND key = +NEW.{key};
  INSERT INTO scim_map_fold (map, rule, key, tenant, folded)
  VALUES ({map}, {number}, NEW.{key}, {new tenant}, {new folded});
END;

CREATE TRIGGER "scim_map.{name}.{number}.update"
AFTER UPDATE OF {key columns}, {columns of rule} ON {table}
WHEN {changed}
BEGIN
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {old tenant}
     AND key = +OLD.{key};
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {new tenant}
     AND key = +NEW.{key};
  INSERT INTO scim_map_fold (map, rule, key, tenant, folded)
  SELECT {map}, {number}, NEW.{key}, {new tenant}, {new folded}
   WHERE {new folds};
END;

CREATE TRIGGER "scim_map.{name}.{number}.delete" AFTER DELETE ON {table}
BEGIN
  DELETE FROM scim_map_fold
   WHERE map = {map} AND rule = {number} AND tenant = {old tenant}
     AND key = +OLD.{key};
END;

DELETE FROM scim_map_fold WHERE map = {map} AND rule = {number};
INSERT INTO scim_map_fold (map, rule, key, tenant, folded)
SELECT {map}, {number}, t.{key}, {row tenant}, {row folded}
  FROM {table} AS t
 WHERE {row folds};
