-- What is JSON to SQLite but not to the extension, whose reader is the one for
-- requests: a member twice (whatever the case), an escaped U+0000, half a
-- surrogate pair, bytes that are not UTF-8, a number of more than 64
-- characters, nesting deeper than 64, more than 4 MiB. And what is no JSON.
CREATE VIEW scim_text_mistake (source, name, place, mistake) AS
WITH RECURSIVE
-- Every object and array, and how deep it is. By their number, since two may
-- have one name: each is right then, and the second is refused for its name.
part (source, name, number, place, depth, type, json) AS (
  SELECT source, name, number, '', 1, json_type(json), json
    FROM scim_definition
   WHERE json_type(json) IN ('object', 'array')
   UNION ALL
  SELECT p.source, p.name, p.number, p.place || substr(e.fullkey, 2),
         p.depth + 1, e.type, e.value
    FROM part AS p, json_each(p.json) AS e
   WHERE e.type IN ('object', 'array') AND p.depth <= 64),
-- The text without escaped backslashes, so that a backslash begins an escape,
-- and with room before it for what a pattern looks back at.
escaped (source, name, text) AS (
  SELECT source, name, '      ' || lower(replace(text, '\\', '--'))
    FROM scim_definition
   WHERE json IS NOT NULL AND instr(text, '\u')),
-- The first half of a pair with something else than a second half behind it,
-- or a second half with something else than a first half before it.
half (pattern) AS (
  VALUES ('*\ud[89ab]??[^\]*'), ('*\ud[89ab]??\[^u]*'),
         ('*\ud[89ab]??\u[^d]*'), ('*\ud[89ab]??\ud[^c-f]*'),
         ('*[^\]?????\ud[c-f]*'), ('*\[^u]????\ud[c-f]*'),
         ('*\u[^d]???\ud[c-f]*'), ('*\ud[^89ab]??\ud[c-f]*')),
-- Each character that is not ASCII. A well-formed one is what char() makes of
-- its code point; unicode() does not know U+FFFE and U+FFFF.
ascii (characters) AS (
  VALUES (char(9, 10, 13, 127) || ' !"#$%&''()*+,-./0123456789:;<=>?@'
          || 'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~')),
character (source, name, one, rest) AS (
  SELECT source, name, '', ltrim(text, characters)
    FROM scim_definition, ascii
   WHERE json IS NOT NULL
     AND text GLOB '*[^' || char(1) || '-' || char(127) || ']*'
   UNION ALL
  SELECT source, name, substr(rest, 1, 1), ltrim(substr(rest, 2), characters)
    FROM character, ascii
   WHERE rest <> ''),
-- Where there are so many characters of a number in a row, the text in pieces
-- between its quotes: within strings that is no number.
long (pattern) AS (
  VALUES ('*' || replace(hex(zeroblob(65)), '00', '[-+.0-9eE]') || '*')),
piece (source, name, inside, text, rest) AS (
  SELECT source, name, 1, '',
         replace(replace(text, '\\', '--'), '\"', '--')
    FROM scim_definition, long
   WHERE json IS NOT NULL AND text GLOB pattern
   UNION ALL
  SELECT source, name, 1 - inside, substr(rest, 1, instr(rest || '"', '"') - 1),
         substr(rest, instr(rest || '"', '"') + 1)
    FROM piece
   WHERE rest <> '')
SELECT source, name, 'definition', 'must be JSON'
  FROM scim_definition
 WHERE json IS NULL OR instr(text, char(0))
 UNION ALL
-- Of the bytes of UTF-8, also where the database has UTF-16.
SELECT source, name, 'definition', 'is larger than 4 MiB'
  FROM scim_definition
 WHERE printf('%.' || (4 << 20) || 's', text) <> text
 UNION ALL
SELECT source, name, ltrim(place, '.'), 'is nested more than 64 levels deep'
  FROM part
 WHERE depth > 64
 UNION ALL
SELECT p.source, p.name, ltrim(p.place || '.' || min(m.key), '.'),
       'is there twice'
  FROM part AS p, json_each(p.json) AS m
 WHERE p.type = 'object'
 GROUP BY p.source, p.name, p.number, p.place, lower(m.key)
HAVING count(*) > 1
 UNION ALL
SELECT source, name, 'definition', 'has \u0000 in it'
  FROM escaped
 WHERE instr(text, '\u0000')
 UNION ALL
SELECT DISTINCT source, name, 'definition', 'has half a surrogate pair in it'
  FROM escaped
  JOIN half ON text GLOB pattern
 UNION ALL
SELECT DISTINCT source, name, 'definition', 'is not UTF-8'
  FROM character
 WHERE one NOT IN ('', char(unicode(one)), char(65534), char(65535))
 UNION ALL
SELECT DISTINCT source, name, 'definition',
       'has a number of more than 64 characters'
  FROM piece, long
 WHERE NOT inside AND text GLOB pattern;
