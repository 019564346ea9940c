/*
** option.c: one loop over what was given, with one look-up for each.
**
** HOW IT WORKS
**
** The caller has a record (a struct) with the defaults in it, and a table that
** says for each option its name, its type and where in the record it goes. What
** was given is written there; then the caller only reads its record. So a new
** option is a member and a row of the table, and the checks cannot be
** forgotten.
**
** SQLite's json_object makes no booleans: json_object('dry_run', true) is
** {"dry_run":1}. So 0 and 1 are booleans here.
*/
#include "option.h"

#include "../text/instant.h"

/* The option of the name, in any case like all names here, or NULL. */
static const Option *option_find(const Option *table, size_t count, Text name) {
  for (size_t i = 0; i < count; i++) {
    if (text_same(name, text_of(table[i].name))) return &table[i];
  }
  return NULL;
}

static void option_refuse(Operation *operation, const Option *option,
                          const char *wanted) {
  error_set(operation, ERROR_INVALID_VALUE, "the option '%s' must be %s",
            option->name, wanted);
}

/* true and false, 1 and 0; nothing else, not even 1.0 or "true". */
static void option_read_boolean(Operation *operation, const Option *option,
                                const Json *value, bool *truth) {
  bool number = value->type == JSON_NUMBER;
  if (value->type == JSON_TRUE ||
      (number && text_equal(value->text, TEXT("1"))))
    *truth = true;
  else if (value->type == JSON_FALSE ||
           (number && text_equal(value->text, TEXT("0"))))
    *truth = false;
  else
    option_refuse(operation, option, "true or false");
}

/* Writes the value to the member, whose type in C is that of the option. */
static void option_read_value(Operation *operation, const Option *option,
                              const Json *value, char *member) {
  switch (option->type) {
  case OPTION_TEXT:
    if (value->type == JSON_STRING)
      *(Text *)(void *)member = value->text;
    else
      option_refuse(operation, option, "a string");
    break;
  case OPTION_BOOLEAN:
    option_read_boolean(operation, option, value, (bool *)(void *)member);
    break;
  case OPTION_TIME:
    if (value->type != JSON_STRING ||
        !instant_canonical(&operation->arena, value->text,
                           (Text *)(void *)member))
      option_refuse(operation, option, "a dateTime");
    break;
  }
}

/* Goes on behind a mistake, since the first error stays: so the one that is
** told is the first in the order of what was given. */
void options_read(Operation *operation, const Json *options,
                  const Option *table, size_t count, void *record) {
  assert(table && count > 0 && record);
  if (!options || options->type == JSON_NULL) return;
  if (options->type != JSON_OBJECT) {
    error_set(operation, ERROR_INVALID_SYNTAX,
              "the options must be a JSON object");
    return;
  }
  JSON_EACH (value, options) {
    const Option *option = option_find(table, count, value->name);
    if (!option) {
      error_set(operation, ERROR_INVALID_VALUE, "there is no option '%.*s'",
                TEXT_ARG(value->name));
    } else if (value->type != JSON_NULL) {
      option_read_value(operation, option, value,
                        (char *)record + option->offset);
    }
  }
}
