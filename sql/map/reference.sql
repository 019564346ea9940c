-- A column that holds the key of another resource's row: the other one has come,
-- or got another row.
CREATE TRIGGER "scim_map.{name}.{number}.come" AFTER INSERT ON scim_link
WHEN NEW.map = {of} AND NEW.key IS NOT NULL
 AND EXISTS (SELECT 1
               FROM scim_map_reference
              WHERE tenant = NEW.tenant AND target = NEW.id AND map = {map}
                AND "column" = {column name})
BEGIN
  UPDATE {table}
     SET {column} = NEW.key
   WHERE {key} IN (SELECT l.key
                     FROM scim_map_reference AS r
                     CROSS JOIN scim_link AS l
                       ON l.map = r.map AND l.tenant = r.tenant AND l.id = r.id
                    WHERE r.tenant = NEW.tenant AND r.target = NEW.id
                      AND r.map = {map} AND r."column" = {column name})
     AND {column} {not yet}{of tenant};
END;

CREATE TRIGGER "scim_map.{name}.{number}.move" AFTER UPDATE OF key ON scim_link
WHEN NEW.map = {of} AND NEW.key IS NOT OLD.key
BEGIN
  UPDATE {table}
     SET {column} = NEW.key
   WHERE {key} IN (SELECT l.key
                     FROM scim_map_reference AS r
                     CROSS JOIN scim_link AS l
                       ON l.map = r.map AND l.tenant = r.tenant AND l.id = r.id
                    WHERE r.tenant = NEW.tenant AND r.target = NEW.id
                      AND r.map = {map} AND r."column" = {column name})
     AND {column} = OLD.key{of tenant};
END;
