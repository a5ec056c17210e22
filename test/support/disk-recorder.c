/*
 * Loaded before libc, writes down what a process does to the files of one folder, in the order it was done, so that
 * a test can rebuild what a disk would hold after a power cut at any moment. A record is a line, then its bytes:
 *   create PATH | write PATH OFFSET LENGTH | truncate PATH SIZE | sync PATH | rename FROM TO | unlink PATH
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FILES 4096
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char *paths[MAX_FILES];
static int record_file = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Shared memory is made anew after a crash, so what is written there is nothing to lose. */
static int is_recorded(const char *path) {
  const char *folder = getenv("RECORDED_FOLDER");
  if (folder == NULL || path == NULL || strncmp(path, folder, strlen(folder)) != 0) return 0;
  size_t length = strlen(path);
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

static const char *path_of(int file) {
  return file >= 0 && file < MAX_FILES ? paths[file] : NULL;
}

static void record(const void *bytes, size_t length, const char *format, ...) {
  char line[8192];
  va_list values;
  va_start(values, format);
  int line_length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  struct iovec parts[] = {{line, (size_t)line_length}, {(void *)bytes, length}};
  pthread_mutex_lock(&lock);
  if (record_file < 0) {
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    record_file = REAL(open)(getenv("RECORD_FILE"), flags, 0600);
  }
  ssize_t written = REAL(writev)(record_file, parts, 2);
  pthread_mutex_unlock(&lock);
  if (written != (ssize_t)(line_length + length)) abort();
}

static int opened(int file, const char *path, int flags, int existed) {
  if (file < 0 || file >= MAX_FILES || !is_recorded(path)) return file;
  paths[file] = strdup(path);
  if (!existed && (flags & O_CREAT)) record(NULL, 0, "create %s\n", path);
  else if (flags & O_TRUNC) record(NULL, 0, "truncate %s 0\n", path);
  return file;
}

#define OPEN(name)                                                      \
  int name(const char *path, int flags, ...) {                          \
    va_list values;                                                     \
    va_start(values, flags);                                            \
    mode_t mode = flags & O_CREAT ? va_arg(values, mode_t) : 0;         \
    va_end(values);                                                     \
    int existed = access(path, F_OK) == 0;                              \
    return opened(REAL(name)(path, flags, mode), path, flags, existed); \
  }
OPEN(open)
OPEN(open64)

int close(int file) {
  if (path_of(file) != NULL) {
    free(paths[file]);
    paths[file] = NULL;
  }
  return REAL(close)(file);
}

static void wrote(int file, const void *bytes, ssize_t length, off_t offset) {
  if (length > 0 && path_of(file) != NULL)
    record(bytes, (size_t)length, "write %s %lld %zd\n", path_of(file), (long long)offset, length);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
  ssize_t written = REAL(pwrite64)(file, bytes, length, offset);
  wrote(file, bytes, written, offset);
  return written;
}

ssize_t write(int file, const void *bytes, size_t length) {
  ssize_t written = REAL(write)(file, bytes, length);
  if (path_of(file) != NULL) wrote(file, bytes, written, lseek(file, 0, SEEK_CUR) - written);
  return written;
}

int ftruncate64(int file, off64_t size) {
  int failed = REAL(ftruncate64)(file, size);
  if (!failed && path_of(file) != NULL) record(NULL, 0, "truncate %s %lld\n", path_of(file), (long long)size);
  return failed;
}

#define SYNC(name)                                                                      \
  int name(int file) {                                                                  \
    int failed = REAL(name)(file);                                                      \
    if (!failed && path_of(file) != NULL) record(NULL, 0, "sync %s\n", path_of(file));  \
    return failed;                                                                      \
  }
SYNC(fsync)
SYNC(fdatasync)

int rename(const char *from, const char *to) {
  int failed = REAL(rename)(from, to);
  if (!failed && is_recorded(from)) record(NULL, 0, "rename %s %s\n", from, to);
  return failed;
}

int unlink(const char *path) {
  int failed = REAL(unlink)(path);
  if (!failed && is_recorded(path)) record(NULL, 0, "unlink %s\n", path);
  return failed;
}
