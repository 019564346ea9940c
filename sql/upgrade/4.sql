-- From version 4 to 5. Who is called how stands in columns of its own, with
-- indexes, and what views ask of the log has them too. The log is a chain, and
-- can be pruned, and it is known who was in which group when: that is filled when
-- the triggers are there (query/install.sql). Rows of the log that are there by
-- now have no hash; scim_meta says up to which.
ALTER TABLE scim_log ADD COLUMN digest BLOB;
ALTER TABLE scim_log ADD COLUMN hash BLOB;
ALTER TABLE scim_log ADD COLUMN forgotten BLOB;

.read ../tables/chain.sql
.read ../tables/snapshot.sql
.read ../tables/stay.sql

CREATE INDEX scim_log_failed ON scim_log (tenant, token, time)
WHERE status >= 400;
CREATE INDEX scim_log_groups_left ON scim_log (tenant)
 WHERE groups_left IS NOT NULL;

INSERT INTO scim_meta (name, value)
SELECT 'unchained',
       max((SELECT value FROM scim_meta WHERE name = 'deleted_seq'),
           (SELECT coalesce(max(seq), 0) FROM scim_log));
INSERT INTO scim_meta VALUES
  ('horizon', ''),
  ('horizon_seq', 0),
  ('horizon_resource', 0);

ALTER TABLE scim_resource ADD COLUMN name TEXT;
ALTER TABLE scim_resource ADD COLUMN email TEXT;
UPDATE scim_resource
   SET name = coalesce(json_extract(doc, '$.userName'),
                       iif(type <> 'User', json_extract(doc, '$.displayName'),
                           NULL)),
       email = (SELECT e.value ->> 'value'
                  FROM json_each(doc, '$.emails') AS e
                 WHERE e.type = 'object' AND e.value ->> 'value' <> ''
                 ORDER BY coalesce(e.value ->> 'primary' = 1, 0) DESC,
                          coalesce(lower(e.value ->> 'type') = 'work', 0) DESC,
                          e.key
                 LIMIT 1)
 WHERE json_valid(doc);
CREATE INDEX scim_resource_name ON scim_resource (name);
CREATE INDEX scim_resource_email ON scim_resource (email)
 WHERE email IS NOT NULL;

CREATE INDEX scim_log_token ON scim_log (token, tenant, time, action, status);
CREATE INDEX scim_log_gone ON scim_log (id, tenant)
 WHERE action = 'delete';
CREATE INDEX scim_log_member ON scim_log (time)
 WHERE member_add IS NOT NULL OR member_drop IS NOT NULL;

-- Which definitions were replaced before is not known.
INSERT INTO scim_meta (name, value)
SELECT DISTINCT 'unfit ' || c.type, (SELECT max(resource) FROM scim_resource)
  FROM scim_count AS c
 WHERE EXISTS (SELECT 1 FROM scim_resource);

-- Nor which values had several owners before they had to be unique: until their
-- indexes are built the next time, no search goes by scim_unique.
INSERT INTO scim_meta (name, value)
SELECT DISTINCT 'shared ' || type, 1 FROM scim_count
 WHERE EXISTS (SELECT 1 FROM scim_resource);

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 5 WHERE name = 'version';
