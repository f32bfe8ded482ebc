#include "crashtext/errno_name.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace inquest::crashtext {
namespace {

// include/uapi/asm-generic/errno-base.h, errno.h and include/linux/errno.h; what file systems mean by a number: ZFS's
// include/sys/errno.h (ECKSUM is EBADE, EFRAGS is EBADR), fs/ext4/ext4.h and fs/xfs/xfs_linux.h (EFSCORRUPTED is
// EUCLEAN).
constexpr auto kErrnos = std::to_array<ErrnoName>({
    {1, "EPERM", "operation not permitted", ""},
    {2, "ENOENT", "no such file or directory", "for firmware: the file is not in /lib/firmware"},
    {3, "ESRCH", "no such process", ""},
    {4, "EINTR", "interrupted system call", ""},
    {5, "EIO", "input/output error",
     "the generic failure of a device or of a checksum: ZFS gives a reader EIO for a block that it could not repair"},
    {6, "ENXIO", "no such device or address", "the device is gone or not there: ZFS removes a vdev with it"},
    {7, "E2BIG", "argument list too long", ""},
    {8, "ENOEXEC", "exec format error",
     "a module or program of another architecture or version; \"Exec format error\""},
    {9, "EBADF", "bad file descriptor", ""},
    {10, "ECHILD", "no child processes", ""},
    {11, "EAGAIN", "resource temporarily unavailable", "EWOULDBLOCK is the same number; try again"},
    {12, "ENOMEM", "cannot allocate memory", "also a limit of a cgroup; the OOM killer need not have run"},
    {13, "EACCES", "permission denied", ""},
    {14, "EFAULT", "bad address", ""},
    {15, "ENOTBLK", "block device required", ""},
    {16, "EBUSY", "device or resource busy", "somebody else has it open or mapped"},
    {17, "EEXIST", "file exists", ""},
    {18, "EXDEV", "invalid cross-device link", ""},
    {19, "ENODEV", "no such device", "the driver found no device that it supports"},
    {20, "ENOTDIR", "not a directory", ""},
    {21, "EISDIR", "is a directory", ""},
    {22, "EINVAL", "invalid argument",
     "an argument that the kernel does not accept; a module built for another kernel gives it as well"},
    {23, "ENFILE", "too many open files in system", ""},
    {24, "EMFILE", "too many open files", ""},
    {25, "ENOTTY", "inappropriate ioctl for device", ""},
    {26, "ETXTBSY", "text file busy", ""},
    {27, "EFBIG", "file too large", ""},
    {28, "ENOSPC", "no space left on device", "also: no inodes left, or a reserved share that only root may use"},
    {29, "ESPIPE", "illegal seek", ""},
    {30, "EROFS", "read-only file system", ""},
    {31, "EMLINK", "too many links", ""},
    {32, "EPIPE", "broken pipe", ""},
    {33, "EDOM", "numerical argument out of domain", ""},
    {34, "ERANGE", "numerical result out of range", ""},
    {35, "EDEADLK", "resource deadlock avoided", ""},
    {36, "ENAMETOOLONG", "file name too long", ""},
    {37, "ENOLCK", "no locks available", ""},
    {38, "ENOSYS", "function not implemented", ""},
    {39, "ENOTEMPTY", "directory not empty", ""},
    {40, "ELOOP", "too many levels of symbolic links", ""},
    {42, "ENOMSG", "no message of desired type", ""},
    {43, "EIDRM", "identifier removed", ""},
    {44, "ECHRNG", "channel number out of range", ""},
    {45, "EL2NSYNC", "level 2 not synchronized", ""},
    {46, "EL3HLT", "level 3 halted", ""},
    {47, "EL3RST", "level 3 reset", ""},
    {48, "ELNRNG", "link number out of range", ""},
    {49, "EUNATCH", "protocol driver not attached", ""},
    {50, "ENOCSI", "no CSI structure available", ""},
    {51, "EL2HLT", "level 2 halted", ""},
    {52, "EBADE", "invalid exchange",
     "ZFS uses it as ECKSUM: a block's checksum did not match (`err=52` of zed); not a network error there"},
    {53, "EBADR", "invalid request descriptor", "ZFS uses it as EFRAGS: free space is too fragmented"},
    {54, "EXFULL", "exchange full", ""},
    {55, "ENOANO", "no anode", ""},
    {56, "EBADRQC", "invalid request code", ""},
    {57, "EBADSLT", "invalid slot", ""},
    {59, "EBFONT", "bad font file format", ""},
    {60, "ENOSTR", "device not a stream", ""},
    {61, "ENODATA", "no data available", ""},
    {62, "ETIME", "timer expired", ""},
    {63, "ENOSR", "out of streams resources", ""},
    {64, "ENONET", "machine is not on the network", ""},
    {65, "ENOPKG", "package not installed", ""},
    {66, "EREMOTE", "object is remote", ""},
    {67, "ENOLINK", "link has been severed", ""},
    {68, "EADV", "advertise error", ""},
    {69, "ESRMNT", "srmount error", ""},
    {70, "ECOMM", "communication error on send", ""},
    {71, "EPROTO", "protocol error", ""},
    {72, "EMULTIHOP", "multihop attempted", ""},
    {73, "EDOTDOT", "rFS specific error", ""},
    {74, "EBADMSG", "bad message", "ext4 and xfs use it as EFSBADCRC: a metadata checksum did not match"},
    {75, "EOVERFLOW", "value too large for defined data type", ""},
    {76, "ENOTUNIQ", "name not unique on network", ""},
    {77, "EBADFD", "file descriptor in bad state", ""},
    {78, "EREMCHG", "remote address changed", ""},
    {79, "ELIBACC", "can not access a needed shared library", ""},
    {80, "ELIBBAD", "accessing a corrupted shared library", ""},
    {81, "ELIBSCN", ".lib section in a.out corrupted", ""},
    {82, "ELIBMAX", "attempting to link in too many shared libraries", ""},
    {83, "ELIBEXEC", "cannot exec a shared library directly", ""},
    {84, "EILSEQ", "invalid or incomplete multibyte or wide character", ""},
    {85, "ERESTART", "interrupted system call should be restarted", ""},
    {86, "ESTRPIPE", "streams pipe error", ""},
    {87, "EUSERS", "too many users", ""},
    {88, "ENOTSOCK", "socket operation on non-socket", ""},
    {89, "EDESTADDRREQ", "destination address required", ""},
    {90, "EMSGSIZE", "message too long", ""},
    {91, "EPROTOTYPE", "protocol wrong type for socket", ""},
    {92, "ENOPROTOOPT", "protocol not available", ""},
    {93, "EPROTONOSUPPORT", "protocol not supported", ""},
    {94, "ESOCKTNOSUPPORT", "socket type not supported", ""},
    {95, "EOPNOTSUPP", "operation not supported", ""},
    {96, "EPFNOSUPPORT", "protocol family not supported", ""},
    {97, "EAFNOSUPPORT", "address family not supported by protocol", ""},
    {98, "EADDRINUSE", "address already in use", ""},
    {99, "EADDRNOTAVAIL", "cannot assign requested address", ""},
    {100, "ENETDOWN", "network is down", ""},
    {101, "ENETUNREACH", "network is unreachable", ""},
    {102, "ENETRESET", "network dropped connection on reset", ""},
    {103, "ECONNABORTED", "software caused connection abort", ""},
    {104, "ECONNRESET", "connection reset by peer", ""},
    {105, "ENOBUFS", "no buffer space available", ""},
    {106, "EISCONN", "transport endpoint is already connected", ""},
    {107, "ENOTCONN", "transport endpoint is not connected", ""},
    {108, "ESHUTDOWN", "cannot send after transport endpoint shutdown", ""},
    {109, "ETOOMANYREFS", "too many references: cannot splice", ""},
    {110, "ETIMEDOUT", "connection timed out",
     "a device did not answer in time; the cause is on the other side of the bus or cable"},
    {111, "ECONNREFUSED", "connection refused", ""},
    {112, "EHOSTDOWN", "host is down", ""},
    {113, "EHOSTUNREACH", "no route to host", ""},
    {114, "EALREADY", "operation already in progress", ""},
    {115, "EINPROGRESS", "operation now in progress", ""},
    {116, "ESTALE", "stale file handle", ""},
    {117, "EUCLEAN", "structure needs cleaning",
     "ext4 and xfs use it as EFSCORRUPTED: the file system found its own structures broken"},
    {118, "ENOTNAM", "not a XENIX named type file", ""},
    {119, "ENAVAIL", "no XENIX semaphores available", ""},
    {120, "EISNAM", "is a named type file", ""},
    {121, "EREMOTEIO", "remote I/O error",
     "a remote device reported an error: on USB and NVMe-oF as a rule; SATA and SCSI print EIO"},
    {122, "EDQUOT", "disk quota exceeded", ""},
    {123, "ENOMEDIUM", "no medium found", ""},
    {124, "EMEDIUMTYPE", "wrong medium type", ""},
    {125, "ECANCELED", "operation canceled", ""},
    {126, "ENOKEY", "required key not available", ""},
    {127, "EKEYEXPIRED", "key has expired", ""},
    {128, "EKEYREVOKED", "key has been revoked", ""},
    {129, "EKEYREJECTED", "key was rejected by service", ""},
    {130, "EOWNERDEAD", "owner died", ""},
    {131, "ENOTRECOVERABLE", "state not recoverable", ""},
    {132, "ERFKILL", "operation not possible due to RF-kill", ""},
    {512, "ERESTARTSYS", "a system call is to be restarted after a signal",
     "of the kernel alone: a program never sees it"},
    {513, "ERESTARTNOINTR", "a system call is restarted without the program's notice",
     "of the kernel alone: a program never sees it"},
    {514, "ERESTARTNOHAND", "restarted when there is no handler", "of the kernel alone: a program never sees it"},
    {515, "ENOIOCTLCMD", "no such ioctl command", "of the kernel alone: a program never sees it"},
    {516, "ERESTART_RESTARTBLOCK", "restarted by a call of its own", "of the kernel alone: a program never sees it"},
    {517, "EPROBE_DEFER", "the driver asked to be probed later: something that it needs is not there yet",
     "of the kernel alone: a program never sees it"},
    {518, "EOPENSTALE", "open found a stale dentry", "of the kernel alone: a program never sees it"},
    {519, "ENOPARAM", "parameter not supported", "of the kernel alone: a program never sees it"},
    {521, "EBADHANDLE", "illegal NFS file handle", "of the kernel alone: a program never sees it"},
    {522, "ENOTSYNC", "update synchronisation mismatch", "of the kernel alone: a program never sees it"},
    {523, "EBADCOOKIE", "stale cookie", "of the kernel alone: a program never sees it"},
    {524, "ENOTSUPP", "operation is not supported", "of the kernel alone: a program never sees it"},
    {525, "ETOOSMALL", "buffer or request is too small", "of the kernel alone: a program never sees it"},
    {526, "ESERVERFAULT", "untranslatable error of a server", "of the kernel alone: a program never sees it"},
    {527, "EBADTYPE", "type not supported by the server", "of the kernel alone: a program never sees it"},
    {528, "EJUKEBOX", "request started, not complete yet", "of the kernel alone: a program never sees it"},
    {529, "EIOCBQUEUED", "an asynchronous request was queued", "of the kernel alone: a program never sees it"},
    {530, "ERECALLCONFLICT", "conflict with a recalled state", "of the kernel alone: a program never sees it"},
    {531, "ENOGRACE", "NFS file lock reclaim refused", "of the kernel alone: a program never sees it"},
});

constexpr auto kSignals = std::to_array<SignalName>({
    {1, "SIGHUP", "hang-up of the terminal"},
    {2, "SIGINT", "interrupt from the keyboard"},
    {3, "SIGQUIT", "quit from the keyboard, with a core dump"},
    {4, "SIGILL", "illegal instruction"},
    {5, "SIGTRAP", "trace or breakpoint trap"},
    {6, "SIGABRT", "abort(): the program gave up by itself"},
    {7, "SIGBUS", "bus error: memory behind a mapping is gone (a truncated file, failed RAM), or misaligned"},
    {8, "SIGFPE", "arithmetic error: a division by zero as a rule"},
    {9, "SIGKILL", "killed: by a person, a supervisor or the OOM killer; cannot be caught"},
    {10, "SIGUSR1", "user-defined signal 1"},
    {11, "SIGSEGV", "invalid memory reference"},
    {12, "SIGUSR2", "user-defined signal 2"},
    {13, "SIGPIPE", "write to a pipe without a reader"},
    {14, "SIGALRM", "alarm timer"},
    {15, "SIGTERM", "asked to terminate"},
    {16, "SIGSTKFLT", "stack fault (unused)"},
    {17, "SIGCHLD", "a child stopped or ended"},
    {18, "SIGCONT", "continue"},
    {19, "SIGSTOP", "stop; cannot be caught"},
    {20, "SIGTSTP", "stop from the terminal"},
    {21, "SIGTTIN", "terminal input in the background"},
    {22, "SIGTTOU", "terminal output in the background"},
    {23, "SIGURG", "urgent data on a socket"},
    {24, "SIGXCPU", "CPU time limit exceeded"},
    {25, "SIGXFSZ", "file size limit exceeded"},
    {26, "SIGVTALRM", "virtual timer"},
    {27, "SIGPROF", "profiling timer"},
    {28, "SIGWINCH", "window size changed"},
    {29, "SIGIO", "I/O possible"},
    {30, "SIGPWR", "power failure"},
    {31, "SIGSYS", "bad system call: seccomp as a rule"},
});

template <class Table, class Value, class Field>
auto* look_up(const Table& table, const Value& value, Field field) {
  const auto* found = std::ranges::find(table, value, field);
  return found == table.end() ? nullptr : found;
}

}  // namespace

