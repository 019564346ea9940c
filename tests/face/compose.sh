#!/bin/bash
# scim_document: a row of a table as the document of a resource.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
open_database
urn=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
sql "SELECT scim_init();
  CREATE TABLE employee (login, first_name, mail, works);
  INSERT INTO employee VALUES ('ann', 'Ann', 'ann@x.no', 1),
    ('bob', NULL, '', 0)" >/dev/null

is "each row is the body of a POST" "$(sql "
  SELECT scim_document('User', json_object('userName', login,
    'name.givenName', first_name, 'emails[type eq \"work\"].value', mail,
    'active', works)) FROM employee")" \
'{"userName":"ann","name":{"givenName":"Ann"},"emails":[{"type":"work",'\
'"value":"ann@x.no"}],"active":true,'\
'"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}
{"userName":"bob","active":false,'\
'"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}'
is "which creates them" "$(sql "
  SELECT scim_apply('POST', '/Users', scim_document('User', json_object(
    'userName', login, 'department', first_name)), json_object('id', login))
    ->> 'status' FROM employee;
  SELECT user_name, department FROM scim_user ORDER BY 1")" "201
201
ann|Ann
bob|"
is "over a document it is that of a PUT, and what no name says stays" "$(sql "
  SELECT scim_apply('PUT', '/Users/ann', scim_document('User',
    json_object('title', 'Dr.'), doc)) ->> 'status'
    FROM scim_resource WHERE id = 'ann';
  SELECT user_name, department, title FROM scim_user WHERE id = 'ann'")" "200
ann|Ann|Dr."
is "put over what came of it, it changes nothing" "$(sql "
  SELECT scim_apply('PUT', '/Users/ann', scim_document('User',
    json_object('title', 'Dr.'), doc)) ->> 'status'
    FROM scim_resource WHERE id = 'ann';
  SELECT action, version FROM scim_log ORDER BY seq DESC LIMIT 1")" "200
|2"
is "no value is what a create without it gets, over a document" "$(sql "
  SELECT scim_document('User', '{\"active\":\"\"}') ->> 'active',
    scim_document('User', '{\"active\":\"\"}', '{\"active\":false}') -> 'active'")" \
  "|true"
is "an extension is its attributes, as an object or as text" "$(sql "
  SELECT j.value, scim_document('User', json_object('$urn', j.value),
      '{\"$urn\":{\"department\":\"R\",\"costCenter\":\"C\"}}')
      -> '\$.\"$urn\"'
    FROM json_each('[\"{\\\"department\\\":\\\"S\\\"}\", null]') AS j")" \
'{"department":"S"}|{"costCenter":"C","department":"S"}
|{}'
is "members and a password are of the body" "$(sql "
  SELECT scim_document('Group', json_object('members',
    json('[{\"value\":\"ann\"}]'))) -> 'members';
  SELECT scim_document('User', json_object('password', 'p')) ->> 'password'")" \
'[{"value":"ann"}]
p'
is "a document that is NULL is none" "$(sql "
  SELECT scim_document('User', '{\"title\":\"x\"}', NULL) ->> 'title'")" x
is "what is wrong is an SQL error that names it" "$(sql \
  "SELECT scim_document('User', '{\"userNam\":1}')" \
  "SELECT scim_document('User', '{\"groups\":1}')" \
  "SELECT scim_document('User', '{\"$urn\":7}')" \
  "SELECT scim_document('User', '{\"active\":\"x\"}')" \
  "SELECT scim_document('User', '[]')" "SELECT scim_document('User', NULL)" \
  "SELECT scim_document('User', '{}', '7')" \
  "SELECT scim_document('User', json_group_object('a' || value, 1))
     FROM generate_series(1, 10001)" \
  "SELECT scim_document('Robot', '{}')" | sed 's/^Error: stepping, //')" \
"the column 'userNam': the path 'userNam' names an unknown attribute
the column 'groups' is not a column's to set
the value of '$urn' must be an object
the value of 'active' must be true or false
the object of values is no object
the object of values is not valid JSON: no JSON text at byte 0
the document is no object
there are more than 10000 columns
there is no resource type 'Robot'"
is "it works without the tables, and changes no database" "$(connect :memory:
  sql "SELECT scim_document('Group', '{\"displayName\":\"x\"}') ->> 0 IS NULL;
    SELECT count(*), total_changes() FROM sqlite_schema"
  connect)" "1
0|0"

finish
