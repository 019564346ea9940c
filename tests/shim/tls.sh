#!/bin/bash
# https: by scimd itself (shim/tls.c), and by stunnel in front of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/shim/server.inc

for program in openssl stunnel; do
  is "$program is installed, without which TLS is not tested here" \
    "$(command -v $program >/dev/null && echo yes)" yes
done

pem=$dir/scim.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
  -keyout "$dir/key" -out "$dir/crt" -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
cat "$dir/key" "$dir/crt" >"$pem"
# Over TLS, with a certificate that is checked.
tls() { curl -s -m 20 --cacert "$dir/crt" "$@"; }
create_over() { # <url> <name>: the status, and where the resource is
  tls -D - -o /dev/null -H "$bearer" -H "$json" -d "$(user "$2")" "$1/Users" |
    tr -d '\r' | awk 'NR == 1 { print $2 } /^Location: / { print $2 }' |
    sed 's|/[^/]*$||' | xargs
}

# ---- scimd itself

start --tls-cert "$pem" --threads 2
url=https://$address/scim/v2
is "the log says that it is TLS" \
  "$(quick_jq -r 'select(.event == "listening") | .tls' "$dir/log")" true
is "/healthz is there over https" "$(tls "https://$address/healthz")" \
  '{"status":"ok"}'
is "a user is made, and is there over https" "$(create_over "$url" jane)" \
  "201 $url/Users"
is "the connection is kept" "$(tls -H "$bearer" -w '%{num_connects}\n' \
  -o /dev/null "$url/Users" -o /dev/null "$url/Users" | xargs)" "1 0"
is "a body of 2 MB arrives" "$(head -c 2000000 /dev/zero | tr '\0' ' ' |
  cat - <(user large) | tls -o /dev/null -w '%{http_code}' -H "$bearer" \
    -H "$json" --data-binary @- "$url/Users")" 201
is "without TLS nobody is served" "$(code "http://$address/healthz")" 000
is "nor with TLS before 1.2" "$(curl -s --cacert "$dir/crt" --tls-max 1.1 \
  --ciphers DEFAULT@SECLEVEL=0 "https://$address/healthz" >/dev/null
  echo $?)" 35
say() { # what tests/shim/framing.sh does without TLS
  printf "$1" | timeout 10 openssl s_client -quiet -connect "$address" \
    2>/dev/null | tr -d '\r' | sed -nE 's/^HTTP\/1.1 ([0-9]+).*/\1/p' | xargs
}
for i in 1 2 3 4; do tls "https://$address/healthz" >/dev/null; done
is "a head is no less looked at: one behind two empty lines is refused" \
  "$(say '\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n')" 400
is "one that is too large too" \
  "$(say "GET /$(head -c 70000 /dev/zero | tr '\0' a) HTTP/1.1\r\nHost: h\r\n\r\n")" \
  431
is "a URL as the target is taken" \
  "$(say 'GET https://other/healthz HTTP/1.1\r\nHost: h\r\n\r\n')" 200
stop
is "it ends as it should" "$ended" 0

refused() { "$SCIMD" serve --db "$db" --listen 127.0.0.1:0 "$@" 2>&1; }
for file in /nonexistent "$dir/crt" tests/lib.sh; do
  is "$(basename "$file") is no certificate with its key" \
    "$(refused --tls-cert "$file" | tail -n 1)" \
    "scimd: cannot listen on 127.0.0.1:0, or there is no certificate with its $(
    )key in $file: see the line above"
done
# An OpenSSL that has nothing of what is asked for, and nothing to mend it.
mkdir -p "$dir/alone/lib"
cp "${BUILD:-build}/scimd" "${BUILD:-build}"/scim.* "$dir/alone"
echo 'extern int nothing; int nothing;' |
  cc -x c - -shared -fPIC -o "$dir/alone/lib/libssl.so"
cp "$dir/alone/lib/libssl.so" "$dir/alone/lib/libcrypto.so"
is "where civetweb cannot do TLS, scimd says so, and what to do" \
  "$(LD_LIBRARY_PATH=$dir/alone/lib "$dir/alone/scimd" serve --db "$db" \
    --listen 127.0.0.1:0 --tls-cert "$pem" 2>&1 >/dev/null |
    grep -v '^truncating'; echo "${PIPESTATUS[0]}")" \
  "scimd: this civetweb cannot do TLS with the OpenSSL that is installed; $(
  )put a proxy in front instead
1"

# ---- stunnel in front, as shim/README.md has it

free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
start --public-url "https://localhost:$free/scim/v2"
sed -n '/^```ini$/,/^```$/p' shim/README.md | sed -n '/^\[scim\]/,/^```$/p' |
  sed '$d' | sed "s|^accept = .*|accept = 127.0.0.1:$free|
    s|^connect = .*|connect = $address|; s|^cert = .*|cert = $pem|" \
    >"$dir/scim.conf"
(echo 'foreground = yes'; echo "pid = $dir/pid"; cat "$dir/scim.conf") \
  >"$dir/stunnel.conf"
stunnel "$dir/stunnel.conf" 2>"$dir/stunnel.log" &
tunnel=$!
# It says that all is well before it listens.
for i in $(seq 400); do
  (: <>"/dev/tcp/127.0.0.1/$free") 2>/dev/null && break
  nap 0.05
done
is "through stunnel a user is made" \
  "$(create_over "https://localhost:$free/scim/v2" john)" \
  "201 https://localhost:$free/scim/v2/Users"
is "and read" "$(tls -H "$bearer" \
  "https://localhost:$free/scim/v2/Users?filter=userName+eq+%22john%22" |
  quick_jq .totalResults)" 1
kill "$tunnel"
wait "$tunnel"

finish
