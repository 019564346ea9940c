/*
** secret_test.c: secrets from bits that are given, and what is kept of them.
*/
#include "store_test.h"

#include "../../ext/store/secret.h"

/* The bytes 00 01 … 1f, and what Python's base64 and hashlib make of them. */
static void bits_make_a_secret(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  Operation *operation = &store.operation;
  Secret secret =
      secret_new(operation, TEXT("000102030405060708090a0b0c0d0e0f"
                                 "101112131415161718191A1B1C1D1E1F"));
  expect_text("the text", secret.text,
              "scim_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  expect_text("its last four", secret.last_four, "dHh8");
  expect_text(
      "the digest of a text", secret_digest(operation, TEXT("abc")),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect_bool("that of the secret",
              secret_is(secret_digest(operation, secret.text), secret.digest),
              true);
  expect_text(
      "and of nothing", secret_digest(operation, NO_TEXT),
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  store_close(&store);
}

static void other_bits_are_refused(void **state) {
  (void)state;
  static const char *const cases[] = {
      "",
      "00",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",
      "00:0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
      " 00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  };
  Store store;
  store_open(&store);
  for (size_t i = 0; i < COUNT(cases); i++) {
    Secret secret = secret_new(&store.operation, text_of(cases[i]));
    expect_bool(cases[i], secret.text.data != NULL, false);
    expect_number(cases[i], store.operation.error, ERROR_INVALID_VALUE);
    expect_text(cases[i], store.operation.detail,
                "the option 'random' must be 64 hexadecimal digits");
    error_clear(&store.operation);
  }
  store_close(&store);
}

static void without_bits_each_is_another(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  Secret one = secret_new(&store.operation, NO_TEXT);
  Secret other = secret_new(&store.operation, NO_TEXT);
  expect_number("a secret is long", (long long)one.text.size, 48);
  expect_bool("and another each time", text_equal(one.text, other.text), false);
  expect_bool("as its digest is", secret_is(one.digest, other.digest), false);
  Text uuid = secret_uuid(&store.operation);
  expect_number("a UUID has 36 characters", (long long)uuid.size, 36);
  expect_bool("of version 4", uuid.data[14] == '4', true);
  expect_bool("and of the variant", strchr("89ab", uuid.data[19]) != NULL,
              true);
  uuid = secret_uuid_at(&store.operation, 1645557742000);
  Text next = secret_uuid_at(&store.operation, 1645557742000);
  expect_text("one of a time begins with it", text_first(uuid, 15),
              "017f22e2-79b0-7");
  expect_bool("and is of the variant", strchr("89ab", uuid.data[19]) != NULL,
              true);
  expect_bool("two of a time differ", text_equal(uuid, next), false);
  error_set(&store.operation, ERROR_CONFLICT, "before");
  expect_bool("an operation that has failed gets none",
              secret_new(&store.operation, NO_TEXT).text.data != NULL, false);
  error_clear(&store.operation);
  store_close(&store);
}

static void digests_of_another_length_are_none(void **state) {
  (void)state;
  Store store;
  store_open(&store);
  Text digest = secret_digest(&store.operation, TEXT("abc"));
  expect_bool("shorter", secret_is(digest, text_without(digest, 1)), false);
  expect_bool("none", secret_is(digest, NO_TEXT), false);
  expect_bool("longer",
              secret_is(digest, arena_format(&store.operation.arena, "%.*s0",
                                             TEXT_ARG(digest))),
              false);
  expect_bool("the same", secret_is(digest, digest), true);
  store_close(&store);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(bits_make_a_secret),
      cmocka_unit_test(other_bits_are_refused),
      cmocka_unit_test(without_bits_each_is_another),
      cmocka_unit_test(digests_of_another_length_are_none),
  };
  return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
