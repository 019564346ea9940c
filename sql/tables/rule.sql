-- Which events leave a job in the outbox: those of this name, as scim_change
-- has them, of resources of the type that match the filter (NULL: all). kind is
-- for whom the job is; once says that nobody gets a second one of the kind.
-- mistake is written by the extension: what is wrong with the filter.
CREATE TABLE scim_rule (
  rule    INTEGER PRIMARY KEY,
  event   TEXT NOT NULL,
  type    TEXT NOT NULL DEFAULT 'User',
  filter  TEXT,
  kind    TEXT NOT NULL CHECK (kind <> ''),
  once    INTEGER NOT NULL DEFAULT 1 CHECK (once BETWEEN 0 AND 1),
  mistake TEXT
) STRICT;
