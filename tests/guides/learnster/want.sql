-- those who are there are those who should be
SELECT active, count(*), count(DISTINCT lower(sso)), count(DISTINCT email)
  FROM learner GROUP BY 1;
-- 1|32|31|32

-- people by hand are as before
SELECT id, full_name, sso IS NULL, progress FROM learner WHERE id = '13';
-- 13|A teacher|1|0

-- what they have learned is theirs still
SELECT id, progress FROM learner WHERE progress > 0 ORDER BY id;
-- 11|40
-- 12|80

-- the deleted are gone, and nobody is managed by them
SELECT count(*) FROM learner
 WHERE email IN ('staff0@nord.example', 'boss@nord.example')
    OR manager IS NOT NULL;
-- 0

-- every phone is E.164 or none
SELECT id, phone FROM learner WHERE phone IS NOT NULL;
-- 11|+46901112233

-- tags of the platform stay, those of deleted groups go
SELECT name, full_name FROM tag
  LEFT JOIN learner_tag ON tag_id = tag.id
  LEFT JOIN learner ON learner_id = learner.id
 ORDER BY tag.id, full_name;
-- Nurses|
-- Beginners|A teacher
-- Beginners|Elin Nord
-- Nurses (2)|Elin Nord
