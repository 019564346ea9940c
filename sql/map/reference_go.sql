-- The row that the column tells of is nobody's any more.
CREATE TRIGGER "scim_map.{name}.{number}.go" AFTER DELETE ON scim_link
WHEN OLD.map = {of} AND OLD.key IS NOT NULL
 AND {tenant stays}
 AND EXISTS (SELECT 1
               FROM scim_map_reference
              WHERE tenant = OLD.tenant AND target = OLD.id AND map = {map}
                AND "column" = {column name})
BEGIN
  UPDATE {table}
     SET {column} = {empty}
   WHERE {key} IN (SELECT l.key
                     FROM scim_map_reference AS r
                     CROSS JOIN scim_link AS l
                       ON l.map = r.map AND l.tenant = r.tenant AND l.id = r.id
                    WHERE r.tenant = OLD.tenant AND r.target = OLD.id
                      AND r.map = {map} AND r."column" = {column name})
     AND {column} = OLD.key{gone tenant};
END;
