/*
** review.c: the function scim_review(review, decision, key).
**
**   SELECT review, id, candidates, reason FROM scim_review;
**   SELECT scim_review(7, 'link', 42);   -- its row is the one with the key 42
**   SELECT scim_review(7, 'create');     -- it gets a new row
**   SELECT scim_review(7, 'ignore');     -- it gets none, now and later
**
** Decides what waits in the table scim_review, and returns the key of the row
** that the resource has then, NULL for none. A fourth argument may be options:
** now. What has changed since the review began is an SQL error that says what
** it is, and nothing is done: another one has decided, the resource or the row
** is gone or has got another, the map is off. One transaction, or all or
** nothing within one of the caller's. Top level only.
*/
#include "../store/review.h"
#include "../model/key.h"
#include "functions.h"

SQLITE_EXTENSION_INIT3

/* A key as JSON; no text for NULL, and with an error. */
static Text review_argument(Operation *operation, const FunctionCall *call) {
  Arena *arena = &operation->arena;
  Text text = call_text(operation, call, 2);
  if (!text.data) return NO_TEXT;
  int type = sqlite3_value_type(call->arguments[2]);
  if (type == SQLITE_INTEGER) return text;
  if (type == SQLITE_TEXT && utf8_valid(text))
    return json_text(arena, json_string(arena, text));
  error_set(operation, ERROR_INVALID_VALUE,
            "the key of a row is an integer or a text");
  return NO_TEXT;
}

/* The word and the key, which only 'link' has. */
static void review_read_choice(Operation *operation, const FunctionCall *call,
                               ReviewChoice *choice) {
  static const char *const words[] = {"link", "create", "ignore"};
  Text word = call_text(operation, call, 1);
  unsigned i = 0;
  while (i < 3 && !text_equal(word, text_of(words[i]))) i++;
  choice->word = (ReviewWord)i;
  choice->key = review_argument(operation, call);
  if (i == 3)
    error_set(operation, ERROR_INVALID_VALUE,
              "a review is decided by 'link', 'create' or 'ignore', not '%.*s'",
              TEXT_ARG(word));
  if (i == REVIEW_LINK && !choice->key.data)
    error_set(operation, ERROR_INVALID_VALUE, "'link' needs the key of a row");
  if (i != REVIEW_LINK && choice->key.data)
    error_set(operation, ERROR_INVALID_VALUE, "'%.*s' takes no key",
              TEXT_ARG(word));
}

/* A key as SQL has it. */
static void review_result(Operation *operation, const FunctionCall *call,
                          Text key) {
  const Json *value = error_parse(operation, key, "a key");
  if (!value) return;
  if (value->type == JSON_NUMBER)
    sqlite3_result_int64(call->context, key_number(value->text).integer);
  else
    call_result(call->context, value->text);
}

/* The arguments are read, and wrong ones refused, before a transaction begins.
 */
void review_body(Operation *operation, void *data) {
  const FunctionCall *call = data;
  ReviewChoice choice = {.now = call_now(operation, call, 3)};
  if (sqlite3_value_type(call->arguments[0]) != SQLITE_INTEGER)
    error_set(operation, ERROR_INVALID_VALUE,
              "the number of a review is an integer");
  choice.review = sqlite3_value_int64(call->arguments[0]);
  review_read_choice(operation, call, &choice);
  if (failed(operation)) return;
  Text key = review_decide(operation, &choice);
  if (!failed(operation) && key.data) review_result(operation, call, key);
}
