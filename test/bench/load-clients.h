/*
 * The clients of the load: they connect, read frames, and count for each room's n-th message how many have it. What
 * they are told twice, or without its being sent, ends the run.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "load-options.h"
#include "load-figures.h"

enum { carry_size = 8192, handshakes_at_once = 64 };

struct room {
  uint32_t sent, done, size;
  uint32_t *received;
  uint64_t *sent_at;
};

struct client {
  int fd;
  enum { CONNECTING, UPGRADING, GREETING, OPEN } state;
  uint32_t room, got, carried;
  /* The beginning of a frame whose end has not come yet. */
  unsigned char carry[carry_size];
};

static struct options options;
static struct client *clients;
static struct room *rooms;
static uint32_t client_count, begun, opened, awake;
static int poller;
static struct figures figures;
static unsigned char buffer[carry_size + (1 << 18)];

static void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void send_all(struct client *client, const void *bytes, size_t length) {
  if (write(client->fd, bytes, length) != (ssize_t)length) fail("a client could not send: %s", strerror(errno));
}

static void watch(struct client *client, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.u32 = (uint32_t)(client - clients)};
  if (epoll_ctl(poller, operation, client->fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
}

/* Masked with a key that is not zero: some servers skip the work for zero. */
static void send_text(struct client *client, const char *text, size_t length) {
  static const unsigned char mask[4] = {0x5a, 0xc3, 0x96, 0x3c};
  unsigned char frame[8 + 65536];
  size_t header = length < 126 ? 2 : 4;
  frame[0] = 0x81;
  frame[1] = 0x80 | (unsigned char)(length < 126 ? length : 126);
  if (header == 4) frame[2] = (unsigned char)(length >> 8), frame[3] = (unsigned char)length;
  memcpy(frame + header, mask, 4);
  for (size_t at = 0; at < length; at += 1) frame[header + 4 + at] = (unsigned char)text[at] ^ mask[at & 3];
  send_all(client, frame, header + 4 + length);
}

static void note_first(struct room *room, uint32_t at, const unsigned char *payload, size_t length) {
  const unsigned char *mark = memmem(payload, length, "t=", 2);
  char digits[17] = {0};
  if (at >= room->sent) fail("a message came that nobody sent, or one came twice");
  if (mark == NULL || mark + 18 > payload + length) fail("a message came without its time");
  memcpy(digits, mark + 2, 16);
  room->sent_at[at] = strtoull(digits, NULL, 16);
}

static void take_message(struct client *client, const unsigned char *payload, size_t length, uint64_t now) {
  struct room *room = &rooms[client->room];
  uint32_t at = client->got++;
  if (at >= room->sent || room->received[at] == 0) note_first(room, at, payload, length);
  uint32_t received = ++room->received[at];
  if (figures.is_counting) note_delivery(&figures, now - room->sent_at[at]);
  /* As people do: who said it has it back, and goes on. */
  if ((uint32_t)(client - clients) % (uint32_t)options.people == at % awake) room->done += 1;
  if (received != awake) return;
  if (figures.is_counting) note_last_reader(&figures, now - room->sent_at[at]);
}

static void take_frame(struct client *client, const unsigned char *payload, size_t length, int opcode, uint64_t now) {
  if (opcode == 8) fail("the server closed a connection: %d", length < 2 ? 1005 : payload[0] << 8 | payload[1]);
  if (opcode == 9) return;
  if (options.dialect == SOCKET_IO && length == 1 && payload[0] == '2') {
    send_text(client, "3", 1);
  } else if (client->state == GREETING) {
    if (length >= 2 && memcmp(payload, "40", 2) == 0) client->state = OPEN, opened += 1;
    else send_text(client, "40", 2);
  } else if (length >= (size_t)options.bytes) {
    take_message(client, payload, length, now);
  } else if (memmem(payload, length, "\"error\"", 7) != NULL) {
    fail("the server refused: %.*s", (int)length, payload);
  }
}

/* Returns how many bytes of the buffer were whole frames. */
static size_t take_frames(struct client *client, const unsigned char *bytes, size_t length, uint64_t now) {
  size_t at = 0;
  while (length - at >= 2) {
    const unsigned char *frame = bytes + at;
    size_t size = frame[1], header = 2;
    if (size == 127) fail("a frame came that is longer than any message");
    if (size == 126) {
      if (length - at < 4) break;
      size = (size_t)frame[2] << 8 | frame[3], header = 4;
    }
    if (length - at < header + size) break;
    take_frame(client, frame + header, size, frame[0] & 15, now);
    at += header + size;
  }
  return at;
}

static size_t take_handshake(struct client *client, const unsigned char *bytes, size_t length) {
  const unsigned char *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  if (memcmp(bytes, "HTTP/1.1 101", 12) != 0) fail("no upgrade: %.*s", (int)length, bytes);
  client->state = options.dialect == SOCKET_IO ? GREETING : OPEN;
  if (client->state == OPEN) opened += 1;
  return (size_t)(end + 4 - bytes);
}

static void take_bytes(struct client *client) {
  memcpy(buffer, client->carry, client->carried);
  ssize_t got = read(client->fd, buffer + client->carried, sizeof buffer - carry_size);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) fail("the server cut a connection: %s", got == 0 ? "end" : strerror(errno));
  size_t length = client->carried + (size_t)got, taken = 0;
  if (client->state == UPGRADING) taken = take_handshake(client, buffer, length);
  if (client->state != UPGRADING) taken += take_frames(client, buffer + taken, length - taken, now_ns());
  if (length - taken > carry_size) fail("a frame came that is longer than any message");
  client->carried = (uint32_t)(length - taken);
  memcpy(client->carry, buffer + taken, client->carried);
}

static void begin_handshake(struct client *client) {
  static const char format[] =
      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  char path[256], request[1024];
  snprintf(path, sizeof path, options.dialect == SOCKET_IO ? "%s" : "%s%u", options.path, client->room);
  client->state = UPGRADING;
  watch(client, EPOLLIN, EPOLL_CTL_MOD);
  send_all(client, request, (size_t)snprintf(request, sizeof request, format, path, options.port));
}

static void begin_connection(void) {
  struct client *client = &clients[begun];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int yes = 1;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (client->fd < 0) fail("no socket: %s (see ulimit -n)", strerror(errno));
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  client->room = begun / options.people;
  begun += 1;
  if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    fail("no connection: %s", strerror(errno));
  watch(client, EPOLLOUT, EPOLL_CTL_ADD);
}

/*
 * On loopback whoever writes also wakes who reads: with a processor to itself the load does not sleep, or each
 * delivery would cost the server a wake-up that no network card asks of it, and the slower servers most.
 */
static void turn(int timeout_ms) {
  struct epoll_event events[512];
  int count = epoll_wait(poller, events, 512, options.spin ? 0 : timeout_ms);
  for (int at = 0; at < count; at += 1) {
    /* The timer only has to wake us. */
    if (events[at].data.u32 == UINT32_MAX) continue;
    struct client *client = &clients[events[at].data.u32];
    if (client->state == CONNECTING) begin_handshake(client);
    else take_bytes(client);
  }
}
