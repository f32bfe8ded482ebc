#include "decode/kernel_fact.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

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

// "vfio_pci: add [10de:27b0[ffffffff:ffffffff]] class 0x000000/00000000" (drivers/vfio/pci/vfio_pci.c): devices of
// that vendor and product are for guests.
std::optional<KernelFact> vfio_device(std::string_view message) {
  constexpr std::string_view kAdd = "add [";
  message.remove_prefix(std::string_view("vfio_pci: ").size());
  const size_t end = message.find('[', kAdd.size());
  if (!message.starts_with(kAdd) || end != kAdd.size() + 9 || message[kAdd.size() + 4] != ':') return std::nullopt;
  return KernelFact{"vfio.ids", std::string(message.substr(kAdd.size(), 9))};
}

// "iwlwifi 0000:00:14.3: Direct firmware load for iwlwifi.ucode failed with error -2"
// (drivers/base/firmware_loader/main.c), "cfg80211: failed to load regulatory.db" (net/wireless/reg.c).
std::optional<KernelFact> missing_firmware(std::string_view message) {
  if (message == "cfg80211: failed to load regulatory.db")
    return KernelFact{"firmware.missing", "regulatory.db (cfg80211)"};
  constexpr std::string_view kLoad = "Direct firmware load for ";
  constexpr std::string_view kFailed = " failed with error ";
  const size_t load = message.find(kLoad);
  const size_t failed = message.rfind(kFailed);
  if (load == std::string_view::npos || failed == std::string_view::npos || failed < load + kLoad.size())
    return std::nullopt;
  const std::string_view file = message.substr(load + kLoad.size(), failed - load - kLoad.size());
  std::string_view device = trim(message.substr(0, load));
  if (device.ends_with(':')) device.remove_suffix(1);
  return KernelFact{"firmware.missing", fmt::format("{} ({}, error {})", file.substr(0, 128), device.substr(0, 64),
                                                    message.substr(failed + kFailed.size()).substr(0, 8))};
}

// Whether a message may end in "failed with error -2".
bool ends_in_error(std::string_view message) {
  if (message.size() < 48 || message.size() > 400 || message.back() < '0' || message.back() > '9') return false;
  return message.substr(message.size() - 6).find(" -") != std::string_view::npos;
}

}  // namespace

std::optional<KernelFact> find_kernel_fact(std::string_view message) {
  // Almost every message is none: a look at the first letter and the last few decides.
  if (message.empty()) return std::nullopt;
  if (ends_in_error(message)) return missing_firmware(strip_kernel_stamp(message));
  if (message[0] != '[' && message[0] != 'M' && message[0] != 'c' && message[0] != 'v') return std::nullopt;
  message = strip_kernel_stamp(message);
  if (message.starts_with("vfio_pci: ")) return vfio_device(message);
  if (message.starts_with("cfg80211: ")) return missing_firmware(message);
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
