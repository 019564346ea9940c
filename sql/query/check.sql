-- What scim_check looks for and SQL can find: a statement a kind of mistake, and
-- a row each. No statement here changes anything.

-- A number of lines for quick_check to give would be taken for the name of a table
-- by SQLite 3.50; and without any argument it does not see the schema.
-- name: check_file
-- row: finding (kind, tenant, type, id, seq, detail)
SELECT 'file' AS kind, NULL AS tenant, NULL AS type, NULL AS id, NULL AS seq,
       quick_check AS detail
  FROM pragma_quick_check(NULL)
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

-- Definitions that cannot be read, and indexes that wait for the next write: not
-- those that can never be built, which are among the former.
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
  FROM scim_index AS i
 WHERE built = 0
   AND NOT EXISTS (SELECT 1 FROM scim_index_mistake
                    WHERE definition = i.type || '.' || i.attribute)
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

-- What each id is called (../tables/name.sql): a resource as its document says, who
-- was deleted as the last deletion of them does, and a stranger as the last row of
-- the log that tells it. Where none does, since the log was pruned or is not whole,
-- a membership has to name the stranger, or a stay.
-- name: check_names
-- row: finding
WITH gone (tenant, type, id, name, deleted, seq) AS MATERIALIZED (
  SELECT d.tenant, d.type, d.id,
         iif(json_valid(d.before), coalesce(d.before ->> '$.userName',
                                            d.before ->> '$.displayName'),
             NULL), d.time, d.seq
    FROM scim_log AS d
   WHERE d.action > 'create' AND d.action < 'update'
     AND NOT EXISTS (SELECT 1 FROM scim_log AS later
                      WHERE later.id = d.id AND later.seq > d.seq
                        AND later.tenant = d.tenant
                        AND later.action IN ('create', 'delete'))
     AND NOT EXISTS (SELECT 1 FROM scim_resource AS r
                      WHERE r.tenant = d.tenant AND r.id = d.id)),
told (tenant, id, name, seq) AS MATERIALIZED (
  SELECT l.tenant, CAST(coalesce(j.value ->> 'value', j.key) AS TEXT),
         j.value ->> 'display', max(l.seq)
    FROM scim_log AS l,
         json_each(json_array(l.member_add, l.member_patch)) AS list,
         json_each(list.value) AS j
   WHERE l.action IS NOT NULL
     AND j.value ->> 'display' IS NOT NULL
   GROUP BY 1, 2)
SELECT 'name' AS kind, r.tenant, r.type, r.id, NULL AS seq,
       iif(n.id IS NULL, 'scim_name has no row of it',
           'what scim_name has of it is not what the document says') AS detail
  FROM scim_resource AS r
  LEFT JOIN scim_name AS n ON n.tenant = r.tenant AND n.id = r.id
 WHERE n.id IS NULL OR n.deleted IS NOT NULL
    OR n.type IS DISTINCT FROM r.type
    OR n.name IS DISTINCT FROM coalesce(r.name,
           iif(json_valid(r.doc), r.doc ->> '$.displayName', NULL))
 UNION ALL
SELECT 'name', d.tenant, d.type, d.id, d.seq,
       'what scim_name has is not what was deleted by then'
  FROM gone AS d
  LEFT JOIN scim_name AS n ON n.tenant = d.tenant AND n.id = d.id
 WHERE n.deleted IS DISTINCT FROM d.deleted
    OR n.type IS DISTINCT FROM d.type OR n.name IS DISTINCT FROM d.name
 UNION ALL
SELECT 'name', n.tenant, n.type, n.id, NULL,
       'scim_name says that it '
       || iif(n.deleted IS NULL, 'is there, which it is not',
              'was deleted, which the log does not')
  FROM scim_name AS n
 WHERE (n.type IS NOT NULL OR n.deleted IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = n.tenant AND r.id = n.id)
   AND NOT EXISTS (SELECT 1 FROM gone AS d
                    WHERE d.tenant = n.tenant AND d.id = n.id)
 UNION ALL
SELECT 'name', g.tenant, g.type, g.id, NULL,
       'scim_name has not the member ' || m.value || ', whom a client has named'
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.display IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM scim_name AS n
                    WHERE n.tenant = g.tenant AND n.id = m.value)
 UNION ALL
