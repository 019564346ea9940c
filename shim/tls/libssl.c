/*
** libssl.c: what a civetweb that was built for OpenSSL 1.1 misses in OpenSSL 3.
**
** civetweb loads OpenSSL at run time, by the names libssl.so and libcrypto.so,
** and asks for its functions by name. Debian 12 has civetweb 1.15, built for
** OpenSSL 1.1, and OpenSSL 3, where all of these are but one, which has another
** name there. And the libraries have these names only where the files for
** developers are installed.
**
** This library says by its soname that it is libssl.so, has the function, and
** all others from OpenSSL's own library, which it depends on. The dynamic
** linker takes a library that is loaded already for one that is asked for by
** its soname: so shim/tls.c loads this before civetweb asks. OpenSSL itself is
** the system's, with its updates. No header of it is needed.
*/
struct ssl_st;
struct x509_st;

struct x509_st *SSL_get1_peer_certificate(const struct ssl_st *connection);
struct x509_st *SSL_get_peer_certificate(const struct ssl_st *connection);

/* Both give a reference that the caller frees. */
struct x509_st *SSL_get_peer_certificate(const struct ssl_st *connection) {
  return SSL_get1_peer_certificate(connection);
}
