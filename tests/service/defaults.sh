#!/bin/bash
# Rows of scim_index and scim_default: what is refused, and that none of them,
# and no type that goes, makes requests fail.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# ---- What a database begins with

is "nothing is wrong at first" "$(sql "SELECT * FROM scim_mistake")" ""
is "the columns are those of the definitions" "$(sql "
  SELECT count(*) FROM scim_schema
   WHERE id IS DISTINCT FROM definition ->> 'id';
  SELECT count(*) FROM scim_resource_type
   WHERE (name, endpoint) IS DISTINCT FROM
         (definition ->> 'name', definition ->> 'endpoint')")" "0
0"
common() { # the attributes of all resources, as paths
  jq -r '.attributes[] | [.name, .type, .multiValued, .mutability],
         (.name as $of | .subAttributes[]? |
          [$of + "." + .name, .type, .multiValued, .mutability]) |
         map(tostring | ascii_downcase) | join("|")' sql/schemas/Common.json
}
is "scim_path knows the attributes of Common.json" "$(sql "
  SELECT lower(path), kind, iif(multi_valued, 'true', 'false'), mutability
    FROM scim_path WHERE type = 'Group' AND schema IS NULL" | sort)" \
  "$(common | sort)"

sql "INSERT INTO scim_schema (definition) VALUES ('{\"id\":\"urn:t:Thing\",
       \"attributes\":[{\"name\":\"text\"},{\"name\":\"on\",\"type\":\"boolean\"},
       {\"name\":\"count\",\"type\":\"integer\"},
       {\"name\":\"weight\",\"type\":\"decimal\"},
       {\"name\":\"when\",\"type\":\"dateTime\"},
       {\"name\":\"key\",\"type\":\"binary\"},
       {\"name\":\"link\",\"type\":\"reference\"},
       {\"name\":\"words\",\"multiValued\":true},
       {\"name\":\"seen\",\"mutability\":\"readOnly\"},
       {\"name\":\"part\",\"type\":\"complex\",\"subAttributes\":[
         {\"name\":\"value\",\"required\":true},
         {\"name\":\"size\",\"type\":\"integer\"},
         {\"name\":\"tags\",\"multiValued\":true}]},
       {\"name\":\"parts\",\"type\":\"complex\",\"multiValued\":true,
        \"subAttributes\":[{\"name\":\"value\"},
         {\"name\":\"primary\",\"type\":\"boolean\"}]}]}');
     INSERT INTO scim_resource_type (definition) VALUES ('{\"name\":\"Thing\",
       \"endpoint\":\"/Things\",\"schema\":\"urn:t:Thing\"}')"

# message: of a refusal, what is wrong.
message() { sed -n "s/.*JSON path error near '\(.*\)'/\1/p"; }

# ---- scim_index

index() { # index TYPE ATTRIBUTE
  sql "INSERT INTO scim_index (type, attribute)
       VALUES ('$1', $(literal "$2"))" | message
}
is "an index of an attribute that is not there is refused" \
  "$(index User tytle)" "User.tytle, attribute names no attribute of a resource"
is "and of a sub-attribute" "$(index User name.given)" \
  "User.name.given, attribute names no attribute of a resource"
is "and of a type that is not there" "$(index Usr title)" \
  "Usr.title, attribute names no attribute of a resource"
is "and of one in another case, which is never built" "$(index user title)" \
  "user.title, attribute names no attribute of a resource"
is "and of a complex attribute" "$(index User emails)" \
  "User.emails, attribute is complex: name one of its sub-attributes"
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
is "every spelling of what is there is taken" "$(index User title
  index User NAME.familyname; index User employeeNumber
  index User $enterprise:department; index User meta.created
  index User urn:ietf:params:scim:schemas:core:2.0:User:nickName
  index Group members.value; index Thing parts.value)" ""
is "and built" "$(ask .status POST /Users '{"userName":"a"}'
  sql "SELECT count(*) FROM scim_index WHERE NOT built")" "201
0"
is "to name another one is checked too" \
  "$(sql "UPDATE scim_index SET attribute = 'tytle' WHERE attribute = 'title'" |
     message)" "User.tytle, attribute names no attribute of a resource"

# ---- scim_default

# default ATTRIBUTE VALUE: what is wrong with it, else the status of a create
# that leaves everything out.
default() {
  local answer
  query "DELETE FROM scim_default WHERE type = 'Thing'"
  query "INSERT INTO scim_default (type, attribute, value)
         VALUES ('Thing', '$1', $(literal "$2"))"
  [[ $answer =~ "JSON path error near '"([^$'\n']*)"'" ]] &&
    printf '%s\n' "${BASH_REMATCH[1]#Thing.}"
  sql "WITH reply (r) AS MATERIALIZED (
         SELECT scim_apply('POST', '/Things', '{\"externalId\":\"x\"}'))
       SELECT r ->> 'status' ||
              iif(r ->> '\$.body.$1' IS NULL, char(10) || 'none', '')
         FROM reply"
}
each() { # each ATTRIBUTE VALUE…: the values that are taken, and that all work
  local attribute=$1 value got
  shift
  for value in "$@"; do
    got=$(default "$attribute" "$value")
    case $got in
      201) printf '%s ' "$value" ;;
      *"
201
none") ;;
      *) printf '(%s gives %s) ' "$value" "$got" ;;
    esac
  done
}
is "a default of an attribute that is not there" "$(default texte '"x"')" \
  "texte, attribute names no attribute of a resource
201
none"
is "or of a sub-attribute" "$(default part.size 1)" \
  "part.size, attribute names no attribute of a resource
201
none"
is "or of one that the server sets" "$(default seen '"x"')" \
  "seen, attribute is readOnly
201
none"
is "or that is no JSON" "$(default text x)" "text, definition must be JSON
201
none"
is "an object for text" "$(default text '{"a":1}')" \
  "text, value must be of type string
201
none"
is "half a surrogate pair" "$(default text '"\ud800"')" \
  "text, definition has half a surrogate pair in it
201
none"
values=('null' 'true' '"true"' '0' '1.5' '"x"' '"YWJj"' '"2026-11-21T09:30:00Z"'
  '[]' '["x"]' '[1]' '{}' '{"value":"x"}' '{"value":1}' '[{"value":"x"}]'
  '[{"value":1}]' '[{"x":1}]')
taken && is "text may be" "$(each text "${values[@]}")" \
  '"true" "x" "YWJj" "2026-11-21T09:30:00Z" '
taken && is "a boolean may be" "$(each on "${values[@]}")" 'true '
taken && is "an integer may be" "$(each count "${values[@]}" 2.0 -7 1e3 1e400)" \
  '0 2.0 -7 1e3 '
taken && is "a decimal may be" "$(each weight "${values[@]}" -1e-3 1e400)" '0 1.5 -1e-3 '
taken && is "a time may be" "$(each when "${values[@]}" '"2026-02-30T09:30:00Z"' \
  '"2026-11-21T09:30:00.5+01:00"' '"2026-11-21T09:30:00"' '"2026-11-21"' \
  '"2026-11-21T09:30:00.Z"' '"2026-11-21T09:30:00ZZ"' \
  '"2026-11-21T24:30:00Z"' '"2026-11-21T09:30:00+1:0"')" \
  '"2026-11-21T09:30:00Z" "2026-11-21T09:30:00.5+01:00" '
taken && is "binary data may be" "$(each key "${values[@]}" '"YQ=="' '"YQ="' '"YQ"' \
  '"Y"' '"="' '"Y==="')" '"true" "YWJj" "YQ==" "YQ" '
taken && is "a reference may be" "$(each link '"https://x"' 5)" '"https://x" '
taken && is "a list of text may be" "$(each words "${values[@]}")" '["x"] '
taken && is "an object may be" "$(each part "${values[@]}" '{"value":"x","size":1}' \
  '{"value":"x","size":"1"}' '{"VALUE":"x"}' '{"value":"x","tags":["a"]}' \
  '{"value":"x","tags":[1]}' '{"value":"x","tags":"a"}' \
  '{"value":"x","value":"y"}' '{"value":null}' '{"value":""}')" \
  '{"value":"x"} {"value":"x","size":1} {"VALUE":"x"} '\
'{"value":"x","tags":["a"]} '
taken && is "a list of objects may be" "$(each parts "${values[@]}" \
  '[{"value":"x","primary":true}]')" \
  '[{"value":"x"}] [{"value":"x","primary":true}] '

enough 10

# ---- What is there all the same

sql "DROP TRIGGER scim_default_insert; DROP TRIGGER scim_index_insert;
     DELETE FROM scim_default WHERE type = 'Thing';
     INSERT INTO scim_default (type, attribute, value) VALUES
       ('Thing', 'text', '{\"a\":1}'), ('Thing', 'on', 'maybe'),
       ('Thing', 'count', '\"\ud800\"'), ('Thing', 'nothing', '1'),
       ('Nothing', 'text', '\"x\"'), ('Thing', 'words', '[\"w\"]');
     INSERT INTO scim_index (type, attribute) VALUES ('Thing', 'nothing'),
       ('Nothing', 'text'), ('thing', 'text'), ('Thing', 'part');
     UPDATE scim_meta SET value = value + 1 WHERE name = 'generation'"
is "a default that makes no sense is none, and the others hold" \
  "$(ask '[.status, .body.text, .body.words]' POST /Things '{"count":1}')" \
  '[201,null,["w"]]'
is "all of it is listed" "$(sql "
  SELECT source, definition FROM scim_mistake ORDER BY 1, 2" | sort -u)" \
"scim_default|Nothing.text
scim_default|Thing.count
scim_default|Thing.nothing
scim_default|Thing.on
scim_default|Thing.text
scim_index|Nothing.text
scim_index|Thing.nothing
scim_index|Thing.part
scim_index|thing.text"
is "a type goes, its indexes and defaults stay and do no harm" "$(
  sql "DELETE FROM scim_resource_type WHERE name = 'Thing'"
  ask .status POST /Users '{"userName":"b"}'
  ask .status GET /Things)" "201
404"
is "the rules do without LIKE, whatever it means" "$(sqlite3 \
  -cmd "PRAGMA case_sensitive_like = on" -cmd ".load $extension" :memory: "
  SELECT scim_init() > 0;
  INSERT INTO scim_schema (definition)
  VALUES ('{\"id\":\"URN:t\",\"attributes\":[{\"name\":\"a\",
          \"mutability\":\"readWRITE\"}]}')" 2>&1)" 1
finish
