/*
** option.h: the options of a call, a JSON object, read by a table.
**
** Options are strict: a name that is not in the table, or a value of another
** type, is an error that names it. A typo must never turn a dry run into a
** write, or a token with few rights into one with all.
*/
#ifndef SCIM_OPTION_H
#define SCIM_OPTION_H

#include "error.h"

typedef enum OptionType {
  OPTION_TEXT,    /* a string, into a Text */
  OPTION_BOOLEAN, /* true, false, or 1 and 0, into a bool */
  OPTION_TIME     /* a dateTime, into a Text of instant_canonical's form */
} OptionType;

typedef struct Option {
  const char *name;
  OptionType type;
  size_t offset; /* of the member of the caller's record */
} Option;

/* Reads the options (NULL: none) into the record; what is absent or null stays
** as it is there. invalidValue for what the table does not allow, with the
** name; invalidSyntax when they are no object. */
void options_read(Operation *operation, const Json *options,
                  const Option *table, size_t count, void *record);

#endif
