#!/bin/bash
# /healthz, /metrics and the access log.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start

is "/healthz needs no token" "$(code "$root/healthz")" 200
is "and says ok" "$(curl -s "$root/healthz" | quick_jq -r .status)" ok
is "in SCIM's media type" "$(field Content-Type "$root/healthz")" \
  application/scim+json
is_error "it can only be read" 405 -d x "$root/healthz"
is "HEAD does too" "$(code -I "$root/healthz")" 200

create metric >/dev/null
code "$url/Users?filter=secret" >/dev/null
until_metric 'scimd_requests_total{method="GET",status="401"}' 1 >/dev/null
until_metric 'scimd_requests_total{method="POST",status="201"}' 1 >/dev/null
metrics=$(curl -s "$root/metrics")
value() {
  printf '%s\n' "$metrics" | awk -v name="$1" '$1 == name { print $2 }'
}
is "/metrics is Prometheus text" \
  "$(field Content-Type "$root/metrics")" "text/plain; version=0.0.4"
is "it counts by method and status" \
  "$(value 'scimd_requests_total{method="POST",status="201"}')" 1
is "refused ones as well" \
  "$(value 'scimd_requests_total{method="GET",status="401"}')" 1
is "it has the time requests took" \
  "$([ "$(value scimd_request_seconds_count)" -ge 6 ] && echo yes)" yes
is "the size of batches" "$(value scimd_batch_requests_count)" 1
is "the queue" "$(value scimd_queue_length)" 0
is "and the connections" \
  "$([ "$(value scimd_open_connections)" -ge 1 ] && echo yes)" yes
is "those that wait without a thread" "$(value scimd_parked_connections)" 0
is "and those that were ended, by reason" \
  "$(printf '%s\n' "$metrics" |
    sed -n 's/^scimd_closed_connections_total{reason="\(.*\)"} 0$/\1/p' | xargs)" \
  "evicted refused overdue crowded"
for name in writes_refused commits_gathered checkpoints checkpoint_failures \
  wal_restarts wal_held; do
  is "there is a count of $name" "$(value "scimd_${name}_total")" 0
done
is "and what bodies take" "$(value scimd_body_bytes)" 0
is "every line is a comment or a sample" \
  "$(printf '%s\n' "$metrics" |
    grep -vcE '^(# (HELP|TYPE) [a-z_]+ |[a-z_]+(\{[^}]*\})? [0-9.]+$)')" 0

# ---- the log

code -H "$bearer" "$url/Users/%22%0a?filter=jane" >/dev/null
until_is 1 logged '"path":"/scim/v2/Users/' >/dev/null # the last one
is "every line of the log is JSON" "$(quick_jq -s length "$dir/log" 2>&1)" \
  "$(grep -c '' "$dir/log")"
is "a request is one line" \
  "$(quick_jq -r 'select(.method == "POST" and .status == 201) | .path' "$dir/log")" \
  /scim/v2/Users
is "with its time and cost" \
  "$(quick_jq -r 'select(.status == 201) |
    [.time, .bytes, .microseconds] | map(type) | join(" ")' "$dir/log")" \
  "string number number"
is "queries are not logged" "$(grep -cE 'secret|jane' "$dir/log")" 0
code "$root/$(printf '%0600d' 0)" >/dev/null
is "of a long path 512 bytes are" "$(until_is 512 quick_jq -rs 'map(select(.path)) |
  last | .path | length' "$dir/log")" 512
is "tokens are not logged" "$(grep -c "$token" "$dir/log")" 0
stop
is "its last line says that all is written" \
  "$(tail -n 1 "$dir/log" | quick_jq -r .event)" stopped
start --quiet
code "$root/healthz" >/dev/null
is "--quiet logs no requests" "$(grep -c '"method"' "$dir/log")" 0

finish
