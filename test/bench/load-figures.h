/* What one run of the load measured: counts, CPU of the server, and latencies in a histogram with steps of 1.6 %. */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { steps = 64, buckets = 64 * steps };

struct histogram {
  uint64_t count, at[buckets];
};

struct figures {
  int is_counting;
  uint64_t began_ns, cpu_ticks;
  double seconds, handshake_seconds, wake_seconds;
  uint64_t handshake_cpu_ticks;
  /* Every delivery, and each message's last one. */
  struct histogram each, last;
};

/* User and system time of a process so far, in ticks of 10 ms; 0 for no process. */
static uint64_t cpu_ticks(int pid) {
  char path[64], line[2048];
  unsigned long long user = 0, system = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  char *read = fgets(line, sizeof line, file);
  fclose(file);
  /* The name may hold spaces; the fields after its last parenthesis may not. */
  char *rest = read == NULL ? NULL : strrchr(line, ')');
  if (rest != NULL) sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system);
  return user + system;
}

static void note(struct histogram *histogram, uint64_t value) {
  int shift = value < steps ? 0 : 63 - __builtin_clzll(value) - 5;
  histogram->count += 1;
  histogram->at[shift * (steps / 2) + (int)(value >> shift)] += 1;
}

static double percentile_ms(const struct histogram *histogram, double percent) {
  uint64_t seen = 0, wanted = (uint64_t)((double)histogram->count * percent / 100);
  for (int at = 0; at < buckets; at += 1) {
    seen += histogram->at[at];
    int shift = at < steps ? 0 : at / (steps / 2) - 1;
    if (seen > wanted) return (double)((uint64_t)(at - shift * (steps / 2)) << shift) / 1e6;
  }
  return 0;
}

static void note_delivery(struct figures *figures, uint64_t took_ns) {
  note(&figures->each, took_ns);
}

static void note_last_reader(struct figures *figures, uint64_t took_ns) {
  note(&figures->last, took_ns);
}

static void begin_counting(struct figures *figures, int pid, uint64_t now_ns) {
  figures->is_counting = 1;
  figures->began_ns = now_ns;
  figures->cpu_ticks = cpu_ticks(pid);
}

static void end_counting(struct figures *figures, int pid, uint64_t now_ns) {
  figures->is_counting = 0;
  figures->seconds = (double)(now_ns - figures->began_ns) / 1e9;
  figures->cpu_ticks = cpu_ticks(pid) - figures->cpu_ticks;
}

static void print_figures(const struct figures *figures) {
  const double seconds_per_tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
  printf("{\"seconds\":%.4f,\"deliveries\":%llu,\"messages\":%llu,\"cpuSeconds\":%.2f,", figures->seconds,
         (unsigned long long)figures->each.count, (unsigned long long)figures->last.count,
         (double)figures->cpu_ticks * seconds_per_tick);
  printf("\"p50Ms\":%.4f,\"p99Ms\":%.4f,\"lastP50Ms\":%.4f,\"lastP99Ms\":%.4f,", percentile_ms(&figures->each, 50),
         percentile_ms(&figures->each, 99), percentile_ms(&figures->last, 50), percentile_ms(&figures->last, 99));
  printf("\"handshakeSeconds\":%.4f,\"handshakeCpuSeconds\":%.2f,\"wakeSeconds\":%.3f}\n", figures->handshake_seconds,
         (double)figures->handshake_cpu_ticks * seconds_per_tick, figures->wake_seconds);
  fflush(stdout);
}
