#!/bin/bash
# scim_check finds what is planted, whatever it is, and nothing in a database
# that only requests have changed.
cd "$(dirname "$0")/../.." || exit 1
. tests/store/audit.inc

is "everything is filled, and what fails is meant to" \
  "$(grep -o '"status":[45]..' "$folder/filled" | sort | uniq -c | tr -d '"' |
    xargs)" \
  '2 status:409'
is "there is some of everything that is looked at" "$(sql "SELECT
  (SELECT count(*) > 0 FROM scim_outbox) + (SELECT count(*) > 0 FROM scim_link)
  + (SELECT count(*) > 0 FROM scim_former) + (SELECT count(*) > 0
  FROM scim_member WHERE source = 'manual') + (SELECT count(*) > 0 FROM scim_log
  WHERE groups_left IS NOT NULL) + (SELECT count(*) FROM scim_unique
  WHERE tenant = '')")" 7
is "requests leave nothing to be found" "$(sql "SELECT * FROM scim_check")" ""

# ---- Planted

# The kind that must be among those that are found, and the statement.
planted="\
chain:DELETE FROM scim_log WHERE seq = (SELECT max(seq) FROM scim_log)
chain:DELETE FROM scim_log WHERE seq = (SELECT min(seq) FROM scim_log)
chain:DELETE FROM scim_log WHERE seq = 5
chain:DELETE FROM scim_log
chain:DELETE FROM scim_log WHERE tenant = 'acme'
chain:INSERT INTO scim_log (time, tenant, method, target, status) VALUES ('2026-01-01', 'acme', 'POST', '/Users', 400)
chain:INSERT INTO scim_log (seq, time, tenant, method, target, status) VALUES (-1, '2026-01-01', 'acme', 'POST', '/Users', 400)
chain:UPDATE scim_log SET seq = seq + 1000 WHERE seq = (SELECT max(seq) FROM scim_log)
chain:UPDATE scim_log SET after = before, before = after WHERE before IS NOT NULL
chain:UPDATE scim_log SET digest = NULL, hash = NULL WHERE seq = 3
chain:UPDATE scim_log SET forgotten = digest, detail = 'x' WHERE detail IS NOT NULL
chain:UPDATE scim_log SET target = target || detail, detail = '' WHERE detail IS NOT NULL
chain:UPDATE scim_chain SET hash = zeroblob(32)
chain:DELETE FROM scim_chain
chain:UPDATE scim_chain SET pruned_seq = 3, pruned_hash = (SELECT hash FROM scim_log WHERE seq = 3)
state:UPDATE scim_resource SET doc = json_set(doc, '\$.title', 'King') WHERE id = 'acmec'
state:UPDATE scim_resource SET doc = '[]' WHERE id = 'acmec'
state:UPDATE scim_resource SET doc = '{' WHERE id = 'acmec'
state:UPDATE scim_resource SET version = version + 1 WHERE id = 'acmec'
state:UPDATE scim_resource SET version = version + 1 WHERE id = 'acmeg'
state:UPDATE scim_resource SET version = version - 1 WHERE id = 'acmeg'
state:UPDATE scim_resource SET version = 1 WHERE id = 'globexa'
state:UPDATE scim_resource SET modified = created WHERE id = 'acmea' AND modified <> created
state:INSERT INTO scim_resource SELECT 99, tenant, type, 'ghost', version, created, modified, doc, name, email FROM scim_resource WHERE id = 'acmec'
count:INSERT INTO scim_resource SELECT 99, tenant, type, 'ghost', version, created, modified, doc, name, email FROM scim_resource WHERE id = 'acmec'
count:DELETE FROM scim_resource WHERE id = 'acmec'
count:UPDATE scim_count SET active = active - 1
count:DELETE FROM scim_count WHERE tenant = 'acme'
count:INSERT INTO scim_count VALUES ('acme', 'Ghost', 1, 1)
index:DELETE FROM scim_value WHERE attribute = 'userName' AND tenant = 'acme'
index:DELETE FROM scim_value
index:INSERT INTO scim_value SELECT tenant, type, attribute, 'other', resource FROM scim_value LIMIT 1
index:UPDATE scim_value SET key = 'other' WHERE key = 'a@acme'
index:DELETE FROM scim_unique WHERE key = 'c@acme'
index:UPDATE scim_unique SET resource = (SELECT resource FROM scim_resource WHERE id = 'acmea') WHERE key = 'c@acme'
index:INSERT INTO scim_unique SELECT tenant, type, attribute, 'held', resource FROM scim_unique WHERE key = 'c@acme'
member:DELETE FROM scim_member WHERE value = 'acmea'
member:UPDATE scim_member SET source = 'manual' WHERE value = 'acmea'
member:INSERT INTO scim_member SELECT \"group\", 'acmeb', type, NULL, source FROM scim_member WHERE value = 'acmea'
member:UPDATE scim_member SET display = 'King' WHERE value = 'acmea'
member:UPDATE scim_member SET type = NULL WHERE value = 'acmea'
member:UPDATE scim_member SET type = 'Group' WHERE value = 'acmea'
orphan:UPDATE scim_member SET \"group\" = 4711 WHERE value = 'acmea'
orphan:UPDATE scim_value SET resource = 4711 WHERE key = 'a@acme'
orphan:UPDATE scim_unique SET resource = 4711 WHERE key = 'a@acme'
orphan:DELETE FROM scim_tenant WHERE name = 'acme'
orphan:UPDATE scim_link SET id = 'nobody' WHERE id = 'acmea'
orphan:UPDATE scim_link SET map = 'none' WHERE id = 'acmea'
orphan:INSERT INTO scim_review VALUES (9, 'person', 'acme', 'nobody', '[]', 'r', 't')
orphan:UPDATE scim_outbox SET seq = seq + 1 WHERE job = 1
orphan:UPDATE scim_outbox SET seq = 4711 WHERE job = 1
orphan:UPDATE scim_outbox SET id = 'nobody' WHERE job = 1
orphan:UPDATE scim_former SET id = 'nobody' WHERE key = 'b@acme'
orphan:UPDATE scim_former SET version = version + 1
orphan:UPDATE scim_token SET tenant = 'none'
orphan:UPDATE scim_log SET token = 4711 WHERE seq = 2
orphan:INSERT INTO scim_map_member VALUES ('person', 4711, 'acmea', 'acme', 1, 2)
orphan:INSERT INTO scim_map_reference VALUES ('acme', 'acmea', 'person', 'upn', 'nobody')
orphan:UPDATE scim_stay SET tenant = 'none'
orphan:UPDATE scim_outbox SET tenant = 'none', seq = NULL
stay:DELETE FROM scim_stay WHERE \"left\" IS NULL AND member = 'acmea'
stay:DELETE FROM scim_stay WHERE member = 'acmeb'
stay:DELETE FROM scim_stay WHERE manual IS NOT NULL
stay:UPDATE scim_stay SET \"left\" = joined, idp = NULL, manual = NULL
stay:UPDATE scim_stay SET \"left\" = NULL, idp = joined WHERE member = 'acmeb'
stay:UPDATE scim_stay SET \"left\" = '2999' WHERE member = 'acmeb'
stay:UPDATE scim_stay SET joined = '2001' WHERE member = 'nobody'
stay:UPDATE scim_stay SET idp = NULL, manual = idp WHERE member = 'acmea'
stay:UPDATE scim_stay SET idp = joined WHERE member = 'acmeb'
stay:UPDATE scim_stay SET idp = NULL, manual = NULL WHERE member = 'acmec'
stay:INSERT INTO scim_stay SELECT tenant, group_id, member, '2999', NULL, idp, manual FROM scim_stay WHERE member = 'acmea'
stay:INSERT INTO scim_stay VALUES ('acme', 'acmeg', 'acmez', '2026', NULL, '2026', NULL)
stay:INSERT INTO scim_stay VALUES ('acme', 'other', 'acmea', '2026', '2027', NULL, NULL)
stay:INSERT INTO scim_member SELECT \"group\", 'acmeb', type, NULL, source FROM scim_member WHERE value = 'acmea'
name:DELETE FROM scim_name WHERE id = 'acmea'
name:DELETE FROM scim_name WHERE deleted IS NOT NULL
name:DELETE FROM scim_name WHERE id = 'nobody'
name:UPDATE scim_name SET name = 'x' WHERE id = 'acmea'
name:UPDATE scim_name SET name = NULL WHERE id = 'acmeg'
name:UPDATE scim_name SET type = 'Group' WHERE id = 'acmea'
name:UPDATE scim_name SET type = NULL WHERE id = 'acmea'
name:UPDATE scim_name SET deleted = '2026' WHERE id = 'acmea'
name:UPDATE scim_name SET name = 'x' WHERE deleted IS NOT NULL
name:UPDATE scim_name SET deleted = '2026' WHERE deleted IS NOT NULL
name:UPDATE scim_name SET deleted = NULL WHERE deleted IS NOT NULL
name:UPDATE scim_name SET type = NULL WHERE deleted IS NOT NULL
name:UPDATE scim_name SET deleted = NULL, type = NULL WHERE deleted IS NOT NULL
name:UPDATE scim_name SET name = 'x' WHERE id = 'nobody'
name:UPDATE scim_name SET name = NULL WHERE id = 'nobody'
name:UPDATE scim_name SET type = 'User' WHERE id = 'nobody'
name:UPDATE scim_name SET deleted = '2026' WHERE id = 'nobody'
name:UPDATE scim_name SET id = 'other' WHERE id = 'acmea'
name:UPDATE scim_name SET id = 'other' WHERE id = 'nobody'
name:INSERT INTO scim_name VALUES ('acme', 'User', 'ghost', 'ghost', NULL)
name:INSERT INTO scim_name VALUES ('acme', 'User', 'ghost', 'ghost', '2026')
name:INSERT INTO scim_name VALUES ('acme', NULL, 'ghost', 'ghost', NULL)
name:INSERT INTO scim_resource SELECT 99, tenant, type, 'ghost', version, created, modified, doc, name, email FROM scim_resource WHERE id = 'acmec'
name:DELETE FROM scim_resource WHERE id = 'acmec'
orphan:UPDATE scim_name SET tenant = 'none' WHERE id = 'acmea'
token:UPDATE scim_token SET digest = 'secret'
token:UPDATE scim_token SET digest = upper(digest)
token:UPDATE scim_token SET previous_digest = 'secret', previous_until = '2999'
token:UPDATE scim_token SET previous_digest = digest
token:UPDATE scim_token SET previous_until = '2999'
token:UPDATE scim_token SET kind = 'client'
token:UPDATE scim_token SET kind = 'access'
token:UPDATE scim_token SET scopes = ' '
token:UPDATE scim_token SET token = 0
outbox:UPDATE scim_outbox SET event = 'updated' WHERE job = 1
outbox:UPDATE scim_outbox SET event = 'deleted' WHERE job = 1
outbox:UPDATE scim_outbox SET event = 'member_added' WHERE job = 1
outbox:UPDATE scim_outbox SET event = 'member_removed' WHERE job = 1
outbox:UPDATE scim_outbox SET event = 'created' WHERE event = 'member_added'
outbox:UPDATE scim_outbox SET event = NULL WHERE job = 1
outbox:UPDATE scim_outbox SET event = 'hired' WHERE job = 1
outbox:UPDATE scim_outbox SET type = 'Group' WHERE job = 1
outbox:UPDATE scim_outbox SET type = NULL WHERE job = 1
outbox:UPDATE scim_outbox SET created = '2001' WHERE job = 1
outbox:UPDATE scim_outbox SET payload = '{' WHERE job = 1
outbox:UPDATE scim_outbox SET payload = NULL WHERE job = 1
outbox:UPDATE scim_outbox SET tries = -1 WHERE job = 1
definition:DROP TRIGGER scim_tenant_update; UPDATE scim_tenant SET settings = '{\"page_max\":0}' WHERE name = 'acme'
definition:DROP TRIGGER scim_tenant_update; UPDATE scim_tenant SET settings = 'none' WHERE name = 'acme'
definition:DROP TRIGGER scim_rule_update; UPDATE scim_rule SET event = 'hired'
definition:DROP TRIGGER scim_rule_update; UPDATE scim_rule SET type = 'Ghost'
definition:UPDATE scim_rule SET mistake = 'cannot be read'
meta:DELETE FROM scim_meta WHERE name = 'deleted_seq'
meta:UPDATE scim_meta SET value = 'many' WHERE name = 'deleted_resource'
meta:UPDATE scim_meta SET value = '' WHERE name = 'cursor_key'
stale:UPDATE scim_meta SET value = 1 WHERE name = 'stale'
stale:INSERT INTO scim_index (type, attribute) VALUES ('User', 'title')
definition:DROP TRIGGER IF EXISTS scim_schema_update; UPDATE scim_schema SET id = 'urn:other' WHERE id = 'urn:x:Badge'"
while IFS=: read -r kind statement; do
  is "$kind: $statement" "$(finds "$kind" "$statement")" "$kind"
