#!/bin/bash
# kill -9 in the middle of writes, with maps and an outbox: no row of the
# application without its resource, no resource without its row, no job lost or
# doubled, nothing lost that was acknowledged. KILLS=50 for more of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
KILLS=${KILLS:-${VALGRIND:+2}}
KILLS=${KILLS:-$((SHARE > 1 ? 2 : 5))}
# How long scimd lives: under valgrind and the sanitizers all takes longer.
whole=0
[ -z "${SANITIZED:-}" ] || whole=1
[ -z "${VALGRIND:-}" ] || whole=8

"$SCIMD" init --db "$db"
sqlite3 -cmd ".load ${BUILD:-build}/scim" "$db" >/dev/null <<'SQL'
CREATE TABLE learner (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE,
  name TEXT, manager INTEGER REFERENCES learner (id) ON DELETE SET NULL);
CREATE TABLE tag (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE learner_tag (tag TEXT NOT NULL, learner INTEGER NOT NULL,
  PRIMARY KEY (tag, learner)) WITHOUT ROWID;
SELECT scim_map('learner', '{"type":"User","table":"learner","key":"id",
  "columns":{"login":{"from":"userName"},"name":{"from":"displayName"},
    "manager":{"from":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
               "as":"key"}},
  "match":["login"],"deleted":"delete"}');
SELECT scim_map('tag', '{"type":"Group","table":"tag","key":"id",
  "columns":{"name":{"from":"displayName"}},"deleted":"delete",
  "members":{"table":"learner_tag","group":"tag","member":"learner",
             "of":"learner"}}');
SELECT scim_map_switch('learner', 'on'), scim_map_switch('tag', 'on');
INSERT INTO scim_rule (event, kind) VALUES
  ('created', 'invite'), ('deleted', 'farewell');
SQL

# write <who> <round>: creates, changes, groups and deletes until the end, and
# notes what was acknowledged.
write() {
  local i id manager= reply
  for i in $(seq 1000); do
    reply=$(curl -s -m 5 -H "$bearer" -H "$json" -d '{"userName":"u-'"$1-$2-$i"'",
      "displayName":"N", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
      {"manager":{"value":"'"${manager:-nobody}"'"}}}' "$url/Users")
    id=$(quick_jq -r '.id // empty' 2>/dev/null <<<"$reply")
    [ -n "$id" ] || return
    echo "create $id"
    [ "$(code -X PATCH -H "$bearer" -H "$json" -d '{"Operations":[{"op":"replace",
      "path":"displayName","value":"M"}]}' "$url/Users/$id")" = 200 ] || return
    echo "update $id"
    [ "$(code -H "$bearer" -H "$json" -d '{"displayName":"g-'"$1-$2-$i"'",
      "members":[{"value":"'"$id"'"}]}' "$url/Groups")" = 201 ] || return
    if (((i + $2) % 3 == 0)); then
      [ "$(code -X DELETE -H "$bearer" "$url/Users/$id")" = 204 ] || return
      echo "delete $id"
    else
      manager=$id
    fi
  done
}

# wrong <sentence> <query that counts>: what must be none, after each kill.
wrong() {
  local count
  count=$(sqlite3 "$db" "$2" 2>&1)
  [ "$count" = 0 ] || echo "round $round: $1: $count"
}
look() {
  wrong "the file is not whole" \
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"
  wrong "a user without a row" "SELECT count(*) FROM scim_resource AS r
    WHERE r.type = 'User' AND NOT EXISTS (SELECT 1 FROM scim_link AS l
      JOIN learner AS a ON a.id = l.key
       WHERE l.map = 'learner' AND l.tenant = r.tenant AND l.id = r.id
         AND a.login = r.doc ->> 'userName'
         AND a.name = r.doc ->> 'displayName')"
  wrong "a row without a user" "SELECT count(*) FROM learner AS a
    WHERE NOT EXISTS (SELECT 1 FROM scim_link AS l JOIN scim_resource AS r
       ON r.tenant = l.tenant AND r.id = l.id
     WHERE l.map = 'learner' AND l.tenant = 'default' AND l.key = a.id)"
  wrong "a group without a tag, or a tag without a group" "SELECT
    (SELECT count(*) FROM scim_resource WHERE type = 'Group') <>
    (SELECT count(*) FROM tag JOIN scim_link ON map = 'tag' AND key = tag.id)"
  wrong "a member without a row, or a row without a member" "SELECT
    (SELECT count(*) FROM scim_member) <> (SELECT count(*) FROM learner_tag AS j
      JOIN learner AS a ON a.id = j.learner JOIN tag AS t ON t.id = j.tag)"
  wrong "a job that is lost" "SELECT count(*) FROM (SELECT seq, event, id
     FROM scim_change WHERE event IN ('created', 'deleted') AND type = 'User'
    EXCEPT SELECT seq, event, id FROM scim_outbox)"
  wrong "a job that is doubled" "SELECT count(*) - count(DISTINCT event || id)
    FROM scim_outbox"
  wrong "a job of nothing" "SELECT count(*) FROM (SELECT seq, event, id
     FROM scim_outbox EXCEPT SELECT seq, event, id FROM scim_change)"
  # What a client was told is in the log.
  sort "$dir"/told.* | uniq >"$dir/acknowledged"
  sqlite3 "$db" "SELECT action || ' ' || id FROM scim_log
    WHERE action IS NOT NULL" | sort -u >"$dir/logged"
  comm -23 "$dir/acknowledged" "$dir/logged" | sed "s/^/round $round: lost: /"
}

: >"$dir/wrong"
# everything: has each kind of thing happened by now? However slow all is.
everything() {
  [ "$(sqlite3 "$db" "SELECT (SELECT count(*) FROM learner_tag) > 0
      AND (SELECT count(*) FROM scim_outbox WHERE event = 'deleted') > 0")" = 1 ]
}

round=0
until [ "$round" -ge "$KILLS" ] && everything || [ "$round" -ge 100 ]; do
  round=$((round + 1))
  start --quiet
  writers=
  for who in a b c d; do
    write "$who" "$round" >>"$dir/told.$who" &
    writers="$writers $!"
  done
  sleep "$whole.$((RANDOM % 7 + 2))"
  kill -KILL "$server"
  wait "$server" 2>/dev/null
  server=
  wait $writers
  look >>"$dir/wrong"
done
is "after the kills everything belongs together" "$(cat "$dir/wrong")" ""
is "and was not nothing" \
  "$(everything && echo everything) $(($(grep -c . "$dir/acknowledged") > 0))" \
  "everything 1"
[ -z "${VERBOSE:-}" ] || { grep -c . "$dir/acknowledged"; sqlite3 "$db" \
  "SELECT count(*) FROM learner; SELECT count(*) FROM scim_outbox"; }

finish
