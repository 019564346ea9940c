-- What scim_check looks for and SQL can find: a statement a kind of mistake, and
-- a row each. No statement here changes anything.

-- name: check_file
-- row: finding (kind, tenant, type, id, seq, detail)
SELECT 'file' AS kind, NULL AS tenant, NULL AS type, NULL AS id, NULL AS seq,
       quick_check AS detail
  FROM pragma_quick_check(100)
 WHERE schema = 'main' AND quick_check <> 'ok';

-- Facts that have to be there.
-- name: check_meta
-- row: finding
SELECT 'meta' AS kind, NULL AS tenant, NULL AS type, NULL AS id, NULL AS seq,
       'scim_meta has no ''' || n.value || ''' that can be read' AS detail
  FROM json_each('["version","generation","stale","deleted_resource",
         "deleted_seq","deleted_token","deleted_review","unchained"]') AS n
 WHERE NOT EXISTS (SELECT 1
                     FROM scim_meta AS m
                    WHERE m.name = n.value AND typeof(m.value) = 'integer'
                      AND m.value >= 0)
 UNION ALL
SELECT 'meta', NULL, NULL, NULL, NULL, 'scim_meta has no ''cursor_key'''
 WHERE NOT EXISTS (SELECT 1
                     FROM scim_meta
                    WHERE name = 'cursor_key' AND typeof(value) = 'text'
                      AND length(value) = 64);

-- Definitions that cannot be read, and indexes that wait for the next write.
-- name: check_definitions
-- row: finding
SELECT 'definition' AS kind, NULL AS tenant, NULL AS type, definition AS id,
       NULL AS seq,
       source || coalesce(', ' || place, '') || ': ' || mistake AS detail
  FROM scim_mistake
 UNION ALL
SELECT 'stale', NULL, NULL, NULL, NULL,
       'a definition was replaced: the next write, or scim_init(), builds all '
       || 'indexes anew'
  FROM scim_meta
 WHERE name = 'stale' AND value <> 0
 UNION ALL
SELECT 'stale', NULL, type, NULL, NULL,
       'the index of ' || attribute || ' is built by the next write, or by '
       || 'scim_init()'
  FROM scim_index
 WHERE built = 0
 UNION ALL
SELECT 'definition', NULL, NULL, coalesce(id, 'NULL'), NULL,
       'scim_schema.id is not that of the definition'
  FROM scim_schema
 WHERE id IS DISTINCT FROM iif(json_valid(definition),
                               json_extract(definition, '$.id'), NULL)
 UNION ALL
SELECT 'definition', NULL, coalesce(name, 'NULL'), NULL, NULL,
       'scim_resource_type.name or endpoint is not that of the definition'
  FROM scim_resource_type
 WHERE name IS DISTINCT FROM iif(json_valid(definition),
                                 json_extract(definition, '$.name'), NULL)
    OR endpoint IS DISTINCT FROM iif(json_valid(definition),
           json_extract(definition, '$.endpoint'), NULL);

-- name: check_counts
-- row: finding
WITH counted AS (
  SELECT tenant, type, count(*) AS live,
         sum(iif(json_valid(doc),
                 json_type(doc, '$.active') IS DISTINCT FROM 'false', 1))
         AS active
    FROM scim_resource
   GROUP BY tenant, type)
SELECT 'count' AS kind, c.tenant, c.type, NULL AS id, NULL AS seq,
       'scim_count has ' || coalesce(n.live, 'no row') || ', '
       || coalesce(n.active, 'none') || ' of them active; there are '
       || c.live || ' and ' || c.active AS detail
  FROM counted AS c
  LEFT JOIN scim_count AS n ON n.tenant = c.tenant AND n.type = c.type
 WHERE n.live IS DISTINCT FROM c.live OR n.active IS DISTINCT FROM c.active
 UNION ALL
SELECT 'count', n.tenant, n.type, NULL, NULL,
       'scim_count has ' || n.live || ', ' || n.active
       || ' of them active; there are none'
  FROM scim_count AS n
  LEFT JOIN counted AS c ON c.tenant = n.tenant AND c.type = n.type
 WHERE c.tenant IS NULL AND (n.live <> 0 OR n.active <> 0);

-- Rows that are about something which is not there. What is left of a tenant
-- that is being removed, or was deleted by hand with all that it had, is told by
-- the tenant's name.
-- name: check_orphans
-- row: finding
SELECT 'orphan' AS kind, NULL AS tenant, NULL AS type, m.value AS id,
       NULL AS seq,
       'scim_member is of a group, ' || m."group" || ', that is not there'
       AS detail
  FROM scim_member AS m
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.resource = m."group")
 UNION ALL
