/*
** form.c: pairs of a form, one by one.
**
** HOW IT WORKS
**
** As with a query (uri.c), the text is cut at its marks first and each part is
** decoded afterwards, once. Unlike there, names count in their case, and how
** often one is there is told: OAuth 2.0 refuses a parameter that is given twice
** (RFC 6749 section 3.2), since two readers might take another of the two.
**
** What comes out are bytes; whoever takes them for text asks utf8_valid first.
*/
#include "form.h"

#include "uri.h"

/* Nothing between two '&' is no pair, as it is none to browsers. */
bool form_next(Arena *arena, Text *form, Text *name, Text *value) {
  while (form->size) {
    Text pair = text_cut(form, '&');
    if (!pair.size) continue;
    *name = uri_decode(arena, text_cut(&pair, '='), true);
    *value = uri_decode(arena, pair, true);
    return true;
  }
  return false;
}

size_t form_count(Arena *arena, Text form, const char *name, Text *value) {
  size_t count = 0;
  Text own, found;
  while (form_next(arena, &form, &own, &found)) {
    if (!text_equal(own, text_of(name))) continue;
    if (!count++) *value = found;
  }
  return count;
}
