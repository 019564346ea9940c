-- everybody is there once, with the status that Okta says
SELECT mail, job, badge, status, points FROM user ORDER BY mail;
-- kim@firm.example|||active|0
-- lea@firm.example|Team lead|B-1|active|300
-- max@firm.example|Head clerk|B-9|active|0
-- trainer@elsewhere.example|||active|0
-- zoe@firm.example|||suspended|0

-- the tree is as people have it
SELECT t.name, p.name FROM team AS t LEFT JOIN team AS p ON p.id = t.parent
 ORDER BY t.id;
-- Whole firm|
-- Trainers|Whole firm
-- Our clerks|Trainers

-- whom people have put in is in
SELECT t.name, u.first_name FROM team_user AS m JOIN team AS t ON t.id = m.team
  JOIN user AS u ON u.id = m."user" WHERE m.added_by = 'hand' ORDER BY 1, 2;
-- Our clerks|Lea
-- Our clerks|Tom
-- Trainers|Tom
-- Whole firm|Lea

-- one mail for each who was new
SELECT mail, count(*) FROM welcome GROUP BY 1 ORDER BY 1;
-- kim@firm.example|1
-- max@firm.example|1
-- zoe@firm.example|1

-- no password is anywhere
SELECT count(*) FROM scim_log WHERE coalesce(after, '') || coalesce(before, '')
  || coalesce(detail, '') LIKE '%1mz050nq%';
-- 0
