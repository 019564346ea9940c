-- What each id is called, in the place of what has come by playing the log. That
-- does not tell which strangers are named no more, nor what those are called of
-- whom it has only what came before its horizon.
DELETE FROM main.scim_name;

INSERT INTO main.scim_name (tenant, type, id, name)
SELECT tenant, type, id, coalesce(name, doc ->> '$.displayName')
  FROM main.scim_resource;

INSERT INTO main.scim_name (tenant, type, id, name, deleted)
SELECT d.tenant, d.type, d.id,
       coalesce(d.before ->> '$.userName', d.before ->> '$.displayName'), d.time
  FROM main.scim_log AS d
 WHERE d.action > 'create' AND d.action < 'update'
   AND NOT EXISTS (SELECT 1 FROM main.scim_log AS later
                    WHERE later.id = d.id AND later.seq > d.seq
                      AND later.tenant = d.tenant
                      AND later.action IN ('create', 'delete'));

INSERT INTO main.scim_name (tenant, id, name)
SELECT a.tenant, a.id, a.name
  FROM (SELECT l.tenant, coalesce(j.value ->> 'value', j.key) AS id,
               j.value ->> 'display' AS name, max(l.seq)
          FROM main.scim_log AS l,
               json_each(json_array(l.member_add, l.member_patch)) AS told,
               json_each(told.value) AS j
         WHERE l.action IS NOT NULL
           AND j.value ->> 'display' IS NOT NULL
         GROUP BY 1, 2) AS a
  JOIN {source}.scim_name AS n ON n.tenant = a.tenant AND n.id = a.id
 WHERE n.type IS NULL
    ON CONFLICT (tenant, id) DO NOTHING;

INSERT INTO main.scim_name (tenant, id, name)
SELECT tenant, id, name
  FROM {source}.scim_name
 WHERE type IS NULL AND deleted IS NULL
    ON CONFLICT (tenant, id) DO NOTHING;
