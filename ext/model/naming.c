/*
** naming.c: by which name and address people know a resource.
**
** HOW IT WORKS
**
** What scim_resource holds in its columns name and email, which are found by
** index where the document would have to be read. SQL says the same of what is
** inserted without it (sql/commit/resource.sql), and tests compare the two. So
** members are found as SQL finds them, in the spelling of the schema, which
** stored documents have.
*/
#include "naming.h"

/* The member in exactly this spelling; NULL when there is none. */
static const Json *naming_member(const Json *object, Text name) {
  JSON_EACH (member, object) {
    if (text_equal(member->name, name)) return member;
  }
  return NULL;
}

/* Its text; none where it is no string. */
static Text naming_text(const Json *object, Text name) {
  const Json *member = naming_member(object, name);
  return member && member->type == JSON_STRING ? member->text : NO_TEXT;
}

/* How well an address stands for its owner: the primary one best (RFC 7643
** section 2.4), then one of type work. */
static int naming_rank(const Json *address) {
  const Json *primary = naming_member(address, TEXT("primary"));
  bool is_primary = primary && primary->type == JSON_TRUE;
  bool is_work = text_same(naming_text(address, TEXT("type")), TEXT("work"));
  return 1 + 2 * is_primary + is_work;
}

/* The address that people are written to: of equal rank the first, so that an
** order which an identity provider keeps decides; none without a value. */
static Text naming_email(const Json *addresses) {
  Text email = NO_TEXT;
  int best = 0;
  JSON_EACH (address, addresses) {
    if (address->type != JSON_OBJECT) continue;
    Text value = naming_text(address, TEXT("value"));
    int rank = naming_rank(address);
    if (!value.size || rank <= best) continue;
    best = rank;
    email = value;
  }
  return email;
}

Naming naming_of(const NamingWords *words, Text type, const Json *doc) {
  Naming naming = {.name = naming_text(doc, words->name),
                   .email = naming_email(naming_member(doc, words->addresses))};
  naming.called =
      naming.name.size ? naming.name : naming_text(doc, words->other_name);
  if (!text_equal(type, TEXT("User"))) naming.name = naming.called;
  return naming;
}
