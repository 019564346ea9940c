-- {memberships come}
-- At most one pair each. Somebody may have kept the row of a membership out, or
-- taken it away again, so it is looked for.
CREATE TRIGGER "scim_map.{name}.member_add" INSTEAD OF INSERT ON scim_map_join
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  SELECT {map}, p.resource, j.key, p.tenant, g.key, m.key
    FROM scim_resource AS p
    CROSS JOIN scim_link AS g
      ON g.map = {map} AND g.tenant = p.tenant AND g.id = p.id
    CROSS JOIN json_each(NEW.joins) AS j
    CROSS JOIN scim_link AS m
      ON m.map = {member map} AND m.tenant = p.tenant AND m.id = j.key
   WHERE p.resource = NEW.resource
     AND EXISTS (SELECT 1
                   FROM scim_member AS s
                  WHERE s."group" = p.resource AND s.value = j.key)
     AND g.key IS NOT NULL AND m.key IS NOT NULL
      ON CONFLICT (map, "group", member) DO NOTHING;
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
-- {memberships go}
CREATE TRIGGER "scim_map.{name}.member_drop" AFTER DELETE ON scim_member
BEGIN
  DELETE FROM scim_map_member
   WHERE map = {map} AND "group" = OLD."group" AND member = OLD.value
     AND NOT EXISTS (SELECT 1
                       FROM scim_member
                      WHERE "group" = OLD."group" AND value = OLD.value);
END;
-- {gone}
NOT EXISTS (SELECT 1
                     FROM scim_member AS s
                    WHERE s."group" = scim_map_member."group"
                      AND s.value = scim_map_member.member)
