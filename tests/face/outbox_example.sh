#!/bin/bash
# The mailer of README.md, as it stands there but for the file, the port and how
# long it sleeps: two of them at once, one that is killed, and many kills. Every
# invitation is sent, and but for what was killed between sending and saying so,
# once; what is sent again has the Message-ID of before. A claim's ten minutes
# are not waited for: the test dates the claim back.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
sql ".timeout 10000" # the workers write too
workers=()
clean_up() {
  kill -KILL "${workers[@]}" "${server:-}" 2>/dev/null
  wait "${workers[@]}" "${server:-}" 2>/dev/null
  rm -rf "$folder"
}
trap clean_up EXIT

# part <n>: the nth block of code of the section.
part() {
  awk -v wanted="$1" '
    /^## / { below = $0 == "## Invite whom an identity provider creates" }
    below && /^```/ { inside = !inside; if (inside) number++; next }
    below && inside && number == wanted' README.md
}
sql "PRAGMA journal_mode = WAL; SELECT scim_init()" >/dev/null
part 1 | sed '1d;$d' | stock "$db"

# A mail server: it writes "Message-ID address" for each mail, as one line. A mail
# to slow@ it keeps waiting until there is a file of that name.
cat >"$folder/server.py" <<'PY'
import os, socketserver, sys, time
folder = sys.argv[1]
class Mail(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + '\r\n').encode())
    def handle(self):
        self.say('220 test')
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b'RCPT':
                to = line.decode().split('<')[1].split('>')[0]
                if to.startswith('refused'):
                    self.say('550 nobody here')
                    continue
            if word == b'DATA':
                self.say('354 go on')
                body = []
                for line in self.rfile:
                    if line == b'.\r\n':
                        break
                    body.append(line.decode().strip())
                if to.startswith('slow') and not os.path.exists(folder + '/slow'):
                    open(folder + '/waiting', 'w').close()
                    while not os.path.exists(folder + '/slow'):
                        time.sleep(0.02)
                    return
                name = [l for l in body if l.startswith('Message-ID')][0].split()[1]
                log = os.open(folder + '/sent', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                os.write(log, f'{name} {to}\n'.encode())
                os.close(log)
            self.say('221 bye' if word == b'QUIT' else '250 fine')
            if word == b'QUIT':
                return
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
server = Server(('127.0.0.1', 0), Mail)
open(folder + '/port', 'w').write(str(server.server_address[1]))
server.serve_forever()
PY
python3 "$folder/server.py" "$folder" 2>/dev/null &
server=$!
await test -s "$folder/port"
part 2 | sed "s|people.db|$db|; s|'localhost', 25|'127.0.0.1', $(<"$folder/port")|
  s|time.sleep(1)|time.sleep(0.1)|" >"$folder/mailer.py"
is "the mailer has twenty lines at most" \
  "$(($(grep -c . "$folder/mailer.py") <= 20))" 1

worker() { python3 "$folder/mailer.py" 2>>"$folder/errors" & workers+=($!); }
# A worker is ended and the shell not told of it.
kills=0
strike() {
  kill -KILL "$1"
  wait "$1" 2>/dev/null
  kills=$((kills + 1))
}

# people <prefix> <from> <to>: as many users as this, by one request each.
people() {
  sql "WITH RECURSIVE n (i) AS (SELECT $2 UNION ALL SELECT i + 1 FROM n
      WHERE i < $3)
    SELECT scim_apply('POST', '/Users', json_object('userName', '$1' || i,
      'emails', json_array(json_object('value', '$1' || i || '@example.com')))
      ) ->> 'status' FROM n" | sort | uniq -c | sed 's/^ *//'
}
# Ten minutes pass for what is claimed and not done.
lapse() {
  sql "UPDATE scim_outbox SET claimed = '2026-01-01T00:00:00.000Z'
    WHERE done IS NULL"
}
# or_idle COMMAND: does it succeed, or does no worker run any more? Then there is
# nothing to wait for, and the checks say what is missing.
or_idle() { "$@" || ! kill -0 "${workers[@]}" 2>/dev/null; }
# settled: does no job wait that may be done?
settled() {
  query "SELECT count(*) FROM scim_outbox WHERE done IS NULL AND tries < 5"
  [ "$answer" = 0 ]
}
sent() { sort "$folder/sent" | uniq -c | sed 's/^ *//'; }

# ---- two at once

worker
worker
is "a hundred people are created while two mailers run" "$(people a 1 100)" \
  "100 201"
await or_idle settled
is "each gets one mail" "$(sent | cut -d' ' -f1 | sort | uniq -c |
  sed 's/^ *//')" "100 1"
is "at their address, with the number of their job" "$(
  sql "SELECT '<invite-' || o.job || '@learn.example> ' || u.email
         FROM scim_outbox AS o JOIN scim_user AS u USING (tenant, id)" | sort |
    diff - <(sort "$folder/sent"))" ""
is "all at the first try" "$(sql "SELECT count(*), max(tries), count(error)
  FROM scim_outbox")" "100|1|0"
is "by hand one is sent again" "$(sql "INSERT INTO scim_outbox (tenant, id, kind)
    SELECT tenant, id, 'invite' FROM scim_user WHERE user_name = 'a7'" ".print"
  await or_idle settled; grep -c ' a7@' "$folder/sent")" "
2"

# ---- one is killed while it sends

rm "$folder/sent"
strike "${workers[1]}"
people slow 1 1 >/dev/null
await or_idle test -e "$folder/waiting"
strike "${workers[0]}"
workers=()
worker
people b 1 20 >/dev/null
others_sent() { [ "$(grep -cs ' b' "$folder/sent")" = 20 ]; }
await or_idle others_sent
touch "$folder/slow"
is "what is claimed by who was killed is left alone for ten minutes" "$(
  sql "SELECT tries, done IS NULL FROM scim_outbox WHERE id = (SELECT id
    FROM scim_user WHERE user_name = 'slow1')") $(grep -c ' slow1@' \
    "$folder/sent")" "1|1 0"
lapse
await or_idle settled
is "who is killed before a mail is sent leaves it to another" \
  "$(grep -c ' slow1@' "$folder/sent") $(sql "SELECT tries FROM scim_outbox
    WHERE id = (SELECT id FROM scim_user WHERE user_name = 'slow1')")" "1 2"
is "and nobody gets two" "$(sent | cut -d' ' -f1 | sort | uniq -c |
  sed 's/^ *//')" "21 1"

# ---- many kills

rm "$folder/sent"
worker
people c 1 60 >/dev/null &
creating=$!
kills=0
for i in $(seq 20); do
  sleep "0.0$((RANDOM % 9 + 1))"
  victim=$((RANDOM % ${#workers[@]}))
  strike "${workers[victim]}"
  unset 'workers[victim]'
  workers=("${workers[@]}")
  worker
done
wait "$creating"
# Those who live are idle before what the others had claimed is taken again. A
# kill may cost a job one of its tries, and chance all five.
nothing_to_claim() {
  [ "$(sql "SELECT count(*) FROM scim_outbox
    WHERE done IS NULL AND tries < 5 AND claimed IS NULL")" = 0 ]
}
await or_idle nothing_to_claim
for victim in "${workers[@]}"; do strike "$victim"; done
workers=()
sql "UPDATE scim_outbox SET tries = 0 WHERE done IS NULL"
lapse
worker
await or_idle settled
is "after $kills kills every job is done" "$(sql "SELECT count(*), count(done)
  FROM scim_outbox WHERE id IN (SELECT id FROM scim_user
   WHERE user_name GLOB 'c*')")" "60|60"
is "and every mail sent" "$(sort -u "$folder/sent" | wc -l)" 60
again=$(($(wc -l <"$folder/sent") - 60))
is "none again but what was killed before it said so" \
  "$((again <= kills))" 1

# ---- what cannot be sent

people refused 1 1 >/dev/null
refused_often() {
  lapse
  [ "$(sql "SELECT max(tries) FROM scim_outbox WHERE error IS NOT NULL")" = 5 ]
}
await or_idle refused_often
is "five tries, then it is left alone, with the reason" "$(sql "
  SELECT tries, done IS NULL, error LIKE '%nobody here%' FROM scim_outbox
   WHERE error IS NOT NULL")" "5|1|1"
is "and scim_status tells" "$(sql "SELECT failures ->> '\$[0].cause'
  FROM scim_status WHERE tenant = 'default'")" outbox
is "the mailers complain of nothing" "$(cat "$folder/errors")" ""

finish
