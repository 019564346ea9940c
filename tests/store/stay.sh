#!/bin/bash
# Who was in a group and when, scim_stay: found by looking for each member or by
# going through the whole group, whichever is shorter, with the same outcome.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# change ADD|REMOVE GROUP MINUTE MEMBERS [SOURCE]: a PATCH at that minute. A name
# may be a range, as p1-40.
change() {
  local list= name from to
  for name in $4; do
    case $name in
      *-*)
        from=${name%-*} to=${name#*-}
        while [ "${from#p}" -le "$to" ]; do
          list="$list,{\"value\":\"$from\"}"
          from=p$((${from#p} + 1))
        done
        ;;
      *) list="$list,{\"value\":\"$name\"}" ;;
    esac
  done
  apply PATCH "/Groups/$2" "{\"Operations\":[{\"op\":\"$1\",\"path\":\"members\",
    \"value\":[${list#,}]}]}" "{\"now\":\"2030-01-01T00:$3:00.000Z\",
    \"source\":\"${5:-idp}\"}" >/dev/null
}

# stays GROUP [WHICH]: each stay, in the minutes of the hour, and who holds it.
stays() {
  sql "SELECT group_concat(member || ' ' || substr(joined, 15, 2) || '-' ||
              coalesce(substr(\"left\", 15, 2), '') ||
              iif(idp, ' idp', '') || iif(manual, ' manual', ''), ', ')
         FROM (SELECT * FROM scim_stay WHERE group_id = '$1' AND ${2:-true}
                ORDER BY length(member), member, joined)"
}

# The first group has a past, in which few are looked for one by one; the other
# has none, and is gone through.
for group in past new; do
  apply POST /Groups "{\"displayName\":\"$group\"}" \
    "{\"id\":\"$group\",\"now\":\"2030-01-01T00:00:00.000Z\"}" >/dev/null
done
change add past 01 p100-200
change remove past 02 p100-200

for group in past new; do
  of="of the group with a $group"
  [ $group = past ] || of='of the new group'
  own='length(member) < 4'
  change add $group 10 p1 manual
  change add $group 11 'p1 p2 p3'
  is "whom the platform holds stays, $of" "$(stays $group "$own")" \
    'p1 10- idp manual, p2 11- idp, p3 11- idp'
  change remove $group 12 'p1 p2'
  is "some leave, one source of two lets go, $of" "$(stays $group "$own")" \
    'p1 10- manual, p2 11-12, p3 11- idp'
  change add $group 12 'p2 p4'
  is "in the moment of leaving nobody was out, $of" "$(stays $group "$own")" \
    'p1 10- manual, p2 11- idp, p3 11- idp, p4 12- idp'
  change remove $group 13 'p1' manual
  change remove $group 14 'p2 p3 p4'
  is "all who are left leave, $of" "$(stays $group "$own")" \
    'p1 10-13, p2 11-14, p3 11-14, p4 12-14'
  change add $group 15 'p3 p1 p5'
  is "who comes back has another stay, $of" "$(stays $group "$own")" \
    'p1 10-13, p1 15- idp, p2 11-14, p3 11-14, p3 15- idp, p4 12-14, p5 15- idp'
done

is 'those of before stay as they were' \
  "$(sql "SELECT count(*), min(joined) || ' ' || max(\"left\") FROM scim_stay
           WHERE group_id = 'past' AND length(member) = 4")" \
  '101|2030-01-01T00:01:00.000Z 2030-01-01T00:02:00.000Z'

# Letters that SQLite and the extension may write differently in JSON.
apply POST /Groups '{"displayName":"odd","members":[{"value":"a\"b"},
  {"value":"tab\tx"},{"value":"\u00e9/\\"},{"value":"\u0001\u007f"}]}' \
  '{"id":"odd"}' >/dev/null
apply PATCH /Groups/odd '{"Operations":[{"op":"remove","path":"members"}]}' \
  >/dev/null
is 'all leave whatever is in their ids' \
  "$(sql "SELECT (SELECT count(*) FROM scim_stay WHERE group_id = 'odd'),
            (SELECT count(*) FROM scim_stay
              WHERE group_id = 'odd' AND \"left\" IS NULL),
            (SELECT count(*) FROM scim_member WHERE \"group\" = (SELECT
              resource FROM scim_resource WHERE id = 'odd'))")" '4|0|0'

is 'the log tells the same' \
  "$(sql "SELECT * FROM scim_check() WHERE kind = 'stay'")" ''

# A row that somebody has put there by hand is none that the request names.
apply POST /Groups '{"displayName":"hand","members":[{"value":"p1"},
  {"value":"p2"}]}' '{"id":"hand"}' >/dev/null
sql "UPDATE scim_stay SET member = 'p9' WHERE group_id = 'hand' AND member = 'p1'"
apply PATCH /Groups/hand '{"Operations":[{"op":"remove","path":"members"}]}' \
  >/dev/null
is 'as many as are there are not all who are there' \
  "$(sql "SELECT group_concat(member || iif(\"left\" IS NULL, ' in', ' out'), ', ')
            FROM (SELECT * FROM scim_stay WHERE group_id = 'hand'
                   ORDER BY member)")" 'p2 out, p9 in'
finish
