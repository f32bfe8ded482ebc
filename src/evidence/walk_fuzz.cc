// Any bytes as a file: the walk ends, keeps its limits, and what it kept is what it gave.
#include <cstdint>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include "support/walk_log.h"

namespace {

using inquest::WalkLog;

void require(bool law, std::string_view what) {
  if (law) return;
  fmt::print(stderr, "broken law: {}\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int file = ::memfd_create("fuzz", MFD_CLOEXEC);
  require(::ftruncate(file, 0) == 0, "the file can be emptied");
  require(::pwrite(file, data, size, 0) == static_cast<ssize_t>(size), "the file can be written");

  inquest::evidence::Limits limits;
  limits.container_depth = 4;
  limits.items = 200;
  limits.expanded_bytes = 4 << 20;
  limits.memory_bytes = 64 << 10;
  limits.memory_bytes_in_all = 1 << 20;
  limits.disk_bytes = 8 << 20;
  WalkLog log;
  log.keep_content = 16 << 20;
  inquest::walk_into(log, {fmt::format("/proc/self/fd/{}", file)}, limits);

  require(!log.calls.empty(), "something is told of every path");
  // A file and the archives around it may each tell that the limit was reached.
  require(log.calls.size() <= limits.items + 2 * limits.container_depth, "the limit of files holds");
  uint64_t total = 0;
  for (const WalkLog::Item& item : log.items) {
    total += item.size;
    if (item.source) require(inquest::read_all(*item.source) == item.content, "what is kept is what was read");
  }
  // What was there, what was gained, and one more piece.
  require(total <= size + limits.expanded_bytes + (1 << 20), "the limit of expansion holds");
  return 0;
}
