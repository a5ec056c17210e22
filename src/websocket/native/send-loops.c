/*
 * The same bytes to many sockets and nothing else: in JavaScript a write costs half as much again. What a socket does
 * not take is left to the caller. The declarations are those of Node-API, whose binary interface is stable, so that no
 * header need be there.
 */
#include <sys/types.h>
#include "ring.h"

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
extern int napi_set_named_property(napi_env, napi_value, const char *, napi_value);
extern int napi_get_boolean(napi_env, unsigned char, napi_value *);

enum { int32_array = 5, uint8_array = 1 };

struct array {
  int type;
  size_t length;
  void *data;
};

static int read_array(napi_env env, napi_value value, struct array *array) {
  return napi_get_typedarray_info(env, value, &array->type, &array->length, &array->data, NULL, NULL) == 0;
}

struct delivery {
  struct array sockets, sent, bytes;
};

static int read_delivery(napi_env env, napi_callback_info info, struct delivery *delivery) {
  napi_value arguments[3];
  size_t count = 3;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != 0 || count != 3) return 0;
  return read_array(env, arguments[0], &delivery->sockets) && delivery->sockets.type == int32_array &&
         read_array(env, arguments[1], &delivery->sent) && delivery->sent.type == int32_array &&
         read_array(env, arguments[2], &delivery->bytes) && delivery->bytes.type == uint8_array &&
         delivery->sent.length >= delivery->sockets.length;
}

static int32_t send_one(int32_t socket, const struct array *bytes) {
  ssize_t took = socket < 0 ? 0 : send(socket, bytes->data, bytes->length, MSG_DONTWAIT | MSG_NOSIGNAL);
  return took < 0 ? 0 : (int32_t)took;
}

/*
 * (descriptors: Int32Array, sent: Int32Array, bytes: Uint8Array) => undefined
 * `sent` tells how many bytes each took; one with a negative descriptor takes none.
 */
static napi_value send_by_calls(napi_env env, napi_callback_info info) {
  struct delivery to;
  if (!read_delivery(env, info, &to)) return NULL;
  for (size_t at = 0; at < to.sockets.length; at += 1) {
    ((int32_t *)to.sent.data)[at] = send_one(((int32_t *)to.sockets.data)[at], &to.bytes);
  }
  return NULL;
}

/* The same, by as few system calls as the ring allows; where it fails, a call each, from then on too. */
static napi_value send_by_ring(napi_env env, napi_callback_info info) {
  struct delivery to;
  if (!read_delivery(env, info, &to)) return NULL;
  for (size_t from = 0; from < to.sockets.length; from += ring_entries) {
    size_t left = to.sockets.length - from;
    unsigned count = left < ring_entries ? (unsigned)left : ring_entries;
    const int32_t *sockets = (int32_t *)to.sockets.data + from;
    int32_t *sent = (int32_t *)to.sent.data + from;
    try_ring(sockets, sent, count, to.bytes.data, to.bytes.length);
    for (unsigned at = 0; at < count; at += 1) {
      if (sent[at] == left_out) sent[at] = send_one(sockets[at], &to.bytes);
    }
  }
  return NULL;
}

/* () => boolean: whether there is a ring. */
static napi_value open_ring_for(napi_env env, napi_callback_info info) {
  napi_value is_open = NULL;
  (void)info;
  napi_get_boolean(env, (unsigned char)open_ring(), &is_open);
  return is_open;
}

static void add_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function = NULL;
  if (napi_create_function(env, name, (size_t)-1, callback, NULL, &function) != 0) return;
  napi_set_named_property(env, exports, name, function);
}

__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  add_function(env, exports, "sendByCalls", send_by_calls);
  add_function(env, exports, "sendByRing", send_by_ring);
  add_function(env, exports, "openRing", open_ring_for);
  return exports;
}