SELECT 'orphan', v.tenant, v.type, NULL, NULL,
       'scim_value has ' || v.attribute || ' of a resource, ' || v.resource
       || ', that is not there'
  FROM scim_value AS v
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.resource = v.resource AND r.tenant = v.tenant
                      AND r.type = v.type)
 UNION ALL
SELECT 'orphan', u.tenant, u.type, NULL, NULL,
       'scim_unique has ' || u.attribute || ' of a resource, ' || u.resource
       || ', that is not there'
  FROM scim_unique AS u
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.resource = u.resource AND r.type = u.type
                      AND (u.tenant = '' OR r.tenant = u.tenant))
 UNION ALL
SELECT 'orphan', k.tenant, NULL, k.id, NULL,
       'scim_link of the map ''' || k.map || ''' is of a resource that is not '
       || 'there'
  FROM scim_link AS k
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = k.tenant AND r.id = k.id)
 UNION ALL
SELECT 'orphan', k.tenant, NULL, k.id, NULL,
       'scim_link is of a map, ''' || k.map || ''', that is not there'
  FROM scim_link AS k
 WHERE NOT EXISTS (SELECT 1 FROM scim_map AS p WHERE p.name = k.map)
 UNION ALL
SELECT 'orphan', v.tenant, NULL, v.id, NULL,
       'scim_review ' || v.review || ' is of a resource or a map that is not '
       || 'there'
  FROM scim_review AS v
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = v.tenant AND r.id = v.id)
    OR NOT EXISTS (SELECT 1 FROM scim_map AS p WHERE p.name = v.map)
 UNION ALL
SELECT 'orphan', j.tenant, NULL, j.member, NULL,
       'scim_map_member is of a group, ' || j."group" || ', that has not this '
       || 'member'
  FROM scim_map_member AS j
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.resource = j."group" AND r.tenant = j.tenant)
 UNION ALL
SELECT 'orphan', f.tenant, NULL, f.id, NULL,
       'scim_map_reference is of a resource that is not there'
  FROM scim_map_reference AS f
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = f.tenant AND r.id = f.id)
 UNION ALL
SELECT 'orphan', o.tenant, o.type, o.id, o.seq,
       'scim_outbox ' || o.job || ' is of a row of the log that is not there, '
       || 'or is about somebody else'
  FROM scim_outbox AS o
  LEFT JOIN scim_log AS l ON l.seq = o.seq
 WHERE o.seq IS NOT NULL
   AND (CASE WHEN l.seq IS NULL
             THEN o.seq > coalesce((SELECT c.pruned_seq FROM scim_chain AS c
                                     WHERE c.tenant = o.tenant),
                                   (SELECT value FROM scim_meta
                                     WHERE name = 'unchained'), 0)
             ELSE l.tenant IS DISTINCT FROM o.tenant
                  OR (l.id IS DISTINCT FROM o.id
                      AND coalesce(instr(l.groups_left, o.id), 0) = 0) END)
 UNION ALL
SELECT 'orphan', f.tenant, f.type, f.id, NULL,
       'scim_former has ' || f.attribute || ' of somebody whom the log does '
       || 'not have as deleted then, in this version'
  FROM scim_former AS f
 WHERE NOT EXISTS (SELECT 1 FROM scim_log AS l
                    WHERE l.id = f.id AND l.tenant = f.tenant
                      AND l.type = f.type AND l.action = 'delete'
                      AND l.time = f.deleted
                      AND coalesce(l.version, 0) = f.version)
   AND (SELECT value FROM scim_meta WHERE name = 'unchained') = 0
   AND NOT EXISTS (SELECT 1 FROM scim_chain AS c
                    WHERE c.tenant = f.tenant AND c.pruned_seq IS NOT NULL);

-- Who asks for a tenant that is not there has a row in the log all the same.
-- name: check_tenants
-- row: finding
SELECT 'orphan' AS kind, t.tenant, NULL AS type, NULL AS id, NULL AS seq,
       t.what || ' has rows of a tenant that is not there' AS detail
  FROM (SELECT DISTINCT tenant, 'scim_resource' AS what FROM scim_resource
         UNION ALL
        SELECT DISTINCT tenant, 'scim_token' FROM scim_token
         UNION ALL
        SELECT DISTINCT tenant, 'scim_former' FROM scim_former
         UNION ALL
        SELECT DISTINCT tenant, 'scim_outbox' FROM scim_outbox
         UNION ALL
        SELECT DISTINCT tenant, 'scim_alert' FROM scim_alert
         UNION ALL
        SELECT DISTINCT tenant, 'scim_count' FROM scim_count) AS t
 WHERE NOT EXISTS (SELECT 1 FROM scim_tenant AS n WHERE n.name = t.tenant)
 UNION ALL
SELECT 'orphan', l.tenant, NULL, NULL, l.seq,
       'scim_log has a token, ' || l.token || ', that is not there'
  FROM scim_log AS l
 WHERE l.token > max((SELECT value FROM scim_meta
                       WHERE name = 'deleted_token'),
                     (SELECT coalesce(max(token), 0) FROM scim_token))
 UNION ALL
SELECT 'orphan', NULL, NULL, NULL, c.seq,
       'scim_consumer ' || c.name || ' has read more than there was'
  FROM scim_consumer AS c
 WHERE c.seq > max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
                   (SELECT coalesce(max(seq), 0) FROM scim_log));

-- Who is in a group, by the log: whoever was added since the group was made, and
-- not dropped since. A drop without source takes the rows of both. What a row
-- drops goes before what it adds.
-- name: check_members
-- row: finding
WITH event AS (
  SELECT l.tenant, l.id AS "group", m.value ->> 'value' AS member,
         coalesce(l.source, 'idp') AS source, 2 * l.seq + 1 AS place,
         1 AS joins
    FROM scim_log AS l, json_each(l.member_add) AS m
   WHERE l.action IS NOT NULL
   UNION ALL
  SELECT tenant, group_id, value, source, 1, 1
    FROM scim_snapshot_member
   UNION ALL
  SELECT l.tenant, l.id, m.value, l.source, 2 * l.seq, 0
    FROM scim_log AS l, json_each(l.member_drop) AS m
   WHERE l.action IS NOT NULL
   UNION ALL
  SELECT l.tenant, g.value, l.id, NULL, 2 * l.seq, 0
    FROM scim_log AS l, json_each(l.groups_left) AS g
   WHERE l.action = 'delete'),
last AS (
  SELECT tenant, "group", member,
         max(iif(joins AND source = 'idp', place, 0)) AS idp_in,
         max(iif(joins AND source = 'manual', place, 0)) AS manual_in,
         max(iif(NOT joins AND source IS DISTINCT FROM 'manual', place, 0))
         AS idp_out,
         max(iif(NOT joins AND source IS DISTINCT FROM 'idp', place, 0))
         AS manual_out
    FROM event
   GROUP BY tenant, "group", member),
state AS (
  SELECT r.resource, r.tenant, r.type, r.id, s.member, s.idp_in, s.idp_out,
         s.manual_in, s.manual_out,
         coalesce(2 * (SELECT max(c.seq)
                         FROM scim_log AS c
                        WHERE c.id = r.id AND c.tenant = r.tenant
                          AND c.action = 'create'), 0) AS made
    FROM last AS s
    JOIN scim_resource AS r ON r.tenant = s.tenant AND r.id = s."group"),
wanted AS (
  SELECT resource, member, 'idp' AS source
    FROM state
   WHERE idp_in > idp_out AND idp_in > made
   UNION ALL
  SELECT resource, member, 'manual'
    FROM state
   WHERE manual_in > manual_out AND manual_in > made),
-- Of what was made before the log begins there is nothing to compare.
told AS (
  SELECT resource, tenant, type, id
    FROM scim_resource AS r
   WHERE EXISTS (SELECT 1
                   FROM scim_log AS c
                  WHERE c.id = r.id AND c.tenant = r.tenant
                    AND c.action = 'create')
      OR EXISTS (SELECT 1
                   FROM scim_snapshot AS c
                  WHERE c.tenant = r.tenant AND c.id = r.id))
SELECT 'member' AS kind, r.tenant, r.type, r.id, NULL AS seq,
       'the log says that ' || d.member || ' (' || d.source || ') is ' || d.said
       AS detail
  FROM (SELECT *, 'a member; scim_member does not' AS said
          FROM (SELECT * FROM wanted
                EXCEPT
                SELECT "group", value, source FROM scim_member)
         UNION ALL
        SELECT *, 'no member; scim_member has a row'
          FROM (SELECT "group", value, source FROM scim_member
                EXCEPT
                SELECT * FROM wanted)) AS d
  JOIN told AS r ON r.resource = d.resource
 UNION ALL
SELECT 'member', r.tenant, r.type, r.id, NULL,
       'scim_member names ' || d.member || ' as nobody has sent it'
  FROM (SELECT g.tenant, g.id, m.value AS member, m.display
          FROM scim_member AS m
          JOIN scim_resource AS g ON g.resource = m."group"
         WHERE m.display IS NOT NULL
        EXCEPT
        SELECT l.tenant, l.id, j.value ->> 'value', j.value ->> 'display'
          FROM scim_log AS l, json_each(l.member_add) AS j
         WHERE l.action IS NOT NULL
        EXCEPT
        SELECT tenant, group_id, value, display
          FROM scim_snapshot_member) AS d
  JOIN told AS r ON r.tenant = d.tenant AND r.id = d.id
 UNION ALL
SELECT 'member', g.tenant, g.type, g.id, NULL,
       'scim_member has no type of ' || m.value || ', who is there'
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.type IS NULL
   AND EXISTS (SELECT 1 FROM scim_resource AS r
                WHERE r.tenant = g.tenant AND r.id = m.value)
 UNION ALL
SELECT 'member', g.tenant, g.type, g.id, NULL,
       'scim_member has the type ' || m.type || ' of ' || m.value
       || ', which is no type'
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.type IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM scim_resource_type AS t
                    WHERE t.name = m.type);

-- The chains, one a tenant. One of a tenant that is being removed is on its way
-- out, and so has no end that would be right.
-- name: chains
-- row: chains (tenant, seq, hash, pruned_seq, pruned_hash, removing)
SELECT c.tenant, c.seq, c.hash, c.pruned_seq, c.pruned_hash,
       t.removing IS NOT NULL AS removing
  FROM scim_chain AS c
  LEFT JOIN scim_tenant AS t ON t.name = c.tenant
 ORDER BY c.tenant;

-- name: unchained
-- row: unchained (value)
SELECT coalesce((SELECT value FROM scim_meta WHERE name = 'unchained'), 0)
       AS value;

-- name: resources
-- row: resources (resource, tenant, type, id, version, created, modified, doc,
--   name, email)
SELECT resource, tenant, type, id, version, created, modified, doc, name, email
  FROM scim_resource
 ORDER BY resource;

-- How a resource was at the horizon of the log.
-- name: snapshot_of
-- row: snapshot (version, created, modified, type, doc)
SELECT version, created, modified, type, doc
  FROM scim_snapshot
 WHERE tenant = :tenant AND id = :id;

-- What happened to one resource.
-- name: log_of_resource
-- row: event (seq, action, type, version, time, after)
SELECT seq, action, type, version, time, after
  FROM scim_log
 WHERE id = :id AND tenant = :tenant AND action IS NOT NULL
 ORDER BY seq;

-- How many versions a group has by members who were deleted, between two rows.
-- name: groups_left
-- row: groups_left (number)
SELECT count(*) AS number
  FROM scim_log
 WHERE groups_left IS NOT NULL AND tenant = :tenant
   AND seq > :after AND seq < :before AND action = 'delete'
   AND instr(groups_left, :id) > 0;

-- How many of the keys of a resource are in the index.
-- name: keys_there
-- row: keys_there (number)
SELECT count(*) AS number
  FROM json_each(:keys) AS j
 CROSS JOIN scim_value AS v
    ON v.tenant = :tenant AND v.type = :type AND v.attribute = j.key
   AND v.key = j.value AND v.resource = :resource;

-- Whose the unique keys of a resource are; NULL: nobody's.
-- name: unique_owners
-- row: unique_owner (attribute, resource)
SELECT j.value ->> 'attribute' AS attribute, u.resource
  FROM json_each(:keys) AS j
  LEFT JOIN scim_unique AS u
    ON u.tenant = coalesce(j.value ->> 'tenant', :tenant) AND u.type = :type
   AND u.attribute = j.value ->> 'attribute' AND u.key = j.value ->> 'key';

-- Is a tenant being removed, part by part?
-- name: is_removing
-- row: is_removing (removing)
SELECT removing IS NOT NULL AS removing FROM scim_tenant WHERE name = :name;

-- How many keys there are of types that are defined; and is a tenant being
-- removed, some of whose are gone?
-- name: count_keys
-- row: count_keys (keys, uniques, removing)
SELECT (SELECT count(*)
          FROM scim_value
         WHERE type IN (SELECT name FROM scim_resource_type)) AS keys,
       (SELECT count(*)
          FROM scim_unique
         WHERE type IN (SELECT name FROM scim_resource_type)) AS uniques,
       EXISTS (SELECT 1 FROM scim_tenant WHERE removing IS NOT NULL)
       AS removing;
