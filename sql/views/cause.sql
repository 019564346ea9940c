-- Why a request fails, and what a person does about it: cause is the scimType
-- of the error (RFC 7644 table 9) or, where it has none, its status.
CREATE VIEW scim_cause (cause, remedy) AS
VALUES
  ('uniqueness', 'Two share a value that must be unique. Look for who has it '
   || 'here, and change or remove one of them in the identity provider.'),
  ('invalidValue', 'A value does not fit its attribute, or is missing. Correct '
   || 'it at the person, or the attribute mapping, in the identity provider.'),
  ('invalidSyntax', 'The body is not what SCIM asks for. Check the attribute '
   || 'mapping, and that the application in the identity provider is SCIM 2.0.'),
  ('invalidPath', 'The mapping names an attribute that is not defined here. '
   || 'Correct its target, or define the attribute (scim_schema).'),
  ('invalidFilter', 'The identity provider filters by an attribute that is not '
   || 'defined here. Correct its matching attribute.'),
  ('noTarget', 'A change is meant for a value that is not there. Provision the '
   || 'person again in the identity provider.'),
  ('mutability', 'An attribute is mapped that must not change. Take it out of '
   || 'the mapping, or apply it only when a person is created.'),
  ('tooMany', 'More was asked for than a request may have. Let the identity '
   || 'provider ask for less at once.'),
  ('invalidVers', 'The identity provider speaks another version of SCIM. Set '
   || 'it to SCIM 2.0.'),
  ('sensitive', 'Something was asked for in a URL that does not belong there. '
   || 'Tell the vendor of the identity provider.'),
  ('invalidCursor', 'A page was asked for that is none. Start the run again.'),
  ('expiredCursor', 'A page was asked for too late. Start the run again.'),
  ('invalidCount', 'More was asked for than a page may have. Raise the setting '
   || 'page_max of the tenant, or let the identity provider ask for less.'),
  ('400', 'The request makes no sense. The example says what is wrong.'),
  ('403', 'The token may not do this, or the tenant is off. Give the identity '
   || 'provider a token with the scopes that it needs.'),
  ('404', 'A person or group is not here any more. Provision it again in the '
   || 'identity provider, or restart its provisioning.'),
  ('405', 'This cannot be done at this address. Check the tenant URL in the '
   || 'identity provider.'),
  ('409', 'It was changed by somebody else meanwhile. The next run mends it; '
   || 'if not, look at who else writes.'),
  ('412', 'It was changed by somebody else meanwhile. The next run mends it; '
   || 'if not, look at who else writes.'),
  ('413', 'The request is too large. Raise the setting max_body or '
   || 'bulk_operations of the tenant, or assign fewer at once.'),
  ('415', 'The request is no JSON. Check that the application in the identity '
   || 'provider is SCIM 2.0.'),
  ('501', 'The identity provider asks for what there is not. Switch it off '
   || 'there.'),
  ('503', 'Changes are held, or the database was busy. Look at scim_alert; '
   || 'what was held comes again.');
