#!/bin/bash
# A page in the order of an indexed attribute is the same as without the index,
# and no other row is looked at.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# 40 users with a title and, as displayName, which is indexed, the same text:
# several have the same, in more than one case, and some have none.
sql "
  WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 40)
  INSERT INTO scim (method, target, body, options)
  SELECT 'POST', '/Users', json_patch(json_object('userName', 'n' || (i * 7 % 41)),
      iif(i % 9, json_object('displayName', t, 'title', t), '{}')),
    json_object('id', 'u' || i)
  FROM (SELECT i, iif(i % 2, 'Name ', 'nAME ') || (i * 11 % 13) AS t FROM n);
  INSERT INTO scim_index (type, attribute) VALUES ('User', 'emails.type');
  SELECT scim_init()" >/dev/null

# pages ATTRIBUTE ORDER COUNT: the ids of a list read page by page, by number.
pages() {
  local start all=
  for ((start = 1; start <= 40; start += $3)); do
    all+=" $(ask "$ids" GET \
      "/Users?sortBy=$1&sortOrder=$2&startIndex=$start&count=$3")"
  done
  echo $all
}

# walk ATTRIBUTE ORDER COUNT: the same by cursors, to the end and back; what
# the way back finds goes before what it has found.
walk() {
  local page cursor= all= back=
  while page=$(apply GET "/Users?sortBy=$1&sortOrder=$2&count=$3&cursor=$cursor"
    ) && all+=" $(look "$ids" "$page")" &&
    cursor=$(look '.body.nextCursor // empty' "$page") && [ -n "$cursor" ]; do
    :
  done
  while cursor=$(look '.body.previousCursor // empty' "$page") &&
    [ -n "$cursor" ]; do
    page=$(apply GET "/Users?sortBy=$1&sortOrder=$2&count=$3&cursor=$cursor")
    back="$(look "$ids" "$page") $back"
  done
  echo $all "|" $back
}

# back IDS COUNT: all but those of the last page, which the way back begins at.
back() {
  local list=($1)
  echo "${list[@]:0:$(((${#list[@]} - 1) / $2 * $2))}"
}

for order in ascending descending; do
  want=$(ask "$ids" GET "/Users?sortBy=title&sortOrder=$order")
  is "40 are listed, $order" "$(wc -w <<<"$want" | tr -d ' ')" 40
  for count in 1 7 40; do
    is "with some that have none, $order, pages of $count" \
      "$(pages displayName $order $count)" "$want"
  done
  is "the same by cursors, and back" "$(walk displayName $order 7)" \
    "$want | $(back "$want" 7)"
done

# Now everybody has both.
sql "
  INSERT INTO scim (method, target, body)
  SELECT 'PATCH', '/Users/' || id, json_object(
      'schemas', json_array('urn:ietf:params:scim:api:messages:2.0:PatchOp'),
      'Operations', json_array(json_object('op', 'add', 'value', json_object(
        'title', 'name 5', 'displayName', 'NAME 5'))))
    FROM scim_resource WHERE doc ->> '\$.title' IS NULL" >/dev/null

for order in ascending descending; do
  want=$(ask "$ids" GET "/Users?sortBy=title&sortOrder=$order")
  is "all have one, $order" "$(pages displayName $order 7)" "$want"
  is "all have one, by cursors" "$(walk displayName $order 7)" \
    "$want | $(back "$want" 7)"
  is "all have one, at once" "$(pages displayName $order 40)" "$want"
done

is "the total is that of all" \
  "$(ask '.body.totalResults' GET '/Users?sortBy=displayName&count=3')" 40
is "count=0 shows the total alone" \
  "$(ask '[.body.totalResults, .body.itemsPerPage]' GET \
    '/Users?sortBy=displayName&count=0')" '[40,0]'
is "a page behind the end is empty" \
  "$(ask '[.body.totalResults, .body.itemsPerPage]' GET \
    '/Users?sortBy=displayName&startIndex=90')" '[40,0]'
is "of an attribute with several values the documents decide" \
  "$(ask '.body.totalResults' GET '/Users?sortBy=emails.type')" 40

# scans TARGET: how often the documents of all users were read for it.
scans() {
  local before runs="SELECT coalesce(sum(runs), 0) FROM scim_stmt
    WHERE sql GLOB 'SELECT resource, type*ORDER BY resource'"
  before=$(sql "$runs")
  apply GET "$1" >/dev/null
  echo $(($(sql "$runs") - before))
}
is "documents that are not shown are not read" \
  "$(scans '/Users?sortBy=userName&count=2')" 0
is "nor are those that come before the page" \
  "$(scans '/Users?sortBy=userName&count=2&startIndex=30')" 0
is "nor by a cursor" "$(scans '/Users?sortBy=userName&count=2&cursor=')" 0
is "without an index they are" "$(scans '/Users?sortBy=title&count=2')" 1

# ---- Times, which are columns

sql "UPDATE scim_resource SET
  created = format('2026-01-%02dT00:00:00.%03dZ', 1 + resource * 5 % 7,
    resource % 2 * 250),
  modified = format('2026-02-%02dT00:00:00.000Z', 1 + resource * 3 % 11)"
times() {
  sql "SELECT group_concat(id, ' ') FROM (
    SELECT id FROM scim_resource WHERE type = 'User' ORDER BY $1, resource)"
}
for name in created modified; do
  attribute=meta.${name/modified/lastModified}
  for order in ascending descending; do
    [ $order = descending ] && want=$(times "$name DESC")
    [ $order = ascending ] && want=$(times "$name")
    is "by $attribute, $order, pages of 7" "$(pages $attribute $order 7)" "$want"
    is "the same by cursors, and back, by $attribute, $order" \
      "$(walk $attribute $order 7)" "$want | $(back "$want" 7)"
  done
done
is "no document is looked at for it" "$(sql "SELECT count(*) FROM scim_stmt
  WHERE sql LIKE '%created AS key%ORDER BY key%'" | sed 's/[1-9][0-9]*/some/')" \
  some

finish
