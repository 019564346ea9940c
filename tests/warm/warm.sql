-- What a program that is kept warm does at its start (server.c), so that the
-- code which tests run most is translated.
SELECT scim_init();
SELECT scim_apply('POST', '/Users', '{"userName":"a","emails":[{"value":"a@b.no","type":"work"}],"name":{"givenName":"A"},"active":true}', '{"id":"a"}');
SELECT scim_apply('POST', '/Users', '{"userName":"A"}', NULL);
SELECT scim_apply('POST', '/Groups', '{"displayName":"g","members":[{"value":"a"}]}', '{"id":"g"}');
SELECT scim_apply('GET', '/Users/a', NULL, NULL);
SELECT scim_apply('GET', '/Users?filter=userName+sw+%22a%22+and+emails%5Btype+eq+%22work%22%5D&sortBy=userName&count=5', NULL, NULL);
SELECT scim_apply('GET', '/Schemas', NULL, NULL);
SELECT scim_apply('PUT', '/Users/a', '{"userName":"a","title":"t"}', NULL);
SELECT scim_apply('PATCH', '/Users/a', '{"Operations":[{"op":"replace","path":"title","value":"u"}]}', NULL);
SELECT scim_apply('PATCH', '/Groups/g', '{"Operations":[{"op":"remove","path":"members[value eq \"a\"]"}]}', NULL);
SELECT scim_apply('POST', '/Bulk', '{"Operations":[{"method":"POST","path":"/Users","bulkId":"b","data":{"userName":"b"}}]}', NULL);
SELECT scim_token('default', 'warm');
SELECT id FROM scim_filter('User', 'userName co "a"');
SELECT count(*) FROM scim_as_of('User', '2100-01-01T00:00:00Z');
SELECT count(*) FROM scim_membership_effective;
SELECT * FROM scim_user;
SELECT json_group_array(name) FROM pragma_table_list;
CREATE TABLE staff (id INTEGER PRIMARY KEY, login TEXT UNIQUE, given TEXT);
SELECT scim_map('staff', '{"type":"User","table":"staff","key":"id","columns":{"login":{"from":"userName"},"given":{"from":"name.givenName"}}}');
SELECT scim_map_switch('staff', 'on');
SELECT scim_apply('POST', '/Users', '{"userName":"c"}', '{"id":"c"}');
SELECT scim_apply('DELETE', '/Users/a', NULL, NULL);
SELECT scim_apply('DELETE', '/Users/c', NULL, NULL);
INSERT INTO scim (method, target, body) VALUES ('POST', '/Users', '{"userName":"d"}');
