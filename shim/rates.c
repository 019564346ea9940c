/*
** rates.c: see rates.h.
**
** HOW IT WORKS
**
** A bucket holds what somebody has used, and leaks at the rate that he may use
** (a token bucket, seen from its other side):
**
**     level  =  used - (now - at) * rate, or 0          allowed: level < burst
**
** so that one at level 0 is as good as none, and may be given to another. Two
** tables have buckets: of addresses, by the tokens that were refused to them,
** and of callers who were let in, by their requests. A table is of one size for
** ever. A key belongs to one row of it, which has eight places and a lock of
** its own; when these are taken, the one goes that says least: the lowest, and
** of those the one that was touched longest ago. One more bucket is for the
** refusals of all addresses.
**
** Where many clients come from one address (a proxy, a NAT), one who guesses
** must not lock the others out. So the limit is for strangers only: whoever was
** let in is in the table of callers until he is refused, or 4096 others were
** let in, and is not asked where he comes from. When an address has used up its
** burst, its strangers have what leaks out of the bucket: so many are asked
** about in a second, whoever comes first, and the others come again.
**
** Keys are made by SipHash-2-4 (Aumasson and Bernstein, 2012) with a random key
** of the process: nobody can choose a token or an address so as to meet that of
** another, and from a key no token can be told.
*/
#define _POSIX_C_SOURCE 200809L
#include "rates.h"

#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "moment.h"

/* A table has room for RATES_ROWS * RATES_PLACES keys: 116 KiB. */
#define RATES_ROWS 512
#define RATES_PLACES 8

typedef struct RatesBucket {
  uint64_t key; /* 0: free */
  double used;  /* as it was at that time */
  double at;    /* seconds of a clock that is never set */
} RatesBucket;

typedef struct RatesRow {
  pthread_mutex_t mutex;
  RatesBucket places[RATES_PLACES];
} RatesRow;

typedef struct RatesTable {
  double rate, burst;
  RatesRow rows[RATES_ROWS];
} RatesTable;

static RatesTable rates_addresses;
static RatesTable rates_callers;
static RatesRow rates_all; /* its first place alone */
static uint64_t rates_key[2];

/* In seconds. */
static double rates_now(void) {
  return (double)moment_now() / (double)MOMENT_SECOND;
}

/*
** Keys.
*/

static uint64_t rates_turn(uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

/* SipRound, so many times. */
static void rates_mix(uint64_t v[4], int rounds) {
  while (rounds-- > 0) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rates_turn(v[1], 13) ^ v[0];
    v[3] = rates_turn(v[3], 16) ^ v[2];
    v[0] = rates_turn(v[0], 32) + v[3];
    v[2] += v[1];
    v[3] = rates_turn(v[3], 21) ^ v[0];
    v[1] = rates_turn(v[1], 17) ^ v[2];
    v[2] = rates_turn(v[2], 32);
  }
}

/* Takes a word of the message in. */
static void rates_take(uint64_t v[4], uint64_t word) {
  v[3] ^= word;
  rates_mix(v, 2);
  v[0] ^= word;
}

/* Takes a text in, by words of eight bytes; the last one, of what is left, ends
** in the text's length, so that two texts are another message than the one that
** both would make together. */
static void rates_take_text(uint64_t v[4], const char *text, size_t size) {
  uint64_t word = 0;
  for (size_t i = 0; i < size; i++) {
    word |= (uint64_t)(unsigned char)text[i] << (i % 8 * 8);
    if (i % 8 < 7) continue;
    rates_take(v, word);
    word = 0;
  }
  rates_take(v, word | (uint64_t)size << 56);
}

/* 0 is the mark of a free place. */
uint64_t rates_caller(const char *text, size_t size, const char *more,
                      size_t more_size) {
  uint64_t v[4] = {
      rates_key[0] ^ 0x736f6d6570736575U, rates_key[1] ^ 0x646f72616e646f6dU,
      rates_key[0] ^ 0x6c7967656e657261U, rates_key[1] ^ 0x7465646279746573U};
  rates_take_text(v, text, size);
  rates_take_text(v, more, more_size);
  v[2] ^= 0xff;
  rates_mix(v, 4);
  uint64_t key = v[0] ^ v[1] ^ v[2] ^ v[3];
  return key ? key : 1;
}

/* ::ffff:192.0.2.1 is the address in it. What is no address at all, as a name,
** is taken as it is. */
uint64_t rates_address(const char *address) {
  static const char mapped[] = "::ffff:";
  char bytes[16];
  if (strncmp(address, mapped, sizeof mapped - 1) == 0 && strchr(address, '.'))
    address += sizeof mapped - 1;
  if (inet_pton(AF_INET6, address, bytes) == 1)
    return rates_caller(bytes, 8, "6", 1);
  return rates_caller(address, strlen(address), "4", 1);
}

/*
** Buckets.
*/

static double rates_level(const RatesBucket *bucket, double rate, double now) {
  double level = bucket->used - (now - bucket->at) * rate;
  return level > 0 ? level : 0;
}

static RatesRow *rates_row(RatesTable *table, uint64_t key) {
  return &table->rows[key % RATES_ROWS];
}

/* Returns the key's bucket, or NULL. The row is locked. */
static RatesBucket *rates_find(RatesRow *row, uint64_t key) {
  for (int i = 0; i < RATES_PLACES; i++)
    if (row->places[i].key == key) return &row->places[i];
  return NULL;
}

