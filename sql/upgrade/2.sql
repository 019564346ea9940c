-- From version 2 to 3: the IdP's and the platform's membership of one person are
-- two rows; maps, tenants that can be off, tokens with scopes of their own, the
-- outbox and what else the platform's side needs.
--
-- Members have another primary key from now on. A table cannot be dropped while
-- rows are read, so the key changes in its place (5.sql), with all that an
-- application has on the table. The rows lie in the order of the key: until the
-- ALTER TABLE behind it has the schema read anew they wait in scim_meta, the
-- members of a group in one row. Columns of an application stay, but not what
-- they held: a script cannot name what it does not know.
INSERT INTO scim_meta (name, value)
SELECT 'members ' || "group",
       json_group_array(json_array(value, type, display, source))
  FROM scim_member
 GROUP BY "group";
DELETE FROM scim_member;
PRAGMA writable_schema = 1;
UPDATE sqlite_schema
   SET sql = replace(sql, 'PRIMARY KEY ("group", value)',
                     'PRIMARY KEY ("group", value, source)')
 WHERE type = 'table' AND name = 'scim_member';
PRAGMA writable_schema = 0;

ALTER TABLE scim_log ADD COLUMN source TEXT
  CHECK (source = 'idp' OR source = 'manual');

INSERT INTO scim_member ("group", value, type, display, source)
SELECT CAST(substr(g.name, length('members ') + 1) AS INTEGER),
       j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3
  FROM scim_meta AS g, json_each(g.value) AS j
 WHERE g.name GLOB 'members *';
DELETE FROM scim_meta WHERE name GLOB 'members *';

-- Whose members a request was about is known of those that the platform has put
-- in and that are there still: the first row that added one since it was last
-- out. Of all others the log does not tell.
UPDATE scim_log
   SET source = 'manual'
 WHERE seq IN (
       SELECT (SELECT min(a.seq)
                 FROM scim_log AS a, json_each(a.member_add) AS j
                WHERE a.id = g.id AND a.tenant = g.tenant
                  AND json_extract(j.value, '$.value') = m.value
                  AND a.seq > coalesce((
                      SELECT max(d.seq)
                        FROM scim_log AS d, json_each(d.member_drop) AS k
                       WHERE d.id = g.id AND d.tenant = g.tenant
                         AND k.value = m.value), 0)
                  AND a.seq > coalesce((
                      SELECT max(e.seq)
                        FROM scim_log AS e
                       WHERE e.id = m.value AND e.tenant = g.tenant
                         AND e.action = 'delete'), 0))
         FROM scim_member AS m
         JOIN scim_resource AS g ON g.resource = m."group"
        WHERE m.source = 'manual');

ALTER TABLE scim_tenant ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1
  CHECK (enabled = 0 OR enabled = 1);
ALTER TABLE scim_tenant ADD COLUMN removing TEXT;

ALTER TABLE scim_token ADD COLUMN kind TEXT NOT NULL DEFAULT 'token'
  CHECK (kind = 'token' OR kind = 'client' OR kind = 'access');
ALTER TABLE scim_token ADD COLUMN client TEXT;
ALTER TABLE scim_token ADD COLUMN idp TEXT;
ALTER TABLE scim_token ADD COLUMN last_four TEXT;
ALTER TABLE scim_token ADD COLUMN previous_digest TEXT;
ALTER TABLE scim_token ADD COLUMN previous_until TEXT;
CREATE UNIQUE INDEX scim_token_client ON scim_token (client)
 WHERE kind = 'client';
CREATE INDEX scim_token_access ON scim_token (expires) WHERE kind = 'access';
CREATE INDEX scim_token_previous ON scim_token (previous_digest)
 WHERE previous_digest IS NOT NULL;

-- Who reads scim_change, and how far.
.read ../tables/consumer.sql

-- Runs, for scim_status.
CREATE INDEX scim_log_run ON scim_log (tenant, time, token, action, status);

-- Which events leave a job, and the jobs.
.read ../tables/rule.sql
.read outbox3.sql

-- The breaker. What is no JSON is taken for active, as it is by the triggers.
.read ../tables/alert.sql
CREATE INDEX scim_log_loss ON scim_log (tenant, time)
WHERE token IS NOT NULL AND type = 'User' AND
      (action = 'delete' OR
       action = 'update' AND instr(after, '"active":false') > 0);
ALTER TABLE scim_count ADD COLUMN active INTEGER NOT NULL DEFAULT 0;
UPDATE scim_count
   SET active = live - coalesce((
       SELECT count(*)
         FROM scim_resource AS r
        WHERE r.tenant = scim_count.tenant AND r.type = scim_count.type
          AND instr(r.doc, '"active":false')
          AND json_extract(iif(json_valid(r.doc), r.doc, NULL), '$.active')
              IS NOT DISTINCT FROM 0), 0);

-- Who was deleted so far, as the log has it. Built-in functions fold ASCII only,
-- and so only userNames of ASCII are found again.
.read ../tables/former.sql
INSERT INTO scim_former (tenant, type, attribute, key, id, version, deleted)
SELECT d.tenant, d.type, a.value, iif(a.value = 'userName',
         lower(json_extract(d.before, '$.userName')),
         json_extract(d.before, '$.externalId')) AS known,
       d.id, coalesce(d.version, 1), d.time
  FROM scim_log AS d, json_each('["userName","externalId"]') AS a
 WHERE d.action = 'delete' AND json_valid(d.before) AND known IS NOT NULL
   AND (a.value = 'externalId' OR known NOT GLOB '*[^ -~]*')
 ORDER BY d.seq
    ON CONFLICT (tenant, type, attribute, key) DO UPDATE
   SET id = excluded.id, version = excluded.version,
       deleted = excluded.deleted;

-- Maps into the tables of an application.
.read map3.sql
.read ../tables/link.sql
INSERT INTO scim_meta (name, value) VALUES ('deleted_review', 0);

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 3 WHERE name = 'version';
