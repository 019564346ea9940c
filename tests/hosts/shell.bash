sqlite3 people.db ".load build/scim" "SELECT scim_init()" >/dev/null
sqlite3 people.db ".load build/scim" "INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', '{\"userName\":\"ann@example.com\"}')"
sqlite3 people.db "SELECT id IS NOT NULL FROM scim_user WHERE user_name = 'ann@example.com'"
