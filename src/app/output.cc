#include "app/output.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "app/message.h"

namespace inquest::app {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> os_error(std::string_view what, const std::string& where) {
  const std::string reason = std::generic_category().message(errno);
  return fail({ErrorCode::Io, fmt::format("{}: {}", what, reason), where, 0, 0});
}

Result<void> write_all(int fd, std::string_view text, const std::string& where) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_error("cannot write", where);
    text.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

// A file that is removed again unless it was given its final name.
class Draft {
 public:
  static Result<Draft> create(const std::string& final_path) {
    std::string name = final_path + ".XXXXXX";
    const int fd = mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) return os_error("cannot create a file beside it", final_path);
    return Draft(fd, std::move(name));
  }
  Draft(Draft&& other) noexcept : fd_(std::exchange(other.fd_, -1)), name_(std::exchange(other.name_, {})) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (fd_ >= 0) ::close(fd_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  // mkostemp makes it private; a result may be read by whoever the file's old mode, or the umask, lets.
  void set_mode(std::optional<mode_t> old) const {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(fd_, old.value_or(0666 & ~mask));  // failing costs only others' reading it
  }

  Result<void> keep(std::string_view text, const std::string& path) {
    if (const auto written = write_all(fd_, text, path); !written) return written;
    // A full disk or a broken one may say so only now.
    if (::fsync(fd_) != 0 && errno != EINVAL) return os_error("cannot write", path);
    if (::close(std::exchange(fd_, -1)) != 0) return os_error("cannot write", path);
    if (::rename(name_.c_str(), path.c_str()) != 0) return os_error("cannot replace", path);
    name_.clear();
    return {};
  }

 private:
  Draft(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  int fd_;
  std::string name_;
};

Result<void> write_special(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return os_error("cannot open", path);
  auto written = write_all(fd, text, path);
  if (::close(fd) != 0 && written) return os_error("cannot write", path);
  return written;
}

}  // namespace

Result<void> write_standard_output(std::string_view text) {
  auto written = write_all(STDOUT_FILENO, text, {});
  if (!written && errno == EPIPE) return {};
  return written;
}

ExitStatus print(std::string_view text) {
  if (const auto written = write_standard_output(text); !written) {
    complain(written.error().message);
    return ExitStatus::Failed;
  }
  return ExitStatus::Done;
}

Result<void> write_file(const std::string& path, std::string_view text) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return fail({ErrorCode::Io, "cannot write: it is a folder", path, 0, 0});
  if (exists && !S_ISREG(status.st_mode)) return write_special(path, text);
  std::error_code error;
  const fs::path resolved = exists ? fs::canonical(path, error) : fs::path(path);
  auto draft = Draft::create(error ? path : resolved.string());
  if (!draft) return fail(draft.error());
  draft->set_mode(exists ? std::optional<mode_t>(status.st_mode & 07777) : std::nullopt);
  return draft->keep(text, error ? path : resolved.string());
}

std::optional<std::string> evidence_at(const std::string& path, std::span<const std::string> evidence) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const fs::path target = fs::canonical(path, error);
  if (error) return std::nullopt;
  for (const std::string& piece : evidence) {
    const fs::path source = piece == "-" ? "/dev/stdin" : piece;
    if (fs::equivalent(source, target, error)) return piece;
    const fs::path folder = fs::canonical(source, error);
    if (error || !fs::is_directory(folder, error)) continue;
    const auto [end_of_folder, end_of_target] = std::ranges::mismatch(folder, target);
    if (end_of_folder == folder.end() && end_of_target != target.end()) return piece;
  }
  return std::nullopt;
}

}  // namespace inquest::app
