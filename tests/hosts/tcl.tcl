package require sqlite3
sqlite3 db people.db
db enable_load_extension 1
db eval {SELECT load_extension('build/scim')}
db eval {SELECT scim_init()}
db eval {INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', '{"userName":"ann@example.com"}')}
puts [db eval {SELECT id IS NOT NULL FROM scim_user WHERE user_name = 'ann@example.com'}]
