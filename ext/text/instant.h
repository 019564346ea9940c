/*
** instant.h: points in time as text (RFC 3339, xsd:dateTime of RFC 7643
** section 2.3.5).
*/
#ifndef SCIM_INSTANT_H
#define SCIM_INSTANT_H

#include "arena.h"

/* The comparison form of a dateTime: UTC, without zone and without trailing
** zeros of the fraction, as "2011-05-13T04:42:34" or "….25". Order of bytes
** is order in time. A time without zone is taken as UTC, a date alone as its
** midnight. False when the text is no dateTime. */
bool instant_key(Arena *arena, Text text, Text *key);

/* Is a text of which instant_key has made a key a dateTime to the letter
** (xsd:dateTime)? It has a date and a time, with a capital T and Z, and no
** leap second. */
bool instant_is_exact(Text text);

/* The form that is stored and shown: UTC with milliseconds,
** "2026-11-21T09:30:00.000Z". False when the text is no dateTime. */
bool instant_canonical(Arena *arena, Text text, Text *canonical);

/* The clock, in the form of instant_canonical. Called at the entry point
** only, and only when a request brings no time of its own. */
Text instant_now(Arena *arena);

/* The time so many seconds after one that instant_canonical has made; never
** beyond the last second of the year 9999. */
Text instant_later(Arena *arena, Text canonical, long long seconds);

/* When something happens `now` to what has happened at `before`, of which both
** are of instant_canonical: now; or the millisecond after `before`, where the
** clock has been set back. What is no time, or the last, has none after it. */
Text instant_after(Arena *arena, Text before, Text now);

/* Seconds since 1970 of a time that instant_canonical has made. */
long long instant_seconds(Text canonical);

/* The same in milliseconds. */
long long instant_milliseconds(Text canonical);

#endif
