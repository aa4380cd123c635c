/* Loaded by LD_PRELOAD: notes every change to what lies below POWERCUT_ROOT, in order, at the end of POWERCUT_JOURNAL.

   A change is made and noted under one lock, of threads and of processes, so the journal's order is the true one. What
   is written through a mapping is not seen: whoever reads the journal compares what it comes to with what lies on the
   disk. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef __LP64__
#error "an offset does not fit a register"
#endif

enum kind { CREATE = 1, WRITE, TRUNCATE, RENAME, LINK, UNLINK, MKDIR, RMDIR, SYNC };

struct head {
    uint32_t kind, path_bytes, data_bytes, unused;
    uint64_t inode, offset;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_bytes;
static int journal = -1;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("POWERCUT_JOURNAL");
    root = getenv("POWERCUT_ROOT");
    if (!root || !path) return;
    root_bytes = strlen(root);
    journal = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (journal < 0) abort();
}

static void lock_journal(int kind) {
    struct flock whole = {.l_type = kind, .l_whence = SEEK_SET};
    while (fcntl(journal, F_SETLKW, &whole) < 0)
        if (errno != EINTR) abort();
}

static void begin(void) {
    pthread_mutex_lock(&turn);
    lock_journal(F_WRLCK);
}

static void end(void) {
    int kept = errno;
    lock_journal(F_UNLCK);
    pthread_mutex_unlock(&turn);
    errno = kept;
}

static void note(enum kind kind, const char *path, uint64_t inode, uint64_t offset, const void *data, size_t bytes) {
    int kept = errno;
    struct head head = {.kind = kind, .path_bytes = path ? strlen(path) : 0, .data_bytes = bytes, .inode = inode,
                        .offset = offset};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.path_bytes}, {(void *)data, bytes}};
    if (syscall(SYS_writev, journal, parts, 3) != (long)(sizeof head + head.path_bytes + bytes)) abort();
    errno = kept;
}

static int is_below(const char *path) {
    return journal >= 0 && !strncmp(path, root, root_bytes) && (path[root_bytes] == '/' || !path[root_bytes]);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t bytes = readlink(link, path, PATH_MAX - 1);
    path[bytes > 0 ? bytes : 0] = 0;
    return bytes > 0;
}

/* Whether a path lies below the root; `whole` becomes the path from the top. */
static int find(int folder, const char *path, char *whole) {
    int kept = errno, found = journal >= 0 && path && *path;
    if (found && path[0] == '/')
        found = snprintf(whole, PATH_MAX, "%s", path) < PATH_MAX;
    else if (found) {
        found = folder == AT_FDCWD ? getcwd(whole, PATH_MAX) != NULL : path_of(folder, whole);
        size_t bytes = found ? strlen(whole) : 0;
        found = found && snprintf(whole + bytes, PATH_MAX - bytes, "/%s", path) < (int)(PATH_MAX - bytes);
    }
    errno = kept;
    return found && is_below(whole);
}

/* Whether an open file is a file or a folder below the root. */
static int is_watched(int fd, struct stat *status) {
    char path[PATH_MAX];
    int kept = errno, watched = journal >= 0 && !fstat(fd, status) &&
        (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode)) && path_of(fd, path) && is_below(path);
    errno = kept;
    return watched;
}

static uint64_t inode_at(const char *path) {
    struct stat status;
    return lstat(path, &status) ? 0 : status.st_ino;
}

/* Files are opened */

static void note_opened(int fd, const char *path, int existed, int flags) {
    struct stat status;
    if (fstat(fd, &status)) abort();
    if (!existed)
        note(CREATE, path, status.st_ino, 0, NULL, 0);
    else if (flags & O_TRUNC)
        note(TRUNCATE, NULL, status.st_ino, 0, NULL, 0);
}

static int open_at(int folder, const char *path, int flags, int mode) {
    char whole[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || !find(folder, path, whole))
        return syscall(SYS_openat, folder, path, flags, mode);
    begin();
    int existed = inode_at(whole) != 0;
    int fd = syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0) note_opened(fd, whole, existed, flags);
    end();
    return fd;
}

#define MODE(flags) \
    int mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, int); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_at(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return open_at(folder, path, flags, mode); }
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* Contents change */

static ssize_t note_written(int fd, uint64_t inode, ssize_t written, const struct iovec *parts) {
    uint64_t offset = lseek(fd, 0, SEEK_CUR) - written;
    for (ssize_t left = written; left > 0; parts++) {
        ssize_t bytes = left < (ssize_t)parts->iov_len ? left : (ssize_t)parts->iov_len;
        note(WRITE, NULL, inode, offset, parts->iov_base, bytes);
        offset += bytes;
        left -= bytes;
    }
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct stat status;
    if (!is_watched(fd, &status)) return syscall(SYS_writev, fd, parts, count);
    begin();
    ssize_t written = note_written(fd, status.st_ino, syscall(SYS_writev, fd, parts, count), parts);
    end();
    return written;
}

ssize_t write(int fd, const void *data, size_t bytes) {
    struct stat status;
    if (!is_watched(fd, &status)) return syscall(SYS_write, fd, data, bytes);
    struct iovec part = {(void *)data, bytes};
    begin();
    ssize_t written = note_written(fd, status.st_ino, syscall(SYS_write, fd, data, bytes), &part);
    end();
    return written;
}

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset) {
    struct stat status;
    if (!is_watched(fd, &status)) return syscall(SYS_pwrite64, fd, data, bytes, offset);
    begin();
    ssize_t written = syscall(SYS_pwrite64, fd, data, bytes, offset);
    if (written > 0) note(WRITE, NULL, status.st_ino, offset, data, written);
    end();
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) { return pwrite64(fd, data, bytes, offset); }

