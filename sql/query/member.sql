-- Members of groups, and groups of members.

-- Has a group more members than this? If the row at the place behind them is one
-- of it: SQLite steps over those before it without a look at whose they are, which
-- takes a fifth of the time. So as not to go through other groups behind a small
-- one, a place that is near is looked at first. The rows of both sources count,
-- since that is what showing the group costs.
-- name: members_exceed
-- row: exceed (more)
SELECT CASE
       WHEN :group = (SELECT "group"
                        FROM scim_member
                       WHERE "group" >= :group
                       ORDER BY "group", value, source
                       LIMIT 1 OFFSET min(:left, 100))
       THEN :group = (SELECT "group"
                        FROM scim_member
                       WHERE "group" >= :group
                       ORDER BY "group", value, source
                       LIMIT 1 OFFSET :left)
       END AS more;

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

-- Those of one source whose values are named, in that order: CROSS makes it so,
-- whatever plan SQLite makes, and the log has them in it.
-- name: members_named
-- row: member
SELECT m.value, m.type, m.display
  FROM json_each(:values) AS j
 CROSS JOIN scim_member AS m
    ON m."group" = :group AND m.value = j.value AND m.source = :source;

-- What those are who are somebody here, by their places in the array.
-- name: member_types
-- row: member_type (place, type)
SELECT j.key AS place, n.type
  FROM json_each(:values) AS j
 CROSS JOIN scim_name AS n
    ON n.tenant = :tenant AND n.id = j.value
 WHERE n.type IS NOT NULL AND n.deleted IS NULL;

-- name: dangling_members
-- row: dangling (value)
SELECT j.key AS value
  FROM json_each(:joins) AS j
 WHERE NOT EXISTS (
       SELECT 1
         FROM scim_resource AS r
        WHERE r.tenant = :tenant AND r.id = j.key)
   AND j.key NOT IN (SELECT value FROM json_each(:pending))
 LIMIT 5;

-- Is the group in another one? Otherwise it can be in no circle but itself: most
-- groups are in none, and for these a recursive query, which allocates caches for
-- its tables, would cost as much as all the rest.
-- name: circle_possible
-- row: possible (yes)
SELECT EXISTS (SELECT 1 FROM scim_member WHERE value = :id) AS yes;

-- Which of the members to be added has the group in itself already, directly or
-- through others? The way leads up from the group, since few groups are in
-- others and many people are in one; so far as :most groups, and how many there
-- were is told. A membership that is there, whosever it is, makes no new circle.
-- name: circle
-- row: circle (value, above)
WITH RECURSIVE above (id) AS MATERIALIZED (
  SELECT :id
   UNION
  SELECT g.id
    FROM above AS a
   CROSS JOIN scim_member AS m ON m.value = a.id
   CROSS JOIN scim_resource AS g ON g.resource = m."group"
   WHERE g.tenant = :tenant
   LIMIT :most)
SELECT (SELECT j.value ->> 'value'
          FROM json_each(:add) AS j
         WHERE j.value ->> 'value' IN (SELECT id FROM above)
           AND NOT EXISTS (
               SELECT 1
                 FROM scim_member AS m
                WHERE m."group" = :group AND m.value = j.value ->> 'value')
         LIMIT 1) AS value,
       (SELECT count(*) FROM above) AS above;

-- The groups that name an id: by memberships of one source, or of both, and
-- then perhaps twice. Indirect ones are those of the groups found: asked one by
-- one, if there are any (groups_below), because a recursive query would allocate
-- caches for its tables on every reply. The document itself comes along when it
-- is broken.
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

-- Is one of the groups, whose ids are a JSON array, in another one?
-- name: groups_below
-- row: below (some)
SELECT EXISTS (SELECT 1
                 FROM json_each(:ids) AS j
                CROSS JOIN scim_member AS m ON m.value = j.value
                WHERE m.source = coalesce(:source, m.source)) AS some;

-- What the log says of a resource that is deleted: the ids of its members and
-- of the groups that it leaves, as JSON.
-- name: member_ids
-- row: list (json)
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
