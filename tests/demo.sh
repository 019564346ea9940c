# make run: a database, a token, a server, and the line that creates a user.
#
#   sh tests/demo.sh build

BUILD=${1:-build}
LISTEN=${LISTEN:-127.0.0.1:8080}
db=$BUILD/demo.db
rm -f "$db" "$db-wal" "$db-shm"
"$BUILD/scimd" init --db "$db" >/dev/null || exit 1
secret=$("$BUILD/scimd" token add --db "$db" --label demo) || exit 1

cat <<END
Tenant URL    http://$LISTEN/scim/v2
Secret Token  $secret

Create a user:

curl -s -H 'Authorization: Bearer $secret' -H 'Content-Type: application/scim+json' -d '{"userName":"ann@example.com","name":{"givenName":"Ann","familyName":"Alm"}}' http://$LISTEN/scim/v2/Users

Ask who is there:

sqlite3 $db 'SELECT user_name, active, created FROM scim_user'

Ctrl-C stops it.
END
exec "$BUILD/scimd" serve --db "$db" --listen "$LISTEN"
