#!/bin/bash
# Routes, media types and authorization, seen from outside over a socket.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start

# ---- media types

for type in 'application/scim+json' 'application/json' \
  'application/scim+json; charset=utf-8' 'application/json;charset=UTF-8'; do
  is "a body of type $type is taken" \
    "$(code -H "$bearer" -H "Content-Type: $type" \
      -d "$(user "u-$RANDOM$RANDOM")" "$url/Users")" 201
done
is "a body without a type is taken" \
  "$(code -H "$bearer" -H 'Content-Type:' -d "$(user none)" "$url/Users")" 201
is_error "a body of another type is not" 415 \
  -H "$bearer" -H 'Content-Type: text/plain' -d x "$url/Users"
is "the type of a GET does not matter" \
  "$(code -H "$bearer" -H 'Content-Type: text/plain' "$url/Users")" 200
for accept in 'application/json' '*/*' 'text/html'; do
  is "Accept: $accept gets application/scim+json" \
    "$(field Content-Type -H "$bearer" -H "Accept: $accept" "$url/Users")" \
    application/scim+json
done

# ---- targets

is "a trailing slash is no difference" "$(code -H "$bearer" "$url/Users/")" 200
is "an unknown query parameter is no matter" \
  "$(code -H "$bearer" "$url/Users?aadOptscim062020")" 200
create jane@example.com >/dev/null
for space in '+' '%20'; do
  is "$space in a query is a space" \
    "$(curl -s -H "$bearer" \
      "$url/Users?filter=userName${space}eq${space}%22jane@example.com%22" |
      quick_jq .totalResults)" 1
done
is_error "outside of the base path there is nothing" 404 -H "$bearer" \
  "$root/elsewhere"
is_error "the base path is no prefix of a word" 404 -H "$bearer" \
  "$root/scim/v2x/Users"
is_error "under it an unknown path is the extension's 404" 404 -H "$bearer" \
  "$url/Nothing"
is_error "an absent resource is a 404" 404 -H "$bearer" "$url/Users/no-uuid"

# ---- HEAD and other methods

get=$(field Content-Length -H "$bearer" "$url/ServiceProviderConfig")
is "HEAD gives the length of GET" \
  "$(field Content-Length -I -H "$bearer" "$url/ServiceProviderConfig")" "$get"
is "HEAD has no body" \
  "$(speak "HEAD /scim/v2/Users HTTP/1.1\r\nHost: h\r\nConnection: close\r\n$(
  )Authorization: Bearer $token\r\n\r\n" | tr -d '\r' | sed '1,/^$/d')" ""
for method in FOO TRACE PROPFIND; do
  is_error "$method is not allowed" 405 -H "$bearer" -X "$method" "$url/Users"
done
is "a 405 says what is allowed" \
  "$(field Allow -H "$bearer" -X FOO "$url/Users" | grep -c GET)" 1
is "a 405 of the extension does too" \
  "$(field Allow -H "$bearer" -X PUT "$url/Users" | grep -c POST)" 1

# ---- authorization

is_error "without a token there is nothing" 401 "$url/Users"
is "a 401 names the scheme" \
  "$(field WWW-Authenticate "$url/Users" | cut -c1-6)" Bearer
is_error "a wrong token is a 401" 401 -H 'Authorization: Bearer no' "$url/Users"
is_error "an empty one too" 401 -H 'Authorization;' "$url/Users"
is_error "another scheme too" 401 -u "x:$token" "$url/Users"
is_error "Bearer with nothing behind it is a 400 (RFC 6750 section 3.1)" 400 \
  -H 'Authorization: Bearer' "$url/Users"
is "which says so" "$(field WWW-Authenticate -H 'Authorization: Bearer' \
  "$url/Users")" 'Bearer realm="scim", error="invalid_request"'
is_error "also where it would write" 400 -H 'Authorization: Bearer' -H "$json" \
  -d "$(user mallory)" "$url/Users"
is_error "a write without a token too" 401 -H "$json" -d "$(user mallory)" \
  "$url/Users"
for scheme in Bearer bearer BEARER; do
  is "the scheme $scheme is understood" \
    "$(code -H "Authorization: $scheme $token" "$url/Users")" 200
done

# ---- locations

is "Location repeats the Host of the request" \
  "$(field Location -H "$bearer" -H "$json" -H 'Host: scim.example.com' \
    -d "$(user host)" "$url/Users" | sed 's|/[^/]*$||')" \
  http://scim.example.com/scim/v2/Users
is_error "a Host that would break out of a URL is refused" 400 -H "$bearer" \
  -H 'Host: a"b<c' "$url/Users"

# ---- What code sends without curl

# same <sentence> <curl options>: code says what curl says, and curl was not
# started for it.
same() {
  local sentence=$1
  shift
  is "$sentence: code says what curl says" \
    "$(curl() { echo started; }; code "$@")" \
    "$(command curl -s -o /dev/null -w '%{http_code}' "$@")"
}
same "a list" -H "$bearer" "$url/Users?count=3"
same "a long reply" -H "$bearer" "$url/Schemas"
same "no token" "$url/Users"
same "another method" -X DELETE -H "$bearer" "$url/Users/none"
same "a body, in bytes" -H "$bearer" -H "$json" -d '{"displayName":"é"}' "$url/Users"
same "a form" -H "$bearer" -d '{}' "$url/Users"
same "a path that is none" "$root/none"

stop
start --public-url https://scim.example.com/acme/ --base-path /acme
is "--public-url is the base of Location" \
  "$(field Location -H "$bearer" -H "$json" -d "$(user public)" \
    "$root/acme/Users" | sed 's|/[^/]*$||')" https://scim.example.com/acme/Users
is_error "--base-path moves everything" 404 -H "$bearer" "$url/Users"
stop
start --base-path /
is "the base path may be the root" "$(code -H "$bearer" "$root/Users")" 200

finish
