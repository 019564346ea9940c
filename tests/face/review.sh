#!/bin/bash
# scim_review: its arguments, and where it may be called.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database

sql "SELECT scim_init();
  CREATE TABLE device (serial TEXT PRIMARY KEY, upn TEXT, n INTEGER)
    WITHOUT ROWID;
  INSERT INTO device VALUES ('1', 'ann', 1), ('2', 'Ann', 2);
  SELECT scim_map('device', '{\"type\":\"User\",\"table\":\"device\",
    \"key\":\"serial\",\"columns\":{\"upn\":{\"from\":\"userName\"}},
    \"match\":[\"upn\"]}');
  SELECT scim_map_switch('device', 'on');
  SELECT scim_apply('POST', '/Users', '{\"userName\":\"ann\"}',
    '{\"id\":\"u1\"}')" >/dev/null

# error <arguments>
error() { sql "SELECT scim_review($1)" | sed 's/^[^,]*, //; s/ ([0-9]*)$//'; }

is "there are three decisions" "$(error "1, 'take'")" \
  "a review is decided by 'link', 'create' or 'ignore', not 'take'"
is "NULL is none" "$(error "1, NULL")" \
  "a review is decided by 'link', 'create' or 'ignore', not ''"
is "the review is a number" "$(error "'1', 'create'")" \
  "the number of a review is an integer"
is "also not NULL" "$(error "NULL, 'create'")" \
  "the number of a review is an integer"
is "link needs a key" "$(error "1, 'link'")" "'link' needs the key of a row"
is "that is not NULL" "$(error "1, 'link', NULL")" \
  "'link' needs the key of a row"
is "and an integer or a text" "$(error "1, 'link', 1.5")" \
  "the key of a row is an integer or a text"
is "no blob either" "$(error "1, 'link', x'31'")" \
  "the key of a row is an integer or a text"
is "create takes no key" "$(error "1, 'create', 2")" "'create' takes no key"
is "nor does ignore" "$(error "1, 'ignore', '2'")" "'ignore' takes no key"
is "options are strict" "$(error "1, 'create', NULL, '{\"nwo\":1}'")" \
  "there is no option 'nwo'"
is "and have their types" "$(error "1, 'create', NULL, '{\"now\":1}'")" \
  "the option 'now' must be a dateTime"
is "one argument is not enough" "$(error 1 | head -n 1)" \
  "wrong number of arguments to function scim_review()"
is "nothing was decided" "$(sql "SELECT review, candidates
  FROM scim_review")" '1|["1","2"]'
is "it cannot be called by a trigger" "$(sql "CREATE TRIGGER t AFTER INSERT
  ON device BEGIN SELECT scim_review(1, 'create'); END;
  INSERT INTO device VALUES ('3', NULL, 3)" | grep -o 'unsafe.*')" \
  "unsafe use of scim_review()"
sql "DROP TRIGGER t"
is "now is the time of the link; a text key stays a text" "$(sql "
  SELECT quote(scim_review(1, 'link', '2', '{\"now\":\"2026-11-21T09:30:00Z\"}'));
  SELECT quote(key), how, since FROM scim_link")" "'2'
'2'|review|2026-11-21T09:30:00.000Z"
is "without tables of ours it says what to do" "$(connect :memory:
  error "1, 'create'" | grep -o 'SELECT.*')" "SELECT scim_init()"

finish