SELECT 'name', n.tenant, NULL, n.id, t.seq,
       'scim_name has not the name by which this is a member'
  FROM scim_name AS n
  LEFT JOIN told AS t ON t.tenant = n.tenant AND t.id = n.id
 WHERE n.type IS NULL AND n.deleted IS NULL
   AND CASE WHEN n.name IS NULL THEN 1
            WHEN t.id IS NOT NULL THEN n.name <> t.name
            ELSE NOT EXISTS (SELECT 1 FROM scim_stay AS s
                              WHERE s.tenant = n.tenant AND s.member = n.id)
                 OR ((SELECT value FROM scim_meta WHERE name = 'horizon') = ''
                     AND (SELECT value FROM scim_meta
                           WHERE name = 'unchained') = 0) END;

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
SELECT 'orphan', c.tenant, c.type, NULL, NULL,
       'scim_claim has ' || c.attribute || ' of a resource, ' || c.resource
       || ', that is not there'
  FROM scim_claim AS c
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.resource = c.resource AND r.type = c.type
                      AND (c.tenant = '' OR r.tenant = c.tenant))
 UNION ALL
-- What is known of resources that went while a map is off is what their rows
-- are told by when it is on again.
SELECT 'orphan', k.tenant, NULL, k.id, NULL,
       'scim_link of the map ''' || k.map || ''' is of a resource that is not '
       || 'there'
  FROM scim_link AS k
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = k.tenant AND r.id = k.id)
   AND k.map NOT IN (SELECT name FROM scim_map WHERE state = 'off')
 UNION ALL
SELECT 'orphan', n.tenant, NULL, n.group_id, NULL,
       'scim_snapshot_member is of a group that scim_snapshot has not'
  FROM scim_snapshot_member AS n
 WHERE NOT EXISTS (SELECT 1 FROM scim_snapshot AS g
                    WHERE g.tenant = n.tenant AND g.id = n.group_id)
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
 WHERE (NOT EXISTS (SELECT 1 FROM scim_resource AS r
                     WHERE r.tenant = v.tenant AND r.id = v.id)
        AND v.map NOT IN (SELECT name FROM scim_map WHERE state = 'off'))
    OR NOT EXISTS (SELECT 1 FROM scim_map AS p WHERE p.name = v.map)
 UNION ALL
SELECT 'orphan', j.tenant, NULL, j.member, NULL,
       'scim_map_member is of a group, ' || j."group" || ', that has not this '
       || 'member'
  FROM scim_map_member AS j
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.resource = j."group" AND r.tenant = j.tenant)
   AND j.map NOT IN (SELECT name FROM scim_map WHERE state = 'off')
 UNION ALL
SELECT 'orphan', f.tenant, NULL, f.id, NULL,
       'scim_map_reference is of a resource that is not there'
  FROM scim_map_reference AS f
 WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                    WHERE r.tenant = f.tenant AND r.id = f.id)
   AND f.map NOT IN (SELECT name FROM scim_map WHERE state = 'off')
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
                      AND coalesce(instr(l.groups_left,
                                         json_quote(o.id)), 0) = 0) END)
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

-- Tokens that open nothing, or that nobody can have made. The digest is a
-- SHA-256 in small hexadecimal digits; a client is found by its name, and an
-- access token has an end.
-- name: check_tokens
-- row: finding
SELECT 'token' AS kind, t.tenant, NULL AS type, NULL AS id, NULL AS seq,
       'scim_token ' || t.token || t.mistake AS detail
  FROM (SELECT tenant, token, ': the digest is no SHA-256' AS mistake
          FROM scim_token
         WHERE length(digest) <> 64 OR digest GLOB '*[^0-9a-f]*'
         UNION ALL
        SELECT tenant, token, ': the digest of before is no SHA-256'
          FROM scim_token
         WHERE length(previous_digest) <> 64
            OR previous_digest GLOB '*[^0-9a-f]*'
         UNION ALL
        SELECT tenant, token,
               ': of the digest of before and its end one is missing'
          FROM scim_token
         WHERE (previous_digest IS NULL) <> (previous_until IS NULL)
         UNION ALL
        SELECT tenant, token, ' is a client without a name'
          FROM scim_token
         WHERE kind = 'client' AND coalesce(client, '') = ''
         UNION ALL
        SELECT tenant, token, ' is an access token without an end'
          FROM scim_token
         WHERE kind = 'access' AND expires IS NULL
         UNION ALL
        SELECT tenant, token, ' has a number that was never given'
          FROM scim_token
         WHERE token < 1
         UNION ALL
        SELECT tenant, token, ' has no scope'
          FROM scim_token
         WHERE trim(scopes) = '') AS t;

-- Rows of the log and the form that their shape has; and shapes whose attributes
-- are not those of the form.
-- name: check_shapes
-- row: shaped (tenant, type, id, seq, before, after, shape, form)
SELECT l.tenant, l.type, l.id, l.seq,
       iif(l.action IS NULL, NULL, l.before) AS before,
       iif(l.action IS NULL, NULL, l.after) AS after, l.shape, s.form
  FROM scim_log AS l
  LEFT JOIN scim_shape AS s ON s.shape = l.shape
 ORDER BY l.seq;

-- name: check_shape_attributes
-- row: finding
SELECT 'shape' AS kind, NULL AS tenant, NULL AS type, NULL AS id, NULL AS seq,
       'scim_shape_attribute has not what is in shape ' || d.shape || ': '
       || d.attribute AS detail
  FROM (SELECT shape, path, attribute FROM scim_shape_leaf
        EXCEPT
        SELECT shape, path, attribute FROM scim_shape_attribute) AS d
 UNION ALL
SELECT 'shape', NULL, NULL, NULL, NULL,
       'scim_shape_attribute has what is not in shape ' || d.shape || ': '
       || d.attribute
  FROM (SELECT shape, path, attribute FROM scim_shape_attribute
        EXCEPT
        SELECT shape, path, attribute FROM scim_shape_leaf) AS d;

-- When somebody was in a group. There is one stay that is open for each member,
-- held by the sources that scim_member has, and none besides, since each has added
-- the member for the last time. Each begins and ends with a row of the log, unless
-- that was at the horizon or before; and each row that adds a member falls into a
-- stay. Only a clock that was set back, as the rows of the group or of the member
-- tell, may leave a row without one (../commit/stay.sql), or make a stay end before
-- it begins. Databases of before version 5 may have stays that no row tells of. Who
-- has none that is open is told as in fill_untold_stays (install.sql).
-- name: check_stays
-- row: finding
WITH known (horizon, whole) AS (
  SELECT (SELECT value FROM scim_meta WHERE name = 'horizon'),
         (SELECT value FROM scim_meta WHERE name = 'unchained') = 0),
held (tenant, group_id, member, source, since) AS (
  SELECT s.tenant, s.group_id, s.member, 'idp', s.idp
    FROM known AS k
   CROSS JOIN scim_stay AS s
   WHERE k.whole AND s.idp IS NOT NULL
   UNION ALL
  SELECT s.tenant, s.group_id, s.member, 'manual', s.manual
    FROM known AS k
   CROSS JOIN scim_stay AS s
   WHERE k.whole AND s.manual IS NOT NULL),
added (seq, tenant, group_id, member, source, time) AS MATERIALIZED (
  SELECT max(l.seq), l.tenant, l.id, CAST(j.value ->> 'value' AS TEXT),
         coalesce(l.source, 'idp'), l.time
    FROM known AS k
   CROSS JOIN scim_log AS l, json_each(l.member_add) AS j
   WHERE k.whole AND l.action IS NOT NULL AND l.member_add IS NOT NULL
   GROUP BY 2, 3, 4, 5)
SELECT 'stay' AS kind, g.tenant, g.type, g.id, NULL AS seq,
       'scim_stay has none that is open of ' || m.value || ' (' || m.source
       || '), who is a member' AS detail
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE NOT EXISTS (SELECT 1
                     FROM scim_stay AS s
                    WHERE s.tenant = g.tenant AND s.group_id = g.id
                      AND s.member = m.value AND s."left" IS NULL
                      AND iif(m.source = 'idp', s.idp, s.manual) IS NOT NULL)
 UNION ALL
SELECT 'stay', s.tenant, NULL, s.group_id, NULL,
       'scim_stay says that ' || s.member || ' is there since ' || s.joined
       || '; scim_member has not this member, or not of this source'
  FROM scim_stay AS s
  LEFT JOIN scim_resource AS g ON g.tenant = s.tenant AND g.id = s.group_id
 WHERE s."left" IS NULL
   AND ((s.idp IS NULL) = EXISTS (SELECT 1 FROM scim_member AS m
                                   WHERE m."group" = g.resource
                                     AND m.value = s.member
                                     AND m.source = 'idp')
        OR (s.manual IS NULL) = EXISTS (SELECT 1 FROM scim_member AS m
                                         WHERE m."group" = g.resource
                                           AND m.value = s.member
                                           AND m.source = 'manual')
        OR coalesce(s.idp, s.manual) IS NULL)
 UNION ALL
SELECT 'stay', s.tenant, NULL, s.group_id, NULL,
       'scim_stay has two that are open of ' || s.member
  FROM scim_stay AS s
 WHERE s."left" IS NULL
   AND EXISTS (SELECT 1 FROM scim_stay AS o
                WHERE o.tenant = s.tenant AND o.group_id = s.group_id
                  AND o.member = s.member AND o.joined > s.joined
                  AND o."left" IS NULL)
 UNION ALL
SELECT 'stay', s.tenant, NULL, s.group_id, NULL,
       'scim_stay says that ' || s.member || ' left, and is held all the same'
  FROM scim_stay AS s
 WHERE s."left" IS NOT NULL AND coalesce(s.idp, s.manual) IS NOT NULL
 UNION ALL
SELECT 'stay', d.tenant, NULL, d.group_id, NULL,
       'the log does not say that ' || d.member || ' joined at ' || d.joined
  FROM (SELECT s.tenant, s.group_id, s.member, s.joined
          FROM known AS k
         CROSS JOIN scim_stay AS s
         WHERE k.whole AND s.joined > k.horizon
        EXCEPT
        SELECT l.tenant, l.id, j.value ->> 'value', l.time
          FROM scim_log AS l, json_each(l.member_add) AS j
         WHERE l.action IS NOT NULL) AS d
 UNION ALL
SELECT 'stay', h.tenant, NULL, h.group_id, NULL,
       'the log does not say that ' || h.member || ' is held (' || h.source
       || ') since ' || h.since
  FROM held AS h
  LEFT JOIN added AS a ON a.tenant = h.tenant AND a.group_id = h.group_id
                      AND a.member = h.member AND a.source = h.source
 WHERE coalesce(a.time <> h.since,
                h.since > (SELECT horizon FROM known))
 UNION ALL
SELECT 'stay', d.tenant, NULL, d.group_id, NULL,
       'the log does not say that ' || d.member || ' left at ' || d."left"
  FROM (SELECT s.tenant, s.group_id, s.member, s."left"
          FROM known AS k
         CROSS JOIN scim_stay AS s
         WHERE k.whole AND s."left" > k.horizon
        EXCEPT
        SELECT l.tenant, l.id, j.value, l.time
          FROM scim_log AS l, json_each(l.member_drop) AS j
         WHERE l.action IS NOT NULL
        EXCEPT
        SELECT l.tenant, j.value, l.id, l.time
          FROM scim_log AS l, json_each(l.groups_left) AS j
         WHERE l.action = 'delete') AS d
 UNION ALL
SELECT 'stay', l.tenant, l.type, l.id, l.seq,
       'scim_stay does not have that ' || (j.value ->> 'value')
       || ' was a member then'
  FROM known AS k
 CROSS JOIN scim_log AS l, json_each(l.member_add) AS j
 WHERE k.whole AND l.time > k.horizon AND l.action IS NOT NULL
   AND l.member_add IS NOT NULL
   AND NOT EXISTS (SELECT 1
                     FROM scim_stay AS s
                    WHERE s.tenant = l.tenant AND s.group_id = l.id
                      AND s.member = j.value ->> 'value'
                      AND s.joined <= l.time
                      AND (coalesce(s."left", l.time) >= l.time
                           OR s."left" < s.joined))
   AND NOT EXISTS (SELECT 1
                     FROM scim_log AS b
                    WHERE b.id IN (l.id, j.value ->> 'value')
                      AND b.tenant = l.tenant
                      AND ((b.seq < l.seq AND b.time > l.time)
                           OR (b.seq > l.seq AND b.time < l.time)));

-- Jobs of a change, against the row of the log that they come of. Who puts a job
-- there by hand gives it no seq, and any event.
-- name: check_outbox
-- row: finding
WITH job AS (
  SELECT o.job, o.tenant, o.type, o.id, o.seq, o.event, o.created, o.payload,
         l.action, l.type AS logged, l.id AS about, l.time, l.member_add,
         l.member_drop
    FROM scim_outbox AS o
    LEFT JOIN scim_log AS l ON l.seq = o.seq
   WHERE o.seq IS NOT NULL)
SELECT 'outbox' AS kind, tenant, type, id, seq,
       'scim_outbox ' || job || ' has the event ' || coalesce(event, 'NULL')
       || ', and the change was none' AS detail
  FROM job
 WHERE CASE event WHEN 'created' THEN action <> 'create'
                  WHEN 'updated' THEN action <> 'update'
                  WHEN 'activated' THEN action <> 'update'
                  WHEN 'deactivated' THEN action <> 'update'
                  WHEN 'deleted' THEN action <> 'delete'
                  WHEN 'member_added' THEN action IS NOT NULL
                                           AND member_add IS NULL
                  WHEN 'member_removed' THEN action IS NOT NULL AND id = about
                                             AND member_drop IS NULL
                  ELSE true END
    OR (event <> 'member_removed' AND about <> id)
 UNION ALL
SELECT 'outbox', tenant, type, id, seq,
       'scim_outbox ' || job || ' has another type than the change'
  FROM job
 WHERE type IS NULL OR (about = id AND type IS DISTINCT FROM logged)
 UNION ALL
SELECT 'outbox', tenant, type, id, seq,
       'scim_outbox ' || job || ' was not created at the time of the change'
  FROM job
 WHERE created <> time
 UNION ALL
SELECT 'outbox', tenant, type, id, seq,
       'scim_outbox ' || job || ' has a payload that is no JSON'
  FROM job
 WHERE action IS NOT NULL AND NOT coalesce(json_valid(payload), 0)
   AND NOT (payload IS NULL
            AND EXISTS (SELECT 1 FROM scim_log AS f
                         WHERE f.id = job.id AND f.tenant = job.tenant
                           AND f.action = 'delete'
                           AND f.forgotten IS NOT NULL))
 UNION ALL
SELECT 'outbox', tenant, type, id, seq,
       'scim_outbox ' || job || ' was tried ' || tries || ' times'
  FROM scim_outbox
 WHERE tries < 0;

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
        SELECT DISTINCT tenant, 'scim_name' FROM scim_name
         UNION ALL
        SELECT DISTINCT tenant, 'scim_outbox' FROM scim_outbox
         UNION ALL
        SELECT DISTINCT tenant, 'scim_alert' FROM scim_alert
         UNION ALL
        SELECT DISTINCT tenant, 'scim_stay' FROM scim_stay
         UNION ALL
        SELECT DISTINCT tenant, 'scim_snapshot' FROM scim_snapshot
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
-- drops goes before what it adds. And what each is called.
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
-- Of what was made before the log begins there is nothing to compare.
told (resource, tenant, type, id, made) AS MATERIALIZED (
  SELECT r.resource, r.tenant, r.type, r.id,
         coalesce((SELECT 2 * max(c.seq)
                     FROM scim_log AS c
                    WHERE c.id = r.id AND c.tenant = r.tenant
                      AND c.action = 'create'),
                  (SELECT 0
                     FROM scim_snapshot AS c
                    WHERE c.tenant = r.tenant AND c.id = r.id)) AS made
    FROM scim_resource AS r
   WHERE made IS NOT NULL),
state AS (
  SELECT r.resource, s.member, s.idp_in, s.idp_out, s.manual_in, s.manual_out,
         r.made
    FROM last AS s
    JOIN told AS r ON r.tenant = s.tenant AND r.id = s."group"),
wanted AS (
  SELECT resource, member, 'idp' AS source
    FROM state
   WHERE idp_in > idp_out AND idp_in > made
   UNION ALL
  SELECT resource, member, 'manual'
    FROM state
   WHERE manual_in > manual_out AND manual_in > made),
-- The last name that was sent of each, in either list; NULL where that was none: who
-- is added without one keeps that which he has. The casts let SQLite look them up by
-- an index of its own.
named (tenant, id, member, source, display, place) AS MATERIALIZED (
  SELECT CAST(l.tenant AS TEXT), CAST(l.id AS TEXT),
         CAST(coalesce(j.value ->> 'value', j.key) AS TEXT),
         CAST(coalesce(l.source, 'idp') AS TEXT), j.value ->> 'display',
         max(2 * l.seq + 1)
    FROM scim_log AS l,
         json_each(json_array(l.member_add, l.member_patch)) AS list,
         json_each(list.value) AS j
   WHERE l.action IS NOT NULL AND json_type(j.value, '$.display') IS NOT NULL
     AND (list.key = 1 OR j.value ->> 'display' IS NOT NULL)
   GROUP BY 1, 2, 3, 4),
-- Who left, whether or not they are back: what they were called went with them.
gone (resource, member, idp, manual) AS MATERIALIZED (
  SELECT resource, CAST(member AS TEXT), idp_out, manual_out
    FROM state
   WHERE idp_out > 0 OR manual_out > 0)
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
       'scim_member names ' || m.value || ' as nobody has sent it last'
  FROM scim_member AS m
  JOIN told AS r ON r.resource = m."group"
  LEFT JOIN named AS n ON n.tenant = r.tenant AND n.id = r.id
                      AND n.member = m.value AND n.source = m.source
  LEFT JOIN gone AS f ON f.resource = m."group" AND f.member = m.value
  LEFT JOIN scim_snapshot_member AS k ON k.tenant = r.tenant
                                     AND k.group_id = r.id
                                     AND k.value = m.value
                                     AND k.source = m.source
 WHERE m.display IS NOT CASE
       WHEN n.place > max(r.made, coalesce(iif(m.source = 'idp', f.idp,
                                               f.manual), 0))
       THEN n.display
       WHEN r.made = 0 AND coalesce(iif(m.source = 'idp', f.idp, f.manual),
                                    0) = 0
       THEN k.display
       END
 UNION ALL
SELECT 'member', g.tenant, g.type, g.id, NULL,
       'scim_member has ' || coalesce('the type ' || m.type, 'no type') || ' of '
       || m.value || ', who is a ' || r.type
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
  JOIN scim_resource AS r ON r.tenant = g.tenant AND r.id = m.value
 WHERE m.type IS NOT r.type
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
  LEFT JOIN scim_tenant AS t ON t.name = c.tenant;

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
   AND instr(groups_left, json_quote(:id)) > 0;

-- How many of the keys of a resource are in the index.
-- name: keys_there
-- row: keys_there (number)
SELECT count(*) AS number
  FROM json_each(:keys) AS j
 CROSS JOIN scim_value AS v
    ON v.tenant = :tenant AND v.type = :type AND v.attribute = j.key
   AND v.key = j.value AND v.resource = :resource;

-- Whose the unique keys of a resource are, NULL: nobody's; and does it claim them?
-- name: unique_owners
-- row: unique_owner (attribute, resource, claimed)
SELECT j.value ->> 'attribute' AS attribute, u.resource,
       c.resource IS NOT NULL AS claimed
  FROM json_each(:keys) AS j
  LEFT JOIN scim_unique AS u
    ON u.tenant = coalesce(j.value ->> 'tenant', :tenant) AND u.type = :type
   AND u.attribute = j.value ->> 'attribute' AND u.key = j.value ->> 'key'
  LEFT JOIN scim_claim AS c
    ON c.tenant = coalesce(j.value ->> 'tenant', :tenant) AND c.type = :type
   AND c.attribute = j.value ->> 'attribute' AND c.key = j.value ->> 'key'
   AND c.resource = :resource;

-- Is a tenant being removed, part by part?
-- name: is_removing
-- row: is_removing (removing)
SELECT removing IS NOT NULL AS removing FROM scim_tenant WHERE name = :name;

-- How many keys there are of types that are defined; and is a tenant being
-- removed, some of whose are gone?
-- name: count_keys
-- row: count_keys (keys, uniques, claims, removing)
SELECT (SELECT count(*)
          FROM scim_value
         WHERE type IN (SELECT name FROM scim_resource_type)) AS keys,
       (SELECT count(*)
          FROM scim_unique
         WHERE type IN (SELECT name FROM scim_resource_type)) AS uniques,
       (SELECT count(*)
          FROM scim_claim
         WHERE type IN (SELECT name FROM scim_resource_type)) AS claims,
       EXISTS (SELECT 1 FROM scim_tenant WHERE removing IS NOT NULL)
       AS removing;
