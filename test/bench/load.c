/*
 * The load of the fan-out bench: many WebSocket clients in one thread, cheap enough not to be the limit. Every
 * message must reach everybody in its room, in one order; so the n-th frame a client is sent is the room's n-th
 * message, and only the first copy of each is parsed for the time at which it was sent. What is lost, refused or
 * told twice ends the run with a line on stderr and exit code 1. Arguments and result: see load.ts.
 */
#define _GNU_SOURCE
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
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "load-options.h"
#include "load-figures.h"

enum { carry_size = 8192, handshakes_at_once = 64, frames_per_second_each = 450 };

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

static void grow(struct room *room) {
  if (room->sent < room->size) return;
  uint32_t size = room->size == 0 ? 1024 : room->size * 2;
  room->received = realloc(room->received, size * sizeof *room->received);
  room->sent_at = realloc(room->sent_at, size * sizeof *room->sent_at);
  if (room->received == NULL || room->sent_at == NULL) fail("no memory for %u messages", size);
  memset(room->received + room->size, 0, (size - room->size) * sizeof *room->received);
  room->size = size;
}

/* The text begins with the time; the servers hand it on untouched. */
static void say(uint32_t room_at) {
  static char text[65536], body[65536 - 64];
  struct room *room = &rooms[room_at];
  grow(room);
  /* Next in turn, so that no connection meets a limit meant for one. Those asleep say nothing. */
  struct client *client = &clients[room_at * options.people + room->sent % awake];
  memset(body, 'x', (size_t)options.bytes);
  body[sprintf(body, "t=%016llx", (unsigned long long)now_ns())] = ' ';
  body[options.bytes] = 0;
  const char *format = options.dialect == SOCKET_IO ? "42[\"message\",\"%s\"]" : "{\"action\":\"message\",\"message\":\"%s\"}";
  room->sent += 1;
  send_text(client, text, (size_t)sprintf(text, format, body));
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
  if (received != awake) return;
  room->done += 1;
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
  snprintf(path, sizeof path, options.dialect == CONFAB ? "%s%u" : "%s", options.path, client->room);
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

static void turn(int timeout_ms) {
  struct epoll_event events[512];
  int count = epoll_wait(poller, events, 512, timeout_ms);
  for (int at = 0; at < count; at += 1) {
    /* The timer only has to wake us. */
    if (events[at].data.u32 == UINT32_MAX) continue;
    struct client *client = &clients[events[at].data.u32];
    if (client->state == CONNECTING) begin_handshake(client);
    else take_bytes(client);
  }
}

static void connect_all(void) {
  uint64_t from = now_ns(), cpu = cpu_ticks(options.pid);
  while (opened < client_count) {
    while (begun < client_count && begun - opened < handshakes_at_once) begin_connection();
    turn(-1);
  }
  figures.handshake_seconds = (double)(now_ns() - from) / 1e9;
  figures.handshake_cpu_ticks = cpu_ticks(options.pid) - cpu;
}

/* Without a rate every room's window is kept full; with one, each message is due at its time, whatever came back. */
static void say_what_is_due(uint64_t elapsed_ns, uint32_t *sent) {
  uint32_t room_count = (uint32_t)options.rooms;
  if (options.rate > 0) {
    uint32_t due = (uint32_t)((double)elapsed_ns / 1e9 * options.rate);
    for (; *sent < due; *sent += 1) say(*sent % room_count);
    return;
  }
  uint64_t most = (uint64_t)((double)elapsed_ns / 1e9 * frames_per_second_each * awake) + 1;
  for (uint32_t at = 0; at < room_count; at += 1) {
    while (rooms[at].sent - rooms[at].done < (uint32_t)options.window && rooms[at].sent < most) say(at);
  }
}

static void run_for(double seconds) {
  static uint64_t from;
  static uint32_t sent;
  if (from == 0) from = now_ns();
  uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
  for (uint64_t now = now_ns(); now < until; now = now_ns()) {
    say_what_is_due(now - from, &sent);
    turn(5);
  }
}

static void tick_every(double seconds) {
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct timespec every = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  struct itimerspec times = {every, every};
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = UINT32_MAX};
  timerfd_settime(timer, 0, &times, NULL);
  epoll_ctl(poller, EPOLL_CTL_ADD, timer, &event);
}

static int is_complete(uint32_t first, uint32_t last) {
  for (uint32_t at = 0; at < client_count; at += 1) {
    uint32_t place = at % (uint32_t)options.people;
    if (place >= first && place < last && clients[at].got < rooms[clients[at].room].sent) return 0;
  }
  return 1;
}

/* Everything that was said must reach everybody. */
static void wait_until_complete(uint32_t first, uint32_t last) {
  uint64_t until = now_ns() + 60000000000u;
  while (!is_complete(first, last)) {
    if (now_ns() > until) fail("messages were lost: not everybody had all of them a minute later");
    turn(10);
  }
}

static void set_asleep(int is_asleep) {
  for (uint32_t at = 0; at < client_count; at += 1) {
    if (at % (uint32_t)options.people >= awake) watch(&clients[at], is_asleep ? 0 : EPOLLIN, EPOLL_CTL_MOD);
  }
}

static void measure(void) {
  tick_every(options.rate > 0 ? 1 / options.rate : 0.0005);
  set_asleep(1);
  run_for(options.warm_up);
  begin_counting(&figures, options.pid, now_ns());
  run_for(options.seconds);
  end_counting(&figures, options.pid, now_ns());
  wait_until_complete(0, awake);
  uint64_t from = now_ns();
  set_asleep(0);
  wait_until_complete(awake, (uint32_t)options.people);
  figures.wake_seconds = (double)(now_ns() - from) / 1e9;
}

int main(int count, char **arguments) {
  read_options(&options, count, arguments);
  client_count = (uint32_t)(options.rooms * options.people);
  awake = (uint32_t)(options.people - options.asleep);
  clients = calloc(client_count, sizeof *clients);
  rooms = calloc((size_t)options.rooms, sizeof *rooms);
  poller = epoll_create1(0);
  if (clients == NULL || rooms == NULL || poller < 0) fail("no memory for %u clients", client_count);
  connect_all();
  if (options.seconds > 0) measure();
  print_figures(&figures);
  /* Connections stay until we are told, or whoever told us is gone. */
  while (options.hold && read(0, buffer, sizeof buffer) > 0) continue;
  return 0;
}
