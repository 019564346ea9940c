-- From version 2 to 3: the IdP's and the platform's membership of one person are
-- two rows; maps, tenants that can be off, tokens with scopes of their own, the
-- outbox and what else the platform's side needs.
--
-- The program has put the members aside and dropped the table, whose primary
-- key is another from now on.
.read ../tables/member.sql
INSERT INTO scim_member ("group", value, type, display, source)
SELECT "group", value, type, display, source FROM scim_member_before;

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

UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
UPDATE scim_meta SET value = 3 WHERE name = 'version';
