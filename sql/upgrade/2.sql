-- From version 2 to 3: the IdP's and the platform's membership of one person are
-- two rows; maps, tenants that can be off, tokens with scopes of their own, the
-- outbox and what else the platform's side needs.
--
-- The program has put the members aside and dropped the table, whose primary
-- key is another from now on.
.read ../tables/member.sql
INSERT INTO scim_member ("group", value, type, display, source)
SELECT "group", value, type, display, source FROM scim_member_before;

-- Whose members a request was about is known of those that the platform has put
-- in and that are there still: the first row that added one since it was last
-- out. Of all others the log does not tell.
ALTER TABLE scim_log ADD COLUMN source TEXT
  CHECK (source = 'idp' OR source = 'manual');
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

.read ../tables/map.sql
INSERT INTO scim_meta (name, value) VALUES ('deleted_review', 0);

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 3 WHERE name = 'version';
