-- What each id is called. type and name are those of the resource, name being what
-- scim_resource.name is or, of a user without userName, the displayName. One that
-- was deleted is here until the log is pruned past that: deleted is when, NULL of
-- who is there. An id that is nobody's here has no type; its name is the display
-- that a client last gave it as a member, also where that has gone since.
-- Everything else that has an id finds its name here, and by a name whom that is:
-- in one place, since by a condition on what stands in several no index finds
-- anything. The id comes first in the key: SQLite compares the first field of one in a
-- faster way than those behind it, and the tenant is the same in most.
CREATE TABLE scim_name (
  tenant  TEXT NOT NULL,
  type    TEXT,
  id      TEXT NOT NULL,
  name    TEXT,
  deleted TEXT,
  PRIMARY KEY (id, tenant)
) STRICT, WITHOUT ROWID;

CREATE INDEX scim_name_name ON scim_name (name, tenant);