done <<<"$planted"
is "and all of it was undone" "$(sql "SELECT * FROM scim_check")" ""

# What cannot be read is told by what SQLite says of it, in memory that is still
# there when it is shown.
for table in scim_claim scim_value scim_unique scim_log scim_shape; do
  is "unreadable: DROP TABLE $table" "$(sql "SAVEPOINT s" "DROP TABLE $table" "
    SELECT DISTINCT replace(detail, 'main.', '') FROM scim_check
     WHERE kind = 'unreadable'" "ROLLBACK TO s" "RELEASE s")" \
    "no such table: $table"
done

# ---- Who was put there by hand (sql/README.md)

is "who has a row by hand has nothing else, and each is told" "$(sql "SAVEPOINT s" "
  INSERT INTO scim_resource (tenant, type, id, version, created, modified, name, doc)
  SELECT 'acme', type, 'hand', 1, created, created, 'hand',
         '{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"id\":\"hand\",
           \"userName\":\"hand\"}'
    FROM scim_resource WHERE id = 'acmec'" "
  SELECT coalesce(id, '-') || ': ' || detail FROM scim_check
   WHERE detail NOT LIKE '% rows, the documents %'" "
  SELECT user_name FROM scim_user WHERE id = 'hand'" "
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'nickName')" "
  SELECT scim_init() > 0" "
  SELECT coalesce(id, '-') || ': ' || detail FROM scim_check" "
  ROLLBACK TO s" "RELEASE s" | sed 's/ has [0-9].*/ …/')" \
  "hand: the log has no creation of it
hand: scim_value has not all keys of the document
hand: scim_unique has no row of its userName
hand: scim_name has no row of it
-: scim_count …
hand
1
hand: the log has no creation of it
hand: scim_name has no row of it
-: scim_count …"

# ---- What the values are

is "a finding names whom it is about, and the row" "$(sql "SAVEPOINT s" "
  UPDATE scim_log SET detail = 'other' WHERE detail IS NOT NULL
     AND tenant = 'acme'" "SELECT kind, tenant, type, id IS NOT NULL,
    seq = (SELECT seq FROM scim_log WHERE detail = 'other'), detail
  FROM scim_check" "ROLLBACK TO s" "RELEASE s")" \
  "chain|acme|User|1|1|the values are not those of the digest"
is "of a kind no more are told than a thousand, and that there are more" \
  "$(sql "SAVEPOINT s" "
  WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n LIMIT 1500)
  INSERT INTO scim_count SELECT 'acme', 't' || n, 1, 1 FROM n" "
  SELECT count(*), sum(detail = 'there is more of this kind') FROM scim_check
   WHERE kind = 'count'" "ROLLBACK TO s" "RELEASE s")" "1001|1"
finish
