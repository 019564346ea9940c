#!/bin/bash
# What others wrote to test SCIM servers, run against scimd; and the same
# requests sent to scimd and to two other servers.
#
#   BUILD=build bash tests/interop/interop.sh        from the top of the tree
#
# Programs come from PyPI, npm and Maven Central, in the versions named here, in
# requirements.txt and in clients/*.xml, into $BUILD/interop. Suites that are
# data lie in ../shared/suites, or in the folder that SUITES names; one that is
# not there has failed. Every suite gets a fresh scimd. README.md beside this
# file tells how results are judged.

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
export SCIMD=$BUILD/scimd SCIM_EXTENSION=$BUILD/scim
mkdir -p "$BUILD/interop"
home=$(realpath "$BUILD/interop")
data=${SUITES:-../shared/suites}
here=tests/interop
results=$home/results
bin=$home/python/bin
maven_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.6.1
node_packages='newman@6.2.2 scimmy@1.3.5 scimmy-routers@1.3.2 express@5.3.0'

# ---- Programs

# a_python: the first Python 3.11 or newer that can make environments.
a_python() {
  local python
  for python in /usr/bin/python3 python3; do
    "$python" -c 'import sys, venv, ensurepip
sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$python" && return
  done
  echo "needs Python 3.11 with venv (Debian: python3-venv)" >&2
  return 1
}

# install_client <name>: what a Java client is made of; its class path.
install_client() {
  mvn -q -B -ntp -f "$here/clients/$1.xml" -Dmaven.repo.local="$home/maven" \
    "$maven_plugin:build-classpath" -Dmdep.outputFile="$home/$1.classpath" \
    >"$home/maven.log" 2>&1 || { cat "$home/maven.log" >&2; return 1; }
}

install_programs() {
  local python wanted command
  wanted=$(cat $here/requirements.txt $here/clients/*.xml
    echo "$node_packages $maven_plugin")
  [ "$(cat "$home/installed" 2>/dev/null)" = "$wanted" ] && return
  python=$(a_python) || return 1
  for command in npm mvn javac; do
    command -v $command >/dev/null || { echo "needs $command" >&2; return 1; }
  done
  rm -rf "$home"
  mkdir -p "$home" &&
    "$python" -m venv "$home/python" &&
    "$bin/pip" install -q --disable-pip-version-check \
      -r $here/requirements.txt &&
    npm install --prefix "$home/node" --silent --no-audit --no-fund \
      $node_packages >/dev/null &&
    install_client unboundid && install_client scim-sdk &&
    echo "$wanted" >"$home/installed"
}

# ---- Suites
#
# Each is a function that runs with a server of its own (tests/shim/server.inc)
# and leaves its report in $report.json or .txt; its exit status is that of the
# suite.

scim2_tester() {
  SCIM_CLI_HEADERS=$bearer "$bin/scim" --url "$url" test \
    >"$report.txt" 2>&1
}

scim_sanity() {
  "$bin/scim-sanity" probe "$url" --token "$token" --json-output \
    --i-accept-side-effects >"$report.json" 2>"$results/log"
}

microsoft() {
  jq 'del(.item[] | select(.name == "Get Token"))' \
    "$data/microsoft/PostmanCollection.json" >"$results/collection.json"
  "$home/node/node_modules/.bin/newman" run "$results/collection.json" \
    --env-var Protocol=http --env-var "Server=${address%:*}" \
    --env-var "Port=:${address#*:}" --env-var Api=scim/v2 \
    --env-var "token=$token" --reporters json \
    --reporter-json-export "$report.json" >"$results/log" 2>&1
}

# The suite looks at the first user, who should be complete.
okta() {
  curl -s -o /dev/null -H "$bearer" -H "$json" "$url/Users" -d '{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "first@example.com", "active": true,
    "name": {"givenName": "First", "familyName": "User"},
    "emails": [{"value": "first@example.com", "primary": true}]}'
  /usr/bin/python3 $here/okta.py "$data/okta/Okta-SCIM-20-SPEC-Test.json" \
    "$url" "$token" >"$report.json"
}

# java_client <name> <class>: a driver of clients/, compiled and run.
java_client() {
  local path
  path=$(cat "$home/$1.classpath") &&
    javac -encoding UTF-8 -d "$home/$1" -cp "$path" \
      "$here/clients/"{Report,"$2"}.java &&
    java -XX:TieredStopAtLevel=1 -cp "$home/$1:$path" "$2" "$url" "$token" \
      >"$report.json"
}

unboundid() { java_client unboundid Unboundid; }

scim_sdk() { java_client scim-sdk ScimSdk; }

# run <suite> <function> [settings]: on a fresh server, with a tenant of these
# settings; notes how it ended.
run() {
  local report=$results/$1 settings=${3:-"{}"}
  echo 1 >"$report.status"
  (
    . tests/shim/server.inc
    : >"$dir/log"
    start --quiet
    sqlite3 "$db" "UPDATE scim_tenant SET settings = '$settings'"
    "$2"
    echo $? >"$report.status"
  )
}

# run_data <suite> [settings]: the same for a suite whose data lies elsewhere.
run_data() {
  if [ -d "$data/$1" ]; then
    run "$1" "$1" "${2-}"
  else
    echo 1 >"$results/$1.status"
    echo "there is no $data/$1: SUITES names the folder of such data" >&2
  fi
}

install_programs || exit 1
rm -rf "$results"
mkdir -p "$results"
rfc='{"preset":"rfc"}'
run scim2-tester scim2_tester
run scim2-tester-rfc scim2_tester "$rfc"
run scim-sanity scim_sanity
run scim-sanity-rfc scim_sanity "$rfc"
# The suite wants 204 of a PATCH, where RFC 7644 section 3.5.2 leaves it to the
# server; so does a setting.
run_data microsoft '{"patch_reply":"204"}'
run_data okta
run unboundid unboundid
run unboundid-rfc unboundid "$rfc"
# Pages of four, so that the client has to put all resources together.
run scim-sdk scim_sdk '{"page_default":4}'
"$bin/python" $here/differential.py "$home" >"$results/differential.json"
echo $? >"$results/differential.status"
/usr/bin/python3 $here/judge.py "$results"
