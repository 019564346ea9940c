-- From version 5 to 6. When a row was made is no DEFAULT any more, but a trigger
-- fills it in (../commit/created.sql). Only this changes a DEFAULT and leaves the
-- table with all that an application has on it; SQLite names it as the way
-- (lang_altertable.html), and the ALTER TABLE behind it has the schema read anew.
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET sql = replace(sql,
                     'DEFAULT (strftime(''%Y-%m-%dT%H:%M:%fZ'', ''now''))',
                     'DEFAULT ''''')
 WHERE type = 'table' AND name IN ('scim_tenant', 'scim_outbox');
PRAGMA writable_schema = 0;

ALTER TABLE scim_log ADD COLUMN request TEXT;
CREATE INDEX scim_log_request ON scim_log (request) WHERE request IS NOT NULL;

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 6 WHERE name = 'version';
