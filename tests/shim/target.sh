#!/bin/bash
# Request targets (RFC 9112 section 3.2), hosts, and OPTIONS.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc
start

# send <first line> <lines>: the status, Allow, and where the reply says that
# the resource is.
send() {
  speak "$1\r\n$2Connection: close\r\n\r\n" | tr -d '\r' | awk '
    NR == 1 { printf "%s", $2 }
    /^Allow: / { sub(/^Allow: /, ""); printf " %s", $0 }
    /^{/ && match($0, /"location":"[^"]*/) {
      printf " %s", substr($0, RSTART + 12, RLENGTH - 12) }
    END { if (NR) print "" }'
}
token_line="Authorization: Bearer $token\r\n"
config=/scim/v2/ServiceProviderConfig
port=${address#*:}

# ---- D17: a URL as the target, of whatever host; the field Host does not count

while IFS='|' read -r sentence origin host; do
  is "$sentence is taken" \
    "$(send "GET $origin$config HTTP/1.1" "Host: h\r\n$token_line")" \
    "200 http://$host$config"
done <<CASES
that of another host|http://other|other
one with another port|http://other:81|other:81
one with this port|http://other:$port|other:$port
https, where a proxy has ended it,|https://other:444|other:444
one in capitals|HTTP://OTHER|OTHER
one with an address|http://[::1]:8080|[::1]:8080
one with an empty port|http://other:|other:
CASES
is "its query is one" "$(send "GET http://other$config?x=a:b/c?d HTTP/1.1" \
  "Host: h\r\n$token_line")" "200 http://other$config"
is "a colon in its path is no port" "$(send \
  'GET http://other/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User HTTP/1.1' \
  "Host: h\r\n$token_line")" \
  "200 http://other/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"
is "without a path it means the root" \
  "$(send 'GET http://other HTTP/1.1' 'Host: h\r\n') $(
    send 'GET http://other?healthz HTTP/1.1' 'Host: h\r\n') $(
    send 'GET http://other/ HTTP/1.1' 'Host: h\r\n')" "404 404 404"
is "a body comes with it" \
  "$(speak "POST http://other/scim/v2/Users HTTP/1.1\r\nHost: h\r\n$token_line$(
    )Content-Length: 2\r\n\r\n{}" | grep -c "'userName' is required")" 1
is "a body in chunks too" \
  "$(speak "POST http://other/scim/v2/Users HTTP/1.1\r\nHost: h\r\n$token_line$(
    )Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" |
    grep -c "'userName' is required")" 1
is "it is logged by its path" \
  "$(until_is 8 logged '"path":"/scim/v2/ServiceProviderConfig"')" 8
is "what is behind it is no request" \
  "$(speak "GET http://other/healthz HTTP/1.1\r\nHost: h\r\n\r\n$(
    )GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" | grep -c '^HTTP/')" 1
is "it needs a token" "$(send 'GET http://other/scim/v2/Users HTTP/1.1' \
  'Host: h\r\n')" 401
for uri in ftp://h/healthz ws://h/healthz http:///healthz http://a@h/healthz \
  http://h:x/healthz http://h:99999/healthz 'http://h"/healthz' http:/healthz \
  'http://h#/healthz' 'http://[::1/healthz' 'http://[x]/healthz' healthz '*'; do
  is "$uri is refused" "$(send "GET $uri HTTP/1.1" 'Host: h\r\n')" 400
done

# ---- Host

for host in h h.example.com h:80 '[::1]' '[::1]:80' 127.0.0.1 a_b-c 'h  '; do
  is "the host '$host' is one" \
    "$(send 'GET /healthz HTTP/1.1' "Host: $host\r\n")" 200
done
for host in '' ' ' 'a b' 'a,b' a/b 'a"b' 'a<b' a@b :80 h:x h:1:2 h:65536 '[::1' \
  '[]' '::1' 'http://h' 'h?a' 'h#a' "$(printf '%0256d' 0)"; do
  is "'${host:0:20}' is none" \
    "$(send 'GET /healthz HTTP/1.1' "Host: $host\r\n")" 400
done
is "HTTP/1.1 needs one (RFC 9112 section 3.2)" \
  "$(send 'GET /healthz HTTP/1.1' '') $(
    send 'GET http://h/healthz HTTP/1.1' '')" "400 400"
is "and a good one even where it does not count" \
  "$(send 'GET http://h/healthz HTTP/1.1' 'Host: a/b\r\n')" 400
is "HTTP/1.0 does not" "$(send 'GET /healthz HTTP/1.0' '')" 200

# ---- OPTIONS (RFC 9110 section 9.3.7)

all='GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
is "OPTIONS * is of the whole server" \
  "$(send 'OPTIONS * HTTP/1.1' 'Host: h\r\n')" "204 $all"
is "so is that of a URL without a path" \
  "$(send 'OPTIONS http://other HTTP/1.1' 'Host: h\r\n')" "204 $all"
is "a page of the shim says what it allows" \
  "$(send 'OPTIONS /healthz HTTP/1.1' 'Host: h\r\n')" "204 GET, HEAD"
while IFS='|' read -r path want; do
  is "OPTIONS $path: $want" \
    "$(send "OPTIONS /scim/v2$path HTTP/1.1" "Host: h\r\n$token_line")" "$want"
done <<'CASES'
/Users|204 GET, POST
/Users/x|204 GET, PUT, PATCH, DELETE
/Bulk|204 POST
/ServiceProviderConfig|204 GET
/Nothing|404
CASES
is "which needs a token" \
  "$(send 'OPTIONS /scim/v2/Users HTTP/1.1' 'Host: h\r\n')" 401
is "and is no attempt to change something, which would be logged" \
  "$(sqlite3 "$db" 'SELECT count(*) FROM scim_log
    WHERE method NOT IN ('"'POST'"')')" 0

# ---- escapes: no path is another one

create someone >/dev/null
for path in /Users%%00 /Users%%00x /Users%%2F '/%%2FUsers' /Users%%2f.search \
  /%%00Users /Users/%%00 /Users/.. '/../Users' /Us%%ffers; do
  is "$(printf "$path") is not /Users" \
    "$(send "GET /scim/v2$path HTTP/1.1" "Host: h\r\n$token_line")" 404
done
for path in '/scim%%2Fv2/Users' '/scim/v2%%2FUsers' '/scim/v2%%00/Users' \
  /healthz%%00 '/%%68ealthz' '/scim/./v2/Users' /scim/v2/../../healthz; do
  is "nor is $(printf "$path") anything" \
    "$(send "GET $path HTTP/1.1" "Host: h\r\n$token_line")" 404
done

finish
