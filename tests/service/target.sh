#!/bin/bash
# How a target is taken apart: segments and what is encoded in them, the
# method, and the parameters. What is at a place is in route.sh.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann

# ---- Segments

# place TARGET: the status of a GET, and what a 404 says is not there.
place() {
  ask '[.status, .body.detail // .body.id // .body.totalResults] | join(" ")' \
    GET "$1"
}
is "an empty target is the root" "$(place '')" "200 1"
is "so is one slash" "$(place /)" "200 1"
is "and many" "$(place ///)" "200 1"
is "the slash at the beginning may be missing" "$(place Users/ann)" "200 ann"
is "empty segments do not count" "$(place //Users//ann//)" "200 ann"
is "segments are decoded" "$(place '/%55sers/%61nn')" "200 ann"
is "once: %2561 is the text %61" "$(place '/Users/%2561nn')" \
  "404 there is no User '%61nn'"
is "in either case of the digits" "$(place '/Users/%6A%6a')" \
  "404 there is no User 'jj'"
is "a percent without two digits is a percent" "$(place '/Users/50%')" \
  "404 there is no User '50%'"
is "and with one that is none" "$(place '/Users/%g1')" \
  "404 there is no User '%g1'"
is "a plus is a plus in a path" "$(place '/Users/a+b')" \
  "404 there is no User 'a+b'"
is "an encoded slash is part of the id" "$(place '/Users/a%2Fann')" \
  "404 there is no User 'a/ann'"
is "an encoded question mark as well" "$(place '/Users/ann%3Fx=1')" \
  "404 there is no User 'ann?x=1'"
is "dots are a name like others: nothing leads upwards" \
  "$(place '/Users/../Users/ann')" "404 there is no endpoint '/Users/../Users/ann'"
is "as an id" "$(place '/Users/..')" "404 there is no User '..'"
is "a third segment is nowhere" "$(place '/Users/ann/name')" \
  "404 there is no endpoint '/Users/ann/name'"
is "nor is a tenth" "$(place '/1/2/3/4/5/6/7/8/9/10')" \
  "404 there is no endpoint '/1/2/3/4/5/6/7/8/9/10'"
is "what is not UTF-8 once it is decoded is nowhere" "$(place '/%FF')" \
  "404 there is no endpoint '/%FF'"
is "as an id as well" "$(place '/Users/%C0%80')" \
  "404 there is no endpoint '/Users/%C0%80'"
is "a NUL ends no endpoint" "$(place '/Users%00x')" \
  "404 there is no endpoint '/Users%00x'"
is "and no id" "$(place '/Users/ann%00')" \
  "404 there is no endpoint '/Users/ann%00'"
is "what is not UTF-8 as it stands is no target" "$(sql "
  SELECT scim_apply('GET', CAST(x'2F55FF' AS TEXT)) ->> '\$.body.detail'")" \
  "the method or the target is missing or not valid UTF-8"

# ---- The method

is "a method counts in upper case only" "$(ask .status get /Users)" 405
is "HEAD is GET" "$(ask '.status, .body.totalResults' HEAD /Users)" "200
1"
is "an empty method is none" "$(ask '.status, .body.detail' '' /Users)" "400
the method or the target is missing or not valid UTF-8"
is "a target is wanted" "$(sql "SELECT scim_apply('GET', NULL) ->> 'status'")" \
  200

# ---- Searches

posts() { ask .status POST "$1" '{"count":0}'; }
is ".search may be encoded" "$(posts '/Users/%2Esearch') $(posts '/%2esearch')" \
  "200 200"
is "it counts in lower case only" "$(posts /Users/.Search)" 405
is "an encoded slash before it makes another id" "$(posts /Users/%2F.search)" 405
is "a NUL behind it does too" "$(posts /.search%00) $(posts /Users/.search%00x)" \
  "404 404"

# ---- Parameters

# total QUERY [METHOD BODY]: how many a list has, or what is wrong.
total() { ask '.body.totalResults // .body.detail' GET "/Users?$1"; }
is "a parameter is decoded" "$(total 'filter=userName%20eq%20%22ann%22')" 1
is "a plus in a query is a space" "$(total 'filter=userName+eq+"ann"')" 1
is "an encoded plus is a plus" "$(total 'filter=userName+eq+"a%2Bn"')" 0
# What .NET and Python write for a moment in UTC, left as it is by many a client.
is "one in front of the offset of a time can be nothing else" \
  "$(total 'filter=meta.created%20gt%20%222020-02-01T09:00:00+00:00%22')" 1
