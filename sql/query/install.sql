-- What scim_init asks of a database, and puts into a new one.

-- name: count_meta
-- row: installed (tables)
SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'scim_meta';

-- name: version
-- row: version (value)
SELECT value FROM scim_meta WHERE name = 'version';

-- Before there are triggers, which fill in id, name and endpoint afterwards.
-- name: insert_schema
INSERT INTO scim_schema (definition, id)
VALUES (json(:definition), json_extract(:definition, '$.id'));

-- name: insert_types
INSERT INTO scim_resource_type (definition, name, endpoint)
SELECT value, value ->> 'name', value ->> 'endpoint'
  FROM json_each(:definitions);

-- Who was in which group, of a log that is older than scim_stay; and who is in
-- one of whom the log does not tell, since rows of it are gone: since when, none
-- but the group knows. Who has no open stay is who check_stays finds: a condition
-- of both, since a statement can share one only by a view, which would be public.
-- name: fill_stays
INSERT INTO scim_commit_stay (tenant, id, time, member_add, member_drop,
       groups_left, source)
SELECT tenant, id, time, member_add, member_drop, groups_left, source
  FROM scim_log
 WHERE action IS NOT NULL
   AND coalesce(member_add, member_drop, groups_left) IS NOT NULL
 ORDER BY seq;

-- name: fill_untold_stays
INSERT INTO scim_stay (tenant, group_id, member, joined, idp, manual)
SELECT g.tenant, g.id, m.value, g.created,
       iif(m.source = 'idp', g.created, NULL),
       iif(m.source = 'manual', g.created, NULL)
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE NOT EXISTS (SELECT 1
                     FROM scim_stay AS s
                    WHERE s.tenant = g.tenant AND s.group_id = g.id
                      AND s.member = m.value AND s."left" IS NULL
                      AND iif(m.source = 'idp', s.idp, s.manual) IS NOT NULL)
    ON CONFLICT (tenant, group_id, member, joined) DO UPDATE
   SET "left" = NULL, idp = coalesce(excluded.idp, idp),
       manual = coalesce(excluded.manual, manual);

-- Rows of the log that are to get a shape, part by part.
-- name: shapeless
-- row: shapeless (seq, before, after)
SELECT seq, before, after
  FROM scim_log
 WHERE seq > :after AND action IS NOT NULL
   AND coalesce(before, after) IS NOT NULL
 ORDER BY seq
 LIMIT :limit;

-- name: add_shape
INSERT INTO scim_commit_shape (form) VALUES (:form);

-- name: find_shape
-- row: shape (shape)
SELECT shape FROM scim_shape WHERE form = :form;

-- What is writeOnly had keys up to version 15: parts of values, and what documents
-- hold from before it was that, where it is unique or has an index. The next write
-- makes all keys anew, as where a definition was replaced. A password like that of
-- RFC 7643 never had any.
-- name: forget_keys
UPDATE scim_meta
   SET value = 1
 WHERE name = 'stale'
   AND (EXISTS (SELECT 1 FROM scim_path
                 WHERE mutability = 'writeonly'
                   AND (parent IS NOT NULL OR kind = 'complex'))
        OR EXISTS (SELECT 1 FROM scim_index AS i
                     JOIN scim_path AS p ON p.type = i.type
                      AND lower(i.attribute)
                          IN (lower(p.path), lower(p.short), lower(p.long))
                    WHERE p.mutability = 'writeonly')
        OR EXISTS (SELECT 1
                     FROM scim_attribute AS a, json_each(a.definition) AS m
                    WHERE lower(a.mutability) = 'writeonly'
                      AND lower(m.key) = 'uniqueness'
                      AND lower(m.atom) <> 'none'));

-- What SQL has drawn for a new database, where another thing is given.
-- name: give_key
UPDATE scim_meta
   SET value = :cursor_key
 WHERE name = 'cursor_key' AND :cursor_key IS NOT NULL;

-- name: give_created
UPDATE scim_tenant SET created = :now WHERE :now IS NOT NULL;

-- Statements run on several nodes, or no more.
-- name: replicate
INSERT INTO scim_meta (name, value) VALUES ('replicated', 1);

-- name: replicate_not
DELETE FROM scim_meta WHERE name = 'replicated';

-- name: next_generation
UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
