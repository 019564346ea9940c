#!/bin/bash
# The log is a chain: the hash of each row follows from the row and from the hash
# of the tenant's row before, and values can go while it stays whole.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
user ann
apply POST /Users '{"userName":"bob"}' '{"id":"bob","tenant":"acme"}' >/dev/null
user ann # 409
apply PATCH /Users/ann '{"Operations":[{"op":"add","path":"title",
  "value":"T"}]}' >/dev/null
apply DELETE /Users/ann >/dev/null
apply POST /Groups '{"displayName":"g","members":[{"value":"x","display":"X"}]}' \
  '{"id":"g"}' >/dev/null
apply PUT /Groups/g '{"displayName":"g","members":[{"value":"x"}]}' >/dev/null

# The same as the head of chain.c says, by another program.
cat >"$folder/chain.py" <<'E2'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.row_factory = sqlite3.Row
def frame(value):
    if value is None or value == 0:
        return b'\0'
    if isinstance(value, int):
        return b'\2' + value.to_bytes(8, 'big')
    value = value if isinstance(value, bytes) else value.encode()
    return b'\1' + len(value).to_bytes(8, 'big') + value
def sha256(*values):
    return hashlib.sha256(b''.join(map(frame, values))).digest()
heads = {}
for r in db.execute('SELECT * FROM scim_log ORDER BY seq'):
    digest = sha256(*(r[c] for c in ('target', 'detail', 'before', 'after',
                                     'member_add', 'member_drop',
                                     'groups_left')),
                    None if r['action'] else r['id'],
                    *([r['member_patch']] if r['member_patch'] else []))
    hash = sha256(heads.get(r['tenant']), *(r[c] for c in (
        'time', 'tenant', 'method', 'source', 'scim_type', 'action', 'type')),
        r['id'] if r['action'] else None, digest, *(r[c] for c in ('seq', 'token', 'status', 'version')))
    print(r['seq'], digest == r['digest'], hash == r['hash'])
    heads[r['tenant']] = hash
for r in db.execute('SELECT * FROM scim_chain ORDER BY tenant'):
    print(r['tenant'], r['hash'] == heads[r['tenant']])
E2
is "another program comes to the same, row by row, and at the heads" \
  "$(python3 "$folder/chain.py" "$db")" "1 True True
2 True True
3 True True
4 True True
5 True True
6 True True
7 True True
acme True
default True"
is "a head is of the last row of its tenant" "$(sql "SELECT c.tenant, c.seq,
    c.hash = l.hash, c.seq = (SELECT max(seq) FROM scim_log AS m
                               WHERE m.tenant = c.tenant)
  FROM scim_chain AS c JOIN scim_log AS l ON l.seq = c.seq")" "acme|2|1|1
default|7|1|1"

# ---- Who writes besides

is "an access token is in the chain as well" "$(
  client=$(sql "SELECT scim_client('acme', 'IdP', '{\"id\":\"c\"}')")
  secret=$(either_jq .client_secret "$client")
  apply POST /oauth/token 'grant_type=client_credentials' "{\"authorization\":
    \"Basic $(printf 'c:%s' "$secret" | base64 -w0)\",
    \"content_type\":\"application/x-www-form-urlencoded\"}" >/dev/null
  sql "SELECT count(*) FROM scim_log WHERE target = '/oauth/token'
      AND hash IS NOT NULL; SELECT * FROM scim_check")" 1
sql "CREATE TABLE seen (id);
CREATE TEMP TRIGGER nested AFTER INSERT ON scim_resource
WHEN NEW.id = 'outer' BEGIN
  INSERT INTO seen SELECT scim_apply('POST', '/Users', '{\"userName\":\"in\"}',
    '{\"id\":\"in\",\"tenant\":\"' || NEW.tenant || '\"}');
  INSERT INTO seen SELECT scim_apply('POST', '/Users', '{\"userName\":\"in2\"}',
    '{\"id\":\"in2\",\"tenant\":\"acme\"}');
END;
CREATE TEMP TRIGGER late AFTER INSERT ON scim_log WHEN NEW.id = 'outer' BEGIN
  INSERT INTO seen SELECT scim_apply('POST', '/Users', '{\"userName\":\"l\"}',
    '{\"id\":\"late\"}');
END"
user outer
is "rows that a trigger has had written come behind that of its statement" \
  "$(sql "SELECT tenant, id FROM scim_log ORDER BY seq DESC LIMIT 4;
    SELECT count(*) FROM seen; SELECT * FROM scim_check")" "default|late
acme|in2
default|in
default|outer
3"
sql "DROP TRIGGER nested; DROP TRIGGER late"
is "what an application refuses is in the log, and in the chain" "$(
  sql "CREATE TRIGGER no BEFORE INSERT ON scim_resource
    BEGIN SELECT RAISE(ABORT, 'no'); END"
  user refused
  sql "SELECT status, hash IS NOT NULL FROM scim_log ORDER BY seq DESC LIMIT 1;
    DROP TRIGGER no; SELECT * FROM scim_check")" "400|1"
is "a transaction that is undone leaves the chain as it was" "$(
  sql "BEGIN"
  user undone
  sql "ROLLBACK; SELECT * FROM scim_check"
  user done
  sql "SELECT * FROM scim_check; SELECT count(*) FROM scim_log
    WHERE id = 'done'")" 1
is "a row by an INSERT into the door, without a hash, is found" "$(
  sql "SAVEPOINT s; INSERT INTO scim_commit (action, tenant, method, target,
    status, time) VALUES ('none', 'acme', 'POST', '/Users', 400, 't');
    SELECT kind, detail FROM scim_check; ROLLBACK TO s; RELEASE s")" \
  "chain|the row has no hash: it is none of the extension's"
finish
