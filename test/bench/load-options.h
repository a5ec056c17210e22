/* The load's arguments, each `--name value`. A name it does not know ends it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum dialect { RAW, CONFAB, SOCKET_IO };

struct options {
  enum dialect dialect;
  const char *path;
  /* pid: the server's, whose CPU is read. asleep: of a room's people, those who do not read until the end.
     spin: never sleep. */
  int pid, port, rooms, people, window, bytes, asleep, hold, spin;
  double rate, warm_up, seconds;
};

static enum dialect dialect_of(const char *name) {
  return strcmp(name, "confab") == 0 ? CONFAB : strcmp(name, "socket.io") == 0 ? SOCKET_IO : RAW;
}

static void read_option(struct options *options, const char *name, const char *value) {
  if (strcmp(name, "--dialect") == 0) options->dialect = dialect_of(value);
  else if (strcmp(name, "--path") == 0) options->path = value;
  else if (strcmp(name, "--pid") == 0) options->pid = atoi(value);
  else if (strcmp(name, "--port") == 0) options->port = atoi(value);
  else if (strcmp(name, "--rooms") == 0) options->rooms = atoi(value);
  else if (strcmp(name, "--people") == 0) options->people = atoi(value);
  else if (strcmp(name, "--window") == 0) options->window = atoi(value);
  else if (strcmp(name, "--bytes") == 0) options->bytes = atoi(value);
  else if (strcmp(name, "--asleep") == 0) options->asleep = atoi(value);
  else if (strcmp(name, "--hold") == 0) options->hold = atoi(value);
  else if (strcmp(name, "--spin") == 0) options->spin = atoi(value);
  else if (strcmp(name, "--rate") == 0) options->rate = atof(value);
  else if (strcmp(name, "--warmUp") == 0) options->warm_up = atof(value);
  else if (strcmp(name, "--seconds") == 0) options->seconds = atof(value);
  else fprintf(stderr, "unknown option %s\n", name), exit(2);
}

static void read_options(struct options *options, int count, char **arguments) {
  *options = (struct options){.path = "/", .rooms = 1, .people = 1, .window = 1, .bytes = 120};
  for (int at = 1; at + 1 < count; at += 2) read_option(options, arguments[at], arguments[at + 1]);
}
