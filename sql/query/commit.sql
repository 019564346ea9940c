-- The statements that change the database, and what they are to be given.

-- What was asked goes into the log, also where it is not known.
-- name: commit_change
INSERT INTO scim_commit (
  action, tenant, type, resource, id, version, time, doc,
  value_add, value_drop, unique_add, unique_drop,
  member_add, joins, member_drop, member_patch, groups_left, source, maps,
  token, method, target, status, scim_type, detail, before, after, data,
  jobs, inactive, digest, hash, renamed, name, email, request, shape, seq)
VALUES (:action, :tenant, :type, :resource, :id, :version, :time, :doc,
  :value_add, :value_drop, :unique_add, :unique_drop,
  :member_add, :joins, :member_drop, :member_patch, :groups_left, :source,
  :maps, :token, coalesce(:method, ''), coalesce(:target, ''), :status,
  :scim_type, :detail, :before, :after, :data, :jobs,
  :inactive, :digest, :hash, :renamed, :name, :email, :request,
  :shape, :seq);

-- What has little to do goes through views with the same columns.
-- name: commit_new
-- like: commit_change, INTO scim_commit_new

-- name: commit_document
-- like: commit_change, INTO scim_commit_document

-- name: commit_gone
-- like: commit_change, INTO scim_commit_gone

-- name: commit_shared
-- like: commit_change, INTO scim_commit_shared

-- name: commit_work
INSERT INTO scim_commit_work (action, tenant, type, time, data, digest,
  hash, seq)
VALUES (:action, :tenant, :type, :time, :data, :digest, :hash, :seq);

-- name: next_resource
-- row: next_resource (number)
SELECT 1 + max((SELECT value FROM scim_meta WHERE name = 'deleted_resource'),
               (SELECT coalesce(max(resource), 0) FROM scim_resource)) AS number;

-- Is the change that was sealed with this number still being made? And where it
-- is that of somebody who goes: is this a group that they have not left yet, and
-- are they among those who join a group?
-- name: in_hand
-- row: in_hand (made, left, joins)
SELECT NOT EXISTS (SELECT 1 FROM scim_log WHERE seq = :seq) AS made,
       EXISTS (SELECT 1
                 FROM scim_resource
                WHERE tenant = :tenant AND id = :goes)
       AND EXISTS (SELECT 1 FROM json_each(:groups) WHERE value = :id) AS left,
       EXISTS (SELECT 1 FROM json_each(:joins) WHERE key = :goes) AS joins;

-- Has a change of a group still to write one of the members, of the same source, whom
-- a change of the group within it is about? It has if there is no row of who joins,
-- or not the name of who stays.
-- name: member_in_hand
-- row: member_in_hand (unwritten)
SELECT coalesce(:source, 'idp') = coalesce(:outer_source, 'idp')
       AND EXISTS (
           SELECT 1
             FROM (SELECT key FROM json_each(:joins)
                    UNION ALL
                   SELECT key FROM json_each(:patches)
                    UNION ALL
                   SELECT value FROM json_each(:drops)) AS i
             JOIN (SELECT key, NULL AS patch FROM json_each(:outer_joins)
                    UNION ALL
                   SELECT key, value FROM json_each(:outer_patches)) AS o
               ON o.key = i.key
             LEFT JOIN scim_member AS m
               ON m."group" = :resource AND m.value = o.key
              AND m.source = coalesce(:source, 'idp')
            WHERE m.value IS NULL
               OR (json_type(o.patch, '$.display') IS NOT NULL
                   AND m.display IS NOT o.patch ->> 'display')) AS unwritten;

-- Has a change that was refused left something? Its row; or what comes before the
-- row, keys, stays and names, of which a stranger may have had another that the log
-- tells; or changes that were made within it, which are behind the row of the log
-- that it was to have.
-- name: change_left
-- row: change_left (left)
WITH called (id, name) AS MATERIALIZED (
  SELECT n.id, n.name
    FROM (SELECT key, value FROM json_each(:joins) WHERE type = 'object'
           UNION ALL
          SELECT key, value FROM json_each(:member_patch)) AS j
   CROSS JOIN scim_name AS n
      ON n.tenant = :tenant AND n.id = j.key
   WHERE n.type IS NULL AND n.name = j.value ->> 'display'),
