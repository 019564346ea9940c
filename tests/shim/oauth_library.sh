#!/bin/bash
# What a stock OAuth client library makes of the token endpoint and the tokens:
# requests-oauthlib, which the Makefile installs into build/python.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
python=build/python/bin/python
start

made=$("$SCIMD" client add --db "$db" --label library \
  --scopes 'users:read users:write')
"$python" tests/shim/oauth_library.py "$url" "$(quick_jq -r .client_id <<<"$made")" \
  "$(quick_jq -r .client_secret <<<"$made")" >"$dir/said" 2>&1
unknown='invalid_client (the client or its secret is not known)'
while IFS='#' read -r sentence want; do
  is "$sentence" "$(sed -n "s/^$sentence: //p" "$dir/said")" "$want"
done <<END
by Basic#Bearer for 3600 s, users:read users:write
it creates a user#201
and finds it#ann
but no group#the token's scopes are without groups:read
in the body#1
a part of the scopes#users:read
which cannot write#the token's scopes are without users:write
a wrong secret#$unknown
another client#$unknown
a scope too many#invalid_scope (the scope is not one that the client has)
no credentials#invalid_client (client_id and client_secret are needed)
END
is "it says nothing else" "$(wc -l <"$dir/said")" 11

finish
