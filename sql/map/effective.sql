-- {memberships come}
-- To the group and all above it come those who join, and who is in groups among
-- them: both are found once for all who join together.
CREATE TRIGGER "scim_map.{name}.member_add" INSTEAD OF INSERT ON scim_map_join
BEGIN
  INSERT INTO scim_map_member (map, "group", member, tenant, group_key,
         member_key)
  SELECT {map}, p.resource, d.id, p.tenant, g.key, m.key
    FROM (WITH RECURSIVE
          up (resource, id, tenant) AS (
            SELECT resource, id, tenant
              FROM scim_resource
             WHERE resource = NEW.resource
             UNION
            SELECT g.resource, g.id, g.tenant
              FROM up
              JOIN scim_member AS m ON m.value = up.id
              JOIN scim_resource AS g
                ON g.resource = m."group" AND g.tenant = up.tenant)
          SELECT resource, id, tenant FROM up) AS p
   CROSS JOIN scim_link AS g
      ON g.map = {map} AND g.tenant = p.tenant AND g.id = p.id
   CROSS JOIN (
          WITH RECURSIVE
          down (id) AS (
            SELECT j.key
              FROM json_each(NEW.joins) AS j
             WHERE EXISTS (SELECT 1
                             FROM scim_member AS s
                            WHERE s."group" = NEW.resource AND s.value = j.key)
             UNION
            SELECT m.value
              FROM down
              JOIN scim_resource AS g
                ON g.tenant = NEW.tenant AND g.id = down.id
              JOIN scim_member AS m ON m."group" = g.resource)
          SELECT id FROM down) AS d
   CROSS JOIN scim_link AS m
      ON m.map = {member map} AND m.tenant = NEW.tenant AND m.id = d.id
   WHERE g.key IS NOT NULL AND m.key IS NOT NULL
   ORDER BY p.resource, d.id
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
-- {memberships go}
-- Most often somebody leaves a group that lies in no other, and so do his others:
-- then it is one pair, and there is nothing to go through. Otherwise all pairs of
-- the groups above and who comes in by them, but for those who still do by others:
-- that is the second trigger, and what it leaves of them the first does not touch.
-- (Of two columns NOT IN compares each row with all, for one of them may be NULL.)
CREATE TRIGGER "scim_map.{name}.member_drop" AFTER DELETE ON scim_member
BEGIN
  DELETE FROM scim_map_member
   WHERE map = {map} AND "group" = OLD."group" AND member = OLD.value
     AND NOT EXISTS (SELECT 1
                       FROM scim_member
                      WHERE "group" = OLD."group" AND value = OLD.value)
     AND NOT {otherwise};
END;

-- Who is deleted has no other memberships to go through: his pairs, or those of the
-- group, go first and together.
CREATE TRIGGER "scim_map.{name}.leave" INSTEAD OF INSERT ON scim_commit_leave
BEGIN
  DELETE FROM scim_map_member
   WHERE map = {map} AND tenant = NEW.tenant AND member = NEW.id;
END;

CREATE TRIGGER "scim_map.{name}.delete_all" INSTEAD OF INSERT ON scim_commit_delete
BEGIN
  DELETE FROM scim_map_member
   WHERE map = {map} AND "group" = NEW.resource;
END;

CREATE TRIGGER "scim_map.{name}.members_drop" AFTER DELETE ON scim_member
WHEN EXISTS (SELECT 1
               FROM scim_resource AS g
              CROSS JOIN scim_member AS m ON m.value = g.id
              WHERE g.resource = OLD."group")
  OR EXISTS (SELECT 1
               FROM scim_map_member
              WHERE map = {map} AND "group" = OLD."group")
 AND (EXISTS (SELECT 1
                FROM scim_resource AS g
               CROSS JOIN scim_resource AS v
                  ON v.tenant = g.tenant AND v.id = OLD.value
               CROSS JOIN scim_member AS m ON m."group" = v.resource
               WHERE g.resource = OLD."group")
      OR EXISTS (SELECT 1
                   FROM scim_map_member
                  WHERE map = {map} AND "group" = OLD."group"
                    AND member = OLD.value)
     AND {otherwise})
BEGIN
  DELETE FROM scim_map_member
   WHERE map = {map} AND "group" IN (
         WITH RECURSIVE
         {way up}
         SELECT resource FROM up)
     AND member IN (
         WITH RECURSIVE
         {way down}
         SELECT id FROM down)
     AND "group" || ' ' || member NOT IN (
         WITH RECURSIVE
         {way up},
         {way down},
         direct (resource, id) AS MATERIALIZED (
           SELECT m."group", down.id
             FROM down
             JOIN scim_member AS m ON m.value = down.id
             JOIN scim_resource AS g
               ON g.resource = m."group" AND g.tenant = down.tenant),
         above (low, resource) AS (
           SELECT resource, resource FROM direct
            UNION
           SELECT above.low, m."group"
             FROM above
             JOIN scim_resource AS g ON g.resource = above.resource
             JOIN scim_member AS m ON m.value = g.id
             JOIN scim_resource AS o
               ON o.resource = m."group" AND o.tenant = g.tenant)
         SELECT above.resource || ' ' || direct.id
           FROM above
          CROSS JOIN direct ON direct.resource = above.low
          WHERE above.resource IN (SELECT resource FROM up));
END;
-- {way up}
up (resource) AS (
           SELECT OLD."group"
            UNION
           SELECT m."group"
             FROM up
             JOIN scim_resource AS g ON g.resource = up.resource
             JOIN scim_member AS m ON m.value = g.id
             JOIN scim_resource AS o
               ON o.resource = m."group" AND o.tenant = g.tenant)
-- {way down}
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
-- {otherwise}
EXISTS (SELECT 1
                       FROM scim_member AS o
                      CROSS JOIN scim_resource AS g ON g.resource = o."group"
                      CROSS JOIN scim_member AS m ON m.value = g.id
                      WHERE o.value = OLD.value)
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