std::span<const ErrnoName> errnos() { return kErrnos; }

const ErrnoName* find_errno(int number) { return look_up(kErrnos, number, &ErrnoName::number); }

const ErrnoName* find_errno(std::string_view name) {
  // Other names of the same numbers.
  if (name == "ECKSUM") name = "EBADE";
  if (name == "EFRAGS") name = "EBADR";
  if (name == "EFSCORRUPTED") name = "EUCLEAN";
  if (name == "EFSBADCRC") name = "EBADMSG";
  if (name == "EWOULDBLOCK") name = "EAGAIN";
  if (name == "EDEADLOCK") name = "EDEADLK";
  if (name == "ENOTSUP") name = "EOPNOTSUPP";
  return look_up(kErrnos, name, &ErrnoName::name);
}

const SignalName* find_signal(int number) { return look_up(kSignals, number, &SignalName::number); }

const SignalName* find_signal(std::string_view name) {
  for (const SignalName& signal : kSignals) {
    if (signal.name == name || signal.name.substr(3) == name) return &signal;
  }
  return nullptr;
}

Reading read_errno(int number) {
  Reading reading;
  const ErrnoName* found = find_errno(number);
  reading.what = fmt::format("errno {}{}", number, found != nullptr ? fmt::format(" ({})", found->name) : "");
  reading.meaning = found != nullptr ? std::string(found->text) : "no error of Linux has this number";
  if (found != nullptr) reading.note(std::string(found->note));
  return reading;
}

Reading read_signal(int number) {
  Reading reading;
  const SignalName* found = find_signal(number);
  reading.what = fmt::format("signal {}{}", number, found != nullptr ? fmt::format(" ({})", found->name) : "");
  reading.meaning = found != nullptr               ? std::string(found->text)
                    : number >= 32 && number <= 64 ? "a real-time signal: its program gives it its meaning"
                                                   : "no signal of Linux has this number";
  return reading;
}

}  // namespace inquest::crashtext
