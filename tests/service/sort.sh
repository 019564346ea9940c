#!/bin/bash
# sortBy and sortOrder (RFC 7644 section 3.4.2.3).
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

user d '"name":{"familyName":"Zeta"},"active":true,
  "emails":[{"value":"z@x"},{"value":"a@x","primary":true}]'
user b '"name":{"familyName":"\u00c4pfel"},"active":false,
  "emails":[{"value":"m@x"},{"value":"c@x"}]'
user a '"name":{"familyName":"alpha"},"externalId":"b"'
user c '"name":{"familyName":"Alpha"},"externalId":"B"'

sorted() {
  ask "$ids" GET "/Users?$1"
}

is "without sortBy the order is that of creation" "$(sorted "")" "d b a c"
is "text is sorted" "$(sorted sortBy=userName)" "a b c d"
is "sortOrder ascending is the default" \
  "$(sorted 'sortBy=userName&sortOrder=ascending')" "a b c d"
is "descending is the other way round" \
  "$(sorted 'sortBy=userName&sortOrder=descending')" "d c b a"
is "sortOrder counts in any case" \
  "$(sorted 'sortBy=userName&sortOrder=Descending')" "d c b a"
is "a sub-attribute sorts, whatever the case of letters, and equal ones stay" \
  "$(sorted sortBy=name.familyName)" "a c d b"
is "case counts where the schema says so" \
  "$(sorted sortBy=externalId)" "c a d b"
is "the primary value counts, or else the first; absent ones are last" \
  "$(sorted sortBy=emails.value)" "d b a c"
is "a complex attribute sorts by its value" "$(sorted sortBy=emails)" "d b a c"
is "descending, absent ones are first" \
  "$(sorted 'sortBy=emails&sortOrder=descending')" "a c b d"
is "M8: without primary an e-mail is not the primary one" \
  "$(sorted sortBy=emails.primary)" "b d a c"
is "false comes before true" "$(sorted sortBy=active)" "b d a c"
is "a name may have its URN, in any case" \
  "$(sorted 'sortBy=URN:ietf:params:scim:schemas:core:2.0:User:USERNAME')" \
  "a b c d"
is "id sorts" "$(sorted 'sortBy=id&sortOrder=descending')" "d c b a"
is "meta.created sorts" "$(sorted sortBy=meta.created)" "d b a c"
is "a page is cut from the sorted whole" \
  "$(sorted 'sortBy=userName&startIndex=2&count=2')" "b c"
is "a filter and a sort go together" \
  "$(sorted 'sortBy=userName&filter=emails%20pr')" "b d"
is "totalResults is the whole" \
  "$(ask .body.totalResults GET '/Users?sortBy=userName&count=1')" 4
is "an unknown attribute is invalidValue" \
  "$(ask "$status" GET '/Users?sortBy=shoeSize')" "400 invalidValue"
is "another sortOrder is invalidValue" \
  "$(ask "$status" GET '/Users?sortBy=userName&sortOrder=up')" \
  "400 invalidValue"

for name in name meta addresses; do
  is "N4: $name is complex and has no value to sort by" \
    "$(ask '[.status, .body.scimType, .body.detail] | join(" ")' \
       GET "/Users?sortBy=$name")" "400 invalidValue sortBy names '$name', \
which has no value to sort by: name one of its sub-attributes"
done
is "N4: groups sorts by its value, as emails does" \
  "$(ask .status POST /Groups '{"displayName":"g","members":[{"value":"c"}]}' \
     '{"id":"g"}') $(sorted sortBy=groups)" "201 c d b a"
is "N4: scim_filter says so as well" \
  "$(sql "SELECT id FROM scim_filter('User', NULL, 'name')" |
     grep -c "'name' has no value to sort by")" 1

ask .status PATCH /Users/d '{"Operations":[{"op":"replace","path":
  "name.familyName","value":"aaa"}]}' >/dev/null
is "the sort follows a change" "$(sorted sortBy=name.familyName)" "d a c b"
is "meta.lastModified sorts" \
  "$(sorted 'sortBy=meta.lastModified&sortOrder=descending&count=1')" d

is "scim_filter sorts" \
  "$(sql "SELECT group_concat(id, ' ')
            FROM (SELECT id FROM scim_filter('User', NULL, 'userName',
                                             'descending'))")" \
  "d c b a"
is "scim_filter refuses an unknown attribute" \
  "$(sql "SELECT id FROM scim_filter('User', NULL, 'shoeSize')" |
     grep -c shoeSize)" 1
for title in apple Zoo zebra; do
  user "s$title" "\"title\":\"$title\""
done
user a-umlaut '"title":"\u00e4pfel"'
is "S6: text sorts by folded code points, as README says" \
  "$(ask '[.body.Resources[].title] | join(" ")' GET \
     '/Users?sortBy=title&filter=title%20pr')" "apple zebra Zoo äpfel"
finish
