#!/bin/bash
# Which attributes a change touches is found by its shape: scim_history has the
# very rows that a walk through every change gives (history_before.sql), whatever
# is done, and scim_check finds a shape that is another.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User

# The rows that only one of both views has, and how many both have.
compared="SELECT 'old', * FROM (SELECT * FROM old_history EXCEPT
    SELECT * FROM scim_history);
  SELECT 'new', * FROM (SELECT * FROM scim_history EXCEPT
    SELECT * FROM old_history);
  SELECT (SELECT count(*) FROM old_history) -
    (SELECT count(*) FROM scim_history);
  SELECT count(*) > $(printf '%s' '${least}') FROM scim_history"

# same <sentence> <least>: both have the same, and at least so many rows.
same() {
  is "$1" "$(sql "${compared/'${least}'/$2}")" "0
1"
}

sql "SELECT scim_init()" ".read tests/store/history_before.sql" "UPDATE scim_schema SET definition = json_insert(definition,
    '\$.attributes[#]', json('{\"name\":\"x-\$y_1\",\"type\":\"complex\",
      \"subAttributes\":[{\"name\":\"\$ref\",\"type\":\"string\"},
        {\"name\":\"of-it\",\"type\":\"string\",\"multiValued\":true}]}'))
   WHERE id GLOB '*:core:2.0:User'" >/dev/null

# ---- Everything that requests do

# Each sets its name instead of printing, which would take a process; and in a
# process of its own, chance begins anew.
RANDOM=7
pick() { # one of the words
  shift $((RANDOM % $#))
  pick=$1
}
value() { # of an attribute
  case $1 in
  active) pick true false ;;
  name) pick '{"givenName":"A"}' '{"familyName":"B","givenName":"C"}' null ;;
  emails) pick '[{"value":"a@x"}]' '[]' '[{"value":"b@x","type":"work"}]' ;;
  'x-$y_1') pick '{"$ref":"a"}' '{"of-it":["b","c"]}' '{"$ref":"d","of-it":["e"]}' ;;
  "$urn") pick '{"department":"D"}' '{"manager":{"value":"u1"}}' null \
    '{"department":"E","manager":{"value":"u2","displayName":"M"}}' ;;
  members) pick '[]' '[{"value":"u1"}]' '[{"value":"u2"},{"value":"u3"}]' ;;
  *) pick '"a"' '"b"' '"It is \"c\""' null ;;
  esac
  value=$pick
}
body() { # of a user
  body='{"userName":"u'$1'"'
  for attribute in title displayName active name emails 'x-$y_1' "$urn"; do
    [ $((RANDOM % 2)) = 0 ] || { value "$attribute"
      body+=",\"$attribute\":$value"; }
  done
  body+='}'
}
operation() { # of a PATCH of a user
  pick title displayName active name name.givenName emails \
    'x-$y_1' "$urn:department" "$urn"
  local path=$pick
  value "${path#"$urn:"}"
  pick replace add remove
  operation="{\"op\":\"$pick\",\"path\":\"$path\",\"value\":$value}"
  [ "$pick" != remove ] || operation="{\"op\":\"remove\",\"path\":\"$path\"}"
}
for _ in $(seq 400); do
  n=$((RANDOM % 8 + 1))
  pick post post patch patch patch put delete group
  case $pick in
  post) body $n; echo "POST|/Users|$body|u$n" ;;
  put) body $n; echo "PUT|/Users/u$n|$body|" ;;
  patch)
    operation; first=$operation
    operation; echo "PATCH|/Users/u$n|{\"Operations\":[$first,$operation]}|"
    ;;
  delete) echo "DELETE|/Users/u$n||" ;;
  group)
    value members
    pick POST PUT DELETE
    place=/Groups; [ "$pick" = POST ] || place+=/g$n
    echo "$pick|$place|{\"displayName\":\"g\",\"members\":$value}|g$n"
    ;;
  esac
done | awk -F'|' -v q="'" '{ gsub(q, q q)
  print "SELECT scim_apply(" q $1 q ", " q $2 q ", nullif(" q $3 q ", " q q \
    "), json_object(" q "id" q ", nullif(" q $4 q ", " q q "))) ->> " q "$.status" q ";"
}' >"$db.sql"
sql ".read $db.sql" | sort | uniq -c >"$db.outcome"
is "requests are tried of which many change something" "$(awk '$2 < 300 {
  n += $1 } END { print (n > 150) }' "$db.outcome")" 1
same "scim_history is what the changes say" 300
is "an attribute leads to the rows of an attribute" "$(sql "
  SELECT count(*) FROM (SELECT * FROM old_history WHERE attribute = 'title'
    EXCEPT SELECT * FROM scim_history WHERE attribute = 'title');
  SELECT count(*) > 9 FROM scim_history WHERE attribute = 'x-\$y_1.\$ref';
  SELECT count(*) > 9 FROM scim_history WHERE attribute = '$urn:manager.value'")" \
"0
1
1"
is "scim_check is content" "$(sql 'SELECT * FROM scim_check')" ""

# ---- What is taken away

sql "SELECT scim_apply('DELETE', '/Users/u1', NULL, NULL);
  SELECT scim_forget('default', 'u1')" >/dev/null
same "who is forgotten has no attributes" 200
is "and no shapes" "$(sql "SELECT count(*) > 2, count(shape) FROM scim_log
  WHERE id = 'u1' AND action IS NOT NULL; SELECT * FROM scim_check")" "1|0"
sql "SELECT scim_prune(time) FROM scim_log
  WHERE seq = (SELECT max(seq) - 30 FROM scim_log)" >/dev/null
