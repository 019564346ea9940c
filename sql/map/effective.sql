-- {memberships come}
CREATE TRIGGER "scim_map.{name}.member_add" AFTER INSERT ON scim_member
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  SELECT {map}, p."group", p.member, p.tenant, g.key, m.key
    FROM (WITH RECURSIVE
          up (resource, id, tenant) AS (
            SELECT resource, id, tenant
              FROM scim_resource
             WHERE resource = NEW."group"
             UNION
            SELECT g.resource, g.id, g.tenant
              FROM up
              JOIN scim_member AS m ON m.value = up.id
              JOIN scim_resource AS g
                ON g.resource = m."group" AND g.tenant = up.tenant),
          down (id, tenant) AS (
            SELECT NEW.value, tenant
              FROM scim_resource
             WHERE resource = NEW."group"
             UNION
            SELECT m.value, down.tenant
              FROM down
              JOIN scim_resource AS g
                ON g.tenant = down.tenant AND g.id = down.id
              JOIN scim_member AS m ON m."group" = g.resource)
          SELECT up.resource AS "group", up.id, up.tenant, down.id AS member
            FROM up, down) AS p
    CROSS JOIN scim_link AS g
      ON g.map = {map} AND g.tenant = p.tenant AND g.id = p.id
    CROSS JOIN scim_link AS m
      ON m.map = {member map} AND m.tenant = p.tenant AND m.id = p.member
   WHERE g.key IS NOT NULL AND m.key IS NOT NULL
   ORDER BY p."group", p.member
      ON CONFLICT (map, "group", member) DO NOTHING;
END;
-- {pairs of group}
WITH RECURSIVE
          reach (resource, id, tenant, member) AS (
            SELECT g.resource, g.id, g.tenant, m.value
              FROM scim_resource AS g
              JOIN scim_member AS m ON m."group" = g.resource
             WHERE g.tenant = NEW.tenant AND g.id = NEW.id
             UNION
            SELECT r.resource, r.id, r.tenant, m.value
              FROM reach AS r
              JOIN scim_resource AS g
                ON g.tenant = r.tenant AND g.id = r.member
              JOIN scim_member AS m ON m."group" = g.resource)
          SELECT resource AS "group", id, tenant, member FROM reach
-- {pairs of one}
WITH RECURSIVE
          up (resource, id) AS (
            SELECT g.resource, g.id
              FROM scim_member AS m
             CROSS JOIN scim_resource AS g ON g.resource = m."group"
             WHERE m.value = NEW.id AND g.tenant = NEW.tenant
             UNION
            SELECT g.resource, g.id
              FROM up
              JOIN scim_member AS m ON m.value = up.id
              JOIN scim_resource AS g
                ON g.resource = m."group" AND g.tenant = NEW.tenant)
          SELECT resource AS "group", id, NEW.tenant AS tenant,
                 NEW.id AS member
            FROM up
-- {pairs}
WITH RECURSIVE
        reach (resource, id, tenant, member) AS (
          SELECT g.resource, g.id, g.tenant, m.value
            FROM scim_link AS l
            JOIN scim_resource AS g ON g.tenant = l.tenant AND g.id = l.id
            JOIN scim_member AS m ON m."group" = g.resource
           WHERE l.map = {map}
           UNION
          SELECT r.resource, r.id, r.tenant, m.value
            FROM reach AS r
            JOIN scim_resource AS g
              ON g.tenant = r.tenant AND g.id = r.member
            JOIN scim_member AS m ON m."group" = g.resource)
        SELECT resource AS "group", id, tenant, member FROM reach
-- {left}
"group" IN (
         WITH RECURSIVE
         up (resource) AS (
           SELECT OLD."group"
            UNION
           SELECT m."group"
             FROM up
             JOIN scim_resource AS g ON g.resource = up.resource
             JOIN scim_member AS m ON m.value = g.id
             JOIN scim_resource AS o
               ON o.resource = m."group" AND o.tenant = g.tenant)
         SELECT resource FROM up)
     AND member IN (
         WITH RECURSIVE
         down (id, tenant) AS (
           SELECT OLD.value,
                  (SELECT tenant
                     FROM scim_resource
                    WHERE resource = OLD."group")
            UNION
           SELECT m.value, down.tenant
             FROM down
             JOIN scim_resource AS g
               ON g.tenant = down.tenant AND g.id = down.id
             JOIN scim_member AS m ON m."group" = g.resource)
         SELECT id FROM down)
     AND {gone}
-- {gone}
"group" NOT IN (
         WITH RECURSIVE
         above (resource) AS (
           SELECT m."group"
             FROM scim_member AS m
             JOIN scim_resource AS g ON g.resource = m."group"
            WHERE m.value = scim_map_member.member
              AND g.tenant = scim_map_member.tenant
            UNION
           SELECT m."group"
             FROM above
             JOIN scim_resource AS g ON g.resource = above.resource
             JOIN scim_member AS m ON m.value = g.id
             JOIN scim_resource AS o
               ON o.resource = m."group" AND o.tenant = g.tenant)
         SELECT resource FROM above)
