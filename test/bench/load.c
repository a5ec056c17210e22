/*
 * The load of the fan-out bench: many WebSocket clients in one thread, cheap enough not to be the limit. Every
 * message must reach everybody in its room, in one order; so the n-th frame a client is sent is the room's n-th
 * message, and only the first copy of each is parsed for the time at which it was sent. What is lost, refused or
 * told twice ends the run with a line on stderr and exit code 1. Arguments and result: see load.ts.
 */
#define _GNU_SOURCE
#include <sys/timerfd.h>

#include "load-clients.h"

/* Frames a second that a server may limit a connection to are more. */
enum { frames_per_second_each = 450 };

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
