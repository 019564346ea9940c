/*
** right.h: what a token may do: its scopes.
**
** A scope is a word, as in OAuth 2.0 (RFC 6749 section 3.3): users:read,
** users:write, groups:read, groups:write, for the two types that IdPs know;
** read and write stand for these and for every other type; admin is for the
** console, and gives no right to any resource.
*/
#ifndef SCIM_RIGHT_H
#define SCIM_RIGHT_H

#include "../text/arena.h"

/* Rights, as bits. That of a resource of any other type has no word of its
** own: only read, or write, holds it. */
enum {
  RIGHT_USERS_READ = 1,
  RIGHT_USERS_WRITE = 2,
  RIGHT_GROUPS_READ = 4,
  RIGHT_GROUPS_WRITE = 8,
  RIGHT_OTHERS_READ = 16,
  RIGHT_OTHERS_WRITE = 32,
  RIGHT_ADMIN = 64,
  RIGHT_READ = RIGHT_USERS_READ | RIGHT_GROUPS_READ | RIGHT_OTHERS_READ,
  RIGHT_WRITE = RIGHT_USERS_WRITE | RIGHT_GROUPS_WRITE | RIGHT_OTHERS_WRITE,
  RIGHT_ALL = RIGHT_READ | RIGHT_WRITE | RIGHT_ADMIN
};

/* Reads words with a blank between them. False when one of them is no scope;
** that one gives no right. */
bool right_read(Text words, unsigned *rights);

/* The rights as words: of those that say it the fewest. */
Text right_words(Arena *arena, unsigned rights);

/* The right to read, or to write, resources of the type with this name. */
unsigned right_of_type(Text type, bool reads);

/* The scope that gives this right, for people. */
const char *right_name(unsigned right);

#endif
