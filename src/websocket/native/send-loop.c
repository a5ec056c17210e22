/*
 * The same bytes to many sockets, a system call each and nothing else: in JavaScript a write costs half as much again.
 * What a socket does not take is left to the caller. The declarations are those of Node-API, whose binary interface
 * is stable, so that no header need be there.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS; Node ignores SIGPIPE anyway. */
#endif

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);

extern int napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
extern int napi_get_typedarray_info(napi_env, napi_value, int *, size_t *, void **, napi_value *, size_t *);
extern int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);

enum { int32_array = 5, uint8_array = 1 };

struct array {
  int type;
  size_t length;
  void *data;
};

static int read_array(napi_env env, napi_value value, struct array *array) {
  return napi_get_typedarray_info(env, value, &array->type, &array->length, &array->data, NULL, NULL) == 0;
}

/*
 * (descriptors: Int32Array, sent: Int32Array, bytes: Uint8Array) => undefined
 * `sent` tells how many bytes each took; one with a negative descriptor takes none.
 */
static napi_value send_to_all(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  struct array sockets, sent, bytes;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != 0 || count != 3) return NULL;
  if (!read_array(env, arguments[0], &sockets) || sockets.type != int32_array) return NULL;
  if (!read_array(env, arguments[1], &sent) || sent.type != int32_array || sent.length < sockets.length) return NULL;
  if (!read_array(env, arguments[2], &bytes) || bytes.type != uint8_array) return NULL;
  for (size_t at = 0; at < sockets.length; at += 1) {
    int socket = ((int32_t *)sockets.data)[at];
    ssize_t took = socket < 0 ? 0 : send(socket, bytes.data, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    ((int32_t *)sent.data)[at] = took < 0 ? 0 : (int32_t)took;
  }
  return NULL;
}

__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value function = NULL;
  (void)exports;
  napi_create_function(env, "sendToAll", 9, send_to_all, NULL, &function);
  return function;
}
