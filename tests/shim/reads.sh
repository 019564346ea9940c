#!/bin/bash
# The shim decides by itself what runs on a reader: it must be exactly what the
# extension takes for a read. What the shim alone takes for a read could not be
# logged, what the extension alone takes for one would keep every write waiting.
# Compared over many spellings: whether the writer has had one more transaction,
# and whether the log has one more row when SQL asks the same.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start
body='{"count":0}' # of a search; as a resource it is refused

# Each is METHOD PATH. A write among them fails, so that it is logged, whatever
# it is: nothing has to be there.
requests=()
# D10: they are reads, whatever slashes there are.
for path in /.search /.search/ //.search ///.search// /Users/.search \
  /Users/.search/ /Users/.search//// //Users//.search /Users/%2Esearch \
  /Users/%2esearch /%2Esearch /Users/.%73earch /Users/%2E%73%65%61%72%63%68 \
  '/Users/.search?x=/' '/Users/.search/?' '/.search?/Users' /nowhere/.search \
  /%55sers/.search /.search/.search /Bulk/.search /%FF/.search /..//.search \
  /Users%2F/.search; do
  requests+=("POST $path")
done
searches=${#requests[@]}
for path in / /Users /Users/ '/?.search' '/Users?x=/.search' /Users/.searches \
  /Users/.searc /Users/search /Users/..search /Users/.search. /Users/.SEARCH \
  /Users/.%53earch /Users.search /Users/x/.search /Users/.search/x \
  //Users//x//.search /Users%2F.search /Users/%2F.search /%2F.search \
  /Users/%252Esearch /Users/.search%00 /Users/.search%20 /Users/.search%2F \
  /Users/.search%3F /Users/.search%3 /Users/%2 /Users/%2Esearch%2 \
  /Users/%2Gsearch /Users/%C0%AEsearch /Users/.search+ '/Users/.search;x'; do
  requests+=("POST $path")
done
for path in /Users /Users/x /.search /Users/.search /%2Esearch; do
  requests+=("GET $path" "PUT $path" "PATCH $path" "DELETE $path")
done

# A search is short: what is longer is refused before it is read, and parsed.
head -c 65536 /dev/zero | tr '\0' ' ' >"$dir/spaces"
printf '{"count":0}' | dd of="$dir/spaces" conv=notrunc 2>/dev/null
is "a search of 64 KiB is read" \
  "$(code -H "$bearer" -H "$json" --data-binary @"$dir/spaces" \
    "$url/Users/.search")" 200
printf ' ' >>"$dir/spaces"
is_error "one of a byte more is too large" 413 -H "$bearer" -H "$json" \
  --data-binary @"$dir/spaces" "$url/Users/.search"
is_error "also where its length is not announced" 413 -H "$bearer" \
  -H "$json" -H 'Transfer-Encoding: chunked' --data-binary @"$dir/spaces" \
  "$url/.search/"
is "what is no search may be larger" \
  "$(code -H "$bearer" -H "$json" --data-binary @"$dir/spaces" \
    "$url/Users")" 400

# In SQL: for each request what it is, and its status. One sqlite3 for all.
{
  echo ".mode list"
  echo "SELECT count(*) FROM scim_log;"
  for request in "${requests[@]}"; do
    echo "SELECT scim_apply('${request%% *}', '${request#* }', '$body') ->>
            'status';
          SELECT count(*) FROM scim_log;"
  done
} | process | awk '
  NR == 1 { rows = $1; next }
  NR % 2 == 0 { status = $1; next }
  { print ($1 == rows ? "reads" : "writes"), status; rows = $1 }' >"$dir/in_sql"

# Over HTTP the same. The writer counts its batches.
batches() { metric scimd_batch_requests_count; }
before=$(batches)
number=0
while read -r in_sql; do
  request=${requests[number]}
  status=$(code --path-as-is -X "${request%% *}" -H "$bearer" -H "$json" \
    -d "$body" "$url${request#* }")
  after=$(batches)
  over_http="$([ "$after" = "$before" ] && echo reads || echo writes) $status"
  before=$after
  case $request in
    GET*) want=reads ;;
    *) want=$([ "$number" -lt "$searches" ] && echo reads || echo writes) ;;
  esac
  is "$request $want for both" "${over_http%% *} ${in_sql%% *}" "$want $want"
  is "with the same status" "$over_http" "$in_sql"
  number=$((number + 1))
done <"$dir/in_sql"
is "all of them were compared" "$number" "${#requests[@]}"

finish
