#!/bin/bash
# scimd status: the view scim_status as a table, what is to be done about it, and
# an exit status that a monitor can go by.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

# status: what it prints, and its exit status.
status() { "$SCIMD" status --db "$db" 2>&1; echo "= $?"; }
table() { status | sed '/^$/,$d'; }
needs() { status | sed '1,/^$/d'; }

is "without a database it fails, and makes none" \
  "$(status | tail -n 1) $(ls "$dir" | grep -c scim.db)" "= 1 0"
sqlite3 "$db" "CREATE TABLE other (x)"
is "one that is of somebody else is no better" "$(status)" \
"scimd: $db: no such table: scim_meta
= 1"
rm "$db"
cp tests/store/old/version2.db "$db"
is "one of an earlier version says what to do" "$(status)" \
"scimd: the scim tables are those of an earlier version: SELECT scim_init()
= 1"
rm "$db"

start
is "all is well" "$(status)" \
"tenant   enabled  last_run  created  updated  deactivated  deleted  failed  \
users  groups  tokens_expiring  reviews  alerts  lag
default  yes      -               0        0            0        0       0  \
    0       0                0        0       0    0
= 0"
create ann >/dev/null
create bob >/dev/null
is "beside a server that runs" \
  "$(table | sed 's/20[-0-9T:.]*Z/(time)/')" \
"tenant   enabled  last_run                  created  updated  deactivated  \
deleted  failed  users  groups  tokens_expiring  reviews  alerts  lag
default  yes      (time)        2        0            0        0       0      \
2       0                0        0       0    0
= 0"
create ANN >/dev/null
is "a failure of the latest run needs a person" "$(needs)" \
"default: uniqueness (1), the last: POST /Users: the value of 'userName' is \
that of another User
  $(sqlite3 "$db" "SELECT remedy FROM scim_cause WHERE cause = 'uniqueness'")
= 1"
sqlite3 "$db" "UPDATE scim_log SET time = '2026-01-01T00:00:00.000Z'"
create dan >/dev/null
is "until the next run has none" "$(status | tail -n 1)" "= 0"

acme=$("$SCIMD" token add --db "$db" --tenant 'Äcme' --label x)
sqlite3 "$db" "UPDATE scim_token SET expires = strftime('%Y-%m-%dT%H:%M:%fZ',
  'now', '+29 days') WHERE tenant = 'Äcme'"
is "so does a token that expires" "$(needs)" \
"Äcme: 1 token(s) expire within 30 days
  Make another one (scimd token add), and give it to the identity provider. \
Their dates: scimd token list.
= 1"
is "columns are as wide as their characters" \
  "$(table | grep -oE '^[^ ]+ +[a-z]+ +[^ ]' | sed 's/.$/|/')" \
"tenant   enabled  |
default  yes      |
Äcme     yes      |"
"$SCIMD" token revoke --db "$db" "$(sqlite3 "$db" \
  "SELECT token FROM scim_token WHERE tenant = 'Äcme'")"
is "but not one that is revoked" "$(status | tail -n 1)" "= 0"
sqlite3 "$db" "INSERT INTO scim_outbox (tenant, id, kind, tries, error) VALUES
  ('default', 'ann', 'invite', 5, 'no ' || char(10) || char(27) || '[1m mail' || char(155) || '2J')"
is "and a job that was given up, on one line whatever it says" "$(needs)" \
"default: outbox (1), the last: invite of ann: no ??[1m mail?2J
  $(sqlite3 "$db" "SELECT failures ->> '\$[0].do' FROM scim_status
    WHERE tenant = 'default'")
= 1"
sqlite3 "$db" "UPDATE scim_outbox SET tries = 4"
is "one that is tried again does not" "$(status | tail -n 1)" "= 0"

sqlite3 "$db" "INSERT INTO scim_alert (tenant, kind, since, detail) VALUES
  ('default', 'breaker', 'x', 'x'); INSERT INTO scim_review (map, tenant, id,
  candidates, reason, since) VALUES ('m', 'default', 'a', '[]', 'x', 'x')"
is "alerts and reviews do" "$(needs | grep -v '^  ')" \
"default: 1 review(s) wait for a decision

default: 1 alert(s) are open
= 1"
sqlite3 "$db" "DELETE FROM scim_alert; DELETE FROM scim_review"

is "--help tells of it" "$("$SCIMD" --help | grep -c 'scimd status')" 1
is "it takes no option of others" \
  "$("$SCIMD" status --db "$db" --threads 3 2>&1; echo "$?")" \
"scimd: no such option: --threads; try scimd --help
2"
is "nor a word" "$("$SCIMD" status --db "$db" now >/dev/null 2>&1; echo "$?")" 2
stop
is "it needs no server" "$(status | tail -n 1)" "= 0"
chmod a-w "$db"
is "nor the right to write" "$(status | tail -n 1)" "= 0"

finish