-- What each of them was last called in the groups that they have been in. The log of
-- a group is read once for all of them.
told (id, name, seq) AS MATERIALIZED (
  SELECT CAST(coalesce(m.value ->> 'value', m.key) AS TEXT),
         m.value ->> 'display', max(l.seq)
    FROM (SELECT DISTINCT s.group_id
            FROM called AS c
           CROSS JOIN scim_stay AS s ON s.member = c.id AND s.tenant = :tenant)
         AS g
   CROSS JOIN scim_log AS l ON l.id = g.group_id AND l.tenant = :tenant
   CROSS JOIN json_each(json_array(l.member_add, l.member_patch)) AS t
   CROSS JOIN json_each(iif(json_valid(t.value), t.value, '[]')) AS m
   WHERE m.value ->> 'display' IS NOT NULL
     AND coalesce(m.value ->> 'value', m.key) IN (SELECT id FROM called)
   GROUP BY 1)
SELECT CASE :action
       WHEN 'delete'
       THEN NOT EXISTS (SELECT 1 FROM scim_resource
                         WHERE tenant = :tenant AND id = :id)
       ELSE EXISTS (SELECT 1 FROM scim_resource
                     WHERE tenant = :tenant AND id = :id
                       AND version >= :version AND :action <> 'none')
       END
       OR EXISTS (SELECT 1 FROM scim_log WHERE seq > :seq)
       OR EXISTS (SELECT 1 FROM scim_name
                   WHERE tenant = :tenant AND id = :id AND type IS NOT NULL
                     AND (deleted IS NULL)
                         <> EXISTS (SELECT 1 FROM scim_resource
                                     WHERE tenant = :tenant AND id = :id))
       OR EXISTS (SELECT 1
                    FROM json_each(:joins) AS j
                   CROSS JOIN scim_name AS n
                      ON n.tenant = :tenant AND n.id = j.key
                   WHERE n.type IS NULL
                     AND NOT EXISTS (SELECT 1 FROM scim_stay AS s
                                      WHERE s.member = j.key
                                        AND s.tenant = :tenant))
       OR EXISTS (SELECT 1
                    FROM called AS c
                    LEFT JOIN told AS t ON t.id = c.id
                   WHERE c.name IS NOT t.name)
       OR EXISTS (SELECT 1
                    FROM json_each(:unique_add) AS j
                   CROSS JOIN scim_unique AS u
                      ON u.tenant = coalesce(j.value ->> 'tenant', :tenant)
                     AND u.type = :type
                     AND u.attribute = j.value ->> 'attribute'
                     AND u.key = j.value ->> 'key'
                   WHERE u.resource = :resource)
       OR EXISTS (SELECT 1
                    FROM json_each(:unique_drop) AS j
                    LEFT JOIN scim_unique AS u
                      ON u.tenant = coalesce(j.value ->> 'tenant', :tenant)
                     AND u.type = :type
                     AND u.attribute = j.value ->> 'attribute'
                     AND u.key = j.value ->> 'key'
                   WHERE u.resource IS NOT :resource
                     AND NOT EXISTS (
                         SELECT 1
                           FROM scim_claim AS c
                          WHERE c.tenant = coalesce(j.value ->> 'tenant',
                                                    :tenant)
                            AND c.type = :type
                            AND c.attribute = j.value ->> 'attribute'
                            AND c.key = j.value ->> 'key'
                            AND c.resource = :resource))
       OR EXISTS (SELECT 1
                    FROM json_each(:value_add) AS j
                   CROSS JOIN scim_value AS v
                      ON v.tenant = :tenant AND v.type = :type
                     AND v.attribute = j.key AND v.key = j.value
                   WHERE v.resource = :resource)
       OR EXISTS (SELECT 1
                    FROM json_each(:value_drop) AS j
                    LEFT JOIN scim_value AS v
                      ON v.tenant = :tenant AND v.type = :type
                     AND v.attribute = j.key AND v.key = j.value
                     AND v.resource = :resource
                   WHERE v.resource IS NULL)
       OR EXISTS (SELECT 1
                    FROM (SELECT key AS member FROM json_each(:joins)
                           UNION ALL
                          SELECT value FROM json_each(:member_drop)) AS j
                   WHERE EXISTS (SELECT 1 FROM scim_member AS m
                                  WHERE m."group" = :resource
                                    AND m.value = j.member)
                         <> EXISTS (SELECT 1 FROM scim_stay AS s
                                     WHERE s.tenant = :tenant
                                       AND s.group_id = :id
                                       AND s.member = j.member
                                       AND s."left" IS NULL)) AS left;
