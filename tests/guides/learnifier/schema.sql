-- Learnifier's own database, as far as it matters here: participants of many
-- customers, teams, and what people have learned. Four of the customer's people
-- were invited by hand before there was any identity provider.
CREATE TABLE participant (
  id           INTEGER PRIMARY KEY,
  customer     TEXT NOT NULL,
  email        TEXT NOT NULL,
  first_name   TEXT,
  last_name    TEXT,
  title        TEXT,
  country      TEXT,
  cost_center  TEXT,
  hired        TEXT,
  state        TEXT NOT NULL DEFAULT 'active',
  origin       TEXT NOT NULL DEFAULT 'invited',
  UNIQUE (customer, email)
);

CREATE TABLE team (
  id       INTEGER PRIMARY KEY,
  customer TEXT NOT NULL,
  name     TEXT NOT NULL
);

CREATE TABLE team_participant (
  team        INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
  participant INTEGER NOT NULL REFERENCES participant (id) ON DELETE CASCADE,
  PRIMARY KEY (team, participant)
) WITHOUT ROWID;

CREATE TABLE course_result (
  participant INTEGER NOT NULL REFERENCES participant (id),
  course      TEXT NOT NULL,
  points      INTEGER NOT NULL
);

INSERT INTO participant (id, customer, email, first_name, last_name) VALUES
  (1, 'acme', 'anna.berg@acme.example', 'Anna', 'Berg'),
  (2, 'acme', 'Bo.Ek@acme.example', 'Bo', 'Ek'),
  (3, 'acme', 'consultant@elsewhere.example', 'Carl', 'Fri'),
  (4, 'other', 'anna.berg@acme.example', 'Anna', 'Berg');
INSERT INTO course_result VALUES (1, 'fire safety', 90), (2, 'gdpr', 75),
  (3, 'gdpr', 60), (4, 'fire safety', 50);
