-- Bob's Business, as far as it matters here: employees of many organisations,
-- who are taught security. Those of the council are there already: imported by
-- a spreadsheet years ago, some by their UPN, some by mail, one of them twice.
CREATE TABLE employee (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation TEXT NOT NULL,
  upn          TEXT,
  mail         TEXT,
  name         TEXT NOT NULL DEFAULT '',
  department   TEXT,
  enabled      INTEGER NOT NULL DEFAULT 1,
  score        INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE cohort (
  id           INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  name         TEXT NOT NULL
);

CREATE TABLE cohort_employee (
  cohort_id   INTEGER NOT NULL REFERENCES cohort (id) ON DELETE CASCADE,
  employee_id INTEGER NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
  PRIMARY KEY (cohort_id, employee_id)
);

-- What the mailer of the platform has sent.
CREATE TABLE mail_sent (job INTEGER PRIMARY KEY, employee INTEGER, kind TEXT);

INSERT INTO employee (id, organisation, upn, mail, name, score) VALUES
  (1, 'council', 'p.hill@council.example', NULL, 'P Hill', 70),
  (2, 'council', NULL, 'Quinn.Moss@council.example', 'Q Moss', 80),
  (3, 'council', NULL, 'ray.lane@council.example', 'Ray Lane', 10),
  (4, 'council', NULL, 'RAY.LANE@council.example', 'R. Lane', 95),
  (5, 'council', NULL, 'visitor@elsewhere.example', 'A visitor', 5),
  (6, 'school', 'p.hill@council.example', 'quinn.moss@council.example',
   'Of another organisation', 33);
