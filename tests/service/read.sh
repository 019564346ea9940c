#!/bin/bash
# GET of one resource (RFC 7644 section 3.4.1).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user ann '"title":"T","nickName":"N"'
apply POST /Groups '{"displayName":"g","members":[{"value":"ann"}]}' \
  '{"id":"g"}' >/dev/null

show() { # show TARGET: the status and the names of what is shown
  ask '[.status, (.body | del(.schemas, .id, .meta) | keys[])] | join(" ")' \
    GET "$1"
}
is "a resource is shown whole" "$(show /Users/ann)" \
  "200 active groups nickName title userName"
is "or what attributes name" "$(show '/Users/ann?attributes=title,groups')" \
  "200 groups title"
is "or without what excludedAttributes name" \
  "$(show '/Users/ann?excludedAttributes=title,groups')" \
  "200 active nickName userName"
is "what it always shows stays" \
  "$(ask '.body | has("id")' GET '/Users/ann?excludedAttributes=id')" true
is "a user is no group" "$(ask '[.status, .body.detail] | join(" ")' \
  GET /Groups/ann)" "404 there is no Group 'ann'"
is "HEAD answers with the body, which the shim leaves out" \
  "$(ask .body.userName HEAD /Users/ann)" ann
is "a resource of another tenant is none" "$(
  sql "INSERT INTO scim_tenant (name) VALUES ('other')"
  ask '[.status, .body.detail] | join(" ")' GET /Users/ann '' \
    '{"tenant":"other"}')" "404 there is no User 'ann'"
is "one whose type has gone is none either" "$(
  sql "DELETE FROM scim_resource_type WHERE name = 'Group'"
  ask '[.status, .body.detail] | join(" ")' GET /Groups/g)" \
  "404 there is no endpoint '/Groups/g'"
is "a read changes nothing" "$(sql "SELECT count(*) FROM scim_log")" 2

finish