same "what is pruned is gone" 10
is "with the shapes that nothing has any more" "$(sql "
  SELECT count(*) - (SELECT count(DISTINCT shape) FROM scim_log) FROM scim_shape;
  SELECT count(DISTINCT shape) - (SELECT count(*) FROM scim_shape)
    FROM scim_shape_attribute; SELECT * FROM scim_check")" "0
0"

is "a step of pruning looks at the shapes of its rows, the last one at all" "$(sql "
  SAVEPOINT s; WITH n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 500)
  INSERT INTO scim_shape (form) SELECT '{\"n' || n || '\":0}' FROM n" \
  "SELECT scim_prune(time, 2) <> ''
    FROM scim_log WHERE seq = (SELECT max(seq) - 5 FROM scim_log)" \
  "SELECT count(*) >= 500 FROM scim_shape" \
  "SELECT scim_prune(time) <> '' FROM scim_log
    WHERE seq = (SELECT max(seq) - 5 FROM scim_log)" \
  "SELECT count(*) < 500 FROM scim_shape; ROLLBACK TO s")" "1
1
1
1"

# ---- What somebody has changed

planted() { # <sentence> <statement> <findings>
  is "$1" "$(sql "SAVEPOINT s; $2; SELECT kind, detail FROM scim_check;
    ROLLBACK TO s" | sort -u)" "$3"
}
wrong="shape|the shape is not that of the change: scim_history does not show it"
some="(SELECT max(seq) FROM scim_log WHERE shape IS NOT NULL)"
planted "a row without its shape" \
  "UPDATE scim_log SET shape = NULL WHERE seq = $some" "$wrong"
planted "a row with another" "UPDATE scim_log SET shape = (SELECT min(s.shape)
  FROM scim_shape AS s WHERE s.shape <> scim_log.shape) WHERE seq = $some" \
  "$wrong"
planted "a shape that is not there" \
  "UPDATE scim_log SET shape = 99999 WHERE seq = $some" "$wrong"
planted "a shape of a row that changed no document" "UPDATE scim_log
  SET shape = (SELECT min(shape) FROM scim_shape)
  WHERE seq = (SELECT min(seq) FROM scim_log WHERE shape IS NULL)" "$wrong"
one="(SELECT max(shape) FROM scim_shape)"
is "shapes of which the attributes are others" "$(sql "SAVEPOINT s;
  INSERT INTO scim_shape VALUES (99998, '{\"q\":0}');
  INSERT INTO scim_shape VALUES (99999, '{\"r\":0}');
  DELETE FROM scim_shape_attribute WHERE shape = 99998;
  UPDATE scim_shape_attribute SET path = '\$.s' WHERE shape = 99999;
  SELECT kind, detail FROM scim_check; ROLLBACK TO s" | sort)" \
"shape|scim_shape_attribute has not what is in shape 99998: q
shape|scim_shape_attribute has not what is in shape 99999: r
shape|scim_shape_attribute has what is not in shape 99999: r"

# ---- Any change, as an upgrade finds it: each pair of values of each attribute

old=$db.old
cp tests/store/old/version6.db "$old"
stock "$old" "PRAGMA trusted_schema = 1; CREATE TEMP TABLE value AS SELECT column1 AS v FROM (VALUES
    (''), ('null'), ('1'), ('\"x\"'), ('true'), ('[]'), ('[{\"a\":1}]'), ('{}'),
    ('{\"a\":1}'), ('{\"a\":null,\"b\":{\"c\":2}}'), ('{\"b\":3}'),
    ('{\"b\":{\"c\":[1],\"d-e\":{\"f\":4}}}'), ('{\"a\":{}}'));
  CREATE TEMP TABLE name AS SELECT column1 AS n FROM (VALUES ('title'),
    ('x-\$y_1'), ('urn:a:2.0:User'), ('schemas'), ('id'), ('a.b'), ('a\\\\b'));
  CREATE TEMP TABLE patch AS SELECT n, v, iif(v = '', '{}',
    '{\"' || n || '\":' || v || '}') AS p FROM name, value;
  INSERT INTO scim_log (time, tenant, method, target, status, action, type, id,
         before, after)
  SELECT '2026-05-01T00:00:00.000Z', 'default', 'PATCH', '', 200,
         CASE WHEN b.p IS NULL THEN 'create' WHEN a.p IS NULL THEN 'delete'
              ELSE 'update' END, 'User', 'planted', b.p, a.p
    FROM (SELECT n, p FROM patch UNION ALL SELECT n, NULL FROM name) AS a
    JOIN (SELECT n, p FROM patch UNION ALL SELECT n, NULL FROM name) AS b
      ON b.n = a.n
   WHERE coalesce(a.p, b.p) IS NOT NULL;
  CREATE TABLE app_log (n);
  CREATE TRIGGER app_log AFTER UPDATE ON scim_log
  BEGIN SELECT RAISE(ABORT, 'the log stays as it is'); END"
sql ".open $old" ".load ${BUILD:-build}/scim"
is "a log is brought along, though a trigger guards it" \
  "$(sql "SELECT scim_init()" ".read tests/store/history_before.sql")" 16
same "and each change, whatever it is, shows what it did" 900
cp tests/store/old/version6.db "$old"
stock "$old" "DROP INDEX scim_log_run"
is "so is one whose index somebody has dropped" "$(
  sql ".open $old" ".load ${BUILD:-build}/scim" "SELECT scim_init();
    SELECT count(*) FROM sqlite_schema WHERE name = 'scim_log_shape';
    PRAGMA integrity_check")" "16
1
ok"

finish
