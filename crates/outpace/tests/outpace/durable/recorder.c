/* Records what a program does to the files below a folder, in the order in which it is done, and lets an act of it fail.
 *
 *     recorder ROOT EVENTS DATA FAIL -- PROGRAM ARGUMENT...
 *
 * Why ptrace and not a preloaded library: a part of the program asks the kernel without libc. Why one act at a time: the
 * next begins when the one before is recorded, so the order of the file is the order on the disk.
 *
 * EVENTS has a line for each act, its parts set off by tabs; DATA the bytes that were written. FAIL is "-" or
 * KIND:NUMBER:ERRNO, where KIND is write, sync, name or any: the act of this number (from 1) fails; with a "+" behind it
 * all that follow fail too. "full:BYTES:ERRNO" fails all writes and new files once so many bytes were written.
 *
 * Linux on x86-64 only. Exit: that of the program; 120 when the recorder itself cannot go on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* The header of libc and that of the kernel exclude each other; only the kernel's has what a syscall gave. */
#define ptrace(what, tid, at, with) syscall(SYS_ptrace, (long)(what), (long)(tid), (long)(at), (long)(with))

static const char *root;
static FILE *events, *data;
static long long data_at, written;
static pid_t child;

/* What shall fail. */
static char fail_kind;
static long long fail_at, fail_count;
static int fail_error, fail_all;

static const int TRACED[] = {SYS_open, SYS_openat, SYS_creat, SYS_write, SYS_pwrite64, SYS_writev, SYS_pwritev,
    SYS_pwritev2, SYS_truncate, SYS_ftruncate, SYS_fallocate, SYS_rename, SYS_renameat, SYS_renameat2, SYS_link,
    SYS_linkat, SYS_symlink, SYS_symlinkat, SYS_unlink, SYS_unlinkat, SYS_mkdir, SYS_mkdirat, SYS_rmdir, SYS_fsync,
    SYS_fdatasync, SYS_mmap, SYS_copy_file_range, SYS_sendfile, SYS_splice};

static void die(const char *why) {
    fprintf(stderr, "recorder: %s: %s\n", why, strerror(errno));
    if (child > 0) kill(child, SIGKILL);
    exit(120);
}

/* One act of the program: its arguments, and what was found out before it was done. */
struct act {
    pid_t tid;
    long nr;
    unsigned long long a[6];
    char kind; /* w(rite) s(ync) n(ame), 0: of no interest */
    char one[PATH_MAX], two[PATH_MAX];
    int is_new, is_dir;
};

static int text_of(pid_t tid, unsigned long long at, char *out) {
    size_t have = 0;
    while (have < PATH_MAX - 1) {
        /* Not beyond a page, as the next may not be there. */
        size_t want = 4096 - ((at + have) & 4095);
        if (want > PATH_MAX - 1 - have) want = PATH_MAX - 1 - have;
        struct iovec to = {out + have, want}, from = {(void *)(at + have), want};
        ssize_t got = process_vm_readv(tid, &to, 1, &from, 1, 0);
        if (got <= 0) return -1;
        if (memchr(out + have, 0, (size_t)got)) return 0;
        have += (size_t)got;
    }
    return -1;
}

static int link_of(pid_t tid, const char *what, long fd, char *out) {
    char name[64];
    if (fd >= 0) snprintf(name, sizeof name, "/proc/%d/%s/%ld", tid, what, fd);
    else snprintf(name, sizeof name, "/proc/%d/%s", tid, what);
    ssize_t got = readlink(name, out, PATH_MAX - 1);
    if (got < 0) return -1;
    out[got] = 0;
    return 0;
}

static void path_of(pid_t tid, int folder, unsigned long long at, char *out) {
    char name[PATH_MAX], base[PATH_MAX];
    out[0] = 0;
    if (text_of(tid, at, name)) return;
    if (name[0] == '/') { snprintf(out, PATH_MAX, "%s", name); return; }
    if (folder == AT_FDCWD ? link_of(tid, "cwd", -1, base) : link_of(tid, "fd", folder, base)) return;
    if (strlen(base) + strlen(name) + 2 > PATH_MAX) return;
    strcpy(out, base);
    strcat(out, "/");
    strcat(out, name);
}

