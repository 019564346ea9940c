-- Some hundreds of definitions, good and bad, for definitions.sh: a row each of
-- the table sample, with the text of a schema and that of a type that names it.
-- Each is of a kind that somebody could get wrong, tried with every value.
CREATE TABLE value (json TEXT);
INSERT INTO value VALUES
  ('null'), ('true'), ('false'), ('0'), ('1'), ('-1.5'), ('1e400'), ('""'),
  ('"string"'), ('"STRING"'), ('"integer"'), ('"complex"'), ('"readOnly"'),
  ('"READwrite"'), ('"never"'), ('"server"'), ('"readWrite readOnly"'),
  ('"%"'), ('"true"'), ('" string"'), ('[]'), ('["string"]'), ('[1]'),
  ('[null]'), ('[{"name":"q"}]'), ('[{"name":"q"},{"name":"Q"}]'), ('{}'),
  ('{"name":"q"}');

CREATE TABLE sample (
  number INTEGER PRIMARY KEY, what TEXT, schema TEXT, type TEXT
);

-- The text of the attribute, for the top and for within a complex one.
CREATE TEMP TABLE attribute (what TEXT, json TEXT);
INSERT INTO attribute
SELECT m.column1 || ' is ' || json,
       json_set('{"name":"a"}', '$.' || m.column1, json(json))
  FROM value, (VALUES ('name'), ('type'), ('mutability'), ('returned'),
                      ('uniqueness'), ('multiValued'), ('required'),
                      ('caseExact'), ('referenceTypes'), ('subAttributes'),
                      ('Type'), ('MULTIVALUED'), ('unheardOf')) AS m;
INSERT INTO attribute
SELECT 'complex with parts ' || json,
       json_set('{"name":"a","type":"Complex"}', '$.subAttributes', json(json))
  FROM value;
INSERT INTO attribute
SELECT 'the name ' || column1, json_object('name', column1)
  FROM (VALUES ('a'), ('A9'), ('a$b'), ('a$'), ('$ref'), ('$'), ('$$'), ('$1'),
               ('1a'), ('-a'), ('_a'), ('a-b'), ('a_b'), ('a.b'), ('a b'),
               (' a'), ('a '), ('a:b'), ('a[b'), ('a]'), ('a"b'), ('a\b'),
               ('a/b'), ('a*'), ('a?'), ('[a]'), ('^a'), ('a' || char(233)),
               (char(233)), (char(128512)), (char(9)), ('a' || char(10)),
               ('schemas'), ('meta'), ('members'), ('groups'), ('password'),
               (replace(hex(zeroblob(200)), '00', 'n')));
INSERT INTO attribute VALUES
  ('no object: a number', '5'), ('no object: a string', '"name"'),
  ('no object: null', 'null'), ('no object: an array', '[]'),
  ('an empty object', '{}'),
  ('a member twice', '{"name":"a","name":"a"}'),
  ('a member twice, in another case', '{"name":"a","NAME":"a"}'),
  ('a member twice, one escaped', '{"name":"a","n\u0061me":"a"}'),
  ('an unknown member twice', '{"name":"a","x":1,"x":1}'),
  ('a member twice further down', '{"name":"a","x":[{"y":1,"Y":2}]}'),
  ('an escaped member', '{"name":"a","t\u0079pe":"integer"}'),
  ('an escaped member that is wrong', '{"name":"a","t\u0079pe":"text"}'),
  ('U+0000', '{"name":"a","description":"\u0000"}'),
  ('U+0000 behind a backslash', '{"name":"a","description":"\\\u0000"}'),
  ('no U+0000, but a backslash', '{"name":"a","description":"\\u0000"}'),
  ('U+0000 as a member', '{"name":"a","\u0000":1}'),
  ('a high surrogate', '{"name":"a","description":"\uD83D"}'),
  ('a high surrogate and more', '{"name":"a","description":"\ud83dx\ude00"}'),
  ('two high surrogates', '{"name":"a","description":"\ud83d\ud83d"}'),
  ('a high surrogate and a letter',
   '{"name":"a","description":"\ud83d\u0061"}'),
  ('a high surrogate, a backslash',
   '{"name":"a","description":"\ud83d\\ude00"}'),
  ('a low surrogate', '{"name":"a","description":"\uDE00"}'),
  ('a low surrogate behind a pair',
   '{"name":"a","description":"\ud83d\ude00\ude00"}'),
  ('a low surrogate as a member', '{"name":"a","\udc00":1}'),
  ('a pair', '{"name":"a","description":"\ud83d\uDE00"}'),
  ('two pairs', '{"name":"a","description":"\ud83d\ude00\ud83d\ude00"}'),
  ('a backslash before a pair', '{"name":"a","description":"\\\ud83d\ude00"}'),
  ('text of many scripts', '{"name":"a","description":"Größe 大小 😀"}'),
  ('noncharacters',
   '{"name":"a","description":"' || char(65534, 65535) || '"}'),
  ('U+FFFD', '{"name":"a","description":"' || char(65533) || '"}'),
  ('DEL', '{"name":"a","description":"' || char(127) || '"}'),
  ('a control character', '{"name":"a","description":"' || char(1) || '"}'),
  ('the end in between', '{"name":"a"}}'), ('no end', '{"name":"a"'),
  ('a comma too many', '{"name":"a",}'), ('a comment', '{"name":"a" /* */}'),
  ('no quotes', '{name:"a"}'), ('other quotes', '{''name'':''a''}'),
  ('white space', '{ "name" :' || char(10, 13, 9) || '"a" }');
