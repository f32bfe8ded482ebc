#include "evidence/file_bytes.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/os_error.h"

namespace inquest::evidence {
namespace {

constexpr uint64_t kWorthAdvice = 1 << 20;
constexpr int kFirstWriterMs = 2'000;
constexpr int kForever = -1;

}  // namespace

FileBytes::FileBytes(File& file) : file_(file) {
  if (file.size() >= kWorthAdvice) ::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

Result<size_t> FileBytes::read(std::span<char> out) {
  if (ended_) return size_t{0};
  auto got = file_.read_next(out);
  if (!got) {
    Error error = std::move(got.error());
    error.where.clear();
    error.offset = position_;
    return fail(std::move(error));
  }
  position_ += *got;
  if (*got > 0) return got;
  ended_ = true;
  struct stat now{};
  // Files of /sys are shorter than they say and did not shrink: only the size as it is now tells.
  if (position_ < file_.size() && ::fstat(file_.descriptor(), &now) == 0 && std::cmp_less(now.st_size, file_.size())) {
    return fail(Error{ErrorCode::Truncated,
                      fmt::format("the file was cut while it was read: it ends at byte {}, and had {} before",
                                  grouped(position_), grouped(file_.size())),
                      {},
                      position_,
                      0});
  }
  return got;
}

Result<size_t> StreamBytes::read(std::span<char> out) {
  for (;;) {
    // Read first, wait then: only a read tells an idle writer from one that has gone.
    const ssize_t got = ::read(file_.descriptor(), out.data(), out.size());
    if (got > 0) {
      started_ = true;
      return static_cast<size_t>(got);
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != EAGAIN) return fail(os_error(errno));
    if (got == 0 && std::exchange(started_, true)) return size_t{0};
    // Nothing yet. A FIFO that nobody has opened for writing gives an end at once, and may get its writer in a moment.
    pollfd wanted{file_.descriptor(), POLLIN, 0};
    const int ready = ::poll(&wanted, 1, got == 0 ? kFirstWriterMs : kForever);
    if (ready == 0) return fail(ErrorCode::Io, "no data: nothing is writing to it");
  }
}

bool StreamBytes::paused(int wait_ms) {
  pollfd wanted{file_.descriptor(), POLLIN, 0};
  return ::poll(&wanted, 1, wait_ms) == 0;
}

}  // namespace inquest::evidence
