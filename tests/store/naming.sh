#!/bin/bash
# The columns name and email of a resource: what the extension gives, what a
# trigger finds where nothing was given, and what an upgrade fills in, are the
# same of every document. What they are to be is tested with naming.c.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql "SELECT scim_init();
  UPDATE scim_tenant SET settings = '{\"loose_values\":\"accept\"}'" >/dev/null

# Documents with every order of addresses of four sorts, and those that have no
# address, or no name.
sql "CREATE TEMP TABLE sort (text);
INSERT INTO sort VALUES
  ('{\"value\":\"p@x\",\"type\":\"home\",\"primary\":true}'),
  ('{\"value\":\"w@x\",\"type\":\"Work\"}'),
  ('{\"value\":\"o@x\",\"type\":\"other\",\"primary\":false}'),
  ('{\"display\":\"none\",\"type\":\"work\"}');
CREATE TEMP TABLE sample (number INTEGER PRIMARY KEY, type, doc);
INSERT INTO sample (type, doc)
SELECT 'User', json_object('userName', 'u' || a.rowid || b.rowid || c.rowid,
    'displayName', 'D', 'emails', json_array(json(a.text), json(b.text),
                                             json(c.text)))
  FROM sort AS a, sort AS b, sort AS c
 WHERE a.rowid <> b.rowid AND b.rowid <> c.rowid AND a.rowid <> c.rowid;
INSERT INTO sample (type, doc) VALUES
  ('User', '{\"userName\":\"Zo\u00eb\"}'),
  ('User', '{\"userName\":\"one\",\"emails\":[{\"value\":\"1@x\"}]}'),
  ('Group', '{\"displayName\":\"G\"}'),
  ('Group', '{\"displayName\":\"\u0041b\\\"c\"}');
CREATE TEMP TABLE made AS
SELECT number, scim_apply('POST', '/' || type || 's', doc,
         json_object('id', 'c' || number)) ->> 'status' AS status
  FROM sample" >/dev/null
is "all are made" "$(sql "SELECT status, count(*) FROM made GROUP BY 1")" \
  "201|28"
sql "INSERT INTO scim_tenant (name) VALUES ('by hand');
INSERT INTO scim_commit (action, tenant, type, resource, id, version, time, doc)
SELECT 'create', 'by hand', type, 1000 + number, 'c' || number, 1,
       '2026-01-01T00:00:00.000Z', doc
  FROM sample" >/dev/null
is "a trigger finds what the extension gives" "$(sql "
  SELECT c.id, c.name, h.name, c.email, h.email
    FROM scim_resource AS c JOIN scim_resource AS h USING (id)
   WHERE c.tenant = 'default' AND h.tenant = 'by hand'
     AND (c.name IS NOT h.name OR c.email IS NOT h.email)")" ""
is "which is something" "$(sql "SELECT count(name), count(email),
    count(DISTINCT email) FROM scim_resource WHERE tenant = 'by hand'")" "28|25|3"
upgrade=$(sed -n '/^UPDATE scim_resource/,/;/p' sql/upgrade/4.sql)
is "so does an upgrade" "$(sql "
  CREATE TEMP TABLE was AS
  SELECT resource, name, email FROM scim_resource;
  UPDATE scim_resource SET name = 'x', email = 'y';
  $upgrade
  SELECT count(*), sum(r.name IS w.name AND r.email IS w.email)
    FROM scim_resource AS r JOIN was AS w USING (resource)")" "56|56"

finish