/* Does the one say less than the other? */
static bool rates_is_less(const RatesBucket *one, const RatesBucket *other,
                          double rate, double now) {
  double difference =
      rates_level(one, rate, now) - rates_level(other, rate, now);
  return difference < 0 || (difference <= 0 && one->at < other->at);
}

/* Returns the key's bucket, a new one if it has none. The row is locked. */
static RatesBucket *rates_get(RatesRow *row, uint64_t key, double rate,
                              double now) {
  RatesBucket *bucket = rates_find(row, key);
  if (bucket) return bucket;
  bucket = &row->places[0];
  for (int i = 1; i < RATES_PLACES; i++)
    if (rates_is_less(&row->places[i], bucket, rate, now))
      bucket = &row->places[i];
  *bucket = (RatesBucket){.key = key, .at = now};
  return bucket;
}

/* Brings a bucket up to date. */
static void rates_touch(RatesBucket *bucket, double rate, double now) {
  bucket->used = rates_level(bucket, rate, now);
  bucket->at = now;
}

static void rates_add(RatesBucket *bucket, double rate, double now) {
  rates_touch(bucket, rate, now);
  bucket->used += 1;
}

/* In how many whole seconds has the bucket room for one more? */
static int rates_seconds(const RatesBucket *bucket, double rate, double burst,
                         double now) {
  double over = rates_level(bucket, rate, now) + 1 - burst;
  return over > 0 ? (int)(over / rate) + 1 : 0;
}

/*
** The limits.
*/

static void rates_clear(RatesRow *row) {
  memset(row->places, 0, sizeof row->places);
  pthread_mutex_init(&row->mutex, NULL);
}

/* The key is new each time: what was in the tables could not be found again. */
void rates_configure(const RatesLimits *limits) {
  sqlite3_randomness((int)sizeof rates_key, rates_key);
  rates_addresses.rate = (double)limits->failures;
  rates_addresses.burst = (double)(limits->failures * RATES_FAILURE_BURST);
  rates_callers.rate = (double)limits->rate;
  rates_callers.burst = (double)limits->burst;
  for (int i = 0; i < RATES_ROWS; i++) {
    rates_clear(&rates_addresses.rows[i]);
    rates_clear(&rates_callers.rows[i]);
  }
  rates_clear(&rates_all);
}

/* Who is found is touched, so that he is not the next to go. */
bool rates_knows(uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double rate = rates_callers.rate, now = rates_now();
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  if (bucket) rates_touch(bucket, rate, now);
  pthread_mutex_unlock(&row->mutex);
  return bucket;
}

/* The later of the two that both the address and all together allow. */
int rates_wait(uint64_t address) {
  RatesRow *row = rates_row(&rates_addresses, address);
  double rate = rates_addresses.rate, burst = rates_addresses.burst;
  double now = rates_now();
  if (rate <= 0) return 0;
  pthread_mutex_lock(&row->mutex);
  const RatesBucket *bucket = rates_find(row, address);
  int own = bucket ? rates_seconds(bucket, rate, burst, now) : 0;
  pthread_mutex_unlock(&row->mutex);
  pthread_mutex_lock(&rates_all.mutex);
  int all = rates_seconds(&rates_all.places[0], rate * RATES_ALL,
                          burst * RATES_ALL, now);
  pthread_mutex_unlock(&rates_all.mutex);
  return own > all ? own : all;
}

/* A bucket never holds more than its burst: however many were asked about at
** once, the wait is for one place. */
static void rates_spend(RatesRow *row, uint64_t key, double rate, double burst,
                        double now) {
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_get(row, key, rate, now);
  rates_add(bucket, rate, now);
  if (bucket->used > burst) bucket->used = burst;
  pthread_mutex_unlock(&row->mutex);
}

/* He is forgotten whether there is a limit or not. */
void rates_refuse(uint64_t address, uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double rate = rates_addresses.rate, burst = rates_addresses.burst;
  double now = rates_now();
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  if (bucket) *bucket = (RatesBucket){0};
  pthread_mutex_unlock(&row->mutex);
  if (rate <= 0) return;
  rates_spend(rates_row(&rates_addresses, address), address, rate, burst, now);
  rates_spend(&rates_all, 0, rate * RATES_ALL, burst * RATES_ALL, now);
}

/* Time goes on for his bucket, and what is in it stays. */
void rates_admit(uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double rate = rates_callers.rate, now = rates_now();
  pthread_mutex_lock(&row->mutex);
  rates_touch(rates_get(row, caller, rate, now), rate, now);
  pthread_mutex_unlock(&row->mutex);
}

/* What was not allowed is not counted: one who asks too often gets his rate. */
int rates_count(uint64_t caller) {
  RatesRow *row = rates_row(&rates_callers, caller);
  double rate = rates_callers.rate, burst = rates_callers.burst;
  double now = rates_now();
  if (rate <= 0) return 0;
  assert(burst >= 1);
  pthread_mutex_lock(&row->mutex);
  RatesBucket *bucket = rates_find(row, caller);
  int wait = bucket ? rates_seconds(bucket, rate, burst, now) : 0;
  if (bucket && !wait) rates_add(bucket, rate, now);
  pthread_mutex_unlock(&row->mutex);
  return wait;
}
