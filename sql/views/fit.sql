-- Which JSON types (as json_type names them) a value of an attribute's type may
-- be of: RFC 7643 section 2.3, in lower case.
CREATE VIEW scim_fit (kind, json) AS
VALUES ('complex', 'object'), ('boolean', 'true'), ('boolean', 'false'),
       ('integer', 'integer'), ('integer', 'real'), ('decimal', 'integer'),
       ('decimal', 'real'), ('string', 'text'), ('datetime', 'text'),
       ('binary', 'text'), ('reference', 'text');
