-- RFC 7643 section 7 and section 6, as the JSON that discovery shows. Only
-- definition is given; the triggers in ../commit fill in the rest. They are
-- no generated columns, nor is there a CHECK of JSON: SQLite 3.40 would not
-- open a file with JSON functions in its tables where trusted_schema is off.
CREATE TABLE scim_schema (
  definition TEXT NOT NULL,
  id         TEXT UNIQUE
) STRICT;

CREATE TABLE scim_resource_type (
  definition TEXT NOT NULL,
  name       TEXT UNIQUE,
  endpoint   TEXT UNIQUE
) STRICT;