int ftruncate64(int fd, off64_t bytes) {
    struct stat status;
    if (!is_watched(fd, &status)) return syscall(SYS_ftruncate, fd, bytes);
    begin();
    int failed = syscall(SYS_ftruncate, fd, bytes);
    if (!failed) note(TRUNCATE, NULL, status.st_ino, bytes, NULL, 0);
    end();
    return failed;
}

int ftruncate(int fd, off_t bytes) { return ftruncate64(fd, bytes); }

/* Part of what was asked for may be sent; read and written, it is seen. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t bytes) {
    struct stat status;
    char data[1 << 16];
    if (!is_watched(to, &status)) return syscall(SYS_sendfile, to, from, offset, bytes);
    bytes = bytes < sizeof data ? bytes : sizeof data;
    ssize_t got = offset ? pread64(from, data, bytes, *offset) : read(from, data, bytes);
    ssize_t sent = got > 0 ? write(to, data, got) : got;
    if (offset && sent > 0) *offset += sent;
    return sent;
}

ssize_t sendfile(int to, int from, off_t *offset, size_t bytes) { return sendfile64(to, from, offset, bytes); }

/* What libc's own streams write is not seen: one that may write becomes a stream that calls the functions above */

static ssize_t stream_read(void *fd, char *data, size_t bytes) { return read((intptr_t)fd, data, bytes); }
static int stream_close(void *fd) { return close((intptr_t)fd); }

static ssize_t stream_write(void *fd, const char *data, size_t bytes) {
    ssize_t written = write((intptr_t)fd, data, bytes);
    return written < 0 ? 0 : written;
}

static int stream_seek(void *fd, off64_t *offset, int whence) {
    *offset = lseek((intptr_t)fd, *offset, whence);
    return *offset < 0 ? -1 : 0;
}

static FILE *open_stream(const char *name, const char *path, const char *mode) {
    char whole[PATH_MAX];
    if ((*mode == 'r' && !strchr(mode, '+')) || !find(AT_FDCWD, path, whole)) {
        FILE *(*real)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, name);
        return real(path, mode);
    }
    int flags = *mode == 'w' ? O_CREAT | O_TRUNC : *mode == 'a' ? O_CREAT | O_APPEND : 0;
    int fd = open_at(AT_FDCWD, path, flags | (strchr(mode, '+') ? O_RDWR : O_WRONLY), 0666);
    cookie_io_functions_t functions = {stream_read, stream_write, stream_seek, stream_close};
    return fd < 0 ? NULL : fopencookie((void *)(intptr_t)fd, mode, functions);
}

FILE *fopen(const char *path, const char *mode) { return open_stream("fopen", path, mode); }
FILE *fopen64(const char *path, const char *mode) { return open_stream("fopen64", path, mode); }

/* Names change */

int renameat2(int folder, const char *path, int other, const char *new_path, unsigned flags) {
    char whole[PATH_MAX], new_whole[PATH_MAX];
    if (!find(folder, path, whole) | !find(other, new_path, new_whole))
        return syscall(SYS_renameat2, folder, path, other, new_path, flags);
    begin();
    int failed = syscall(SYS_renameat2, folder, path, other, new_path, flags);
    if (!failed) note(RENAME, whole, 0, 0, new_whole, strlen(new_whole));
    end();
    return failed;
}

int renameat(int folder, const char *path, int other, const char *new_path) {
    return renameat2(folder, path, other, new_path, 0);
}

int rename(const char *path, const char *new_path) { return renameat2(AT_FDCWD, path, AT_FDCWD, new_path, 0); }

int linkat(int folder, const char *path, int other, const char *new_path, int flags) {
    char whole[PATH_MAX], new_whole[PATH_MAX];
    if (!find(folder, path, whole) | !find(other, new_path, new_whole))
        return syscall(SYS_linkat, folder, path, other, new_path, flags);
    begin();
    int failed = syscall(SYS_linkat, folder, path, other, new_path, flags);
    if (!failed) note(LINK, whole, 0, 0, new_whole, strlen(new_whole));
    end();
    return failed;
}

int link(const char *path, const char *new_path) { return linkat(AT_FDCWD, path, AT_FDCWD, new_path, 0); }

int unlinkat(int folder, const char *path, int flags) {
    char whole[PATH_MAX];
    if (!find(folder, path, whole)) return syscall(SYS_unlinkat, folder, path, flags);
    begin();
    int failed = syscall(SYS_unlinkat, folder, path, flags);
    if (!failed) note(flags & AT_REMOVEDIR ? RMDIR : UNLINK, whole, 0, 0, NULL, 0);
    end();
    return failed;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
    int failed = unlink(path);
    return failed && errno == EISDIR ? rmdir(path) : failed;
}

int mkdirat(int folder, const char *path, mode_t mode) {
    char whole[PATH_MAX];
    if (!find(folder, path, whole)) return syscall(SYS_mkdirat, folder, path, mode);
    begin();
    int failed = syscall(SYS_mkdirat, folder, path, mode);
    if (!failed) note(MKDIR, whole, inode_at(whole), 0, NULL, 0);
    end();
    return failed;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* All of it is to last */

static int sync_file(long call, int fd) {
    struct stat status;
    if (!is_watched(fd, &status)) return syscall(call, fd);
    begin();
    int failed = syscall(call, fd);
    if (!failed) note(SYNC, NULL, status.st_ino, 0, NULL, 0);
    end();
    return failed;
}

int fsync(int fd) { return sync_file(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_file(SYS_fdatasync, fd); }
