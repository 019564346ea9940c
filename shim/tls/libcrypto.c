/*
** libcrypto.c: libcrypto.so by another name: see libssl.c. It only depends on
** OpenSSL's own.
*/
extern const int tls_libcrypto_is_empty;
const int tls_libcrypto_is_empty = 1;
