#include "base/file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace inquest {
namespace {

std::unexpected<Error> os_error(std::string_view what, const std::string& path, int number) {
  ErrorCode code = ErrorCode::Io;
  if (number == ENOENT || number == ENOTDIR) code = ErrorCode::NotFound;
  if (number == EACCES || number == EPERM) code = ErrorCode::Denied;
  return fail(Error{code, fmt::format("{}: {}", what, std::strerror(number)), path, 0, 0});
}

Ns modified_ns(const struct stat& st) { return st.st_mtim.tv_sec * kSecond + st.st_mtim.tv_nsec; }

Result<size_t> read_fd_at(int fd, uint64_t offset, std::span<char> out, const std::string& path) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error("cannot read", path, errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

}  // namespace

Result<File> File::open(const std::string& path) {
  // O_NONBLOCK so that a FIFO nobody writes to does not hang the inquiry; regular files ignore it.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return os_error("cannot open", path, errno);
  File file(fd, true);
  file.path_ = path;
  file.load_status();
  struct stat st{};
  if (::fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) return fail(Error{ErrorCode::Failed, "is a directory", path, 0, 0});
  return file;
}

File File::standard_input() {
  File file(0, false);
  file.path_ = "standard input";
  file.load_status();
  return file;
}

void File::load_status() {
  struct stat st{};
  if (::fstat(fd_, &st) != 0) return;
  regular_ = S_ISREG(st.st_mode);
  if (!regular_) return;
  size_ = static_cast<uint64_t>(st.st_size);
  modified_ = modified_ns(st);
}

File::File(File&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      owned_(other.owned_),
      regular_(other.regular_),
      size_(other.size_),
      modified_(other.modified_),
      path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(owned_, other.owned_);
  regular_ = other.regular_;
  size_ = other.size_;
  modified_ = other.modified_;
  path_ = std::move(other.path_);
  return *this;
}

File::~File() {
  if (owned_ && fd_ >= 0) ::close(fd_);
}

Result<size_t> File::read_at(uint64_t offset, std::span<char> out) const { return read_fd_at(fd_, offset, out, path_); }

Result<size_t> File::read_next(std::span<char> out) {
  for (;;) {
    const ssize_t got = ::read(fd_, out.data(), out.size());
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return fail(Error{ErrorCode::Io, "no data: nothing is writing to it", path_, 0, 0});
    return os_error("cannot read", path_, errno);
  }
}

bool File::changed() const {
  struct stat st{};
  if (!regular_) return false;
  if (::fstat(fd_, &st) != 0) return true;
  return static_cast<uint64_t>(st.st_size) != size_ || modified_ns(st) != modified_;
}

Result<Spool> Spool::create() {
  const char* configured = std::getenv("TMPDIR");
  const std::string folder = configured != nullptr && *configured != '\0' ? configured : "/tmp";
  int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {  // file systems without O_TMPFILE
    std::string name = folder + "/inquest-XXXXXX";
    fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd >= 0) ::unlink(name.c_str());
  }
  if (fd < 0) return os_error("cannot keep temporary data", folder, errno);
  return Spool(fd);
}

Spool::Spool(Spool&& other) noexcept : fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

Spool& Spool::operator=(Spool&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

Spool::~Spool() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> Spool::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return os_error("cannot keep temporary data", "temporary file", errno);
    size_ += static_cast<uint64_t>(put);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

void Spool::shrink(uint64_t size) {
  if (size >= size_) return;
  size_ = size;
  // Where the room cannot be given back, it is written over by what comes next all the same.
  [[maybe_unused]] const int given_back = ::ftruncate(fd_, static_cast<off_t>(size));
}

Result<size_t> Spool::read_at(uint64_t offset, std::span<char> out) const {
  return read_fd_at(fd_, offset, out, "temporary file");
}

}  // namespace inquest
