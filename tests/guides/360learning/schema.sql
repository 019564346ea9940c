-- 360Learning, as far as it matters here: one company's users and its groups,
-- which people of the company keep in a tree by hand. Nobody of the identity
-- provider knows of the tree, of the external trainers, or of whom a team lead
-- has put into a group.
CREATE TABLE user (
  id         INTEGER PRIMARY KEY,
  mail       TEXT NOT NULL UNIQUE,
  first_name TEXT,
  last_name  TEXT,
  job        TEXT,
  badge      TEXT,
  status     TEXT NOT NULL DEFAULT 'active',
  points     INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE team (
  id     INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  parent INTEGER REFERENCES team (id)
);

CREATE TABLE team_user (
  team     INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
  "user"   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  added_by TEXT NOT NULL DEFAULT 'idp',
  PRIMARY KEY (team, "user")
);

-- Mails with a temporary password, which the platform's mailer has sent.
CREATE TABLE welcome (job INTEGER PRIMARY KEY, mail TEXT NOT NULL);

INSERT INTO user (id, mail, first_name, last_name, points) VALUES
  (1, 'lea@firm.example', 'Lea', 'Lead', 300),
  (2, 'trainer@elsewhere.example', 'Tom', 'Trainer', 0);
INSERT INTO team (id, name, parent) VALUES (1, 'Whole firm', NULL),
  (2, 'Trainers', 1);
INSERT INTO team_user VALUES (1, 1, 'hand'), (2, 2, 'hand');
