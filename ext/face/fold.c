/*
** fold.c: the functions scim_fold and scim_e164, of text alone.
**
**   CREATE INDEX learner_email ON learner (scim_fold(email));
**   SELECT id FROM learner WHERE scim_fold(email) = scim_fold('Ann@X.COM');
**   SELECT scim_e164('+49 (30) 123-456');   -- +4930123456
**
** scim_fold is the form in which filters and maps compare text (NFKC_Casefold):
** regardless of letter case in every script, where SQLite's lower() knows ASCII
** only. scim_e164 is the phone number in E.164 form, or NULL for what is none.
** NULL in, NULL out; a number is taken as its text.
**
** Both are deterministic and innocuous, so that an index may be made of them;
** but a table with such an index can only be written where the extension is
** loaded. What scim_fold makes of a character may change with the version of
** Unicode that utf8proc knows (SELECT scim_debug()): REINDEX after an upgrade
** of it.
*/
#include "../text/fold.h"
#include "../text/phone.h"
#include "functions.h"

void fold_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text text = call_text(operation, call, 0);
  if (text.data) call_result(call->context, fold(&operation->arena, text));
}

void e164_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  Text number;
  if (phone_e164(&operation->arena, call_text(operation, call, 0), &number))
    call_result(call->context, number);
}