static int is_below(const char *path) {
    size_t length = strlen(root);
    return !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static int stat_fd(pid_t tid, long fd, struct stat *there) {
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/fd/%ld", tid, fd);
    return stat(name, there);
}

static long long place_of(pid_t tid, long fd) {
    char name[64];
    long long at = -1;
    snprintf(name, sizeof name, "/proc/%d/fdinfo/%ld", tid, fd);
    FILE *info = fopen(name, "r");
    if (!info) return -1;
    if (fscanf(info, "pos: %lld", &at) != 1) at = -1;
    fclose(info);
    return at;
}

/* Writes bytes of a file of the program to DATA, as they are now. */
static void copy_data(pid_t tid, long fd, long long from, long long length) {
    char name[64], block[65536];
    snprintf(name, sizeof name, "/proc/%d/fd/%ld", tid, fd);
    int in = open(name, O_RDONLY);
    if (in < 0) die("a file cannot be read again");
    for (long long done = 0; done < length;) {
        size_t want = length - done < (long long)sizeof block ? (size_t)(length - done) : sizeof block;
        ssize_t got = pread(in, block, want, from + done);
        if (got <= 0) die("a file is shorter than what was written");
        if (fwrite(block, 1, (size_t)got, data) != (size_t)got) die("DATA");
        done += got;
    }
    close(in);
    data_at += length;
}

static long written_fd(const struct act *act) {
    switch (act->nr) {
    case SYS_copy_file_range: case SYS_splice: return (long)(int)act->a[2];
    default: return (long)(int)act->a[0];
    }
}

/* What an act will be, before it is done. */
static void before(struct act *act) {
    struct stat there;
    int at_one = AT_FDCWD, flags = 0;
    act->kind = 0;
    act->one[0] = act->two[0] = 0;
    switch (act->nr) {
    case SYS_open: case SYS_openat: case SYS_creat: {
        int is_at = act->nr == SYS_openat;
        if (is_at) at_one = (int)act->a[0];
        flags = act->nr == SYS_creat ? O_CREAT | O_WRONLY | O_TRUNC : (int)act->a[is_at ? 2 : 1];
        int is_unnamed = (flags & O_TMPFILE) == O_TMPFILE;
        if (!is_unnamed && !(flags & (O_CREAT | O_TRUNC))) return;
        path_of(act->tid, at_one, act->a[is_at ? 1 : 0], act->one);
        if (!is_below(act->one)) return;
        act->is_new = is_unnamed ? 2 : lstat(act->one, &there) != 0;
        if (act->is_new || (flags & O_TRUNC)) act->kind = 'n';
        return;
    }
    case SYS_write: case SYS_pwrite64: case SYS_writev: case SYS_pwritev: case SYS_pwritev2: case SYS_ftruncate:
    case SYS_fallocate: case SYS_copy_file_range: case SYS_sendfile: case SYS_splice:
        if (link_of(act->tid, "fd", written_fd(act), act->one)) return;
        if (is_below(act->one)) act->kind = 'w';
        else if (act->nr == SYS_write && act->a[0] == 1) act->kind = 'o';
        return;
    case SYS_truncate:
        path_of(act->tid, AT_FDCWD, act->a[0], act->one);
        if (is_below(act->one)) act->kind = 'w';
        return;
    case SYS_fsync: case SYS_fdatasync:
        if (link_of(act->tid, "fd", (long)(int)act->a[0], act->one) || !is_below(act->one)) return;
        if (stat_fd(act->tid, (long)(int)act->a[0], &there)) return;
        act->is_dir = S_ISDIR(there.st_mode);
        act->kind = 's';
        return;
    case SYS_mmap:
        if ((act->a[3] & MAP_TYPE) == MAP_PRIVATE || !(act->a[2] & PROT_WRITE) || (int)act->a[4] < 0) return;
        if (!link_of(act->tid, "fd", (long)(int)act->a[4], act->one) && is_below(act->one)) act->kind = 'm';
        return;
    case SYS_rename: case SYS_link: case SYS_symlink:
        path_of(act->tid, AT_FDCWD, act->a[0], act->one);
        path_of(act->tid, AT_FDCWD, act->a[1], act->two);
        break;
    case SYS_renameat: case SYS_renameat2: case SYS_linkat:
        path_of(act->tid, (int)act->a[0], act->a[1], act->one);
        path_of(act->tid, (int)act->a[2], act->a[3], act->two);
        break;
    case SYS_symlinkat: path_of(act->tid, (int)act->a[1], act->a[2], act->two); break;
    case SYS_unlink: case SYS_mkdir: case SYS_rmdir: path_of(act->tid, AT_FDCWD, act->a[0], act->one); break;
    case SYS_unlinkat: case SYS_mkdirat: path_of(act->tid, (int)act->a[0], act->a[1], act->one); break;
    }
    if (is_below(act->one) || is_below(act->two)) act->kind = 'n';
}

/* Records an act that was done. */
static void after(const struct act *act, long long result) {
    struct stat there;
    long fd = written_fd(act);
    if (act->kind == 'o') {
        static char text[1 << 16];
        size_t want = (size_t)result < sizeof text ? (size_t)result : sizeof text;
        struct iovec to = {text, want}, from = {(void *)act->a[1], want};
        if (process_vm_readv(act->tid, &to, 1, &from, 1, 0) != (ssize_t)want) die("standard output");
        fprintf(events, "say\t%zu\t%lld\n", want, data_at);
        if (fwrite(text, 1, want, data) != want) die("DATA");
        data_at += (long long)want;
        fflush(data);
        fflush(events);
        return;
    }
    switch (act->nr) {
    case SYS_open: case SYS_openat: case SYS_creat:
        if (stat_fd(act->tid, (long)result, &there)) die("a new file");
        if (act->is_new) fprintf(events, "create\t%lu\t%s\n", there.st_ino, act->is_new == 2 ? "-" : act->one);
        else fprintf(events, "truncate\t%lu\t0\n", there.st_ino);
        return;
    case SYS_truncate:
        if (stat(act->one, &there)) die("a file that was cut");
        fprintf(events, "truncate\t%lu\t%lld\n", there.st_ino, (long long)there.st_size);
        return;
    case SYS_ftruncate: case SYS_fallocate:
        if (stat_fd(act->tid, fd, &there)) die("a file that was cut");
        fprintf(events, "truncate\t%lu\t%lld\n", there.st_ino, (long long)there.st_size);
        return;
    case SYS_fsync: case SYS_fdatasync:
        if (stat_fd(act->tid, fd, &there)) die("a file that was synced");
        if (act->is_dir) fprintf(events, "sync-folder\t%s\n", act->one);
        else fprintf(events, "sync\t%lu\n", there.st_ino);
        return;
    case SYS_mmap: fprintf(events, "map\t%s\n", act->one); return;
    case SYS_rename: case SYS_renameat: case SYS_renameat2:
        fprintf(events, "rename\t%s\t%s\n", act->one, act->two);
        return;
    case SYS_link: case SYS_linkat:
        if (lstat(act->two, &there)) die("a link");
        fprintf(events, "link\t%lu\t%s\n", there.st_ino, act->two);
        return;
    case SYS_symlink: case SYS_symlinkat: fprintf(events, "symlink\t%s\n", act->two); return;
    case SYS_unlink: fprintf(events, "unlink\t%s\n", act->one); return;
    case SYS_unlinkat:
        fprintf(events, "%s\t%s\n", act->a[2] & AT_REMOVEDIR ? "rmdir" : "unlink", act->one);
        return;
    case SYS_rmdir: fprintf(events, "rmdir\t%s\n", act->one); return;
    case SYS_mkdir: case SYS_mkdirat: fprintf(events, "mkdir\t%s\n", act->one); return;
    }
    if (result == 0) return;
    if (stat_fd(act->tid, fd, &there)) die("a file that was written");
    long long at;
    if (act->nr == SYS_pwrite64 || act->nr == SYS_pwritev || act->nr == SYS_pwritev2) at = (long long)act->a[3];
    else at = place_of(act->tid, fd) - result;
    if (at < 0) die("where a file was written");
    fprintf(events, "write\t%lu\t%lld\t%lld\t%lld\n", there.st_ino, at, result, data_at);
    copy_data(act->tid, fd, at, result);
    written += result;
}

/* Whether an act shall fail. */
static int fails(const struct act *act) {
    if (!fail_kind || act->kind == 'm' || act->kind == 'o') return 0;
    if (fail_kind == 'f') return written >= fail_at && (act->kind == 'w' || act->is_new);
    if (fail_kind != 'a' && fail_kind != 'k' && fail_kind != act->kind) return 0;
    fail_count++;
    if (fail_kind == 'k' && fail_count == fail_at) kill(child, SIGKILL);
    return (fail_kind != 'k' && fail_count == fail_at) || (fail_all && fail_count > fail_at);
}

static int stopped_at_exit(int status) { return WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80); }