-- Bytes that are no UTF-8.
INSERT INTO attribute
SELECT 'the bytes ' || hex(column1),
       '{"name":"a","description":"' || CAST(column1 AS TEXT) || '"}'
  FROM (VALUES (x'80'), (x'C3'), (x'C328'), (x'E282'), (x'C080'), (x'E08080'),
               (x'EDA080'), (x'F4908080'), (x'F0808080'), (x'F8888080'),
               (x'E282AC'), (x'E282AC80'), (x'F09F9880'), (x'FF'), (x'EFBFBD'));
INSERT INTO attribute
SELECT 'a number of ' || column1 || ' digits',
       '{"name":"a","x":' || replace(hex(zeroblob(column1)), '00', '1') || '}'
  FROM (VALUES (63), (64), (65), (66), (500));
INSERT INTO attribute
SELECT 'a number like ' || column2 || ' of 65',
       '{"name":"a","x":[' || column1 || replace(hex(zeroblob(
       65 - length(column1) - length(column2))), '00', '0') || column2 || ']}'
  FROM (VALUES ('-1', ''), ('1e', '1'), ('0.', '1'), ('1E+', '9'),
               ('-0.0e-', '1'));
INSERT INTO attribute
SELECT 'a string of many ' || column1,
       '{"name":"a","description":"'
       || replace(hex(zeroblob(70)), '00', column1) || '"}'
  FROM (VALUES ('1'), ('-'), ('e'), ('\"1\"'), ('\\'));
INSERT INTO attribute
SELECT 'nesting ' || column1,
       '{"name":"a","x":' || replace(hex(zeroblob(column1)), '00', '[')
       || replace(hex(zeroblob(column1)), '00', ']') || '}'
  FROM (VALUES (58), (59), (60), (61), (62), (63), (64), (65), (300));

INSERT INTO sample (what, schema)
SELECT 'at the top: ' || what,
       '{"id":"urn:t:#","attributes":[{"name":"z"},' || json || ']}'
  FROM attribute
 UNION ALL
SELECT 'within: ' || what,
       '{"id":"urn:t:#","attributes":[{"name":"z","type":"complex",'
       || '"subAttributes":[{"name":"y"},' || json || ']}]}'
  FROM attribute;

-- Schemas as a whole.
INSERT INTO sample (what, schema)
SELECT 'the schema''s ' || m.column1 || ' is ' || json,
       json_set('{"id":"urn:t:#","attributes":[]}', '$.' || m.column1,
                json(json))
  FROM value, (VALUES ('id'), ('attributes'), ('name'), ('schemas'), ('meta'),
                      ('Attributes')) AS m;
