-- Learnster's own database, as far as it matters here: one for each customer.
-- Some of the staff have accounts already, made by hand, and there are tags.
CREATE TABLE learner (
  id            TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))),
  email         TEXT UNIQUE,
  sso           TEXT UNIQUE,
  secondary     TEXT,
  external_id   TEXT,
  full_name     TEXT NOT NULL,
  given_name    TEXT,
  family_name   TEXT,
  title         TEXT,
  office        TEXT,
  street        TEXT,
  city          TEXT,
  postal_code   TEXT,
  country       TEXT,
  phone         TEXT CHECK (phone GLOB '+[1-9]*'),
  company       TEXT,
  manager       TEXT REFERENCES learner (id) ON DELETE SET NULL,
  active        INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  progress      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tag (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  external_id TEXT
) STRICT;

CREATE TABLE learner_tag (
  tag_id     INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
  learner_id TEXT NOT NULL REFERENCES learner (id) ON DELETE CASCADE,
  PRIMARY KEY (tag_id, learner_id)
) STRICT, WITHOUT ROWID;

INSERT INTO learner (id, email, full_name, progress) VALUES
  ('11', 'elin@nord.example', 'Elin (by hand)', 40),
  ('12', 'Åke.Öst@nord.example', 'Åke (by hand)', 80),
  ('13', 'teacher@nord.example', 'A teacher', 0);
INSERT INTO tag (id, name) VALUES (1, 'Nurses'), (2, 'Beginners');
INSERT INTO learner_tag VALUES (2, '11'), (2, '13');
