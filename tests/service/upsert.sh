#!/bin/bash
# What scim_preview says is what a load does: random people and random rows are
# previewed, then loaded by POST and PUT of scim_document, and the log says the
# same of each. A preview after it finds nothing to do. SCIM_CASES rounds.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

cases=${SCIM_CASES:-6}
sql "
  CREATE TABLE number (n INTEGER PRIMARY KEY);
  INSERT INTO number SELECT value FROM generate_series(1, 40);
  CREATE TABLE staff (n INTEGER PRIMARY KEY, login, title, work, other, given,
    family, works, boss, dept);
  CREATE TABLE said (n INTEGER PRIMARY KEY, key, action, id, before, after)" \
  >/dev/null
# The names of the columns, each with that of the table.
columns='{"userName":"login","title":"title","name.givenName":"given",
  "emails[type eq \"work\"].value":"work","emails.value":"other",
  "name.familyName":"family","active":"works","manager.value":"boss",
  "department":"dept"}'
pairs=$(sql "SELECT 'json_object(' || group_concat(quote(key) || ', ' || value,
  ', ') || ')' FROM json_each($(literal "$columns"))")
query=$(sql "SELECT 'SELECT ' || group_concat(value || ' AS \"' ||
    replace(key, '\"', '\"\"') || '\"', ', ') || ' FROM staff ORDER BY n'
  FROM json_each($(literal "$columns"))")
# A word of few, or NULL.
some() { echo "(CASE abs(random()) % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2
  THEN '$1' ELSE '$1' || abs(random()) % 3 END)"; }

differences=
for ((round = 0; round < cases; round++)); do
  differences+=$(sql "
    DELETE FROM staff;
    INSERT INTO staff SELECT n, iif(abs(random()) % 3, 'u' || n, upper('u') || n),
      $(some t), $(some w@x), $(some o@x), $(some g), $(some f),
      (CASE abs(random()) % 5 WHEN 0 THEN NULL WHEN 1 THEN 'True' WHEN 2 THEN 0
       ELSE 1 END), $(some b), $(some d)
      FROM number WHERE abs(random()) % 3;
    DELETE FROM said;
    INSERT INTO said (key, action, id, before, after)
    SELECT key, action, id, before, after
      FROM scim_preview('User', $(literal "$query"));
    CREATE TEMP TABLE mark AS SELECT max(seq) AS seq FROM scim_log;
    INSERT INTO scim (method, target, body)
    SELECT iif(r.id IS NULL, 'POST', 'PUT'), '/Users' || coalesce('/' || r.id, ''),
           scim_document('User', $pairs, r.doc)
      FROM staff AS s LEFT JOIN scim_resource AS r
        ON r.type = 'User' AND lower(r.doc ->> 'userName') = lower(s.login)
     ORDER BY s.n;
    WITH done AS (
      SELECT row_number() OVER (ORDER BY seq) AS n, status,
             coalesce(action, 'same') AS action, id, before, after
        FROM scim_log WHERE seq > (SELECT coalesce(seq, 0) FROM mark))
    SELECT 'round $round: ' || key || ' was to ' || s.action || ' ' ||
           coalesce(s.after, '') || ', and did ' || d.status || d.action || ' ' ||
           coalesce(d.after, '')
      FROM said AS s LEFT JOIN done AS d USING (n)
     WHERE d.action IS DISTINCT FROM s.action OR d.status > 201
        OR iif(d.action = 'create', NULL, d.id) IS DISTINCT FROM s.id
        OR d.before IS DISTINCT FROM s.before
        OR iif(d.action = 'create', json_remove(d.after, '\$.id'), d.after)
           IS DISTINCT FROM s.after;
    SELECT 'round $round, again: ' || key || ' ' || action || ' ' || after
      FROM scim_preview('User', $(literal "$query")) WHERE action <> 'same';
    DROP TABLE mark")
done
is "what is previewed is what the log has of a load, and nothing is left to do" \
  "$(head -n 5 <<<"$differences")" ""
is "there was something of each" "$(sql "SELECT count(DISTINCT action),
    count(*) > 20 FROM scim_log WHERE type = 'User'")" "2|1"

finish