INSERT INTO sample (what, schema)
SELECT 'the URN ' || column1,
       json_object('id', column1, 'attributes', json('[]'))
  FROM (VALUES ('urn:#'), ('URN:t:#'), ('Urn:x#'), ('urn:'), ('urn'),
               ('ur:t:#'), ('urn;t:#'), (' urn:t:#'), ('urn:t:# '),
               ('urn:t:#:'),
               ('urn:t.#'), ('urn:t:#/%"[]''\'), ('urn:' || char(233) || '#'),
               ('https://t/#'), ('urn:ietf:params:scim:schemas:core:2.0:#'));
INSERT INTO sample (what, schema) VALUES
  ('a schema that is an array', '[]'), ('a schema that is a number', '5'),
  ('a schema that is a string', '"urn:t:#"'), ('a schema that is null', 'null'),
  ('a schema that is empty', ''), ('a schema that is no JSON', '{'),
  ('text behind', '{"id":"urn:t:#","attributes":[]}x'),
  ('a NUL behind', '{"id":"urn:t:#","attributes":[]}' || char(0)),
  ('members in capitals', '{"ID":"urn:t:#","ATTRIBUTES":[{"NAME":"a"}]}'),
  ('attributes twice', '{"id":"urn:t:#","attributes":[],"attributes":[]}'),
  ('the id of another', '{"id":"urn:ietf:params:scim:schemas:core:2.0:user",'
   || '"attributes":[]}');

UPDATE sample SET schema = replace(schema, '#', number);
-- The type names the schema's id, if there is one to be read.
UPDATE sample
   SET type = json_object(
         'name', 'T' || number, 'endpoint', '/t' || number, 'schema',
         CASE WHEN json_valid(schema) AND json_type(schema) = 'object'
              THEN (SELECT atom FROM json_each(schema)
                     WHERE lower(key) = 'id')
              ELSE 'urn:t:' || number END);
UPDATE sample
   SET type = json_set(type, '$.schema', 'urn:t:' || number)
 WHERE what = 'the id of another';

-- Types.
CREATE TEMP TABLE type (what TEXT, json TEXT);
INSERT INTO type
SELECT 'the type''s ' || m.column1 || ' is ' || json,
       json_set('{"name":"T#","endpoint":"/t#","schema":"urn:x"}',
                '$.' || m.column1, json(json))
  FROM value, (VALUES ('name'), ('endpoint'), ('schema'), ('id'), ('schemas'),
                      ('description'), ('schemaExtensions'),
                      ('SCHEMAextensions')) AS m
 WHERE NOT (m.column1 = 'name' AND json = '"STRING"');
INSERT INTO type
SELECT 'the endpoint ' || column1,
       json_object('name', 'T#', 'endpoint', column1, 'schema', 'urn:x')
  FROM (VALUES ('/e#'), ('e#'), ('/'), (''), ('//e#'), ('/e#/'), ('/a/b#'),
               ('/1#'), ('/-#'), ('/$#'), ('/.search'), ('/e?#'), ('/e%#'),
               ('/e #'), ('/e:#'), ('/e+#'), ('/e.#'),
               ('/e' || char(233) || '#'),
               ('/' || char(233) || '#'), ('/Bulk'), ('/bulk'), ('/ME'),
               ('/Schemas'), ('/resourceTypes'), ('/ServiceProviderConfig'),
               ('/users'), ('/Groups'), ('/Z#'), ('/[#'), ('/@#'), ('/`#'));
INSERT INTO type
SELECT 'the extensions ' || column1,
       '{"name":"T#","endpoint":"/t#","schema":"urn:x",'
       || '"schemaExtensions":[' || column1 || ']}'
  FROM (VALUES ('5'), ('null'), ('"urn:y"'), ('[]'), ('{}'),
               ('{"schema":"urn:y"}'), ('{"schema":"URN:Y"}'),
               ('{"SCHEMA":"urn:y","Required":true}'),
               ('{"schema":"urn:none"}'),
               ('{"schema":null}'), ('{"schema":5}'), ('{"schema":""}'),
               ('{"schema":"urn:y"},{"schema":"urn:z"}'),
               ('{"schema":"urn:y"},{"schema":"urn:Y"}'),
               ('{"schema":"urn:x"}'), ('{"schema":"urn:y","schema":"urn:z"}'),
               ('{"schema":"urn:broken"}'));
INSERT INTO type
SELECT 'the extension''s ' || m.column1 || ' is ' || json,
       '{"name":"T#","endpoint":"/t#","schema":"urn:x","schemaExtensions":['
       || json_set('{"schema":"urn:y"}', '$.' || m.column1, json(json)) || ']}'
  FROM value, (VALUES ('required'), ('REQUIRED'), ('other')) AS m;
INSERT INTO type VALUES
  ('a type that is an array', '[]'), ('a type that is a number', '5'),
  ('a type that is null', 'null'), ('a type that is empty', ''),
  ('a type that is no JSON', '{"name"'), ('a type that is {}', '{}'),
  ('the name of another', '{"name":"user","endpoint":"/t#","schema":"urn:x"}'),
  ('a schema that is broken',
   '{"name":"T#","endpoint":"/t#","schema":"urn:broken"}'),
  ('a number too long', '{"name":"T#","endpoint":"/t#","schema":"urn:x","n":'
   || replace(hex(zeroblob(65)), '00', '1') || '}'),
  ('a member twice in a type',
   '{"name":"T#","endpoint":"/t#","schema":"urn:x","Name":"T#"}'),
  ('half a surrogate in a type',
   '{"name":"T#","endpoint":"/t#","schema":"urn:x","n":"\udbff"}'),
  ('members of a type in capitals',
   '{"NAME":"T#","ENDPOINT":"/t#","SCHEMA":"urn:x"}');
INSERT INTO sample (what, type) SELECT what, json FROM type;
UPDATE sample SET type = replace(type, '#', number) WHERE schema IS NULL;
