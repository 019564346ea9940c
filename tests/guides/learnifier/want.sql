-- everybody of acme is there once, and who left cannot log in
SELECT state, count(*), count(DISTINCT email) FROM participant
 WHERE customer = 'acme' GROUP BY 1 ORDER BY 1;
-- active|11|11
-- inactive|4|4

-- who left are those who left
SELECT last_name FROM participant WHERE state = 'inactive' ORDER BY 1;
-- No6
-- No7
-- No8
-- No9

-- what people have learned is theirs still
SELECT p.customer, p.first_name, r.course, r.points
  FROM course_result AS r JOIN participant AS p ON p.id = r.participant
 ORDER BY p.id;
-- acme|Anna|fire safety|90
-- acme|Bo|gdpr|75
-- acme|Carl|gdpr|60
-- other|Anna|fire safety|50

-- extra fields are there, as the platform has them
SELECT title, country, cost_center, hired FROM participant WHERE id = 1;
-- Lead|SE|CC 9|2026-10-01

-- who is in no directory was left alone, of this customer and of the other
SELECT id, customer, email, state, origin FROM participant WHERE id IN (3, 4);
-- 3|acme|consultant@elsewhere.example|active|invited
-- 4|other|anna.berg@acme.example|active|invited

-- a new name is the same person
SELECT count(*), min(email) FROM participant WHERE last_name = 'Married';
-- 1|person.married@acme.example

-- the team has its new name and its people, once each
SELECT t.customer, t.name, p.last_name FROM team AS t
  JOIN team_participant AS m ON m.team = t.id
  JOIN participant AS p ON p.id = m.participant ORDER BY 3;
-- acme|Sales and More|Berg
-- acme|Sales and More|Married
-- acme|Sales and More|No3

-- the log knows who did it all
SELECT DISTINCT t.label FROM scim_log AS l JOIN scim_token AS t USING (token);
-- Entra ID
