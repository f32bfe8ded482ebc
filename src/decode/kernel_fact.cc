#include "decode/kernel_fact.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "decode/landmark_table.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kMemory = "Memory: ";
constexpr uint64_t kMostKilobytes = uint64_t{1} << 44;  // 16 PiB

// How kernels say that no memory was left for a crash kernel.
constexpr std::array<std::string_view, 5> kNoCrashKernel = {
    "crashkernel reservation failed", "cannot allocate crashkernel", "crashkernel reservation is too small",
    "crashkernel: memory value expected", "crashkernel low memory reservation failed"};

std::optional<uint64_t> memory_total(std::string_view text) {
  const size_t slash = text.find('/');
  const size_t end = text.find("K available");
  if (slash == std::string_view::npos || end == std::string_view::npos || slash > end) return std::nullopt;
  if (!text.substr(0, slash).ends_with('K')) return std::nullopt;
  const auto kilobytes = parse_int<uint64_t>(text.substr(slash + 1, end - slash - 1));
  return kilobytes && *kilobytes < kMostKilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
}

}  // namespace

std::optional<KernelFact> find_kernel_fact(std::string_view message) {
  // Almost every message is none: one look at the first letter decides.
  if (message.empty() || (message[0] != '[' && message[0] != 'M' && message[0] != 'c')) return std::nullopt;
  message = strip_kernel_stamp(message);
  if (message.starts_with(kMemory)) {
    const auto total = memory_total(message.substr(kMemory.size()));
    return total ? std::optional(KernelFact{"memory.total", std::to_string(*total)}) : std::nullopt;
  }
  const bool failed =
      std::ranges::any_of(kNoCrashKernel, [&](std::string_view words) { return message.starts_with(words); });
  return failed ? std::optional(KernelFact{"crashkernel.failed", std::string(trim(message.substr(0, 200)))})
                : std::nullopt;
}

}  // namespace inquest::decode
