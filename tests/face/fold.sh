#!/bin/bash
# scim_fold and scim_e164: functions of text alone, of which an application may
# make indexes.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database empty

# of "<function>": what it makes of each argument, quoted as SQL has it.
of() {
  local function=$1 argument
  shift
  for argument in "$@"; do
    sql "SELECT quote($function($argument))"
  done
}

# ---- Values

is "scim_fold is the form in which text is compared" "$(of scim_fold \
  "'Ann@Example.COM'" "'STRASSE'" "'Straße'" "'ÉCLAIR'" "'Ｂｊ１'" "''")" \
"'ann@example.com'
'strasse'
'strasse'
'éclair'
'bj1'
''"
is "NULL, numbers and blobs as text" "$(of scim_fold NULL 5 1.5 "x'4142'" \
  "x''")" \
"NULL
'5'
'1.5'
'ab'
''"
is "text that is not UTF-8 stays" "$(sql "SELECT hex(scim_fold(x'41ff'))")" 41FF
is "scim_e164 is the number, or NULL" "$(of scim_e164 "'+49 (30) 123-456'" \
  "'tel:+1-201-555-0123'" "'030 123456'" "'+44 (0)20 7946 0958'" "'ann'" "''" \
  NULL 4930123456 "x'2b34393330313233343536'")" \
"'+4930123456'
'+12015550123'
NULL
NULL
NULL
NULL
NULL
NULL
'+4930123456'"
is "they want one argument" "$(sql "SELECT scim_fold()" \
  "SELECT scim_e164('a', 'b')" | grep -o 'wrong number.*')" \
"wrong number of arguments to function scim_fold()
wrong number of arguments to function scim_e164()"

# ---- In the application's schema

sql "CREATE TABLE learner (id INTEGER PRIMARY KEY, email TEXT, phone TEXT,
       dial TEXT GENERATED ALWAYS AS (scim_e164(phone)) STORED) STRICT;
     CREATE UNIQUE INDEX learner_email ON learner (scim_fold(email));
     INSERT INTO learner (email, phone)
     VALUES ('Ann@Straße.example', '+49 30 123456'), ('bob', '030 1')"
is "an index of scim_fold is used" "$(sql "EXPLAIN QUERY PLAN
  SELECT id FROM learner WHERE scim_fold(email) = scim_fold('x')" |
  grep -o 'USING.*')" "USING INDEX learner_email (<expr>=?)"
is "and finds in any case" "$(sql "SELECT id FROM learner
  WHERE scim_fold(email) = scim_fold('ANN@STRASSE.EXAMPLE')")" 1
is "and keeps rows unique in any case" "$(sql "INSERT INTO learner (email)
  VALUES ('ANN@strasse.example')" | grep -o 'UNIQUE.*')" \
  "UNIQUE constraint failed: index 'learner_email' (19)"
is "a generated column has the number" \
  "$(sql "SELECT id, dial FROM learner ORDER BY id")" "1|+4930123456
2|"
is "they work in a view and a trigger that nobody trusts" "$(sql "
  CREATE VIEW folded AS SELECT id, scim_fold(email) AS email FROM learner;
  CREATE TRIGGER dialled AFTER UPDATE OF email ON learner BEGIN
    UPDATE learner SET phone = scim_e164('+49-30-99999999') WHERE id = NEW.id;
  END;
  PRAGMA trusted_schema = OFF;
  UPDATE learner SET email = 'BOB' WHERE id = 2;
  SELECT f.email, l.phone FROM folded AS f JOIN learner AS l USING (id)
   WHERE id = 2;
  PRAGMA trusted_schema = ON")" "bob|+493099999999"
is "no table of ours is needed" "$(sql "SELECT count(*) FROM sqlite_schema
  WHERE name LIKE 'scim%'")" 0

finish
