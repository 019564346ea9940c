#!/bin/bash
# What scim_explain says of a filter is so: as many resources match as the index
# finds, where it says that it finds them all; and no more than the candidates
# where it says that these are checked.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 40)
  INSERT INTO scim (method, target, body)
  SELECT 'POST', '/Users', json_object('userName', 'u' || i,
    'title', 't' || i % 5, 'displayName', 'd' || i % 7,
    'emails', json_array(json_object('value', 'm' || i % 3, 'type', 'work'),
      json_object('value', 'm' || i % 4, 'type', 'home'))) FROM n;
  CREATE TABLE term (term);
  INSERT INTO term VALUES ('userName eq \"u3\"'), ('userName sw \"u1\"'),
    ('title eq \"t1\"'), ('displayName gt \"d3\"'), ('displayName eq \"D2\"'),
    ('emails[type eq \"work\" and value eq \"m1\"]'), ('emails.value sw \"m\"'),
    ('emails[value eq \"m1\" and value eq \"m2\"]'), ('not (title eq \"t2\")'),
    ('meta.created gt \"2020-01-01T00:00:00Z\"'), ('emails.value eq \"m3\"');
  CREATE TABLE question AS
    SELECT term AS filter FROM term
    UNION SELECT format('%s %s %s', a.term, w.word, b.term)
      FROM term AS a, term AS b, (SELECT 'and' AS word UNION SELECT 'or') AS w
    UNION SELECT format('(%s or %s) and %s', a.term, b.term, c.term)
      FROM term AS a, term AS b, term AS c
     WHERE a.rowid % 3 = b.rowid % 3 AND c.rowid % 2" >/dev/null

is "what is said of the whole is so, of hundreds of filters" "$(sql "
  SELECT how, min(iif(how = 'index', n = rows, n <= rows)), count(*) > 20
    FROM (SELECT filter,
            (SELECT count(*) FROM scim_filter('User', q.filter)) AS n
            FROM question AS q) AS q,
         scim_explain('User', q.filter) AS e
   GROUP BY how, \"index\" IS NULL
  HAVING e.\"index\" IS NULL AND max(rows) IS NOT NULL
   ORDER BY 1")" "all|1|1
candidates|1|1
index|1|1"
is "of an 'or' that uses indexes each term has one" "$(sql "
  SELECT count(*) FROM question AS q
   WHERE filter LIKE '% or %' AND filter NOT LIKE '%and%' AND
         'all' IN (SELECT how FROM scim_explain('User', q.filter)) AND
         'index' IN (SELECT how FROM scim_explain('User', q.filter))")" 0

finish
