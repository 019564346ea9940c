/*
** review.h: what waits for a person, and deciding it.
*/
#ifndef SCIM_REVIEW_H
#define SCIM_REVIEW_H

#include "map.h"

typedef enum ReviewWord {
  REVIEW_LINK,   /* the row of the key is the resource's */
  REVIEW_CREATE, /* it gets a new one */
  REVIEW_IGNORE  /* it gets none, for good */
} ReviewWord;

typedef struct ReviewChoice {
  long long review; /* the row of scim_review */
  ReviewWord word;
  Text key; /* of REVIEW_LINK: of a row, as JSON */
  Text now;
} ReviewChoice;

/* Carries it out, in one transaction. Returns the key of the row that the
** resource has then, as JSON; no text when it has none. Nothing is changed,
** with an error that says what it is, when something is not any more as it was
** when the review began: it is decided, the map is off, the resource or the row
** is gone, or either has got another by now. */
Text review_decide(Operation *operation, const ReviewChoice *choice);

#endif
