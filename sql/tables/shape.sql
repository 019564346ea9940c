-- Which attributes changes touch. Nearly all rows of a log have one of a few
-- shapes, so that scim_log.shape is a small number and an attribute is found by
-- the shapes that it is in. form is the change with a 0 in the place of each value
-- (ext/model/shape.c): {"title":0,"name":{"givenName":0}}. Numbers are given in the
-- order of the log, as every other: copies of a database have the same.
--
-- Who may write can make many shapes, with another choice of attributes in each
-- request. But a form has no attribute that the change has not, and none that no
-- schema defines, so what it takes is in proportion to the row of the log that
-- brings it; and it goes when the log is pruned and no row has it any more. There
-- are never more of them than rows, and to look for an attribute in all that have
-- it costs no more than to read these rows.
CREATE TABLE scim_shape (
  shape INTEGER PRIMARY KEY,
  form  TEXT NOT NULL UNIQUE
) STRICT;

-- The attributes of each, with the path of the value in before and after. The key
-- has the first columns: otherwise the integrity check of SQLite 3.40 takes the
-- last one for another.
CREATE TABLE scim_shape_attribute (
  shape     INTEGER NOT NULL,
  path      TEXT NOT NULL,
  attribute TEXT NOT NULL,
  PRIMARY KEY (shape, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_shape_attribute_name ON scim_shape_attribute (attribute);
