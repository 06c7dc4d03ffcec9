/* A disk that fails on purpose: preloaded, it makes the n-th write, flush or read below one folder fail.
 *
 * Armed from within the process (ctypes), so that a thousand runs need no thousand processes:
 *   fault_arm(folder, which, nth, times, error): from the nth matching call on, `times` calls fail (0: all).
 *   fault_disarm(): how many calls matched since.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITES = 1, FLUSHES = 2, READS = 4, OPENS = 8, UNTIL_BALLAST = 16 };

static char folder[4096];
static int which, error;
static long nth, times, seen;

void fault_arm(const char *where, int what, long from, long how_often, int why) {
    snprintf(folder, sizeof folder, "%s", where);
    nth = from, times = how_often, seen = 0, error = why, which = what;
}

long fault_disarm(void) {
    which = 0;
    return seen;
}

static int below(const char *path) {
    return path && strncmp(path, folder, strlen(folder)) == 0;
}

static int below_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static int fails(int what, int matches) {
    if (!(which & what) || !matches) return 0;
    seen++;
    if (seen < nth || (times && seen >= nth + times)) return 0;
    errno = error;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, name)

#define ON_FD(type, name, what, failed, parameters, arguments, ...) \
    type name parameters { \
        REAL(type, #name, __VA_ARGS__); \
        if (which && fails(what, below_fd(fd))) return failed; \
        return real arguments; \
    }

ON_FD(ssize_t, write, WRITES, -1, (int fd, const void *data, size_t size), (fd, data, size), int, const void *, size_t)
ON_FD(ssize_t, pwrite, WRITES, -1, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), int, const void *, size_t, off_t)
ON_FD(ssize_t, pwrite64, WRITES, -1, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), int, const void *, size_t, off64_t)
ON_FD(int, ftruncate, WRITES, -1, (int fd, off_t size), (fd, size), int, off_t)
ON_FD(int, ftruncate64, WRITES, -1, (int fd, off64_t size), (fd, size), int, off64_t)
ON_FD(int, posix_fallocate, WRITES, error, (int fd, off_t at, off_t size), (fd, at, size), int, off_t, off_t)
ON_FD(int, posix_fallocate64, WRITES, error, (int fd, off64_t at, off64_t size), (fd, at, size), int, off64_t, off64_t)
ON_FD(int, fsync, FLUSHES, -1, (int fd), (fd), int)
ON_FD(int, fdatasync, FLUSHES, -1, (int fd), (fd), int)
ON_FD(ssize_t, read, READS, -1, (int fd, void *data, size_t size), (fd, data, size), int, void *, size_t)
ON_FD(ssize_t, pread, READS, -1, (int fd, void *data, size_t size, off_t at), (fd, data, size, at), int, void *, size_t, off_t)
ON_FD(ssize_t, pread64, READS, -1, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at), int, void *, size_t, off64_t)

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return which && fails(WRITES | OPENS, below(to)) ? -1 : real(from, to);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    return which && fails(WRITES | OPENS, below(path)) ? -1 : real(path, mode);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (which && fails(OPENS, below(path))) return -1;
    size_t length = strlen(path);
    if ((which & UNTIL_BALLAST) && below(path) && length > 8 && !strcmp(path + length - 8, "/ballast")) which = 0;
    return real(path);
}

static int opening(const char *path, int flags) {
    int making = (flags & O_CREAT) && access(path, F_OK) != 0;
    int writing = (flags & O_ACCMODE) != O_RDONLY || making;
    return (making && fails(WRITES, below(path))) || (writing && fails(OPENS, below(path)));
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        if (which && opening(path, flags)) return -1; \
        return real(path, flags, mode); \
    }

OPEN(open)
OPEN(open64)
