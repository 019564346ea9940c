-- {pairs of member}
SELECT g.resource AS "group", g.id, g.tenant, NEW.value AS member
            FROM scim_resource AS g
           WHERE g.resource = NEW."group"
-- {pairs of group}
SELECT DISTINCT g.resource AS "group", g.id, g.tenant, m.value AS member
            FROM scim_resource AS g
            JOIN scim_member AS m ON m."group" = g.resource
           WHERE g.tenant = NEW.tenant AND g.id = NEW.id
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
