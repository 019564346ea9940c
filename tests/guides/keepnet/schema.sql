-- Keepnet, as far as it matters here: one table of targets for all companies,
-- with a UUID for a key, and what they did in simulated attacks. People of one
-- company have been put in by hand.
CREATE TABLE target (
  uuid      TEXT NOT NULL PRIMARY KEY,
  company   TEXT NOT NULL,
  email     TEXT NOT NULL,
  full_name TEXT,
  phone     TEXT,
  language  TEXT NOT NULL DEFAULT 'en',
  status    TEXT NOT NULL CHECK (status IN ('Active', 'Inactive'))
) WITHOUT ROWID;
CREATE UNIQUE INDEX target_email ON target (company, email COLLATE NOCASE);

CREATE TABLE target_group (
  id      INTEGER PRIMARY KEY,
  company TEXT NOT NULL,
  name    TEXT NOT NULL,
  UNIQUE (company, name)
);

CREATE TABLE target_group_target (
  target_group INTEGER NOT NULL REFERENCES target_group (id) ON DELETE CASCADE,
  target       TEXT NOT NULL REFERENCES target (uuid) ON DELETE CASCADE,
  PRIMARY KEY (target_group, target)
) WITHOUT ROWID;

CREATE TABLE click (target TEXT NOT NULL REFERENCES target (uuid), at TEXT);

INSERT INTO target (uuid, company, email, full_name, status) VALUES
  ('00000000-0000-4000-8000-000000000001', 'globex', 'SAM@shared.example',
   'Sam by hand', 'Active'),
  ('00000000-0000-4000-8000-000000000002', 'hooli', 'tia@hooli.example',
   'Tia by hand', 'Active');
INSERT INTO click VALUES ('00000000-0000-4000-8000-000000000001', '2026-01-05');
