/*
** alert.h: what the breaker knows: how many users tokens have taken away, and
** what was released.
*/
#ifndef SCIM_ALERT_H
#define SCIM_ALERT_H

#include "../text/operation.h"

/* Where the breaker counts from, and how many users are active. */
typedef struct AlertWindow {
  Text since; /* after `now` while a release lasts */
  long long active;
} AlertWindow;

/* The window that ends now, in the operation's tenant. */
AlertWindow alert_window(Operation *operation, Text now, long long minutes);

/* Whom tokens have deactivated or deleted in the window. */
typedef struct AlertLosses {
  long long number; /* no more than was asked for */
  Text first;       /* when the first of them was; no text: none */
} AlertLosses;

/* Counts users other than the one with the id, up to `most`. */
AlertLosses alert_losses(Operation *operation, Text since, Text id,
                         long long most);

/* Closes what is open in the tenant and lets everything through for so many
** minutes. Returns until when; no text with an error. */
Text alert_release(Operation *operation, Text tenant, Text now,
                   long long minutes);

#endif
