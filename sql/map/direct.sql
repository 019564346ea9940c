-- {memberships come}
-- At most one pair, or none where the group has no row yet, as while it is made:
-- so it is asked for before anything is done. (INSERT … SELECT would put the row
-- into a temporary table first.)
CREATE TRIGGER "scim_map.{name}.member_add" AFTER INSERT ON scim_member
WHEN EXISTS (SELECT 1
               FROM (SELECT g.resource AS "group", g.id, g.tenant,
                            NEW.value AS member
                       FROM scim_resource AS g
                      WHERE g.resource = NEW."group") AS p
              CROSS JOIN scim_link AS g
                 ON g.map = {map} AND g.tenant = p.tenant AND g.id = p.id
              CROSS JOIN scim_link AS m
                 ON m.map = {member map} AND m.tenant = p.tenant
                AND m.id = p.member
              WHERE {not joined})
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  VALUES ({map}, NEW."group", NEW.value,
          (SELECT tenant
             FROM scim_resource
            WHERE resource = NEW."group"),
          (SELECT l.key
             FROM scim_resource AS r
            CROSS JOIN scim_link AS l
               ON l.map = {map} AND l.tenant = r.tenant AND l.id = r.id
            WHERE r.resource = NEW."group"),
          (SELECT l.key
             FROM scim_resource AS r
            CROSS JOIN scim_link AS l
               ON l.map = {member map} AND l.tenant = r.tenant
              AND l.id = NEW.value
            WHERE r.resource = NEW."group"));
END;
-- {pairs of group}
SELECT g.resource AS "group", g.id, g.tenant, m.value AS member
            FROM scim_resource AS g
           CROSS JOIN scim_member AS m ON m."group" = g.resource
           WHERE g.tenant = NEW.tenant AND g.id = NEW.id
             AND (m.source = 'idp'
                  OR NOT EXISTS (SELECT 1
                                   FROM scim_member AS i
                                  WHERE i."group" = m."group"
                                    AND i.value = m.value
                                    AND i.source = 'idp'))
-- {pairs of one}
SELECT DISTINCT g.resource AS "group", g.id, g.tenant, m.value AS member
            FROM scim_member AS m
           CROSS JOIN scim_resource AS g ON g.resource = m."group"
           WHERE m.value = NEW.id AND g.tenant = NEW.tenant
-- {pairs}
SELECT DISTINCT g.resource AS "group", g.id, g.tenant, m.value AS member
          FROM scim_link AS l
          JOIN scim_resource AS g ON g.tenant = l.tenant AND g.id = l.id
          JOIN scim_member AS m ON m."group" = g.resource
         WHERE l.map = {map}
-- {left}
"group" = OLD."group" AND member = OLD.value
     AND NOT EXISTS (SELECT 1
                       FROM scim_member
                      WHERE "group" = OLD."group" AND value = OLD.value)
-- {gone}
NOT EXISTS (SELECT 1
                     FROM scim_member AS s
                    WHERE s."group" = scim_map_member."group"
                      AND s.value = scim_map_member.member)
