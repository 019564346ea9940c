# make run: a database, a token, a server, and the line that creates a user.
# make run-tls: the same over https, with a certificate that it makes itself.
#
#   sh tests/demo.sh build [tls]

BUILD=${1:-build}
TLS=${2:-}
scheme=http
if [ "$TLS" ]; then
  # A name that curl finds in the certificate.
  LISTEN=${LISTEN:-127.0.0.1:8443}
  scheme=https
  pem=$BUILD/demo.pem
  (umask 077 && openssl req -x509 -newkey ec -nodes -days 30 \
    -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,IP:${LISTEN%:*}" \
    -keyout "$pem" -out "$pem.crt" 2>/dev/null && cat "$pem.crt" >>"$pem") ||
    exit 1
fi
LISTEN=${LISTEN:-127.0.0.1:8080}
db=$BUILD/demo.db
rm -f "$db" "$db-wal" "$db-shm"
"$BUILD/scimd" init --db "$db" >/dev/null || exit 1
secret=$("$BUILD/scimd" token add --db "$db" --label demo) || exit 1

cat <<END
Tenant URL    $scheme://$LISTEN/scim/v2
Secret Token  $secret

Create a user:

curl -s${pem:+ --cacert $pem.crt} -H 'Authorization: Bearer $secret' -H 'Content-Type: application/scim+json' -d '{"userName":"ann@example.com","name":{"givenName":"Ann","familyName":"Alm"}}' $scheme://$LISTEN/scim/v2/Users

Ask who is there:

sqlite3 $db 'SELECT user_name, active, created FROM scim_user'

Ctrl-C stops it.
END
exec "$BUILD/scimd" serve --db "$db" --listen "$LISTEN" ${pem:+--tls-cert "$pem"}
