#!/bin/bash
# /ServiceProviderConfig, /ResourceTypes and /Schemas (RFC 7644 section 4,
# RFC 7643 sections 5 to 7, RFC 9865 section 4).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

core=urn:ietf:params:scim:schemas:core:2.0
enterprise=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
list=urn:ietf:params:scim:api:messages:2.0:ListResponse
base='{"base_url":"https://h/v2"}'

# ---- ServiceProviderConfig

config() { ask "$1" GET /ServiceProviderConfig "" "$base"; }
is "the configuration is one document" "$(config \
  '[.status, .body.schemas[0], .body.meta.resourceType, .body.meta.location] |
   join(" ")')" "200 $core:ServiceProviderConfig ServiceProviderConfig \
https://h/v2/ServiceProviderConfig"
is "everything optional is there, but for passwords" "$(config \
  '.body | [.patch, .bulk, .filter, .sort, .etag, .changePassword] |
   map(.supported)')" "[true,true,true,true,true,false]"
is "pages go by cursor and by index" \
  "$(config '.body.pagination | [.cursor, .index, .defaultPaginationMethod]')" \
  '[true,true,"index"]'
is "the limits are those without settings" \
  "$(config '.body | [.filter.maxResults, .bulk.maxOperations,
     .bulk.maxPayloadSize, .pagination.defaultPageSize,
     .pagination.maxPageSize, .pagination.cursorTimeout]')" \
  "[1000,1000,16777216,100,1000,3600]"
is "the way to authenticate is a bearer token" \
  "$(config '.body.authenticationSchemes[] |
     [.type, (.name | length > 0), (.description | length > 0)]')" \
  '["oauthbearertoken",true,true]'
tenant '{"page_max":50,"page_default":7,"bulk_operations":9,"max_body":5000}'
is "the limits follow the settings" \
  "$(config '.body | [.filter.maxResults, .bulk.maxOperations,
     .bulk.maxPayloadSize, .pagination.defaultPageSize,
     .pagination.maxPageSize]')" "[50,9,5000,7,50]"
is "a tenant's settings are its own" \
  "$(sql "INSERT INTO scim_tenant (name) VALUES ('acme')"
     ask .body.filter.maxResults GET /ServiceProviderConfig "" \
       '{"tenant":"acme"}')" 1000
sql "DROP TRIGGER scim_tenant_update" # which would refuse these
tenant '{"page_max":-1,"bulk_operations":"many","page_default":5000}'
is "settings that make no sense do not show" \
  "$(config '.body | [.filter.maxResults, .bulk.maxOperations,
     .pagination.defaultPageSize]')" "[1000,1000,1000]"
tenant '{}'

# ---- ResourceTypes

types() { ask "$2" GET "/ResourceTypes$1" "" "$base"; }
is "the resource types are a list" "$(types "" '.body |
  [.schemas[0], .totalResults, (.Resources | map(.id))]')" \
  "[\"$list\",2,[\"User\",\"Group\"]]"
is "a type has what the RFC asks for" "$(types /User '.body |
  [.schemas[0], .id, .name, .endpoint, .schema, .meta.resourceType,
   .meta.location] | join(" ")')" "$core:ResourceType User User /Users \
$core:User ResourceType https://h/v2/ResourceTypes/User"
is "and its extensions" "$(types /User '.body.schemaExtensions')" \
  "[{\"schema\":\"$enterprise\",\"required\":false}]"
is "an unknown type is 404" "$(types /Car .status)" 404

# ---- Schemas

schemas() { ask "$2" GET "/Schemas$1" "" "$base"; }
is "the schemas are a list" "$(schemas "" '.body |
  [.schemas[0], .totalResults] + (.Resources | map(.id) | sort)')" \
  "[\"$list\",3,\"$core:Group\",\"$core:User\",\"$enterprise\"]"
is "a schema has what the RFC asks for" "$(schemas "/$core:User" '.body |
  [.schemas[0], .id, .name, .meta.resourceType, .meta.location] | join(" ")')" \
  "$core:Schema $core:User User Schema https://h/v2/Schemas/$core:User"
is "the URN counts in any case" \
  "$(schemas "/URN:ietf:params:scim:schemas:core:2.0:user" .body.id)" \
  "$core:User"
is "and may be encoded" "$(schemas "/${core//:/%3A}%3AUser" .body.id)" \
  "$core:User"
is "an unknown schema is 404" "$(schemas /urn:x .status)" 404
is "what is for inside use does not show" \
  "$(schemas "/$core:Common" .status)" 404
is "every attribute has all its characteristics" "$(schemas "" \
  '[.body.Resources[].attributes[] | (., .subAttributes[]?) |
    select([.name, .type, .mutability, .returned] | any(. == null))
    | .name] | length')" 0
is "attributes are what the RFC has them to be" "$(schemas "/$core:User" \
  '.body.attributes[] | select(.name == "userName") |
   [.type, .multiValued, .required, .caseExact, .mutability, .returned,
    .uniqueness]')" \
  '["string",false,true,false,"readWrite","default","server"]'

# ---- All of them

is "N13: a filter on the configuration is ignored" \
  "$(ask '[.status, .body.filter.supported]' GET \
     '/ServiceProviderConfig?filter=id%20pr')" '[200,true]'
is "N13: a wrong one too" \
  "$(ask .status GET '/ServiceProviderConfig?filter=%22')" 200
for endpoint in /ServiceProviderConfig /ResourceTypes /Schemas; do
  [ "$endpoint" = /ServiceProviderConfig ] ||
    is "$endpoint cannot be filtered" \
      "$(ask '.status, .body.detail' GET "$endpoint?filter=id%20pr")" "403
'$endpoint' cannot be filtered"
  is "$endpoint counts in any case" "$(ask .status GET "${endpoint,,}")" 200
  for method in POST PUT PATCH DELETE; do
    is "$method $endpoint is not allowed" \
      "$(ask '[.status, .headers.Allow]' $method "$endpoint" '{}')" \
      '[405,"GET"]'
  done
  is "$endpoint is shown to nobody with a wrong token" \
    "$(ask .status GET "$endpoint" "" '{"authorization":"Bearer no"}')" 401
done
is "pages and sorts are ignored" "$(ask .body.totalResults GET \
  '/Schemas?startIndex=2&count=1&sortBy=id')" 3
is "the configuration has nothing below it" \
  "$(ask '.status, .body.detail' GET /ServiceProviderConfig/x)" "404
there is no 'x' here"
finish