is "an encoded & does not part parameters" \
  "$(total 'filter=userName+eq+"a%26count=0"')" 0
is "names count in any case" "$(total 'FILTER=userName+eq+"bob"')" 0
is "and encoded" "$(total 'f%69lter=userName+eq+"bob"')" 0
is "the first of two counts" \
  "$(total 'filter=userName+eq+"ann"&filter=userName+eq+"bob"')" 1
is "an equals sign may be in a value" "$(total 'filter=userName+eq+"a=b"')" 0
is "empty pairs do no harm" "$(total '&&count=1&')" 1
is "what nobody knows is ignored" "$(total 'aadOptscim062020&x=%ff')" 1
is "a second question mark is part of the value" "$(total 'x=?count=0')" 1
is "a value that is not UTF-8 names its parameter" "$(total 'filter=%ff')" \
  "the parameter 'filter' is not valid UTF-8"
is "in a search the query has no parameters" \
  "$(ask .body.totalResults POST '/Users/.search?filter=nonsense' '{}')" 1
# wrong MEMBERS: what a SearchRequest with them is told.
wrong() {
  ask '[.status, .body.scimType, .body.detail] | join(" ")' POST \
    "${2:-/Users/.search}" "{$1}"
}
scalar="must be a string or a number"
for value in '{}' '[]' true '[1]' '{"a":1}'; do
  is "N6: a count of $value is refused" "$(wrong "\"count\":$value")" \
    "400 invalidValue the parameter 'count' $scalar"
done
is "N6: so is a startIndex" "$(wrong '"startIndex":[2]')" \
  "400 invalidValue the parameter 'startIndex' $scalar"
is "N6: so is a sortBy" "$(wrong '"sortBy":["userName"]')" \
  "400 invalidValue the parameter 'sortBy' $scalar"
is "N6: so is a sortOrder" "$(wrong '"sortBy":"id","sortOrder":{}')" \
  "400 invalidValue the parameter 'sortOrder' $scalar"
is "N6: so is a filter" "$(wrong '"filter":["id pr"]')" \
  "400 invalidFilter the parameter 'filter' $scalar"
is "N6: so is a cursor" "$(wrong '"cursor":false')" \
  "400 invalidCursor the parameter 'cursor' $scalar"
is "N6: so is a count by cursor" "$(wrong '"cursor":"","count":{}')" \
  "400 invalidCount the parameter 'count' $scalar"
is "N6: at the root too" "$(wrong '"count":{}' /.search)" \
  "400 invalidValue the parameter 'count' $scalar"
for name in attributes excludedAttributes; do
  for value in '{}' 5 true '["id",5]' '[["id"]]' '[null]'; do
    is "N6: $name of $value is refused" "$(wrong "\"$name\":$value")" \
      "400 invalidValue the parameter '$name' must be a list of names"
  done
done
is "null is as good as nothing" "$(ask .body.totalResults POST /Users/.search \
  '{"count":null,"attributes":null,"sortBy":null}')" 1
is "names may be in one string" "$(ask '.body.Resources[0] | keys' POST \
  /Users/.search '{"attributes":"userName,meta"}')" \
  '["id","meta","schemas","userName"]'

# shown QUERY: what a user has in the reply.
shown() { ask '.body | keys | join(" ")' GET "/Users/ann?$1"; }
is "N23: attributes given twice are one list" \
  "$(shown 'attributes=userName&attributes=meta')" "id meta schemas userName"
is "N23: in any case, and with commas in each" \
  "$(shown 'attributes=userName,active&x=1&ATTRIBUTES=meta')" \
  "active id meta schemas userName"
is "N23: and so is excludedAttributes" \
  "$(shown 'excludedAttributes=meta&excludedAttributes=active')" \
  "id schemas userName"
is "N23: an empty one among them does no harm" \
  "$(shown 'attributes=&attributes=meta')" "id meta schemas"
is "N5: of both attributes and excludedAttributes both hold" \
  "$(shown 'attributes=userName,meta&excludedAttributes=meta')" \
  "id schemas userName"

finish