/* An act from its beginning to its end. Gives the state in which the thread is then. */
static int follow(pid_t tid) {
    static struct act act;
    struct ptrace_syscall_info info;
    int status = 0;
    memset(&act, 0, sizeof act);
    if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) <= 0) return 0;
    act.tid = tid;
    act.nr = (long)info.seccomp.nr;
    memcpy(act.a, info.seccomp.args, sizeof act.a);
    before(&act);
    if (!act.kind) { ptrace(PTRACE_CONT, tid, 0, 0); return 0; }
    int is_refused = fails(&act);
    if (is_refused) {
        struct user_regs_struct regs;
        if (ptrace(PTRACE_GETREGS, tid, 0, &regs)) die("registers");
        regs.orig_rax = (unsigned long long)-1;
        if (ptrace(PTRACE_SETREGS, tid, 0, &regs)) die("registers");
    }
    if (ptrace(PTRACE_SYSCALL, tid, 0, 0)) return 0;
    while (waitpid(tid, &status, __WALL) < 0) if (errno != EINTR) return 0;
    if (!stopped_at_exit(status)) return status;
    if (is_refused) {
        struct user_regs_struct regs;
        if (ptrace(PTRACE_GETREGS, tid, 0, &regs)) die("registers");
        regs.rax = (unsigned long long)(long long)-fail_error;
        if (ptrace(PTRACE_SETREGS, tid, 0, &regs)) die("registers");
        fprintf(events, "fail\t%c\t%s\n", act.kind, act.one);
    } else {
        if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) <= 0) return 0;
        if (info.exit.rval >= 0) after(&act, info.exit.rval);
    }
    ptrace(PTRACE_CONT, tid, 0, 0);
    return 0;
}

