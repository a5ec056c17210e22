/*
 * io_uring: one system call for the sends of many sockets. To enter the kernel and leave it again takes a tenth and more
 * of what a send of some hundred bytes costs. Containers and careful operators forbid io_uring, and older kernels have
 * none: whoever asks must be ready for a ring that does not open, and for one that fails later.
 */
#ifndef CONFAB_RING_H
#define CONFAB_RING_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#if defined(__linux__) && defined(__has_include)
#if __has_include(<linux/io_uring.h>)
#define HAS_RING 1
#endif
#endif

enum {
  /* As many as a slice of a room has members; of more, each so many go in one call. */
  ring_entries = 256,
  /* For fewer a call each is as cheap. */
  ring_worthwhile = 4,
  /* Not tried: whoever asked sends it itself. */
  left_out = INT32_MIN
};

#ifdef HAS_RING
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
  int descriptor;
  unsigned *submitted_head, *submitted_tail, *submitted, submitted_mask;
  unsigned *completed_head, *completed_tail, completed_mask;
  struct io_uring_sqe *requests;
  struct io_uring_cqe *answers;
} ring = {.descriptor = -1};

static void *map_ring(int descriptor, size_t length, off_t part) {
  void *address = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, part);
  return address == MAP_FAILED ? NULL : address;
}

/* Its memory stays mapped: a ring is opened once in a process, and fails at most once. */
static void close_ring(void) {
  close(ring.descriptor);
  ring.descriptor = -1;
}

static int open_ring(void) {
  struct io_uring_params shape = {0};
  if (ring.descriptor >= 0) return 1;
  ring.descriptor = (int)syscall(__NR_io_uring_setup, ring_entries, &shape);
  if (ring.descriptor < 0) return 0;
  char *requests = map_ring(ring.descriptor, shape.sq_off.array + shape.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
  char *answers = map_ring(ring.descriptor, shape.cq_off.cqes + shape.cq_entries * sizeof(*ring.answers), IORING_OFF_CQ_RING);
  ring.requests = map_ring(ring.descriptor, shape.sq_entries * sizeof(*ring.requests), IORING_OFF_SQES);
  if (requests == NULL || answers == NULL || ring.requests == NULL) {
    close_ring();
    return 0;
  }
  ring.submitted_head = (unsigned *)(requests + shape.sq_off.head);
  ring.submitted_tail = (unsigned *)(requests + shape.sq_off.tail);
  ring.submitted_mask = *(unsigned *)(requests + shape.sq_off.ring_mask);
  ring.submitted = (unsigned *)(requests + shape.sq_off.array);
  ring.completed_head = (unsigned *)(answers + shape.cq_off.head);
  ring.completed_tail = (unsigned *)(answers + shape.cq_off.tail);
  ring.completed_mask = *(unsigned *)(answers + shape.cq_off.ring_mask);
  ring.answers = (struct io_uring_cqe *)(answers + shape.cq_off.cqes);
  return 1;
}

static unsigned put_requests(const int32_t *sockets, unsigned count, const void *bytes, size_t length) {
  unsigned tail = *ring.submitted_tail, asked = 0;
  for (unsigned at = 0; at < count; at += 1) {
    if (sockets[at] < 0) continue;
    unsigned slot = tail & ring.submitted_mask;
    ring.requests[slot] = (struct io_uring_sqe){
        .opcode = IORING_OP_SEND,
        .fd = sockets[at],
        .addr = (uint64_t)(uintptr_t)bytes,
        .len = (uint32_t)length,
        /* Never waits for a socket: all is answered before the call returns. */
        .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL,
        .user_data = at,
    };
    ring.submitted[slot] = slot;
    tail += 1;
    asked += 1;
  }
  __atomic_store_n(ring.submitted_tail, tail, __ATOMIC_RELEASE);
  return asked;
}

static unsigned take_answers(int32_t *sent) {
  unsigned head = *ring.completed_head, taken = 0;
  for (; head != __atomic_load_n(ring.completed_tail, __ATOMIC_ACQUIRE); head += 1, taken += 1) {
    const struct io_uring_cqe *answer = &ring.answers[head & ring.completed_mask];
    if (answer->res >= 0) sent[answer->user_data] = answer->res;
    /* Full, or broken, which Node will find out by itself; a kernel that knows no such request says EINVAL. */
    else if (answer->res != -EINVAL) sent[answer->user_data] = 0;
  }
  __atomic_store_n(ring.completed_head, head, __ATOMIC_RELEASE);
  return taken;
}

/* At most `ring_entries` of them. `sent` tells what each took, and which were left out. */
static void try_ring(const int32_t *sockets, int32_t *sent, unsigned count, const void *bytes, size_t length) {
  for (unsigned at = 0; at < count; at += 1) sent[at] = sockets[at] < 0 ? 0 : left_out;
  if (ring.descriptor < 0 || count < ring_worthwhile) return;
  unsigned missing = put_requests(sockets, count, bytes, length);
  while (missing > 0) {
    unsigned waiting = *ring.submitted_tail - __atomic_load_n(ring.submitted_head, __ATOMIC_ACQUIRE);
    long entered = syscall(__NR_io_uring_enter, ring.descriptor, waiting, missing, IORING_ENTER_GETEVENTS, NULL, 0);
    int has_failed = entered < 0 && errno != EINTR;
    missing -= take_answers(sent);
    if (has_failed && missing > 0) {
      close_ring();
      return;
    }
  }
}

#else

static int open_ring(void) { return 0; }

static void try_ring(const int32_t *sockets, int32_t *sent, unsigned count, const void *bytes, size_t length) {
  (void)sockets, (void)bytes, (void)length;
  for (unsigned at = 0; at < count; at += 1) sent[at] = left_out;
}

#endif

#endif
