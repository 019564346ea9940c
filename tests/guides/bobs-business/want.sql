-- nobody is there twice who was there once
SELECT organisation, lower(upn), count(*) FROM employee
 WHERE upn IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;
-- (nothing)

-- who existed has the score of before
SELECT id, name, score, enabled FROM employee WHERE score > 0 ORDER BY id;
-- 1|Pat Hill|70|1
-- 2|Quinn Moss|80|1
-- 3|Ray Lane|10|1
-- 4|Ray Lane|95|1
-- 5|A visitor|5|1
-- 6|Of another organisation|33|1

-- who left is off, who is back is on
SELECT name, enabled FROM employee
 WHERE name IN ('Staff 2', 'Staff 3', 'Staff 4') ORDER BY 1;
-- Staff 2|1
-- Staff 3|0
-- Staff 4|0

-- movers are where they are now
SELECT department, count(*) FROM employee WHERE organisation = 'council'
   AND department IS NOT NULL GROUP BY 1 ORDER BY 1;
-- Parks|19
-- Roads|2

-- everybody new had one mail, nobody had two
SELECT count(*), count(DISTINCT employee), min(employee) FROM mail_sent;
-- 22|22|2

-- the cohort is who is in the group
SELECT name, employee_id FROM cohort
  JOIN cohort_employee ON cohort_id = cohort.id ORDER BY 2;
-- Pilots|1
-- Pilots|2
-- Pilots|7

-- the other organisation was left alone
SELECT upn, mail, name, enabled FROM employee WHERE organisation = 'school';
-- p.hill@council.example|quinn.moss@council.example|Of another organisation|1

-- nothing waits for anybody
SELECT (SELECT count(*) FROM scim_review),
       (SELECT count(*) FROM scim_outbox WHERE done IS NULL);
-- 0|0
