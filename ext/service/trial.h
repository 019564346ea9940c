/*
** trial.h: dry runs: a request that is carried out, tells what it has changed,
** and is undone.
*/
#ifndef SCIM_TRIAL_H
#define SCIM_TRIAL_H

#include "../store/commit.h"
#include "request.h"

/* Begins a dry run. Where all of it can be undone the request runs as any
** other; else (in a statement of the caller's that writes, or on a connection
** that does not) it only computes what it would do. */
void trial_begin(Request *request);

/* Undoes whatever the request has done. */
void trial_end(Request *request);

/* Notes a change that is complete and about to be committed; nothing in a real
** run. One that is a failure's row of the log is none. */
void trial_note(Request *request, const Change *change);

/* The same change has been committed: notes what maps have written. */
void trial_note_written(Request *request, const Change *change);

/* The member "change" of the reply, for whoever asks: the whole for a trusted
** caller, and otherwise what he may read. */
Json *trial_change(Request *request);

#endif
