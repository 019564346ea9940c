/*
** phone.h: phone numbers as ITU-T E.164 has them.
*/
#ifndef SCIM_PHONE_H
#define SCIM_PHONE_H

#include "arena.h"

/* The number in E.164 form, "+4930123456": a plus and 8 to 15 digits, of which
** the first is not 0. Read without what people put between the digits: spaces,
** dashes, dots, slashes, brackets, and "tel:" before it (RFC 3966). False, and
** *number untouched, when the text is no such number. One without a plus is
** none, because its country would be a guess; nor is one with an extension, or
** with a 0 in brackets, which some countries dial and others do not. */
bool phone_e164(Arena *arena, Text text, Text *number);

#endif
