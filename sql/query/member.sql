-- Members of groups, and groups of members.

-- Will a group have more members than this after a change? If there is a row at
-- the place that is left: SQLite steps over those before it in two thirds of the
-- time in which it counts them, and nobody counts a large group to its end. The
-- rows of both sources count, since that is what showing the group costs.
-- name: members_exceed
-- row: exceed (more)
WITH change (added, dropped) AS (
  SELECT (SELECT count(*)
            FROM json_each(:add) AS j
           WHERE NOT EXISTS (
                 SELECT 1
                   FROM scim_member AS m
                  WHERE m."group" = :group
                    AND m.value = json_extract(j.value, '$.value')
                    AND m.source = :source)),
         coalesce(json_array_length(:drop), 0))
SELECT c.added > :limit + c.dropped
    OR EXISTS (SELECT 1
                 FROM scim_member
                WHERE "group" = :group
                LIMIT 1 OFFSET (SELECT max(0, :limit + dropped - added)
                                  FROM change)) AS more
  FROM change AS c;

-- The members of one source, or of both: then each once, as the IdP has it.
-- name: members
-- row: member (value, type, display)
SELECT value, type, display
  FROM scim_member AS m
 WHERE "group" = :group
   AND CASE
       WHEN :source IS NOT NULL THEN source = :source
       WHEN source = 'idp' THEN true
       ELSE NOT EXISTS (
            SELECT 1
              FROM scim_member AS i
             WHERE i."group" = m."group" AND i.value = m.value
               AND i.source = 'idp')
       END
 ORDER BY value;

-- The members that an edit adds to those of a source, as JSON.
-- name: members_to_add
-- row: list (json)
SELECT json_group_array(json(w.value)) AS json
  FROM json_each(:entries) AS w
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_member AS m
        WHERE m."group" = :group
          AND m.value = json_extract(w.value, '$.value')
          AND m.source = :source
          AND coalesce(json_extract(w.value, '$.display'), m.display)
              IS m.display
          AND (m.type IS NOT NULL OR
               json_extract(w.value, '$.type') IS NULL));

-- The members that an edit takes out of those of a source, as JSON: who is
-- among the entries or, when it replaces all, everybody who is not. The log has
-- them in this order, whatever plan SQLite makes.
-- name: members_to_drop
-- row: list
SELECT json_group_array(value) AS json FROM (
  SELECT m.value, w.key AS place
    FROM json_each(:entries) AS w
   CROSS JOIN scim_member AS m
      ON m."group" = :group AND m.value = json_extract(w.value, '$.value')
     AND m.source = :source
   WHERE NOT :replace
   UNION ALL
  SELECT m.value, m.value
    FROM scim_member AS m
   WHERE :replace AND m."group" = :group AND m.source = :source
     AND m.value NOT IN (SELECT json_extract(w.value, '$.value')
                           FROM json_each(:entries) AS w)
   ORDER BY place);

-- name: dangling_members
-- row: dangling (value)
SELECT json_extract(j.value, '$.value') AS value
  FROM json_each(:add) AS j
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_resource AS r
        WHERE r.tenant = :tenant AND r.id = json_extract(j.value, '$.value'))
   AND json_extract(j.value, '$.value')
       NOT IN (SELECT value FROM json_each(:pending))
 LIMIT 5;

-- Is the group in another one, or to be in itself? Otherwise there is no circle:
-- most groups are in none, and for these a recursive query, which allocates
-- caches for its tables, would cost as much as all the rest.
-- name: circle_possible
-- row: possible (yes)
SELECT EXISTS (SELECT 1 FROM scim_member WHERE value = :id)
    OR EXISTS (SELECT 1
                 FROM json_each(:add) AS j
                WHERE j.value ->> 'value' = :id) AS yes;

-- Which of the members to be added has the group in itself already, directly or
-- through others? The way leads up from the group, since few groups are in
-- others and many people are in one. A membership that is there, whosever it
-- is, makes no new circle.
-- name: circle
-- row: circle (value)
WITH RECURSIVE above (id) AS (
  SELECT :id
   UNION
  SELECT g.id
    FROM above AS a
   CROSS JOIN scim_member AS m ON m.value = a.id
   CROSS JOIN scim_resource AS g ON g.resource = m."group"
   WHERE g.tenant = :tenant)
SELECT j.value ->> 'value' AS value
  FROM json_each(:add) AS j
 WHERE j.value ->> 'value' IN (SELECT id FROM above)
   AND NOT EXISTS (
       SELECT 1
         FROM scim_member AS m
        WHERE m."group" = :group AND m.value = j.value ->> 'value')
 LIMIT 1;

-- The groups that name an id: by memberships of one source, or of both, and
-- then perhaps twice. Indirect ones are those of the groups found:
-- asked one by one, because a recursive query would allocate caches for its
-- tables on every reply. The document itself comes along when it is broken.
-- name: groups
-- row: group (id, type, display, broken, resource)
SELECT g.id, g.type,
       CASE WHEN json_valid(g.doc) THEN g.doc ->> '$.displayName' END
       AS display,
       CASE WHEN NOT json_valid(g.doc) THEN g.doc END AS broken,
       g.resource
  FROM scim_resource AS g
  JOIN scim_member AS m ON m."group" = g.resource
 WHERE m.value = :id AND m.source = coalesce(:source, m.source)
   AND +g.tenant = :tenant
 ORDER BY m."group";

-- The same for all resources of a page, whose numbers are a JSON array: first
-- which groups name them, in the order of the page, and then what these show.
-- name: memberships_of_page
-- row: membership (member, above)
SELECT r.resource AS member, m."group" AS above
  FROM json_each(:rows) AS j
 CROSS JOIN scim_resource AS r ON r.resource = j.value
 CROSS JOIN scim_member AS m ON m.value = r.id
 WHERE r.tenant = :tenant AND m.source = coalesce(:source, m.source);

-- name: groups_of_page
-- row: group
SELECT g.id, g.type,
       CASE WHEN json_valid(g.doc) THEN g.doc ->> '$.displayName' END
       AS display,
       CASE WHEN NOT json_valid(g.doc) THEN g.doc END AS broken,
       g.resource
  FROM json_each(:rows) AS j
 CROSS JOIN scim_resource AS g ON g.resource = j.value
 WHERE g.tenant = :tenant;

-- What the log says of a resource that is deleted: the ids of its members and
-- of the groups that it leaves, as JSON.
-- name: member_ids
-- row: list
SELECT json_group_array(value) AS json
  FROM (SELECT DISTINCT value
          FROM scim_member
         WHERE "group" = :group
         ORDER BY value);

-- The members first, which CROSS says: otherwise SQLite would walk through all
-- resources of the tenant, in whose index the ids are. Who is in a group by both
-- sources is there once: DISTINCT would make a table, for mostly nobody.
-- name: group_ids
-- row: list
SELECT json_group_array(id) AS json
  FROM (SELECT g.id
          FROM scim_member AS m
         CROSS JOIN scim_resource AS g ON g.resource = m."group"
         WHERE m.value = :id AND g.tenant = :tenant
           AND (m.source = 'idp'
                OR NOT EXISTS (SELECT 1
                                 FROM scim_member AS i
                                WHERE i."group" = m."group"
                                  AND i.value = m.value AND i.source = 'idp'))
         ORDER BY m."group");
