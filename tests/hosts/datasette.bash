sqlite3 people.db ".load build/scim" "SELECT scim_init()" >/dev/null
sqlite3 people.db ".load build/scim" "INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', '{\"userName\":\"ann@example.com\"}')"
datasette people.db --load-extension build/scim --get "/people/scim_user.json?user_name=ann@example.com&_col=user_name&_shape=array"