static void start(char **arguments) {
    enum { COUNT = sizeof TRACED / sizeof *TRACED };
    struct sock_filter filter[COUNT + 3];
    filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int n = 0; n < COUNT; n++)
        filter[n + 1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)TRACED[n],
            (unsigned char)(COUNT - n), 0);
    filter[COUNT + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[COUNT + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    struct sock_fprog program = {COUNT + 3, filter};
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(120);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(120);
    raise(SIGSTOP);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) _exit(120);
    execv(arguments[0], arguments);
    _exit(120);
}

static void forward(int signal) { if (child > 0) kill(child, signal); }

static void read_fail(const char *text) {
    if (!strcmp(text, "-")) return;
    const char *colon = strchr(text, ':');
    char *end;
    if (!colon) die("FAIL");
    fail_kind = text[0];
    fail_at = strtoll(colon + 1, &end, 10);
    fail_all = *end == '+';
    end = strchr(end, ':');
    if (!end) die("FAIL");
    fail_error = atoi(end + 1);
}

int main(int count, char **arguments) {
    int status;
    if (count < 7 || strcmp(arguments[5], "--")) { errno = EINVAL; die("arguments"); }
    root = arguments[1];
    events = fopen(arguments[2], "w");
    data = fopen(arguments[3], "w");
    if (!events || !data) die("EVENTS, DATA");
    read_fail(arguments[4]);
    child = fork();
    if (child < 0) die("fork");
    if (!child) start(arguments + 6);
    signal(SIGTERM, forward);
    if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) die("the program does not stop");
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK
        | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, child, 0, options)) die("ptrace");
    ptrace(PTRACE_CONT, child, 0, 0);
    for (;;) {
        pid_t tid = waitpid(-1, &status, __WALL);
        if (tid < 0 && errno == EINTR) continue;
        if (tid < 0) die("wait");
        if (WIFSTOPPED(status) && status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
            status = follow(tid);
            if (!status) continue;
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (tid != child) continue;
            int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            fprintf(events, "exit\t%d\n", code);
            if (fclose(events) || fclose(data)) return 120;
            return code;
        }
        int sent = WSTOPSIG(status);
        if (sent == SIGTRAP || sent == SIGSTOP || sent == (SIGTRAP | 0x80)) sent = 0;
        ptrace(PTRACE_CONT, tid, 0, sent);
    }
}
