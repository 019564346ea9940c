# What is refused changes nothing, whatever is wrong with it.

. tests/service/service.inc

sql 'SELECT scim_init()' >/dev/null
apply POST /Users '{"userName":"ann","title":"a"}' '{"id":"ann"}' >/dev/null

state() {
  sql "SELECT count(*), sum(version), group_concat(doc) FROM scim_resource"
}
before=$(state)

# refused "<sentence>" METHOD TARGET BODY STATUS [OPTIONS]: the status, no
# change, and one row in the log.
refused() {
  local rows
  rows=$(sql 'SELECT count(*) FROM scim_log')
  is "$1" "$(ask .status "$2" "$3" "$4" "$6")" "$5"
  is "$1: nothing is changed" "$(state)" "$before"
  is "$1: the log has one row" \
    "$(($(sql 'SELECT count(*) FROM scim_log') - rows))" 1
}

bob='{"userName":"bob"}'
patch='{"Operations":[{"op":"replace","path":"title","value":"b"}]}'
refused "attributes that are not UTF-8, with POST" \
  POST '/Users?attributes=%ff' "$bob" 400
refused "attributes that are not UTF-8, with PUT" \
  PUT '/Users/ann?attributes=%ff' "$bob" 400
refused "excludedAttributes that are not UTF-8, with PATCH" \
  PATCH '/Users/ann?excludedAttributes=%ff' "$patch" 400
refused "an id that is that of another" \
  POST /Users "$bob" 409 '{"id":"ann"}'
refused "members of an unknown source" \
  POST /Users "$bob" 400 '{"source":"nobody"}'
refused "an empty If-Match" PATCH /Users/ann "$patch" 412 '{"if_match":""}'
refused "no method" "" /Users "$bob" 400

apply POST '/Users?access_token=hidden' "$bob" '{"authorization":""}' >/dev/null
is "a query is not in the log" \
  "$(sql "SELECT count(*) FROM scim_log WHERE target LIKE '%hidden%'")" 0

# A few thousand values for a list are few for a request, but not for the list.
values=$(seq 200 | sed 's/.*/{"value":"@&"}/' | paste -sd,)
operations=$(for i in $(seq 16); do
  printf '{"op":"add","path":"emails","value":[%s]}\n' "${values//@/v$i-}"
done | paste -sd,)
refused "thousands of values" PATCH /Users/ann \
  "{\"Operations\":[$operations]}" 400
finish
