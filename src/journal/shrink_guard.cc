#include "journal/shrink_guard.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

namespace inquest::journal {
namespace {

// A signal handler has no other way to its data than through globals; they are atomics that only grow and shrink.
struct Range {
  std::atomic<uintptr_t> begin{0};
  std::atomic<uintptr_t> end{0};
};
constexpr size_t kMost = 4096;  // mappings beyond are not guarded
std::array<Range, kMost> ranges;
struct sigaction before = {};
uintptr_t page_size = 4096;

bool ours(uintptr_t address) {
  for (const Range& range : ranges) {
    if (address >= range.begin.load(std::memory_order_acquire) && address < range.end.load(std::memory_order_acquire))
      return true;
  }
  return false;
}

void handle(int /*signal*/, siginfo_t* info, void* /*context*/) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  if (info->si_code == BUS_ADRERR && ours(address)) {
    void* const page = reinterpret_cast<void*>(address & ~(page_size - 1));  // NOLINT(performance-no-int-to-ptr)
    const void* const at = ::mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (at == page) return;
  }
  // Not ours: as it was; the access is tried again and faults once more.
  ::sigaction(SIGBUS, &before, nullptr);
}

}  // namespace

void guard_mapping(const void* base, uint64_t size) {
  static std::once_flag installed;
  std::call_once(installed, [] {
    page_size = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &before);
  });
  const auto begin = reinterpret_cast<uintptr_t>(base);
  for (Range& range : ranges) {
    uintptr_t free = 0;
    if (!range.begin.compare_exchange_strong(free, begin)) continue;
    range.end.store(begin + size, std::memory_order_release);
    return;
  }
}

void forget_mapping(const void* base) {
  const auto begin = reinterpret_cast<uintptr_t>(base);
  for (Range& range : ranges) {
    if (range.begin.load(std::memory_order_acquire) != begin) continue;
    range.end.store(0, std::memory_order_release);
    range.begin.store(0, std::memory_order_release);
    return;
  }
}

}  // namespace inquest::journal
