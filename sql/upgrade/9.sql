-- From version 9 to 10: what each id is called stands in a table, where a view was.
-- What the index of names is to be called may be taken: the message is ours.
SELECT json_extract('{}', 'the name scim_name_name is taken')
  FROM sqlite_schema
 WHERE lower(name) = 'scim_name_name';

-- Names of strangers are those of the log; of what it does not tell any more, of
-- the memberships that are left, or were at its horizon.
CREATE TABLE scim_name (
  tenant  TEXT NOT NULL,
  type    TEXT,
  id      TEXT NOT NULL,
  name    TEXT,
  deleted TEXT,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

INSERT INTO scim_name (tenant, type, id, name)
SELECT tenant, type, id,
       coalesce(name, iif(json_valid(doc), doc ->> '$.displayName', NULL))
  FROM scim_resource;
INSERT OR IGNORE INTO scim_name (tenant, type, id, name, deleted)
SELECT d.tenant, d.type, d.id, d.name, d.time
  FROM scim_log AS d
 WHERE d.action > 'create' AND d.action < 'update'
   AND NOT EXISTS (SELECT 1 FROM scim_log AS later
                    WHERE later.id = d.id AND later.seq > d.seq
                      AND later.tenant = d.tenant
                      AND later.action IN ('create', 'delete'));
INSERT OR IGNORE INTO scim_name (tenant, id, name)
SELECT tenant, id, name
  FROM (SELECT l.tenant, j.value ->> 'value' AS id,
               j.value ->> 'display' AS name, max(l.seq)
          FROM scim_log AS l,
               json_each(iif(json_valid(l.member_add), l.member_add, '[]')) AS j
         WHERE l.action IS NOT NULL AND l.member_add IS NOT NULL
           AND j.value ->> 'display' IS NOT NULL
         GROUP BY 1, 2);
INSERT OR IGNORE INTO scim_name (tenant, id, name)
SELECT g.tenant, m.value, max(m.display)
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
 WHERE m.display IS NOT NULL
 GROUP BY 1, 2;
INSERT OR IGNORE INTO scim_name (tenant, id, name)
SELECT tenant, value, max(display)
  FROM scim_snapshot_member
 WHERE display IS NOT NULL
 GROUP BY 1, 2;

-- scim_name_name takes the place in the file of the index of deletions by name,
-- since none can be dropped while rows are read: behind the table, or it would be
-- read before that. The ALTER TABLE has the schema read anew (5.sql); that views of
-- an application name ours, which are not there now, it is to take no notice of,
-- hence within the PRAGMAs. RESET has the schema read once more, by all rules: an
-- index of the application that has the column ends the upgrade.
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET rowid = (SELECT max(rowid) + 1 FROM sqlite_schema),
       name = 'scim_name_name', tbl_name = 'scim_name',
       sql = 'CREATE INDEX scim_name_name ON scim_name (name)'
 WHERE type = 'index' AND name = 'scim_log_gone_name';
ALTER TABLE scim_log DROP COLUMN name;
PRAGMA writable_schema = RESET;

CREATE INDEX IF NOT EXISTS scim_name_name ON scim_name (name);
REINDEX scim_name_name;

-- What ../commit/statistics.sql had put there of that index; it puts there what
-- the planner is to think of the new table.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1 WHERE idx = 'scim_log_gone_name';

UPDATE scim_meta
   SET value = iif(name = 'version', 10, value + 1)
 WHERE name IN ('version', 'generation');
