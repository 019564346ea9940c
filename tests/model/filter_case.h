/*
** filter_case.h: one filter in a line, and whether a document matches.
*/
#ifndef SCIM_FILTER_CASE_H
#define SCIM_FILTER_CASE_H

#include "../../ext/model/match.h"
#include "model_test.h"

static const char user[] =
    "{'schemas':['" CORE_USER "','" ENTERPRISE "'],"
    "'id':'2819c223-7f76-453a-919d-413861904646','externalId':'Ext-1',"
    "'meta':{'resourceType':'User','created':'2010-01-23T04:56:22Z',"
    "'lastModified':'2011-05-13T04:42:34Z','version':'W/`1`'},"
    "'userName':'BJensen@Example.com','name':{'formatted':'Ms. Barbara J',"
    "'familyName':'Jensen','givenName':'Barbara'},'displayName':'Babs Jensen',"
    "'title':'M\u00FCller & S\u00F6hne','userType':'Employee','active':true,"
    "'emails':[{'value':'bjensen@example.com','type':'work','primary':true},"
    "{'value':'babs@jensen.org','type':'home','display':'a]b'}],"
    "'phoneNumbers':[{'value':'555-555-5555','type':'work'}],"
    "'roles':[{'value':'admin','primary':true}],"
    "'groups':[{'value':'e9e30dba-f08f','display':'Tour Guides'}],"
    "'" ENTERPRISE
    "':{'employeeNumber':'701984','department':'Tour Operations',"
    "'manager':{'value':'26118915-6090','displayName':'John Smith'}}}";

typedef struct Case {
  const char *filter;
  bool want;
} Case;

/* "true", "false" or the kind of the error. */
static inline Text evaluate(Model *model, const ResourceType *type,
                            const Json *doc, const char *text) {
  Operation *operation = &model->operation;
  Text bytes = quoted(&operation->arena, text);
  Filter *filter = filter_parse(operation, type, NULL, bytes);
  if (failed(operation)) return take_error(model);
  return text_of(filter_match(operation, filter, doc) ? "true" : "false");
}

static inline void expect_cases(const char *type_name, const char *text,
                                const Case *cases, size_t count) {
  Model model;
  MODEL_OPEN(&model);
  const ResourceType *type = type_named(&model, type_name);
  Json *doc = json_of(&model, text);
  for (size_t i = 0; i < count; i++)
    expect_text(cases[i].filter, evaluate(&model, type, doc, cases[i].filter),
                cases[i].want ? "true" : "false");
  model_close(&model);
}

#endif
