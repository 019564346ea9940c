-- each company has its own people, once each
SELECT company, status, count(*), count(DISTINCT email) FROM target
 GROUP BY 1, 2 ORDER BY 1, 2;
-- acme|Active|21|21
-- globex|Active|3|3
-- globex|Inactive|3|3
-- hooli|Active|2|2

-- what one company changed did not change the other's
SELECT company, full_name FROM target WHERE email = 'sam@shared.example'
 ORDER BY 1;
-- acme|Sam
-- globex|Samuel

-- columns that the IdP does not send keep what the platform has
SELECT company, language, count(*) FROM target GROUP BY 1, 2 ORDER BY 1, 2;
-- acme|de|20
-- acme|en|1
-- globex|en|6
-- hooli|en|2

-- who clicked is known still
SELECT t.company, t.full_name, c.at FROM click AS c
  JOIN target AS t ON t.uuid = c.target;
-- globex|Samuel|2026-01-05

-- nobody is in a group of another company
SELECT g.company, g.name, count(*) FROM target_group AS g
  JOIN target_group_target AS m ON m.target_group = g.id
  JOIN target AS t ON t.uuid = m.target AND t.company = g.company
 GROUP BY 1, 2 ORDER BY 1;
-- acme|Everyone|20
-- globex|Everyone|6
-- hooli|Crew|1

-- and of all of them none
SELECT count(*) FROM target_group_target AS m
  JOIN target_group AS g ON g.id = m.target_group
  JOIN target AS t ON t.uuid = m.target WHERE t.company <> g.company;
-- 0
